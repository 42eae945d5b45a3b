/* async.c - asynchronous calls of delegates;
 * System.Runtime.Remoting.Messaging.AsyncResult.
 *
 * BeginInvoke boxes the arguments into an object[] and queues an AsyncResult to the
 * thread pool; its Invoke runs the delegate. A MonoAsyncCall keeps what belongs to the
 * call: msg is the arguments, res the result, out_args the exception.
 */
#include "loader/library/mono/threading/async.h"

#include <assert.h>
#include <ffi.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"
#include "common/base/mem.h"
#include "loader/library/mono/reflection/reflection.h"
#include "loader/library/mono/table.h"
#include "loader/vm/monitor.h"

typedef struct AsyncStub {
    AbiSig *abi;
    MethodSig *sig;
    bool is_begin;
    Arena arena;
    ffi_cif cif;
    ffi_type pair;
    ffi_type *pair_types[3];
    ffi_type *types[];
} AsyncStub;

/* -- the objects' fields ------------------------------------------------------- */

static Type *result_type(void)
{
    static Type *type;
    return reflection_known(&type, "System.Runtime.Remoting.Messaging", "AsyncResult");
}

static Type *call_type(void)
{
    static Type *type;
    return reflection_known(&type, "System", "MonoAsyncCall");
}

static Type *multicast_type(void)
{
    return vm.world->known.multicast_delegate;
}

#define FIELD_GETTER(function, type, name)                                             \
    static Field *function(void)                                                       \
    {                                                                                  \
        static Field *field;                                                           \
        return reflection_lookup(&field, type(), name);                                \
    }

FIELD_GETTER(field_list, multicast_type, "delegates")
FIELD_GETTER(field_delegate, result_type, "async_delegate")
FIELD_GETTER(field_state, result_type, "async_state")
FIELD_GETTER(field_callback, result_type, "async_callback")
FIELD_GETTER(field_call, result_type, "object_data")
FIELD_GETTER(field_completed, result_type, "completed")
FIELD_GETTER(field_ended, result_type, "endinvoke_called")
FIELD_GETTER(field_handle, result_type, "handle")
FIELD_GETTER(field_args, call_type, "msg")
FIELD_GETTER(field_result, call_type, "res")
FIELD_GETTER(field_exception, call_type, "out_args")

static Method *invoke_method(Object *delegate)
{
    return type_find_method(object_type(delegate), "Invoke", -1);
}

/* -- BeginInvoke --------------------------------------------------------------- */

/* The arguments without the last two, callback and state. */
static Array *box_args(const AsyncStub *stub, void **values)
{
    uint32_t n = stub->sig->n_params - 2;
    Array *args = array_new_of(vm.world->known.object, n);
    for (uint32_t i = 0; args && i < n; i++) {
        Object *object = reflection_box(stub->sig->params[i], values[i + 1]);
        if (!object && exception_pending())
            return NULL;
        ARRAY_AT(args, Object *, i) = object;
    }
    return args;
}

static Object *begin(const AsyncStub *stub, void **values)
{
    uint32_t n = stub->sig->n_params;
    Object *delegate = *(Object **)values[0];
    if (FIELD(delegate, field_list(), Object *)) {
        exception_set("System.ArgumentException",
                      "The delegate must have only one target");
        return NULL;
    }
    Array *args = box_args(stub, values);
    Object *call = args ? object_new(call_type()) : NULL;
    Object *result = call ? object_new(result_type()) : NULL;
    Method *queue =
        method_find("System.Threading.ThreadPool", "UnsafeQueueCustomWorkItem", 2);
    if (!result || !queue)
        return NULL;
    FIELD(call, field_args(), Array *) = args;
    FIELD(result, field_call(), Object *) = call;
    FIELD(result, field_delegate(), Object *) = delegate;
    FIELD(result, field_callback(), Object *) = *(Object **)values[n - 1];
    FIELD(result, field_state(), Object *) = *(Object **)values[n];
    int32_t global = 0;
    uint64_t ignored;
    void *queue_args[] = {&result, &global};
    return method_invoke(queue, queue_args, &ignored) ? result : NULL;
}

/* -- AsyncResult.Invoke, on a pool thread -------------------------------------- */

static bool call_method(const char *type, const char *name, Object *self)
{
    uint64_t ignored = 0;
    void *args[] = {&self};
    Method *method = method_find(type, name, 0);
    return method && method_invoke(method, args, &ignored);
}

static bool complete(Object *result)
{
    if (!monitor_enter(result))
        return false;
    FIELD(result, field_completed(), uint8_t) = 1;
    Object *handle = FIELD(result, field_handle(), Object *);
    monitor_exit(result);
    return !handle || call_method("System.Threading.EventWaitHandle", "Set", handle);
}

