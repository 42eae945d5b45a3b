/* gc.c - allocation, kinds and roots.
 *
 * Objects come in three kinds of libgc. The precise one finds its descriptor through
 * the object's first word: the vtable, which is not itself collected. A free object's
 * first word is the next free one, so that is asked for a descriptor, too, when a stale
 * word of a stack leads to the first: it must find a zero inside it. Small objects
 * come from free lists of the thread; what lies on such a list is marked at each
 * collection by gc_push_threads, or the collector would hand it out twice.
 */
#include "loader/gc/gc_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "common/base/cgroup.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "loader/gc/object.h"

enum {
    GRANULE = 16,
    SMALL_GRANULES = 33,   /* lists for objects of up to 512 bytes */
    HUGE_SIZE = 256 << 20, /* bytes from which on clearing is left to the kernel */
    BITMAP_WORDS = 62,
    HEADER_WORDS = OBJECT_HEADER_SIZE / 8,
    HEADROOM_UP_TO = 64 << 10,
    SPARE = 16 << 20,
    FIRST_HEAP = 8 << 20,
    LEAST_LIMIT = 20 << 20,
    RESERVE = 32 << 20, /* bytes that only the runtime itself may use (mem.h) */
};

typedef struct GcThread {
    void *lists[GC_KIND_COUNT][SMALL_GRANULES];
    struct GcThread *next;
    bool registered;
    uint64_t allocated; /* bytes, with what lies in the lists */
    void *stack_low;    /* gc_watch_stack */
    char **stack_top;
    bool essential; /* the caller sees a failure */
} GcThread;

static __thread GcThread gc_thread __attribute__((tls_model("initial-exec")));
static GcThread *gc_threads; /* under the allocation lock */
int gc_kinds[GC_KIND_COUNT];
static unsigned proc_object, proc_array, proc_ephemerons;
static GC_push_other_roots_proc push_stacks;
static unsigned stress_every;
static unsigned stress_count;

/* -- marking ------------------------------------------------------------------- */

/* Free lists, and the stacks that the interpreter has for its frames. */
static void gc_push_threads(void)
{
    push_stacks();
    slots_push_strong();
    finalizables_push_ready();
    for (GcThread *t = gc_threads; t; t = t->next) {
        if (t->stack_low)
            GC_push_all_eager(t->stack_low, *t->stack_top);
        for (int kind = 0; kind < GC_KIND_COUNT; kind++)
            for (int i = 0; i < SMALL_GRANULES; i++)
                for (void *p = t->lists[kind][i]; p; p = *(void **)p)
                    GC_set_mark_bit(p);
    }
}

static struct GC_ms_entry *gc_mark_words(GC_word *words, const Type *type,
                                         struct GC_ms_entry *top,
                                         struct GC_ms_entry *limit)
{
    for (uint32_t i = 0; i < type->ref_words; i++) {
        if (type->ref_map[i / 64] >> (i % 64) & 1)
            top = GC_MARK_AND_PUSH((void *)words[i], top, limit, (void **)&words[i]);
    }
    return top;
}

/* Objects of more words than a descriptor has bits. */
static struct GC_ms_entry *gc_mark_object(GC_word *addr, struct GC_ms_entry *top,
                                          struct GC_ms_entry *limit, GC_word env)
{
    (void)env;
    const Type *type = ((VTable *)addr[0])->type;
    size_t skip = type_is_valuetype(type) ? HEADER_WORDS : 0;
    return gc_mark_words(addr + skip, type, top, limit);
}

static struct GC_ms_entry *gc_mark_array(GC_word *addr, struct GC_ms_entry *top,
                                         struct GC_ms_entry *limit, GC_word env)
{
    (void)env;
    Array *array = (Array *)addr;
    const VTable *vtable = array->object.vtable;
    for (uint32_t i = 0; i < array->length; i++) {
        GC_word *element =
            (GC_word *)(array_data(array) + (size_t)i * vtable->elem_size);
        top = gc_mark_words(element, vtable->elem, top, limit);
    }
    return top;
}

