/* callback.c - delegates as C function pointers, and the other way round. */
#include <alloca.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/hash.h"
#include "common/base/log.h"
#include "loader/exec/exec.h"
#include "loader/gc/gc.h"
#include "loader/interop/native.h"

enum { HANDLE_WEAK = 0, RET_MIN = 16, BUCKETS = 256 };

/* A C function that stands for a delegate; kept as long as that lives. */
typedef struct Callback {
    NativeSig *sig;
    Method *invoke;
    uint32_t handle;   /* weak */
    uintptr_t address; /* of the delegate: the key */
    void *code;
    ffi_closure *closure;
    struct Callback *next;
} Callback;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static Callback *buckets[BUCKETS];

static Callback **bucket_of(uintptr_t address)
{
    return &buckets[hash_ptr((void *)address) % BUCKETS];
}

/* Under the lock: drops the callbacks of dead delegates in this bucket. */
static void bucket_sweep(Callback **at)
{
    while (*at) {
        Callback *c = *at;
        if (gc_handle_get(c->handle)) {
            at = &c->next;
            continue;
        }
        *at = c->next;
        gc_handle_free(c->handle);
        ffi_closure_free(c->closure);
        free(c);
    }
}

/* -- native code calls a delegate ---------------------------------------------- */

/* One argument of a call under way. */
typedef struct Passed {
    const NativeParam *param;
    void *native; /* where native code has put it */
    void *value;  /* where the managed one lies: 16 bytes or the value's size */
    void *target; /* BYREF: the variable that it refers to, unless that is native's */
} Passed;

static uint32_t value_room(const Conv *conv)
{
    return conv->managed_size > RET_MIN ? conv->managed_size : RET_MIN;
}

static int64_t number_of(const NativeParam *p, const void *native)
{
    if (p->kind == PARAM_BYREF)
        native = *(void *const *)native;
    switch (native ? p->conv.size : 0) {
    case 1:
        return *(const uint8_t *)native;
    case 2:
        return *(const uint16_t *)native;
    case 4:
        return *(const int32_t *)native;
    case 8:
        return *(const int64_t *)native;
    default:
        return 0;
    }
}

static bool is_number(const NativeParam *p)
{
    return p->conv.kind == CONV_bits && p->conv.ffi->type != FFI_TYPE_FLOAT &&
           p->conv.ffi->type != FFI_TYPE_DOUBLE &&
           p->conv.ffi->type != FFI_TYPE_STRUCT &&
           (p->kind == PARAM_VALUE || p->kind == PARAM_BYREF);
}

/* MarshalAs says it: a number, a parameter, or the sum of both. */
static bool array_length(const NativeParam *p, const NativeSig *sig, void **native,
                         int64_t *length)
{
    const NativeParam *param = p->n_param >= 0 && (uint32_t)p->n_param < sig->n
                                   ? &sig->params[p->n_param]
                                   : NULL;
    *length = p->count;
    if (param && is_number(param))
        *length += number_of(param, native[p->n_param]);
    else if (p->n_param >= 0 || !p->count)
        return marshal_unsupported(p->conv.type,
                                   "nothing tells a callback how many there are");
    return true;
}

static bool take_array(Passed *a, int64_t length)
{
    const Conv *conv = &a->param->conv;
    const char *from = *(char **)a->native;
    if (!from)
        return true;
    Array *array = array_new_of(conv->type, length);
    *(Array **)a->value = array;
    for (int64_t i = 0; array && a->param->in && i < length; i++)
        if (!conv_from_native(conv, from + i * conv->size,
                              array->data + i * conv->managed_size))
            return false;
    return array != NULL;
}

static bool take_class(Passed *a)
{
    const Conv *conv = &a->param->conv;
    const void *from = *(void **)a->native;
    Object *object = from ? object_new(conv->type) : NULL;
    *(Object **)a->value = object;
    return !from || (object && (!a->param->in ||
                                conv_from_native(conv, from, object_value(object))));
}

static bool take_byref(Passed *a)
{
    const void *from = *(void **)a->native;
    if (!from && a->param->conv.kind == CONV_class)
        return exception_argument_null(a->param->conv.type->name);
    *(void **)a->value = from ? a->target : NULL;
    return !from || !a->param->in || conv_from_native(&a->param->conv, from, a->target);
}

static bool arg_take(Passed *a, const NativeSig *sig, void **native)
{
    int64_t length;
    switch (a->param->kind) {
    case PARAM_VALUE:
        return conv_from_native(&a->param->conv, a->native, a->value);
    case PARAM_BYREF:
        if (a->target)
            return take_byref(a);
        *(void **)a->value = *(void **)a->native;
        return true;
    case PARAM_ARRAY:
        if (a->param->is_md)
            return marshal_unsupported(a->param->conv.type,
                                       "a callback takes several dimensions of it");
        return array_length(a->param, sig, native, &length) && take_array(a, length);
    case PARAM_CLASS:
        return take_class(a);
    case PARAM_LPSTRUCT:
        return !*(void **)a->native ||
               conv_from_native(&a->param->conv, *(void **)a->native, a->value);
    case PARAM_BUILDER:
        return conv_from_native(&a->param->conv, a->native, a->value);
    }
    return false;
}

