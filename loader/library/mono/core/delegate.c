/* delegate.c - System.Delegate. */
#include "loader/library/mono/reflection/objects.h"
#include "loader/library/mono/table.h"
#include "loader/gc/object.h"
#include "loader/vm/delegate.h"
#include "loader/vm/exception.h"
#include "loader/vm/object.h"
#include "loader/vm/typert.h"
#include "loader/vm/member.h"

/* A delegate of the same type for Combine and Remove, which fill its list of delegates.
 */
static Object *alloc_like(Object *delegate)
{
    Object *copy = object_new(object_type(delegate));
    return copy && delegate_setup_multicast(copy) ? copy : NULL;
}

static bool args_are_open(const Method *method)
{
    for (uint32_t i = 0; i < method->n_args; i++)
        if (method->args[i]->bits & TYPE_BIT_OPEN)
            return true;
    return false;
}

static bool method_check(const Method *method)
{
    if (!method)
        return exception_argument("System.ArgumentException", "method",
                                  "Method must be a runtime method.");
    if (method->type->bits & TYPE_BIT_OPEN)
        return exception_set("System.InvalidOperationException",
                             "Late bound operations cannot be performed on types or "
                             "methods for which ContainsGenericParameters is true.");
    return !args_are_open(method) ||
           exception_argument("System.ArgumentException", "method",
                              "The generic method has no arguments.");
}

/* Managed code has checked that the signatures fit. */
static Object *create(Object *type, Object *target, Object *info,
                      int32_t throw_on_failure)
{
    Type *t = type_of_object(type);
    Method *method = info ? reflection_method_of(info) : NULL;
    if (!method_check(method) || !method) {
        if (!throw_on_failure)
            exception_take();
        return NULL;
    }
    if (target && method->flags & METHOD_VIRTUAL && !(method->flags & METHOD_STATIC)) {
        method = object_virtual(target, method);
        if (!method)
            return NULL;
    }
    return delegate_new_method(t, target, method);
}

static Object *virtual_method(Object *delegate)
{
    Object *target = *field_delegate_target(delegate);
    Method *method = *field_delegate_method(delegate);
    if (target && method && method->flags & METHOD_VIRTUAL)
        method = object_virtual(target, method);
    return method ? reflection_method(method, NULL) : NULL;
}

const IcallRow icalls_delegate[] = {
    ICALL("AllocDelegateLike_internal", NULL, alloc_like),
    ICALL("CreateDelegate_internal", NULL, create),
    ICALL("GetVirtualMethod_internal", NULL, virtual_method),
    ICALLS_END,
};
