/* process.c - handles of processes, and the threads that wait for children. */
#include "loader/library/mono/services/process.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/base/lock.h"
#include "common/base/log.h"
#include "common/base/mem.h"

static Lock lock = LOCK_INIT(LOCK_PROCESSES);
static ProcessEntry *entries; /* under lock */

static int64_t file_time_now(void)
{
    const int64_t epoch = 11644473600; /* seconds from 1601 to 1970 */
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (t.tv_sec + epoch) * 10000000 + t.tv_nsec / 100;
}

/* Runs on a thread of its own, which managed code never enters. */
static void *wait_for_child(void *arg)
{
    ProcessEntry *entry = arg;
    int status = 0;
    while (waitpid(entry->pid, &status, 0) < 0 && errno == EINTR)
        ;
    lock_acquire(&lock);
    entry->ended = true;
    entry->end_time = file_time_now();
    entry->exit_code =
        WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    if (entry->handle)
        entry->on_end(entry->handle);
    lock_release(&lock);
    return NULL;
}

static void watch(ProcessEntry *entry)
{
    pthread_t thread;
    pthread_attr_t attr;
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    if (pthread_create(&thread, &attr, wait_for_child, entry))
        log_line(LOG_WARN, "no thread waits for process %d", (int)entry->pid);
    pthread_attr_destroy(&attr);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void process_add(void *handle, pid_t pid, bool is_child, void (*on_end)(void *handle))
{
    ProcessEntry *entry = mem_alloc(sizeof *entry);
    *entry = (ProcessEntry){.handle = handle,
                            .on_end = on_end,
                            .pid = pid,
                            .is_child = is_child,
                            .start_time = file_time_now()};
    lock_acquire(&lock);
    entry->next = entries;
    entries = entry;
    lock_release(&lock);
    if (is_child)
        watch(entry);
}

static ProcessEntry *find(const void *handle)
{
    ProcessEntry *entry = entries;
    while (entry && entry->handle != handle)
        entry = entry->next;
    return entry;
}

bool process_lookup(const void *handle, ProcessEntry *out)
{
    if (handle == (void *)-1) {
        *out = (ProcessEntry){.pid = getpid()};
        return true;
    }
    lock_acquire(&lock);
    ProcessEntry *entry = find(handle);
    if (entry)
        *out = *entry;
    lock_release(&lock);
    if (entry && !out->is_child && kill(out->pid, 0) && errno == ESRCH)
        out->ended = true;
    return entry != NULL;
}

/* The entry stays: its thread may still wait. */
bool process_remove(const void *handle)
{
    lock_acquire(&lock);
    ProcessEntry *entry = find(handle);
    bool removed = entry && entry->ended;
    if (removed)
        entry->handle = NULL;
    lock_release(&lock);
    return removed;
}
