/* assembly_parts.h - names of assemblies as the class library hands them over. */
#ifndef LOADER_LIBRARY_CORECLR_REFLECTION_ASSEMBLY_PARTS_H
#define LOADER_LIBRARY_CORECLR_REFLECTION_ASSEMBLY_PARTS_H

#include "loader/gc/object.h"

/* System.Reflection.NativeAssemblyNameParts. */
typedef struct AssemblyParts {
    const uint16_t *name;
    uint16_t version[4];     /* PARTS_NO_VERSION: not said, nor what follows */
    const uint16_t *culture; /* NULL: not said; "": neutral */
    const uint8_t *key;      /* public key, or its token */
    int32_t key_size;
    int32_t flags; /* AssemblyNameFlags */
} AssemblyParts;

enum { PARTS_NO_VERSION = 0xffff, PARTS_HAS_KEY = 1 };

typedef struct RefParts { /* of an AssemblyRef */
    AssemblyParts parts;
    String *name, *culture; /* which parts point into */
} RefParts;

/* False: pending exception. */
bool assembly_parts_of_ref(const Image *image, uint32_t rid, RefParts *out);
/* UTF-16 up to its NUL as UTF-8; malloc. */
char *utf8_of_units(const uint16_t *units);
/* An AssemblyName; NULL: pending exception. */
Object *assembly_name_object(const AssemblyParts *parts);
/* Is the assembly of that version, or a later one? */
bool assembly_serves_version(const Assembly *assembly, const uint16_t version[4]);
/* "Name, Version=...", what is said of it. */
void assembly_parts_print(Buffer *out, const AssemblyParts *parts);

#endif
