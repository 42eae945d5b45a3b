#include "loader/library/coreclr/natives.h"

#include <stdlib.h>
#include <string.h>

#include "loader/interop/interop.h"
#include "loader/library/coreclr/interop/icu.h"
#include "loader/library/coreclr/interop/struct_stub.h"
#include "loader/library/coreclr/signatures.h"
#include "loader/library/coreclr/table.h"
#include "loader/vm/exception.h"

/* -- FCalls -------------------------------------------------------------------- */

static const struct {
    const char *type;
    const FcallRow *rows;
} classes[] = {
#define FCALL_CLASS(type, tag) {type, fcalls_##tag},
#include "loader/library/coreclr/fcalls.def"
#undef FCALL_CLASS
};

static const FcallRow *fcall_rows(Method *method)
{
    Arena scratch = ARENA_INIT;
    const char *name = arena_printf(&scratch, "%s.%s", method->type->def->name_space,
                                    method->type->def->name);
    const FcallRow *rows = NULL;
    for (size_t i = 0; i < sizeof classes / sizeof *classes && !rows; i++)
        if (!strcmp(classes[i].type, name))
            rows = classes[i].rows;
    arena_free(&scratch);
    return rows;
}

static bool not_found(const char *kind, Method *method)
{
    Arena scratch = ARENA_INIT;
    exception_set("System.EntryPointNotFoundException",
                  "Codicil has no %s for %s of .NET's class library.", kind,
                  method_name(&scratch, method));
    arena_free(&scratch);
    return false;
}

void *fcall_function(Method *method)
{
    bool of_core = method->type->assembly == method->type->world->corlib &&
                   !method->type->declaring;
    const FcallRow *rows = of_core ? fcall_rows(method) : NULL;
    for (const FcallRow *row = rows; row && row->name; row++)
        if (!strcmp(row->name, method->name) && method_takes(method, row->sig))
            return (void *)row->function;
    return NULL;
}

void *fcall_find(Method *method)
{
    void *made = struct_stub_function(method);
    if (made)
        return made;
    void *function = fcall_function(method);
    if (!function)
        not_found("FCall", method);
    return function && signature_check(method, NULL) ? function : NULL;
}

/* -- QCalls -------------------------------------------------------------------- */

static const QcallRow *const files[] = {
#define QCALL_FILE(tag) qcalls_##tag,
#include "loader/library/coreclr/qcalls.def"
#undef QCALL_FILE
};

void *qcall_function(const char *entry)
{
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        for (const QcallRow *row = files[i]; row->entry; row++)
            if (!strcmp(row->entry, entry))
                return (void *)row->function;
    return NULL;
}

static void *qcall_find(Method *method, const char *entry)
{
    void *function = qcall_function(entry);
    if (!function)
        not_found("QCall", method);
    return function && signature_check(method, entry) ? function : NULL;
}

const char *qcall_entry(Method *method)
{
    const Image *image = method->type->assembly->image;
    uint32_t row, end;
    if (method->type->assembly != method->type->world->corlib ||
        !image_find_rows(image, TABLE_ImplMap, COL_ImplMap_MemberForwarded,
                         method->token, &row, &end))
        return NULL;
    uint32_t scope = image_get(image, TABLE_ImplMap, row, COL_ImplMap_ImportScope);
    const char *library =
        image_get_string(image, TABLE_ModuleRef, TOKEN_RID(scope), COL_ModuleRef_Name);
    if (strcmp(library, "QCall") != 0)
        return NULL;
    const char *name =
        image_get_string(image, TABLE_ImplMap, row, COL_ImplMap_ImportName);
    return *name ? name : method->name;
}

void *qcall_or_pinvoke_find(Method *method)
{
    const char *entry = qcall_entry(method);
    if (entry)
        return qcall_find(method, entry);
    void *loader = icu_loader(method);
    return loader ? loader : pinvoke_stub(method);
}
