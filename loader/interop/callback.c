/* callback.c - delegates as C function pointers, and the other way round.
 *
 * A delegate that goes to native code becomes a libffi closure (closure.c) with a
 * Callback behind it, found again by the delegate's address, so the same delegate gives
 * the same pointer. The Callback holds it weakly: native code does not keep a delegate
 * alive, and the closures of dead ones are freed when their bucket is next looked at.
 *
 * When qsort calls such a comparer, callback_handler gathers the arguments (structures
 * come as eightbytes), callback_call makes each a managed value (arg_take), invokes the
 * delegate, gives changed references back (arg_give_back) and converts the result. What
 * was thrown goes on through the native frames.
 *
 * The other way, a function pointer that is one of these closures gives its delegate
 * back; another one becomes a delegate over native_call_stub (call.c).
 */
#include <alloca.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/hash.h"
#include "common/base/lock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "loader/gc/gc.h"
#include "loader/interop/native_private.h"
#include "loader/exec/eh.h"
#include "loader/exec/invoke.h"
#include "loader/exec/natives.h"
#include "loader/exec/signals.h"
#include "loader/gc/object.h"
#include "loader/vm/array.h"
#include "loader/vm/delegate.h"
#include "loader/vm/exception.h"
#include "loader/vm/library.h"
#include "loader/vm/member.h"
#include "loader/vm/object.h"
#include "loader/vm/shutdown.h"
#include "loader/vm/thread.h"
#include "loader/vm/typert.h"

enum { HANDLE_WEAK = 0, RET_MIN = 16, BUCKETS = 256 };

/* A C function that stands for a delegate; kept as long as that lives. */
typedef struct Callback {
    NativeSig *sig;
    Method *invoke;
    uint32_t handle;   /* weak */
    uintptr_t address; /* of the delegate: the key */
    void *code;
    struct Callback *next;
} Callback;

static Lock lock = LOCK_INIT(LOCK_CALLBACKS);
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
        native_closure_free(c->code);
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

