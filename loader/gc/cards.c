/* cards.c - dirty cards: where old objects may refer to young ones (barrier.h).
 *
 * A card has two bits. CARD_DIRTY: somebody has written there since the last
 * collection. CARD_KEPT is set before cards are followed and makes the card dirty for
 * the next collection: what lies there may be written to without a word, by a thread
 * that has it in its hands, or always, being a block for C. They are gone through once,
 * by all markers: who keeps a card after that, or in a full collection, which follows
 * none, makes it dirty.
 */
#include "loader/gc/gc_private.h"
#include "loader/gc/markers_private.h"

#include <string.h>

enum {
    CARD_KEPT = 2,
    WORD_CARDS = 8,
    LINE_WORDS = 8,
    AHEAD = 32,
    PART_WORDS = (64 << 10) / WORD_CARDS, /* that a marker takes at once: of 8 MB */
};
#define DIRTY_IN_WORD 0x0101010101010101u

GcCards gc_cards;
static uint8_t kept;     /* what a card becomes that is kept */
static size_t next_part; /* of the words of all cards; atomic */

/* Nothing is stored beyond the heap's end. */
void gc_writes_range(const void *at, size_t size)
{
    size_t offset = heap_offset(at);
    if (!size || offset >= heap.size)
        return;
    size_t first = offset >> CARD_SHIFT, last = (offset + size - 1) >> CARD_SHIFT;
    memset(gc_cards.cards + first, CARD_DIRTY, last + 1 - first);
}

static inline void move_word(uintptr_t *to, const uintptr_t *from)
{
    uintptr_t word = __atomic_load_n(from, __ATOMIC_RELAXED);
    gc_writes(to);
    __atomic_store_n(to, word, __ATOMIC_RELAXED);
}

static void move_words(uintptr_t *to, const uintptr_t *from, size_t n)
{
    if (to <= from || to >= from + n)
        for (size_t i = 0; i < n; i++)
            move_word(&to[i], &from[i]);
    else
        while (n--)
            move_word(&to[n], &from[n]);
}

/* May there be references where an address of the heap leads? */
static bool holds_references(const void *at)
{
    const Object *object = heap_object_around(at);
    uint8_t meta = object ? meta_byte(object) : META_ATOMIC;
    return meta & META_WORDS ||
           (!(meta & META_ATOMIC) && object->vtable->gc_kind != GC_KIND_ATOMIC);
}

/* What is not of whole words has no references, or none that lie on words. */
void gc_move(void *to, const void *from, size_t size)
{
    enum { WORTH_ASKING = 256 };
    bool words = !(((uintptr_t)to | (uintptr_t)from | size) % sizeof(uintptr_t));
    if (words && heap_offset(to) < heap.size &&
        (size < WORTH_ASKING || holds_references(to)))
        move_words(to, from, size / sizeof(uintptr_t));
    else
        memmove(to, from, size);
}

static void keep(const char *low, const char *high)
{
    size_t first = heap_offset(low) >> CARD_SHIFT,
           last = heap_offset(high - 1) >> CARD_SHIFT;
    for (size_t i = first; i <= last; i++)
        __atomic_store_n(&gc_cards.cards[i], kept, __ATOMIC_RELAXED);
}

void cards_keep(void *object, void *address)
{
    size_t size = heap_object_size(object);
    if (size > LARGEST_SMALL)
        keep(address, (char *)address + 1);
    else
        keep(object, (char *)object + size);
}

void cards_keep_all(void *object)
{
    keep(object, (char *)object + heap_object_size(object));
}

/* -- following ----------------------------------------------------------------- */

static void follow_small(Marker *m, char *low, char *high)
{
    char *at = heap_object_around(low);
    for (at = at ? at : low; at < high;) {
        if (!(meta_byte(at) & META_START)) {
            at += GRANULE;
            continue;
        }
        char *end = at + heap_object_size(at);
        if (heap_is_marked(at))
            mark_part(m, at, at < low ? low : at, end < high ? end : high);
        at = end;
    }
}

static void follow_card(Marker *m, size_t card)
{
    char *low = heap.base + (card << CARD_SHIFT), *high = low + CARD_SIZE;
    const Block *block = &heap.blocks[heap_offset(low) >> BLOCK_SHIFT];
    if (block->kind == BLOCK_SMALL) {
        follow_small(m, low, high);
    } else if (block->kind != BLOCK_FREE) {
        char *object = heap_object_around(low);
        if (object && heap_is_marked(object))
            mark_part(m, object, low, high);
    }
}

/* Those of the last few that were found lie here until the processor has what they say.
 */
typedef struct Ahead {
    Marker *marker;
    unsigned n; /* how many there ever were */
    size_t cards[AHEAD];
} Ahead;

static void follow_later(Ahead *ahead, size_t card)
{
    size_t *place = &ahead->cards[ahead->n % AHEAD];
    if (ahead->n++ >= AHEAD)
        follow_card(ahead->marker, *place);
    const char *low = heap.base + (card << CARD_SHIFT);
    __builtin_prefetch(low);
    __builtin_prefetch(low + CARD_SIZE / 2);
    *place = card;
}

static void follow_rest(Ahead *ahead)
{
    for (unsigned i = ahead->n < AHEAD ? ahead->n : AHEAD; i; i--)
        follow_card(ahead->marker, ahead->cards[(ahead->n - i) % AHEAD]);
}

/* Another marker may keep cards of it meanwhile. */
static void follow_word(Ahead *ahead, uint64_t *word, size_t first)
{
    uint64_t found = __atomic_exchange_n(word, 0, __ATOMIC_RELAXED);
    if (found >> 1 & DIRTY_IN_WORD)
        __atomic_fetch_or(word, found >> 1 & DIRTY_IN_WORD, __ATOMIC_RELAXED);
    for (uint64_t dirty = found & DIRTY_IN_WORD; dirty; dirty &= dirty - 1)
        follow_later(ahead, first + (size_t)__builtin_ctzl(dirty) / 8);
}

static uint64_t word_at(const uint64_t *word)
{
    return __atomic_load_n(word, __ATOMIC_RELAXED);
}

/* Most are clean: of eight words one look. */
static bool line_is_clean(const uint64_t *words)
{
    uint64_t all = 0;
    for (int i = 0; i < LINE_WORDS; i++)
        all |= word_at(&words[i]);
    return !all;
}

static size_t n_cards(void)
{
    return heap.size >> CARD_SHIFT;
}

void cards_start(bool full)
{
    if (full)
        memset(gc_cards.cards, 0, n_cards());
    kept = full ? CARD_DIRTY : CARD_DIRTY | CARD_KEPT;
    next_part = 0;
}

void cards_end(void)
{
    kept = CARD_DIRTY;
}

void cards_follow(Marker *marker)
{
    Ahead ahead = {.marker = marker};
    uint64_t *words = (uint64_t *)(void *)gc_cards.cards;
    size_t n = n_cards() / WORD_CARDS, part;
    while ((part = __atomic_fetch_add(&next_part, PART_WORDS, __ATOMIC_RELAXED)) < n)
        for (size_t i = part; i < part + PART_WORDS && i < n; i += LINE_WORDS)
            if (!line_is_clean(&words[i]))
                for (size_t j = i; j < i + LINE_WORDS; j++)
                    if (word_at(&words[j]))
                        follow_word(&ahead, &words[j], j * WORD_CARDS);
    follow_rest(&ahead);
}
