/* helpers.c - what compiled code and the interpreter ask of the runtime. Each may
 * raise; none holds a lock or an arena when it does. */
#include "loader/exec/helpers_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"
#include "loader/exec/lookup_private.h"
#include "loader/exec/method.h"
#include "loader/exec/natives.h"
#include "loader/vm/exception.h"
#include "loader/vm/monitor.h"
#include "loader/exec/bind_cells_private.h"
#include "loader/exec/eh_private.h"
#include "loader/exec/glue.h"
#include "loader/exec/signals_private.h"
#include "loader/gc/new.h"
#include "loader/gc/gc.h"
#include "loader/vm/vm.h"
#include "loader/vm/array.h"
#include "loader/vm/delegate.h"
#include "loader/vm/object.h"
#include "loader/vm/pair_cache.h"
#include "loader/vm/typert.h"

/* Passes a value on, or raises what made it NULL. */
static void *checked(void *value)
{
    if (__builtin_expect(!value, 0))
        exec_raise_pending();
    return value;
}

static void raise_if(bool failed)
{
    if (__builtin_expect(failed, 0))
        exec_raise_pending();
}

void *helper_resolve(void *unit, int32_t cell)
{
    stack_check();
    return checked(bind_resolve_cell(unit, (uint32_t)cell));
}

/* -- allocation ---------------------------------------------------------------- */

static __attribute__((noinline)) Object *new_object(VTable *vtable)
{
    stack_check();
    return checked(object_new_vtable(vtable));
}

static __attribute__((noinline)) Array *new_array(VTable *vtable, int64_t length)
{
    stack_check();
    return checked(array_new_vtable(vtable, length));
}

Object *helper_new_object(VTable *vtable)
{
    Object *object = NULL;
    if (vtable->base_size <= GC_FAST_MOST)
        object = gc_new_fast(vtable, vtable->base_size);
    return object ? object : new_object(vtable);
}

Object *helper_new_object_type(Type *type)
{
    stack_check();
    return checked(object_new(type));
}

Array *helper_new_array(VTable *vtable, int64_t length)
{
    Array *array = NULL;
    uint64_t size = ARRAY_DATA_OFFSET + (uint64_t)length * vtable->elem_size;
    if ((uint64_t)length < GC_FAST_MOST && size <= GC_FAST_MOST)
        array = gc_new_fast(vtable, size);
    if (!array)
        return new_array(vtable, length);
    array->length = (uint32_t)length;
    return array;
}

Array *helper_new_array_type(Type *array_type, int64_t length)
{
    stack_check();
    return checked(array_new(array_type, length));
}

/* words: a length per dimension or level, or pairs of lower bound and length. */
Array *helper_new_md(Type *array_type, int32_t n, const int32_t *words, int32_t lower)
{
    stack_check();
    if (array_type->element == ELEMENT_SZARRAY)
        return checked(array_new_jagged(array_type, words, (uint32_t)n));
    int32_t lengths[32], bounds[32];
    int32_t rank = lower ? n / 2 : n;
    if (rank > 32)
        helper_throw_overflow();
    for (int32_t i = 0; i < rank; i++) {
        lengths[i] = lower ? words[2 * i + 1] : words[i];
        bounds[i] = lower ? words[2 * i] : 0;
    }
    return checked(array_new_md(array_type, lengths, bounds));
}

Object *helper_new_delegate(Type *type, Object *target, void *code)
{
    stack_check();
    if (exec_interop->native_only_method(code))
        eh_throw("System.NotSupportedException");
    return checked(delegate_new(type, target, code));
}

/* -- boxing and casts ---------------------------------------------------------- */

Object *helper_box(Type *type, const void *value)
{
    stack_check();
    Object *boxed = object_box(type, value);
    raise_if(!boxed && exception_pending());
    return boxed;
}

void *helper_unbox(Type *type, Object *object)
{
    if (!object)
        helper_throw_null();
    Type *have = object_type(object);
    if (have != type && type_underlying(have) != type_underlying(type))
        eh_throw_cast(object, type);
    return object_value(object);
}

/* An enum is no integer here, as in .NET (III.4.33). */
void helper_unbox_nullable(Type *nullable, Object *object, void *result)
{
    if (object && object_type(object) != nullable->args[0])
        eh_throw_cast(object, nullable);
    object_unbox_nullable(nullable, object, result);
}

