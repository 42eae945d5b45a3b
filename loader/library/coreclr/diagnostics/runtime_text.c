/* runtime_text.c - three ways of writing a type, of which one message can have two:
 *
 *     Nest`1[System.String,Outer+Arg]                     a type that is the subject:
 * of a nested one its own name Outer+Nest`1[[System.__Canon, System.Private.CoreLib,
 * Version=10.0.0.0, ...]] whose method a frame is of
 *     System.Collections.Generic.List`1<Int32>            in a signature: primitive
 *                                                         types without namespace
 */
#include "loader/library/coreclr/diagnostics/runtime_text.h"

#include <string.h>

#include "common/base/bytes.h"
#include "loader/reflect/reflect.h"
#include "loader/vm/exception.h"
#include "loader/vm/vm.h"

enum { MOST_TEXT = 1 << 16 };

static void put(Buffer *out, const char *text)
{
    buffer_put(out, text, strlen(text));
}

static const char *taken(Arena *arena, Buffer *text)
{
    const char *copy =
        arena_strndup(arena, text->size ? (const char *)text->data : "", text->size);
    buffer_free(text);
    return copy;
}

static void put_own_name(Buffer *out, const Type *type)
{
    if (!type->declaring && *type->name_space) {
        put(out, type->name_space);
        put(out, ".");
    }
    put(out, type->name);
}

static void put_enclosed_name(Buffer *out, const Type *type)
{
    if (type->declaring) {
        put_enclosed_name(out, type->declaring);
        put(out, "+");
    }
    put_own_name(out, type);
}

/* -- subjects ------------------------------------------------------------------ */

static void put_rank(Buffer *out, const Type *type)
{
    put(out, type->element == ELEMENT_ARRAY && type->rank == 1 ? "[*" : "[");
    for (uint32_t i = 1; i < type->rank; i++)
        put(out, ",");
    put(out, "]");
}

static void put_type(Buffer *out, const Type *type, bool enclosed)
{
    if (out->size > MOST_TEXT)
        return;
    if (type->elem && reflection_has_element(type)) {
        put_type(out, type->elem, true);
        if (type->element == ELEMENT_PTR)
            put(out, "*");
        else if (type->element == ELEMENT_BYREF)
            put(out, "&");
        else
            put_rank(out, type);
        return;
    }
    if (!type->token) { /* variables, function pointers */
        type_print(out, type);
        return;
    }
    (enclosed ? put_enclosed_name : put_own_name)(out, type);
    for (uint32_t i = 0; i < type->n_args; i++) {
        put(out, i ? "," : "[");
        put_type(out, type->args[i], true);
    }
    if (type->n_args)
        put(out, "]");
}

const char *runtime_text_type(Arena *arena, const Type *type)
{
    Buffer text = BUFFER_INIT;
    put_type(&text, type, false);
    return taken(arena, &text);
}

const char *runtime_text_assembly(Arena *arena, Assembly *assembly)
{
    Buffer text = BUFFER_INIT;
    reflection_print_assembly(&text, assembly);
    return taken(arena, &text);
}

/* -- signatures ---------------------------------------------------------------- */

static const char *primitive_name(const Type *type)
{
    bool primitive = (type->element >= ELEMENT_VOID && type->element <= ELEMENT_R8) ||
                     type->element == ELEMENT_I || type->element == ELEMENT_U ||
                     type->element == ELEMENT_TYPEDBYREF;
    return primitive && type->token ? type->name : NULL;
}

static void put_param(Buffer *out, const Type *type);

static void put_params(Buffer *out, const MethodSig *sig)
{
    put(out, "(");
    for (uint32_t i = 0; i < sig->n_params; i++) {
        put(out, i ? ", " : "");
        put_param(out, sig->params[i]);
    }
    put(out, ")");
}

static void put_param_over(Buffer *out, const Type *type)
{
    put_param(out, type->elem);
    if (type->element == ELEMENT_PTR)
        put(out, "*");
    else if (type->element == ELEMENT_BYREF)
        put(out, " ByRef");
    else
        put_rank(out, type);
}

static void put_param(Buffer *out, const Type *type)
{
    const char *primitive = primitive_name(type);
    if (out->size > MOST_TEXT)
        return;
    if (type->elem && reflection_has_element(type)) {
        put_param_over(out, type);
    } else if (type->element == ELEMENT_FNPTR) {
        put_param(out, type->fn_sig->ret);
        put(out, " ");
        put_params(out, type->fn_sig);
    } else if (primitive) {
        put(out, primitive);
    } else if (!type->token && type != type->world->canon) {
        type_print(out, type);
    } else {
        put_own_name(out, type);
        for (uint32_t i = 0; i < type->n_args; i++) {
            put(out, i ? "," : "<");
            put_param(out, type->args[i]);
        }
        put(out, type->n_args ? ">" : "");
    }
}

/* -- methods ------------------------------------------------------------------- */

static void put_args(Buffer *out, Type *const *args, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        put(out, i ? ",[" : "[[");
        put_type(out, args[i], true);
        put(out, ", ");
        const Type *named = args[i];
        while (named->elem && !named->assembly)
            named = named->elem;
        reflection_print_assembly(out,
                                  named->assembly ? named->assembly : vm.world->corlib);
        put(out, "]");
    }
    put(out, n ? "]" : "");
}

const char *runtime_text_method(Arena *arena, Method *method)
{
    Err ignored = ERR_INIT;
    Buffer text = BUFFER_INIT;
    Method *shared = method_canonical(method);
    const Type *type = shared->type;
    if (type->token) {
        put_enclosed_name(&text, type);
        put_args(&text, type->args, type->n_args);
    } else if (type->elem) {
        put_type(&text, type, true);
    } else {
        put(&text, "DynamicClass");
    }
    put(&text, ".");
    put(&text, shared->name);
    put_args(&text, shared->args, shared->n_args);
    const MethodSig *sig = method_sig(shared, &ignored);
    if (sig)
        put_params(&text, sig);
    return taken(arena, &text);
}

/* -- casts --------------------------------------------------------------------- */

static const char *place_of(const Type *type)
{
    while (type->elem && !type->assembly)
        type = type->elem;
    return type->assembly ? type->assembly->image->path : "";
}

static Assembly *home_of(const Type *type)
{
    while (type->elem && !type->assembly)
        type = type->elem;
    return type->assembly ? type->assembly : vm.world->corlib;
}

/* Two types of the same name: where they come from. */
static Object *cast_of_namesakes(Arena *scratch, const Type *from, const Type *to,
                                 const char *name)
{
    const char *text = arena_printf(
        scratch,
        "[A]%s cannot be cast to [B]%s. Type A originates from '%s' in the context "
        "'Default' at location '%s'. Type B originates from '%s' in the context "
        "'Default' at location '%s'.",
        name, name, runtime_text_assembly(scratch, home_of(from)), place_of(from),
        runtime_text_assembly(scratch, home_of(to)), place_of(to));
    return exception_new("System.InvalidCastException", text);
}

Object *runtime_text_invalid_cast(Type *from, Type *to)
{
    Arena scratch = ARENA_INIT;
    const char *from_name = runtime_text_type(&scratch, from);
    const char *to_name = runtime_text_type(&scratch, to);
    Object *exception =
        strcmp(from_name, to_name)
            ? exception_new("System.InvalidCastException",
                            arena_printf(&scratch,
                                         "Unable to cast object of type '%s' to type "
                                         "'%s'.",
                                         from_name, to_name))
            : cast_of_namesakes(&scratch, from, to, from_name);
    arena_free(&scratch);
    return exception;
}
