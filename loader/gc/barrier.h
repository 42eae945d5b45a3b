/* barrier.h - the write barrier: how the collector learns of references that are stored
 * into the heap.
 *
 * A collection of the young goes through old objects only where somebody has written
 * since the last one: in cards of CARD_SIZE bytes that are dirty. Who is about to store
 * a reference into an object, or may be, says so before. Not needed:
 * - for null;
 * - into an object that nobody but the storing thread could find since it was made, as
 *   long as that one had it in its hands (on its stack): what stacks lead to is gone
 *   through, at this collection and the next. Of an object of more than 32 KB only what
 *   lies around the very address;
 * - outside the heap: stacks, static fields and handles are gone through each time.
 *
 * A thread may be stopped anywhere in that. What it is about to store it has in a
 * register until it is stored: at a collection in between it becomes old, and no word
 * is needed for what is old. (After the store nobody may know of it any more but the
 * object that it was stored into: that is too late.) So each word of what is copied
 * from elsewhere in memory, where others may write meanwhile, is read first, and said
 * of then.
 */
#ifndef LOADER_GC_BARRIER_H
#define LOADER_GC_BARRIER_H

#include <stddef.h>
#include <stdint.h>

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

/* A reference is about to be stored at an address, which may lie anywhere. GCC is not
 * told where the number comes from (ARCHITECTURE.md, Rooting). */
static inline void gc_writes(const void *at)
{
    __asm__("" : "+r"(at));
    size_t offset = (size_t)((const char *)at - gc_cards.base);
    if (offset < gc_cards.room) {
        uint8_t *card = &gc_cards.cards[offset >> CARD_SHIFT];
        if (!*card)
            *card = CARD_DIRTY;
    }
    __asm__ volatile("" ::: "memory"); /* the compiler moves no store across */
}
/* The same of a range, by a thread that alone knows what it stores there. */
void gc_writes_range(const void *at, size_t size);

static inline void gc_store(void *at, void *value)
{
    gc_writes(at);
    *(void **)at = value;
}
/* memmove of memory with references in it, which others may read and change: by whole
 * words where both addresses are of words. */
void gc_move(void *to, const void *from, size_t size);

#endif