Object *helper_isinst(Type *type, Object *object)
{
    if (!object || object->vtable->type == type)
        return object;
    Object *found = object_isinst(object, type);
    raise_if(!found && exception_pending());
    return found;
}

Object *helper_castclass(Type *type, Object *object)
{
    if (!object || object->vtable->type == type || object_cast(object, type))
        return object;
    raise_if(exception_pending());
    eh_throw_cast(object, type);
}

void helper_stelem_check(Array *array, Object *value)
{
    Type *elem = array->object.vtable->elem;
    if (!value || value->vtable->type == elem || elem == vm.world->known.object ||
        object_isinst(value, elem))
        return;
    raise_if(exception_pending());
    eh_throw("System.ArrayTypeMismatchException");
}

void helper_ldelema_check(Array *array, Type *elem)
{
    if (array->object.vtable->elem != elem)
        eh_throw("System.ArrayTypeMismatchException");
}

Object *helper_typeof(Type *type)
{
    stack_check();
    return checked(type_object(type));
}

/* -- statics ------------------------------------------------------------------- */

void *helper_static_base(Type *type)
{
    stack_check();
    bool done;
    return checked(type_static_base(type, &done));
}

void *helper_thread_static_base(Type *type)
{
    void *known = type_thread_statics_known(type);
    return known ? known : checked(type_thread_static_base(type));
}

void helper_run_cctor(Type *type)
{
    stack_check();
    raise_if(!type_init(type));
}

/* -- methods ------------------------------------------------------------------- */

void *helper_ldftn(Method *method)
{
    stack_check();
    return checked(method_ftn(method));
}

Method *helper_virt(Object *object, Method *decl)
{
    stack_check();
    if (!object)
        helper_throw_null();
    return checked(object_virtual(object, decl));
}

void *helper_method_entry(Method *method)
{
    stack_check();
    MethodRt *rt = method_rt(method);
    void *code = __atomic_load_n(&rt->code, __ATOMIC_ACQUIRE);
    return code ? code : method_entry(method);
}

/* Interface calls pass no generic context: where a generic method stands behind one
 * (the interfaces of arrays), its instantiating stub does. */
void *helper_iface_method(Object *object, Method *decl)
{
    static PairCache codes; /* vtable, decl: code */
    void *code = object ? pair_cache_get(&codes, object->vtable, decl) : NULL;
    if (code)
        return code;
    Method *method = helper_virt(object, decl);
    code = method_has_context_arg(method) ? method_ftn(method)
                                          : helper_method_entry(method);
    if (!object_may_have(object, decl->type)) /* else it is this object's alone */
        pair_cache_put(&codes, object->vtable, decl, code);
    return code;
}

/* An interface call asks the cache in its cell, which holds one type, and then
 * helper_iface, which knows many. Now and then the type that is asked for gets into the
 * cell: a site's first type need not be its usual one. Old caches stay, since others
 * may be reading them. */
enum { MISSES_A_TURN = 256, MOST_TURNS = 16 };

typedef struct TurnedCache {
    IfaceCache cache;
    uint32_t turns;
} TurnedCache;

static PairCache iface_codes; /* vtable, cell: code */

static void turn_to(IfaceCache **cell, VTable *vtable, void *code)
{
    TurnedCache *old = (TurnedCache *)__atomic_load_n(cell, __ATOMIC_ACQUIRE);
    TurnedCache *made = old && old->turns == MOST_TURNS ? NULL : malloc(sizeof *made);
    if (!made)
        return;
    *made = (TurnedCache){{vtable, code}, old ? old->turns + 1 : 0};
    __atomic_store_n(cell, &made->cache, __ATOMIC_RELEASE);
}

static __attribute__((noinline)) void *iface_find(void *unit, uint32_t number,
                                                  IfaceCache **cell, Object *object)
{
    Method *decl = bind_iface_method(unit, number);
    raise_if(!decl);
    void *code = helper_iface_method(object, decl);
    if (object_may_have(object, decl->type))
        return code;
    pair_cache_put(&iface_codes, object->vtable, cell, code);
    if (!__atomic_load_n(cell, __ATOMIC_RELAXED))
        turn_to(cell, object->vtable, code);
    return code;
}

