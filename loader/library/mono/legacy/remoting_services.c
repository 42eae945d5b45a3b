/* remoting_services.c - what is left of System.Runtime.Remoting: one context, no
 * proxies. */
#include "loader/library/mono/reflection/objects.h"
#include "loader/library/mono/table.h"
#include "loader/gc/object.h"
#include "loader/vm/exception.h"
#include "loader/vm/object.h"
#include "loader/vm/typert.h"

static void nothing(void)
{
}

static int32_t no(void)
{
    return 0;
}

static Object *allocate(Object *type)
{
    Type *t = type_of_object(type);
    if (t->bits & (TYPE_BIT_INTERFACE | TYPE_BIT_ABSTRACT | TYPE_BIT_OPEN) ||
        (!type_is_reference(t) && !type_is_valuetype(t))) {
        exception_argument("System.ArgumentException", "type",
                           "Type cannot be instantiated");
        return NULL;
    }
    return object_new(t);
}

static Object *no_proxy(void)
{
    exception_set("System.PlatformNotSupportedException",
                  "Remoting is not supported on this platform.");
    return NULL;
}

/* What the type runs for the method. */
static Object *virtual_method(Object *type, Object *method)
{
    Err err = ERR_INIT;
    Type *t = type_of_object(type);
    Method *decl = reflection_method_of(method);
    if (!decl || !reflection_load(t, LEVEL_READY))
        return NULL;
    Method *impl = decl;
    if (decl->flags & METHOD_VIRTUAL && !(t->bits & TYPE_BIT_INTERFACE))
        impl = type_virtual_impl(t, decl, &err);
    if (!impl) {
        exception_set_err(&err);
        return NULL;
    }
    return reflection_method(impl, NULL);
}

const IcallRow icalls_remoting_context[] = {
    ICALL("RegisterContext", NULL, nothing),
    ICALL("ReleaseContext", NULL, nothing),
    ICALLS_END,
};

const IcallRow icalls_activation_services[] = {
    ICALL("AllocateUninitializedClassInstance", NULL, allocate),
    ICALL("EnableProxyActivation", NULL, nothing),
    ICALLS_END,
};

const IcallRow icalls_remoting_services[] = {
    ICALL("InternalExecute", NULL, no_proxy),
    ICALL("GetVirtualMethod", NULL, virtual_method),
    ICALL("IsTransparentProxy", NULL, no),
    ICALLS_END,
};

const IcallRow icalls_real_proxy[] = {
    ICALL("InternalGetProxyType", NULL, no_proxy),
    ICALL("InternalGetTransparentProxy", NULL, no_proxy),
    ICALLS_END,
};
