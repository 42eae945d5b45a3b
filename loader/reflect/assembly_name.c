/* assembly_name.c - names of assemblies: read of metadata, parsed and printed. */
#include "loader/reflect/assembly.h"

#include <ctype.h>
#include <nettle/sha1.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/base/lock.h"
#include "common/base/mem.h"
#include "common/base/map.h"

enum { FLAG_PUBLIC_KEY = 1, TOKEN_SIZE = 8, HASH_SHA1 = 0x8004 };

/* -- tokens of public keys ----------------------------------------------------- */

/* The last eight bytes of the key's SHA-1, backwards. */
void assembly_key_token(const uint8_t *key, size_t size, uint8_t *token)
{
    uint8_t digest[SHA1_DIGEST_SIZE];
    struct sha1_ctx sha1;
    sha1_init(&sha1);
    sha1_update(&sha1, size, key);
    sha1_digest(&sha1, sizeof digest, digest);
    for (int i = 0; i < TOKEN_SIZE; i++)
        token[i] = digest[sizeof digest - 1 - (size_t)i];
}

static void token_hex(const uint8_t *token, uint8_t *hex)
{
    static const char digits[] = "0123456789abcdef";
    for (int i = 0; i < TOKEN_SIZE; i++) {
        hex[i * 2] = (uint8_t)digits[token[i] >> 4];
        hex[i * 2 + 1] = (uint8_t)digits[token[i] & 15];
    }
    hex[TOKEN_SIZE * 2] = 0;
}

static void set_public_key(AssemblyName *name, Bytes key)
{
    uint8_t token[TOKEN_SIZE];
    if (!key.size)
        return;
    Buffer blob = BUFFER_INIT;
    buffer_compressed(&blob, (uint32_t)key.size);
    buffer_put(&blob, key.data, key.size);
    name->public_key = blob.data;
    assembly_key_token(key.data, key.size, token);
    token_hex(token, name->public_key_token);
}

/* -- identities ---------------------------------------------------------------- */

static Lock lock = LOCK_INIT(LOCK_LEAF);
static Map names; /* Assembly -> AssemblyName; under lock */

static AssemblyName *name_make(const Image *image)
{
    AssemblyName *name = mem_alloc(sizeof *name);
    name->name = mem_strdup(image->name);
    if (!image_rows(image, TABLE_Assembly))
        return name;
#define CELL(column) image_get(image, TABLE_Assembly, 1, COL_Assembly_##column)
    name->culture =
        mem_strdup(image_get_string(image, TABLE_Assembly, 1, COL_Assembly_Culture));
    name->hash_alg = CELL(HashAlgId);
    name->flags = CELL(Flags);
    name->major = (uint16_t)CELL(MajorVersion);
    name->minor = (uint16_t)CELL(MinorVersion);
    name->build = (uint16_t)CELL(BuildNumber);
    name->revision = (uint16_t)CELL(RevisionNumber);
#undef CELL
    set_public_key(name,
                   image_get_blob(image, TABLE_Assembly, 1, COL_Assembly_PublicKey));
    return name;
}

AssemblyName *assembly_name_of(Assembly *assembly)
{
    lock_acquire(&lock);
    AssemblyName *name = map_ptr_get(&names, assembly);
    if (!name)
        map_ptr_put(&names, assembly, name = name_make(assembly->image));
    lock_release(&lock);
    return name;
}

void reflection_print_assembly(Buffer *out, Assembly *assembly)
{
    assembly_name_print(out, assembly_name_of(assembly));
}

void assembly_name_print(Buffer *out, const AssemblyName *name)
{
    buffer_printf(out, "%s, Version=%u.%u.%u.%u, Culture=%s, PublicKeyToken=%s",
                  name->name, name->major, name->minor, name->build, name->revision,
                  name->culture && *name->culture ? name->culture : "neutral",
                  name->public_key_token[0] ? (const char *)name->public_key_token
                                            : "null");
}

/* A reference to an assembly as a name of its own (Assembly.GetReferencedAssemblies).
 */
