/* process.h - child processes and others: starting them, knowing when they end, and
 * what the kernel says of them. */
#ifndef LOADER_LIBRARY_MONO_SERVICES_PROCESS_H
#define LOADER_LIBRARY_MONO_SERVICES_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "common/base/vec.h"

/* -- process.c: the table of handles ------------------------------------------- */
typedef struct ProcessEntry {
    struct ProcessEntry *next;
    void *handle; /* the caller's; NULL: given back */
    void (*on_end)(void *handle);
    pid_t pid;
    bool is_child, ended;
    int32_t exit_code;            /* valid when ended */
    int64_t start_time, end_time; /* 100 ns since 1601 */
} ProcessEntry;

/* Notes the process behind a handle. The end of a child is waited for: then on_end is
 * called, with the table locked, on a thread that managed code never enters. */
void process_add(void *handle, pid_t pid, bool is_child, void (*on_end)(void *handle));
/* A copy of what is known; false: not a handle of a process. -1: this process. */
bool process_lookup(const void *handle, ProcessEntry *out);
/* True: the process has ended, and its handle is the caller's alone again. */
bool process_remove(const void *handle);

/* -- process_start.c ----------------------------------------------------------- */
typedef VEC(char *) ShellWords; /* malloc */
void shell_words_free(ShellWords *words);
/* Splits as a shell would: quotes and backslashes, nothing else. */
void shell_words_split(const char *text, ShellWords *out);

/* A process whose standard files are fds; argv and variables end with NULL; directory
 * NULL: this one's. 0 or an errno. */
int process_start(char **argv, char **variables, const char *directory,
                  const int64_t fds[3], pid_t *pid);

/* -- process_facts.c ----------------------------------------------------------- */
typedef VEC(int32_t) Pids;
void process_list(Pids *out);
bool process_exists(pid_t pid);
/* The name as the kernel cuts it; false: there is none. */
bool process_name(pid_t pid, char *out, size_t room);
/* A number out of /proc/PID/status in bytes ("VmRSS"), or -1. */
int64_t process_status(pid_t pid, const char *key);

typedef struct Module { /* a file that is mapped */
    char *path;
    uint64_t start, size; /* of its first mapping */
} Module;
typedef VEC(Module) Modules;
void process_modules(pid_t pid, Modules *out); /* the program first */
void modules_free(Modules *modules);

#endif
