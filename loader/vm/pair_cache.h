/* pair_cache.h - answers for pairs of pointers, read without a lock.
 *
 * A direct-mapped table. An entry's sequence number is odd while it is written; a
 * reader that sees it change takes the answer for a miss.
 */
#ifndef LOADER_VM_PAIR_CACHE_H
#define LOADER_VM_PAIR_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PAIR_CACHE_SIZE = 2048 };

typedef struct PairEntry {
    uint32_t sequence;
    const void *a, *b;
    void *value;
} PairEntry;

typedef struct PairCache {
    PairEntry entries[PAIR_CACHE_SIZE];
} PairCache;

static inline PairEntry *pair_cache_at(PairCache *cache, const void *a, const void *b)
{
    uint64_t h =
        (uintptr_t)a * 0x9e3779b97f4a7c15u ^ (uintptr_t)b * 0xc2b2ae3d27d4eb4fu;
    return &cache->entries[h >> 40 & (PAIR_CACHE_SIZE - 1)];
}

/* NULL: not known. */
static inline void *pair_cache_get(PairCache *cache, const void *a, const void *b)
{
    PairEntry *e = pair_cache_at(cache, a, b);
    uint32_t before = __atomic_load_n(&e->sequence, __ATOMIC_ACQUIRE);
    const void *ea = __atomic_load_n(&e->a, __ATOMIC_RELAXED);
    const void *eb = __atomic_load_n(&e->b, __ATOMIC_RELAXED);
    void *value = __atomic_load_n(&e->value, __ATOMIC_RELAXED);
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    uint32_t after = __atomic_load_n(&e->sequence, __ATOMIC_RELAXED);
    return !(before & 1) && before == after && ea == a && eb == b ? value : NULL;
}

static inline void pair_cache_put(PairCache *cache, const void *a, const void *b,
                                  void *value)
{
    PairEntry *e = pair_cache_at(cache, a, b);
    uint32_t sequence = __atomic_load_n(&e->sequence, __ATOMIC_RELAXED);
    if (sequence & 1 ||
        !__atomic_compare_exchange_n(&e->sequence, &sequence, sequence + 1, false,
                                     __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
        return; /* somebody else writes it */
    __atomic_thread_fence(__ATOMIC_RELEASE);
    __atomic_store_n(&e->a, a, __ATOMIC_RELAXED);
    __atomic_store_n(&e->b, b, __ATOMIC_RELAXED);
    __atomic_store_n(&e->value, value, __ATOMIC_RELAXED);
    __atomic_store_n(&e->sequence, sequence + 2, __ATOMIC_RELEASE);
}

#endif
