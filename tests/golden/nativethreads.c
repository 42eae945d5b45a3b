/* nativethreads.c - threads of native code's own: see nativethreads.cs. */
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

typedef int Function(int n);

typedef struct Calls {
    Function *function;
    int n, times, sum;
} Calls;

int call_here(Function *function, int n);
int call_there(Function *function, int n, int times);
int call_everywhere(Function *function, int threads, int times);
void start_endless(Function *function, int n);
int call_at_end(Function *function, int n);
int call_masked(Function *function, int n, int kilobytes);
void leave_thread(void);
int sum_of(int64_t (*function)(int8_t, uint16_t, int, int64_t, float, double, uint8_t,
                               int64_t, int, double, float, double, double, double,
                               double, double, short));

int call_here(Function *function, int n)
{
    return function(n) + 1;
}

static void *thread_calls(void *arg)
{
    Calls *calls = arg;
    for (int i = 0; i < calls->times; i++)
        calls->sum += calls->function(calls->n + i);
    return NULL;
}

int call_there(Function *function, int n, int times)
{
    Calls calls = {function, n, times, 0};
    pthread_t thread;
    pthread_create(&thread, NULL, thread_calls, &calls);
    pthread_join(thread, NULL);
    return calls.sum;
}

int call_everywhere(Function *function, int threads, int times)
{
    Calls *calls = calloc((size_t)threads, sizeof *calls);
    pthread_t *all = calloc((size_t)threads, sizeof *all);
    int sum = 0;
    for (int i = 0; i < threads; i++) {
        calls[i] = (Calls){function, i, times, 0};
        pthread_create(&all[i], NULL, thread_calls, &calls[i]);
    }
    for (int i = 0; i < threads; i++) {
        pthread_join(all[i], NULL);
        sum += calls[i].sum;
    }
    free(calls);
    free(all);
    return sum;
}

/* A thread with all signals blocked, on a small stack. */
static void *thread_masked(void *arg)
{
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, NULL);
    thread_calls(arg);
    return NULL;
}

int call_masked(Function *function, int n, int kilobytes)
{
    Calls calls = {function, n, 1, 0};
    pthread_attr_t attr;
    pthread_t thread;
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, (size_t)kilobytes << 10);
    pthread_create(&thread, &attr, thread_masked, &calls);
    pthread_attr_destroy(&attr);
    pthread_join(thread, NULL);
    return calls.sum;
}

/* A thread that never ends: it must not keep the program. */
static void *thread_endless(void *arg)
{
    for (;;)
        thread_calls(arg);
    return NULL;
}

void start_endless(Function *function, int n)
{
    Calls *calls = calloc(1, sizeof *calls);
    pthread_t thread;
    *calls = (Calls){function, n, 1, 0};
    pthread_create(&thread, NULL, thread_endless, calls);
    pthread_detach(thread);
}

/* Calls once more when the thread ends already, after the runtime has let it go, or
 * before: the order of keys is not known. */
static pthread_key_t key;

static void last_call(void *arg)
{
    Calls *calls = arg;
    calls->sum += calls->function(calls->n);
}

static void *thread_with_end(void *arg)
{
    pthread_setspecific(key, arg);
    return thread_calls(arg);
}

int call_at_end(Function *function, int n)
{
    Calls calls = {function, n, 1, 0};
    pthread_t thread;
    pthread_key_create(&key, last_call);
    pthread_create(&thread, NULL, thread_with_end, &calls);
    pthread_join(thread, NULL);
    return calls.sum;
}

void leave_thread(void)
{
    pthread_exit(NULL);
}

/* More arguments of both kinds than there are registers. */
int sum_of(int64_t (*function)(int8_t, uint16_t, int, int64_t, float, double, uint8_t,
                               int64_t, int, double, float, double, double, double,
                               double, double, short))
{
    return (int)function(-1, 65535, -3, 4, 5.5f, 6.25, 255, 8, 9, 10, 11.5f, 12, 13, 14,
                         15, 16.5, -17);
}
