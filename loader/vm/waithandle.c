/* waithandle.c - wait objects under one lock.
 *
 * Events are rare next to monitors, so one lock for all keeps waiting for several of
 * them simple: a signal wakes whoever waits for the object, and each thread looks for
 * itself whether its condition holds.
 */
#include "loader/vm/waithandle.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/lock.h"
#include "common/base/mem.h"
#include "loader/vm/sync.h"
#include "loader/vm/thread.h"

typedef struct WaitLink { /* a thread that waits for an object */
    pthread_cond_t *cond;
    struct WaitLink *next;
} WaitLink;

struct WaitObject {
    char kind;      /* 'e' event, 'm' mutex, 's' semaphore */
    bool manual;    /* event */
    bool abandoned; /* mutex */
    uint32_t refs;
    int32_t count;   /* event: signaled; semaphore: count; mutex: depth of the owner */
    int32_t maximum; /* semaphore */
    Thread *owner;   /* mutex */
    WaitObject *next_owned; /* mutex: list in Thread.wait */
    WaitLink *waiters;
    char *name;
    WaitObject *next_named;
};

static Lock lock = LOCK_INIT(LOCK_WAIT);
static WaitObject *named;

/* -- objects ------------------------------------------------------------------- */

static WaitObject *named_find(char kind, const char *name)
{
    for (WaitObject *o = named; o; o = o->next_named)
        if (o->kind == kind && !strcmp(o->name, name))
            return o;
    return NULL;
}

WaitObject *wait_object_open(char kind, const char *name)
{
    lock_acquire(&lock);
    WaitObject *object = name ? named_find(kind, name) : NULL;
    if (object)
        object->refs++;
    lock_release(&lock);
    return object;
}

static WaitObject *object_create(char kind, int32_t count, const char *name,
                                 bool *created)
{
    WaitObject *object = wait_object_open(kind, name);
    *created = !object;
    if (object)
        return object;
    object = mem_alloc(sizeof *object);
    object->kind = kind;
    object->refs = 1;
    object->count = count;
    if (!name)
        return object;
    object->name = mem_strdup(name);
    lock_acquire(&lock);
    object->next_named = named;
    named = object;
    lock_release(&lock);
    return object;
}

WaitObject *event_create(bool manual_reset, bool initial, const char *name,
                         bool *created)
{
    WaitObject *event = object_create('e', initial, name, created);
    if (*created)
        event->manual = manual_reset;
    return event;
}

WaitObject *semaphore_create(int32_t initial, int32_t maximum, const char *name,
                             bool *created)
{
    WaitObject *semaphore = object_create('s', initial, name, created);
    if (*created)
        semaphore->maximum = maximum;
    return semaphore;
}

/* With the lock held. */
static void mutex_take(WaitObject *mutex, Thread *thread)
{
    if (mutex->owner == thread) {
        mutex->count++;
        return;
    }
    mutex->owner = thread;
    mutex->count = 1;
    mutex->next_owned = thread->wait;
    thread->wait = mutex;
}

WaitObject *mutex_create(bool initially_owned, const char *name, bool *created)
{
    WaitObject *mutex = object_create('m', 0, name, created);
    if (*created && initially_owned) {
        lock_acquire(&lock);
        mutex_take(mutex, thread_self());
        lock_release(&lock);
    }
    return mutex;
}

WaitObject *wait_object_share(WaitObject *object)
{
    lock_acquire(&lock);
    object->refs++;
    lock_release(&lock);
    return object;
}

char wait_object_kind(const WaitObject *object)
{
    return object->kind;
}

void wait_object_close(WaitObject *object)
{
    if (!object)
        return;
    lock_acquire(&lock);
    bool last = !--object->refs && !object->owner && !object->waiters;
    for (WaitObject **at = &named; last && *at; at = &(*at)->next_named)
        if (*at == object) {
            *at = object->next_named;
            break;
        }
    lock_release(&lock);
    if (!last)
        return;
    free(object->name);
    free(object);
}

/* -- signaling ----------------------------------------------------------------- */

static void wake_waiters(const WaitObject *object)
{
    for (const WaitLink *link = object->waiters; link; link = link->next)
        pthread_cond_signal(link->cond);
}

/* With the lock held. */
static bool semaphore_add(WaitObject *semaphore, int32_t n, int32_t *previous)
{
    *previous = semaphore->count;
    if (semaphore->kind != 's' || n > semaphore->maximum - semaphore->count)
        return false;
    semaphore->count += n;
    wake_waiters(semaphore);
    return true;
}

static void mutex_unlink(WaitObject *mutex)
{
    WaitObject **at = (WaitObject **)&mutex->owner->wait;
    while (*at != mutex)
        at = &(*at)->next_owned;
    *at = mutex->next_owned;
    mutex->owner = NULL;
    wake_waiters(mutex);
}

static bool mutex_give(WaitObject *mutex)
{
    if (mutex->kind != 'm' || mutex->owner != thread_self())
        return false;
    if (!--mutex->count)
        mutex_unlink(mutex);
    return true;
}

static bool event_put(WaitObject *event, int32_t signaled)
{
    if (event->kind != 'e')
        return false;
    event->count = signaled;
    if (signaled)
        wake_waiters(event);
    return true;
}

bool event_set(WaitObject *event)
{
    lock_acquire(&lock);
    bool ok = event_put(event, 1);
    lock_release(&lock);
    return ok;
}

