/* print.c - types and methods in words. */
#include <string.h>

#include "common/types/types_private.h"

enum { MAX_TEXT = 1 << 16 };

static void put(Buffer *out, const char *text)
{
    buffer_put(out, text, strlen(text));
}

/* Outermost first: "Ns.Outer+Inner". */
static void print_definition(Buffer *out, const Type *type, char nested)
{
    if (type->declaring) {
        print_definition(out, type->declaring, nested);
        buffer_u8(out, (uint8_t)nested);
    } else if (*type->name_space) {
        put(out, type->name_space);
        buffer_u8(out, '.');
    }
    put(out, type->name);
}

typedef struct Style {
    char nested, open, close; /* of nested types and generic arguments */
    bool short_names;
} Style;

static void print_type(Buffer *out, const Type *type, const Style *style);

static void print_args(Buffer *out, Type *const *args, uint32_t n, const Style *style)
{
    buffer_u8(out, (uint8_t)style->open);
    for (uint32_t i = 0; i < n; i++) {
        if (i)
            buffer_u8(out, ',');
        print_type(out, args[i], style);
    }
    buffer_u8(out, (uint8_t)style->close);
}

static const char *short_name(const Type *type)
{
    static const char *const names[ELEMENT_OBJECT + 1] = {
        [ELEMENT_VOID] = "void",     [ELEMENT_BOOLEAN] = "bool",
        [ELEMENT_CHAR] = "char",     [ELEMENT_I1] = "sbyte",
        [ELEMENT_U1] = "byte",       [ELEMENT_I2] = "int16",
        [ELEMENT_U2] = "uint16",     [ELEMENT_I4] = "int",
        [ELEMENT_U4] = "uint",       [ELEMENT_I8] = "long",
        [ELEMENT_U8] = "ulong",      [ELEMENT_R4] = "single",
        [ELEMENT_R8] = "double",     [ELEMENT_STRING] = "string",
        [ELEMENT_OBJECT] = "object", [ELEMENT_I] = "intptr",
        [ELEMENT_U] = "uintptr",     [ELEMENT_TYPEDBYREF] = "typedbyref",
    };
    return type->element <= ELEMENT_OBJECT ? names[type->element] : NULL;
}

static void print_over(Buffer *out, const Type *type, const Style *style)
{
    print_type(out, type->elem, style);
    switch (type->element) {
    case ELEMENT_PTR:
        put(out, "*");
        break;
    case ELEMENT_BYREF:
        put(out, "&");
        break;
    default:
        put(out, type->element == ELEMENT_ARRAY && type->rank == 1 ? "[*" : "[");
        for (uint32_t i = 1; i < type->rank; i++)
            put(out, ",");
        put(out, "]");
        break;
    }
}

static void print_fnptr(Buffer *out, const Type *type, const Style *style)
{
    put(out, "(fnptr)");
    print_args(out, type->fn_sig->params, type->fn_sig->n_params, style);
}

static void print_type(Buffer *out, const Type *type, const Style *style)
{
    if (out->size > MAX_TEXT) {
        put(out, "...");
        return;
    }
    const char *word = style->short_names ? short_name(type) : NULL;
    switch (type->element) {
    case ELEMENT_SZARRAY:
    case ELEMENT_ARRAY:
    case ELEMENT_PTR:
    case ELEMENT_BYREF:
        print_over(out, type, style);
        return;
    case ELEMENT_VAR:
    case ELEMENT_MVAR:
        buffer_printf(out, "%s%u", type->element == ELEMENT_VAR ? "!" : "!!",
                      type->var_index);
        return;
    case ELEMENT_FNPTR:
        print_fnptr(out, type, style);
        return;
    default:
        break;
    }
    if (word)
        put(out, word);
    else
        print_definition(out, type, style->nested);
    if (type->def != type)
        print_args(out, type->args, type->n_args, style);
}

static const Style reflection_style = {'+', '[', ']', false};
static const Style trace_style = {'/', '<', '>', true};

static char *take(Arena *arena, Buffer *text)
{
    char *copy =
        arena_strndup(arena, text->size ? (const char *)text->data : "", text->size);
    buffer_free(text);
    return copy;
}

void type_print(Buffer *out, const Type *type)
{
    print_type(out, type, &reflection_style);
}

char *type_name(Arena *arena, const Type *type)
{
    Buffer text = BUFFER_INIT;
    type_print(&text, type);
    return take(arena, &text);
}

char *type_short_name(Arena *arena, const Type *type)
{
    Buffer text = BUFFER_INIT;
    print_type(&text, type, &trace_style);
    return take(arena, &text);
}

void sig_print(Buffer *out, const MethodSig *sig)
{
    buffer_u8(out, '(');
    for (uint32_t i = 0; i < sig->n_params; i++) {
        if (i)
            buffer_u8(out, ',');
        print_type(out, sig->params[i], &trace_style);
    }
    buffer_u8(out, ')');
}

char *method_name(Arena *arena, Method *method)
{
    Buffer text = BUFFER_INIT;
    Err ignored = ERR_INIT;
    const Type *type = method->type;
    if (type->token)
        print_definition(&text, type, trace_style.nested);
    else
        print_type(&text, type, &trace_style);
    if (type->token && type->def != type)
        print_args(&text, type->args, type->n_args, &trace_style);
    buffer_printf(&text, ":%s", method->name);
    if (method->n_args)
        print_args(&text, method->args, method->n_args, &trace_style);
    buffer_u8(&text, ' ');
    const MethodSig *sig = method_sig(method, &ignored);
    if (sig)
        sig_print(&text, sig);
    else
        put(&text, "(?)");
    return take(arena, &text);
}

bool method_takes(Method *method, const char *params)
{
    if (!params)
        return true;
    Arena scratch = ARENA_INIT;
    const char *open = strchr(method_name(&scratch, method), '(');
    bool same = open && !strcmp(open, params);
    arena_free(&scratch);
    return same;
}
