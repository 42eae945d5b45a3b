/* io_selector.c - System.IOSelector: jobs that wait until a descriptor can be read or
 * written, then run on the thread pool. One thread polls for all of them. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "common/base/lock.h"
#include "common/base/log.h"
#include "common/base/vec.h"
#include "loader/gc/gc.h"
#include "loader/library/mono/members.h"
#include "loader/library/mono/net/socket.h"
#include "loader/library/mono/table.h"
#include "loader/vm/thread.h"
#include "loader/exec/invoke.h"
#include "loader/gc/object.h"
#include "loader/vm/exception.h"

enum { OPERATION_READ = 1 }; /* System.IOOperation */

typedef struct Job { /* uncollectable gc memory */
    Object *object;  /* IOSelectorJob */
    uint64_t number; /* tells jobs apart whose memory or descriptor was used again */
    int fd;
    short events;
    struct Job *next;
} Job;

static Lock lock = LOCK_INIT(LOCK_LEAF);
static Job *jobs;
static uint64_t last_number;
static int wake = -1;  /* an eventfd; -1: no thread polls yet */
static uint64_t polls; /* that have ended; under lock */
static pthread_cond_t poll_end = PTHREAD_COND_INITIALIZER;

static void poller_wake(void)
{
    uint64_t one = 1;
    if (write(wake, &one, sizeof one) < 0)
        log_line(LOG_WARN, "the selector's thread could not be woken");
}

/* Takes the jobs off the list that `picked` accepts, in their order. */
static Job *jobs_take(bool (*picked)(const Job *, const void *), const void *context)
{
    Job *taken = NULL, **end = &taken;
    lock_acquire(&lock);
    for (Job **link = &jobs; *link;) {
        Job *job = *link;
        if (!picked(job, context)) {
            link = &job->next;
            continue;
        }
        *link = job->next;
        job->next = NULL;
        *end = job;
        end = &job->next;
    }
    lock_release(&lock);
    return taken;
}

static void jobs_queue(Job *job)
{
    while (job) {
        Job *next = job->next;
        int32_t global = 0;
        uint64_t result;
        void *args[] = {&job->object, &global};
        if (!method_invoke(method_thread_pool_queue(), args, &result)) {
            exception_take();
            log_line(LOG_WARN, "a job of the selector could not be queued");
        }
        gc_free(job);
        job = next;
    }
}

/* -- the thread that polls --------------------------------------------------- */

typedef struct Round { /* what one poll waits for: [0] is the wake event */
    VEC(struct pollfd) fds;
    VEC(uint64_t) numbers;
} Round;

static void round_fill(Round *round)
{
    round->fds.n = round->numbers.n = 0;
    *vec_push(&round->fds) = (struct pollfd){wake, POLLIN, 0};
    *vec_push(&round->numbers) = 0;
    lock_acquire(&lock);
    for (const Job *job = jobs; job; job = job->next) {
        *vec_push(&round->fds) = (struct pollfd){job->fd, job->events, 0};
        *vec_push(&round->numbers) = job->number;
    }
    lock_release(&lock);
}

static bool is_ready(const Job *job, const void *context)
{
    const Round *round = context;
    for (size_t i = 1; i < round->fds.n; i++)
        if (round->numbers.at[i] == job->number)
            return round->fds.at[i].revents != 0;
    return false;
}

static void poller_main(void *arg)
{
    (void)arg;
    Round round = {0};
    for (;;) {
        uint64_t count;
        round_fill(&round);
        int n = poll(round.fds.at, round.fds.n, -1);
        if (n < 0 && errno != EINTR)
            log_fatal("the selector can't poll");
        if (n > 0 && round.fds.at[0].revents && read(wake, &count, sizeof count) < 0)
            log_line(LOG_WARN, "the selector's event could not be read");
        lock_acquire(&lock);
        polls++; /* not before the event is read: it is to end the next one, too */
        pthread_cond_broadcast(&poll_end);
        lock_release(&lock);
        if (n > 0)
            jobs_queue(jobs_take(is_ready, &round));
    }
}

/* -- calls ------------------------------------------------------------------- */

static void selector_add(int64_t handle, Object *object)
{
    Job *job = gc_alloc_uncollectable(sizeof *job);
    job->object = object;
    job->fd = (int)handle;
    job->events =
        *field_selector_job_operation(object) == OPERATION_READ ? POLLIN : POLLOUT;
    lock_acquire(&lock);
    bool first = wake < 0;
    if (first)
        wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    job->number = ++last_number;
    Job **link = &jobs;
    while (*link)
        link = &(*link)->next;
    *link = job;
    lock_release(&lock);
    if (first && !thread_run("Selector", poller_main, NULL))
        log_fatal("the selector's thread could not be made");
    poller_wake();
}

static bool is_of(const Job *job, const void *context)
{
    return job->fd == *(const int *)context;
}

/* The kernel keeps a file open that a thread polls: that round ends first. */
void io_selector_remove(int fd)
{
    Job *taken = jobs_take(is_of, &fd);
    if (!taken)
        return;
    lock_acquire(&lock);
    uint64_t seen = polls;
    poller_wake();
    while (polls == seen)
        lock_wait(&lock, &poll_end, NULL);
    lock_release(&lock);
    jobs_queue(taken);
}

static void selector_remove(int64_t handle)
{
    io_selector_remove((int)handle);
}

const IcallRow icalls_io_selector[] = {
    ICALL("Add", NULL, selector_add),
    ICALL("Remove", NULL, selector_remove),
    ICALLS_END,
};
