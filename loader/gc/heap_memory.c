/* heap_memory.c - where libgc gets memory from.
 *
 * The program is linked so that libgc asks here (--wrap in the Makefile), not its own
 * function. What the heap grows by after the start is placed and advised for huge
 * pages: a growing heap is otherwise touched for the first time 4 KB by 4 KB, each by a
 * fault. The first chunk is not, since most of it is never touched by small programs:
 * only what a start takes of it, and what libgc asks for itself before, comes at once.
 *
 * libcodicil.so and a host that links libcodicil.a take libgc as it is.
 */
#include <stdint.h>
#include <sys/mman.h>

#include "common/base/mem.h"
#include "loader/gc/gc_private.h"

enum {
    HUGE_PAGE = 2 << 20,
    AT_START = 320 << 10, /* what hello uses of the first chunk */
};

static bool grows; /* under libgc's lock */

void heap_memory_grows(void)
{
    grows = true;
}

static void *map(void *at, size_t bytes)
{
    void *p =
        mmap(at, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

static void unmap(char *from, char *to)
{
    if (from < to)
        munmap(from, (size_t)(to - from));
}

/* Maps a page more than asked for and gives back what lies before and behind. */
static void *map_aligned(size_t bytes)
{
    char *p = map(NULL, bytes + HUGE_PAGE);
    if (!p)
        return NULL;
    char *start =
        (char *)(((uintptr_t)p + HUGE_PAGE - 1) & ~(uintptr_t)(HUGE_PAGE - 1));
    unmap(p, start);
    unmap(start + bytes, p + bytes + HUGE_PAGE);
    madvise(start, bytes, MADV_HUGEPAGE);
    return start;
}

/* In place of libgc's function of that name: zeroed pages, or NULL. */
void *__wrap_GC_unix_get_mem(size_t bytes);
void *__wrap_GC_unix_get_mem(size_t bytes)
{
    void *p = grows && bytes >= HUGE_PAGE ? map_aligned(bytes) : NULL;
    if (!p)
        p = map(NULL, bytes);
    if (p && !grows)
        mem_populate(p, bytes < AT_START ? bytes : AT_START, true);
    return p;
}
