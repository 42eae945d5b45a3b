/* jit.c - the JIT's client: requests to the worker, and what becomes of the answers.
 *
 * jit_compile_now asks for one method and waits; the background thread asks for what
 * the interpreter found warm, in batches of one assembly, and installs the code when it
 * comes. What gains most for the compiler's time comes first; while many wait they are
 * compiled with less effort, and once more with all of it when nobody waits. When the
 * program itself has nothing to do, what it interpreted is compiled for the next run
 * (learn.c), as at its end. One request is under way at a time (jit.turn). A batch that
 * fails is asked for again method by method, so that only the guilty one stays without
 * code; where request after request fails the JIT is given up, the program goes on
 * interpreted, and the log says why.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/base/hash.h"
#include "common/base/lock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "loader/exec/bind.h"
#include "loader/exec/cache.h"
#include "loader/exec/interp_private.h"
#include "loader/exec/jit.h"
#include "loader/exec/learn_private.h"
#include "loader/exec/worker_private.h"
#include "loader/vm/thread.h"
#include "loader/exec/bind_images.h"
#include "loader/exec/method.h"
#include "common/ir/ir.h"
#include "loader/vm/vm.h"

enum {
    BATCH = 64,
    BATCH_INSNS = 4000, /* of the interpreter's, in all */
    MANY = 64,          /* left waiting behind a batch */
    METHOD_INSNS = 30,  /* what any method costs the compiler, in such */
    LEVEL_NOW = 1,
    LEVEL_HURRY = 1,
    LEVEL_HOT = 2,
    FAILURES_MAX = 3,            /* one after the other */
    PATIENCE_MS = 200,           /* at the end, for who holds the turn */
    PATIENCE_NS = 20 * 1000000L, /* of the first batch; shorter programs need no JIT */
    IDLE_MS = 100,               /* until nobody seems to wait */
    QUIET_MS = 10000,            /* until the program seems to have nothing to do */
    HASTY_MS = 1000,             /* the same where it may learn at any time */
};

typedef struct Wanted {
    Method *method; /* exact, as the interpreter runs it */
    bool osr;
    uint32_t osr_il;
    uint32_t insns; /* how large it is */
    double gain;    /* how hot it is for its size, when a batch is chosen */
} Wanted;

static struct {
    Lock turn; /* holds it: the one who talks to the worker */
    Lock lock; /* leaf: the queue and what was asked for */
    pthread_cond_t more;
    bool failed, background, stopping; /* atomic */
    int failures;                      /* since the last success */
    pid_t owner;
    VEC(Wanted) queue;
    VEC(Wanted) hurried; /* the background's own: to be compiled better */
    Map asked;           /* OSR: key -> OsrState */
    Map refused;         /* body -> reason, owned */
} jit = {.turn = LOCK_INIT(LOCK_JIT_TURN),
         .lock = LOCK_INIT(LOCK_LEAF),
         .more = PTHREAD_COND_INITIALIZER};

static bool jit_failed(void)
{
    return __atomic_load_n(&jit.failed, __ATOMIC_ACQUIRE);
}

/* From now on nothing more is asked for. */
static void jit_fail(void)
{
    __atomic_store_n(&jit.failed, true, __ATOMIC_RELEASE);
}

/* Whoever waits for an answer gets none: nobody needs it any more. */
static bool turn_take_at_once(void)
{
    const struct timespec moment = {0, 1000000};
    if (lock_try(&jit.turn))
        return true;
    worker_kill();
    for (int i = 0; i < PATIENCE_MS; i++) {
        if (lock_try(&jit.turn))
            return true;
        nanosleep(&moment, NULL);
    }
    return false;
}

/* Lets the worker go, with that if there is something; jit.turn is held. */
static void worker_leave(Learned *learned)
{
    Buffer payload = BUFFER_INIT;
    if (cache_tidy(learned, &payload)) {
        int pending = cache_pending();
        worker_tell(JIT_TIDY, buffer_bytes(&payload), pending);
        if (pending >= 0)
            close(pending);
    }
    worker_close();
    learn_free(learned);
    buffer_free(&payload);
}

/* A worker must not outlive the program but for tidying up. */
static void jit_stop(void)
{
    if (getpid() != jit.owner)
        return; /* a child that native code has forked */
    __atomic_store_n(&jit.stopping, true, __ATOMIC_RELEASE);
    jit_fail();
    if (!turn_take_at_once())
        return;
    Learned learned = learn_from_run();
    worker_leave(&learned);
    lock_release(&jit.turn);
}

static void exit_register(void)
{
    jit.owner = getpid();
    (void)atexit(jit_stop);
}

