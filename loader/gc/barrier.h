/* barrier.h - the write barrier: how the collector learns of references that were
 * stored into the heap.
 *
 * A collection of the young goes through old objects only where somebody has written
 * since the last one: in cards of CARD_SIZE bytes that are dirty. Who stores a
 * reference into an object, or may do so, says so afterwards. Not needed:
 * - for null;
 * - into an object that nobody but the storing thread could find since it was made, as
 *   long as that one had it in its hands (on its stack): what stacks lead to is gone
 *   through, at this collection and the next. Of an object of more than 32 KB only what
 *   lies around the very address;
 * - outside the heap: stacks, static fields and handles are gone through each time.
 *
 * Before or after the store is the same for one reference: it is in a register at a
 * collection in between, so its object becomes old. Not so for what is copied from
 * elsewhere in memory, perhaps over itself: a range is dirty before and after.
 */
#ifndef LOADER_GC_BARRIER_H
#define LOADER_GC_BARRIER_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "format/layout.h"
#include "loader/gc/object.h"

enum { CARD_SIZE = 1 << CARD_SHIFT, CARD_DIRTY = 1 };

/* Compiled code reads these through cells of its own (format/helpers.def). */
typedef struct GcCards {
    char *base;     /* of the heap */
    size_t room;    /* bytes from there that may be heap */
    uint8_t *cards; /* a byte for each CARD_SIZE of them */
} GcCards;
extern GcCards gc_cards;

/* A reference was stored at an address, which may lie anywhere. */
static inline void gc_wrote(const void *at)
{
    size_t offset = (size_t)((const char *)at - gc_cards.base);
    if (offset < gc_cards.room) {
        uint8_t *card = &gc_cards.cards[offset >> CARD_SHIFT];
        if (!*card)
            *card = CARD_DIRTY;
    }
}
void gc_wrote_range(const void *at, size_t size);

static inline void gc_store(void *at, void *value)
{
    *(void **)at = value;
    gc_wrote(at);
}
/* memmove of memory with references in it. */
static inline void gc_move(void *to, const void *from, size_t size)
{
    gc_wrote_range(to, size);
    memmove(to, from, size);
    gc_wrote_range(to, size);
}

#endif
