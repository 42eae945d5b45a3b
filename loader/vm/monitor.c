/* monitor.c - object locks: thin in the header word, inflated when threads meet.
 *
 * The word is 0 (free), owner id << 32 | recursions << 2 (thin: held once for 0), or a
 * pointer to a Monitor | 2. Objects never move, so the identity hash needs no room. A
 * Monitor keeps its object by a weak link; when the object is gone it is used again.
 */
#include "loader/vm/monitor.h"

#include <assert.h>
#include <stdlib.h>

#include "common/base/hash.h"
#include "common/base/lock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "loader/vm/sync.h"
#include "loader/gc/gc.h"
#include "loader/gc/object.h"
#include "loader/vm/exception.h"
#include "loader/vm/object.h"
#include "loader/vm/thread.h"

enum { TAG_MASK = 3, TAG_INFLATED = 2, COUNT_SHIFT = 2, OWNER_SHIFT = 32, SPINS = 40 };
static const uintptr_t COUNT_ONE = 1 << COUNT_SHIFT;
static const uintptr_t COUNT_MAX = 0xfffffffc;

typedef struct Waiter {
    pthread_cond_t *cond;
    bool signaled;
    struct Waiter *next;
} Waiter;

typedef struct Monitor {
    Lock lock;
    pthread_cond_t entry;
    uint32_t owner;     /* managed id; 0: free; atomic */
    uint32_t depth;     /* of the owner: entered so often */
    uint32_t n_blocked; /* atomic: threads in entry */
    Waiter *waiters;    /* first waits longest */
    Object **object;    /* a slot that loses it; NULL: the monitor is unused */
    struct Monitor *next;
} Monitor;

static Lock table_lock = LOCK_INIT(LOCK_LEAF);
static Monitor *monitors, *unused; /* under table_lock */
static size_t n_made, n_next_sweep = 256;

uint32_t object_hash(Object *object)
{
    return (uint32_t)hash_ptr(object) & 0x7fffffff;
}

