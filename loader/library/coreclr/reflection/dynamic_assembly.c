/* dynamic_assembly.c - assemblies that are made at run time: a growing image with the
 * type <Module>. What is built in it is in emit_*.c. */
#include <stdlib.h>
#include <string.h>

#include "common/metadata/empty.h"
#include "loader/library/coreclr/reflection/assembly_parts.h"
#include "loader/library/coreclr/reflection/emit.h"
#include "loader/library/coreclr/reflection/load_context.h"
#include "loader/library/coreclr/reflection/objects.h"
#include "loader/library/coreclr/table.h"
#include "loader/reflect/reflect.h"
#include "loader/vm/exception.h"
#include "loader/vm/vm.h"

enum {
    RUN_AND_COLLECT = 9, /* System.Reflection.Emit.AssemblyBuilderAccess */
};

/* What the class library calls the module of each. */
static const uint16_t module_name[] = u"RefEmit_InMemoryManifestModule";

static Assembly *make(const char *name, const AssemblyParts *parts, void *context)
{
    Err err = ERR_INIT;
    uint16_t version[4];
    for (int i = 0; i < 4; i++)
        version[i] = parts->version[i] == PARTS_NO_VERSION ? 0 : parts->version[i];
    Image *image = growing_open(name, version, &err);
    Assembly *assembly =
        image ? world_add_image_into(vm.world, image, context, &err) : NULL;
    if (!assembly)
        exception_set_err(&err);
    return assembly;
}

static bool set_identity(Assembly *assembly, const AssemblyParts *parts, int32_t hash)
{
    uint32_t module, culture, key;
    return emit_string(assembly, module_name, &module) &&
           emit_string(assembly, parts->culture, &culture) &&
           emit_blob(assembly, parts->key, parts->key_size, &key) &&
           emit_set(assembly, TABLE_Module, 1, COL_Module_Name, module) &&
           emit_set(assembly, TABLE_Assembly, 1, COL_Assembly_Culture, culture) &&
           emit_set(assembly, TABLE_Assembly, 1, COL_Assembly_PublicKey, key) &&
           emit_set(assembly, TABLE_Assembly, 1, COL_Assembly_HashAlgId,
                    (uint32_t)hash) &&
           emit_set(assembly, TABLE_Assembly, 1, COL_Assembly_Flags,
                    (uint32_t)parts->flags & ~(uint32_t)PARTS_HAS_KEY) &&
           (!key ||
            emit_set_flags(assembly, TOKEN(TABLE_Assembly, 1), COL_Assembly_Flags, 1));
}

static void create(Object **context, const AssemblyParts *parts, int32_t hash,
                   int32_t access, Object **result)
{
    char *name = parts->name ? utf8_of_units(parts->name) : NULL;
    if (exception_pending())
        return;
    if (!name || !*name || strlen(name) > EMPTY_NAME_MAX) {
        exception_set("System.ArgumentException",
                      "The name of an assembly is empty or too long.");
        free(name);
        return;
    }
    Assembly *assembly = make(name, parts, load_context_mark(*context));
    free(name);
    if (!assembly || !set_identity(assembly, parts, hash))
        return;
    assembly->is_collectible = access == RUN_AND_COLLECT;
    *result = assembly_object(assembly);
    if (*result)
        reflect_library->assembly_loaded(assembly);
}

const QcallRow qcalls_dynamic_assembly[] = {
    QCALL(AppDomain_CreateDynamicAssembly, create),
    QCALLS_END,
};
