/* runtime_type_handle.c - System.RuntimeTypeHandle, System.Type. */
#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"
#include "loader/library/mono/reflection/assembly.h"
#include "loader/library/mono/table.h"
#include "loader/gc/object.h"
#include "loader/vm/exception.h"
#include "loader/vm/string.h"
#include "loader/vm/typert.h"
#include "loader/vm/vm.h"
#include "loader/exec/bind_addresses.h"
#include "loader/exec/trace.h"

/* Pointers and references have what their elements have of it. */
static int32_t get_attributes(Object *self)
{
    const Type *type = type_of_object(self);
    if (type->element == ELEMENT_BYREF)
        return (int32_t)type->elem->flags;
    if (type->element == ELEMENT_PTR)
        return (int32_t)(type->elem->flags & TYPE_VISIBILITY_MASK);
    return (int32_t)type->flags;
}

static int32_t metadata_token(Object *self)
{
    const Type *type = type_of_object(self);
    if (type->element == ELEMENT_BYREF)
        type = type->elem;
    return reflection_is_var(type) ? 0 : (int32_t)type->token;
}

static Object *generic_definition(Object *self)
{
    Type *type = type_of_object(self);
    return type->n_args ? reflection_type(type->def) : NULL;
}

static int32_t element_type(Object *self)
{
    const Type *type = type_of_object(self);
    return type->n_args && type->def != type ? ELEMENT_GENERICINST : type->element;
}

static int32_t has_instantiation(Object *self)
{
    return type_of_object(self)->n_args != 0;
}

static int32_t no(void)
{
    return 0;
}

static int32_t is_instance(Object *self, Object *object)
{
    return object_isinst(object, type_of_object(self)) != NULL;
}

static int32_t has_references(Object *self)
{
    Type *type = type_of_object(self);
    if (!type_is_valuetype(type))
        return type_is_reference(type);
    return reflection_load(type, LEVEL_LAYOUT) && type->bits & TYPE_BIT_HAS_REFS;
}

static int32_t array_rank(Object *self)
{
    return type_of_object(self)->rank;
}

static Object *get_assembly(Object *self)
{
    return reflection_assembly(type_of_object(self)->assembly);
}

static Object *get_module(Object *self)
{
    return reflection_module(type_of_object(self)->assembly);
}

static Object *get_element(Object *self)
{
    const Type *type = type_of_object(self);
    switch (type->element) {
    case ELEMENT_SZARRAY:
    case ELEMENT_ARRAY:
    case ELEMENT_PTR:
    case ELEMENT_BYREF:
        return reflection_type(type->elem);
    default:
        return NULL;
    }
}

static int32_t is_variable(Object *self)
{
    return reflection_is_var(type_of_object(self));
}

/* -- base types and constraints ------------------------------------------------ */

static Object *get_base(Object *self)
{
    Type *base = reflection_base(type_of_object(self));
    return base ? reflection_type(base) : NULL;
}

typedef struct ParamInfo { /* Mono.RuntimeStructs.GenericParamInfo */
    Type *class;
    const char *name;
    uint16_t flags;
    uint32_t token;
    Type **constraints;
} ParamInfo;

/* The reader does not free it: one for each parameter, kept. */
static ParamInfo *parameter_info(Object *self)
{
    Param *param = reflection_param(type_of_object(self));
    ParamInfo *info = mem_alloc(sizeof *info);
    if (!param)
        return info;
    *info = (ParamInfo){&param->type, param->type.name,
                        (uint16_t)reflection_param_flags(param), param->type.token,
                        reflection_constraints(param)};
    if (info->constraints)
        return info;
    free(info);
    return NULL;
}

/* -- relations ----------------------------------------------------------------- */

static int32_t assignable_from(Object *to, Object *from)
{
    return reflection_assignable(type_of_object(from), type_of_object(to));
}

static int32_t is_definition(Object *self)
{
    return (type_of_object(self)->bits & TYPE_BIT_GENERIC_DEF) != 0;
}

static int32_t is_subclass_of(Type *type, Type *ancestor)
{
    return reflection_is_subclass(type, ancestor);
}

