/* delegate.c - System.Delegate: binding to methods that reflection names.
 *
 * Invoke calls _methodPtr(_target, arguments...). Of an open delegate _target is the
 * delegate and _methodPtr a stub that calls _methodPtrAux(arguments...); of one of
 * several _methodPtrAux names its Invoke. No field holds the method: it is found from
 * the code (loader/vm/delegate.h).
 */
#include "loader/vm/delegate.h"

#include <string.h>
#include <strings.h>

#include "common/ir/synth.h"
#include "loader/exec/method.h"
#include "loader/library/coreclr/core/type_handle.h"
#include "loader/library/coreclr/members.h"
#include "loader/library/coreclr/reflection/objects.h"
#include "loader/library/coreclr/table.h"
#include "loader/reflect/reflect.h"
#include "loader/vm/exception.h"
#include "loader/vm/typert.h"
#include "loader/vm/vm.h"

/* DelegateBindingFlags. */
enum {
    STATIC_ONLY = 0x01,
    INSTANCE_ONLY = 0x02,
    OPEN_ONLY = 0x04,
    CLOSED_ONLY = 0x08,
    NEVER_OVER_NULL = 0x10,
    CASELESS = 0x20,
    RELAXED = 0x40,
};

/* -- do signatures fit? -------------------------------------------------------- */

/* boxed: the value comes from an object. */
static bool fits(Type *from, Type *to, bool relaxed, bool boxed)
{
    if (from == to)
        return true;
    if (from->element == ELEMENT_BYREF || to->element == ELEMENT_BYREF)
        return false;
    if (relaxed && reflection_assignable(from, to))
        return boxed || type_is_valuetype(from) == type_is_valuetype(to);
    bool an_enum = (from->bits | to->bits) & TYPE_BIT_ENUM;
    return an_enum && type_is_valuetype(from) && type_is_valuetype(to) &&
           type_underlying(from) == type_underlying(to);
}

typedef struct Binding {
    Method *method;
    Object *target;
    int32_t flags;
    MethodSig *invoke, *callee;
    bool open;
} Binding;

/* What the method takes as its i-th argument, `this` first. */
static Type *callee_param(const Binding *binding, uint32_t i)
{
    if (!binding->callee->has_this)
        return binding->callee->params[i];
    if (i)
        return binding->callee->params[i - 1];
    Type *type = binding->method->type;
    return type_is_valuetype(type) && binding->open ? type_byref(type) : type;
}

static bool kind_fits(Binding *binding)
{
    int32_t flags = binding->flags;
    uint32_t n = binding->callee->n_params + binding->callee->has_this;
    binding->open = n == binding->invoke->n_params;
    if (!binding->open && n != binding->invoke->n_params + 1u)
        return false;
    return !(binding->open && binding->target) &&
           !(flags & STATIC_ONLY && binding->callee->has_this) &&
           !(flags & INSTANCE_ONLY && !binding->callee->has_this) &&
           !(flags & OPEN_ONLY && !binding->open) &&
           !(flags & CLOSED_ONLY && binding->open) &&
           !(flags & NEVER_OVER_NULL && !binding->open && !binding->target);
}

static bool target_fits(const Binding *binding)
{
    Type *first = callee_param(binding, 0);
    if (!binding->callee->has_this && !type_is_reference(first))
        return false;
    return !binding->target ? !type_is_valuetype(first)
                            : type_castable(object_type(binding->target), first);
}

static bool return_fits(const Binding *binding)
{
    Type *from = binding->callee->ret, *to = binding->invoke->ret;
    if (from->element == ELEMENT_VOID || to->element == ELEMENT_VOID)
        return from == to;
    return fits(from, to, binding->flags & RELAXED, false);
}

static bool types_fit(const Binding *binding)
{
    bool relaxed = binding->flags & RELAXED;
    uint32_t bound = binding->open ? 0 : 1;
    if (bound && !target_fits(binding))
        return false;
    for (uint32_t i = 0; i < binding->invoke->n_params; i++)
        if (!fits(binding->invoke->params[i], callee_param(binding, i + bound), relaxed,
                  false))
            return false;
    return return_fits(binding);
}

/* False: they do not, or pending. */
static bool compatible(Type *type, Binding *binding)
{
    Err err = ERR_INIT;
    Method *invoke = delegate_invoke(type);
    if (!invoke)
        return false;
    if (binding->method->type->bits & (TYPE_BIT_OPEN | TYPE_BIT_GENERIC_DEF) ||
        reflection_is_generic_method_def(binding->method))
        return false;
    if (!(binding->invoke = method_sig(invoke, &err)) ||
        !(binding->callee = method_sig(binding->method, &err)))
        return exception_set_err(&err);
    return kind_fits(binding) && types_fit(binding);
}

