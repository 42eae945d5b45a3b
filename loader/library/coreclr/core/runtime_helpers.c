/* runtime_helpers.c - System.Runtime.CompilerServices.RuntimeHelpers. */
#include <cpuid.h>
#include <stdlib.h>
#include <string.h>

#include "loader/exec/method.h"
#include "loader/exec/signals.h"
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

static int32_t sufficient_stack(void)
{
    enum { ENOUGH = 128 << 10 };
    return exec_stack_is_sufficient(ENOUGH);
}

const FcallRow fcalls_runtime_helpers[] = {
    FCALL("ContentEquals", NULL, same_contents),
    FCALL("TryEnsureSufficientExecutionStack", NULL, sufficient_stack),
    FCALL("TryGetHashCode", NULL, hash_code),
    FCALLS_END,
};

static void *type_memory(Object **keep, void *handle, uint32_t size)
{
    (void)keep,
        (void)handle; /* types stay, and so does this; no references are in it */
    void *memory = calloc(1, size ? size : 1);
    if (!memory)
        exception_set_object(vm.out_of_memory);
    return memory;
}

/* The caller copies what is in it. */
static void clone_object(Object **object)
{
    *object = object_clone(*object);
}

/* Of a dynamic method, when a delegate of it is made. */
static void compile_method(Method *method)
{
    method_compile(method);
}

static void refuse_instantiation(void)
{
    exception_set("System.ArgumentException",
                  "The given generic instantiation was invalid.");
}

/* Of handles of arguments, those of its type first. NULL: pending. */
static Method *instantiate(Method *method, void *const *handles, uint32_t n)
{
    enum { MOST = 64 };
    Type *args[MOST], *type = method->type;
    Err err = ERR_INIT;
    if (n != type->n_args + method->n_args || n > MOST) {
        refuse_instantiation();
        return NULL;
    }
    for (uint32_t i = 0; i < n; i++)
        args[i] = type_of_handle(handles[i]);
    uint32_t n_own = method->n_args;
    if (type->n_args)
        type = type_instance(type->def, args, type->n_args, &err);
    method = type ? method_on_type(method->def, type, &err) : NULL;
    if (method && n_own)
        method = method_instance(method, args + type->n_args, n_own, &err);
    if (method)
        return method;
    exception_set_err(&err);
    return NULL;
}

static void prepare_method(Method *method, void *const *args, int32_t n_args)
{
    if (method->flags & METHOD_ABSTRACT) {
        exception_set("System.ArgumentException",
                      "Abstract methods cannot be prepared.");
        return;
    }
    if (args && !(method = instantiate(method, args, (uint32_t)n_args)))
        return;
    if (reflection_method_is_open(method))
        refuse_instantiation();
    else
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

static void cpu_id(int32_t *registers, int32_t leaf, int32_t part)
{
    uint32_t a, b, c, d;
    __cpuid_count((uint32_t)leaf, (uint32_t)part, a, b, c, d);
    memcpy(registers, (uint32_t[]){a, b, c, d}, sizeof(uint32_t) * 4);
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
    QCALL(X86BaseCpuId, cpu_id),
    QCALLS_END,
};
