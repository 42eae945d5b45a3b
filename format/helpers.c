/* helpers.c - the table of helpers by id. */
#include "format/unit.h"

const HelperRow helper_rows[HELPER_COUNT] = {
#define HELPER(name, ret, args, function)                                              \
    [HELPER_##name] = {#name, ret, args, ret "(" args ")"},
#include "format/helpers.def"
#undef HELPER
};
