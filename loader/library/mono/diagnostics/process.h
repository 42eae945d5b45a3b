/* process.h - child processes and others, behind handles. */
#ifndef LOADER_LIBRARY_MONO_DIAGNOSTICS_PROCESS_H
#define LOADER_LIBRARY_MONO_DIAGNOSTICS_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "loader/gc/object.h"

/* A handle is the WaitObject of an event that is set when the process has ended. */
typedef struct ProcessEntry {
    struct ProcessEntry *next;
    void *handle;
    pid_t pid;
    bool is_child, ended;
    int32_t exit_code;            /* valid when ended */
    int64_t start_time, end_time; /* 100 ns since 1601 */
} ProcessEntry;

/* Makes the handle of a process; for a child its end is waited for. NULL: no memory. */
void *process_handle(pid_t pid, bool is_child);
/* A copy of what is known; false: not a handle of a process. -1: this process. */
bool process_lookup(const void *handle, ProcessEntry *out);
void process_close(void *handle);

/* A number out of /proc/PID/status in bytes ("VmRSS"), or -1. */
int64_t process_status(pid_t pid, const char *key);

/* -- process_module.c -------------------------------------------------------- */
/* ProcessModule[] of the process behind a handle; NULL: pending exception. */
Array *process_modules(Object *process, const void *handle);

#endif
