/* verify.c - CODICIL_GC_VERIFY: has the write barrier been forgotten somewhere?
 *
 * After a collection of the young has marked, all is marked once more as a full one
 * would do it. What only that finds was stored into an old object without a word: the
 * process ends with the types of both.
 */
#include "loader/gc/gc_private.h"

#include <string.h>
#include <sys/mman.h>

#include "common/base/log.h"
#include "common/base/mem.h"
#include "loader/gc/object.h"

static uint8_t young_mark;
static uint8_t *saved; /* gc_meta after the young were marked */
static size_t n_missed;

static const char *what_is(const void *p)
{
    return meta_byte(p) & (META_WORDS | META_ATOMIC)
               ? "a block for C"
               : ((const Object *)p)->vtable->type->name;
}

/* No memory is taken: a thread may stand still in malloc. */
static void report(void *holder, size_t word, void *missed)
{
    log_line(LOG_WARN, "a write barrier was forgotten: %s at %p, word %zu, leads to %s",
             what_is(holder), holder, word, what_is(missed));
    n_missed++;
}

static bool was_marked(const void *object)
{
    return saved[heap_offset(object) >> GRANULE_SHIFT] & young_mark;
}

static void check_object(void *object)
{
    void **words = object;
    size_t n = heap_object_size(object) / sizeof *words;
    if (!was_marked(object))
        return;
    for (size_t i = 0; i < n; i++)
        if (heap_is_object(words[i]) && heap_is_marked(words[i]) &&
            !was_marked(words[i]))
            report(object, i, words[i]);
}

static void check_all(void)
{
    for (size_t at = 0; at < heap.size >> GRANULE_SHIFT; at++) {
        void *p = heap.base + (at << GRANULE_SHIFT);
        if (heap_is_object(p) && heap_is_marked(p))
            check_object(p);
    }
}

void verify_young(void)
{
    size_t size = heap.size >> GRANULE_SHIFT;
    saved =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (saved == MAP_FAILED)
        mem_end(size);
    memcpy(saved, gc_meta, size);
    young_mark = heap.mark;
    heap.mark ^= META_MARKS;
    heap.full = true;
    roots_mark();
    mark_follow(true);
    check_all();
    heap.mark = young_mark;
    heap.full = false;
    memcpy(gc_meta, saved, size);
    munmap(saved, size);
    if (n_missed)
        log_fatal("%zu references were missed", n_missed);
}