void *helper_iface(void *unit, int32_t number, Object *object)
{
    static __thread uint32_t misses __attribute__((tls_model("initial-exec")));
    if (!object)
        helper_throw_null();
    IfaceCache **cell = (IfaceCache **)bind_cell_address(unit, (uint32_t)number);
    void *code = pair_cache_get(&iface_codes, object->vtable, cell);
    if (!code)
        return iface_find(unit, (uint32_t)number, cell, object);
    if (++misses % MISSES_A_TURN == 0)
        turn_to(cell, object->vtable, code);
    return code;
}

/* The exact type whose arguments a shared method of `canonical` runs with. */
Type *helper_this_context(Object *object, Type *canonical)
{
    Type *type = object_type(object);
    return type->def == canonical->def ? type : type_ancestor(type, canonical->def);
}

void *helper_lookup(void *context, const IrLookup *lookup)
{
    stack_check();
    return checked(lookup_find(context, lookup));
}

/* -- exceptions ---------------------------------------------------------------- */

void helper_throw(Object *exception)
{
    exec_raise(exception);
}

void helper_rethrow(Object *exception)
{
    exec_rethrow(exception);
}

void helper_throw_null(void)
{
    eh_throw("System.NullReferenceException");
}

void helper_throw_bounds(void)
{
    eh_throw("System.IndexOutOfRangeException");
}

void helper_throw_div_zero(void)
{
    eh_throw("System.DivideByZeroException");
}

void helper_throw_overflow(void)
{
    eh_throw("System.OverflowException");
}

void helper_throw_error(const IrError *error)
{
    Err err = ERR_INIT;
    err_set(&err, error->kind, "%s", error->text);
    exception_set_err(&err);
    exec_raise_pending();
}

void helper_stack_room(uint64_t size)
{
    stack_check_room(size);
}

/* A block that the collector takes back: the word in the frame leads to the last one,
 * each to the one before, so that all live until the method has ended, however. */
void *helper_part_room(void **rooms, uint64_t size)
{
    typedef struct Room {
        void *before, *unused; /* what follows is aligned as on a stack */
    } Room;
    stack_check_room(size);
    if (!size)
        return NULL;
    Room *room = gc_alloc(sizeof *room + size);
    if (!room)
        exec_raise(vm.out_of_memory);
    room->before = *rooms;
    *rooms = room;
    return room + 1;
}

void helper_monitor_enter(Object *object)
{
    stack_check();
    raise_if(!monitor_enter(object));
}

void helper_monitor_exit(Object *object)
{
    raise_if(!monitor_exit(object));
}

/* -- copies that GCC leaves to the C library ----------------------------------------
 */

/* A fault in there would have no managed frame. */
static void check_block(const void *at, size_t size)
{
    if (size && (uintptr_t)at < LEAST_ADDRESS)
        helper_throw_null();
}

static void *checked_memset(void *to, int byte, size_t size)
{
    check_block(to, size);
    return memset(to, byte, size);
}

static void *checked_memcpy(void *to, const void *from, size_t size)
{
    check_block(to, size);
    check_block(from, size);
    return memcpy(to, from, size);
}

static void *checked_memmove(void *to, const void *from, size_t size)
{
    check_block(to, size);
    check_block(from, size);
    return memmove(to, from, size);
}

void helper_writes_range(void *at, int64_t size)
{
    gc_writes_range(at, (size_t)size);
}

/* -- table --------------------------------------------------------------------- */

#define HELPER_RUNTIME(name) (void *)helper_##name
#define HELPER_CHECKED(name) (void *)checked_##name
#define HELPER_C(name) (void *)name
#define HELPER_GLUE(name) (void *)glue_##name
#define HELPER_DATA(name) (void *)&name
#define HELPER_VALUE(name) NULL
static void *const functions[HELPER_COUNT] = {
#define HELPER(name, ret, args, function) [HELPER_##name] = HELPER_##function(name),
#include "format/helpers.def"
#undef HELPER
};

void *helper_address(HelperId id)
{
    switch (id) {
    case HELPER_gc_hole:
        return gc_hole_value();
    case HELPER_gc_marks:
        return gc_marks_value();
    default:
        return (unsigned)id < HELPER_COUNT ? functions[id] : NULL;
    }
}
