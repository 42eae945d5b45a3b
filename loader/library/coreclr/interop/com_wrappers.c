/* com_wrappers.c - System.Runtime.InteropServices.ComWrappers: IUnknown of managed
 * objects.
 *
 * Managed code makes the wrapper; native code has the address of one of its vtable
 * pointers, and a slot in each line of 64 bytes leads back to the wrapper:
 *
 *     wrapper   holder | counts | flags | entries    vtable: QueryInterface, AddRef,
 *        ^                                              ^    Release, ...
 *     64 bytes  wrapper | vtable | vtable | ... 7       |
 *                            ^--- IUnknown * -----------'
 *
 * Native code calls the functions of the vtable on any thread, and often while managed
 * code can't run, so they are C. `holder` is a slot of the collector that holds the
 * object as long as someone counts on it (GC_SLOT_COUNTED).
 *
 * Counts are one word: references of COM below, of a reference tracker (XAML's, on
 * Linux a program's own) above. A tracker's manager is never asked which of its objects
 * refer to which of ours, so all that a tracker refers to is held.
 */
#include <stdlib.h>
#include <string.h>

#include "loader/gc/gc.h"
#include "loader/library/coreclr/members.h"
#include "loader/library/coreclr/table.h"
#include "loader/vm/exception.h"
#include "loader/vm/methods.h"
#include "loader/vm/thread.h"
#include "loader/vm/vm.h"

typedef struct Guid {
    uint64_t words[2];
} Guid;

typedef struct InterfaceRow {
    Guid iid;
    void *vtable;
} InterfaceRow;

enum { LINE = 64, IN_LINE = LINE / sizeof(void *) - 1 };

typedef struct Line {
    struct Wrapper *wrapper;
    void *vtables[IN_LINE];
} Line;

/* ComWrappers.ManagedObjectWrapper. */
typedef struct Wrapper {
    Object **holder; /* NULL: destroyed */
    uint64_t counts;
    int32_t flags;
    int32_t n_own; /* interfaces of the program's, which come first in the lines */
    const InterfaceRow *own;
    Line *lines;
} Wrapper;

enum {
    HAS_OWN_UNKNOWN = 1,
    HAS_TRACKER_SUPPORT = 2,
    LACKS_CUSTOM_QUERY = 1 << 29,
};

enum {
    OK = 0,
    FAILED = 0x80004005 - 0x100000000,
    NO_INTERFACE = 0x80004002 - 0x100000000,
    BAD_POINTER = 0x80004003 - 0x100000000,
    WRAPPER_IS_DEAD = 0x80131544 - 0x100000000,
};

#define COM_COUNT UINT64_C(0x7fffffff)
#define DESTROYED UINT64_C(0x80000000)
#define TRACKER_ONE (UINT64_C(1) << 32)

static const Guid iid_unknown = {{0, 0x46000000000000c0}};
static const Guid iid_tracker_target = {{0x4ec4bfee64bd43f8, 0x21ae8d153529ebb7}};
static const Guid iid_tagged = {{0x47264f325c13e51c, 0xa0a33dd6edf3fda3}};

static Wrapper *wrapper_of(void **interface)
{
    return ((Line *)((uintptr_t)interface & ~(uintptr_t)(LINE - 1)))->wrapper;
}

/* -- interfaces ---------------------------------------------------------------- */

static bool same(const Guid *a, const Guid *b)
{
    return !memcmp(a, b, sizeof *a);
}

static void *interface_at(const Wrapper *wrapper, int32_t i)
{
    return &wrapper->lines[i / IN_LINE].vtables[i % IN_LINE];
}

/* The runtime's own follow the program's, in this order. */
static void *find_common(const Wrapper *wrapper, const Guid *iid)
{
    int32_t i = wrapper->n_own;
    if (!(wrapper->flags & HAS_OWN_UNKNOWN)) {
        if (same(iid, &iid_unknown))
            return interface_at(wrapper, i);
        i++;
    }
    if (wrapper->flags & HAS_TRACKER_SUPPORT) {
        if (same(iid, &iid_tracker_target))
            return interface_at(wrapper, i);
        i++;
    }
    return same(iid, &iid_tagged) ? interface_at(wrapper, i) : NULL;
}