void jit_at_exit(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, exit_register);
}

/* -- requests ------------------------------------------------------------------ */

static void refuse(Method *body, const char *reason)
{
    lock_acquire(&jit.lock);
    if (!map_ptr_get(&jit.refused, body))
        map_ptr_put(&jit.refused, body, mem_strdup(reason));
    lock_release(&jit.lock);
}

static void answer_note(const JitMessage *answer, const JitRequest *request,
                        Arena *scratch)
{
    JitFailure *failures;
    uint32_t n;
    Err err = ERR_INIT;
    if (!jit_answer_read(buffer_bytes(&answer->payload), &failures, &n, scratch, &err))
        return;
    for (uint32_t i = 0; i < n; i++) {
        if (failures[i].item >= request->n)
            continue;
        Method *body = request->items[failures[i].item].method;
        refuse(body, failures[i].reason);
        if (log_enabled(LOG_INFO))
            log_line(LOG_INFO, "JIT: %s: %s", method_name(scratch, body),
                     failures[i].reason);
    }
}

/* Maps the image of an answer and keeps it in the cache. */
static void answer_use(JitMessage *answer, const JitRequest *request)
{
    Verdict verdict = {.kind = VERDICT_ACCEPTED};
    if (answer->fd < 0)
        return;
    if (!vm.no_cache)
        cache_store(request->home, answer->fd);
    Sidecar *sidecar =
        sidecar_load_fd(answer->fd, "(compiled at run time)", bind_host(),
                        request->home, SIDECAR_ANY_OWNER, &verdict);
    answer->fd = -1;
    if (sidecar)
        bind_add_jitted(sidecar, RAN_JITTED);
    for (size_t i = 0; !sidecar && i < verdict.reasons.n; i++)
        log_line(LOG_WARN, "JIT: %s", verdict.reasons.at[i].text);
    verdict_free(&verdict);
}

static const char *given_up; /* why; release */

const char *jit_given_up(void)
{
    return __atomic_load_n(&given_up, __ATOMIC_ACQUIRE);
}

/* Refused in this run, or in one before. */
static const char *refusal(Method *body)
{
    JitRefused before;
    uint64_t key = subject_method_key(body);
    lock_acquire(&jit.lock);
    const char *reason = map_ptr_get(&jit.refused, body);
    lock_release(&jit.lock);
    if (reason || vm.no_cache)
        return reason;
    cache_refused(bind_home(body), &before);
    for (uint32_t i = 0; i < before.n && !reason; i++)
        if (before.keys[i] == key)
            reason = mem_strdup(strchr(before.lines[i], '\t') + 1); /* for ever */
    jitcache_refused_free(&before);
    return reason;
}

const char *jit_why_not(Method *method)
{
    const MethodRt *rt = method_rt(method);
    if (vm.mode == VM_INTERP)
        return "--mode=interp";
    if (!bind_is_named(method))
        return "the compiler can't be told of it: it, or a type of it, was made at run "
               "time or is in a load context";
    const char *reason = refusal(method_compiled(method));
    if (!reason)
        reason = jit_given_up();
    if (reason)
        return reason;
    return rt->calls < HOT_CALLS && rt->loops < HOT_LOOP ? "cold"
                                                         : "it waits for the compiler";
}

static void jit_give_up(const Err *err)
{
    __atomic_store_n(&given_up, mem_strdup(err->text), __ATOMIC_RELEASE);
    log_line(LOG_WARN, "no JIT: %s; code that is not precompiled is interpreted",
             err->text);
    jit_fail();
}

/* Has a request compiled and its code ready to be found; jit.turn is held. */
static bool request_try(const JitRequest *request)
{
    Buffer payload = BUFFER_INIT;
    Arena scratch = ARENA_INIT;
    JitMessage answer;
    bool started;
    Err err = ERR_INIT;
    jit_request_write(&payload, vm.world, request);
    bool ok = worker_ask(buffer_bytes(&payload), &answer, &started, &err);
    if (ok) {
        answer_note(&answer, request, &scratch);
        answer_use(&answer, request);
        jit_message_free(&answer);
        jit.failures = 0;
    } else if (!__atomic_load_n(&jit.stopping, __ATOMIC_ACQUIRE)) {
        if (request->n == 1)
            refuse(request->items[0].method, err.text);
        log_line(LOG_INFO, "JIT: %s%s: %s",
                 method_name(&scratch, request->items[0].method),
                 request->n > 1 ? " and others" : "", err.text);
        if (!started || ++jit.failures >= FAILURES_MAX)
            jit_give_up(&err);
    }
    arena_free(&scratch);
    buffer_free(&payload);
    return ok;
}

