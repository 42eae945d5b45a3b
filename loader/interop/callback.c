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

/* The managed argument for a native one: its address. room: 16 bytes or the value's
 * size. */
static bool arg_from_native(const NativeParam *p, void *native, void *room)
{
    switch (p->kind) {
    case PARAM_VALUE:
        return conv_from_native(&p->conv, native, room);
    case PARAM_BYREF:
        if (p->conv.kind != CONV_bits)
            return marshal_unsupported(p->conv.type,
                                       "a callback takes it by reference");
        *(void **)room = *(void **)native;
        return true;
    default:
        return marshal_unsupported(vm.world->known.delegate,
                                   "a callback takes arrays or classes");
    }
}

static bool callback_call(Callback *c, Object *delegate, void **native, void *ret)
{
    void **args = alloca(sizeof *args * (c->sig->n + 1));
    args[0] = &delegate;
    for (uint32_t i = 0; i < c->sig->n; i++) {
        const NativeParam *p = &c->sig->params[i];
        size_t size = p->conv.managed_size > RET_MIN ? p->conv.managed_size : RET_MIN;
        args[i + 1] = alloca(size);
        memset(args[i + 1], 0, size);
        if (!arg_from_native(p, native[i], args[i + 1]))
            return false;
    }
    const Conv *result = &c->sig->ret;
    size_t size = result->managed_size > RET_MIN ? result->managed_size : RET_MIN;
    void *value = alloca(size);
    memset(value, 0, size);
    if (!method_invoke(c->invoke, args, value))
        return false;
    if (!c->sig->returns)
        return true;
    if (result->size < sizeof(ffi_arg))
        *(ffi_arg *)ret = 0;
    return conv_to_native(result, value, ret);
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
    NativeSig *sig = invoke ? native_sig(invoke, false) : NULL;
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
    NativeSig *sig = invoke ? native_sig(invoke, false) : NULL;
    void *code = sig ? native_call_stub(sig, function, false, true) : NULL;
    return code ? delegate_new(type, NULL, code) : NULL;
}
