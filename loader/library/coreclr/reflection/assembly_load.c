/* assembly_load.c - assemblies and types by name: Assembly.Load, Assembly.GetType, and
 * the assembly that asks. */
#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <unistr.h>

#include "loader/library/coreclr/reflection/caller.h"
#include "loader/library/coreclr/reflection/load_context.h"
#include "loader/library/coreclr/reflection/objects.h"
#include "loader/library/coreclr/members.h"
#include "loader/library/coreclr/table.h"
#include "loader/vm/exception.h"
#include "loader/vm/vm.h"

/* -- assemblies ---------------------------------------------------------------- */

/* Who asks decides where it is looked for; a context that is named is asked itself. */
static void load(const AssemblyParts *parts, Object **requesting, const int32_t *mark,
                 int32_t throws, Object **context_object, Object **result)
{
    if (!parts->name || !*parts->name) {
        exception_argument("System.ArgumentException", NULL,
                           "String cannot have zero length.");
        return;
    }
    Assembly *from = *requesting       ? assembly_of_object(*requesting)
                     : *context_object ? NULL
                                       : caller_assembly(mark);
    LoadContext *context = *context_object ? *field_load_context_native(*context_object)
                           : from          ? load_context_of(from)
                                           : NULL;
    Assembly *found = load_context_bind(context, parts, from);
    if (found)
        *result = assembly_object(found);
    else if (throws)
        load_context_not_found(parts);
}

static void executing(const int32_t *mark, Object **result)
{
    *result = assembly_object(caller_assembly(mark));
}

static void entry(Object **result)
{
    *result = vm.entry ? assembly_object(vm.entry) : NULL;
}

/* -- types --------------------------------------------------------------------- */

/* Where the simple name begins in "Namespace.Name", as the last dot that is not the
 * name's own says: ".ctor" and "A..ctor". */
static size_t simple_at(const char *name)
{
    const char *dot = strrchr(name, '.');
    if (!dot || dot == name)
        return 0;
    if (dot[-1] == '.')
        dot--;
    return (size_t)(dot - name) + 1;
}

static bool same_name(const char *own, const char *wanted)
{
    int order;
    return !u8_casecmp((const uint8_t *)own, strlen(own), (const uint8_t *)wanted,
                       strlen(wanted), NULL, NULL, &order) &&
           !order;
}

/* The namespace of top-level types only; nested names have none. */
typedef struct SplitName {
    char *ns;
    const char *name;
} SplitName;

static SplitName split(const char *full)
{
    size_t at = simple_at(full);
    SplitName out = {strdup(full), full + at};
    if (out.ns)
        out.ns[at ? at - 1 : 0] = 0;
    return out;
}

static Type *find_top(Assembly *assembly, const char *full)
{
    Err err = ERR_INIT;
    SplitName split_name = split(full);
    Type *type = assembly_find_type(assembly, split_name.ns, split_name.name, &err);
    free(split_name.ns);
    if (!type && err.kind != ERR_NONE)
        exception_set_err(&err);
    return type;
}

static Type *find_top_ignoring_case(Assembly *assembly, const char *full)
{
    const Image *image = assembly->image;
    SplitName wanted = split(full);
    Type *found = NULL;
    for (uint32_t rid = 1; rid <= image_rows(image, TABLE_TypeDef) && !found; rid++)
        if (same_name(image_get_string(image, TABLE_TypeDef, rid, COL_TypeDef_TypeName),
                      wanted.name) &&
            same_name(
                image_get_string(image, TABLE_TypeDef, rid, COL_TypeDef_TypeNamespace),
                wanted.ns) &&
            !image_enclosing(image, rid) && assembly_has_type(assembly, rid))
            found = assembly_type(assembly, rid);
    for (uint32_t i = 1; i <= image_rows(image, TABLE_ExportedType) && !found; i++) {
        const char *ns = image_get_string(image, TABLE_ExportedType, i,
                                          COL_ExportedType_TypeNamespace);
        const char *name =
            image_get_string(image, TABLE_ExportedType, i, COL_ExportedType_TypeName);
        Err err = ERR_INIT;
        if (same_name(name, wanted.name) && same_name(ns, wanted.ns))
            found = assembly_find_type(assembly, ns, name, &err);
    }
    free(wanted.ns);
    return found;
}

static Type *find_nested_ignoring_case(Type *outer, const char *name)
{
    const Image *image = outer->assembly->image;
    for (uint32_t i = 1; i <= image_rows(image, TABLE_NestedClass); i++) {
        uint32_t rid =
            image_get(image, TABLE_NestedClass, i, COL_NestedClass_NestedClass);
        if (rid && rid <= image_rows(image, TABLE_TypeDef) &&
            assembly_has_type(outer->assembly, rid) &&
            image_get(image, TABLE_NestedClass, i, COL_NestedClass_EnclosingClass) ==
                TOKEN_RID(outer->token) &&
            same_name(image_get_string(image, TABLE_TypeDef, rid, COL_TypeDef_TypeName),
                      name))
            return assembly_type(outer->assembly, rid);
    }
    return NULL;
}

/* What is in no class, the first row, is not found by its name but in the corlib, as it
 * is written. */
static bool has_name(const Type *type, bool as_written)
{
    return type->token != TOKEN(TABLE_TypeDef, 1) ||
           (as_written && type->assembly == type->world->corlib);
}

static void give(Type *type, bool as_written, Object **result)
{
    if (type && has_name(type, as_written) && reflection_load(type, LEVEL_READY))
        *result = reflection_type(type);
}

static void find_type(Object **keep, Assembly *assembly, const char *name,
                      const char *const *nested, int32_t n, Object **result)
{
    (void)keep;
    Type *type = find_top(assembly, name);
    for (int32_t i = 0; type && i < n; i++)
        type = type_find_nested(type, nested[i]);
    give(type, true, result);
}

static void find_type_ignoring_case(Object **keep, Assembly *assembly,
                                    const uint16_t *name, const uint16_t *const *nested,
                                    int32_t n, Object **result)
{
    (void)keep;
    char *text = utf8_of_units(name);
    Type *type = text ? find_top_ignoring_case(assembly, text) : NULL;
    free(text);
    for (int32_t i = 0; type && i < n; i++) {
        text = utf8_of_units(nested[i]);
        type = text ? find_nested_ignoring_case(type, text) : NULL;
        free(text);
    }
    give(type, false, result);
}

const QcallRow qcalls_assembly_load[] = {
    QCALL(AssemblyNative_GetEntryAssembly, entry),
    QCALL(AssemblyNative_GetExecutingAssembly, executing),
    QCALL(AssemblyNative_GetTypeCore, find_type),
    QCALL(AssemblyNative_GetTypeCoreIgnoreCase, find_type_ignoring_case),
    QCALL(AssemblyNative_InternalLoad, load),
    QCALLS_END,
};
