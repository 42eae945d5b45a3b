/* finalizer.c - runs Object.Finalize, on a thread that starts with the first need. */
#include "common/base/lock.h"
#include "loader/gc/gc_private.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

#include "common/base/log.h"
#include "loader/gc/object.h"

static Lock lock = LOCK_INIT(LOCK_FINALIZER);
static pthread_cond_t wake = PTHREAD_COND_INITIALIZER;
static pthread_cond_t done = PTHREAD_COND_INITIALIZER;
static const GcRuntime *runtime;
static bool started;
static bool ending; /* gc_finalize_all has been called */
static uint64_t requested, finished;
static __thread bool is_finalizer_thread;

static Lock calls_lock = LOCK_INIT(LOCK_FINALIZER);
static GcCall *calls, **last_call = &calls; /* atomic the first; under calls_lock */

typedef enum Turn {
    TURN_NOW,
    TURN_LIBRARY,  /* at the end: programs' finalizers may still write to the console */
    TURN_CRITICAL, /* a stream's finalizer may use its SafeHandle */
    TURN_COUNT,
    TURN_NEVER, /* threads in the background go on waiting until the process has ended
                 */
} Turn;

typedef struct Deferred {
    struct Deferred *next;
    Object *object;
} Deferred;

static Deferred *deferred[TURN_COUNT]; /* a root; under lock */

static Turn finalizer_turn(const Type *type)
{
    const World *world = type->world;
    if (ending && type == world->known.safe_wait_handle)
        return TURN_NEVER;
    if (type_is_subclass(type, world->known.critical_finalizer))
        return TURN_CRITICAL;
    return ending && type->assembly == world->corlib ? TURN_LIBRARY : TURN_NOW;
}

static void finalizer_run(void *p, void *data)
{
    (void)data;
    Turn turn = finalizer_turn(object_type(p));
    if (turn == TURN_NEVER)
        return;
    if (turn == TURN_NOW) {
        runtime->finalize(p);
        return;
    }
    Deferred *entry = gc_alloc(sizeof *entry);
    if (!entry)
        return;
    entry->object = p;
    lock_acquire(&lock);
    entry->next = deferred[turn];
    deferred[turn] = entry;
    lock_release(&lock);
}

static void finalizer_run_deferred(void)
{
    for (Turn turn = TURN_NOW + 1; turn < TURN_COUNT; turn++) {
        lock_acquire(&lock);
        Deferred *entry = deferred[turn];
        deferred[turn] = NULL;
        lock_release(&lock);
        for (; entry; entry = entry->next)
            runtime->finalize(entry->object);
    }
}

void finalizer_add_call(GcCall *call)
{
    call->next = NULL;
    lock_acquire(&calls_lock);
    __atomic_store_n(last_call, call, __ATOMIC_RELEASE);
    last_call = &call->next;
    lock_release(&calls_lock);
}

static bool has_calls(void)
{
    return __atomic_load_n(&calls, __ATOMIC_ACQUIRE) != NULL;
}

static void run_calls(void)
{
    lock_acquire(&calls_lock);
    GcCall *call = calls, *next;
    __atomic_store_n(&calls, NULL, __ATOMIC_RELAXED);
    last_call = &calls;
    lock_release(&calls_lock);
    for (; call; call = next) {
        next = call->next;
        call->run(call);
    }
}

static void run_ready(void)
{
    while (finalizable_run_next())
        continue;
}

static void *finalizer_main(void *arg)
{
    (void)arg;
    is_finalizer_thread = true;
    if (!runtime->attach_thread("Finalizer"))
        return NULL;
    lock_acquire(&lock);
    for (;;) {
        while (finished == requested)
            lock_wait(&lock, &wake, NULL);
        uint64_t goal = requested;
        lock_release(&lock);
        run_calls();
        while (finalizable_is_ready()) {
            run_ready();
            finalizer_run_deferred();
        }
        gc_wipe_stack(); /* of what finalizers left */
        lock_acquire(&lock);
        finished = goal;
        pthread_cond_broadcast(&done);
    }
    return NULL;
}

void finalizer_notify(void)
{
    bool news = finalizable_has_news();
    if (ending || !(news || has_calls()))
        return;
    lock_acquire(&lock);
    bool start = !started;
    started = true;
    requested++;
    pthread_cond_signal(&wake);
    lock_release(&lock);
    if (!start)
        return;
    pthread_t thread;
    if (!pthread_create(&thread, NULL, finalizer_main, NULL)) {
        pthread_detach(thread);
        return;
    }
    log_line(LOG_WARN, "no thread for finalizers can be started");
    lock_acquire(&lock);
    started = false; /* the next need tries again */
    lock_release(&lock);
}

void finalizer_start(const GcRuntime *given)
{
    runtime = given;
    gc_root(deferred, sizeof deferred);
}

void gc_register_finalizer(Object *object)
{
    finalizable_register(object, finalizer_run, NULL);
}

static void block_found(void *block, void *free_it)
{
    if (!ending)
        ((void (*)(void *))free_it)(block);
}

/* What blocks own elsewhere the collector does not see grow: after so many of them it
 * looks for garbage. */
enum { BLOCKS_A_COLLECTION = 2048 };

void gc_register_block(void *block, void (*free_it)(void *block))
{
    static uint32_t count;
    finalizable_register_block(block, block_found, (void *)free_it);
    if (__atomic_add_fetch(&count, 1, __ATOMIC_RELAXED) % BLOCKS_A_COLLECTION == 0)
        gc_collect();
}

void gc_suppress_finalizer(Object *object)
{
    finalizable_forget(object);
}

void gc_run_finalizers(void)
{
    if (is_finalizer_thread || !started)
        return;
    lock_acquire(&lock);
    uint64_t goal = ++requested;
    pthread_cond_signal(&wake);
    while (finished < goal)
        lock_wait(&lock, &done, NULL);
    lock_release(&lock);
}

/* Lets the thread end what it is at: two seconds at most, as in mono. */
static void finalizer_wait_idle(void)
{
    if (is_finalizer_thread)
        return;
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += 2;
    int code = 0;
    lock_acquire(&lock);
    while (started && finished < requested && !code)
        code = lock_wait(&lock, &done, &until);
    lock_release(&lock);
}

/* A finalizer that ends the process is the last one. */
void gc_finalize_all(void)
{
    ending = true;
    if (is_finalizer_thread)
        return;
    finalizer_wait_idle();
    run_ready();
    while (finalizable_make_all_ready())
        run_ready();
    finalizer_run_deferred();
}
