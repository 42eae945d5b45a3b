/* slots.c - words whose address is a handle.
 *
 * Managed code may read such a word by itself, at any time, so it holds the reference
 * as it is. Weak slots lie where the collector does not look, and lose their object
 * while the world is stopped and what lives is marked: a thread sees an object that
 * lives, or null. Slots lie in chunks of one kind each:
 *
 *     chunk (4096, aligned)   next | kind | used: a bit a slot | slot slot slot ...
 *
 * A pair is two words, a key and a value that lives as long as the key does: an
 * ephemeron of its own (ephemeron.c). A counted slot holds its object while the runtime
 * says so, and is weak when it does not.
 */
#include "loader/gc/gc_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/lock.h"
#include "common/base/map.h"
#include "common/base/mem.h"

enum { CHUNK_SIZE = 4096, USED_WORDS = 8 };

typedef struct Chunk {
    struct Chunk *next; /* of its kind */
    GcSlotKind kind;
    uint64_t used[USED_WORDS];
    Object *words[];
} Chunk;

enum { CHUNK_WORDS = (CHUNK_SIZE - sizeof(Chunk)) / sizeof(Object *) };
_Static_assert(CHUNK_WORDS <= USED_WORDS * 64, "a bit a slot");

typedef struct Kind {
    Chunk *chunks;  /* published; none goes away */
    Object ***free; /* stack of free slots */
    size_t n_free, room;
} Kind;

static Lock lock = LOCK_INIT(LOCK_LEAF);
static Kind kinds[GC_SLOT_KINDS];
static Map chunk_map; /* all chunks by address */

static uint32_t words_of(GcSlotKind kind)
{
    return kind == GC_SLOT_PAIR ? 2 : 1;
}

/* -- making -------------------------------------------------------------------- */

static void free_push(Kind *kind, Object **slot)
{
    if (kind->n_free == kind->room) {
        kind->room = kind->room ? kind->room * 2 : CHUNK_WORDS;
        kind->free = mem_resize(kind->free, kind->room, sizeof *kind->free);
    }
    kind->free[kind->n_free++] = slot;
}

static bool chunk_add(GcSlotKind kind)
{
    Chunk *chunk = aligned_alloc(CHUNK_SIZE, CHUNK_SIZE);
    if (!chunk)
        return false;
    memset(chunk, 0, CHUNK_SIZE);
    chunk->kind = kind;
    map_ptr_put(&chunk_map, chunk, chunk);
    uint32_t n = words_of(kind);
    for (uint32_t i = CHUNK_WORDS / n * n; i >= n; i -= n)
        free_push(&kinds[kind], &chunk->words[i - n]);
    chunk->next = kinds[kind].chunks;
    __atomic_store_n(&kinds[kind].chunks, chunk, __ATOMIC_RELEASE);
    return true;
}

static uint64_t *used_word(Chunk *chunk, Object *const *slot, uint64_t *bit)
{
    size_t i = (size_t)(slot - chunk->words);
    *bit = (uint64_t)1 << (i % 64);
    return &chunk->used[i / 64];
}

static Chunk *chunk_around(const void *slot)
{
    return (Chunk *)((uintptr_t)slot & ~(uintptr_t)(CHUNK_SIZE - 1));
}

static Object **slot_new(Object *object, Object *value, GcSlotKind kind)
{
    lock_acquire(&lock);
    Object **slot = NULL;
    if (kinds[kind].n_free || chunk_add(kind)) {
        slot = kinds[kind].free[--kinds[kind].n_free];
        uint64_t bit, *used = used_word(chunk_around(slot), slot, &bit);
        *used |= bit;
        if (kind == GC_SLOT_PAIR)
            __atomic_store_n(&slot[1], value, __ATOMIC_RELEASE);
        __atomic_store_n(slot, object, __ATOMIC_RELEASE);
    }
    lock_release(&lock);
    return slot;
}

Object **gc_slot_new(Object *object, GcSlotKind kind)
{
    assert(kind != GC_SLOT_PAIR);
    return slot_new(object, NULL, kind);
}

Object **gc_pair_new(Object *key, Object *value)
{
    return slot_new(key, value, GC_SLOT_PAIR);
}

/* With the lock held. NULL: no such slot is in use. */
static Chunk *slot_chunk(Object *const *slot)
{
    Chunk *chunk = map_ptr_get(&chunk_map, chunk_around(slot));
    size_t at = (uintptr_t)slot - (uintptr_t)chunk_around(slot);
    if (!chunk || at < offsetof(Chunk, words) || at % sizeof *slot)
        return NULL;
    uint64_t bit;
    return *used_word(chunk, slot, &bit) & bit ? chunk : NULL;
}

bool gc_slot_is(Object *const *slot, bool pair)
{
    lock_acquire(&lock);
    const Chunk *chunk = slot_chunk(slot);
    bool is = chunk && (chunk->kind == GC_SLOT_PAIR) == pair;
    lock_release(&lock);
    return is;
}

void gc_slot_free(Object **slot)
{
    lock_acquire(&lock);
    Chunk *chunk = slot_chunk(slot);
    if (chunk) {
        uint64_t bit, *used = used_word(chunk, slot, &bit);
        *used &= ~bit;
        for (uint32_t i = 0; i < words_of(chunk->kind); i++)
            __atomic_store_n(&slot[i], NULL, __ATOMIC_RELEASE);
        free_push(&kinds[chunk->kind], slot);
    }
    lock_release(&lock);
}

/* -- the collector; the world is stopped, the lock may be held ----------------- */

static bool (*counting)(const Object *object);

void gc_set_counting(bool (*is_counted)(const Object *object))
{
    counting = is_counted;
}

static void mark_counted(void)
{
    for (Chunk *chunk = kinds[GC_SLOT_COUNTED].chunks; chunk; chunk = chunk->next)
        for (Object **word = chunk->words; word < chunk->words + CHUNK_WORDS; word++)
            if (*word && counting && counting(*word))
                mark_object(*word);
}

void slots_mark_strong(void)
{
    for (GcSlotKind kind = GC_SLOT_NORMAL; kind <= GC_SLOT_PINNED; kind++)
        for (Chunk *chunk = kinds[kind].chunks; chunk; chunk = chunk->next)
            mark_range(chunk->words, chunk->words + CHUNK_WORDS);
    mark_counted();
}

void slots_clear_dead(GcSlotKind kind)
{
    for (Chunk *chunk = kinds[kind].chunks; chunk; chunk = chunk->next)
        for (uint32_t i = 0; i < CHUNK_WORDS; i++)
            if (object_is_dead(chunk->words[i]))
                chunk->words[i] = NULL;
}

bool pairs_mark_values(void)
{
    bool more = false;
    for (Chunk *chunk = kinds[GC_SLOT_PAIR].chunks; chunk; chunk = chunk->next)
        for (uint32_t i = 0; i + 1 < CHUNK_WORDS; i += 2)
            more |= ephemeron_mark_value(chunk->words[i], chunk->words[i + 1]);
    return more;
}

void pairs_clear_dead(void)
{
    for (Chunk *chunk = kinds[GC_SLOT_PAIR].chunks; chunk; chunk = chunk->next)
        for (uint32_t i = 0; i + 1 < CHUNK_WORDS; i += 2)
            if (!chunk->words[i] || object_is_dead(chunk->words[i]))
                chunk->words[i] = chunk->words[i + 1] = NULL;
}
