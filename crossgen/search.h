/* search.h - where an assembly's references are looked for, and which are missing. */
#ifndef CROSSGEN_SEARCH_H
#define CROSSGEN_SEARCH_H

#include "common/types/types.h"
#include "crossgen/options.h"

/* What an assembly refers to. */
typedef struct Reference {
    char *name;       /* "lib, Version=1.0.0.0" */
    char *path;       /* NULL: it was not found */
    uint32_t methods; /* that got no code since it was not found */
} Reference;

typedef VEC(Reference) References;

/* A world that looks in the -r directories, beside the assembly and where its .config
 * says, beside the other assemblies that are published with it, and in the class
 * library. NULL: that is one of .NET, and the host can't say where. */
World *search_open(const Options *options, const char *path, Err *err);
/* Loads what the assembly refers to itself. */
void search_references(Assembly *assembly, References *references);
/* A method has no code for that reason: if it is that an assembly was not found, counts
 * it, also for one that only another reference refers to. */
void search_count_missing(References *references, const char *reason);
void search_free(References *references);

/* The path of an assembly of that world, as the user wrote its directory; malloc. */
char *search_as_given(const World *world, const char *home, const char *path);

#endif
