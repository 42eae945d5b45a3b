/* runtime_type.c - System.RuntimeType. */
#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"
#include "loader/library/mono/members.h"
#include "loader/library/mono/reflection/members.h"
#include "loader/library/mono/reflection/reflection.h"
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

static Object *make_array(Object *self, int32_t rank)
{
    enum { MAX_RANK = 32 };
    Type *type = type_of_object(self);
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
    return reflection_type(rank ? type_array(type, (uint32_t)rank)
                                : type_szarray(type));
}

static Object *make_byref(Object *self)
{
    Type *type = type_of_object(self);
    return constructible(type, "&") ? reflection_type(type_byref(type)) : NULL;
}

static Object *make_pointer(Object *self)
{
    Type *type = type_of_object(self);
    return constructible(type, "*") ? reflection_type(type_ptr(type)) : NULL;
}

static Object *make_generic(Object *definition, Array *args)
{
    Err err = ERR_INIT;
    Type *def = type_of_object(definition);
    Type **types = reflection_types_of(args);
    if (!types)
        return NULL;
    for (uint32_t i = 0; i < args->length; i++)
        if (!(types[i] = reflection_over_itself(types[i]))) {
            free(types);
            return NULL;
        }
    Type *type = type_instance(def, types, args->length, &err);
    free(types);
    if (!type)
        return out_of_err(&err);
    if (!(type->bits & TYPE_BIT_OPEN) && !type_check_constraints(type, &err)) {
        exception_argument("System.ArgumentException", "typeArguments",
                           "Invalid generic arguments");
        return NULL;
    }
    return reflection_type(type);
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
        ARRAY_AT(array, Object *, i) = reflection_type(types[i]);
    return array;
}

/* -- names --------------------------------------------------------------------- */

static bool is_over(const Type *type)
{
    return type->element == ELEMENT_SZARRAY || type->element == ELEMENT_ARRAY ||
           type->element == ELEMENT_PTR || type->element == ELEMENT_BYREF;
}

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

static void print_short(Buffer *text, const Type *type)
{
    if (!is_over(type)) {
        buffer_printf(text, "%s", type->name);
        return;
    }
    print_short(text, type->elem);
    reflection_print_suffix(text, type);
}

static String *get_name(Object *self)
{
    Buffer text = BUFFER_INIT;
    print_short(&text, type_of_object(self));
    return buffer_string(&text);
}

static String *get_namespace(Object *self)
{
    const Type *type = type_of_object(self);
    while (is_over(type))
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
    return type->declaring && !is_over(type) ? reflection_type(type->declaring) : NULL;
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
        ARRAY_AT(array, Object *, i) = object;
    }
    return array;
}

static InterfaceEntry *interface_entry(Type *type, Type *interface)
{
    for (uint32_t i = 0; i < type->n_interfaces; i++)
        if (type->interfaces[i] == interface)
            return &type->iface_map[i];
    return NULL;
}

/* NULL: an abstract class leaves it open. */
static Method *interface_target(Type *type, const InterfaceEntry *entry, Method *method)
{
    Err err = ERR_INIT;
    if (entry)
        return entry->impls ? entry->impls[method->slot] : NULL;
    return type_virtual_impl(type, method, &err); /* through variance */
}

/* Nothing is set when the type does not have the interface: managed code throws. */
static void interface_map(Object *self, Object *iface, Array **targets, Array **methods)
{
    Type *type = type_of_object(self), *interface = type_of_object(iface);
    Type *info = known_method_info();
    if (!reflection_load(type, LEVEL_READY) || !reflection_load(interface, LEVEL_READY))
        return;
    InterfaceEntry *entry = interface_entry(type, interface);
    if (!entry && !type_castable(type, interface))
        return;
    uint32_t n = 0;
    for (uint32_t i = 0; i < interface->n_methods; i++)
        n += interface->methods[i]->slot >= 0;
    *targets = array_new_of(info, n);
    *methods = array_new_of(info, n);
    for (uint32_t i = 0, k = 0; *targets && *methods && i < interface->n_methods; i++) {
        Method *m = interface->methods[i];
        if (m->slot < 0)
            continue;
        Method *impl = interface_target(type, entry, m);
        ARRAY_AT(*methods, Object *, k) = reflection_method(m, NULL);
        ARRAY_AT(*targets, Object *, k) = impl ? reflection_method(impl, NULL) : NULL;
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
    ICALL("GetMethodsByName_native", NULL, members_methods),
    ICALL("GetPropertiesByName_native", NULL, members_properties),
    ICALL("GetConstructors_native", NULL, members_constructors),
    ICALL("GetInterfaceMapData", NULL, interface_map),
    ICALL("GetPacking", NULL, get_packing),
    ICALL("GetTypeCodeImplInternal", NULL, type_code),
    ICALL("CreateInstanceInternal", NULL, create_instance),
    ICALL("get_DeclaringMethod", NULL, declaring_method),
    ICALL("getFullName", NULL, full_name),
    ICALL("GetGenericArgumentsInternal", NULL, generic_arguments),
    ICALL("GetGenericParameterPosition", NULL, parameter_position),
    ICALL("GetEvents_native", NULL, members_events),
    ICALL("GetFields_native", NULL, members_fields),
    ICALL("GetInterfaces", NULL, get_interfaces),
    ICALL("GetNestedTypes_native", NULL, members_nested),
    ICALL("get_DeclaringType", NULL, declaring_type),
    ICALL("get_Name", NULL, get_name),
    ICALL("get_Namespace", NULL, get_namespace),
    ICALL("get_core_clr_security_level", NULL, none),
    ICALLS_END,
};
