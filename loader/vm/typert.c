/* typert.c - what types have at run time: statics, their System.Type, casts. */
#include <string.h>

#include "common/base/lock.h"
#include "common/base/mem.h"
#include "common/ir/synth.h"
#include "loader/gc/gc.h"
#include "loader/vm/methods.h"
#include "loader/vm/pair_cache.h"
#include "loader/vm/library.h"
#include "loader/vm/vm.h"
#include "loader/gc/object.h"
#include "loader/vm/exception.h"
#include "loader/vm/object.h"
#include "loader/vm/thread.h"
#include "loader/vm/typert.h"
#include "loader/vm/member.h"

static PairCache castable_cache, virtual_cache;
static uint32_t n_thread_static_types; /* under vm.lock */

TypeRt *type_rt(Type *type)
{
    TypeRt *rt = __atomic_load_n((TypeRt **)&type->rt, __ATOMIC_ACQUIRE);
    if (rt)
        return rt;
    rt = gc_alloc_uncollectable(sizeof *rt);
    rt->thread_static_index = -1;
    bool needed = type->bits & TYPE_BIT_CCTOR || assembly_initializer(type->assembly);
    rt->cctor_state = needed ? CCTOR_NEEDED : CCTOR_DONE;
    void *none = NULL;
    if (!__atomic_compare_exchange_n(&type->rt, &none, (void *)rt, false,
                                     __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
        gc_free(rt);
        return none;
    }
    return rt;
}

bool type_reach(Type *type, TypeLevel level)
{
    if (type_level(type) >= level)
        return true;
    Err err = ERR_INIT;
    while (!type_load(type, level, &err)) {
        bool again = err.kind == ERR_IO && vm_methods && vm_methods->find_missing();
        if (!again)
            return exception_set_err(&err);
        err = (Err)ERR_INIT;
    }
    return true;
}

/* -- statics ------------------------------------------------------------------- */

static void statics_copy_rva(Type *type, char *block)
{
    for (uint32_t i = 0; i < type->n_fields; i++) {
        Field *f = &type->fields[i];
        if (f->flags & FIELD_LITERAL || !(f->flags & FIELD_HASRVA))
            continue;
        Bytes bytes;
        uint32_t size = type_value_size(f->type);
        if (f->offset + size <= type->static_size &&
            image_rva(type->assembly->image, f->rva, size, &bytes))
            memcpy(block + f->offset, bytes.data, size);
    }
}

void *type_statics(Type *type)
{
    TypeRt *rt = type_rt(type);
    void *block = __atomic_load_n(&rt->statics, __ATOMIC_ACQUIRE);
    if (block)
        return block;
    if (!type_reach(type, LEVEL_LAYOUT))
        return NULL;
    block = gc_alloc_uncollectable(type->static_size ? type->static_size : 8);
    statics_copy_rva(type, block);
    void *none = NULL;
    if (__atomic_compare_exchange_n(&rt->statics, &none, block, false, __ATOMIC_ACQ_REL,
                                    __ATOMIC_ACQUIRE))
        return block;
    gc_free(block);
    return none;
}

void *type_static_base(Type *type, bool *done)
{
    bool (*before)(const Type *) = vm_library_hooks->before_statics;
    *done = false;
    if (!type_init(type) || (before && !before(type)))
        return NULL;
    *done =
        __atomic_load_n(&type_rt(type)->cctor_state, __ATOMIC_ACQUIRE) == CCTOR_DONE;
    return type_statics(type);
}

static int32_t thread_static_index(TypeRt *rt)
{
    int32_t index = __atomic_load_n(&rt->thread_static_index, __ATOMIC_ACQUIRE);
    if (index >= 0)
        return index;
    lock_acquire(&vm.lock);
    if (rt->thread_static_index < 0)
        __atomic_store_n(&rt->thread_static_index, (int32_t)n_thread_static_types++,
                         __ATOMIC_RELEASE);
    index = rt->thread_static_index;
    lock_release(&vm.lock);
    return index;
}

static bool thread_statics_grow(Thread *thread, uint32_t n)
{
    uint32_t room = thread->n_statics ? thread->n_statics : 16;
    while (room < n)
        room *= 2;
    void **statics = gc_alloc(room * sizeof *statics);
    if (!statics)
        return exception_set_object(vm.out_of_memory);
    if (thread->n_statics)
        memcpy(statics, thread->statics, thread->n_statics * sizeof *statics);
    thread->statics = statics;
    thread->n_statics = room;
    return true;
}

void *type_thread_static_base(Type *type)
{
    if (!type_init(type) || !type_reach(type, LEVEL_LAYOUT))
        return NULL;
    Thread *thread = thread_self();
    uint32_t index = (uint32_t)thread_static_index(type_rt(type));
    if (index >= thread->n_statics && !thread_statics_grow(thread, index + 1))
        return NULL;
    if (!thread->statics[index]) {
        uint32_t size = type->thread_static_size ? type->thread_static_size : 8;
        thread->statics[index] = gc_alloc(size);
        if (!thread->statics[index])
            exception_set_object(vm.out_of_memory);
    }
    return thread->statics[index];
}

void *type_thread_statics_known(Type *type)
{
    const TypeRt *rt = __atomic_load_n((TypeRt **)&type->rt, __ATOMIC_ACQUIRE);
    if (!rt || __atomic_load_n(&rt->cctor_state, __ATOMIC_ACQUIRE) != CCTOR_DONE)
        return NULL;
    int32_t index = __atomic_load_n(&rt->thread_static_index, __ATOMIC_ACQUIRE);
    const Thread *thread = thread_self();
    return index >= 0 && (uint32_t)index < thread->n_statics ? thread->statics[index]
                                                             : NULL;
}

/* -- the object of System.Type ------------------------------------------------- */

Object *type_object(Type *type)
{
    TypeRt *rt = type_rt(type);
    Object *object = __atomic_load_n(&rt->type_object, __ATOMIC_ACQUIRE);
    if (object)
        return object;
    object = object_new(vm.world->known.runtime_type);
    if (!object)
        return NULL;
    void *word = vm_library_hooks->type_word(type);
    if (!word)
        return NULL;
    *field_type_handle_value(object) = word;
    Object *none = NULL;
    if (!__atomic_compare_exchange_n(&rt->type_object, &none, object, false,
                                     __ATOMIC_SEQ_CST, __ATOMIC_ACQUIRE))
        return none;
    vtable_show_type_object(rt);
    return object;
}

Type *type_of_object(Object *runtime_type)
{
    return vm_library_hooks->type_of_word(*field_type_handle_value(runtime_type));
}

/* -- casts and virtual methods ------------------------------------------------- */

static char cast_yes, cast_no;

bool type_castable(Type *from, Type *to)
{
    if (from == to || to == vm.world->known.object)
        return true;
    void *known = pair_cache_get(&castable_cache, from, to);
    if (known)
        return known == &cast_yes;
    Err err = ERR_INIT;
    bool yes = type_assignable(from, to, &err);
    if (err.kind == ERR_NONE)
        pair_cache_put(&castable_cache, from, to, yes ? &cast_yes : &cast_no);
    return yes;
}

bool object_may_have(const Object *object, const Type *interface)
{
    Type *type = object_type(object);
    return interface->bits & TYPE_BIT_INTERFACE && vm_library_hooks->casts_itself &&
           vm_library_hooks->casts_itself(type) &&
           !type_castable(type, (Type *)interface);
}

static Object *cast_itself(Object *object, Type *type, bool must)
{
    return object_may_have(object, type) && !exception_pending() &&
                   vm_library_hooks->has_interface(object, type, must)
               ? object
               : NULL;
}

Object *object_isinst(Object *object, Type *type)
{
    return !object || type_castable(object_type(object), type)
               ? object
               : cast_itself(object, type, false);
}

Object *object_cast(Object *object, Type *type)
{
    return !object || type_castable(object_type(object), type)
               ? object
               : cast_itself(object, type, true);
}

static Method *own_virtual(Object *object, Method *decl)
{
    Err err = ERR_INIT;
    Type *methods = vm_library_hooks->interface_methods(object, decl->type);
    Method *impl = methods ? type_virtual_impl(methods, decl, &err) : NULL;
    if (err.kind == ERR_AMBIGUOUS)
        exception_set_err(&err);
    else if (!impl && methods)
        exception_set("System.EntryPointNotFoundException", NULL);
    return impl;
}

Method *object_virtual(Object *object, Method *decl)
{
    VTable *vtable = object->vtable;
    Method *impl = pair_cache_get(&virtual_cache, vtable, decl);
    if (impl)
        return impl;
    if (object_may_have(object, decl->type))
        return own_virtual(object, decl);
    Err err = ERR_INIT;
    impl = type_virtual_impl(vtable->type, decl, &err);
    if (impl && type_is_valuetype(impl->type) && !impl->synth)
        impl = synth_method(SYNTH_UNBOX, impl, &err);
    if (!impl) {
        exception_set_err(&err);
        return NULL;
    }
    pair_cache_put(&virtual_cache, vtable, decl, impl);
    return impl;
}
