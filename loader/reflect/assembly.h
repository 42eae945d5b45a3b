/* assembly.h - assemblies as reflection has them: names, loading by name, contents. */
#ifndef LOADER_REFLECT_ASSEMBLY_H
#define LOADER_REFLECT_ASSEMBLY_H

#include "loader/reflect/reflect.h"
#include "loader/gc/object.h"

typedef struct AssemblyName {
    char *name;
    char *culture;
    uint8_t *hash_value;
    uint8_t *public_key;          /* a compressed length, then the key */
    uint8_t public_key_token[17]; /* hex digits, NUL-terminated */
    uint32_t hash_alg, hash_len, flags;
    uint16_t major, minor, build, revision, arch;
} AssemblyName;

/* -- assembly_name.c ----------------------------------------------------------- */
/* Parses "Name, Version=1.2.3.4, Culture=..., PublicKeyToken=..."; strings of *out are
 * malloc. False: not such a name. */
bool assembly_name_parse(const char *text, AssemblyName *out, bool *has_version,
                         bool *has_token);
void assembly_name_free(AssemblyName *name);
void assembly_name_print(Buffer *out, const AssemblyName *name);
/* The identity of an assembly; NULL: it has none (a module). Kept. */
AssemblyName *assembly_name_of(Assembly *assembly);
AssemblyName *assembly_name_of_ref(const Image *image, uint32_t rid); /* malloc */
/* The last eight bytes of the key's SHA-1, backwards. */
void assembly_key_token(const uint8_t *key, size_t size, uint8_t *token);

/* -- assembly.c ---------------------------------------------------------------- */
/* By display name: loaded ones, search directories, then whom the class library asks.
 * NULL: pending FileNotFoundException. */
Assembly *assembly_load_display(const char *display, Assembly *from);
/* Leaves a FileNotFoundException pending, unless there is an exception; NULL. */
Assembly *assembly_not_found(const char *display);
Array *assembly_types(Assembly *assembly, bool exported_only);
/* The row of a manifest resource; 0: none. */
uint32_t assembly_find_resource(const Image *image, const char *name);
/* The bytes of one that lies in the assembly's own file; borrowed. */
bool assembly_resource_bytes(const Image *image, uint32_t row, Bytes *out);

#endif