/* Gives native code what the method has left in its argument. */
static bool arg_give_back(const Passed *a)
{
    const Conv *conv = &a->param->conv;
    bool by_value = a->param->kind == PARAM_VALUE || a->param->kind == PARAM_LPSTRUCT ||
                    a->param->kind == PARAM_BUILDER; /* its room is not known */
    void *to = by_value ? NULL : *(void **)a->native;
    if (a->param->kind == PARAM_VALUE && conv->kind == CONV_custom)
        return marshaler_clean_managed(conv->marshaler, *(Object **)a->value);
    if (!to || !a->param->out)
        return true;
    if (a->param->kind == PARAM_BYREF)
        return !a->target || conv_to_native(conv, a->target, to);
    if (a->param->kind == PARAM_CLASS)
        return conv_to_native(conv, object_value(*(Object **)a->value), to);
    const Array *array = *(Array **)a->value;
    for (uint32_t i = 0; i < array->length; i++)
        if (!conv_to_native(conv, array->data + (size_t)i * conv->managed_size,
                            (char *)to + (size_t)i * conv->size))
            return false;
    return true;
}

/* What callback_call takes of the stack. */
static uint64_t callback_room(const NativeSig *sig)
{
    uint64_t room = value_room(&sig->ret);
    for (uint32_t i = 0; i < sig->n; i++)
        room += 2 * (uint64_t)value_room(&sig->params[i].conv) + sizeof(Passed) + 64;
    return room;
}

static bool callback_call(Callback *c, Object *delegate, void **native, void *ret)
{
    const NativeSig *sig = c->sig;
    if (!exec_stack_room(callback_room(sig)))
        return false;
    void **args = alloca(sizeof *args * (sig->n + 1));
    Passed *passed = alloca(sizeof *passed * (sig->n + 1));
    args[0] = &delegate;
    for (uint32_t i = 0; i < sig->n; i++) {
        const NativeParam *p = &sig->params[i];
        uint32_t room = value_room(&p->conv);
        bool apart = p->kind == PARAM_BYREF && p->conv.kind != CONV_bits;
        char *value = memset(alloca(2 * (size_t)room), 0, 2 * (size_t)room);
        passed[i] = (Passed){p, native[i], value, apart ? value + room : NULL};
        args[i + 1] = value;
        if (!arg_take(&passed[i], sig, native))
            return false;
    }
    const Conv *result = &sig->ret;
    void *value = memset(alloca(value_room(result)), 0, value_room(result));
    if (!method_invoke(c->invoke, args, value))
        return false;
    for (uint32_t i = 0; i < sig->n; i++)
        if (!arg_give_back(&passed[i]))
            return false;
    if (!sig->returns)
        return true;
    if (result->size < sizeof(ffi_arg))
        *(ffi_arg *)ret = 0;
    return conv_to_native(result, value, ret) &&
           (result->kind != CONV_custom ||
            marshaler_clean_managed(result->marshaler, *(Object **)value));
}

static void callback_handler(ffi_cif *cif, void *ret, void **native, void *user)
{
    (void)cif;
    Callback *c = user;
    if (!thread_self() && !thread_attach(NULL))
        log_fatal("a native thread can't be made known to the runtime");
    Object *delegate = gc_handle_get(c->handle);
    if (!delegate)
        log_fatal("native code called a delegate that has been collected");
    if (!callback_call(c, delegate, native, ret))
        exec_raise_pending();
}

static Method *invoke_of(Type *type)
{
    Method *invoke = type_vtable(type) ? type_find_method(type, "Invoke", -1) : NULL;
    if (!invoke && !exception_pending())
        exception_argument("System.ArgumentException", "d",
                           "Type must derive from Delegate.");
    return invoke;
}

static Callback *callback_make(Object *delegate)
{
    Method *invoke = invoke_of(object_type(delegate));
    NativeSig *sig = invoke ? native_sig_of_delegate(invoke) : NULL;
    if (!sig)
        return NULL;
    Callback *c = calloc(1, sizeof *c);
    if (!c)
        log_fatal("out of memory");
    c->sig = sig;
    c->invoke = invoke;
    c->address = (uintptr_t)delegate;
    c->handle = gc_handle_new(delegate, HANDLE_WEAK);
    c->closure = ffi_closure_alloc(sizeof *c->closure, &c->code);
    if (!c->closure ||
        ffi_prep_closure_loc(c->closure, &sig->cif, callback_handler, c, c->code))
        log_fatal("libffi can't make a callback");
    return c;
}

void *interop_delegate_to_native(Object *delegate)
{
    Callback **bucket = bucket_of((uintptr_t)delegate);
    pthread_mutex_lock(&lock);
    bucket_sweep(bucket);
    Callback *c = *bucket;
    while (c && c->address != (uintptr_t)delegate)
        c = c->next;
    pthread_mutex_unlock(&lock);
    if (c)
        return c->code;
    c = callback_make(delegate);
    if (!c)
        return NULL;
    pthread_mutex_lock(&lock);
    c->next = *bucket;
    *bucket = c;
    pthread_mutex_unlock(&lock);
    return c->code;
}

/* -- a delegate over native code ----------------------------------------------- */

static Object *delegate_behind(const void *function)
{
    Object *delegate = NULL;
    pthread_mutex_lock(&lock);
    for (int i = 0; i < BUCKETS && !delegate; i++)
        for (Callback *c = buckets[i]; c; c = c->next)
            if (c->code == function) {
                delegate = gc_handle_get(c->handle);
                break;
            }
    pthread_mutex_unlock(&lock);
    return delegate;
}

Object *interop_delegate_from_native(Type *type, void *function)
{
    Object *delegate = delegate_behind(function);
    if (delegate && type_castable(object_type(delegate), type))
        return delegate;
    Method *invoke = invoke_of(type);
    NativeSig *sig = invoke ? native_sig_of_delegate(invoke) : NULL;
    void *code = sig ? native_call_stub(sig, function, false, true) : NULL;
    return code ? delegate_new(type, NULL, code) : NULL;
}
