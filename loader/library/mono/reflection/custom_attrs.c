/* custom_attrs.c - System.MonoCustomAttrs, CustomAttributeData. */
#include "loader/library/mono/reflection/custom_attrs.h"

#include <string.h>

#include "common/base/arena.h"
#include "loader/library/mono/members.h"
#include "loader/library/mono/table.h"
#include "loader/exec/invoke.h"
#include "loader/gc/object.h"
#include "loader/vm/array.h"
#include "loader/vm/exception.h"
#include "loader/vm/object.h"
#include "loader/vm/typert.h"
#include "loader/vm/vm.h"
#include "loader/reflect/invoke.h"

/* -- targets ------------------------------------------------------------------- */

Method *attr_accessor_of(Object *member)
{
    if (object_type(member) != vm.world->known.runtime_property)
        return reflection_method_of(member);
    Property *property = reflection_property_of(member);
    return property->get ? property->get : property->set;
}

static bool parameter_target(Object *parameter, AttrTarget *out)
{
    Object *member = *field_parameter_info_member(parameter);
    int32_t position = *field_parameter_info_position(parameter);
    Method *method = member ? attr_accessor_of(member) : NULL;
    uint32_t row = method ? method_param_row(method, (uint32_t)(position + 1)) : 0;
    if (!row)
        return false;
    *out = (AttrTarget){method->type->assembly, TOKEN(TABLE_Param, row)};
    return true;
}

static bool type_target(Type *type, AttrTarget *out)
{
    *out = (AttrTarget){type->assembly, type->token};
    return type->token != 0;
}

bool attr_target_of(Object *provider, AttrTarget *out)
{
    const KnownTypes *k = &vm.world->known;
    Type *type = object_type(provider);
    if (type == k->runtime_type)
        return type_target(type_of_object(provider), out);
    if (type == k->runtime_method || type == k->runtime_ctor) {
        Method *m = reflection_method_of(provider);
        *out = (AttrTarget){m->type->assembly, m->token};
    } else if (type == k->runtime_field) {
        Field *f = reflection_field_of(provider);
        *out = (AttrTarget){f->owner->assembly, f->token};
    } else if (type == k->runtime_property) {
        Property *p = reflection_property_of(provider);
        *out = (AttrTarget){p->type->assembly, TOKEN(TABLE_Property, p->rid)};
    } else if (type == k->runtime_event) {
        Event *e = reflection_event_of(provider);
        *out = (AttrTarget){e->type->assembly, TOKEN(TABLE_Event, e->rid)};
    } else if (type == k->runtime_parameter) {
        return parameter_target(provider, out);
    } else if (type == k->runtime_assembly) {
        *out = (AttrTarget){reflection_assembly_of(provider), TOKEN(TABLE_Assembly, 1)};
    } else if (type == k->runtime_module) {
        *out = (AttrTarget){reflection_module_of(provider), TOKEN(TABLE_Module, 1)};
    } else {
        return false;
    }
    return out->token != 0;
}

/* -- rows ---------------------------------------------------------------------- */

static AttrRows rows_open(Object *provider, Type *wanted)
{
    AttrTarget target;
    if (attr_target_of(provider, &target))
        return attr_rows_open(&target, wanted);
    return (AttrRows){.at = 0, .end = 0};
}

static Array *array_of_list(Type *element, PtrArray *list)
{
    Array *array = exception_pending() ? NULL : array_new_of(element, list->n);
    if (array && list->n)
        memcpy(array->data, list->data, (size_t)list->n * sizeof(void *));
    return array;
}

/* Objects are kept in a managed array while it grows: malloc memory is not scanned. */
static Array *grow(Array *array, uint32_t n, Type *element)
{
    if (array && n < array->length)
        return array;
    Array *more = array_new_of(element, array ? array->length * 2 : 4);
    if (more && array)
        memcpy(more->data, array->data, n * sizeof(void *));
    return more;
}

typedef Object *AttrMake(Method *ctor, Bytes blob, Assembly *from);

static Array *rows_collect(Object *provider, Type *wanted, Type *element,
                           AttrMake *make)
{
    AttrRows rows = rows_open(provider, wanted);
    Array *found = NULL;
    uint32_t n = 0;
    Bytes blob;
    Method *ctor;
    while ((ctor = attr_rows_next(&rows, &blob))) {
        Object *attribute = make(ctor, blob, rows.target.assembly);
        found = attribute ? grow(found, n, element) : NULL;
        if (!found)
            return NULL;
        array_set(found, n++, attribute);
    }
    if (exception_pending())
        return NULL;
    PtrArray list = {found ? (void **)(void *)found->data : NULL, (int32_t)n};
    return array_of_list(element, &list);
}

/* -- MonoCustomAttrs ----------------------------------------------------------- */