bool event_reset(WaitObject *event)
{
    lock_acquire(&lock);
    bool ok = event_put(event, 0);
    lock_release(&lock);
    return ok;
}

bool mutex_release(WaitObject *mutex)
{
    lock_acquire(&lock);
    bool ok = mutex_give(mutex);
    lock_release(&lock);
    return ok;
}

bool semaphore_release(WaitObject *semaphore, int32_t count, int32_t *previous)
{
    lock_acquire(&lock);
    bool ok = semaphore_add(semaphore, count, previous);
    lock_release(&lock);
    return ok;
}

void wait_thread_ends(Thread *thread)
{
    lock_acquire(&lock);
    while (thread->wait) {
        WaitObject *mutex = thread->wait;
        mutex->abandoned = true;
        mutex->count = 0;
        mutex_unlink(mutex);
    }
    lock_release(&lock);
}

/* -- waiting ------------------------------------------------------------------- */

static bool object_ready(const WaitObject *object, const Thread *thread)
{
    if (object->kind == 'm')
        return !object->owner || object->owner == thread;
    return object->count > 0;
}

/* Takes what a wait takes. True: it was an abandoned mutex. */
static bool object_consume(WaitObject *object, Thread *thread)
{
    if (object->kind == 'm') {
        bool abandoned = object->abandoned;
        object->abandoned = false;
        mutex_take(object, thread);
        return abandoned;
    }
    if (object->kind == 's')
        object->count--;
    else if (!object->manual)
        object->count = 0;
    return false;
}

typedef struct Wait {
    WaitObject **objects;
    int32_t n;
    bool all;
    bool always; /* not to be interrupted */
    WaitLink links[WAIT_MAX];
} Wait;

/* Ends the wait if its condition holds: a WAIT_* result, or -1. */
static int32_t wait_try(const Wait *wait, Thread *self)
{
    int32_t n_ready = 0;
    for (int32_t i = 0; i < wait->n; i++) {
        if (!object_ready(wait->objects[i], self))
            continue;
        if (!wait->all)
            return i + (object_consume(wait->objects[i], self) ? WAIT_ABANDONED : 0);
        n_ready++;
    }
    if (!wait->all || n_ready < wait->n)
        return -1;
    bool abandoned = false;
    for (int32_t i = 0; i < wait->n; i++)
        abandoned |= object_consume(wait->objects[i], self);
    return abandoned ? WAIT_ABANDONED : WAIT_SIGNALED;
}

static void wait_link(Wait *wait, pthread_cond_t *cond)
{
    for (int32_t i = 0; i < wait->n; i++) {
        wait->links[i] = (WaitLink){cond, wait->objects[i]->waiters};
        wait->objects[i]->waiters = &wait->links[i];
    }
}

static void wait_unlink(Wait *wait)
{
    for (int32_t i = 0; i < wait->n; i++) {
        WaitLink **at = &wait->objects[i]->waiters;
        while (*at != &wait->links[i])
            at = &(*at)->next;
        *at = wait->links[i].next;
    }
}

/* With the lock held, which it gives up. */
static int32_t wait_locked(Wait *wait, int32_t ms)
{
    Thread *self = thread_self();
    struct timespec room, *deadline = sync_deadline(ms, &room);
    SyncResult woken = SYNC_WOKEN;
    int32_t result = wait_try(wait, self);
    if (result < 0 && ms != 0) {
        wait_link(wait, &self->sync->cond);
        while (result < 0 && woken == SYNC_WOKEN) {
            woken = wait->always ? sync_wait_always(&self->sync->cond, &lock, deadline)
                                 : sync_wait(&self->sync->cond, &lock, deadline);
            if (woken != SYNC_INTERRUPTED) /* which takes nothing */
                result = wait_try(wait, self);
        }
        wait_unlink(wait);
    }
    lock_release(&lock);
    if (woken == SYNC_INTERRUPTED) {
        sync_raise_interrupted();
        return WAIT_FAILED;
    }
    return result < 0 ? WAIT_TIMED_OUT : result;
}

int32_t wait_objects(WaitObject **objects, int32_t n, bool all, int32_t ms)
{
    if (n < 1 || n > WAIT_MAX)
        return WAIT_FAILED;
    for (int32_t i = 0; i < n; i++)
        if (!objects[i])
            return WAIT_FAILED;
    Wait wait = {.objects = objects, .n = n, .all = all};
    lock_acquire(&lock);
    return wait_locked(&wait, ms);
}

int32_t wait_object_always(WaitObject *object, int32_t ms)
{
    Wait wait = {.objects = &object, .n = 1, .always = true};
    lock_acquire(&lock);
    return wait_locked(&wait, ms);
}

int32_t wait_signal_and_wait(WaitObject *signal, WaitObject *object, int32_t ms)
{
    if (!signal || !object)
        return WAIT_FAILED;
    Wait wait = {.objects = &object, .n = 1};
    int32_t previous;
    lock_acquire(&lock);
    bool ok = signal->kind == 'e'   ? event_put(signal, 1)
              : signal->kind == 'm' ? mutex_give(signal)
                                    : semaphore_add(signal, 1, &previous);
    if (ok)
        return wait_locked(&wait, ms);
    lock_release(&lock);
    return WAIT_FAILED;
}