/* Keys and values: ephemeron.c marks these when all else is marked. */
static struct GC_ms_entry *gc_mark_ephemerons(GC_word *addr, struct GC_ms_entry *top,
                                              struct GC_ms_entry *limit, GC_word env)
{
    (void)addr, (void)limit, (void)env;
    return top;
}

/* Under libgc's lock. */
static GC_word heap_size; /* with what is unmapped */
static GC_word heap_most; /* what a container leaves to it; 0: no limit */

/* While the reserve is given up, all but a little of it is the runtime's. */
static void gc_on_short(void)
{
    GC_set_max_heap_size(heap_size + RESERVE / 4);
}

/* libgc loses a block, and its lists with it, when there is no memory for what it keeps
 * of that block itself: so the heap ends while there is some. */
static void gc_limit(void)
{
    void *p = mmap(NULL, SPARE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p != MAP_FAILED)
        munmap(p, SPARE);
    GC_set_max_heap_size(p == MAP_FAILED ? heap_size : heap_most);
}

/* As much of a container's memory as .NET takes by default, and never less than a
 * little. */
static GC_word memory_most(void)
{
    uint64_t limit = cgroup_memory("") / 4 * 3;
    return limit && limit < LEAST_LIMIT ? LEAST_LIMIT : limit;
}

/* A heap that does not grow does not ask what would limit it. */
static void gc_on_resize(GC_word size)
{
    static bool asked;
    if (size > FIRST_HEAP && !asked) {
        asked = true;
        heap_most = memory_most();
        GC_set_max_heap_size(heap_most);
    }
    heap_size = size;
    if (mem_has_reserve())
        gc_limit();
}

/* libgc's answer to an allocation that fails. One for the runtime itself is tried again
 * by its caller; one for a program throws, and who catches that needs some memory. */
static void *gc_on_no_memory(size_t size)
{
    if (!gc_thread.essential && size <= HEADROOM_UP_TO)
        mem_give_up();
    return NULL;
}

/* -- what it costs ------------------------------------------------------------- */

static uint64_t pause_start, pause_total; /* ns */

static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void pause_ends(void)
{
    __atomic_add_fetch(&pause_total, now_ns() - pause_start, __ATOMIC_RELAXED);
}

uint64_t gc_pause_ns(void)
{
    return __atomic_load_n(&pause_total, __ATOMIC_RELAXED);
}

/* Only when a collection left blocks enough: before that, who caught the exception
 * works with what the reserve left, and taking it back would end the heap under its
 * feet. */
static void take_reserve_back(void)
{
    if (mem_has_reserve() || GC_get_free_bytes() + GC_get_unmapped_bytes() < RESERVE)
        return;
    if (mem_reserve(RESERVE, gc_on_short))
        gc_limit();
}

static void gc_on_event(GC_EventType event)
{
    if (event == GC_EVENT_START)
        pause_start = now_ns();
    if (event == GC_EVENT_END)
        pause_ends();
    if (event == GC_EVENT_MARK_END)
        ephemerons_mark_end();
    if (event == GC_EVENT_END)
        take_reserve_back();
}

static void gc_warn(char *format, GC_word arg)
{
    (void)arg;
    log_line(LOG_DEBUG, "collector: %.60s", format);
}

/* -- start and threads --------------------------------------------------------- */

static void *thread_link(void *thread)
{
    GcThread *t = thread;
    t->next = gc_threads;
    gc_threads = t;
    return NULL;
}

static void *thread_unlink(void *thread)
{
    GcThread *t = thread;
    for (GcThread **at = &gc_threads; *at; at = &(*at)->next)
        if (*at == t) {
            *at = t->next;
            break;
        }
    memset(t, 0, sizeof *t);
    return NULL;
}

/* The smallest object with a reference has three words, and is cleared when it is free.
 */
_Static_assert(offsetof(VTable, gc_descr) <= 24, "no word of a free object");

