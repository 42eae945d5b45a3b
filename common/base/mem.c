#include "common/base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "common/base/log.h"

static void *reserve; /* NULL: none, or given up */
static size_t reserve_size;
static void (*reserve_given_up)(void);

bool mem_reserve(size_t size, void (*on_short)(void))
{
    if (__atomic_load_n(&reserve, __ATOMIC_ACQUIRE))
        return true;
    void *p =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED)
        return false;
    reserve_size = size;
    reserve_given_up = on_short;
    __atomic_store_n(&reserve, p, __ATOMIC_RELEASE);
    return true;
}

bool mem_has_reserve(void)
{
    return __atomic_load_n(&reserve, __ATOMIC_ACQUIRE) != NULL;
}

static bool give_up(void)
{
    void *p = __atomic_exchange_n(&reserve, NULL, __ATOMIC_ACQ_REL);
    if (!p)
        return false;
    reserve_given_up();
    munmap(p, reserve_size);
    return true;
}

void mem_give_up(void)
{
    give_up();
}

void mem_short(size_t size)
{
    if (!give_up())
        mem_end(size);
}

size_t mem_address_space(void)
{
    struct rlimit limit;
    bool limited = !getrlimit(RLIMIT_AS, &limit) && limit.rlim_cur != RLIM_INFINITY;
    return limited ? limit.rlim_cur : SIZE_MAX;
}

void mem_end(size_t size)
{
    log_final("out of memory (%zu bytes)", size);
    _exit(MEM_EXIT_CODE);
}

void mem_populate(const void *from, size_t size, bool write)
{
    const uintptr_t page = 4096;
    uintptr_t first = (uintptr_t)from & ~(page - 1);
    uintptr_t end = ((uintptr_t)from + size + page - 1) & ~(page - 1);
    if (size)
        (void)madvise((void *)first, end - first,
                      write ? MADV_POPULATE_WRITE : MADV_POPULATE_READ);
}

/* Blocks small enough for malloc not to map them apart. They lie side by side and are
 * one when they are free again, below a small one that keeps them from being given
 * back. */
void mem_populate_heap(size_t size)
{
    enum { BLOCK = 120 << 10, MOST = 16 };
    void *blocks[MOST];
    size_t n = 0;
    for (; n < MOST && n * BLOCK < size && (blocks[n] = malloc(BLOCK)); n++)
        mem_populate(blocks[n], BLOCK, true);
    static void *kept;
    if (!kept)
        kept = malloc(1);
    while (n)
        free(blocks[--n]);
}

void *mem_array(size_t n, size_t size)
{
    void *p;
    size_t total = n && size ? n : 1;
    while (!(p = calloc(total, size ? size : 1)))
        mem_short(n > SIZE_MAX / (size ? size : 1) ? SIZE_MAX : n * size);
    return p;
}

void *mem_alloc(size_t size)
{
    return mem_array(1, size);
}

void *mem_resize(void *p, size_t n, size_t size)
{
    void *more;
    while (!(more = reallocarray(p, n ? n : 1, size)))
        mem_short(n > SIZE_MAX / size ? SIZE_MAX : n * size);
    return more;
}

static char *copy_text(const char *text, size_t length)
{
    char *copy = mem_alloc(length + 1);
    memcpy(copy, text, length);
    return copy;
}

char *mem_strndup(const char *text, size_t size)
{
    return copy_text(text, strnlen(text, size));
}

char *mem_strdup(const char *text)
{
    return copy_text(text, strlen(text));
}
