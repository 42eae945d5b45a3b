/* utf8_name.c - System.MdUtf8String: names of metadata, compared without regard to
 * case.
 */
#include <unicase.h>

#include "loader/library/coreclr/table.h"

static int32_t equals_ignoring_case(const uint8_t *one, const uint8_t *other,
                                    int32_t size)
{
    int result = 1;
    size_t n = (size_t)size;
    return size >= 0 && !u8_casecmp(one, n, other, n, NULL, NULL, &result) && !result;
}

const QcallRow qcalls_utf8_name[] = {
    QCALL(MdUtf8String_EqualsCaseInsensitive, equals_ignoring_case),
    QCALLS_END,
};
