/* reflection.h - reflection's objects and handles.
 *
 * Handles that managed code keeps are descriptors: Type *, Method *, Field *, Assembly
 * * (assemblies and their modules), and, for what common/types has no descriptor for,
 * Property * and Event *. There is one object per (handle, reflected type).
 *
 * Generic parameters: common/types has one VAR for each number, reflection one type
 * object for each parameter of each definition. Param is a VAR or MVAR descriptor that
 * knows its owner; reflection_open puts Params in place of the plain VARs before a type
 * of a definition's member is shown.
 */
#ifndef LOADER_LIBRARY_MONO_REFLECTION_REFLECTION_H
#define LOADER_LIBRARY_MONO_REFLECTION_REFLECTION_H

#include "loader/gc/object.h"

/* System.Reflection.BindingFlags. */
enum {
    BINDING_IGNORE_CASE = 0x1,
    BINDING_DECLARED_ONLY = 0x2,
    BINDING_INSTANCE = 0x4,
    BINDING_STATIC = 0x8,
    BINDING_PUBLIC = 0x10,
    BINDING_NON_PUBLIC = 0x20,
    BINDING_FLATTEN_HIERARCHY = 0x40,
};

typedef struct Param {
    Type type; /* VAR or MVAR; token: its GenericParam row */
    Type *owner;
    Method *method; /* MVAR; NULL for VAR */
} Param;

typedef struct Property {
    Type *type; /* exact declaring type */
    uint32_t rid;
    uint16_t flags;
    const char *name;
    Method *get, *set; /* NULL: none */
} Property;

typedef struct Event {
    Type *type;
    uint32_t rid;
    uint16_t flags;
    const char *name;
    Method *add, *remove, *raise;
} Event;

/* -- reflection.c -------------------------------------------------------------- */
/* Zeroed memory that is kept as long as the world. */
void *reflection_alloc(size_t size);
/* Loads a type; false: pending exception. */
bool reflection_load(Type *type, TypeLevel level);
/* List<T> of its own T for the definition List<>, other types as they are; NULL:
 * pending. */
Type *reflection_over_itself(Type *type);
/* A type as a member of `owner` (a type) and `method` (NULL: none) shows it. */
Type *reflection_open(Type *type, Type *owner, Method *method);
Object *reflection_type(Type *type); /* its object; NULL: pending */
/* The object of a type found in a signature of owner or method. */
Object *reflection_type_in(Type *type, Type *owner, Method *method);
/* Generic parameters of a definition, type->n_args or method->n_args of them. */
Type **reflection_type_params(Type *def);
Type **reflection_method_params(Method *method);
static inline Param *reflection_param(Type *type) /* NULL: a plain VAR or no VAR */
{
    bool var = type->element == ELEMENT_VAR || type->element == ELEMENT_MVAR;
    return var && type->token ? (Param *)type : NULL;
}
bool reflection_is_var(const Type *type);
/* Base type as reflection sees it, of generic parameters too; NULL: none or pending. */
Type *reflection_base(Type *type);
/* Constraints of a generic parameter, ended by NULL; malloc. NULL: pending. */
Type **reflection_constraints(Param *param);
bool reflection_is_generic_method_def(const Method *method);
Array *reflection_type_array(Type *const *types, uint32_t n);
/* Types of a Type[]; malloc. NULL: pending (an element is null). */
Type **reflection_types_of(Array *array);

/* Canonical objects; reflected NULL: the declaring type. NULL: pending. */
Object *reflection_method(Method *method, Type *reflected);
Object *reflection_field(Field *field, Type *reflected);
Object *reflection_property(Property *property, Type *reflected);
Object *reflection_event(Event *event, Type *reflected);
Object *reflection_assembly(Assembly *assembly);
Object *reflection_module(Assembly *assembly);
Object *reflection_cached(const void *handle, const void *reflected);
Object *reflection_cache(const void *handle, const void *reflected, Object *object);

/* Handles behind objects. */
Method *reflection_dynamic_method(Object *method); /* dynamic_method.c; NULL: another */
Method *reflection_method_of(Object *method);
Field *reflection_field_of(Object *field);
Property *reflection_property_of(Object *property);
Event *reflection_event_of(Object *event);
Assembly *reflection_assembly_of(Object *assembly);
Assembly *reflection_module_of(Object *module);

typedef struct PtrArray { /* what the *_native calls return; GPtrArrayFree frees it */
    void **data;
    int32_t n;
} PtrArray;
PtrArray *ptr_array_new(void);
void ptr_array_push(PtrArray *array, void *item);
void ptr_array_free(PtrArray *array);

/* -- reflection_members.c ------------------------------------------------------ */
Property *reflection_properties(Type *type,
                                uint32_t *n); /* own; NULL: none or pending */
Event *reflection_events(Type *type, uint32_t *n);
Method *reflection_event_other(const Event *event, uint32_t n); /* NULL: no more */

/* -- reflection_invoke.c ------------------------------------------------------- */
/* Calls with boxed arguments, which by-reference ones change. Constructors: `self` NULL
 * makes the object, which is the result. False: pending exception. */
bool reflection_invoke(Method *method, Object *self, Array *args, Object **result);
/* InternalInvoke of methods and constructors. */
Object *reflection_internal_invoke(Object *info, Object *self, Array *args,
                                   Object **exc);
/* Value of a type from an object: for value types a copy, null is zero. */
void reflection_unbox(Type *type, Object *object, void *out);
/* The object for a value of that type (pointers: System.Reflection.Pointer). */
Object *reflection_box(Type *type, void *value);
/* The constant of a field, parameter or property (their token); false: there is none.
 */
bool reflection_constant(Assembly *assembly, uint32_t token, Type *type, Object **out);

/* -- modifiers.c --------------------------------------------------------------- */
/* Custom modifiers as a Type[]: of the type that a signature has at `at`; of a
 * parameter, or of the result (position -1). NULL: pending. */
Array *reflection_modifiers(Assembly *assembly, Cursor at, bool optional);
Array *reflection_param_modifiers(Method *method, int32_t position, bool optional);
/* The MarshalAsAttribute of a Field or Param token. NULL: none or pending. */
Object *reflection_marshal_as(Assembly *assembly, uint32_t token);

/* -- method_body.c ------------------------------------------------------------- */
Object *reflection_method_body(Method *method);

/* -- type_parse.c, type_name.c ------------------------------------------------- */
/* A type by its name in reflection syntax, also assembly-qualified; `from`: where to
 * look first (then the corlib). NULL without pending: there is none; pending
 * ArgumentException: that is no name of a type. */
Type *reflection_parse_type(const char *name, Assembly *from, bool ignore_case);
/* One of that assembly's own, which the name must not repeat (ArgumentException). */
Type *reflection_parse_type_in(const char *name, Assembly *only, bool ignore_case);
/* The name of Type.FullName and AssemblyQualifiedName. */
void reflection_print_type(Buffer *out, Type *type, bool full, bool qualified);
void reflection_print_suffix(Buffer *out, const Type *type); /* "[]", "*", ... */
void reflection_print_assembly(Buffer *out, Assembly *assembly);

/* The method that called the managed method that made this internal call, skipping
 * `skip` frames more; NULL: none. */
Method *reflection_caller(uint32_t skip);
Method *
reflection_user(void); /* the innermost outside of the class library's reflection */

#endif
