/* integer.h - integers of all sizes, as managed memory has them. */
#ifndef LOADER_VM_INTEGER_H
#define LOADER_VM_INTEGER_H

#include <stdint.h>

#include "common/types/types.h"

/* The integer of an ELEMENT_*, with its sign; other elements: 8 bytes as they are. */
static inline int64_t integer_read(uint32_t element, const void *at)
{
    switch (element) {
    case ELEMENT_I1:
        return *(const int8_t *)at;
    case ELEMENT_BOOLEAN:
    case ELEMENT_U1:
        return *(const uint8_t *)at;
    case ELEMENT_I2:
        return *(const int16_t *)at;
    case ELEMENT_CHAR:
    case ELEMENT_U2:
        return *(const uint16_t *)at;
    case ELEMENT_I4:
        return *(const int32_t *)at;
    case ELEMENT_U4:
        return *(const uint32_t *)at;
    default:
        return *(const int64_t *)at;
    }
}

#endif
