/* resource.c - manifest resources (ECMA-335 II.22.24). Their bytes are those of the
 * mapped file. */
#include <stdlib.h>

#include "loader/library/coreclr/reflection/assembly_parts.h"
#include "loader/library/coreclr/reflection/objects.h"
#include "loader/library/coreclr/table.h"
#include "loader/reflect/assembly.h"
#include "loader/vm/array.h"
#include "loader/vm/exception.h"
#include "loader/vm/string.h"
#include "loader/vm/vm.h"

/* System.Reflection.ResourceLocation. */
enum {
    LOCATION_EMBEDDED = 1,
    LOCATION_OTHER_ASSEMBLY = 2,
    LOCATION_MANIFEST_FILE = 4,
};

/* 0: there is none, or a pending exception. */
static uint32_t find_row(const Image *image, const uint16_t *name)
{
    if (!name) {
        exception_argument("System.ArgumentNullException", NULL,
                           "String reference not set to an instance of a String.");
        return 0;
    }
    char *text = utf8_of_units(name);
    uint32_t row = 0;
    if (text && *text)
        row = assembly_find_resource(image, text);
    else if (text)
        exception_argument("System.ArgumentException", NULL,
                           "String cannot have zero length.");
    free(text);
    return row;
}

/* Where a resource is said to be elsewhere: in another assembly, NULL: it is here or
 * in a file; pending exception. */
static Assembly *other_assembly(Assembly *assembly, uint32_t row)
{
    Err err = ERR_INIT;
    uint32_t where = image_get(assembly->image, TABLE_ManifestResource, row,
                               COL_ManifestResource_Implementation);
    if (TOKEN_TABLE(where) != TABLE_AssemblyRef || !TOKEN_RID(where))
        return NULL;
    Assembly *other = assembly_ref(assembly, TOKEN_RID(where), &err);
    if (!other)
        exception_set_err(&err);
    return other;
}

static const uint8_t *get(Object **keep, Assembly *assembly, const uint16_t *name,
                          uint32_t *size)
{
    (void)keep;
    enum { MAX_HOPS = 16 };
    Bytes data;
    *size = 0;
    uint32_t row = find_row(assembly->image, name);
    for (int i = 0; row && i < MAX_HOPS; i++) {
        Assembly *other = other_assembly(assembly, row);
        if (!other)
            break;
        assembly = other;
        row = find_row(assembly->image, name);
    }
    if (!row || exception_pending() ||
        !assembly_resource_bytes(assembly->image, row, &data))
        return NULL;
    *size = (uint32_t)data.size;
    return data.data;
}

/* Its ResourceLocation; -1: there is no such resource. */
static int32_t info(Object **keep, Assembly *assembly, const uint16_t *name,
                    Object **other_object, String **file)
{
    (void)keep;
    const Image *image = assembly->image;
    uint32_t row = find_row(image, name);
    if (!row)
        return -1;
    uint32_t where = image_get(image, TABLE_ManifestResource, row,
                               COL_ManifestResource_Implementation);
    if (TOKEN_TABLE(where) == TABLE_File && TOKEN_RID(where)) {
        *file = string_from_utf8(
            image_get_string(image, TABLE_File, TOKEN_RID(where), COL_File_Name));
        return 0;
    }
    Assembly *other = other_assembly(assembly, row);
    if (!other)
        return LOCATION_EMBEDDED | LOCATION_MANIFEST_FILE;
    *other_object = assembly_object(other);
    return LOCATION_OTHER_ASSEMBLY;
}

static void names(Object **keep, Assembly *assembly, Object **result)
{
    (void)keep;
    const Image *image = assembly->image;
    uint32_t n = image_rows(image, TABLE_ManifestResource);
    Array *array = array_new_of(vm.world->known.string, n);
    for (uint32_t i = 0; array && i < n; i++)
        array_set(array, i,
                  string_from_utf8(image_get_string(image, TABLE_ManifestResource,
                                                    i + 1, COL_ManifestResource_Name)));
    *result = (Object *)array;
}

const QcallRow qcalls_resource[] = {
    QCALL(AssemblyNative_GetManifestResourceInfo, info),
    QCALL(AssemblyNative_GetManifestResourceNames, names),
    QCALL(AssemblyNative_GetResource, get),
    QCALLS_END,
};
