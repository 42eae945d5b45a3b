#include "loader/vm/methods.h"

#include <assert.h>
#include <string.h>

#include "loader/vm/vm.h"

const VmMethods *vm_methods;

Method *method_find(const char *type_name, const char *method, int n_params)
{
    const char *dot = strrchr(type_name, '.');
    char ns[256] = "";
    assert(dot && (size_t)(dot - type_name) < sizeof ns);
    memcpy(ns, type_name, (size_t)(dot - type_name));
    Err err = ERR_INIT;
    Type *type = assembly_find_type(vm.world->corlib, ns, dot + 1, &err);
    if (!type || !type_load(type, LEVEL_READY, &err))
        return NULL;
    return type_find_method(type, method, n_params);
}
