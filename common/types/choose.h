/* choose.h - which class library an assembly is written for.
 *
 * It says so by what it refers to: each library names the assemblies, and the versions
 * from which on they are its own (Library.references). An assembly that no library
 * claims is the framework's if it is a program with a runtimeconfig.json, as programs
 * in IL often are, else the default one's; a core assembly is its
 * library's.
 */
#ifndef COMMON_TYPES_CHOOSE_H
#define COMMON_TYPES_CHOOSE_H

#include "common/library/library.h"
#include "common/metadata/image.h"

/* Of a NULL-terminated list, as library_list is. NULL: none claims it. */
const Library *library_claiming(const Library *const *list, const Image *image);
/* Of all there are; where none claims it, LIBRARY_DEFAULT. */
const Library *library_of_references(const Image *image);
/* The same for a file that need not be an assembly. */
const Library *library_of_file(const char *path);
/* The first that is a framework of .NET. */
const Library *library_hosted(void);
/* The one whose core assembly lies in a directory; NULL: none's. */
const Library *library_of_dir(const Library *const *list, const char *dir);
/* By its name, or by name and build as images have it; NULL: there is none. */
const Library *library_find(const char *name);
const Library *library_of_identity(const char *identity);

#endif
