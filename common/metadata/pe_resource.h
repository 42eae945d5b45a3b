/* pe_resource.h - resources of Windows in a file: a tree of types, names and languages
 * (section .rsrc of the PE format). */
#ifndef COMMON_METADATA_PE_RESOURCE_H
#define COMMON_METADATA_PE_RESOURCE_H

#include "common/metadata/image.h"

enum { PE_RESOURCE_VERSION = 16, PE_RESOURCE_ASPNET_STRING = 0x65 };

/* The first resource of that type; borrowed. */
bool pe_resource_find(const Image *image, uint32_t type, Bytes *out);

#endif