static Array *get_attributes(Object *provider, Object *type, int32_t pseudo)
{
    (void)pseudo;
    return rows_collect(provider, type ? type_of_object(type) : NULL,
                        vm.world->known.attribute, attr_construct);
}

static int32_t is_defined(Object *provider, Object *type)
{
    AttrRows rows = rows_open(provider, type_of_object(type));
    Bytes blob;
    return attr_rows_next(&rows, &blob) != NULL;
}

/* CustomAttributeData(ConstructorInfo, Assembly, IntPtr, uint). */
static Object *make_data(Method *ctor, Bytes blob, Assembly *from)
{
    Object *data = object_new(known_attribute_data());
    Object *info = reflection_method(ctor, NULL), *assembly = reflection_assembly(from);
    const void *bytes = blob.data;
    uint32_t size = (uint32_t)blob.size;
    uint64_t ignored;
    void *args[] = {&data, &info, &assembly, &bytes, &size};
    if (!data || !info || !assembly ||
        !method_invoke(method_attribute_data_new(), args, &ignored))
        return NULL;
    return data;
}

static Array *get_data(Object *provider)
{
    return rows_collect(provider, NULL, known_attribute_data(), make_data);
}

/* -- CustomAttributeData ------------------------------------------------------- */

/* A boxed struct from its constructor of two parameters of those types. */
static Object *make_struct(Type *type, Type *const params[2], Object *a, Object *b)
{
    Array *args = array_new_of(vm.world->known.object, 2);
    Object *result = NULL;
    if (!reflection_load(type, LEVEL_READY))
        return NULL;
    for (uint32_t i = 0; args && i < type->n_methods; i++) {
        Err err = ERR_INIT;
        Method *m = type->methods[i];
        MethodSig *sig = strcmp(m->name, ".ctor") ? NULL : method_sig(m, &err);
        if (!sig || sig->n_params != 2 || sig->params[0] != params[0] ||
            sig->params[1] != params[1])
            continue;
        array_set(args, 0, a);
        array_set(args, 1, b);
        reflection_invoke(m, NULL, args, &result);
        break;
    }
    return result;
}

/* declared: what the parameter or member has; an object's value has its own type. */
static Object *typed_argument(Type *declared, const AttrValue *value, Assembly *from)
{
    const KnownTypes *k = &vm.world->known;
    Type *const params[] = {k->type, k->object};
    Object *object = attr_value_object(value, from);
    Type *type = value->was_boxed ? attr_value_type(&value->type, from) : declared;
    Object *type_obj = type ? reflection_type(type) : NULL;
    if ((!object && exception_pending()) || !type_obj)
        return NULL;
    return make_struct(known_typed_argument(), params, type_obj, object);
}

static Object *named_argument(Method *ctor, const AttrNamed *named, Assembly *from)
{
    Property *property;
    Field *field;
    if (!attr_named_member(ctor->type, named, &property, &field))
        return NULL;
    Object *member =
        property ? reflection_property(property, NULL) : reflection_field(field, NULL);
    Object *typed =
        typed_argument(attr_value_type(&named->type, from), &named->value, from);
    if (!member || !typed)
        return NULL;
    Type *const params[] = {known_member_info(), known_typed_argument()};
    return make_struct(known_named_argument(), params, member, typed);
}

static void resolve(Method *ctor, Assembly *from, Bytes blob, Array **fixed,
                    Array **named)
{
    Arena scratch = ARENA_INIT;
    Attribute decoded;
    MethodSig *sig;
    if (attr_decode(ctor, blob, from, &scratch, &sig, &decoded)) {
        gc_store(fixed, array_new_of(vm.world->known.object, decoded.n_fixed));
        gc_store(named, array_new_of(vm.world->known.object, decoded.n_named));
        for (uint32_t i = 0; *fixed && i < decoded.n_fixed; i++)
            array_set(*fixed, i,
                      typed_argument(sig->params[i], &decoded.fixed[i], from));
        for (uint32_t i = 0; *named && i < decoded.n_named && !exception_pending(); i++)
            array_set(*named, i, named_argument(ctor, &decoded.named[i], from));
    }
    arena_free(&scratch);
}

static void resolve_arguments(Object *ctor, Object *assembly, const uint8_t *data,
                              uint32_t size, Array **fixed, Array **named)
{
    gc_store(fixed, *named = NULL);
    resolve(reflection_method_of(ctor), reflection_assembly_of(assembly),
            (Bytes){data, size}, fixed, named);
}

const IcallRow icalls_custom_attrs[] = {
    ICALL("GetCustomAttributesInternal", NULL, get_attributes),
    ICALL("GetCustomAttributesDataInternal", NULL, get_data),
    ICALL("IsDefinedInternal", NULL, is_defined),
    ICALLS_END,
};

const IcallRow icalls_custom_attribute_data[] = {
    ICALL("ResolveArgumentsInternal", NULL, resolve_arguments),
    ICALLS_END,
};