static void *find_own(const Wrapper *wrapper, const Guid *iid)
{
    for (int32_t i = 0; i < wrapper->n_own; i++)
        if (same(iid, &wrapper->own[i].iid))
            return interface_at(wrapper, i);
    return NULL;
}

/* ICustomQueryInterface.GetInterface of the object, which answers by these. What it
 * throws counts as having none. */
enum { ANSWER_HANDLED, ANSWER_NOT_HANDLED, ANSWER_FAILED, ANSWER_NONE = -1 };

static int32_t ask_object(const Wrapper *wrapper, const Guid *iid, void **out)
{
    Object **slot = __atomic_load_n(&wrapper->holder, __ATOMIC_ACQUIRE);
    Object *holder = slot ? __atomic_load_n(slot, __ATOMIC_ACQUIRE) : NULL;
    if (!holder || (!thread_self() && !thread_attach_foreign()))
        return ANSWER_NONE;
    uint64_t answer[2] = {0};
    void *args[] = {&holder, &iid, &out};
    if (!vm_methods->invoke(method_com_wrappers_custom_query(), args, answer)) {
        exception_take();
        return ANSWER_NONE;
    }
    return (int32_t)answer[0];
}

static uint32_t com_add_ref(void **interface)
{
    return (uint32_t)(__atomic_add_fetch(&wrapper_of(interface)->counts, 1,
                                         __ATOMIC_SEQ_CST) &
                      COM_COUNT);
}

static uint32_t com_release(void **interface)
{
    uint64_t *counts = &wrapper_of(interface)->counts;
    if (!(__atomic_load_n(counts, __ATOMIC_SEQ_CST) & COM_COUNT))
        return UINT32_MAX;
    return (uint32_t)(__atomic_sub_fetch(counts, 1, __ATOMIC_SEQ_CST) & COM_COUNT);
}

static int32_t query(Wrapper *wrapper, const Guid *iid, void **out)
{
    if ((*out = find_common(wrapper, iid)))
        return OK;
    if (!(__atomic_load_n(&wrapper->flags, __ATOMIC_RELAXED) & LACKS_CUSTOM_QUERY)) {
        int32_t answer = ask_object(wrapper, iid, out);
        if (answer == ANSWER_FAILED)
            return NO_INTERFACE;
        if (answer == ANSWER_HANDLED)
            return OK + 1; /* and counted by the program */
        if (answer != ANSWER_NOT_HANDLED)
            __atomic_fetch_or(&wrapper->flags, LACKS_CUSTOM_QUERY, __ATOMIC_SEQ_CST);
    }
    return (*out = find_own(wrapper, iid)) ? OK : NO_INTERFACE;
}

static int32_t com_query(void **interface, const Guid *iid, void **out)
{
    if (!out)
        return BAD_POINTER;
    int32_t result = query(wrapper_of(interface), iid, out);
    if (result == OK)
        com_add_ref(interface);
    return result < 0 ? result : OK;
}

/* -- reference trackers -------------------------------------------------------- */

static int32_t tracker_query(void **interface, const Guid *iid, void **out)
{
    Wrapper *wrapper = wrapper_of(interface);
    com_add_ref(interface); /* what lives now stays */
    Object **slot = __atomic_load_n(&wrapper->holder, __ATOMIC_ACQUIRE);
    bool lives = slot && __atomic_load_n(slot, __ATOMIC_ACQUIRE) &&
                 !(__atomic_load_n(&wrapper->counts, __ATOMIC_SEQ_CST) & DESTROYED);
    int32_t result = lives ? com_query(interface, iid, out) : (int32_t)WRAPPER_IS_DEAD;
    com_release(interface);
    return result;
}

static uint32_t tracker_add_ref(void **interface)
{
    return (uint32_t)(__atomic_add_fetch(&wrapper_of(interface)->counts, TRACKER_ONE,
                                         __ATOMIC_SEQ_CST) >>
                      32);
}

