/* marshaler.c - custom marshalers: objects of classes with ICustomMarshaler that
 * convert arguments and results (MarshalAs with UnmanagedType.CustomMarshaler). There
 * is one for each class and cookie. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/lock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "loader/gc/barrier.h"
#include "loader/gc/gc.h"
#include "loader/interop/native_private.h"
#include "loader/exec/invoke.h"
#include "loader/gc/object.h"
#include "loader/vm/exception.h"
#include "loader/vm/string.h"
#include "loader/vm/typert.h"
#include "loader/vm/vm.h"
#include "loader/vm/member.h"

struct Marshaler {
    char *class, *cookie;
    Assembly *from;
    Object **object; /* uncollectable; holds NULL until it is first used */
};

static Lock lock = LOCK_INIT(LOCK_LEAF);
static Map marshalers = MAP_INIT; /* "assembly's number/class/cookie" -> Marshaler */

static char *text_of(Bytes bytes)
{
    return mem_strndup(bytes.size ? (const char *)bytes.data : "", bytes.size);
}

Marshaler *marshaler_of(const MarshalAs *as)
{
    Arena scratch = ARENA_INIT;
    char *key = arena_printf(&scratch, "%u/%.*s/%.*s", as->from->index,
                             (int)as->type.size, (const char *)as->type.data,
                             (int)as->cookie.size, (const char *)as->cookie.data);
    lock_acquire(&lock);
    Marshaler *m = map_str_get(&marshalers, key);
    if (!m) {
        m = mem_alloc(sizeof *m);
        char *kept = mem_strdup(key);
        *m = (Marshaler){text_of(as->type), text_of(as->cookie), as->from,
                         gc_alloc_uncollectable(sizeof(Object *))};
        map_str_put(&marshalers, kept, m);
    }
    lock_release(&lock);
    arena_free(&scratch);
    return m;
}

/* -- the object ---------------------------------------------------------------- */

static bool is_get_instance(Method *method)
{
    Err err = ERR_INIT;
    MethodSig *sig = method_sig(method, &err);
    return sig && method->flags & METHOD_STATIC && sig->n_params == 1 &&
           sig->params[0] == vm.world->known.string && type_is_reference(sig->ret) &&
           !strcmp(method->name, "GetInstance");
}

static Method *get_instance_of(const Type *type)
{
    for (uint32_t i = 0; i < type->n_methods; i++)
        if (is_get_instance(type->methods[i]))
            return type->methods[i];
    exception_set(
        "System.ApplicationException",
        "Custom marshaler '%s' does not implement a static GetInstance method "
        "that takes a single string parameter and returns an "
        "ICustomMarshaler.",
        type->name);
    return NULL;
}

Type *(*interop_type_named)(const char *name, Assembly *from);

static Type *class_of(const Marshaler *m)
{
    Err err = ERR_INIT;
    Type *type = interop_type_named(m->class, m->from);
    if (!type && !exception_pending())
        exception_set("System.TypeLoadException",
                      "Could not load the custom marshaler '%s'.", m->class);
    if (type && type_load(type, LEVEL_READY, &err))
        return type;
    if (type)
        exception_set_err(&err);
    return NULL;
}

/* NULL: pending. Of two made at once the first counts. */
static Object *object_of(Marshaler *m)
{
    Object *object = __atomic_load_n(m->object, __ATOMIC_ACQUIRE), *none = NULL;
    if (object)
        return object;
    Type *type = class_of(m);
    Method *get = type ? get_instance_of(type) : NULL;
    String *cookie = get ? string_from_utf8(m->cookie) : NULL;
    void *args[] = {&cookie};
    if (!cookie || !method_invoke(get, args, &object))
        return NULL;
    if (!object) {
        exception_set("System.ApplicationException",
                      "The GetInstance method of custom marshaler '%s' returned null.",
                      type->name);
        return NULL;
    }
    return __atomic_compare_exchange_n(m->object, &none, object, false,
                                       __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)
               ? object
               : none;
}

/* -- its methods --------------------------------------------------------------- */

/* arg: address of the argument. */
static bool call(Marshaler *m, Method *declared, void *arg, void *result)
{
    Object *object = object_of(m);
    Method *method = object ? object_virtual(object, declared) : NULL;
    void *args[] = {&object, arg};
    return method && method_invoke(method, args, result);
}

bool marshaler_to_native(Marshaler *m, Object *managed, void **native)
{
    *native = NULL;
    return !managed || call(m, method_custom_marshaler_to_native(), &managed, native);
}

bool marshaler_to_managed(Marshaler *m, void *native, Object **managed)
{
    Object *object = NULL;
    bool ok =
        !native || call(m, method_custom_marshaler_to_managed(), &native, &object);
    gc_store(managed, object);
    return ok;
}

bool marshaler_clean_native(Marshaler *m, void *native)
{
    uint64_t ignored;
    return !native ||
           call(m, method_custom_marshaler_clean_native(), &native, &ignored);
}

bool marshaler_clean_managed(Marshaler *m, Object *managed)
{
    uint64_t ignored;
    return !managed ||
           call(m, method_custom_marshaler_clean_managed(), &managed, &ignored);
}
