/* runtime_text.c - methods with all that tells them apart, as frames are printed:
 *
 *     Outer+Nest`1[[System.__Canon, System.Private.CoreLib, Version=10.0.0.0, ...]].M()
 *
 * and the message of a cast. */
#include "loader/library/coreclr/diagnostics/runtime_text.h"

#include <string.h>

#include "common/base/bytes.h"
#include "common/types/words.h"
#include "loader/reflect/reflect.h"
#include "loader/vm/exception.h"
#include "loader/vm/vm.h"

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

const char *runtime_text_assembly(Arena *arena, Assembly *assembly)
{
    Buffer text = BUFFER_INIT;
    reflection_print_assembly(&text, assembly);
    return taken(arena, &text);
}

/* -- methods ------------------------------------------------------------------- */

static void put_args(Buffer *out, Type *const *args, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        put(out, i ? ",[" : "[[");
        words_put_plain(out, args[i], true);
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
        words_put_plain(&text, type->def, true);
        put_args(&text, type->args, type->n_args);
    } else if (type->elem) {
        words_put_plain(&text, type, true);
    } else {
        put(&text, "DynamicClass");
    }
    put(&text, ".");
    put(&text, shared->name);
    put_args(&text, shared->args, shared->n_args);
    const MethodSig *sig = method_sig(shared, &ignored);
    if (sig)
        words_put_params(&text, sig);
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
    const char *from_name = words_type(&scratch, from);
    const char *to_name = words_type(&scratch, to);
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
