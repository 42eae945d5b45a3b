/* runtime_constructor_info.c - System.Reflection.RuntimeConstructorInfo; calls of
 * constructors and of methods (InternalInvoke). */
#include <string.h>

#include "loader/library/mono/reflection/objects.h"
#include "loader/library/mono/table.h"
#include "loader/reflect/invoke.h"
#include "loader/gc/object.h"
#include "loader/vm/exception.h"
#include "loader/vm/typert.h"

/* Exceptions of the checks go to *exc: managed code wraps only what the method threw.
 */
static Object *invoke_refuse(Object **exc)
{
    gc_store(exc, exception_take());
    return NULL;
}

static bool invoke_check_target(Method **method, Object *self)
{
    Method *m = *method;
    if (m->flags & METHOD_STATIC)
        return true;
    if (!self)
        return !strcmp(m->name, ".ctor") ||
               exception_set("System.Reflection.TargetException",
                             "Non-static method requires a target.");
    if (!object_isinst(self, m->type))
        return exception_set("System.Reflection.TargetException",
                             "Object does not match target type.");
    if (m->flags & METHOD_VIRTUAL)
        *method = object_virtual(self, m);
    return *method != NULL;
}

static bool invoke_check(Method **method, Object *self, Array *args)
{
    Err err = ERR_INIT;
    if (!invoke_check_target(method, self))
        return false;
    if ((*method)->type->bits & TYPE_BIT_ABSTRACT && !self &&
        !strcmp((*method)->name, ".ctor"))
        return exception_set("System.MethodAccessException",
                             "Cannot invoke constructor of an abstract class.");
    MethodSig *sig = method_sig(*method, &err);
    if (!sig)
        return exception_set_err(&err);
    if ((*method)->synth == SYNTH_ARRAY_ADDRESS || sig->ret->bits & TYPE_BIT_BYREFLIKE)
        return exception_set(
            "System.NotSupportedException",
            "Cannot invoke method returning ByRef type via reflection");
    if (sig->n_params != (args ? args->length : 0))
        return exception_set("System.Reflection.TargetParameterCountException", NULL);
    if ((*method)->type->bits & TYPE_BIT_OPEN)
        return exception_set("System.InvalidOperationException",
                             "Late bound operations cannot be performed on types or "
                             "methods for which ContainsGenericParameters is true.");
    return true;
}

Object *reflection_internal_invoke(Object *info, Object *self, Array *args,
                                   Object **exc)
{
    *exc = NULL;
    Method *method = reflection_method_of(info);
    if (!invoke_check(&method, self, args))
        return invoke_refuse(exc);
    Object *result;
    return reflection_invoke(method, self, args, &result) ? result : NULL;
}

static int32_t no_security_level(void)
{
    return 0;
}

static int32_t metadata_token(Object *info)
{
    Method *method = reflection_method_of(info);
    return (int32_t)(method->token ? method->token : TOKEN(TABLE_MethodDef, 0));
}

const IcallRow icalls_runtime_constructor_info[] = {
    ICALL("InternalInvoke", "(object,object[],System.Exception&)",
          reflection_internal_invoke),
    ICALL("get_core_clr_security_level", NULL, no_security_level),
    ICALL("get_metadata_token", NULL, metadata_token),
    ICALLS_END,
};
