/* assembly.c - assemblies: found by their names, and what is in them. */
#include "loader/reflect/assembly.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/base/lock.h"
#include "common/base/mem.h"
#include "loader/gc/object.h"
#include "loader/vm/exception.h"
#include "loader/vm/vm.h"

/* -- loading ------------------------------------------------------------------- */

/* Satellites for several cultures have one name. */
static bool has_culture(Assembly *assembly, const char *culture)
{
    const AssemblyName *own = culture ? assembly_name_of(assembly) : NULL;
    return !own || !strcasecmp(own->culture ? own->culture : "", culture);
}

static bool loaded_by_name(const AssemblyName *name, Assembly **out)
{
    World *world = vm.world;
    lock_acquire(&world->lock);
    *out = NULL;
    for (size_t i = 0; i < world->assemblies.n && !*out; i++)
        if (!strcmp(world->assemblies.at[i]->name, name->name) &&
            has_culture(world->assemblies.at[i], name->culture))
            *out = world->assemblies.at[i];
    lock_release(&world->lock);
    return *out != NULL;
}

Assembly *assembly_not_found(const char *display)
{
    char message[512];
    snprintf(message, sizeof message, "Could not load the file '%.400s'.", display);
    if (!exception_pending())
        exception_argument("System.IO.FileNotFoundException", display, message);
    return NULL;
}

Assembly *assembly_load_display(const char *display, Assembly *from)
{
    AssemblyName name;
    bool version, token;
    Err err = ERR_INIT;
    Assembly *assembly = NULL;
    if (!assembly_name_parse(display, &name, &version, &token)) {
        assembly_name_free(&name);
        exception_set("System.IO.FileLoadException", "The assembly name is invalid.");
        return NULL;
    }
    if (!loaded_by_name(&name, &assembly)) {
        assembly = name.culture && *name.culture
                       ? world_load_satellite(vm.world, name.name, name.culture, &err)
                       : world_load_name(vm.world, name.name, from, &err);
        if (assembly)
            reflect_library->assembly_loaded(assembly);
        else if (err.kind == ERR_BAD_IMAGE)
            exception_set_err(&err);
        else
            assembly = reflect_library->resolve_assembly(display, from);
    }
    assembly_name_free(&name);
    return assembly ? assembly : assembly_not_found(display);
}

/* -- contents ------------------------------------------------------------------ */

static bool is_exported(const Type *type)
{
    for (; type; type = type->declaring) {
        uint32_t visibility = type->flags & TYPE_VISIBILITY_MASK;
        if (visibility != TYPE_PUBLIC && visibility != TYPE_NESTED_PUBLIC)
            return false;
    }
    return true;
}

/* All TypeDefs but <Module>. */
Array *assembly_types(Assembly *assembly, bool exported_only)
{
    uint32_t n = image_rows(assembly->image, TABLE_TypeDef), k = 0;
    Type **types = mem_array(n + 1, sizeof *types);
    for (uint32_t rid = 2; rid <= n; rid++) {
        Type *type = assembly_type(assembly, rid);
        if (type->bits & TYPE_BIT_UNMADE)
            continue;
        if (!exported_only || is_exported(type))
            types[k++] = type;
    }
    Array *array = reflection_type_array(types, k);
    free(types);
    return array;
}

/* -- manifest resources (ECMA-335 II.22.24) ------------------------------------ */

uint32_t assembly_find_resource(const Image *image, const char *name)
{
    for (uint32_t i = 1; i <= image_rows(image, TABLE_ManifestResource); i++)
        if (!strcmp(name, image_get_string(image, TABLE_ManifestResource, i,
                                           COL_ManifestResource_Name)))
            return i;
    return 0;
}

bool assembly_resource_bytes(const Image *image, uint32_t row, Bytes *out)
{
    if (!row || image_get(image, TABLE_ManifestResource, row,
                          COL_ManifestResource_Implementation))
        return false;
    Bytes size;
    uint32_t at =
        image_get(image, TABLE_ManifestResource, row, COL_ManifestResource_Offset);
    if (!bytes_slice(image->resources, at, 4, &size))
        return false;
    Cursor c = cursor_open(size);
    uint32_t n = cursor_u32(&c);
    return bytes_slice(image->resources, (uint64_t)at + 4, n, out) && n <= INT32_MAX;
}
