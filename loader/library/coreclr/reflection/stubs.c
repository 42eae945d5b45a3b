#include "loader/library/coreclr/reflection/stubs.h"

#include "loader/exec/invoke.h"
#include "loader/library/coreclr/members.h"

static Object *stub_of(Method *maker, void *handle)
{
    Object *result[2] = {NULL, NULL};
    void *args[] = {&handle};
    return method_invoke(maker, args, result) ? result[0] : NULL;
}

Object *method_stub_object(Method *method)
{
    return stub_of(method_method_token_make(), method);
}

Object *field_stub_object(Field *field)
{
    return stub_of(method_field_token_make(), field);
}