static void gc_make_kinds(void)
{
    const GC_word through_vtable =
        ((GC_word)0 - offsetof(VTable, gc_descr) - GC_INDIR_PER_OBJ_BIAS) |
        GC_DS_PER_OBJECT;
    gc_kinds[GC_KIND_ATOMIC] = (int)GC_new_kind(GC_new_free_list(), GC_DS_LENGTH, 0, 1);
    gc_kinds[GC_KIND_PLAIN] = GC_I_NORMAL;
    gc_kinds[GC_KIND_PRECISE] =
        (int)GC_new_kind(GC_new_free_list(), through_vtable, 0, 1);
    proc_object = GC_new_proc(gc_mark_object);
    proc_array = GC_new_proc(gc_mark_array);
    proc_ephemerons = GC_new_proc(gc_mark_ephemerons);
}

void gc_start(const GcRuntime *runtime)
{
    GC_set_no_dls(1);
    GC_set_all_interior_pointers(0);
    GC_set_dont_precollect(1);
    GC_set_warn_proc(gc_warn);
    GC_set_oom_fn(gc_on_no_memory);
    GC_set_on_heap_resize(gc_on_resize);
    GC_INIT();
    gc_make_kinds();
    push_stacks = GC_get_push_other_roots();
    GC_set_push_other_roots(gc_push_threads);
    GC_set_on_collection_event(gc_on_event);
    GC_expand_hp(FIRST_HEAP);
    heap_memory_grows();
    mem_reserve(RESERVE, gc_on_short);
#ifdef CODICIL_GC_STRESS
    stress_every = CODICIL_GC_STRESS;
#endif
    const char *stress = secure_getenv("CODICIL_GC_STRESS");
    if (stress)
        stress_every = (unsigned)strtoul(stress, NULL, 10);
    finalizer_start(runtime);
    gc_thread.registered = true;
    GC_call_with_alloc_lock(thread_link, &gc_thread);
}

/* Not at the start: it makes every lock real and starts the marker threads. */
void gc_allow_threads(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, GC_allow_register_threads);
}

void gc_signals(int out[2])
{
    out[0] = GC_get_suspend_signal();
    out[1] = GC_get_thr_restart_signal();
}

void gc_register_thread(void)
{
    if (gc_thread.registered)
        return;
    struct GC_stack_base base;
    int got = GC_get_stack_base(&base);
    assert(got == GC_SUCCESS);
    (void)got;
    GC_register_my_thread(&base);
    GC_call_with_alloc_lock(thread_link, &gc_thread);
    gc_thread.registered = true;
}

void gc_unregister_thread(void)
{
    if (!gc_thread.registered)
        return;
    GC_call_with_alloc_lock(thread_unlink, &gc_thread);
    GC_unregister_my_thread();
}

static void *stack_watch(void *top)
{
    gc_thread.stack_top = top;
    return NULL;
}

void gc_watch_stack(void *low, char **top)
{
    gc_thread.stack_low = NULL;
    GC_call_with_alloc_lock(stack_watch, top);
    __atomic_store_n(&gc_thread.stack_low, low, __ATOMIC_RELEASE);
}

/* -- descriptors --------------------------------------------------------------- */

static void describe_array(VTable *vtable, Type *elem)
{
    if (!type_is_valuetype(elem)) {
        vtable->gc_kind = elem->element == ELEMENT_PTR || elem->element == ELEMENT_FNPTR
                              ? GC_KIND_ATOMIC
                              : GC_KIND_PLAIN;
        return;
    }
    if (!(elem->bits & TYPE_BIT_HAS_REFS)) {
        vtable->gc_kind = GC_KIND_ATOMIC;
        return;
    }
    bool ephemerons = elem == elem->world->known.ephemeron;
    vtable->gc_kind = GC_KIND_PRECISE;
    vtable->gc_descr = GC_MAKE_PROC(ephemerons ? proc_ephemerons : proc_array, 0);
}

