/* runtime_helpers.c - System.Runtime.CompilerServices.RuntimeHelpers. */
#include <string.h>

#include "loader/exec/method.h"
#include "loader/gc/gc.h"
#include "loader/library/coreclr/core/type_handle.h"
#include "loader/library/coreclr/table.h"
#include "loader/reflect/reflect.h"
#include "loader/vm/exception.h"
#include "loader/vm/object.h"
#include "loader/vm/thread.h"
#include "loader/vm/typert.h"
#include "loader/vm/vm.h"

static int32_t same_contents(Object *one, Object *other)
{
    if (!one || !other)
        return one == other;
    return one->vtable == other->vtable &&
           !memcmp(object_value(one), object_value(other),
                   one->vtable->base_size - OBJECT_HEADER_SIZE);
}

/* 0: it has none yet, which is never so. */
static int32_t hash_code(Object *object)
{
    return object ? (int32_t)object_hash(object) : 0;
}

static int32_t hash_code_slow(Object **object)
{
    return hash_code(*object);
}

/* Frames of the interpreter take room of another stack than those of compiled code. */
static int32_t sufficient_stack(void)
{
    enum { ENOUGH = 128 << 10 };
    char here;
    const Thread *thread = thread_self();
    if (&here - thread->stack_low < ENOUGH)
        return 0;
    return !thread->exec.interp_low ||
           thread->exec.interp_end - thread->exec.interp_sp >= ENOUGH;
}

const FcallRow fcalls_runtime_helpers[] = {
    FCALL("ContentEquals", NULL, same_contents),
    FCALL("TryEnsureSufficientExecutionStack", NULL, sufficient_stack),
    FCALL("TryGetHashCode", NULL, hash_code),
    FCALLS_END,
};

static void *type_memory(Object **keep, void *handle, uint32_t size)
{
    (void)keep, (void)handle;
    void *memory = gc_try_uncollectable(size ? size : 1);
    if (!memory)
        exception_set_object(vm.out_of_memory);
    return memory;
}

/* The caller copies what is in it. */
static void clone_object(Object **object)
{
    *object = object_clone(*object);
}

static void compile_method(Method *method)
{
    method_prepare(method);
}

static void prepare_method(Method *method, void *const *args, int32_t n_args)
{
    (void)args, (void)n_args;
    method_prepare(method);
}

static void prepare_delegate(Object **delegate)
{
    (void)delegate; /* what it calls is prepared when it is called */
}

static void run_class_constructor(Object **keep, void *handle)
{
    (void)keep;
    Type *type = type_of_handle(handle);
    if (!(type->bits & (TYPE_BIT_OPEN | TYPE_BIT_GENERIC_DEF)))
        type_init(type);
}

static void run_module_constructor(Object **keep, Assembly *module)
{
    (void)keep;
    Type *initializer = assembly_initializer(module);
    if (initializer)
        type_init(initializer);
}

static int32_t size_of(Object **keep, void *handle)
{
    (void)keep;
    Type *type = type_of_handle(handle);
    if (type->bits & (TYPE_BIT_OPEN | TYPE_BIT_GENERIC_DEF))
        return -1;
    return type_reach(type, LEVEL_LAYOUT) ? (int32_t)type_value_size(type) : -1;
}

const QcallRow qcalls_runtime_helpers[] = {
    QCALL(ObjectNative_AllocateUninitializedClone, clone_object),
    QCALL(ObjectNative_GetHashCodeSlow, hash_code_slow),
    QCALL(ReflectionInvocation_CompileMethod, compile_method),
    QCALL(ReflectionInvocation_PrepareDelegate, prepare_delegate),
    QCALL(ReflectionInvocation_PrepareMethod, prepare_method),
    QCALL(ReflectionInvocation_RunClassConstructor, run_class_constructor),
    QCALL(ReflectionInvocation_RunModuleConstructor, run_module_constructor),
    QCALL(ReflectionInvocation_SizeOf, size_of),
    QCALL(RuntimeTypeHandle_AllocateTypeAssociatedMemory, type_memory),
    QCALLS_END,
};
