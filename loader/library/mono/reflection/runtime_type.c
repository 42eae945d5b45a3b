/* runtime_type.c - System.RuntimeType. */
#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"
#include "loader/reflect/members.h"
#include "loader/library/mono/reflection/objects.h"
#include "loader/library/mono/members.h"
#include "loader/library/mono/table.h"
#include "loader/gc/object.h"
#include "loader/vm/array.h"
#include "loader/vm/exception.h"
#include "loader/vm/object.h"
#include "loader/vm/string.h"
#include "loader/vm/typert.h"
#include "loader/vm/vm.h"

static Object *out_of_err(const Err *err)
{
    exception_set_err(err);
    return NULL;
}

/* -- constructed types --------------------------------------------------------- */

static Object *object_of(Type *made)
{
    return made ? reflection_type(made) : NULL;
}

static Object *make_array(Object *self, int32_t rank)
{
    return object_of(reflection_make_array(type_of_object(self), rank));
}

static Object *make_byref(Object *self)
{
    return object_of(reflection_make_byref(type_of_object(self)));
}

static Object *make_pointer(Object *self)
{
    return object_of(reflection_make_pointer(type_of_object(self)));
}

static Object *make_generic(Object *definition, Array *args)
{
    Type **types = reflection_types_of(args);
    if (!types)
        return NULL;
    Type *made =
        reflection_make_generic(type_of_object(definition), types, args->length);
    free(types);
    return object_of(made);
}

static Array *generic_arguments(Object *self, int32_t runtime_array)
{
    Type *type = type_of_object(self);
    const KnownTypes *k = &vm.world->known;
    if (!type->n_args)
        return NULL;
    Type **types = type->def == type ? reflection_type_params(type) : type->args;
    Array *array =
        array_new_of(runtime_array ? k->runtime_type : k->type, type->n_args);
    for (uint32_t i = 0; array && i < type->n_args; i++)
        array_set(array, i, reflection_type(types[i]));
    return array;
}

/* -- names --------------------------------------------------------------------- */

static String *buffer_string(Buffer *text)
{
    String *string = string_from_utf8n((const char *)text->data, text->size);
    buffer_free(text);
    return string;
}

static String *full_name(Object *self, int32_t full, int32_t qualified)
{
    Type *type = type_of_object(self);
    if (full && reflection_is_var(type))
        return NULL;
    Buffer text = BUFFER_INIT;
    reflection_print_type(&text, type, full, full && qualified);
    return buffer_string(&text);
}

static String *get_name(Object *self)
{
    Buffer text = BUFFER_INIT;
    reflection_print_short(&text, type_of_object(self));
    return buffer_string(&text);
}

static String *get_namespace(Object *self)
{
    const Type *type = type_of_object(self);
    while (reflection_has_element(type))
        type = type->elem;
    while (type->declaring)
        type = type->declaring;
    return *type->name_space ? string_from_utf8(type->name_space) : NULL;
}

static Object *declaring_type(Object *self)
{
    Type *type = type_of_object(self);
    Param *param = reflection_param(type);
    if (param)
        return reflection_type(param->method ? param->method->type : param->owner);
    return type->declaring && !reflection_has_element(type)
               ? reflection_type(type->declaring)
               : NULL;
}

static Object *declaring_method(Object *self)
{
    Param *param = reflection_param(type_of_object(self));
    if (!param)
        exception_set("System.InvalidOperationException",
                      "DeclaringMethod can only be used on generic arguments");
    return param && param->method ? reflection_method(param->method, NULL) : NULL;
}

static int32_t parameter_position(Object *self)
{
    const Type *type = type_of_object(self);
    return reflection_is_var(type) ? (int32_t)type->var_index : -1;
}

/* -- members: the lists are freed by managed code (RuntimeGPtrArrayHandle) ------- */

/* A RuntimeType.MemberListType as one more flag. */
static int32_t list_flags(int32_t flags, int32_t list)
{
    enum { LIST_CASE_INSENSITIVE = 2 };
    return list == LIST_CASE_INSENSITIVE ? flags | BINDING_IGNORE_CASE : flags;
}

static PtrArray *get_methods(Object *self, const char *name, int32_t flags,
                             int32_t list)
{
    return members_methods(type_of_object(self), name, list_flags(flags, list));
}

static PtrArray *get_constructors(Object *self, int32_t flags)
{
    return members_constructors(type_of_object(self), flags);
}

static PtrArray *get_fields(Object *self, const char *name, int32_t flags, int32_t list)
{
    return members_fields(type_of_object(self), name, list_flags(flags, list));
}

static PtrArray *get_properties(Object *self, const char *name, int32_t flags,
                                int32_t list)
{
    return members_properties(type_of_object(self), name, list_flags(flags, list));
}

static PtrArray *get_events(Object *self, const char *name, int32_t list)
{
    enum {
        ALL = BINDING_INSTANCE | BINDING_STATIC | BINDING_PUBLIC | BINDING_NON_PUBLIC
    };
    return members_events(type_of_object(self), name,
                          list_flags(ALL | BINDING_FLATTEN_HIERARCHY, list));
}

static PtrArray *get_nested(Object *self, const char *name, int32_t flags, int32_t list)
{
    return members_nested(type_of_object(self), name, list_flags(flags, list));
}

/* -- relations ----------------------------------------------------------------- */

