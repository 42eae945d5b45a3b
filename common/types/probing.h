/* probing.h - where a program's assemblies are looked for besides its directory. */
#ifndef COMMON_TYPES_PROBING_H
#define COMMON_TYPES_PROBING_H

#include "common/types/types.h"

/* Adds the directory of the program (or library) at path, then the subdirectories that
 * path.config names: <probing privatePath="lib;bin"/> in <runtime><assemblyBinding>.
 * What comes before an error of XML counts. */
void probing_add_dirs(World *world, const char *path);

/* The value of privatePath in that file; malloc. NULL: there is none. */
char *probing_read(const char *config);

#endif