static Object *run(Object *result)
{
    Object *call = FIELD(result, field_call(), Object *);
    Object *delegate = FIELD(result, field_delegate(), Object *);
    Object *callback = FIELD(result, field_callback(), Object *);
    Object *value = NULL;
    if (!call)
        return NULL;
    if (!reflection_invoke(invoke_method(delegate), delegate,
                           FIELD(call, field_args(), Array *), &value))
        FIELD(call, field_exception(), Object *) = exception_take();
    FIELD(call, field_result(), Object *) = value;
    if (complete(result) && callback) {
        uint64_t ignored;
        void *args[] = {&callback, &result};
        method_invoke(invoke_method(callback), args, &ignored);
    }
    return value;
}

/* -- EndInvoke ----------------------------------------------------------------- */

static bool wait_completed(Object *result)
{
    if (!monitor_enter(result))
        return false;
    bool completed = FIELD(result, field_completed(), uint8_t);
    monitor_exit(result);
    if (completed)
        return true;
    Object *handle = NULL;
    void *args[] = {&result};
    Method *get = method_find("System.Runtime.Remoting.Messaging.AsyncResult",
                              "get_AsyncWaitHandle", 0);
    Method *wait = method_find("System.Threading.WaitHandle", "WaitOne", 0);
    if (!get || !wait || !method_invoke(get, args, &handle))
        return false;
    uint64_t ignored = 0;
    args[0] = &handle;
    wait = object_virtual(handle, wait);
    return wait && method_invoke(wait, args, &ignored);
}

static bool end_check(Object *result, Object *delegate)
{
    if (!result)
        return exception_argument_null("result");
    if (!object_isinst(result, result_type()) ||
        FIELD(result, field_delegate(), Object *) != delegate)
        return exception_set("System.InvalidOperationException",
                             "The IAsyncResult object provided does not match this "
                             "delegate.");
    if (FIELD(result, field_ended(), uint8_t))
        return exception_set("System.InvalidOperationException",
                             "Delegate EndInvoke method called more than once");
    FIELD(result, field_ended(), uint8_t) = 1;
    return true;
}

/* By-reference arguments, in the order of Invoke's. */
static void copy_out(const AsyncStub *stub, void **values, Object *delegate,
                     Array *args)
{
    Err err = ERR_INIT;
    MethodSig *sig = method_sig(invoke_method(delegate), &err);
    uint32_t at = 0;
    for (uint32_t i = 0; sig && i < sig->n_params && i < args->length; i++) {
        if (sig->params[i]->element != ELEMENT_BYREF || at + 1 >= stub->sig->n_params)
            continue;
        void **address = values[1 + at++];
        assert(address);
        reflection_unbox(sig->params[i]->elem, ARRAY_AT(args, Object *, i), *address);
    }
}

/* NULL may be the result: look at exception_pending. */
static Object *end(const AsyncStub *stub, void **values)
{
    void **last = values[stub->sig->n_params];
    assert(values[0] && last);
    Object *delegate = *(Object **)values[0];
    Object *result = *last;
    if (!end_check(result, delegate) || !wait_completed(result))
        return NULL;
    Object *call = FIELD(result, field_call(), Object *);
    Object *exception = FIELD(call, field_exception(), Object *);
    copy_out(stub, values, delegate, FIELD(call, field_args(), Array *));
    if (exception)
        exception_set_object(exception);
    return FIELD(call, field_result(), Object *);
}

/* -- the convention ------------------------------------------------------------ */

static int64_t small_integer(Type *type, const void *at)
{
    switch (type_underlying(type)->element) {
    case ELEMENT_I1:
        return *(const int8_t *)at;
    case ELEMENT_BOOLEAN:
    case ELEMENT_U1:
        return *(const uint8_t *)at;
    case ELEMENT_I2:
        return *(const int16_t *)at;
    case ELEMENT_CHAR:
    case ELEMENT_U2:
        return *(const uint16_t *)at;
    default:
        return *(const int32_t *)at;
    }
}

static void put_result(const AsyncStub *stub, Object *object, void *ret, void *hidden)
{
    const AbiSig *abi = stub->abi;
    uint64_t bytes[2] = {0, 0};
    if (abi->ret == ABI_RET_VOID)
        return;
    if (abi->ret == ABI_RET_MEMORY) {
        reflection_unbox(stub->sig->ret, object, hidden);
        *(void **)ret = hidden;
        return;
    }
    reflection_unbox(stub->sig->ret, object, bytes);
    if (abi->ret == ABI_RET_PAIR)
        memcpy(ret, bytes, sizeof bytes);
    else if (abi->ret_words[0] == ABI_I4 && !abi->ret_struct)
        *(ffi_sarg *)ret = small_integer(stub->sig->ret, bytes);
    else
        memcpy(ret, bytes, 8);
}

