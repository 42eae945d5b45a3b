/* reflect.h - reflection's model: handles, the objects that show them, and how types
 * and members look to a program. What a class library's own classes look like, its
 * folder (loader/library) knows.
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
#ifndef LOADER_REFLECT_REFLECT_H
#define LOADER_REFLECT_REFLECT_H

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

/* -- the class library --------------------------------------------------------- */
typedef struct ReflectLibrary { /* what reflection asks of it */
    /* Whom the program asks for an assembly that was not found (AssemblyResolve). NULL:
     * nobody has it, or a pending exception. */
    Assembly *(*resolve_assembly)(const char *display, Assembly *from);
    void (*assembly_loaded)(Assembly *assembly); /* tells the program, once */
} ReflectLibrary;
extern const ReflectLibrary *reflect_library; /* the one in use; set by who starts it */

/* -- reflect.c ----------------------------------------------------------------- */
/* Zeroed memory that is kept as long as the world. */
void *reflection_alloc(size_t size);
/* Loads a type; false: pending exception. */
bool reflection_load(Type *type, TypeLevel level);
Object *reflection_type(Type *type); /* its object; NULL: pending */
/* The object of a type found in a signature of owner or method. */
Object *reflection_type_in(Type *type, Type *owner, Method *method);
Array *reflection_type_array(Type *const *types, uint32_t n);
/* Types of a Type[]; malloc. NULL: pending (an element is null). */
Type **reflection_types_of(Array *array);
/* The one object of (handle, reflected type); NULL: none was made yet. */
Object *reflection_cached(const void *handle, const void *reflected);
/* Keeps it, unless another thread was first: returns the one that counts. */
Object *reflection_cache(const void *handle, const void *reflected, Object *object);

/* -- params.c ------------------------------------------------------------------ */
/* Generic parameters of a definition, type->n_args or method->n_args of them. */
Type **reflection_type_params(Type *def);
Type **reflection_method_params(Method *method);
static inline Param *reflection_param(Type *type) /* NULL: a plain VAR or no VAR */
{
    bool var = type->element == ELEMENT_VAR || type->element == ELEMENT_MVAR;
    return var && type->token ? (Param *)type : NULL;
}
bool reflection_is_var(const Type *type);
/* Has generic parameters, so that it can't run. */
bool reflection_method_is_open(const Method *method);
bool reflection_is_generic_method_def(const Method *method);
/* List<T> of its own T for the definition List<>, other types as they are; NULL:
 * pending. */
Type *reflection_over_itself(Type *type);
/* The definition List<> for List<T> of its own T, other types as they are. */
Type *reflection_closed_over_itself(Type *type);
/* A type as a member of `owner` (a type) and `method` (NULL: none) shows it. */
Type *reflection_open(Type *type, Type *owner, Method *method);

/* -- relations.c --------------------------------------------------------------- */
/* Base type as reflection sees it, of generic parameters too; NULL: none or pending. */
Type *reflection_base(Type *type);
/* Constraints of a generic parameter, ended by NULL; malloc. NULL: pending. */
Type **reflection_constraints(Param *param);
uint32_t reflection_param_flags(const Param *param); /* GENPARAM_* */
/* May it be the parameter's argument? Open types may always. False: perhaps pending. */
bool reflection_satisfies(Param *param, Type *type);
bool reflection_assignable(Type *from, Type *to);
bool reflection_is_subclass(Type *type, Type *ancestor); /* no class is its own */

/* -- construct.c --------------------------------------------------------------- */
/* NULL: pending exception. rank 0: a vector. make_generic changes `types`. */
Type *reflection_make_array(Type *type, int32_t rank);
Type *reflection_make_byref(Type *type);
Type *reflection_make_pointer(Type *type);
Type *reflection_make_generic(Type *def, Type **types, uint32_t n);

/* -- methods.c ----------------------------------------------------------------- */
bool reflection_is_ctor(const Method *method); /* of instances or of the type */
/* The method as a member of `type`, which is the declaring type itself, another
 * instantiation of it, or one that inherits it. NULL with no pending: no such member.
 */
Method *reflection_method_in(Method *method, Type *type);
/* The one that it overrides directly, or the first of all; itself: none. NULL: pending.
 */
Method *reflection_base_method(Method *method, bool first);
/* NULL: pending. The second for a method that is not generic: itself. */
Method *reflection_make_generic_method(Method *def, Type **types, uint32_t n);
Method *reflection_method_definition(Method *method);
/* Loads both. False: perhaps pending. */
bool reflection_has_interface(Type *type, Type *interface);
/* What runs for an interface's method; NULL: an abstract class leaves it open. */
Method *reflection_interface_impl(Type *type, Type *interface, Method *method);

/* -- modifiers.c --------------------------------------------------------------- */
/* Custom modifiers as a Type[]: of the type that a signature has at `at`; of a
 * parameter, or of the result (position -1). NULL: pending. */
Array *reflection_modifiers(Assembly *assembly, Cursor at, bool optional);
Array *reflection_param_modifiers(Method *method, int32_t position, bool optional);

/* -- type_parse.c, type_name.c ------------------------------------------------- */
/* A type by its name in reflection syntax, also assembly-qualified; `from`: where to
 * look first (then the corlib). NULL without pending: there is none; pending
 * ArgumentException: that is no name of a type. */
Type *reflection_parse_type(const char *name, Assembly *from, bool ignore_case);
/* One of that assembly's own, which the name must not repeat (ArgumentException). */
Type *reflection_parse_type_in(const char *name, Assembly *only, bool ignore_case);
/* The name of Type.FullName and AssemblyQualifiedName. */
void reflection_print_type(Buffer *out, Type *type, bool full, bool qualified);
void reflection_print_short(Buffer *out, const Type *type);  /* of Type.Name */
void reflection_print_suffix(Buffer *out, const Type *type); /* "[]", "*", ... */
void reflection_print_assembly(Buffer *out, Assembly *assembly);
static inline bool reflection_has_element(const Type *type) /* it is made of another */
{
    return type->element == ELEMENT_SZARRAY || type->element == ELEMENT_ARRAY ||
           type->element == ELEMENT_PTR || type->element == ELEMENT_BYREF;
}

#endif
