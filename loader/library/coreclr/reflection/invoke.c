/* invoke.c - RuntimeMethodHandle.InvokeMethod: a call whose arguments managed code has
 * converted and laid out.
 *
 * Of each argument there is an address: of the value, or of the variable that holds a
 * reference. For a parameter by reference it is the reference itself.
 */
#include <string.h>

#include "common/base/arena.h"
#include "loader/exec/invoke.h"
#include "loader/gc/gc.h"
#include "loader/library/coreclr/members.h"
#include "loader/library/coreclr/table.h"
#include "loader/reflect/invoke.h"
#include "loader/vm/array.h"
#include "loader/vm/exception.h"
#include "loader/vm/object.h"
#include "loader/vm/typert.h"
#include "loader/vm/vm.h"

typedef struct Call {
    Method *method;
    MethodSig *sig;
    Object *self;
    void *self_address;
    void **slots;
} Call;

/* A value's method takes the address of the value, also of one in a box. A Nullable
 * is made again of what is in the box. */
static bool set_self(Call *call, Object *self)
{
    Type *type = call->method->type;
    call->self = self;
    call->slots[0] = &call->self;
    if (!type_is_valuetype(type) || call->method->synth)
        return true;
    if (!self)
        return exception_set("System.NullReferenceException", NULL);
    if (type->bits & TYPE_BIT_NULLABLE && object_type(self) != type) {
        call->self = object_new(type);
        if (!call->self)
            return false;
        object_unbox_nullable(type, self, object_value(call->self));
    }
    call->self_address = object_value(call->self);
    call->slots[0] = &call->self_address;
    return true;
}

static bool result_room(Type *type, void **room)
{
    if (type->element == ELEMENT_BYREF)
        type = type->elem;
    size_t size = 16;
    if (type_is_valuetype(type) && type->element != ELEMENT_VOID) {
        if (!reflection_load(type, LEVEL_LAYOUT))
            return false;
        size += type_value_size(type);
    }
    *room = gc_alloc(size);
    return *room || exception_set_object(vm.out_of_memory);
}

static bool box_result(Type *type, void *value, Object **result)
{
    if (type->element == ELEMENT_BYREF && !*(void **)value)
        return exception_set("System.NullReferenceException",
                             "The target method returned a null reference.");
    if (type->element == ELEMENT_FNPTR)
        type = vm.world->known.i;
    *result = reflection_box(type, value);
    return *result || !exception_pending();
}

static bool call_run(Call *call, Object *self, void **args, Object **result)
{
    const MethodSig *sig = call->sig;
    void *value;
    uint32_t first = sig->has_this;
    if (!result_room(sig->ret, &value))
        return false;
    if (first && !set_self(call, self))
        return false;
    for (uint32_t i = 0; i < sig->n_params; i++)
        call->slots[first + i] =
            sig->params[i]->element == ELEMENT_BYREF ? (void *)&args[i] : args[i];
    return method_invoke(call->method, call->slots, value) &&
           box_result(sig->ret, value, result);
}

static bool call_method(Method *method, Object *self, void **args, Object **result)
{
    Err err = ERR_INIT;
    Call call = {.method = method, .sig = method_sig(method, &err)};
    if (!call.sig)
        return exception_set_err(&err);
    Arena scratch = ARENA_INIT;
    call.slots = arena_array(&scratch, void *, call.sig->n_params + 1u);
    bool ok = call_run(&call, self, args, result);
    arena_free(&scratch);
    return ok;
}

/* -- constructors -------------------------------------------------------------- */

static bool new_array(Method *ctor, void **args, Object **result)
{
    enum { MAX_RANK = 32 };
    int32_t lengths[2 * MAX_RANK], lower[MAX_RANK];
    Type *type = ctor->type;
    Err err = ERR_INIT;
    MethodSig *sig = method_sig(ctor, &err);
    if (!sig || sig->n_params > 2 * MAX_RANK)
        return exception_set("System.NotSupportedException", NULL);
    bool pairs = ctor->synth == SYNTH_ARRAY_CTOR_LB;
    for (uint32_t i = 0; i < sig->n_params; i++) {
        int32_t value = *(int32_t *)args[i];
        if (pairs && i % 2 == 0)
            lower[i / 2] = value;
        else
            lengths[pairs ? i / 2 : i] = value;
    }
    *result = type->element == ELEMENT_SZARRAY
                  ? (Object *)array_new_jagged(type, lengths, sig->n_params)
                  : (Object *)array_new_md(type, lengths, pairs ? lower : NULL);
    return *result;
}

static bool new_string(Method *ctor, void **args, Object **result)
{
    Err err = ERR_INIT;
    MethodSig *sig = method_sig(ctor, &err);
    Method *factory = sig ? corlib_string_factory(vm.world, sig, &err) : NULL;
    return factory ? call_method(factory, NULL, args, result) : exception_set_err(&err);
}

static bool new_object(Method *ctor, void **args, Object **result)
{
    Type *type = ctor->type;
    Object *nothing = NULL;
    if (type->element == ELEMENT_SZARRAY || type->element == ELEMENT_ARRAY)
        return new_array(ctor, args, result);
    if (type == vm.world->known.string)
        return new_string(ctor, args, result);
    Object *object = object_new(type);
    if (!object || !type_init(type) || !call_method(ctor, object, args, &nothing))
        return false;
    *result = type->bits & TYPE_BIT_NULLABLE
                  ? reflection_box(type, object_value(object))
                  : object;
    return *result || !exception_pending();
}

static void invoke(Object **target, void **args, Object **signature, int32_t is_ctor,
                   Object **result)
{
    Method *method = *field_signature_method(*signature);
    if (is_ctor) {
        new_object(method, args, result);
        return;
    }
    if (*target && method->flags & METHOD_VIRTUAL && !(method->flags & METHOD_STATIC) &&
        !(method = object_virtual(*target, method)))
        return;
    call_method(method, *target, args, result);
}

const QcallRow qcalls_invoke[] = {
    QCALL(RuntimeMethodHandle_InvokeMethod, invoke),
    QCALLS_END,
};
