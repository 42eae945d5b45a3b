/* type_text.c - names of types as Type.Name, FullName, ToString and the like have them:
 * what is in a name, TypeNameFormatFlags say.
 *
 *     basic            List`1           Int32[]
 *     NAMESPACE        System.Collections.Generic.List`1[System.Int32]
 *     + FULL           ...List`1[[System.Int32, System.Private.CoreLib, Version=...]]
 *     + ASSEMBLY       ... and ", System.Private.CoreLib, Version=..." behind it all
 */
#include <string.h>

#include "common/base/bytes.h"
#include "loader/library/coreclr/core/type_handle.h"
#include "loader/library/coreclr/table.h"
#include "loader/reflect/assembly.h"
#include "loader/vm/string.h"

enum {
    WITH_NAMESPACE = 1,
    FULL_ARGUMENTS = 2,
    WITH_ASSEMBLY = 4,
    NO_VERSION = 0x10,
};

static void print_type(Buffer *out, Type *type, uint32_t format);

/* What a parser would read as something else is behind a backslash. */
static void print_escaped(Buffer *out, const char *name)
{
    for (; *name; name++) {
        if (strchr("\\,[]&*+", *name))
            buffer_u8(out, '\\');
        buffer_u8(out, (uint8_t)*name);
    }
}

static void print_definition(Buffer *out, const Type *def, uint32_t format)
{
    if (format & WITH_NAMESPACE) {
        if (def->declaring) {
            print_definition(out, def->declaring, format);
            buffer_u8(out, '+');
        } else if (*def->name_space) {
            print_escaped(out, def->name_space);
            buffer_u8(out, '.');
        }
    }
    print_escaped(out, def->name);
}

static void print_list(Buffer *out, Type *const *types, uint32_t n, uint32_t format)
{
    for (uint32_t i = 0; i < n; i++) {
        bool full = format & FULL_ARGUMENTS && !reflection_is_var(types[i]);
        buffer_printf(out, "%s%s", i ? "," : "", full ? "[" : "");
        print_type(out, types[i],
                   full ? format | WITH_NAMESPACE | WITH_ASSEMBLY
                        : format & ~(uint32_t)WITH_ASSEMBLY);
        if (full)
            buffer_u8(out, ']');
    }
}

/* Of a definition its own parameters, except in a full name. */
static void print_arguments(Buffer *out, Type *type, uint32_t format)
{
    bool definition = type->def == type;
    if (!type->n_args ||
        !(format & (WITH_NAMESPACE | FULL_ARGUMENTS | WITH_ASSEMBLY)) ||
        (definition && format & (FULL_ARGUMENTS | WITH_ASSEMBLY)))
        return;
    buffer_u8(out, '[');
    print_list(out, definition ? reflection_type_params(type) : type->args,
               type->n_args, format);
    buffer_u8(out, ']');
}

static void print_function_pointer(Buffer *out, const MethodSig *sig, uint32_t format)
{
    print_type(out, sig->ret, format);
    buffer_u8(out, '(');
    for (uint32_t i = 0; i < sig->n_params; i++) {
        if (i)
            buffer_printf(out, ", ");
        print_type(out, sig->params[i], format);
    }
    buffer_u8(out, ')');
}

static void print_assembly(Buffer *out, Assembly *assembly, uint32_t format)
{
    buffer_printf(out, ", ");
    if (format & NO_VERSION)
        buffer_printf(out, "%s", assembly->name);
    else
        reflection_print_assembly(out, assembly);
}

static void print_type(Buffer *out, Type *type, uint32_t format)
{
    uint32_t inner = format & ~(uint32_t)WITH_ASSEMBLY;
    if (reflection_is_var(type)) {
        buffer_printf(out, "%s", type->name);
        return;
    }
    if (reflection_has_element(type)) {
        print_type(out, type->elem, inner);
        reflection_print_suffix(out, type);
    } else if (type->element == ELEMENT_FNPTR) {
        if (format & WITH_NAMESPACE) /* without, it has no name at all */
            print_function_pointer(out, type->fn_sig, inner);
        return;
    } else {
        print_definition(out, type->def, format);
        print_arguments(out, type, format);
    }
    if (format & WITH_ASSEMBLY)
        print_assembly(out, type->assembly, format);
}

static void give(Buffer *text, String **result)
{
    *result = string_from_utf8n(text->size ? (const char *)text->data : "", text->size);
    buffer_free(text);
}

static void construct_name(Object **keep, void *handle, uint32_t format,
                           String **result)
{
    (void)keep;
    Buffer text = BUFFER_INIT;
    print_type(&text, type_of_handle(handle), format);
    give(&text, result);
}

/* "[System.Int32,T]" of a generic method. */
static void construct_instantiation(Method *method, uint32_t format, String **result)
{
    Buffer text = BUFFER_INIT;
    bool definition = reflection_is_generic_method_def(method);
    if (method->n_args) {
        buffer_u8(&text, '[');
        print_list(&text, definition ? reflection_method_params(method) : method->args,
                   method->n_args, format);
        buffer_u8(&text, ']');
    }
    give(&text, result);
}

const QcallRow qcalls_type_text[] = {
    QCALL(RuntimeMethodHandle_ConstructInstantiation, construct_instantiation),
    QCALL(RuntimeTypeHandle_ConstructName, construct_name),
    QCALLS_END,
};
