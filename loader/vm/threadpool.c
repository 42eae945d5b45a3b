/* threadpool.c - workers for the managed thread pool.
 *
 * There are as many workers as processors at first; when requests stay unserved because
 * all workers are busy (they may wait for each other), a monitor thread adds one every
 * quarter of a second, up to the maximum. A worker without work ends after a while.
 */
#include "loader/vm/threadpool.h"

#include <unistd.h>

#include "common/base/lock.h"
#include "loader/vm/member.h"
#include "loader/vm/methods.h"
#include "loader/vm/shutdown.h"
#include "loader/vm/sync.h"
#include "loader/vm/thread.h"
#include "loader/vm/exception.h"
#include "loader/vm/vm.h"
#include "loader/vm/member.h"

enum { DEFAULT_MAX = 200, IDLE_MS = 5000, STARVED_MS = 250 };

static Lock lock = LOCK_INIT(LOCK_WAIT);
static pthread_cond_t work, starved;
static bool monitor_runs;
static int32_t min_workers, max_workers, min_io, max_io;
static int32_t n_workers, n_busy, n_requests; /* under lock */
static uint64_t n_done;                       /* requests ever served */

/* With the lock held. */
static void pool_init(void)
{
    if (min_workers)
        return;
    min_workers = min_io = (int32_t)sysconf(_SC_NPROCESSORS_ONLN);
    max_workers = max_io = DEFAULT_MAX;
    sync_cond_init(&work);
    sync_cond_init(&starved);
}

static void worker_dispatch(void)
{
    uint64_t result[2];
    if (vm_methods->invoke(method_pool_run_items(), NULL, result))
        return;
    if (exception_pending())
        vm_die(DIED_IN_RUNTIME_THREAD);
}

static void worker_main(void *arg)
{
    (void)arg;
    *field_thread_is_pooled(thread_self()->internal) = 1;
    struct timespec room;
    lock_acquire(&lock);
    for (bool idle = false; !idle;) {
        if (n_requests) {
            n_requests--;
            n_busy++;
            lock_release(&lock);
            worker_dispatch();
            lock_acquire(&lock);
            n_busy--;
            n_done++;
            continue;
        }
        idle =
            lock_wait(&lock, &work, sync_deadline(IDLE_MS, &room)) != 0 && !n_requests;
    }
    n_workers--;
    lock_release(&lock);
}

/* With the lock held; gives it up meanwhile. */
static void worker_add(void)
{
    n_workers++;
    lock_release(&lock);
    bool ok = thread_run("Thread Pool Worker", worker_main, NULL);
    lock_acquire(&lock);
    if (!ok)
        n_workers--;
}

/* Adds workers while requests wait and none of them was served for a while. */
static void *monitor_main(void *arg)
{
    (void)arg;
    struct timespec room;
    lock_acquire(&lock);
    for (;;) {
        while (!n_requests)
            lock_wait(&lock, &starved, NULL);
        uint64_t before = n_done;
        sync_deadline(STARVED_MS, &room);
        while (!lock_wait(&lock, &starved, &room))
            ;
        if (n_requests && n_done == before && n_workers < max_workers)
            worker_add();
    }
    return NULL;
}

static void monitor_start(void)
{
    pthread_t thread;
    monitor_runs = !pthread_create(&thread, NULL, monitor_main, NULL);
    if (monitor_runs)
        pthread_detach(thread);
}

bool threadpool_request_worker(void)
{
    if (vm.shutting_down)
        return false;
    lock_acquire(&lock);
    pool_init();
    n_requests++;
    if (n_workers - n_busy < n_requests && n_workers < min_workers)
        worker_add();
    else
        pthread_cond_signal(&work);
    if (n_workers == n_busy && n_requests) {
        if (!monitor_runs)
            monitor_start();
        pthread_cond_signal(&starved);
    }
    lock_release(&lock);
    return true;
}

bool threadpool_work_item_done(void)
{
    return true;
}

void threadpool_report_status(bool working)
{
    (void)working; /* starvation is seen from outside */
}

bool threadpool_set_min(int32_t workers, int32_t io)
{
    lock_acquire(&lock);
    pool_init();
    bool ok = workers > 0 && io > 0 && workers <= max_workers && io <= max_io;
    if (ok) {
        min_workers = workers;
        min_io = io;
    }
    lock_release(&lock);
    return ok;
}

bool threadpool_set_max(int32_t workers, int32_t io)
{
    lock_acquire(&lock);
    pool_init();
    bool ok = workers >= min_workers && io >= min_io;
    if (ok) {
        max_workers = workers;
        max_io = io;
    }
    lock_release(&lock);
    return ok;
}

void threadpool_get_min(int32_t *workers, int32_t *io)
{
    lock_acquire(&lock);
    pool_init();
    *workers = min_workers;
    *io = min_io;
    lock_release(&lock);
}

void threadpool_get_max(int32_t *workers, int32_t *io)
{
    lock_acquire(&lock);
    pool_init();
    *workers = max_workers;
    *io = max_io;
    lock_release(&lock);
}

void threadpool_get_available(int32_t *workers, int32_t *io)
{
    lock_acquire(&lock);
    pool_init();
    *workers = max_workers - n_busy;
    *io = max_io;
    lock_release(&lock);
}
