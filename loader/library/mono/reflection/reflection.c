/* reflection.c - objects of types and members, and the handles behind them. */
#include "loader/library/mono/reflection/reflection.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/hash.h"
#include "common/base/lock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/base/map.h"
#include "loader/gc/gc.h"
#include "loader/library/mono/table.h"
#include "loader/exec/bind_addresses.h"
#include "loader/exec/trace.h"
#include "loader/library/mono/members.h"
#include "loader/gc/object.h"
#include "loader/vm/array.h"
#include "loader/vm/exception.h"
#include "loader/vm/object.h"
#include "loader/vm/typert.h"
#include "loader/vm/vm.h"

static Lock lock = LOCK_INIT(LOCK_LEAF);
static Map params; /* owner -> its Types; under lock */

void *reflection_alloc(size_t size)
{
    lock_acquire(&vm.world->lock);
    void *p = arena_alloc(&vm.world->perm, size ? size : 1);
    lock_release(&vm.world->lock);
    return p;
}

bool reflection_load(Type *type, TypeLevel level)
{
    if (type_level(type) >= level)
        return true;
    Err err = ERR_INIT;
    return type_load(type, level, &err) || exception_set_err(&err);
}

/* -- canonical objects --------------------------------------------------------- */

typedef struct CacheSlot {
    const void *handle, *reflected;
    Object *object; /* NULL: free */
} CacheSlot;

static CacheSlot *cache; /* uncollectable; under lock */
static size_t cache_room, cache_n;

static CacheSlot *cache_slot(CacheSlot *slots, size_t room, const void *handle,
                             const void *reflected)
{
    size_t i = hash_mix(hash_ptr(handle), (uintptr_t)reflected) & (room - 1);
    while (slots[i].object &&
           (slots[i].handle != handle || slots[i].reflected != reflected))
        i = (i + 1) & (room - 1);
    return &slots[i];
}

static void cache_grow(void)
{
    size_t room = cache_room ? cache_room * 2 : 256;
    CacheSlot *slots = gc_alloc_uncollectable(room * sizeof *slots);
    for (size_t i = 0; i < cache_room; i++)
        if (cache[i].object)
            *cache_slot(slots, room, cache[i].handle, cache[i].reflected) = cache[i];
    if (cache)
        gc_free(cache);
    cache = slots;
    cache_room = room;
}

Object *reflection_cached(const void *handle, const void *reflected)
{
    lock_acquire(&lock);
    Object *found =
        cache_room ? cache_slot(cache, cache_room, handle, reflected)->object : NULL;
    lock_release(&lock);
    return found;
}

/* The first object for a key wins. */
Object *reflection_cache(const void *handle, const void *reflected, Object *object)
{
    lock_acquire(&lock);
    if (cache_n * 2 >= cache_room)
        cache_grow();
    CacheSlot *slot = cache_slot(cache, cache_room, handle, reflected);
    if (!slot->object) {
        *slot = (CacheSlot){handle, reflected, object};
        cache_n++;
    }
    object = slot->object;
    lock_release(&lock);
    return object;
}

/* -- generic parameters -------------------------------------------------------- */

bool reflection_is_var(const Type *type)
{
    return type->element == ELEMENT_VAR || type->element == ELEMENT_MVAR;
}

bool reflection_is_generic_method_def(const Method *method)
{
    return method->n_args && method->args[0]->element == ELEMENT_MVAR &&
           !method->args[0]->token && method->args[0]->var_index == 0;
}

static Type *param_make(Type *plain, Type *owner, Method *method, uint32_t rid)
{
    const Image *image = owner->assembly->image;
    Param *param = mem_alloc(sizeof *param);
    param->type = *plain;
    param->type.def = &param->type;
    param->type.rt = NULL;
    param->type.token = TOKEN(TABLE_GenericParam, rid);
    param->type.name =
        rid ? image_get_string(image, TABLE_GenericParam, rid, COL_GenericParam_Name)
            : "T";
    param->type.name_space = owner->name_space;
    param->type.assembly = owner->assembly;
    param->type.flags = TYPE_PUBLIC;
    param->type.hash =
        hash_mix(plain->hash, method ? hash_ptr(method) : hash_ptr(owner));
    param->owner = owner;
    param->method = method;
    return &param->type;
}

