/* fuzz_lines.c - any bytes as a linked file with line tables, as far as libdw reads
 * them: a lie of its own is no fault of ours, so the file is well-formed but for bytes
 * that change.
 * options: -max_len=4096 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "format/lines_private.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile size_t sink;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Lines lines;
    uint64_t before = 0;
    lines_read(&lines, (Bytes){data, size});
    for (size_t i = 0; i < lines.rows.n; i++) {
        const Line *row = &lines.rows.at[i];
        if (row->address < before || (uint64_t)row->first + row->n > lines.frames.n)
            __builtin_trap();
        before = row->address;
        for (uint32_t k = 0; k < row->n; k++)
            sink += strlen(lines.frames.at[row->first + k].function);
        if (lines_find(&lines, row->address) > i)
            __builtin_trap();
    }
    lines_free(&lines);
    return 0;
}
