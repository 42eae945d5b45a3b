/* struct_stub.c - a method for each type that Marshal copies.
 *
 * The method has no metadata: it is an internal call of Marshal's whose C function is a
 * stub that knows the type.
 */
#include "loader/library/coreclr/interop/struct_stub.h"

#include <string.h>

#include "common/base/lock.h"
#include "common/base/map.h"
#include "common/base/mem.h"
#include "common/ir/abi.h"
#include "loader/exec/method.h"
#include "loader/interop/interop.h"
#include "loader/vm/exception.h"
#include "loader/vm/vm.h"

/* System.StubHelpers.MarshalOperation */
enum { OPERATION_MARSHAL, OPERATION_UNMARSHAL, OPERATION_CLEANUP };
enum { PARAMS = 4 };

typedef struct StructStub {
    Method method;
    MethodSig sig;
    Type *params[PARAMS];
    Type *subject;
    void *function;
} StructStub;

static Lock lock = LOCK_INIT(LOCK_LEAF);
static Map stubs = MAP_INIT; /* by type */
static const char name[] = "<StructMarshalStub>";

static void run(void *ret, void **words, void *user)
{
    (void)ret;
    const StructStub *stub = user;
    void *value = *(void **)words[0], *native = *(void **)words[1];
    if (!exception_check_address(native))
        return;
    switch (*(int32_t *)words[2]) {
    case OPERATION_MARSHAL:
        marshal_struct_to_native(stub->subject, value, native);
        break;
    case OPERATION_UNMARSHAL:
        marshal_struct_from_native(stub->subject, native, value);
        break;
    default:
        marshal_struct_destroy(stub->subject, native);
        memset(native, 0, (size_t)marshal_size(stub->subject));
    }
}

void *struct_stub_function(Method *method)
{
    return method->name == name ? ((StructStub *)method)->function : NULL;
}

static StructStub *make(Type *subject, Type *marshal)
{
    const KnownTypes *known = &vm.world->known;
    StructStub *stub = mem_new(StructStub);
    stub->params[0] = stub->params[1] = stub->params[3] = known->i;
    stub->params[2] = known->i4;
    stub->sig.n_params = PARAMS;
    stub->sig.sentinel = -1;
    stub->sig.params = stub->params;
    stub->sig.ret = known->void_;
    stub->method.type = marshal;
    stub->method.def = &stub->method;
    stub->method.flags = METHOD_STATIC;
    stub->method.impl_flags = IMPL_INTERNALCALL;
    stub->method.slot = -1;
    stub->method.name = name;
    stub->method.sig = &stub->sig;
    stub->subject = subject;
    return stub;
}

/* The stub of whoever was first. */
static StructStub *keep(Type *subject, StructStub *stub)
{
    lock_acquire(&lock);
    StructStub *known = map_ptr_get(&stubs, subject);
    if (!known && stub)
        map_ptr_put(&stubs, subject, stub);
    lock_release(&lock);
    return known ? known : stub;
}

void *struct_stub(Type *subject)
{
    StructStub *stub = keep(subject, NULL);
    if (stub)
        return method_ftn(&stub->method);
    Err err = ERR_INIT;
    Type *marshal = assembly_find_type(
        vm.world->corlib, "System.Runtime.InteropServices", "Marshal", &err);
    if (!marshal) {
        exception_set_err(&err);
        return NULL;
    }
    stub = make(subject, marshal);
    static Arena abis = ARENA_INIT;
    lock_acquire(&lock);
    AbiSig *abi = abi_lower(&stub->sig, false, false, &abis, &err);
    lock_release(&lock);
    if (!abi) {
        exception_set_err(&err);
        return NULL;
    }
    stub->function = interop_stub_new(abi, run, stub);
    return method_ftn(&keep(subject, stub)->method);
}