static void handler(ffi_cif *cif, void *ret, void **words, void *user)
{
    (void)cif;
    const AsyncStub *stub = user;
    const AbiSig *abi = stub->abi;
    assert(abi->n_args == stub->sig->n_params + 1u);
    void *hidden = abi->ret == ABI_RET_MEMORY ? **(void ***)words++ : NULL;
    void *values[64] = {NULL};
    uint64_t pairs[64][2];
    for (uint32_t i = 0; i < abi->n_args; i++) {
        const AbiArg *arg = &abi->args[i];
        values[i] = arg->by_pointer ? **(void ***)words : *words;
        if (arg->n_words == 2) {
            memcpy(&pairs[i][0], words[0], 8);
            memcpy(&pairs[i][1], words[1], 8);
            values[i] = pairs[i];
        }
        words += arg->n_words;
    }
    assert(values[0] && values[stub->sig->n_params]);
    if (stub->is_begin) {
        *(Object **)ret = begin(stub, values);
        return;
    }
    Object *object = end(stub, values);
    put_result(stub, exception_pending() ? NULL : object, ret, hidden);
}

static ffi_type *return_type(AsyncStub *stub, ffi_type *const *word_types)
{
    const AbiSig *abi = stub->abi;
    switch (abi->ret) {
    case ABI_RET_VOID:
        return &ffi_type_void;
    case ABI_RET_MEMORY:
        return &ffi_type_pointer;
    case ABI_RET_WORD:
        return word_types[abi->ret_words[0]];
    default:
        stub->pair_types[0] = word_types[abi->ret_words[0]];
        stub->pair_types[1] = word_types[abi->ret_words[1]];
        stub->pair = (ffi_type){.type = FFI_TYPE_STRUCT, .elements = stub->pair_types};
        return &stub->pair;
    }
}

static void *stub_code(AsyncStub *stub, const char *name)
{
    static ffi_type *const word_types[] = {
        [ABI_I4] = &ffi_type_sint32,
        [ABI_I8] = &ffi_type_sint64,
        [ABI_F4] = &ffi_type_float,
        [ABI_F8] = &ffi_type_double,
    };
    const AbiSig *abi = stub->abi;
    unsigned n = 0;
    if (abi->ret == ABI_RET_MEMORY)
        stub->types[n++] = &ffi_type_pointer;
    for (uint32_t i = 0; i < abi->n_args; i++)
        for (int k = 0; k < abi->args[i].n_words; k++)
            stub->types[n++] = abi->args[i].by_pointer
                                   ? &ffi_type_pointer
                                   : word_types[abi->args[i].words[k]];
    void *code;
    ffi_closure *closure = ffi_closure_alloc(sizeof *closure, &code);
    if (!closure ||
        ffi_prep_cif(&stub->cif, FFI_DEFAULT_ABI, n, return_type(stub, word_types),
                     stub->types) ||
        ffi_prep_closure_loc(closure, &stub->cif, handler, stub, code))
        log_fatal("libffi can't make a stub for %s", name);
    return code;
}

/* II.14.6.3: BeginInvoke takes Invoke's arguments, a callback and an object; EndInvoke
 * the references among them and what BeginInvoke returned. */
static bool async_sig_fits(const Method *method, const MethodSig *sig, bool is_begin)
{
    Err err = ERR_INIT;
    Method *invoke = type_find_method(method->type, "Invoke", -1);
    const MethodSig *own = invoke ? method_sig(invoke, &err) : NULL;
    uint32_t n = 0;
    for (uint32_t i = 0; own && i < own->n_params; i++) {
        if (!is_begin && own->params[i]->element != ELEMENT_BYREF)
            continue;
        if (n >= sig->n_params || sig->params[n] != own->params[i])
            return false;
        n++;
    }
    if (!own || method->flags & METHOD_STATIC ||
        sig->n_params != n + (is_begin ? 2u : 1u))
        return false;
    for (; n < sig->n_params; n++)
        if (!type_is_reference(sig->params[n]))
            return false;
    return is_begin ? type_is_reference(sig->ret) : sig->ret == own->ret;
}

void *async_stub(Method *method)
{
    enum { MAX_ARGS = 64 };
    Err err = ERR_INIT;
    MethodSig *sig = method_sig(method, &err);
    size_t n = sig ? sig->n_params + 2 : 2;
    AsyncStub *stub = mem_alloc(sizeof *stub + n * 2 * sizeof(ffi_type *));
    stub->sig = sig;
    stub->is_begin = !strcmp(method->name, "BeginInvoke");
    stub->abi =
        sig && n <= MAX_ARGS ? abi_lower(sig, true, false, &stub->arena, &err) : NULL;
    if (stub->abi && async_sig_fits(method, sig, stub->is_begin))
        return stub_code(stub, method->name);
    err_set(&err, ERR_UNSUPPORTED, "%s: no such signature", method->name);
    exception_set_err(&err);
    arena_free(&stub->arena);
    free(stub);
    return NULL;
}

const IcallRow icalls_async_result[] = {
    ICALL("Invoke", NULL, run),
    ICALLS_END,
};
