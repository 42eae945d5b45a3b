/* bundle.c - see bundle.h.
 *
 * Every host executable of .NET has room for the place of what is bundled in it, before
 * a mark; it is zero where nothing is.
 *
 *     ... | place:i64 | mark (32 bytes) | ...
 */
#include "common/framework/bundle.h"

#include <string.h>

#include "common/base/file.h"

bool bundle_is(const char *path)
{
    static const uint8_t mark[] = {0x8b, 0x12, 0x02, 0xb9, 0x6a, 0x61, 0x20, 0x38,
                                   0x72, 0x7b, 0x93, 0x02, 0x14, 0xd7, 0xa0, 0x32,
                                   0x13, 0xf5, 0xb9, 0xe6, 0xef, 0xae, 0x33, 0x18,
                                   0xee, 0x3b, 0x2d, 0xce, 0x24, 0xb3, 0x6a, 0xae};
    static const uint8_t nowhere[8] = {0};
    Err ignored = ERR_INIT;
    File file;
    if (!file_open(&file, path, false, &ignored))
        return false;
    Bytes all = file.bytes;
    const uint8_t *at = memmem(all.data, all.size, mark, sizeof mark);
    bool is = at && at - all.data >= (ptrdiff_t)sizeof nowhere &&
              memcmp(at - sizeof nowhere, nowhere, sizeof nowhere) != 0;
    file_close(&file);
    return is;
}