static Type **params_make(Type *owner, Method *method, uint32_t n, uint32_t token)
{
    Type **types = mem_array(n + 1, sizeof *types);
    uint32_t first = 0, end = 0;
    const Image *image = owner->assembly->image;
    image_find_rows(image, TABLE_GenericParam, COL_GenericParam_Owner, token, &first,
                    &end);
    for (uint32_t i = 0; i < n; i++) {
        Err err = ERR_INIT;
        Type *plain = type_var(owner->world, method != NULL, i);
        type_load(plain, LEVEL_READY, &err);
        uint32_t rid = 0;
        for (uint32_t r = first; r < end; r++)
            if (image_get(image, TABLE_GenericParam, r, COL_GenericParam_Number) == i)
                rid = r;
        types[i] = param_make(plain, owner, method, rid);
    }
    return types;
}

static Type **params_get(void *key, Type *owner, Method *method, uint32_t n,
                         uint32_t token)
{
    lock_acquire(&lock);
    Type **types = map_ptr_get(&params, key);
    lock_release(&lock);
    if (types)
        return types;
    Type **made = params_make(owner, method, n, token);
    lock_acquire(&lock);
    types = map_ptr_get(&params, key);
    if (!types)
        map_ptr_put(&params, key, types = made);
    lock_release(&lock);
    if (types != made) {
        for (uint32_t i = 0; i < n; i++)
            free((Param *)made[i]);
        free(made);
    }
    return types;
}

Type **reflection_type_params(Type *def)
{
    return params_get(def, def, NULL, def->n_args, def->token);
}

Type **reflection_method_params(Method *method)
{
    Method *def = method->def; /* A<int>.M<U> and A<>.M<U> have the same U */
    return params_get(def, def->type, def, def->n_args, def->token);
}

/* List<T> over List's own T is the definition List<>. */
static Type *type_closed_over_itself(Type *type)
{
    if (type->def == type || !type->n_args || !reflection_param(type->args[0]))
        return type;
    Type **own = reflection_type_params(type->def);
    for (uint32_t i = 0; i < type->n_args; i++)
        if (type->args[i] != own[i])
            return type;
    return type->def;
}

Type *reflection_over_itself(Type *type)
{
    Err err = ERR_INIT;
    if (!(type->bits & TYPE_BIT_GENERIC_DEF))
        return type;
    type = type_instance(type, reflection_type_params(type), type->n_args, &err);
    if (!type)
        exception_set_err(&err);
    return type;
}

Type *reflection_open(Type *type, Type *owner, Method *method)
{
    if (!(type->bits & TYPE_BIT_OPEN))
        return type;
    GenericContext ctx = {NULL, 0, NULL, 0};
    if (owner && owner->bits & TYPE_BIT_GENERIC_DEF) {
        ctx.class_args = reflection_type_params(owner);
        ctx.n_class = owner->n_args;
    }
    if (method && reflection_is_generic_method_def(method)) {
        ctx.method_args = reflection_method_params(method);
        ctx.n_method = method->n_args;
    }
    Err err = ERR_INIT;
    Type *open = type_substitute(type, &ctx, &err);
    return open ? type_closed_over_itself(open) : type;
}

Object *reflection_type(Type *type)
{
    if (type->assembly && type->assembly->dynamic) /* it dies with its method */
        type = assembly_type(vm.world->corlib, 1);
    return type_object(type_closed_over_itself(type));
}

Object *reflection_type_in(Type *type, Type *owner, Method *method)
{
    return type_object(reflection_open(type, owner, method));
}

Array *reflection_type_array(Type *const *types, uint32_t n)
{
    Array *array = array_new_of(vm.world->known.type, n);
    for (uint32_t i = 0; array && i < n; i++) {
        Object *object = reflection_type(types[i]);
        if (!object)
            return NULL;
        ARRAY_AT(array, Object *, i) = object;
    }
    return array;
}

Type **reflection_types_of(Array *array)
{
    Type **types = mem_array(array->length + 1, sizeof *types);
    for (uint32_t i = 0; i < array->length; i++) {
        Object *object = ARRAY_AT(array, Object *, i);
        if (!object || !type_castable(object_type(object), vm.world->known.type)) {
            free(types);
            exception_argument_null("types");
            return NULL;
        }
        types[i] = type_of_object(object);
    }
    return types;
}

