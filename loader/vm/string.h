/* string.h - strings, and what is interned. */
#ifndef LOADER_VM_STRING_H
#define LOADER_VM_STRING_H

#include "loader/gc/object.h"

String *string_new(uint32_t length); /* zeroed */
String *string_from_utf8(const char *text);
String *string_from_utf8n(const char *text, size_t size);
String *string_from_utf16(const uint16_t *chars, uint32_t length);
char *string_to_utf8(const String *string); /* malloc; NULL string: NULL */
/* The same for strings of any size that a program wants to have copied: false leaves an
 * OutOfMemoryException pending. */
bool string_copy_utf8(const String *string, char **out);
String *string_intern(String *string);
String *string_is_interned(String *string);                 /* NULL: no */
String *string_literal(Assembly *assembly, uint32_t token); /* interned */

#endif
