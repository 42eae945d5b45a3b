#include "loader/library/coreclr/reflection/objects.h"

#include "loader/library/coreclr/members.h"
#include "loader/reflect/reflect.h"
#include "loader/vm/methods.h"
#include "loader/vm/object.h"
#include "loader/vm/vm.h"

/* The scope of a method that was made at run time dies with the method. */
static Assembly *lasting(Assembly *assembly)
{
    return assembly->dynamic ? vm.world->corlib : assembly;
}

Object *assembly_object(Assembly *assembly)
{
    assembly = lasting(assembly);
    Object *object = reflection_cached(assembly, NULL);
    if (object)
        return object;
    object = object_new(vm.world->known.runtime_assembly);
    if (!object)
        return NULL;
    *field_runtime_assembly_handle(object) = assembly;
    return reflection_cache(assembly, NULL, object);
}

Object *module_object(Assembly *assembly)
{
    static char key; /* modules are cached beside their assemblies */
    assembly = lasting(assembly);
    Object *module = reflection_cached(assembly, &key);
    Object *owner = module ? NULL : assembly_object(assembly);
    if (!owner)
        return module;
    module = object_new(vm.world->known.runtime_module);
    if (!module)
        return NULL;
    *field_runtime_module_handle(module) = assembly;
    field_runtime_module_assembly_set(module, owner);
    return reflection_cache(assembly, &key, module);
}

Assembly *assembly_of_object(Object *object)
{
    return object ? *field_runtime_assembly_handle(object) : NULL;
}

Assembly *assembly_of_module_object(Object *object)
{
    return object ? *field_runtime_module_handle(object) : NULL;
}

/* -- handles of members -------------------------------------------------------- */

static Object *stub_of(Method *make, void *handle)
{
    Object *result[2] = {NULL, NULL};
    void *args[] = {&handle};
    return vm_methods->invoke(make, args, result) ? result[0] : NULL;
}

Object *method_stub_object(Method *method)
{
    return stub_of(method_method_token_make(), method);
}

Object *field_stub_object(Field *field)
{
    return stub_of(method_field_token_make(), field);
}

Method *method_of_info(Object *info)
{
    const Type *type = object_type(info);
    if (type == vm.world->known.runtime_method)
        return *field_runtime_method_handle(info);
    if (type == vm.world->known.runtime_ctor)
        return *field_runtime_ctor_handle(info);
    return *field_method_token_object_handle(info);
}
