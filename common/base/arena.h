/* arena.h - memory that is freed all at once. Ends the process when memory is out
 * (mem.h).
 *
 * `Arena *perm` is for what is kept, `Arena scratch` by value for what is not. An arena
 * belongs to one thread at a time; a shared one is used under its owner's lock.
 */
#ifndef COMMON_BASE_ARENA_H
#define COMMON_BASE_ARENA_H

#include <stddef.h>

typedef struct ArenaBlock ArenaBlock;

typedef struct Arena {
    ArenaBlock *blocks; /* newest first */
    char *at, *end;     /* free room in the newest block */
    size_t total;       /* bytes taken from malloc */
} Arena;

#define ARENA_INIT                                                                     \
    {                                                                                  \
        .blocks = NULL, .at = NULL, .end = NULL, .total = 0                            \
    }

void *arena_alloc(Arena *arena, size_t size); /* zeroed, aligned to 16 bytes */
void *arena_copy(Arena *arena, const void *bytes, size_t size);
char *arena_strdup(Arena *arena, const char *text);
char *arena_strndup(Arena *arena, const char *text, size_t size);
char *arena_printf(Arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void arena_free(Arena *arena); /* frees all; the arena can be used again */

#define arena_new(arena, type) ((type *)arena_alloc(arena, sizeof(type)))
#define arena_array(arena, type, n) ((type *)arena_alloc_array(arena, sizeof(type), n))
void *arena_alloc_array(Arena *arena, size_t size, size_t count);

#endif
