/* module_handle.c - System.ModuleHandle and RuntimeModule: what tokens of a module
 * stand for, and facts about it. */
#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"
#include "loader/library/coreclr/core/type_handle.h"
#include "loader/library/coreclr/members.h"
#include "loader/library/coreclr/reflection/objects.h"
#include "loader/library/coreclr/reflection/types_list.h"
#include "loader/library/coreclr/table.h"
#include "loader/reflect/tokens.h"
#include "loader/vm/exception.h"
#include "loader/vm/methods.h"
#include "loader/vm/string.h"
#include "loader/vm/vm.h"

/* -- tokens -------------------------------------------------------------------- */

/* Arguments that stand for the VARs and MVARs in what a token names: TypeHandles. */
typedef struct HandleArgs {
    void **at;
    int32_t n;
} HandleArgs;

static Type **types_of_handles(HandleArgs handles, uint32_t *n)
{
    *n = handles.at && handles.n > 0 ? (uint32_t)handles.n : 0;
    Type **types = *n ? mem_array(*n, sizeof *types) : NULL;
    for (uint32_t i = 0; i < *n; i++)
        types[i] = type_of_handle(handles.at[i]);
    return types;
}

static GenericContext context_open(HandleArgs of_class, HandleArgs of_method)
{
    GenericContext ctx;
    ctx.class_args = types_of_handles(of_class, &ctx.n_class);
    ctx.method_args = types_of_handles(of_method, &ctx.n_method);
    return ctx;
}

static void context_close(GenericContext *ctx)
{
    free(ctx->class_args);
    free(ctx->method_args);
}

/* Managed code has asked whether there is such a row: what is left is bad metadata. */
static void bad_token(const Assembly *assembly, uint32_t token)
{
    if (!exception_pending())
        exception_set("System.BadImageFormatException",
                      "%.200s: token 0x%08x is bad (ECMA-335 II.22)", assembly->name,
                      token);
}

// NOLINTBEGIN(readability-function-size): the parameters are managed code's
static void resolve_type(Object **keep, Assembly *assembly, uint32_t token,
                         void **class_args, int32_t n_class, void **method_args,
                         int32_t n_method, Object **result)
{
    (void)keep;
    int32_t fault;
    GenericContext ctx = context_open((HandleArgs){class_args, n_class},
                                      (HandleArgs){method_args, n_method});
    Type *type = token_type(assembly, token, &ctx, &fault);
    context_close(&ctx);
    if (type)
        *result = reflection_type(type);
    else
        bad_token(assembly, token);
}

static Method *resolve_method(Object **keep, Assembly *assembly, uint32_t token,
                              void **class_args, int32_t n_class, void **method_args,
                              int32_t n_method)
{
    (void)keep;
    int32_t fault;
    GenericContext ctx = context_open((HandleArgs){class_args, n_class},
                                      (HandleArgs){method_args, n_method});
    Method *method = token_method(assembly, token, &ctx, &fault);
    context_close(&ctx);
    if (!method)
        bad_token(assembly, token);
    return method;
}

static void resolve_field(Object **keep, Assembly *assembly, uint32_t token,
                          void **class_args, int32_t n_class, void **method_args,
                          int32_t n_method, Object **result)
{
    (void)keep;
    int32_t fault;
    GenericContext ctx = context_open((HandleArgs){class_args, n_class},
                                      (HandleArgs){method_args, n_method});
    Field *field = token_field(assembly, token, &ctx, &fault);
    context_close(&ctx);
    if (field)
        *result = field_stub_object(field);
    else
        bad_token(assembly, token);
}
// NOLINTEND(readability-function-size)

/* -- facts --------------------------------------------------------------------- */

static void module_type(Object **keep, Assembly *assembly, Object **result)
{
    (void)keep;
    if (assembly_has_type(assembly, 1)) /* global methods are made last, if at all */
        *result = reflection_type(assembly_type(assembly, 1));
}

static int32_t stream_version(Object **keep, Assembly *assembly)
{
    (void)keep, (void)assembly;
    return 0x20000; /* the only version of the tables that is read */
}

static int32_t module_token(Object **keep, Assembly *assembly)
{
    (void)keep, (void)assembly;
    return TOKEN(TABLE_Module, 1);
}

/* Code for a machine in a file that has all IL, too, is not what the file is for. */
static void pe_kind(Object **keep, Assembly *assembly, int32_t *kind, int32_t *machine)
{
    enum {
        CLI_IL_ONLY = 1,
        CLI_32BIT = 2,
        CLI_IL_LIBRARY = 4,
        CLI_PREFER_32 = 0x20000
    };
    enum { KIND_IL_ONLY = 1, KIND_32BIT = 2, KIND_PE32_PLUS = 4, KIND_PREFER_32 = 16 };
    enum { MACHINE_I386 = 0x14c, MACHINE_AMD64 = 0x8664 };
    (void)keep;
    uint32_t flags = assembly->image->cli_flags;
    bool wide = assembly->image->is_pe32_plus && !(flags & CLI_IL_LIBRARY);
    *kind = flags & (CLI_IL_ONLY | CLI_IL_LIBRARY) ? KIND_IL_ONLY : 0;
    if (flags & CLI_32BIT)
        *kind |= flags & CLI_PREFER_32 ? KIND_PREFER_32 : KIND_32BIT;
    if (wide)
        *kind |= KIND_PE32_PLUS;
    *machine = wide ? MACHINE_AMD64 : MACHINE_I386;
}

static void get_types(Object **keep, Assembly *assembly, Object **result)
{
    (void)keep;
    *result = (Object *)types_list(assembly, false);
}

static void scope_name(Object **keep, Assembly *assembly, String **result)
{
    (void)keep;
    *result = string_from_utf8(
        image_get_string(assembly->image, TABLE_Module, 1, COL_Module_Name));
}

static void full_name(Object **keep, Assembly *assembly, String **result)
{
    (void)keep;
    const char *text = image_is_file(assembly->image)  ? assembly->image->path
                       : assembly_is_emitted(assembly) ? "<In Memory Module>"
                                                       : "<Unknown>";
    *result = string_from_utf8(text);
}

const QcallRow qcalls_module_handle[] = {
    QCALL(ModuleHandle_GetMDStreamVersion, stream_version),
    QCALL(ModuleHandle_GetModuleType, module_type),
    QCALL(ModuleHandle_GetPEKind, pe_kind),
    QCALL(ModuleHandle_GetToken, module_token),
    QCALL(ModuleHandle_ResolveField, resolve_field),
    QCALL(ModuleHandle_ResolveMethod, resolve_method),
    QCALL(ModuleHandle_ResolveType, resolve_type),
    QCALL(RuntimeModule_GetFullyQualifiedName, full_name),
    QCALL(RuntimeModule_GetScopeName, scope_name),
    QCALL(RuntimeModule_GetTypes, get_types),
    QCALLS_END,
};
