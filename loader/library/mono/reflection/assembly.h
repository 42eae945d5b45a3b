/* assembly.h - names of assemblies, and loading by name. */
#ifndef LOADER_LIBRARY_MONO_REFLECTION_ASSEMBLY_H
#define LOADER_LIBRARY_MONO_REFLECTION_ASSEMBLY_H

#include "loader/library/mono/reflection/reflection.h"
#include "loader/gc/object.h"

typedef struct AssemblyNameNative { /* Mono.MonoAssemblyName */
    char *name;
    char *culture;
    uint8_t *hash_value;
    uint8_t *public_key;          /* a compressed length, then the key */
    uint8_t public_key_token[17]; /* hex digits, NUL-terminated */
    uint32_t hash_alg, hash_len, flags;
    uint16_t major, minor, build, revision, arch;
} AssemblyNameNative;

/* Parses "Name, Version=1.2.3.4, Culture=..., PublicKeyToken=..."; strings of *out are
 * malloc. False: not such a name. */
bool assembly_name_parse(const char *text, AssemblyNameNative *out, bool *has_version,
                         bool *has_token);
void assembly_name_free(AssemblyNameNative *name);
void assembly_name_print(Buffer *out, const AssemblyNameNative *name);
/* The identity of an assembly; NULL: it has none (a module). Kept. */
AssemblyNameNative *assembly_name_of(Assembly *assembly);

AssemblyNameNative *assembly_name_of_ref(const Image *image, uint32_t rid); /* malloc */

/* By display name: loaded ones, search directories, then AppDomain.AssemblyResolve.
 * NULL: pending FileNotFoundException. */
Assembly *assembly_load_display(const char *display, Assembly *from);
/* Tells AppDomain.AssemblyLoad's handlers once. */
void assembly_announce(Assembly *assembly);
Array *assembly_types(Assembly *assembly, bool exported_only);

/* resource.c: internal calls of RuntimeAssembly. */
Array *resource_names(Object *self);
int32_t resource_info(Object *self, String *name, Object *info);
const void *resource_data(Object *self, String *name, int32_t *size, Object **module);

#endif
