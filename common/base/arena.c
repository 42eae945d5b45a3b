#include "common/base/arena.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "common/base/mem.h"

struct ArenaBlock {
    ArenaBlock *next;
    size_t size;
    bool mapped;
};

enum {
    BLOCK_FIRST = 4096,
    BLOCK_LARGE = 1 << 17,
    BLOCK_MAX = 1 << 19,
    ALIGN = 16,
    HEAD = 32
};

/* Large blocks fill up soon: having their pages at once costs a tenth of a fault a
 * page. */
static ArenaBlock *block_map(size_t size)
{
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | (size <= BLOCK_MAX ? MAP_POPULATE : 0);
    void *p;
    while ((p = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, -1, 0)) == MAP_FAILED)
        mem_short(size);
    return p;
}

static void arena_grow(Arena *arena, size_t size)
{
    size_t want = arena->blocks ? arena->blocks->size * 2 : BLOCK_FIRST;
    want = want > BLOCK_MAX ? BLOCK_MAX : want;
    want = want < size + HEAD ? size + HEAD : want;
    bool large = want >= BLOCK_LARGE;
    ArenaBlock *block = large ? block_map(want) : mem_alloc(want);
    block->mapped = large;
    block->next = arena->blocks;
    block->size = want;
    arena->blocks = block;
    arena->at = (char *)block + HEAD;
    arena->end = (char *)block + want;
    arena->total += want;
}

void *arena_alloc(Arena *arena, size_t size)
{
    if (size > SIZE_MAX / 4)
        mem_end(size);
    size = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    if ((size_t)(arena->end - arena->at) < size || !arena->at)
        arena_grow(arena, size);
    void *at = arena->at;
    arena->at += size;
    return at;
}

void *arena_alloc_array(Arena *arena, size_t size, size_t count)
{
    size_t total;
    if (__builtin_mul_overflow(size, count, &total))
        mem_end(SIZE_MAX);
    return arena_alloc(arena, total);
}

void *arena_copy(Arena *arena, const void *bytes, size_t size)
{
    void *copy = arena_alloc(arena, size);
    if (size)
        memcpy(copy, bytes, size);
    return copy;
}

char *arena_strndup(Arena *arena, const char *text, size_t size)
{
    char *copy = arena_alloc(arena, size + 1);
    if (size)
        memcpy(copy, text, size);
    return copy;
}

char *arena_strdup(Arena *arena, const char *text)
{
    return arena_strndup(arena, text, strlen(text));
}

char *arena_printf(Arena *arena, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    char *text = arena_alloc(arena, (size_t)(n < 0 ? 0 : n) + 1);
    vsnprintf(text, (size_t)(n < 0 ? 0 : n) + 1, format, again);
    va_end(again);
    va_end(args);
    return text;
}

void arena_free(Arena *arena)
{
    while (arena->blocks) {
        ArenaBlock *next = arena->blocks->next;
        if (arena->blocks->mapped)
            munmap(arena->blocks, arena->blocks->size);
        else
            free(arena->blocks);
        arena->blocks = next;
    }
    *arena = (Arena)ARENA_INIT;
}