AssemblyName *assembly_name_of_ref(const Image *image, uint32_t rid)
{
    AssemblyName *name = mem_alloc(sizeof *name);
#define CELL(column) image_get(image, TABLE_AssemblyRef, rid, COL_AssemblyRef_##column)
#define TEXT(column)                                                                   \
    image_get_string(image, TABLE_AssemblyRef, rid, COL_AssemblyRef_##column)
    name->name = mem_strdup(TEXT(Name));
    name->culture = mem_strdup(TEXT(Culture));
    name->hash_alg = HASH_SHA1; /* of the table's hash values, which are not kept */
    name->flags = CELL(Flags);
    name->major = (uint16_t)CELL(MajorVersion);
    name->minor = (uint16_t)CELL(MinorVersion);
    name->build = (uint16_t)CELL(BuildNumber);
    name->revision = (uint16_t)CELL(RevisionNumber);
#undef CELL
#undef TEXT
    Bytes key =
        image_get_blob(image, TABLE_AssemblyRef, rid, COL_AssemblyRef_PublicKeyOrToken);
    if (name->flags & FLAG_PUBLIC_KEY)
        set_public_key(name, key);
    else if (key.size == TOKEN_SIZE)
        token_hex(key.data, name->public_key_token);
    return name;
}

/* -- parsing ------------------------------------------------------------------- */

static bool parse_version(const char *text, AssemblyName *out)
{
    uint16_t *parts[] = {&out->major, &out->minor, &out->build, &out->revision};
    for (int i = 0; i < 4; i++) {
        char *end;
        unsigned long value = strtoul(text, &end, 10);
        if (end == text || value > 65535)
            return false;
        *parts[i] = (uint16_t)value;
        if (*end != '.')
            return !*end;
        text = end + 1;
    }
    return false;
}

static bool parse_hex(const char *text, Buffer *out)
{
    size_t n = strlen(text);
    for (size_t i = 0; i + 1 < n; i += 2) {
        unsigned value;
        if (!isxdigit((unsigned char)text[i]) || sscanf(text + i, "%2x", &value) != 1)
            return false;
        buffer_u8(out, (uint8_t)value);
    }
    return n % 2 == 0;
}

static bool parse_token(const char *text, AssemblyName *out)
{
    if (!strcasecmp(text, "null"))
        return true;
    if (strlen(text) != TOKEN_SIZE * 2)
        return false;
    for (int i = 0; i < TOKEN_SIZE * 2; i++)
        out->public_key_token[i] = (uint8_t)tolower((unsigned char)text[i]);
    return true;
}

static bool parse_property(const char *key, const char *value, AssemblyName *out,
                           bool *has_version, bool *has_token)
{
    if (!strcasecmp(key, "Version"))
        return *has_version = true, parse_version(value, out);
    if (!strcasecmp(key, "Culture")) {
        out->culture = mem_strdup(strcasecmp(value, "neutral") ? value : "");
        return true;
    }
    if (!strcasecmp(key, "PublicKeyToken"))
        return *has_token = true, parse_token(value, out);
    if (!strcasecmp(key, "PublicKey")) {
        Buffer key_bytes = BUFFER_INIT;
        *has_token = true;
        bool ok = !strcasecmp(value, "null") || parse_hex(value, &key_bytes);
        if (ok)
            set_public_key(out, buffer_bytes(&key_bytes));
        buffer_free(&key_bytes);
        return ok;
    }
    return true; /* Retargetable, ContentType, ...: of no use here */
}

static char *trim(char *text)
{
    while (isspace((unsigned char)*text) || *text == '"')
        text++;
    size_t n = strlen(text);
    while (n && (isspace((unsigned char)text[n - 1]) || text[n - 1] == '"'))
        text[--n] = 0;
    return text;
}

bool assembly_name_parse(const char *text, AssemblyName *out, bool *has_version,
                         bool *has_token)
{
    char *copy = mem_strdup(text), *rest = copy, *item;
    memset(out, 0, sizeof *out);
    *has_version = *has_token = false;
    item = trim(strsep(&rest, ","));
    bool ok = *item != 0;
    if (ok)
        out->name = mem_strdup(item);
    while (ok && rest && (item = strsep(&rest, ","))) {
        char *equals = strchr(item, '=');
        if (equals)
            *equals = 0;
        ok = equals &&
             parse_property(trim(item), trim(equals + 1), out, has_version, has_token);
    }
    free(copy);
    return ok;
}

void assembly_name_free(AssemblyName *name)
{
    free(name->name);
    free(name->culture);
    free(name->hash_value);
    free(name->public_key);
}
