/* list.c - the list of the class libraries. */
#include <stddef.h>

#include "common/library/library.h"

/* .NET has a facade of the name of Mono's core, so it comes first where directories are
 * looked at. */
const Library *const library_list[] = {&library_coreclr, &library_mono, NULL};
