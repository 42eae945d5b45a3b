/* empty.h - an assembly that has nothing in it, for what is made at run time. */
#ifndef COMMON_METADATA_EMPTY_H
#define COMMON_METADATA_EMPTY_H

#include <stdint.h>

#include "common/base/bytes.h"

enum { EMPTY_NAME_MAX = 1024 };

/* The file of an assembly of that name and version with the type <Module> alone, as
 * image_open_bytes takes it (ECMA-335 II.24, II.25). name: UTF-8, no longer than
 * EMPTY_NAME_MAX. */
void image_write_empty(Buffer *out, const char *name, const uint16_t version[4]);

#endif
