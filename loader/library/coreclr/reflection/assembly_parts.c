#include "loader/library/coreclr/reflection/assembly_parts.h"

#include <stdlib.h>

#include "loader/library/coreclr/members.h"
#include "loader/reflect/assembly.h"
#include "loader/vm/methods.h"
#include "loader/vm/object.h"
#include "loader/vm/string.h"

static String *string_of_units(const uint16_t *units)
{
    uint32_t n = 0;
    while (units[n])
        n++;
    return string_from_utf16(units, n);
}

char *utf8_of_units(const uint16_t *units)
{
    String *string = string_of_units(units);
    return string ? string_to_utf8(string) : NULL;
}

Object *assembly_name_object(const AssemblyParts *parts)
{
    Object *name = object_new(known_assembly_name());
    uint64_t none;
    void *args[] = {&name, &parts};
    bool made = name && vm_methods->invoke(method_assembly_name_new(), args, &none);
    return made ? name : NULL;
}

bool assembly_parts_of_ref(const Image *image, uint32_t rid, RefParts *out)
{
#define CELL(column) image_get(image, TABLE_AssemblyRef, rid, COL_AssemblyRef_##column)
#define TEXT(column)                                                                   \
    string_from_utf8(                                                                  \
        image_get_string(image, TABLE_AssemblyRef, rid, COL_AssemblyRef_##column))
    Bytes key =
        image_get_blob(image, TABLE_AssemblyRef, rid, COL_AssemblyRef_PublicKeyOrToken);
    out->name = TEXT(Name);
    out->culture = out->name ? TEXT(Culture) : NULL;
    if (!out->culture)
        return false;
    out->parts = (AssemblyParts){
        .name = out->name->chars,
        .version = {(uint16_t)CELL(MajorVersion), (uint16_t)CELL(MinorVersion),
                    (uint16_t)CELL(BuildNumber), (uint16_t)CELL(RevisionNumber)},
        .culture = out->culture->chars,
        .key = key.size ? key.data : NULL,
        .key_size = (int32_t)key.size,
        .flags = (int32_t)CELL(Flags),
    };
    return true;
#undef CELL
#undef TEXT
}

bool assembly_serves_version(const Assembly *assembly, const uint16_t version[4])
{
    for (int i = 0; i < 4 && version[i] != PARTS_NO_VERSION; i++) {
        uint32_t own = image_get(assembly->image, TABLE_Assembly, 1,
                                 COL_Assembly_MajorVersion + i);
        if (own != version[i])
            return own > version[i];
    }
    return true;
}

static void print_units(Buffer *out, const uint16_t *units)
{
    char *text = utf8_of_units(units);
    if (text)
        buffer_printf(out, "%s", text);
    free(text);
}

static void print_key(Buffer *out, const AssemblyParts *parts)
{
    enum { TOKEN_SIZE = 8 };
    uint8_t token[TOKEN_SIZE] = {0};
    if (!parts->key || parts->key_size <= 0) {
        buffer_printf(out, ", PublicKeyToken=null");
        return;
    }
    buffer_printf(out, ", PublicKeyToken=");
    const uint8_t *at = parts->key;
    int32_t n = parts->key_size;
    if (parts->flags & PARTS_HAS_KEY) {
        assembly_key_token(at, (size_t)n, token);
        at = token;
        n = TOKEN_SIZE;
    }
    for (int32_t i = 0; i < n; i++)
        buffer_printf(out, "%02x", at[i]);
}

void assembly_parts_print(Buffer *out, const AssemblyParts *parts)
{
    print_units(out, parts->name);
    for (int i = 0; i < 4 && parts->version[i] != PARTS_NO_VERSION; i++)
        buffer_printf(out, "%s%u", i ? "." : ", Version=", parts->version[i]);
    buffer_printf(out, ", Culture=");
    if (parts->culture && *parts->culture)
        print_units(out, parts->culture);
    else
        buffer_printf(out, "neutral");
    print_key(out, parts);
}
