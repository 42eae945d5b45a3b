/* delegate.c - delegates: what their Invoke calls.
 *
 * Invoke (SYNTH_DELEGATE_INVOKE) calls invoke_impl(extra_arg, args...). A closed
 * delegate has its method and its target there. Open and static ones have a stub that
 * drops extra_arg (the delegate) and calls method_ptr(args...); multicast ones a stub
 * that runs `delegates`. Managed code sees target, method and method_ptr.
 */
#include <assert.h>
#include <string.h>

#include "common/ir/synth.h"
#include "loader/vm/methods.h"
#include "loader/gc/object.h"
#include "loader/vm/delegate.h"
#include "loader/vm/exception.h"
#include "loader/vm/object.h"
#include "loader/vm/member.h"
#include "loader/vm/typert.h"
#include "loader/vm/vm.h"

Method *delegate_invoke(Type *type)
{
    if (!type_reach(type, LEVEL_READY))
        return NULL;
    Method *invoke = type_find_method(type, "Invoke", -1);
    if (!invoke)
        exception_set("System.ArgumentException", "Type must derive from Delegate.");
    return invoke;
}

/* invoke_impl becomes a stub that gets the delegate itself. */
static bool delegate_set_stub(Object *delegate, uint8_t kind)
{
    Method *invoke = delegate_invoke(object_type(delegate));
    if (!invoke)
        return false;
    Err err = ERR_INIT;
    Method *stub = synth_method(kind, invoke, &err);
    if (!stub)
        return exception_set_err(&err);
    *field_delegate_invoke(delegate) = vm_methods->entry(stub);
    *field_delegate_invoke_arg(delegate) = delegate;
    return true;
}

void *delegate_multicast_code(Type *type)
{
    Err err = ERR_INIT;
    Method *invoke = delegate_invoke(type);
    Method *stub = invoke ? synth_method(SYNTH_DELEGATE_MULTICAST, invoke, &err) : NULL;
    if (!stub && invoke)
        exception_set_err(&err);
    return stub ? vm_methods->entry(stub) : NULL;
}

Method *delegate_code_method(void *code)
{
    Method *method = code ? vm_methods->from_entry(code) : NULL;
    while (method && method->synth >= SYNTH_UNBOX)
        method = synth_subject(method);
    return method;
}

bool delegate_setup_multicast(Object *delegate)
{
    return delegate_set_stub(delegate, SYNTH_DELEGATE_MULTICAST);
}

/* Is the method's first argument left to the caller of Invoke? */
static bool delegate_is_open(Type *type, Method *method, bool *open)
{
    Err err = ERR_INIT;
    Method *invoke = delegate_invoke(type);
    MethodSig *sig = invoke ? method_sig(invoke, &err) : NULL;
    MethodSig *callee = sig ? method_sig(method, &err) : NULL;
    if (!callee)
        return exception_pending() ? false : exception_set_err(&err);
    uint32_t n_callee = callee->n_params + (uint32_t)callee->has_this;
    *open = n_callee == sig->n_params;
    return true;
}

/* Some class libraries see method and target in fields of their own; others ask. */
static bool delegate_shows_method(void)
{
    return vm.world->library->members->members[MEMBER_delegate_method].name;
}

/* method: NULL for native code. */
static bool delegate_fill(Object *delegate, Object *target, Method *method, void *code)
{
    bool open = !target;
    if (method && !delegate_is_open(object_type(delegate), method, &open))
        return false;
    if (method && method->synth >= SYNTH_UNBOX)
        method = synth_subject(method);
    if (delegate_shows_method()) {
        field_delegate_target_set(delegate, open ? NULL : target);
        *field_delegate_method(delegate) = method;
    }
    if (open || delegate_shows_method())
        *field_delegate_code(delegate) = code;
    if (open)
        return delegate_set_stub(delegate, SYNTH_DELEGATE_STATIC);
    *field_delegate_invoke(delegate) = code;
    *field_delegate_invoke_arg(delegate) = target;
    return true;
}

static bool method_wrap(uint8_t kind, Method **method)
{
    Err err = ERR_INIT;
    *method = synth_method(kind, *method, &err);
    return *method ? true : exception_set_err(&err);
}

/* A value type's method that gets a box as target needs its unboxing stub. */
static bool method_for_target(Object *target, Method **method)
{
    Method *m = *method;
    if (m->synth == SYNTH_INSTANTIATE) /* the unboxing stub passes the context, too */
        m = synth_subject(m);
    if (!target || m->synth || m->flags & METHOD_STATIC || !type_is_valuetype(m->type))
        return true;
    return method_wrap(SYNTH_UNBOX, method);
}

/* newobj closes instance methods over objects only; reflection may over null. */
static bool null_target_allowed(Type *type, Method *method)
{
    bool open = true;
    if (!(method->flags & METHOD_STATIC) && !delegate_is_open(type, method, &open))
        return false;
    return open ||
           exception_set("System.ArgumentException",
                         "Delegate to an instance method cannot have null 'this'.");
}

bool delegate_init(Object *delegate, Object *target, void *code)
{
    if (!code)
        return exception_argument_null("method");
    Method *method = vm_methods->from_entry(code), *wanted = method;
    if (method && !method_for_target(target, &wanted))
        return false;
    if (method && !target && !null_target_allowed(object_type(delegate), method))
        return false;
    return delegate_fill(delegate, target, wanted,
                         wanted == method ? code : vm_methods->entry(wanted));
}

bool delegate_init_method(Object *delegate, Object *target, Method *method)
{
    Method *wanted = method;
    bool late = false;
    if (!target && method->flags & METHOD_VIRTUAL && !method->synth &&
        !(method->flags & METHOD_STATIC) && !type_is_valuetype(method->type) &&
        !delegate_is_open(object_type(delegate), method, &late))
        return false; /* closed over null: what it names */
    if (late ? !method_wrap(SYNTH_DISPATCH, &wanted)
             : !method_for_target(target, &wanted))
        return false;
    void *code = wanted == method ? vm_methods->ftn(method) : vm_methods->entry(wanted);
    return delegate_fill(delegate, target, wanted, code);
}

Object *delegate_new(Type *type, Object *target, void *code)
{
    Object *delegate = code ? object_new(type) : NULL;
    if (!code)
        exception_argument_null("method");
    return delegate && delegate_init(delegate, target, code) ? delegate : NULL;
}

Object *delegate_new_method(Type *type, Object *target, Method *method)
{
    Object *delegate = object_new(type);
    return delegate && delegate_init_method(delegate, target, method) ? delegate : NULL;
}

bool delegate_setup(Object *delegate)
{
    if (*field_delegate_list(delegate))
        return delegate_setup_multicast(delegate);
    Method *method = *field_delegate_method(delegate);
    void *code = *field_delegate_code(delegate);
    Object *target = *field_delegate_target(delegate);
    return delegate_fill(delegate, target, method, code);
}

bool delegate_invoke_handler(Object *handler, Object *sender, Object *event)
{
    Method *invoke = type_find_method(object_type(handler), "Invoke", 2);
    assert(invoke);
    void *args[] = {&handler, &sender, &event};
    uint64_t result[2];
    return vm_methods->invoke(invoke, args, result);
}