/* MarshalAs says it: a number, a parameter, or the sum of both. */
static bool array_length(const NativeParam *p, const NativeSig *sig, void **native,
                         int64_t *length)
{
    const NativeParam *param = p->n_param >= 0 && (uint32_t)p->n_param < sig->n
                                   ? &sig->params[p->n_param]
                                   : NULL;
    *length = p->count;
    if (param && native_is_number(param))
        *length += native_number(param, native[p->n_param]);
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
    gc_store(a->value, array);
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
    gc_store(a->value, object);
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
    case PARAM_ARRAY_REF:
        return marshal_unsupported(a->param->conv.type,
                                   "a callback takes a reference to an array of it");
    case PARAM_CLASS:
        return take_class(a);
    case PARAM_LPSTRUCT:
        return !*(void **)a->native ||
               conv_from_native(&a->param->conv, *(void **)a->native, a->value);
    case PARAM_BUILDER:
        return conv_from_native(&a->param->conv, a->native, a->value);
    case PARAM_ANY:
        return marshal_unsupported(a->param->conv.type, "a callback takes any object");
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

/* delegate: NULL for a static method. */
static bool callback_call(const NativeSig *sig, Method *method, Object *delegate,
                          void **native, void *ret)
{
    if (!exec_stack_room(callback_room(sig)))
        return false;
    void **args = alloca(sizeof *args * (sig->n + 1));
    Passed *passed = alloca(sizeof *passed * (sig->n + 1));
    uint32_t first = delegate ? 1 : 0;
    args[0] = &delegate;
    for (uint32_t i = 0; i < sig->n; i++) {
        const NativeParam *p = &sig->params[i];
        uint32_t room = value_room(&p->conv);
        bool apart = p->kind == PARAM_BYREF && p->conv.kind != CONV_bits;
        char *value = memset(alloca(2 * (size_t)room), 0, 2 * (size_t)room);
        passed[i] = (Passed){p, native[i], value, apart ? value + room : NULL};
        args[first + i] = value;
        if (!arg_take(&passed[i], sig, native))
            return false;
    }
    const Conv *result = &sig->ret;
    void *value = memset(alloca(value_room(result)), 0, value_room(result));
    if (!method_invoke(method, args, value))
        return false;
    for (uint32_t i = 0; i < sig->n; i++)
        if (!arg_give_back(&passed[i]))
            return false;
    if (!sig->returns)
        return true;
    if (result->size < sizeof(ffi_arg) && !native_result_layout(sig))
        *(ffi_arg *)ret = 0; /* a structure may have no more room than its size */
    return conv_to_native(result, value, ret) &&
           (result->kind != CONV_custom ||
            marshaler_clean_managed(result->marshaler, *(Object **)value));
}

/* Where each argument lies whole: structures come as their eightbytes. */
static void gather_words(const NativeSig *sig, void **words, void **native,
                         uint64_t (*pairs)[2])
{
    for (uint32_t i = 0; i < sig->n; i++) {
        native[i] = *words++;
        if (sig->params[i].n_words < 2)
            continue;
        memcpy(&pairs[i][0], native[i], sizeof(uint64_t));
        memcpy(&pairs[i][1], *words++, sizeof(uint64_t));
        native[i] = pairs[i];
    }
}

/* To native code: Mono's exceptions fly over it, in .NET there is no way through. */
static void leave_by_exception(void)
{
    if (vm_library_hooks->fails_fast)
        vm_die(DIED_IN_THREAD);
    exec_raise_pending();
}

static void callback_handler(void *ret, void **words, void *user)
{
    const Callback *c = user;
    void **native = alloca(sizeof *native * (c->sig->n + 1));
    gather_words(c->sig, words, native, alloca(16 * (c->sig->n + 1)));
    Object *delegate = gc_handle_get(c->handle);
    if (!delegate)
        log_fatal("native code called a delegate that has been collected");
    if (!callback_call(c->sig, c->invoke, delegate, native, ret))
        leave_by_exception();
}

static void method_handler(void *ret, void **words, void *user)
{
    const NativeSig *sig = user;
    void **native = alloca(sizeof *native * (sig->n + 1));
    gather_words(sig, words, native, alloca(16 * (sig->n + 1)));
    bool precise = !(sig->method->type->bits & TYPE_BIT_BEFOREFIELDINIT);
    if ((precise && !type_init(sig->method->type)) ||
        !callback_call(sig, sig->method, NULL, native, ret))
        leave_by_exception();
}

static Method *invoke_of(Type *type)
{
    Method *invoke = type_vtable(type) ? type_find_method(type, "Invoke", -1) : NULL;
    if (!invoke && !exception_pending())
        exception_argument("System.ArgumentException", "d",
                           "Type must derive from Delegate.");
    return invoke;
}

static NativeSide native_side(const NativeSig *sig)
{
    return (NativeSide){sig->returns ? sig->ret.ffi : &ffi_type_void, sig->types,
                        sig->n_words};
}

static Callback *callback_make(Object *delegate)
{
    Method *invoke = invoke_of(object_type(delegate));
    NativeSig *sig = invoke ? native_sig_of_delegate(invoke) : NULL;
    if (!sig)
        return NULL;
    Callback *c = mem_alloc(sizeof *c);
    c->sig = sig;
    c->invoke = invoke;
    c->address = (uintptr_t)delegate;
    while (!(c->handle = gc_handle_new(delegate, HANDLE_WEAK)))
        mem_short(sizeof *c);
    c->code = native_closure_new(native_side(sig), callback_handler, c);
    return c;
}

void *interop_delegate_to_native(Object *delegate)
{
    void *function = native_call_function(*field_delegate_code(delegate));
    if (function) /* it came from there */
        return function;
    Callback **bucket = bucket_of((uintptr_t)delegate);
    lock_acquire(&lock);
    bucket_sweep(bucket);
    Callback *c = *bucket;
    while (c && c->address != (uintptr_t)delegate)
        c = c->next;
    lock_release(&lock);
    if (c)
        return c->code;
    c = callback_make(delegate);
    if (!c)
        return NULL;
    lock_acquire(&lock);
    c->next = *bucket;
    *bucket = c;
    lock_release(&lock);
    return c->code;
}

/* -- methods for native callers only ------------------------------------------- */

void *interop_method_to_native(Method *method)
{
    NativeSig *sig = native_sig(method, false);
    if (!sig)
        return NULL;
    return native_closure_new(native_side(sig), method_handler, sig);
}

Method *interop_native_only_method(const void *code)
{
    const NativeSig *sig = native_closure_user(code, method_handler);
    return sig ? sig->method : NULL;
}

const ExecInterop interop_for_exec = {
    .call_site = interop_call_site,
    .method_to_native = interop_method_to_native,
    .native_only_method = interop_native_only_method,
};

/* -- a delegate over native code ----------------------------------------------- */

Object *interop_delegate_behind(const void *function)
{
    Object *delegate = NULL;
    lock_acquire(&lock);
    for (int i = 0; i < BUCKETS && !delegate; i++)
        for (Callback *c = buckets[i]; c; c = c->next)
            if (c->code == function) {
                delegate = gc_handle_get(c->handle);
                break;
            }
    lock_release(&lock);
    return delegate;
}

Object *interop_delegate_from_native(Type *type, void *function)
{
    Object *delegate = interop_delegate_behind(function);
    if (delegate && type_castable(object_type(delegate), type))
        return delegate;
    Method *invoke = invoke_of(type);
    NativeSig *sig = invoke ? native_sig_of_delegate(invoke) : NULL;
    void *code = sig ? native_call_stub(sig, function, false, true) : NULL;
    return code ? delegate_new(type, NULL, code) : NULL;
}
