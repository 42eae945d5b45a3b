/* pe_resource.h - resources of Windows in an assembly's file (file_version_info.c). */
#ifndef LOADER_LIBRARY_MONO_REFLECTION_PE_RESOURCE_H
#define LOADER_LIBRARY_MONO_REFLECTION_PE_RESOURCE_H

#include "common/metadata/image.h"

enum { PE_RESOURCE_VERSION = 16, PE_RESOURCE_ASPNET_STRING = 0x65 };

/* The first resource of that type; borrowed. */
bool pe_resource_find(const Image *image, uint32_t type, Bytes *out);

#endif
