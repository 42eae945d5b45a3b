/* invoke.c - calling methods with boxed arguments. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/arena.h"
#include "loader/gc/gc.h"
#include "loader/exec/invoke.h"
#include "loader/gc/object.h"
#include "loader/vm/array.h"
#include "loader/vm/exception.h"
#include "loader/vm/object.h"
#include "loader/vm/typert.h"
#include "loader/vm/vm.h"
#include "loader/reflect/invoke.h"
#include "loader/vm/member.h"

/* -- values and objects -------------------------------------------------------- */

static bool is_pointer(const Type *type)
{
    return type->element == ELEMENT_PTR || type->element == ELEMENT_FNPTR;
}

/* .NET's class library hands Nullables over in boxes of their own type. */
void reflection_unbox(Type *type, Object *object, void *out)
{
    if (type->bits & TYPE_BIT_NULLABLE && !(object && object_type(object) == type)) {
        object_unbox_nullable(type, object, out);
    } else if (type_is_valuetype(type) || is_pointer(type)) {
        uint32_t size = type_value_size(type);
        if (object)
            gc_move(out, object_value(object), size);
        else
            memset(out, 0, size);
    } else {
        gc_store(out, object);
    }
}

/* System.Reflection.Pointer.Box(void *, Type). */
static Object *box_pointer(Type *type, void *pointer)
{
    Object *type_obj = reflection_type(type), *result = NULL;
    void *args[] = {&pointer, &type_obj};
    if (!type_obj || !method_invoke(method_boxed_pointer_box(), args, &result))
        return NULL;
    return result;
}

Object *reflection_box(Type *type, void *value)
{
    if (type->element == ELEMENT_VOID)
        return NULL;
    if (type->element == ELEMENT_BYREF)
        return reflection_box(type->elem, *(void **)value);
    if (type->element == ELEMENT_PTR)
        return box_pointer(type, *(void **)value);
    if (type->element == ELEMENT_FNPTR)
        return object_box(type->world->known.i, value);
    if (type_is_valuetype(type))
        return object_box(type, value);
    return *(Object **)value;
}

/* -- calls --------------------------------------------------------------------- */

typedef struct Call {
    Method *method;
    MethodSig *sig;
    Array *args;  /* NULL: none */
    void **slots; /* per argument, this first: address of its value */
    Object *self; /* what slots[0] points at, or its value's address */
    void *self_address;
    char *values; /* gc memory: copies of value-type arguments */
    uint32_t *offsets;
    void **addresses; /* per parameter: what a by-reference slot points at */
} Call;

static bool call_load_types(Call *call, size_t *room)
{
    *room = 0;
    for (uint32_t i = 0; i < call->sig->n_params; i++) {
        Type *type = call->sig->params[i];
        if (type->element == ELEMENT_BYREF)
            type = type->elem;
        if (type_is_valuetype(type) && !reflection_load(type, LEVEL_LAYOUT))
            return false;
        call->offsets[i] = (uint32_t)*room;
        *room += (type_value_size(type) + 15) & ~(size_t)15;
    }
    return true;
}

static void call_set_params(Call *call)
{
    assert(call->args); /* as many as parameters */
    void **slots = call->slots + (call->sig->has_this ? 1 : 0);
    for (uint32_t i = 0; i < call->sig->n_params; i++) {
        Type *type = call->sig->params[i];
        bool byref = type->element == ELEMENT_BYREF;
        void *value = call->values + call->offsets[i];
        reflection_unbox(byref ? type->elem : type, ARRAY_AT(call->args, Object *, i),
                         value);
        call->addresses[i] = value;
        slots[i] = byref ? (void *)&call->addresses[i] : value;
    }
}

static bool call_copy_back(Call *call)
{
    for (uint32_t i = 0; i < call->sig->n_params; i++) {
        Type *type = call->sig->params[i];
        if (type->element != ELEMENT_BYREF)
            continue;
        Object *object = reflection_box(type->elem, call->addresses[i]);
        if (!object && exception_pending())
            return false;
        array_set(call->args, i, object);
    }
    return true;
}

/* A Nullable is made again, in room, of the value in the box. */
static void call_set_this(Call *call, Object *self, void *room)
{
    Method *method = call->method;
    call->self = self;
    if (type_is_valuetype(method->type) && !method->synth) {
        assert(self); /* only String's methods make do without */
        call->self_address = object_value(self);
        if (method->type->bits & TYPE_BIT_NULLABLE &&
            object_type(self) != method->type) {
            object_unbox_nullable(method->type, self, room);
            call->self_address = room;
        }
        call->slots[0] = &call->self_address;
    } else {
        call->slots[0] = &call->self;
    }
}

