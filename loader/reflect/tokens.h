/* tokens.h - what the tokens of a program's choice stand for.
 *
 * Where NULL is returned, either *fault is one of the first two, or an exception is
 * pending.
 */
#ifndef LOADER_REFLECT_TOKENS_H
#define LOADER_REFLECT_TOKENS_H

#include "loader/reflect/reflect.h"

enum {
    TOKEN_OUT_OF_RANGE, /* no such row */
    TOKEN_BAD_TABLE,    /* of another kind, or not what metadata may be */
    TOKEN_OTHER,        /* the row is there, what it names is not */
};

bool token_is_type(uint32_t token);
bool token_is_field(const Image *image, uint32_t token);
bool token_exists(const Assembly *assembly, uint32_t token, int32_t *fault);
Type *token_type(Assembly *assembly, uint32_t token, const GenericContext *ctx,
                 int32_t *fault);
Method *token_method(Assembly *assembly, uint32_t token, const GenericContext *ctx,
                     int32_t *fault);
Field *token_field(Assembly *assembly, uint32_t token, const GenericContext *ctx,
                   int32_t *fault);

#endif
