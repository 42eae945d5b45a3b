/* type_name.c - names of types and assemblies as reflection writes them. */
#include <string.h>

#include "common/base/bytes.h"
#include "loader/reflect/reflect.h"

void reflection_print_suffix(Buffer *out, const Type *type)
{
    switch (type->element) {
    case ELEMENT_PTR:
        buffer_u8(out, '*');
        break;
    case ELEMENT_BYREF:
        buffer_u8(out, '&');
        break;
    case ELEMENT_SZARRAY:
        buffer_printf(out, "[]");
        break;
    case ELEMENT_ARRAY:
        buffer_printf(out, type->rank == 1 ? "[*" : "[");
        for (uint32_t i = 1; i < type->rank; i++)
            buffer_u8(out, ',');
        buffer_u8(out, ']');
        break;
    default:
        break;
    }
}

void reflection_print_short(Buffer *text, const Type *type)
{
    if (!reflection_has_element(type)) {
        buffer_printf(text, "%s", type->name);
        return;
    }
    reflection_print_short(text, type->elem);
    reflection_print_suffix(text, type);
}

static void print_escaped(Buffer *out, const char *name)
{
    for (; *name; name++) {
        if (strchr(",+&*[]\\", *name))
            buffer_u8(out, '\\');
        buffer_u8(out, (uint8_t)*name);
    }
}

static void print_definition(Buffer *out, const Type *type)
{
    if (type->declaring) {
        print_definition(out, type->declaring);
        buffer_u8(out, '+');
    } else if (*type->name_space) {
        buffer_printf(out, "%s.", type->name_space);
    }
    print_escaped(out, type->name);
}

static void print_arg(Buffer *out, Type *arg, bool full)
{
    bool bracket = full && !reflection_is_var(arg);
    if (bracket)
        buffer_u8(out, '[');
    reflection_print_type(out, arg, full, bracket);
    if (bracket)
        buffer_u8(out, ']');
}

static void print_args(Buffer *out, Type *type, bool full)
{
    bool is_definition = type->def == type;
    if (!type->n_args || (is_definition && full))
        return;
    Type **args = is_definition ? reflection_type_params(type) : type->args;
    buffer_u8(out, '[');
    for (uint32_t i = 0; i < type->n_args; i++) {
        if (i)
            buffer_u8(out, ',');
        print_arg(out, args[i], full);
    }
    buffer_u8(out, ']');
}

void reflection_print_type(Buffer *out, Type *type, bool full, bool qualified)
{
    switch (type->element) {
    case ELEMENT_PTR:
    case ELEMENT_BYREF:
    case ELEMENT_SZARRAY:
    case ELEMENT_ARRAY:
        reflection_print_type(out, type->elem, full, false);
        reflection_print_suffix(out, type);
        break;
    case ELEMENT_VAR:
    case ELEMENT_MVAR:
        buffer_printf(out, "%s", type->name);
        break;
    case ELEMENT_FNPTR:
        buffer_printf(out, "(fnptr)");
        break;
    default:
        print_definition(out, type);
        print_args(out, type, full);
        break;
    }
    if (qualified && !reflection_is_var(type)) {
        buffer_printf(out, ", ");
        reflection_print_assembly(out, type->assembly);
    }
}
