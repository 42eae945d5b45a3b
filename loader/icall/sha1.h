/* sha1.h - SHA-1, for the tokens of public keys alone (ECMA-335 II.6.2.1.3). */
#ifndef LOADER_ICALL_SHA1_H
#define LOADER_ICALL_SHA1_H

#include <stddef.h>
#include <stdint.h>

void sha1_digest(const uint8_t *data, size_t size, uint8_t digest[20]);

#endif