void gc_describe(VTable *vtable, Type *type)
{
    vtable->gc_descr = 0;
    if (vtable->elem) {
        describe_array(vtable, vtable->elem);
        return;
    }
    /* Words that are references: a delegate's extra_arg, and a dynamic method's Method.
     */
    if (type->bits & TYPE_BIT_DELEGATE || type == type->world->known.dynamic_method) {
        vtable->gc_kind = GC_KIND_PLAIN;
        return;
    }
    if (!(type->bits & TYPE_BIT_HAS_REFS)) {
        vtable->gc_kind = GC_KIND_ATOMIC;
        return;
    }
    uint32_t skip = type_is_valuetype(type) ? HEADER_WORDS : 0;
    vtable->gc_kind = GC_KIND_PRECISE;
    if (type->ref_words + skip > BITMAP_WORDS) {
        vtable->gc_descr = GC_MAKE_PROC(proc_object, 0);
        return;
    }
    uintptr_t bits = 0;
    for (uint32_t i = 0; i < type->ref_words; i++)
        if (type->ref_map[i / 64] >> (i % 64) & 1)
            bits |= (uintptr_t)1 << (63 - i - skip);
    vtable->gc_descr = bits | GC_DS_BITMAP;
}

/* -- allocation ---------------------------------------------------------------- */

__attribute__((noinline)) void gc_wipe_stack(void)
{
    enum { DEEPEST = 32 << 10 };
    char *room = __builtin_alloca(DEEPEST);
    memset(room, 0, DEEPEST);
    __asm__ volatile("" : : "r"(room) : "memory");
}

static void gc_stress(void)
{
    if (__atomic_add_fetch(&stress_count, 1, __ATOMIC_RELAXED) % stress_every == 0)
        gc_collect();
}

/* Memory without pointers that the kernel clears page by page when it is touched: the
 * collector would touch all of it now. */
static void *gc_alloc_huge(size_t size)
{
    const uintptr_t page = 4096;
    char *p = GC_malloc_atomic(size);
    if (!p)
        return NULL;
    char *first = (char *)(((uintptr_t)p + page - 1) & ~(page - 1));
    char *last = (char *)((uintptr_t)(p + size) & ~(page - 1));
    memset(p, 0, first - p);
    memset(last, 0, p + size - last);
    if (madvise(first, last - first, MADV_DONTNEED))
        memset(first, 0, last - first);
    return p;
}

/* libgc does not collect when the heap can't grow, although most of it may be garbage
 * by now: what held it was let go by who caught the last OutOfMemoryException, or
 * ended. */
static bool gc_make_room(void)
{
    if (gc_thread.essential)
        return false;
    gc_wipe_stack();
    GC_gcollect();
    return true;
}

static size_t list_bytes(void *first, size_t granules)
{
    size_t n = 0;
    for (void *p = first; p; p = *(void **)p)
        n++;
    return n * granules * GRANULE;
}

uint64_t gc_allocated_here(void)
{
    uint64_t free_bytes = 0;
    for (int kind = 0; kind < GC_KIND_COUNT; kind++)
        for (size_t i = 0; i < SMALL_GRANULES; i++)
            free_bytes += list_bytes(gc_thread.lists[kind][i], i);
    return gc_thread.allocated - free_bytes;
}

/* -- regions without collections ----------------------------------------------- */

static uint64_t region_until; /* gc_allocated_bytes; 0: none; atomic */

bool gc_in_region(void)
{
    return __atomic_load_n(&region_until, __ATOMIC_ACQUIRE) != 0;
}

/* The program counts what its objects take; lists of free ones that a thread has for
 * itself, and sizes that are rounded up, come on top. */
