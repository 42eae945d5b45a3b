/* async_result.c - asynchronous calls of delegates;
 * System.Runtime.Remoting.Messaging.AsyncResult.
 *
 * BeginInvoke boxes the arguments into an object[] and queues an AsyncResult to the
 * thread pool; its Invoke runs the delegate. A MonoAsyncCall keeps what belongs to the
 * call: msg is the arguments, res the result, out_args the exception.
 */
#include "loader/library/mono/threading/async.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"
#include "common/base/mem.h"
#include "loader/library/mono/reflection/objects.h"
#include "loader/library/mono/members.h"
#include "loader/library/mono/table.h"
#include "loader/vm/monitor.h"
#include "common/ir/abi.h"
#include "loader/exec/invoke.h"
#include "loader/interop/interop.h"
#include "loader/gc/object.h"
#include "loader/vm/array.h"
#include "loader/vm/exception.h"
#include "loader/vm/object.h"
#include "loader/vm/typert.h"
#include "loader/vm/vm.h"
#include "loader/reflect/invoke.h"
#include "loader/vm/integer.h"

typedef struct AsyncStub {
    AbiSig *abi;
    MethodSig *sig;
    bool is_begin;
    Arena arena;
} AsyncStub;

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
        array_set(args, i, object);
    }
    return args;
}

static Object *begin(const AsyncStub *stub, void **values)
{
    uint32_t n = stub->sig->n_params;
    Object *delegate = *(Object **)values[0];
    if (*field_delegate_list(delegate)) {
        exception_set("System.ArgumentException",
                      "The delegate must have only one target");
        return NULL;
    }
    Array *args = box_args(stub, values);
    Object *call = args ? object_new(known_async_call()) : NULL;
    Object *result = call ? object_new(known_async_result()) : NULL;
    if (!result)
        return NULL;
    field_async_call_args_set(call, args);
    field_async_result_call_set(result, call);
    field_async_result_delegate_set(result, delegate);
    field_async_result_callback_set(result, *(Object **)values[n - 1]);
    field_async_result_state_set(result, *(Object **)values[n]);
    int32_t global = 0;
    uint64_t ignored;
    void *queue_args[] = {&result, &global};
    return method_invoke(method_thread_pool_queue(), queue_args, &ignored) ? result
                                                                           : NULL;
}

/* -- AsyncResult.Invoke, on a pool thread -------------------------------------- */

static bool complete(Object *result)
{
    if (!monitor_enter(result))
        return false;
    *field_async_result_completed(result) = 1;
    Object *handle = *field_async_result_handle(result);
    monitor_exit(result);
    uint64_t ignored = 0;
    void *args[] = {&handle};
    return !handle || method_invoke(method_event_wait_handle_set(), args, &ignored);
}

static Object *run(Object *result)
{
    Object *call = *field_async_result_call(result);
    Object *delegate = *field_async_result_delegate(result);
    Object *callback = *field_async_result_callback(result);
    Object *value = NULL;
    if (!call)
        return NULL;
    if (!reflection_invoke(invoke_method(delegate), delegate,
                           *field_async_call_args(call), &value))
        field_async_call_exception_set(call, exception_take());
    field_async_call_result_set(call, value);
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
    bool completed = *field_async_result_completed(result);
    monitor_exit(result);
    if (completed)
        return true;
    Object *handle = NULL;
    void *args[] = {&result};
    if (!method_invoke(method_async_result_wait_handle(), args, &handle))
        return false;
    uint64_t ignored = 0;
    args[0] = &handle;
    Method *wait = object_virtual(handle, method_wait_handle_wait());
    return wait && method_invoke(wait, args, &ignored);
}

static bool end_check(Object *result, Object *delegate)
{
    if (!result)
        return exception_argument_null("result");
    if (!object_isinst(result, known_async_result()) ||
        *field_async_result_delegate(result) != delegate)
        return exception_set("System.InvalidOperationException",
                             "The IAsyncResult object provided does not match this "
                             "delegate.");
    if (*field_async_result_ended(result))
        return exception_set("System.InvalidOperationException",
                             "Delegate EndInvoke method called more than once");
    *field_async_result_ended(result) = 1;
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
    Object *call = *field_async_result_call(result);
    Object *exception = *field_async_call_exception(call);
    copy_out(stub, values, delegate, *field_async_call_args(call));
    if (exception)
        exception_set_object(exception);
    return *field_async_call_result(call);
}

/* -- the convention ------------------------------------------------------------ */

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
        *(int64_t *)ret = integer_read(type_underlying(stub->sig->ret)->element, bytes);
    else
        memcpy(ret, bytes, 8);
}

static void handler(void *ret, void **words, void *user)
{
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
        gc_store(ret, begin(stub, values));
        return;
    }
    Object *object = end(stub, values);
    put_result(stub, exception_pending() ? NULL : object, ret, hidden);
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
    AsyncStub *stub = mem_alloc(sizeof *stub);
    stub->sig = sig;
    stub->is_begin = !strcmp(method->name, "BeginInvoke");
    stub->abi = sig && sig->n_params + 2 <= MAX_ARGS
                    ? abi_lower(sig, true, false, &stub->arena, &err)
                    : NULL;
    if (stub->abi && async_sig_fits(method, sig, stub->is_begin))
        return interop_stub_new(stub->abi, handler, stub);
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
