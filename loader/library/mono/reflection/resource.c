/* resource.c - manifest resources (ECMA-335 II.22.24). */
#include <stdlib.h>
#include <string.h>

#include "loader/library/mono/members.h"
#include "loader/library/mono/reflection/assembly.h"
#include "loader/gc/object.h"
#include "loader/vm/array.h"
#include "loader/vm/exception.h"
#include "loader/vm/string.h"
#include "loader/vm/vm.h"

static uint32_t find_row(const Image *image, const String *name)
{
    char *text = string_to_utf8(name);
    uint32_t row = assembly_find_resource(image, text);
    free(text);
    return row;
}

Array *resource_names(Object *self)
{
    const Image *image = reflection_assembly_of(self)->image;
    uint32_t n = image_rows(image, TABLE_ManifestResource);
    Array *array = array_new_of(vm.world->known.string, n);
    for (uint32_t i = 0; array && i < n; i++)
        array_set(array, i,
                  string_from_utf8(image_get_string(image, TABLE_ManifestResource,
                                                    i + 1, COL_ManifestResource_Name)));
    return array;
}

/* System.Reflection.ResourceLocation. */
enum {
    LOCATION_EMBEDDED = 1,
    LOCATION_OTHER_ASSEMBLY = 2,
    LOCATION_MANIFEST_FILE = 4,
};

int32_t resource_info(Object *self, String *name, Object *info)
{
    Assembly *assembly = reflection_assembly_of(self);
    const Image *image = assembly->image;
    uint32_t row = find_row(image, name);
    if (!row)
        return 0;
    uint32_t where = image_get(image, TABLE_ManifestResource, row,
                               COL_ManifestResource_Implementation);
    int32_t flags = LOCATION_EMBEDDED | LOCATION_MANIFEST_FILE;
    if (TOKEN_TABLE(where) == TABLE_File && TOKEN_RID(where)) {
        flags = 0;
        field_resource_info_file_set(
            info, string_from_utf8(image_get_string(image, TABLE_File, TOKEN_RID(where),
                                                    COL_File_Name)));
    } else if (TOKEN_TABLE(where) == TABLE_AssemblyRef && TOKEN_RID(where)) {
        Err err = ERR_INIT;
        Assembly *other = assembly_ref(assembly, TOKEN_RID(where), &err);
        if (!other)
            return exception_set_err(&err);
        flags = LOCATION_OTHER_ASSEMBLY;
        field_resource_info_assembly_set(info, reflection_assembly(other));
    }
    *field_resource_info_location(info) = flags;
    return 1;
}

/* Address of the bytes inside the mapped file. */
const void *resource_data(Object *self, String *name, int32_t *size, Object **module)
{
    Assembly *assembly = reflection_assembly_of(self);
    Bytes data;
    *size = 0;
    *module = NULL;
    if (!assembly_resource_bytes(assembly->image, find_row(assembly->image, name),
                                 &data))
        return NULL;
    *size = (int32_t)data.size;
    gc_store(module, reflection_module(assembly));
    return data.data;
}
