/* list.c - the list of the class libraries. */
#include <stddef.h>

#include "common/library/library.h"

const Library *const library_list[] = {&library_mono, &library_coreclr, NULL};
