/* nativeentries.c - calls of plain function pointers: see nativeentries.il. */
#include <pthread.h>
#include <stdint.h>

typedef struct Pair {
    double a;
    int64_t b;
} Pair;

typedef struct Large {
    int64_t at[4];
} Large;

int call(int (*function)(int), int n);
int call_there(int (*function)(int), int n);
int small(int8_t (*function)(int8_t, uint16_t));
int pair(Pair (*function)(Pair, float));
int large(Large (*function)(int, Large));

int call(int (*function)(int), int n)
{
    return function(n) + 1;
}

typedef struct Call {
    int (*function)(int);
    int n;
} Call;

static void *run(void *arg)
{
    Call *c = arg;
    c->n = c->function(c->n);
    return 0;
}

int call_there(int (*function)(int), int n)
{
    Call c = {function, n};
    pthread_t thread;
    pthread_create(&thread, 0, run, &c);
    pthread_join(thread, 0);
    return c.n;
}

int small(int8_t (*function)(int8_t, uint16_t))
{
    return function(-5, 65535);
}

int pair(Pair (*function)(Pair, float))
{
    Pair p = function((Pair){1.5, 7}, 2.5f);
    return (int)(10 * p.a) + (int)p.b;
}

int large(Large (*function)(int, Large))
{
    Large l = function(3, (Large){{1, 2, 3, 4}});
    return (int)(l.at[0] + 10 * l.at[1] + 100 * l.at[2] + 1000 * l.at[3]);
}