static void request_run(const JitRequest *request)
{
    jit_at_exit();
    lock_acquire(&jit.turn);
    if (!jit_failed() && !request_try(request) && request->n > 1)
        for (uint32_t i = 0; i < request->n && !jit_failed(); i++)
            request_try(&(JitRequest){request->home, request->opt_level, 1,
                                      &request->items[i]});
    lock_release(&jit.turn);
}

void *jit_compile_now(Method *method)
{
    if (!bind_is_named(method))
        return NULL;
    Method *canonical = method_compiled(method);
    void *code = bind_find_jitted(canonical, IR_NONE);
    if (code || jit_failed())
        return code;
    uint64_t start = vm_now_ns();
    JitItem item = {.method = canonical};
    JitRequest request = {bind_home(canonical), LEVEL_NOW, 1, &item};
    request_run(&request);
    __atomic_add_fetch(&vm.jit_wait_ns, vm_now_ns() - start, __ATOMIC_RELAXED);
    return bind_find_jitted(canonical, IR_NONE);
}

/* -- in the background --------------------------------------------------------- */

static struct timespec after_ms(long ms)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += ms % 1000 * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_nsec -= 1000000000;
        until.tv_sec++;
    }
    return until;
}

/* False: nothing came for a while, and something else can be done. */
static bool queue_wait(void)
{
    bool late = false;
    struct timespec until = after_ms(jit.hurried.n      ? IDLE_MS
                                     : learn_is_hasty() ? HASTY_MS
                                                        : QUIET_MS);
    lock_acquire(&jit.lock);
    while (!jit.queue.n && !late)
        late = lock_wait(&jit.lock, &jit.more, &until) != 0;
    bool any = jit.queue.n != 0;
    lock_release(&jit.lock);
    return any;
}

static void wanted_measure(Wanted *wanted)
{
    const MethodRt *rt = method_rt(wanted->method);
    const InterpCode *code = __atomic_load_n(&rt->interp, __ATOMIC_ACQUIRE);
    wanted->insns = METHOD_INSNS + (code ? code->n : 0);
    wanted->gain = ((double)rt->calls + rt->loops) / wanted->insns;
}

static int compare_gain(const void *a, const void *b)
{
    const Wanted *x = a, *y = b;
    return x->gain < y->gain ? 1 : x->gain > y->gain ? -1 : 0;
}

/* Moves up to a batch of methods of one assembly, the first one's, from the front. */
static uint32_t wanted_take(Wanted *from, size_t *n_from, Wanted *batch)
{
    uint32_t n = 0, insns = 0;
    size_t kept = 0;
    Assembly *home = bind_home(from[0].method);
    for (size_t i = 0; i < *n_from; i++) {
        bool fits = n < BATCH && (!n || insns + from[i].insns <= BATCH_INSNS);
        if (fits && bind_home(from[i].method) == home) {
            insns += from[i].insns;
            batch[n++] = from[i];
        } else {
            from[kept++] = from[i];
        }
    }
    *n_from = kept;
    return n;
}

static uint32_t queue_take(Wanted *batch, size_t *left)
{
    lock_acquire(&jit.lock);
    for (size_t i = 0; i < jit.queue.n; i++)
        wanted_measure(&jit.queue.at[i]);
    qsort(jit.queue.at, jit.queue.n, sizeof *jit.queue.at, compare_gain);
    uint32_t n = wanted_take(jit.queue.at, &jit.queue.n, batch);
    *left = jit.queue.n;
    lock_release(&jit.lock);
    return n;
}

static uint64_t osr_key(const Method *method, uint32_t il)
{
    return hash_mix(hash_ptr(method), il);
}

typedef struct OsrState {
    Method *method;
    uint32_t il;
    void *code; /* release; NULL: not ready */
} OsrState;

static bool osr_equal(const void *value, const void *key)
{
    const OsrState *a = value, *b = key;
    return a->method == b->method && a->il == b->il;
}

static OsrState *osr_find(Method *method, uint32_t il)
{
    OsrState key = {method, il, NULL};
    return map_get(&jit.asked, osr_key(method, il), osr_equal, &key);
}

/* What is compiled for it: shared code, but for a loop of a running frame exact code.
 */
static Method *wanted_body(const Wanted *wanted)
{
    return wanted->osr ? wanted->method : method_compiled(wanted->method);
}

static void *wanted_code(const Wanted *wanted)
{
    return bind_find_jitted(wanted_body(wanted),
                            wanted->osr ? wanted->osr_il : IR_NONE);
}