/* -- methods ------------------------------------------------------------------- */

static bool is_ctor(const Method *method)
{
    return method->name[0] == '.' &&
           (!strcmp(method->name, ".ctor") || !strcmp(method->name, ".cctor"));
}

static Method **handle_of(Object *info, bool ctor)
{
    return ctor ? field_runtime_ctor_handle(info) : field_runtime_method_handle(info);
}

static Object **reflected_of(Object *info, bool ctor)
{
    return ctor ? field_runtime_ctor_reflected(info)
                : field_runtime_method_reflected(info);
}

/* For a stack frame: as long as there is such an object, there is the method. */
static Object *dynamic_method_info(Method *method)
{
    VTable *vtable = type_vtable(vm.world->known.runtime_method);
    Object *type = reflection_type(method->type);
    Object *object =
        vtable && type ? gc_alloc_scanned(vtable, vtable->base_size) : NULL;
    if (!object) {
        if (!exception_pending())
            exception_set_object(vm.out_of_memory);
        return NULL;
    }
    *handle_of(object, false) = method;
    *reflected_of(object, false) = type;
    return object;
}

Object *reflection_method(Method *method, Type *reflected)
{
    if (method->type->assembly && method->type->assembly->dynamic)
        return dynamic_method_info(method);
    if (!reflected)
        reflected = method->type;
    Object *object = reflection_cached(method, reflected);
    if (object)
        return object;
    bool ctor = is_ctor(method);
    const KnownTypes *k = &vm.world->known;
    Object *type = reflection_type(reflected);
    object = object_new(ctor ? k->runtime_ctor : k->runtime_method);
    if (!object || !type)
        return NULL;
    *handle_of(object, ctor) = method;
    *reflected_of(object, ctor) = type;
    return reflection_cache(method, reflected, object);
}

Method *reflection_method_of(Object *method)
{
    const KnownTypes *k = &vm.world->known;
    Type *type = object_type(method);
    if (type != k->runtime_method && type != k->runtime_ctor)
        return reflection_dynamic_method(method);
    return *handle_of(method, type == k->runtime_ctor);
}

/* -- lists --------------------------------------------------------------------- */

PtrArray *ptr_array_new(void)
{
    PtrArray *array = mem_alloc(sizeof *array);
    return array;
}

void ptr_array_push(PtrArray *array, void *item)
{
    uint32_t n = (uint32_t)array->n;
    if (!(n & (n - 1)) || !n) { /* full at every power of two */
        array->data = mem_resize(array->data, n ? n * 2 : 4, sizeof *array->data);
    }
    array->data[array->n++] = item;
}

void ptr_array_free(PtrArray *array)
{
    if (array)
        free(array->data);
    free(array);
}

/* -- callers ------------------------------------------------------------------- */

typedef struct CallerWalk {
    uint32_t skip;
    Method *found;
} CallerWalk;

static bool visit_caller(void *user, const FrameInfo *frame)
{
    CallerWalk *walk = user;
    if (!frame->method)
        return true;
    if (walk->skip--)
        return true;
    walk->found = frame->method;
    return false;
}

Method *reflection_caller(uint32_t skip)
{
    CallerWalk walk = {skip, NULL};
    exec_walk(visit_caller, &walk);
    return walk.found;
}

static bool visit_user(void *user, const FrameInfo *frame)
{
    if (!frame->method)
        return true;
    const Type *type = frame->method->type;
    if (type->assembly == vm.world->corlib &&
        (!strcmp(type->name_space, "System.Reflection") ||
         !strcmp(type->name, "Type") || !strcmp(type->name, "RuntimeType") ||
         !strcmp(type->name, "RuntimeTypeHandle") || !strcmp(type->name, "TypeSpec")))
        return true;
    *(Method **)user = frame->method;
    return false;
}

Method *reflection_user(void)
{
    Method *found = NULL;
    exec_walk(visit_user, &found);
    return found;
}

static Type *type_from_class(Type *type)
{
    return type;
}

const IcallRow icalls_gptr_array_handle[] = {
    ICALL("GPtrArrayFree", NULL, ptr_array_free),
    ICALLS_END,
};

const IcallRow icalls_class_handle[] = {
    ICALL("GetTypeFromClass", NULL, type_from_class),
    ICALLS_END,
};