static Array *get_interfaces(Object *self)
{
    Type *type = type_of_object(self);
    Array *array = NULL;
    if (reflection_is_var(type) || type->element == ELEMENT_BYREF)
        return array_new_of(vm.world->known.type, 0);
    if (!reflection_load(type, LEVEL_PARENTS))
        return NULL;
    array = array_new_of(vm.world->known.type, type->n_interfaces);
    for (uint32_t i = 0; array && i < type->n_interfaces; i++) {
        Object *object = reflection_type_in(type->interfaces[i], type, NULL);
        if (!object)
            return NULL;
        array_set(array, i, object);
    }
    return array;
}

/* Nothing is set when the type does not have the interface: managed code throws. */
static void interface_map(Object *self, Object *iface, Array **targets, Array **methods)
{
    Type *type = type_of_object(self), *interface = type_of_object(iface);
    Type *info = known_method_info();
    if (!reflection_has_interface(type, interface))
        return;
    uint32_t n = 0;
    for (uint32_t i = 0; i < interface->n_methods; i++)
        n += interface->methods[i]->slot >= 0;
    gc_store(targets, array_new_of(info, n));
    gc_store(methods, array_new_of(info, n));
    for (uint32_t i = 0, k = 0; *targets && *methods && i < interface->n_methods; i++) {
        Method *m = interface->methods[i];
        if (m->slot < 0)
            continue;
        Method *impl = reflection_interface_impl(type, interface, m);
        array_set(*methods, k, reflection_method(m, NULL));
        array_set(*targets, k, impl ? reflection_method(impl, NULL) : NULL);
        k++;
    }
}

static Object *inflated_method(Object *self, Object *method)
{
    Err err = ERR_INIT;
    Type *type = type_of_object(self);
    Method *def = reflection_method_of(method);
    if (!def)
        return NULL;
    Method *on = method_on_type(def->def, type, &err);
    return on ? reflection_method(on, type) : out_of_err(&err);
}

/* -- the rest ------------------------------------------------------------------ */

static void get_packing(Object *self, int32_t *packing, int32_t *size)
{
    Type *type = type_of_object(self);
    const Image *image = type->assembly->image;
    uint32_t first, end;
    *packing = *size = 0;
    if (!type->token ||
        !image_find_rows(image, TABLE_ClassLayout, COL_ClassLayout_Parent,
                         TOKEN_RID(type->token), &first, &end))
        return;
    *packing = (int32_t)image_get(image, TABLE_ClassLayout, first,
                                  COL_ClassLayout_PackingSize);
    *size =
        (int32_t)image_get(image, TABLE_ClassLayout, first, COL_ClassLayout_ClassSize);
}

static int32_t type_code(Object *self)
{
    enum { OBJECT = 1, DB_NULL = 2, BOOLEAN = 3, DECIMAL = 15, DATE_TIME, STRING = 18 };
    Type *type = type_of_object(self);
    if (type->bits & TYPE_BIT_ENUM) {
        if (!reflection_load(type, LEVEL_LAYOUT))
            return OBJECT;
        type = type_underlying(type);
    }
    if (type->element >= ELEMENT_BOOLEAN && type->element <= ELEMENT_R8)
        return type->element - ELEMENT_BOOLEAN + BOOLEAN;
    if (type->element == ELEMENT_STRING)
        return STRING;
    if (type->assembly != vm.world->corlib || strcmp(type->name_space, "System"))
        return OBJECT;
    return !strcmp(type->name, "Decimal")    ? DECIMAL
           : !strcmp(type->name, "DateTime") ? DATE_TIME
           : !strcmp(type->name, "DBNull")   ? DB_NULL
                                             : OBJECT;
}

static Object *create_instance(Object *self)
{
    Type *type = type_of_object(self);
    if (type->bits & TYPE_BIT_NULLABLE)
        return NULL;
    if (type->bits & TYPE_BIT_OPEN) {
        exception_set("System.ArgumentException",
                      "Cannot create an instance of an open type.");
        return NULL;
    }
    return object_new(type);
}

static int32_t none(void)
{
    return 0;
}

const IcallRow icalls_runtime_type[] = {
    ICALL("IsWindowsRuntimeObjectType", NULL, none),
    ICALL("IsTypeExportedToWindowsRuntime", NULL, none),
    ICALL("GetCorrespondingInflatedMethod", NULL, inflated_method),
    ICALL("GetCorrespondingInflatedConstructor", NULL, inflated_method),
    ICALL("make_array_type", NULL, make_array),
    ICALL("make_byref_type", NULL, make_byref),
    ICALL("MakePointerType", NULL, make_pointer),
    ICALL("MakeGenericType", NULL, make_generic),
    ICALL("GetMethodsByName_native", NULL, get_methods),
    ICALL("GetPropertiesByName_native", NULL, get_properties),
    ICALL("GetConstructors_native", NULL, get_constructors),
    ICALL("GetInterfaceMapData", NULL, interface_map),
    ICALL("GetPacking", NULL, get_packing),
    ICALL("GetTypeCodeImplInternal", NULL, type_code),
    ICALL("CreateInstanceInternal", NULL, create_instance),
    ICALL("get_DeclaringMethod", NULL, declaring_method),
    ICALL("getFullName", NULL, full_name),
    ICALL("GetGenericArgumentsInternal", NULL, generic_arguments),
    ICALL("GetGenericParameterPosition", NULL, parameter_position),
    ICALL("GetEvents_native", NULL, get_events),
    ICALL("GetFields_native", NULL, get_fields),
    ICALL("GetInterfaces", NULL, get_interfaces),
    ICALL("GetNestedTypes_native", NULL, get_nested),
    ICALL("get_DeclaringType", NULL, declaring_type),
    ICALL("get_Name", NULL, get_name),
    ICALL("get_Namespace", NULL, get_namespace),
    ICALL("get_core_clr_security_level", NULL, none),
    ICALLS_END,
};