static void wanted_install(const Wanted *wanted)
{
    void *code = wanted_code(wanted);
    if (!wanted->osr) {
        if (code)
            method_set_code(wanted->method, code, RAN_JITTED);
        return;
    }
    if (code)
        __atomic_or_fetch(&method_rt(wanted->method)->ran, RAN_JITTED,
                          __ATOMIC_RELAXED);
    lock_acquire(&jit.lock);
    __atomic_store_n(&osr_find(wanted->method, wanted->osr_il)->code, code,
                     __ATOMIC_RELEASE);
    lock_release(&jit.lock);
}

static void batch_request(const Wanted *batch, uint32_t n, uint32_t level)
{
    JitItem items[BATCH];
    if (!n)
        return;
    for (uint32_t i = 0; i < n; i++)
        items[i] =
            (JitItem){wanted_body(&batch[i]), batch[i].osr, batch[i].osr_il, NULL};
    JitRequest request = {bind_home(items[0].method), level, n, items};
    request_run(&request);
}

/* A loop that is hot runs on in what is compiled now. */
static uint32_t level_of(const Wanted *batch, uint32_t n, size_t left)
{
    for (uint32_t i = 0; i < n; i++)
        if (batch[i].osr)
            return LEVEL_HOT;
    return left > MANY ? LEVEL_HURRY : LEVEL_HOT;
}

/* Items that have code from elsewhere by now are not asked for again. */
static void batch_compile(const Wanted *batch, uint32_t n, size_t left)
{
    Wanted asked[BATCH];
    uint32_t wanted = 0, level = level_of(batch, n, left);
    for (uint32_t i = 0; i < n; i++)
        if (!wanted_code(&batch[i]))
            asked[wanted++] = batch[i];
    batch_request(asked, wanted, level);
    for (uint32_t i = 0; i < n; i++)
        wanted_install(&batch[i]);
    for (uint32_t i = 0; i < wanted && level == LEVEL_HURRY; i++)
        *vec_push(&jit.hurried) = asked[i];
}

/* Calls that are bound already stay as they are; entries and code to come get it. */
static void batch_improve(void)
{
    Wanted batch[BATCH];
    uint32_t n = wanted_take(jit.hurried.at, &jit.hurried.n, batch);
    batch_request(batch, n, LEVEL_HOT);
    for (uint32_t i = 0; i < n; i++)
        wanted_install(&batch[i]);
}

/* A program that goes on for ever is not told of at its end. */
static void background_learn(void)
{
    lock_acquire(&jit.turn);
    if (!jit_failed()) {
        Learned learned = learn_while_idle();
        if (learned.n)
            worker_leave(&learned);
    }
    lock_release(&jit.turn);
}

static void background_body(void *arg)
{
    const struct timespec patience = {0, PATIENCE_NS};
    Wanted batch[BATCH];
    size_t left;
    (void)arg;
    nanosleep(&patience, NULL);
    for (;;)
        if (queue_wait()) {
            uint32_t n = queue_take(batch, &left);
            batch_compile(batch, n, left);
        } else if (jit.hurried.n) {
            batch_improve();
        } else {
            background_learn();
        }
}

/* jit.lock is held. */
static void queue_put(Wanted wanted)
{
    *vec_push(&jit.queue) = wanted;
    pthread_cond_signal(&jit.more);
}

static void background_start(void)
{
    bool start = !__atomic_exchange_n(&jit.background, true, __ATOMIC_ACQ_REL);
    if (start && !thread_run("codicil JIT", background_body, NULL))
        jit_fail();
}

void jit_enqueue(Method *method)
{
    MethodRt *rt = method_rt(method);
    if (jit_failed() || !bind_is_named(method) ||
        __atomic_exchange_n(&rt->compiling, 1, __ATOMIC_ACQ_REL))
        return;
    lock_acquire(&jit.lock);
    queue_put((Wanted){.method = method});
    lock_release(&jit.lock);
    background_start();
}

void *jit_osr(Method *method, uint32_t il_offset)
{
    bool ask = false;
    if (!bind_is_named(method))
        return NULL;
    lock_acquire(&jit.lock);
    OsrState *state = osr_find(method, il_offset);
    if (!state && !jit_failed()) {
        state = mem_alloc(sizeof *state);
        *state = (OsrState){method, il_offset, NULL};
        map_put(&jit.asked, osr_key(method, il_offset), state);
        queue_put((Wanted){.method = method, .osr = true, .osr_il = il_offset});
        ask = true;
    }
    void *code = state ? __atomic_load_n(&state->code, __ATOMIC_ACQUIRE) : NULL;
    lock_release(&jit.lock);
    if (ask)
        background_start();
    return code;
}