static bool call_run(Call *call, Arena *scratch, Object *self, Object **result)
{
    MethodSig *sig = call->sig;
    size_t room, result_size = 16;
    call->slots = arena_array(scratch, void *, sig->n_params + 1);
    call->offsets = arena_array(scratch, uint32_t, sig->n_params + 1);
    if (!call_load_types(call, &room))
        return false;
    size_t self_at = room;
    if (call->method->type->bits & TYPE_BIT_NULLABLE) {
        if (!reflection_load(call->method->type, LEVEL_LAYOUT))
            return false;
        room += (type_value_size(call->method->type) + 15) & ~(size_t)15;
    }
    if (type_is_valuetype(sig->ret) && sig->ret->element != ELEMENT_VOID) {
        if (!reflection_load(sig->ret, LEVEL_LAYOUT))
            return false;
        result_size += type_value_size(sig->ret);
    }
    /* One block that the collector scans: the values, their addresses, the result. */
    size_t addresses = sig->n_params * sizeof(void *);
    call->values = gc_alloc(room + addresses + result_size);
    if (!call->values)
        return exception_set_object(vm.out_of_memory);
    call->addresses = (void **)(call->values + room);
    void *value = call->values + room + addresses;
    if (sig->has_this)
        call_set_this(call, self, call->values + self_at);
    if (sig->n_params)
        call_set_params(call);
    if (!method_invoke(call->method, call->slots, value) || !call_copy_back(call))
        return false;
    *result = reflection_box(sig->ret, value);
    return *result || !exception_pending();
}

static bool invoke_plain(Method *method, Object *self, Array *args, Object **result)
{
    Err err = ERR_INIT;
    Call call = {.method = method, .args = args};
    call.sig = method_sig(method, &err);
    if (!call.sig)
        return exception_set_err(&err);
    Arena scratch = ARENA_INIT;
    bool ok = call_run(&call, &scratch, self, result);
    arena_free(&scratch);
    return ok;
}

/* -- constructors -------------------------------------------------------------- */

/* Managed code has made the arguments fit; null stands for 0. */
static int32_t int_argument(const Array *args, uint32_t i)
{
    const Object *number = ARRAY_AT(args, Object *, i);
    return number ? *(const int32_t *)object_value((Object *)number) : 0;
}

static Object *new_array(Method *ctor, const Array *args)
{
    enum { MAX_LENGTHS = 64 };
    int32_t lengths[MAX_LENGTHS] = {0}, lower[MAX_LENGTHS] = {0};
    Type *type = ctor->type;
    uint32_t n = args->length;
    bool with_bounds = ctor->synth == SYNTH_ARRAY_CTOR_LB;
    if (n > MAX_LENGTHS) {
        exception_set("System.OverflowException", NULL);
        return NULL;
    }
    for (uint32_t i = 0; i < n; i++) {
        int32_t *to = with_bounds && i % 2 == 0 ? lower : lengths;
        to[with_bounds ? i / 2 : i] = int_argument(args, i);
    }
    if (type->element == ELEMENT_SZARRAY)
        return (Object *)array_new_jagged(type, lengths, n);
    return (Object *)array_new_md(type, lengths, with_bounds ? lower : NULL);
}

/* A Nullable is made in a box of its own and boxed as what is in it. */
static bool new_nullable(Method *ctor, Array *args, Object **result)
{
    Object *raw = object_new(ctor->type), *ignored;
    if (!raw || !invoke_plain(ctor, raw, args, &ignored))
        return false;
    *result = reflection_box(ctor->type, object_value(raw));
    return *result || !exception_pending();
}

static bool invoke_ctor(Method *ctor, Array *args, Object **result)
{
    Type *type = ctor->type;
    Object *ignored;
    if (type->element == ELEMENT_SZARRAY || type->element == ELEMENT_ARRAY)
        return (*result = new_array(ctor, args)) != NULL;
    if (type->bits & TYPE_BIT_NULLABLE)
        return new_nullable(ctor, args, result);
    if (type == vm.world->known.string) {
        Err err = ERR_INIT;
        MethodSig *sig = method_sig(ctor, &err);
        Method *factory = sig ? corlib_string_factory(vm.world, sig, &err) : NULL;
        if (!factory)
            return exception_set_err(&err);
        return invoke_plain(factory, NULL, args, result);
    }
    *result = object_new(type);
    return *result && type_init(type) && invoke_plain(ctor, *result, args, &ignored);
}

bool reflection_invoke(Method *method, Object *self, Array *args, Object **result)
{
    *result = NULL;
    if (!(method->flags & METHOD_STATIC) && !strcmp(method->name, ".ctor") && !self)
        return invoke_ctor(method, args, result);
    return invoke_plain(method, self, args, result);
}
