/* dynamic_assembly.c - assemblies that are made at run time: one that has nothing in it
 * yet. It is the scope of dynamic methods that belong to nobody. */
#include <stdlib.h>
#include <string.h>

#include "common/metadata/empty.h"
#include "loader/library/coreclr/reflection/objects.h"
#include "loader/library/coreclr/table.h"
#include "loader/vm/exception.h"
#include "loader/vm/string.h"
#include "loader/vm/vm.h"

/* System.Reflection.NativeAssemblyNameParts. */
typedef struct NameParts {
    const uint16_t *name;
    uint16_t version[4];
    const uint16_t *culture;
    const uint8_t *key;
    int32_t key_size;
    int32_t flags;
} NameParts;

static char *name_of(const NameParts *parts)
{
    uint32_t n = 0;
    while (parts->name && parts->name[n])
        n++;
    const String *text = string_from_utf16(parts->name, n);
    return text ? string_to_utf8(text) : NULL;
}

static Assembly *make(const char *name, const NameParts *parts, Err *err)
{
    Buffer file = BUFFER_INIT;
    uint16_t version[4];
    for (int i = 0; i < 4; i++) /* 0xffff: not given */
        version[i] = parts->version[i] == UINT16_MAX ? 0 : parts->version[i];
    image_write_empty(&file, name, version);
    /* The image keeps its bytes, and an assembly is never let go. */
    Image *image = image_open_bytes((Bytes){file.data, file.size}, name, err);
    if (!image)
        buffer_free(&file);
    return image ? world_add_image(vm.world, image, err) : NULL;
}

static void create(Object **context, const NameParts *parts, int32_t hash,
                   int32_t access, Object **result)
{
    Err err = ERR_INIT;
    (void)context, (void)hash, (void)access;
    char *name = name_of(parts);
    if (!name)
        return;
    if (!*name || strlen(name) > EMPTY_NAME_MAX) {
        exception_set("System.ArgumentException",
                      "The name of an assembly is empty or too long.");
        free(name);
        return;
    }
    Assembly *assembly = make(name, parts, &err);
    free(name);
    if (assembly)
        *result = assembly_object(assembly);
    else
        exception_set_err(&err);
}

const QcallRow qcalls_dynamic_assembly[] = {
    QCALL(AppDomain_CreateDynamicAssembly, create),
    QCALLS_END,
};