/* The last one of a wrapper whose object is gone destroys it; the memory is freed by
 * managed code. */
static uint32_t tracker_release(void **interface)
{
    Wrapper *wrapper = wrapper_of(interface);
    if (!(__atomic_load_n(&wrapper->counts, __ATOMIC_SEQ_CST) >> 32))
        return UINT32_MAX;
    uint64_t left = __atomic_sub_fetch(&wrapper->counts, TRACKER_ONE, __ATOMIC_SEQ_CST);
    if (left == DESTROYED) {
        Object **slot = __atomic_exchange_n(&wrapper->holder, NULL, __ATOMIC_SEQ_CST);
        if (slot)
            gc_slot_free(slot);
    }
    return (uint32_t)(left >> 32);
}

/* All that a tracker refers to is held as it is. */
static int32_t tracker_peg(void **interface)
{
    (void)interface;
    return OK;
}

static void *manager;

static int32_t has_manager(void)
{
    return __atomic_load_n(&manager, __ATOMIC_ACQUIRE) != NULL;
}

static int32_t try_set_manager(void *new)
{
    void *none = NULL;
    return __atomic_compare_exchange_n(&manager, &none, new, false, __ATOMIC_SEQ_CST,
                                       __ATOMIC_SEQ_CST);
}

/* The native objects that are trackers: who would ask the manager would need them. */
static void set_trackers(Object **trackers)
{
    (void)trackers;
}

/* -- what managed code asks for ------------------------------------------------ */

/* Of those that no counting is needed for. */
static uint32_t uncounted(void *interface)
{
    (void)interface;
    return 1;
}

static void *get_uncounted(void)
{
    return (void *)uncounted;
}

static void get_unknown(void **query_interface, void **add_ref, void **release)
{
    *query_interface = (void *)com_query;
    *add_ref = (void *)com_add_ref;
    *release = (void *)com_release;
}

static const void *get_tracker_target(void)
{
    static void *const vtable[] = {
        (void *)tracker_query,   (void *)com_add_ref,     (void *)com_release,
        (void *)tracker_add_ref, (void *)tracker_release, (void *)tracker_peg,
        (void *)tracker_peg, /* unpeg */
    };
    return vtable;
}

/* Is a wrapper one of this runtime's? Its own address tells. */
static int32_t is_this_version(void *interface, void *version)
{
    (void)interface;
    return version == (void *)is_this_version ? OK : (int32_t)FAILED;
}

static void *get_tagged(void)
{
    return (void *)is_this_version;
}

/* -- the collector ------------------------------------------------------------- */

/* With the world stopped. */
static bool holder_is_held(const Object *holder)
{
    const Wrapper *wrapper = *field_wrapper_holder_wrapper(holder);
    return (wrapper->counts & COM_COUNT) || wrapper->counts >> 32;
}

static void set_counting(void)
{
    static Object none;
    (void)field_wrapper_holder_wrapper(&none); /* found before it is asked for there */
    gc_set_counting(holder_is_held);
}

static Object **slot_new(Object **holder)
{
    Object **slot = gc_slot_new(*holder, GC_SLOT_COUNTED);
    if (!slot)
        exception_set_object(vm.out_of_memory);
    return slot;
}

const QcallRow qcalls_com_wrappers[] = {
    QCALL(ComWrappers_AllocateRefCountedHandle, slot_new),
    QCALL(ComWrappers_GetIReferenceTrackerTargetVftbl, get_tracker_target),
    QCALL(ComWrappers_GetIUnknownImpl, get_unknown),
    QCALL(ComWrappers_GetTaggedImpl, get_tagged),
    QCALL(ComWrappers_GetUntrackedAddRefRelease, get_uncounted),
    QCALL(ComWrappers_RegisterIsRootedCallback, set_counting),
    QCALL(TrackerObjectManager_HasReferenceTrackerManager, has_manager),
    QCALL(TrackerObjectManager_RegisterNativeObjectWrapperCache, set_trackers),
    QCALL(TrackerObjectManager_TryRegisterReferenceTrackerManager, try_set_manager),
    QCALLS_END,
};