static uint32_t self_id(void)
{
    return (uint32_t)thread_self()->managed_id;
}
static uintptr_t word_of(const Object *object)
{
    return __atomic_load_n(&object->monitor, __ATOMIC_ACQUIRE);
}
static bool word_swap(Object *object, uintptr_t old, uintptr_t new)
{
    return __atomic_compare_exchange_n(&object->monitor, &old, new, false,
                                       __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}
static Monitor *word_monitor(uintptr_t word)
{
    return (word & TAG_MASK) == TAG_INFLATED ? (Monitor *)(word - TAG_INFLATED) : NULL;
}
static uint32_t word_owner(uintptr_t word)
{
    return (uint32_t)(word >> OWNER_SHIFT);
}

/* -- inflation ----------------------------------------------------------------- */

/* Monitors whose objects are gone become unused. */
static void monitors_sweep(void)
{
    for (Monitor **at = &monitors; *at;) {
        Monitor *m = *at;
        if (__atomic_load_n(m->object, __ATOMIC_ACQUIRE)) {
            at = &m->next;
            continue;
        }
        *at = m->next;
        m->next = unused;
        unused = m;
    }
}

static Monitor *monitor_take(void)
{
    if (!unused && n_made >= n_next_sweep) {
        monitors_sweep();
        n_next_sweep = n_made * 2;
    }
    Monitor *m = unused;
    if (m) {
        unused = m->next;
        return m;
    }
    size_t size = (sizeof *m + 63) & ~(size_t)63;
    while (!(m = aligned_alloc(64, size)))
        mem_short(size);
    *m = (Monitor){.owner = 0};
    lock_init(&m->lock, LOCK_WAIT);
    sync_cond_init(&m->entry);
    n_made++;
    return m;
}

static Object **slot_for(Object *object)
{
    Object **slot;
    while (!(slot = gc_slot_new(object, GC_SLOT_LONG)))
        mem_short(sizeof *slot);
    return slot;
}

/* The object's monitor, made if there is none; keeps its owner. *slot: in, for the
 * object; out, one that is not needed any more, or NULL. */
static Monitor *inflate_locked(Object *object, Object ***slot)
{
    Monitor *m = monitor_take();
    Object **left = m->object;
    for (;;) {
        uintptr_t word = word_of(object);
        if (word_monitor(word)) { /* somebody was faster */
            m->next = unused;
            unused = m;
            return word_monitor(word);
        }
        m->owner = word_owner(word);
        m->depth = m->owner ? (uint32_t)((word & COUNT_MAX) >> COUNT_SHIFT) + 1 : 0;
        if (word_swap(object, word, (uintptr_t)m | TAG_INFLATED))
            break;
    }
    m->object = *slot;
    m->next = monitors;
    monitors = m;
    *slot = left;
    return m;
}

static Monitor *monitor_inflate(Object *object)
{
    Monitor *m = word_monitor(word_of(object));
    if (m)
        return m;
    Object **slot = slot_for(object);
    lock_acquire(&table_lock);
    m = inflate_locked(object, &slot);
    lock_release(&table_lock);
    if (slot)
        gc_slot_free(slot);
    return m;
}

/* -- enter and exit ------------------------------------------------------------ */

static bool owner_claim(Monitor *m, uint32_t self)
{
    uint32_t none = 0;
    if (!__atomic_compare_exchange_n(&m->owner, &none, self, false, __ATOMIC_SEQ_CST,
                                     __ATOMIC_SEQ_CST))
        return false;
    m->depth = 1;
    return true;
}

static void owner_release(Monitor *m)
{
    __atomic_store_n(&m->owner, 0, __ATOMIC_SEQ_CST);
    if (!__atomic_load_n(&m->n_blocked, __ATOMIC_SEQ_CST))
        return;
    lock_acquire(&m->lock);
    pthread_cond_signal(&m->entry);
    lock_release(&m->lock);
}

/* With m->lock held. interruptible: else waits on. */
static SyncResult entry_wait(Monitor *m, const struct timespec *deadline,
                             bool interruptible)
{
    uint32_t self = self_id();
    SyncResult result = SYNC_WOKEN;
    bool claimed = false;
    __atomic_add_fetch(&m->n_blocked, 1, __ATOMIC_SEQ_CST);
    while (!(claimed = owner_claim(m, self)) && result == SYNC_WOKEN)
        result = interruptible ? sync_wait(&m->entry, &m->lock, deadline)
                               : sync_wait_always(&m->entry, &m->lock, deadline);
    __atomic_sub_fetch(&m->n_blocked, 1, __ATOMIC_SEQ_CST);
    if (!claimed) /* a signal may have been meant for this thread */
        pthread_cond_signal(&m->entry);
    return claimed ? SYNC_WOKEN : result;
}

static bool enter_inflated(Monitor *m, int32_t ms, bool *taken)
{
    uint32_t self = self_id();
    *taken = true;
    if (__atomic_load_n(&m->owner, __ATOMIC_RELAXED) == self) {
        m->depth++;
        return true;
    }
    for (int i = 0; i < SPINS; i++) {
        if (owner_claim(m, self))
            return true;
        __builtin_ia32_pause();
    }
    if (ms == 0)
        return *taken = false, true;
    struct timespec room, *deadline = sync_deadline(ms, &room);
    lock_acquire(&m->lock);
    SyncResult result = entry_wait(m, deadline, true);
    lock_release(&m->lock);
    *taken = result == SYNC_WOKEN;
    return result != SYNC_INTERRUPTED || sync_raise_interrupted();
}

bool monitor_try_enter(Object *object, int32_t ms, bool *taken)
{
    uintptr_t self = (uintptr_t)self_id() << OWNER_SHIFT;
    if (__builtin_expect(word_swap(object, 0, self), 1))
        return *taken = true;
    uintptr_t word = word_of(object);
    if (!(word & TAG_MASK) && word_owner(word) == self_id() &&
        (word & COUNT_MAX) < COUNT_MAX && word_swap(object, word, word + COUNT_ONE))
        return *taken = true;
    if (ms == 0 && word && !(word & TAG_MASK) && word_owner(word) != self_id())
        return *taken = false, true;
    return enter_inflated(monitor_inflate(object), ms, taken);
}

bool monitor_enter(Object *object)
{
    bool taken;
    return monitor_try_enter(object, -1, &taken);
}

static bool raise_not_owned(void)
{
    return exception_set("System.Threading.SynchronizationLockException",
                         "Object synchronization method was called from an "
                         "unsynchronized block of code.");
}

bool monitor_exit(Object *object)
{
    for (;;) {
        uintptr_t word = word_of(object);
        Monitor *m = word_monitor(word);
        uint32_t owner = m ? m->owner : word_owner(word);
        if (owner != self_id())
            return raise_not_owned();
        if (m) {
            if (!--m->depth)
                owner_release(m);
            return true;
        }
        if (word_swap(object, word, word & COUNT_MAX ? word - COUNT_ONE : 0))
            return true;
    }
}

static uint32_t monitor_owner(Object *object)
{
    uintptr_t word = word_of(object);
    Monitor *m = word_monitor(word);
    return m ? __atomic_load_n(&m->owner, __ATOMIC_ACQUIRE) : word_owner(word);
}

bool monitor_is_owned(Object *object)
{
    return monitor_owner(object) == self_id();
}

bool monitor_is_locked(Object *object)
{
    return monitor_owner(object) != 0;
}

/* -- wait and pulse ------------------------------------------------------------ */

static void waiter_add(Monitor *m, Waiter *waiter)
{
    Waiter **at = &m->waiters;
    while (*at)
        at = &(*at)->next;
    *at = waiter;
}

static void waiter_remove(Monitor *m, const Waiter *waiter)
{
    for (Waiter **at = &m->waiters; *at; at = &(*at)->next)
        if (*at == waiter) {
            *at = waiter->next;
            return;
        }
}

bool monitor_wait(Object *object, int32_t ms, bool *signaled)
{
    if (!monitor_is_owned(object))
        return raise_not_owned();
    Monitor *m = monitor_inflate(object);
    struct timespec room, *deadline = sync_deadline(ms, &room);
    Waiter waiter = {.cond = &thread_self()->sync->cond};
    uint32_t depth = m->depth;
    SyncResult result = SYNC_WOKEN;
    lock_acquire(&m->lock);
    waiter_add(m, &waiter);
    __atomic_store_n(&m->owner, 0, __ATOMIC_SEQ_CST);
    pthread_cond_signal(&m->entry);
    while (!waiter.signaled && result == SYNC_WOKEN)
        result = sync_wait(waiter.cond, &m->lock, deadline);
    if (!waiter.signaled)
        waiter_remove(m, &waiter);
    entry_wait(m, NULL, false);
    lock_release(&m->lock);
    m->depth = depth;
    *signaled = waiter.signaled;
    return result != SYNC_INTERRUPTED || sync_raise_interrupted();
}

static bool monitor_wake(Object *object, bool all)
{
    if (!monitor_is_owned(object))
        return raise_not_owned();
    Monitor *m = word_monitor(word_of(object));
    if (!m)
        return true; /* nobody can wait on a thin lock */
    lock_acquire(&m->lock);
    while (m->waiters) {
        Waiter *waiter = m->waiters;
        m->waiters = waiter->next;
        waiter->signaled = true;
        pthread_cond_signal(waiter->cond);
        if (!all)
            break;
    }
    lock_release(&m->lock);
    return true;
}

bool monitor_pulse(Object *object)
{
    return monitor_wake(object, false);
}

bool monitor_pulse_all(Object *object)
{
    return monitor_wake(object, true);
}
