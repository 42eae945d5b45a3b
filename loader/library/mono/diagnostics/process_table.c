/* process_table.c - handles of processes, and the threads that wait for children. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/base/lock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "loader/library/mono/diagnostics/process.h"
#include "loader/vm/waithandle.h"

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
        event_set(entry->handle);
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

void *process_handle(pid_t pid, bool is_child)
{
    char name[48];
    bool created;
    static uint32_t number;
    snprintf(name, sizeof name, "codicil-process-%d-%u", (int)pid,
             __atomic_add_fetch(&number, 1, __ATOMIC_RELAXED));
    ProcessEntry *entry = mem_alloc(sizeof *entry);
    void *handle = entry ? event_create(true, false, name, &created) : NULL;
    if (!handle) {
        free(entry);
        return NULL;
    }
    *entry = (ProcessEntry){.handle = handle,
                            .pid = pid,
                            .is_child = is_child,
                            .start_time = file_time_now()};
    lock_acquire(&lock);
    entry->next = entries;
    entries = entry;
    lock_release(&lock);
    if (is_child)
        watch(entry);
    return handle;
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
void process_close(void *handle)
{
    lock_acquire(&lock);
    ProcessEntry *entry = find(handle);
    if (entry && entry->ended)
        entry->handle = NULL;
    lock_release(&lock);
    if (entry && !entry->handle)
        wait_object_close(handle);
}

int64_t process_status(pid_t pid, const char *key)
{
    char path[64], line[256];
    int64_t value = -1;
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *file = fopen(path, "re");
    while (file && value < 0 && fgets(line, sizeof line, file)) {
        size_t n = strlen(key);
        if (!strncmp(line, key, n) && line[n] == ':') {
            char *unit;
            value = strtoll(line + n + 1, &unit, 10);
            if (strstr(unit, "kB"))
                value *= 1024;
        }
    }
    if (file)
        fclose(file);
    return value;
}