static int32_t bind(Object *delegate, Binding *binding)
{
    Method *method = binding->method;
    if (!compatible(object_type(delegate), binding))
        return 0;
    if (!binding->open && binding->target && method->flags & METHOD_VIRTUAL &&
        !(method->flags & METHOD_STATIC) &&
        !(method = object_virtual(binding->target, method)))
        return 0;
    return delegate_init_method(delegate, binding->target, method);
}

static int32_t bind_to_method(Object **delegate, Object **target, Method *method,
                              Object **keep, void *handle, int32_t flags)
{
    (void)keep, (void)handle;
    Binding binding = {.method = method, .target = *target, .flags = flags};
    return bind(*delegate, &binding);
}

/* The most derived one that fits. */
static int32_t bind_to_name(Object **delegate, Object **target, Object **keep,
                            void *handle, const char *name, int32_t flags)
{
    (void)keep;
    for (Type *type = type_of_handle(handle); type; type = type->parent) {
        if (type_handle_is_desc(type) || !type_reach(type, LEVEL_READY))
            return 0;
        for (uint32_t i = 0; i < type->n_methods; i++) {
            Binding binding = {
                .method = type->methods[i], .target = *target, .flags = flags};
            const char *own = binding.method->name;
            if (!(flags & CASELESS ? strcasecmp(own, name) : strcmp(own, name)) &&
                compatible(object_type(*delegate), &binding))
                return bind(*delegate, &binding);
            if (exception_pending())
                return 0;
        }
    }
    return 0;
}

static void construct(Object **delegate, Object **target, void *code)
{
    delegate_init(*delegate, *target, code);
}

/* -- what one calls ------------------------------------------------------------ */

/* Shared code is not the method that a program means. */
static Method *method_behind(Object *delegate)
{
    void *code = *field_delegate_code(delegate);
    if (!code)
        code = *field_delegate_invoke(delegate);
    Method *method = delegate_code_method(code);
    Object *target = *field_delegate_invoke_arg(delegate);
    if (method && target && target != delegate && method_is_shared(method) &&
        method_context_kind(method) == CONTEXT_THIS)
        method = method_exact(method, target, NULL);
    return method;
}

/* One over native code shows its own Invoke. */
static void find_method(Object **delegate, Object **result)
{
    Method *method = method_behind(*delegate);
    if (!method && !exception_pending())
        method = delegate_invoke(object_type(*delegate));
    if (method)
        *result = method_stub_object(method);
}

static int32_t same_method(Object **left, Object **right)
{
    Method *one = method_behind(*left), *other = method_behind(*right);
    return one && one == other;
}

static void *multicast_code(VTable *vtable)
{
    return delegate_multicast_code(vtable->type);
}

static Method *invoke_method(VTable *vtable)
{
    return delegate_invoke(vtable->type);
}

/* -- what constructors of delegates ask ---------------------------------------- */

static void *adjust_target(Object **target, void *code)
{
    Method *method = delegate_code_method(code);
    Err err = ERR_INIT;
    if (!*target || !method || !type_is_valuetype(method->type))
        return code;
    Method *unbox = synth_method(SYNTH_UNBOX, method, &err);
    if (unbox)
        return method_entry(unbox);
    exception_set_err(&err);
    return NULL;
}

static void set_virtual_code(Object **delegate, void *code)
{
    Method *method = delegate_code_method(code);
    Err err = ERR_INIT;
    Method *dispatch = method ? synth_method(SYNTH_DISPATCH, method, &err) : NULL;
    if (dispatch)
        *field_delegate_code(*delegate) = method_entry(dispatch);
    else
        exception_set_err(&err);
}

const FcallRow fcalls_delegate[] = {
    FCALL("GetInvokeMethod", NULL, invoke_method),
    FCALL("GetMulticastInvoke", NULL, multicast_code),
    FCALLS_END,
};

const QcallRow qcalls_delegate[] = {
    QCALL(Delegate_AdjustTarget, adjust_target),
    QCALL(Delegate_BindToMethodInfo, bind_to_method),
    QCALL(Delegate_BindToMethodName, bind_to_name),
    QCALL(Delegate_Construct, construct),
    QCALL(Delegate_FindMethodHandle, find_method),
    QCALL(Delegate_GetMulticastInvokeSlow, multicast_code),
    QCALL(Delegate_InitializeVirtualCallStub, set_virtual_code),
    QCALL(Delegate_InternalEqualMethodHandles, same_method),
    QCALLS_END,
};