bool gc_region_start(uint64_t bytes)
{
    enum { LISTS = 4 << 20 };
    uint64_t none = 0, room = bytes + bytes / 4 + LISTS;
    if (!__atomic_compare_exchange_n(&region_until, &none, gc_allocated_bytes() + room,
                                     false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        return false;
    gc_pause(true);
    return true;
}

bool gc_region_end(void)
{
    if (!__atomic_exchange_n(&region_until, 0, __ATOMIC_ACQ_REL))
        return false;
    gc_pause(false);
    return true;
}

static void *gc_alloc_once(unsigned kind, size_t size)
{
    if (size > (SMALL_GRANULES - 1) * GRANULE || !gc_thread.registered) {
        gc_thread.allocated += size;
        return size >= HUGE_SIZE && kind == GC_KIND_ATOMIC
                   ? gc_alloc_huge(size)
                   : GC_generic_malloc(size, gc_kinds[kind]);
    }
    size_t granules = (size + GRANULE - 1) / GRANULE;
    void **list = &gc_thread.lists[kind][granules];
    /* Into the list itself: the collector finds what lies there, but not what hangs on
     * a local variable. */
    GC_generic_malloc_many(granules * GRANULE, gc_kinds[kind], list);
    void *first = *list;
    gc_thread.allocated += list_bytes(first, granules);
    if (first)
        *list = *(void **)first;
    return first;
}

static __attribute__((noinline)) void *gc_alloc_slow(unsigned kind, size_t size)
{
    if (gc_in_region() && gc_allocated_bytes() + size > region_until)
        gc_region_end();
    void *p = gc_alloc_once(kind, size);
    if (!p && gc_make_room())
        p = gc_alloc_once(kind, size);
    finalizer_notify();
    return p;
}

Object *gc_alloc_sized(VTable *vtable, size_t size)
{
    if (__builtin_expect(stress_every != 0, 0))
        gc_stress();
    void *p = NULL;
    if (size <= (SMALL_GRANULES - 1) * GRANULE) {
        void **list = &gc_thread.lists[vtable->gc_kind][(size + GRANULE - 1) / GRANULE];
        p = *list;
        if (p)
            *list = *(void **)p;
    }
    if (!p)
        p = gc_alloc_slow(vtable->gc_kind, size);
    if (!p)
        return NULL;
    Object *object = p;
    object->vtable = vtable;
    if (vtable->flags & VTABLE_HAS_FINALIZER)
        gc_register_finalizer(object);
    return object;
}

Object *gc_alloc_scanned(VTable *vtable, size_t size)
{
    Object *object = gc_alloc(size);
    if (object)
        object->vtable = vtable;
    return object;
}

Object *gc_alloc_object(VTable *vtable)
{
    return gc_alloc_sized(vtable, vtable->base_size);
}

void *gc_alloc(size_t size)
{
    void *p = GC_MALLOC(size);
    if (!p && gc_make_room())
        p = GC_MALLOC(size);
    finalizer_notify();
    return p;
}

void *gc_alloc_atomic(size_t size)
{
    void *p = GC_generic_malloc(size, gc_kinds[GC_KIND_ATOMIC]);
    return p || !gc_make_room() ? p : GC_generic_malloc(size, gc_kinds[GC_KIND_ATOMIC]);
}

void *gc_try_uncollectable(size_t size)
{
    return GC_MALLOC_UNCOLLECTABLE(size);
}

void *gc_alloc_uncollectable(size_t size)
{
    void *p;
    gc_thread.essential = true;
    while (!(p = GC_MALLOC_UNCOLLECTABLE(size)))
        mem_short(size);
    gc_thread.essential = false;
    return p;
}

void gc_free(void *p)
{
    GC_FREE(p);
}

void gc_root(void *start, size_t size)
{
    GC_add_roots(start, (char *)start + size);
}

void gc_pause(bool pause)
{
    if (pause)
        GC_disable();
    else
        GC_enable();
}

void gc_collect(void)
{
    GC_gcollect();
    finalizer_notify();
}

uint64_t gc_heap_bytes(void)
{
    return GC_get_heap_size();
}

uint64_t gc_used_bytes(void)
{
    return GC_get_heap_size() - GC_get_free_bytes();
}

uint64_t gc_allocated_bytes(void)
{
    return GC_get_total_bytes();
}

uint64_t gc_collections(void)
{
    return GC_get_gc_no();
}
