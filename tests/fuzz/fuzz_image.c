/* Any bytes as an assembly: opening, every table cell, every method body. */
#include "common/base/arena.h"
#include "common/il/il.h"
#include "common/metadata/image.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_tables(const Image *image)
{
    for (uint32_t table = 0; table < TABLE_COUNT; table++) {
        uint32_t rows = image_rows(image, table);
        for (uint32_t rid = 0; rid <= rows && rid < 1000; rid++)
            for (int column = 0; column < 9; column++) {
                image_get(image, table, rid, column);
                image_get_string(image, table, rid, column);
                image_get_blob(image, table, rid, column);
            }
    }
}

static void read_bodies(const Image *image)
{
    Arena arena = {0};
    for (uint32_t rid = 1; rid <= image_rows(image, TABLE_MethodDef) && rid < 1000;
         rid++) {
        Err err = {0};
        IlBody body;
        uint32_t rva = image_get(image, TABLE_MethodDef, rid, COL_MethodDef_RVA);
        if (!rva || !il_body_read(image, rva, &arena, &body, &err))
            continue;
        IlInsn insn;
        for (uint32_t at = 0; il_decode(body.code, at, &insn); at = insn.next)
            if (insn.op == CIL_SWITCH)
                for (uint32_t i = 0; i < insn.u.sw.n && i < 100; i++)
                    il_switch_target(body.code, &insn, i);
    }
    arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Err err = {0};
    Image *image = image_open_bytes((Bytes){data, size}, "fuzz", &err);
    if (image) {
        read_tables(image);
        read_bodies(image);
        image_close(image);
    }
    return 0;
}
