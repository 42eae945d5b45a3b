/* learn.c - see learn_private.h. */
#include "loader/exec/learn_private.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/base/map.h"
#include "format/jitproto.h"
#include "loader/exec/bind.h"
#include "loader/exec/cache.h"
#include "loader/exec/method.h"
#include "loader/vm/vm.h"

enum {
    WORTH_MS = 200, /* of CPU that a run has to take */
    WORTH_CALLS = 64,
    MORE = 64,       /* methods that were not told of before */
    ROOM = 64 << 20, /* bytes that are free for it */
};

typedef struct Met {
    Assembly *home;
    Method *method;
    uint64_t heat; /* calls and loops */
} Met;

typedef struct Meeting {
    VEC(Met) met;
    uint64_t heat;
} Meeting;

static long cpu_ms(void)
{
    struct timespec now = {0, 0};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void meet(void *user, MethodRt *rt)
{
    Meeting *meeting = user;
    uint8_t ran = __atomic_load_n(&rt->ran, __ATOMIC_RELAXED);
    if (!(ran & RAN_INTERPRETED) ||
        __atomic_load_n(&rt->how, __ATOMIC_ACQUIRE) != HOW_INTERP ||
        !bind_is_named(rt->method))
        return;
    uint64_t heat = 1 + (uint64_t)rt->calls + rt->loops;
    *vec_push(&meeting->met) = (Met){bind_home(rt->method), rt->method, heat};
    meeting->heat += heat;
}

static int compare_met(const void *a, const void *b)
{
    const Met *x = a, *y = b;
    if (x->home != y->home)
        return x->home < y->home ? -1 : 1;
    return x->heat < y->heat ? 1 : x->heat > y->heat ? -1 : 0;
}

/* The bodies of the methods, each once, without those that were refused before. */
static uint32_t choose(const Met *met, size_t n, JitItem *items)
{
    JitRefused refused;
    Map seen = MAP_INIT;
    uint32_t chosen = 0;
    cache_refused(met->home, &refused);
    for (size_t i = 0; i < n && chosen < JIT_ITEMS_MAX; i++) {
        Method *body = method_compiled(met[i].method);
        if (map_ptr_get(&seen, body))
            continue;
        map_ptr_put(&seen, body, body);
        if (!jitcache_refused_has(&refused, subject_method_key(body)))
            items[chosen++] = (JitItem){.method = body};
    }
    jitcache_refused_free(&refused);
    map_keyed_free(&seen);
    return chosen;
}

/* met: of one assembly. */
static void learn_of(Learned *learned, const Met *met, size_t n)
{
    JitItem *items = calloc(n, sizeof *items);
    JitRequest request = {.home = met->home, .opt_level = 2, .items = items};
    if (items)
        request.n = choose(met, n, items);
    if (request.n) {
        LearnedOf *of = vec_push(learned);
        *of = (LearnedOf){met->home, BUFFER_INIT};
        jit_request_write(&of->request, vm.world, &request);
    }
    free(items);
}

/* A program that has come to its end with all memory taken shall not fail now. */
static bool has_room(void)
{
    void *room = malloc(ROOM);
    free(room);
    return room != NULL;
}

static bool is_wanted(const char *how)
{
    const char *wanted = secure_getenv("CODICIL_LEARN");
    return wanted && !strcmp(wanted, how);
}

bool learn_is_hasty(void)
{
    return is_wanted("always");
}

static bool may_learn(void)
{
    return vm.mode == VM_MIXED && !vm.no_cache && !is_wanted("no") &&
           (learn_is_hasty() || cpu_ms() >= WORTH_MS) && has_room();
}

/* Would the next run gain by it? */
static bool is_worth(const Meeting *meeting)
{
    return meeting->met.n && (learn_is_hasty() || meeting->heat >= WORTH_CALLS);
}

static void learn_all(Learned *learned, Meeting *meeting)
{
    const Met *met = meeting->met.at;
    size_t n = meeting->met.n;
    qsort(meeting->met.at, n, sizeof *met, compare_met);
    for (size_t first = 0, end; first < n; first = end) {
        for (end = first; end < n && met[end].home == met[first].home; end++)
            ;
        learn_of(learned, met + first, end - first);
    }
}

Learned learn_from_run(void)
{
    Learned learned = {0};
    Meeting meeting = {.heat = 0};
    if (!may_learn())
        return learned;
    method_rt_each(meet, &meeting);
    if (is_worth(&meeting))
        learn_all(&learned, &meeting);
    vec_free(&meeting.met);
    return learned;
}

/* Less than a tenth of the time, since it was last asked. */
static bool has_idled(void)
{
    static long cpu_before;
    static uint64_t before;
    long cpu = cpu_ms();
    uint64_t now = vm_now_ns() / 1000000;
    bool idled = before && cpu - cpu_before < (long)(now - before) / 10;
    cpu_before = cpu;
    before = now;
    return idled;
}

Learned learn_while_idle(void)
{
    static size_t told; /* methods */
    static long looked; /* at what CPU time */
    Learned learned = {0};
    Meeting meeting = {.heat = 0};
    bool has_run = learn_is_hasty() || cpu_ms() - looked >= WORTH_MS;
    if (!has_idled() || !has_run || !may_learn())
        return learned;
    looked = cpu_ms();
    method_rt_each(meet, &meeting);
    if (is_worth(&meeting) && meeting.met.n >= told + MORE) {
        told = meeting.met.n;
        learn_all(&learned, &meeting);
    }
    vec_free(&meeting.met);
    return learned;
}

void learn_free(Learned *learned)
{
    for (size_t i = 0; i < learned->n; i++)
        buffer_free(&learned->at[i].request);
    vec_free(learned);
}