static int32_t is_byref_like(Object *self)
{
    return (type_of_object(self)->bits & TYPE_BIT_BYREFLIKE) != 0;
}

static Object *from_handle(Type *type)
{
    return reflection_type(type);
}

/* -- Type.GetType -------------------------------------------------------------- */

/* The exception names the type and the assembly that should have it. */
static Object *missing_type(const char *name, Assembly *from, int32_t throw_on_error)
{
    Object *pending = exception_take();
    if (!throw_on_error)
        return NULL;
    const char *comma = strrchr(name, ']');
    comma = strchr(comma ? comma : name, ',');
    if (pending && strcmp(object_type(pending)->name, "FileNotFoundException")) {
        exception_set_object(pending);
        return NULL;
    }
    AssemblyName parsed;
    bool version, token;
    Buffer text = BUFFER_INIT;
    if (comma && assembly_name_parse(comma + 1, &parsed, &version, &token)) {
        assembly_name_print(&text, &parsed);
        assembly_name_free(&parsed);
    } else {
        reflection_print_assembly(&text, from ? from : vm.world->corlib);
    }
    exception_set("System.TypeLoadException",
                  "Could not load type '%.*s' from assembly '%.*s'.",
                  (int)(comma ? (size_t)(comma - name) : strlen(name)), name,
                  (int)text.size, (const char *)text.data);
    buffer_free(&text);
    return NULL;
}

static bool visit_user(void *user, const FrameInfo *frame)
{
    if (!frame->method)
        return true;
    const Type *type = frame->method->type;
    if (type->assembly == vm.world->corlib &&
        (!strcmp(type->name_space, "System.Reflection") ||
         !strcmp(type->name, "Type") || !strcmp(type->name, "RuntimeType") ||
         !strcmp(type->name, "RuntimeTypeHandle") || !strcmp(type->name, "TypeSpec")))
        return true;
    *(Method **)user = frame->method;
    return false;
}

/* The innermost method outside of the class library's reflection. */
Method *reflection_user(void)
{
    Method *found = NULL;
    exec_walk(visit_user, &found);
    return found;
}

static Object *from_name(String *name, int32_t *mark, Object *caller,
                         int32_t throw_on_error, int32_t ignore_case, int32_t only)
{
    (void)mark, (void)only;
    if (!name) {
        exception_argument_null("typeName");
        return NULL;
    }
    Method *method = caller ? NULL : reflection_user();
    Assembly *from = caller   ? reflection_assembly_of(caller)
                     : method ? method->type->assembly
                              : vm.entry;
    char *text = string_to_utf8(name);
    Type *type = reflection_parse_type(text, from, ignore_case);
    Object *object =
        type ? reflection_type(type) : missing_type(text, from, throw_on_error);
    free(text);
    return object;
}

const IcallRow icalls_runtime_type_handle[] = {
    ICALL("GetAttributes", NULL, get_attributes),
    ICALL("GetMetadataToken", NULL, metadata_token),
    ICALL("GetGenericTypeDefinition_impl", NULL, generic_definition),
    ICALL("GetCorElementType", NULL, element_type),
    ICALL("HasInstantiation", NULL, has_instantiation),
    ICALL("IsComObject", NULL, no),
    ICALL("IsInstanceOfType", NULL, is_instance),
    ICALL("HasReferences", NULL, has_references),
    ICALL("GetArrayRank", NULL, array_rank),
    ICALL("GetAssembly", NULL, get_assembly),
    ICALL("GetElementType", NULL, get_element),
    ICALL("GetModule", NULL, get_module),
    ICALL("IsGenericVariable", NULL, is_variable),
    ICALL("GetBaseType", NULL, get_base),
    ICALL("type_is_assignable_from", NULL, assignable_from),
    ICALL("IsGenericTypeDefinition", NULL, is_definition),
    ICALL("GetGenericParameterInfo", NULL, parameter_info),
    ICALL("is_subclass_of", NULL, is_subclass_of),
    ICALL("IsByRefLike", NULL, is_byref_like),
    ICALL("internal_from_name", NULL, from_name),
    ICALLS_END,
};

const IcallRow icalls_type[] = {
    ICALL("internal_from_handle", NULL, from_handle),
    ICALLS_END,
};
