/* method.c - entries of methods, and the decision what runs behind them. */
#include "loader/exec/method.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/lock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/ir/synth.h"
#include "loader/exec/glue.h"
#include "loader/exec/interp_private.h"
#include "loader/exec/stubs_private.h"
#include "loader/exec/natives.h"
#include "loader/exec/bind.h"
#include "loader/exec/bind_addresses.h"
#include "loader/exec/eh.h"
#include "loader/exec/jit.h"
#include "loader/exec/method_private.h"
#include "loader/gc/object.h"
#include "loader/vm/vm.h"
#include "loader/vm/delegate.h"
#include "loader/vm/exception.h"

static Lock abi_lock = LOCK_INIT(LOCK_CONVENTION);
static Arena abi_arena = ARENA_INIT;
static MethodRt *all_methods;

MethodRt *method_rt(Method *method)
{
    MethodRt *rt = __atomic_load_n((MethodRt **)&method->rt, __ATOMIC_ACQUIRE);
    if (rt)
        return rt;
    rt = mem_alloc(sizeof *rt);
    rt->method = method;
    void *expected = NULL;
    if (!__atomic_compare_exchange_n(&method->rt, &expected, rt, false,
                                     __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
        free(rt);
        return expected;
    }
    rt->next = __atomic_load_n(&all_methods, __ATOMIC_RELAXED);
    while (!__atomic_compare_exchange_n(&all_methods, &rt->next, rt, true,
                                        __ATOMIC_RELEASE, __ATOMIC_RELAXED))
        ;
    return rt;
}

void method_rt_each(void (*visit)(void *user, MethodRt *rt), void *user)
{
    for (MethodRt *rt = __atomic_load_n(&all_methods, __ATOMIC_ACQUIRE); rt;
         rt = rt->next)
        visit(user, rt);
}

DynamicCode *method_dynamic(const Method *method)
{
    const Assembly *assembly = method->type->assembly;
    return assembly ? assembly->dynamic : NULL;
}

/* -- entries ------------------------------------------------------------------- */

static void entry_of_nobody(void)
{
    log_fatal("a dynamic method was called that has been collected");
}

void method_rt_release(MethodRt *rt)
{
    if (rt->entry)
        stub_free(STUB_METHOD, rt->entry, (void *)entry_of_nobody, NULL);
}

void *method_entry(Method *method)
{
    MethodRt *rt = method_rt(method);
    void *entry = __atomic_load_n(&rt->entry, __ATOMIC_ACQUIRE);
    if (entry)
        return entry;
    entry = stub_new(STUB_METHOD, (void *)glue_prepare, rt);
    void *expected = NULL;
    return __atomic_compare_exchange_n(&rt->entry, &expected, entry, false,
                                       __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)
               ? entry
               : expected; /* the other stub is never used */
}

/* Has UnmanagedCallersOnly, which the class library has no type for: by name. Such a
 * method's address (ldftn) is a function of C. */
static bool method_is_native_only(const Method *method)
{
    const Assembly *assembly = method->type->assembly;
    return method->flags & METHOD_STATIC && !method->synth && method->token &&
           assembly && !assembly->dynamic && !method->n_args && !method->type->n_args &&
           image_has_attribute(assembly->image, method->token,
                               "System.Runtime.InteropServices",
                               "UnmanagedCallersOnlyAttribute");
}

void *method_ftn(Method *method)
{
    MethodRt *rt = method_rt(method);
    void *ftn = __atomic_load_n(&rt->ftn, __ATOMIC_ACQUIRE);
    if (ftn)
        return ftn;
    if (method_is_native_only(method)) {
        ftn = exec_interop->method_to_native(method);
        __atomic_store_n(&rt->ftn, ftn, __ATOMIC_RELEASE);
        return ftn;
    }
    Method *target = method;
    Err err = ERR_INIT;
    if (method_has_context_arg(method) && !method_is_shared(method)) {
        target = synth_method(SYNTH_INSTANTIATE, method, &err);
        if (!target) {
            log_line(LOG_WARN, "no instantiating stub: %s", err.text);
            target = method;
        }
    }
    ftn = method_entry(target);
    __atomic_store_n(&rt->ftn, ftn, __ATOMIC_RELEASE);
    return ftn;
}

Method *method_from_entry(const void *code)
{
    StubData *data = stub_data(STUB_METHOD, code);
    if (data)
        return ((MethodRt *)data->arg)->method;
    FrameInfo frame;
    return code && bind_frame_at(code, &frame) && !frame.native_offset ? frame.method
                                                                       : NULL;
}

AbiSig *method_abi(MethodRt *rt)
{
    AbiSig *abi = __atomic_load_n(&rt->abi, __ATOMIC_ACQUIRE);
    if (abi)
        return abi;
    Err err = ERR_INIT;
    DynamicCode *dynamic = method_dynamic(rt->method);
    lock_acquire(&abi_lock);
    abi = abi_of_method(rt->method, dynamic ? &dynamic->convention_memory : &abi_arena,
                        &err);
    lock_release(&abi_lock);
    if (!abi) {
        exception_set_err(&err);
        return NULL;
    }
    rt->stack_words = abi_stack_words(abi);
    __atomic_store_n(&rt->abi, abi, __ATOMIC_RELEASE);
    return abi;
}

/* -- shared methods ------------------------------------------------------------ */

Method *method_compiled(Method *method)
{
    return synth_shared(method_canonical(method));
}

Method *method_exact(Method *method, Object *self, void *context)
{
    if (method->synth >= SYNTH_DELEGATE_STATIC || !method_is_shared(method))
        return method;
    Err err = ERR_INIT;
    Method *exact = method;
    switch (method_context_kind(method)) {
    case CONTEXT_METHOD:
        return context;
    case CONTEXT_TYPE:
        exact = method_on_type(method->def, context, &err);
        break;
    case CONTEXT_THIS: {
        Type *type = type_ancestor(object_type(self), method->type->def);
        assert(type);
        exact = method_on_type(method->def, type, &err);
        break;
    }
    case CONTEXT_NONE:
        break;
    }
    if (!exact)
        exception_set_err(&err);
    return exact;
}

/* -- methods that the runtime implements --------------------------------------- */

/* A delegate's constructor, called on an object that exists already. */
static void delegate_construct(Object *self, Object *target, void *code)
{
    delegate_init(self, target, code);
}

static void delegate_not_supported(void)
{
    exception_set("System.PlatformNotSupportedException", "%s",
                  "Operation is not supported on this platform.");
}

NativeFinder *exec_natives[NATIVE_KINDS];
bool (*exec_find_missing)(void);
const ExecInterop *exec_interop;

static void *native_find(NativeKind kind, Method *method)
{
    return exec_natives[kind] ? exec_natives[kind](method) : NULL;
}

static void *runtime_function(Method *method)
{
    if (!(method->type->bits & TYPE_BIT_DELEGATE))
        return NULL;
    if (!strcmp(method->name, ".ctor"))
        return (void *)delegate_construct;
    if (strcmp(method->name, "BeginInvoke") && strcmp(method->name, "EndInvoke"))
        return NULL;
    void *stub = native_find(NATIVE_RUNTIME, method);
    if (stub)
        return stub;
    exception_take(); /* it is raised when somebody calls the method */
    return (void *)delegate_not_supported;
}

static bool is_delegate_invoke(const Method *method)
{
    return (method->type->bits & TYPE_BIT_DELEGATE) && !strcmp(method->name, "Invoke");
}

static void native_missing(Method *method)
{
    Arena scratch = ARENA_INIT;
    char *name = method_name(&scratch, method);
    log_line(LOG_WARN, "internal call %s is not there", name);
    exception_set("System.MissingMethodException",
                  "Cannot find the internal call '%s'.", name);
    arena_free(&scratch);
}

/* -- preparing ----------------------------------------------------------------- */

static void entry_point_to(MethodRt *rt, void *target)
{
    StubData *data = stub_data(STUB_METHOD, method_entry(rt->method));
    __atomic_store_n(&data->target, target, __ATOMIC_RELEASE);
}

void method_set_code(Method *method, void *code, uint8_t ran)
{
    MethodRt *rt = method_rt(method);
    __atomic_or_fetch(&rt->ran, ran, __ATOMIC_RELAXED);
    __atomic_store_n(&rt->code, code, __ATOMIC_RELEASE);
    __atomic_store_n(&rt->how, HOW_CODE, __ATOMIC_RELEASE);
    entry_point_to(rt, code);
}

static uint8_t prepare_icall(MethodRt *rt, void *function)
{
    AbiSig *abi = function ? method_abi(rt) : NULL;
    if (!function && !exception_pending())
        native_missing(rt->method);
    if (!abi)
        return HOW_UNKNOWN;
    rt->native = function;
    __atomic_store_n(&rt->how, HOW_ICALL, __ATOMIC_RELEASE);
    entry_point_to(rt, (void *)glue_icall);
    return HOW_ICALL;
}

/* Another thread may have got code for the method meanwhile: that stays. */
static uint8_t prepare_interp(MethodRt *rt)
{
    uint8_t how = HOW_UNKNOWN;
    void *target = (void *)glue_prepare;
    StubData *data = stub_data(STUB_METHOD, method_entry(rt->method));
    if (!__atomic_compare_exchange_n(&rt->how, &how, HOW_INTERP, false,
                                     __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        return how;
    __atomic_compare_exchange_n(&data->target, &target, (void *)glue_interp, false,
                                __ATOMIC_RELEASE, __ATOMIC_RELAXED);
    return HOW_INTERP;
}

/* Methods with IL, or bodies that the importer makes up. */
static uint8_t prepare_managed(MethodRt *rt)
{
    Method *method = rt->method;
    void *code = NULL;
    if (vm.mode != VM_INTERP)
        code = bind_find_code(method);
    if (!code && (vm.mode == VM_AOT || vm.mode == VM_JIT))
        code = jit_compile_now(method);
    if (!code)
        return prepare_interp(rt);
    method_set_code(method, code, 0);
    return HOW_CODE;
}

static uint8_t prepare_first(MethodRt *rt)
{
    Method *method = rt->method;
    if (method->synth)
        return prepare_managed(rt);
    if (method->impl_flags & IMPL_INTERNALCALL)
        return prepare_icall(rt, native_find(NATIVE_INTERNAL_CALL, method));
    if (method->flags & METHOD_PINVOKE)
        return prepare_icall(rt, native_find(NATIVE_PINVOKE, method));
    if ((method->impl_flags & IMPL_CODE_TYPE_MASK) == IMPL_RUNTIME &&
        !is_delegate_invoke(method))
        return prepare_icall(rt, runtime_function(method));
    return prepare_managed(rt);
}

uint8_t method_decide(MethodRt *rt)
{
    /* The class library asks for the last error by a call of its own. */
    int error = errno;
    uint8_t how = prepare_first(rt);
    errno = error;
    return how;
}

void *method_prepare(Method *method)
{
    return method_how(method_rt(method)) != HOW_UNKNOWN ? method_entry(method) : NULL;
}

bool method_compile(Method *method)
{
    MethodRt *rt = method_rt(method);
    int how = method_how(rt);
    return how == HOW_INTERP ? interp_code(rt) != NULL : how != HOW_UNKNOWN;
}

void *method_prepare_entry(MethodRt *rt)
{
    lock_assert_none();
    if (method_how(rt) == HOW_UNKNOWN)
        exec_raise_pending();
    return rt->entry;
}

/* -- delayed calls ------------------------------------------------------------- */

typedef struct DelayedCall {
    DelayResolver *resolve;
    void *unit;
    uint32_t cell;
    StubData *stub;
} DelayedCall;

void *exec_delay_stub(void *unit, uint32_t cell, DelayResolver *resolve)
{
    DelayedCall *call = mem_alloc(sizeof *call);
    *call = (DelayedCall){resolve, unit, cell, NULL};
    void *stub = stub_new(STUB_DELAYED, (void *)glue_delay, call);
    __atomic_store_n(&call->stub, stub_data(STUB_DELAYED, stub), __ATOMIC_RELEASE);
    return stub;
}

void *method_resolve_delayed(void *delayed)
{
    DelayedCall *call = delayed;
    void *code = call->resolve(call->unit, call->cell);
    if (!code)
        exec_raise_pending();
    __atomic_store_n(&call->stub->target, code, __ATOMIC_RELEASE);
    return code;
}
