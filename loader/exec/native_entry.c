/* native_entry.c - what native code gets as the address of managed code. Its threads
 * become known to the runtime when they first come along. */
#include "common/base/lock.h"
#include "common/base/log.h"
#include "loader/exec/glue.h"
#include "loader/exec/stubs_private.h"
#include "loader/exec/method.h"
#include "loader/exec/native_entry.h"
#include "loader/vm/thread.h"

static void thread_know(void)
{
    lock_assert_none();
    if (!thread_self() && !thread_attach_foreign())
        log_fatal("a native thread can't be made known to the runtime");
}

void native_enter(NativeEntry *entry, CallRegs *regs)
{
    thread_know();
    entry->enter(entry, regs);
}

void *native_enter_thread(MethodRt *rt)
{
    thread_know();
    return rt->entry;
}

void *native_stub_new(NativeEntry *entry)
{
    return stub_new(STUB_NATIVE, (void *)glue_native, entry);
}

static void enter_dead(NativeEntry *entry, CallRegs *regs)
{
    (void)entry, (void)regs;
    log_fatal("native code called a delegate that has been collected");
}

void native_stub_free(void *code)
{
    static NativeEntry dead = {enter_dead};
    stub_free(STUB_NATIVE, code, (void *)glue_native, &dead);
}

NativeEntry *native_stub_entry(const void *code)
{
    StubData *data = stub_data(STUB_NATIVE, code);
    return data ? data->arg : NULL;
}

void *method_native_address(Method *method)
{
    void *ftn = method_ftn(method);
    Method *target = method_from_entry(ftn);
    if (!target)
        return ftn; /* native code's already, or pending */
    MethodRt *rt = method_rt(target);
    void *address = __atomic_load_n(&rt->foreign, __ATOMIC_ACQUIRE), *none = NULL;
    if (address)
        return address;
    method_entry(target);
    address = stub_new(STUB_METHOD, (void *)glue_foreign, rt);
    return __atomic_compare_exchange_n(&rt->foreign, &none, address, false,
                                       __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)
               ? address
               : none; /* the other stub is never used */
}
