/* assembly_name.c - System.Reflection.AssemblyName, Mono.RuntimeMarshal. */
#include <stdlib.h>

#include "loader/library/mono/table.h"
#include "loader/reflect/assembly.h"

/* Managed code reads an AssemblyName as its Mono.MonoAssemblyName. */
_Static_assert(offsetof(AssemblyName, public_key) == 24 &&
                   offsetof(AssemblyName, public_key_token) == 32 &&
                   offsetof(AssemblyName, hash_alg) == 52 &&
                   offsetof(AssemblyName, major) == 64 &&
                   offsetof(AssemblyName, arch) == 72,
               "Mono.MonoAssemblyName");

static void get_public_token(uint8_t *token, const uint8_t *key, int32_t size)
{
    assembly_key_token(key, (size_t)size, token);
}

static int32_t parse(const char *text, AssemblyName *out, uint8_t *has_version,
                     uint8_t *has_token)
{
    bool version, token;
    bool ok = assembly_name_parse(text, out, &version, &token);
    *has_version = version;
    *has_token = token;
    return ok;
}

static void free_name(AssemblyName *name, int32_t whole)
{
    assembly_name_free(name);
    if (whole)
        free(name);
}

const IcallRow icalls_assembly_name[] = {
    ICALL("ParseAssemblyName", NULL, parse),
    ICALL("get_public_token", NULL, get_public_token),
    ICALL("GetNativeName", NULL, assembly_name_of),
    ICALLS_END,
};

const IcallRow icalls_runtime_marshal[] = {
    ICALL("FreeAssemblyName", NULL, free_name),
    ICALLS_END,
};
