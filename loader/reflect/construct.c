/* construct.c - types that programs make of others: arrays, pointers, instances. */
#include "loader/reflect/reflect.h"
#include "loader/vm/exception.h"

/* Nothing is made of references and of TypedReference, a reference in itself. */
static bool constructible(const Type *type, const char *suffix)
{
    const char *mark = type->element == ELEMENT_BYREF ? "&" : "";
    const Type *named = *mark ? type->elem : type;
    if (!*mark && type->element != ELEMENT_TYPEDBYREF)
        return true;
    return exception_set("System.TypeLoadException", "Could not load type '%s%s%s'",
                         named->name, mark, suffix);
}

Type *reflection_make_array(Type *type, int32_t rank)
{
    enum { MAX_RANK = 32 };
    if (!constructible(type, "[]"))
        return NULL;
    if (type->bits & TYPE_BIT_BYREFLIKE) {
        exception_set(
            "System.TypeLoadException",
            "Could not create array type '%s[]': its elements are by-ref-like",
            type->name);
        return NULL;
    }
    if (rank > MAX_RANK) {
        exception_set("System.TypeLoadException",
                      "An array of '%s' has too many dimensions: %d", type->name, rank);
        return NULL;
    }
    return rank ? type_array(type, (uint32_t)rank) : type_szarray(type);
}

Type *reflection_make_byref(Type *type)
{
    return constructible(type, "&") ? type_byref(type) : NULL;
}

Type *reflection_make_pointer(Type *type)
{
    return constructible(type, "*") ? type_ptr(type) : NULL;
}

Type *reflection_make_generic(Type *def, Type **types, uint32_t n)
{
    Err err = ERR_INIT;
    for (uint32_t i = 0; i < n; i++)
        if (!(types[i] = reflection_over_itself(types[i])))
            return NULL;
    Type *type = type_instance(def, types, n, &err);
    if (!type) {
        exception_set_err(&err);
        return NULL;
    }
    if (!(type->bits & TYPE_BIT_OPEN) && !type_check_constraints(type, &err)) {
        exception_argument("System.ArgumentException", "typeArguments",
                           "Invalid generic arguments");
        return NULL;
    }
    return type;
}
