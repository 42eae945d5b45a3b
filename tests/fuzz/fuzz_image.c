/* fuzz_image.c - any bytes as an image: all cells, lists, searches and heaps, and all
 * bodies.
 * seeds: build/samples */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "common/il/il.h"
#include "common/metadata/attribute.h"
#include "common/metadata/image.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_ROWS_WALKED = 4096 }; /* keeps one run short: rows may be of few bytes */

static volatile size_t sink;

static void row_walk(const Image *image, TableId table, uint32_t rid)
{
    uint32_t first, end;
    for (int column = 0; column < 9; column++) {
        uint32_t value = image_get(image, table, rid, column);
        sink += strlen(image_string(image, value));
        sink += image_blob(image, value).size + image_guid(image, value).size;
        if (rid < 16 && image_find_rows(image, table, column, value, &first, &end))
            sink += end - first;
    }
}

static void lists_walk(const Image *image, TableId table, int column, TableId child)
{
    uint32_t first, end, n = image_rows(image, table);
    for (uint32_t rid = 1; rid <= n && rid < MAX_ROWS_WALKED; rid++) {
        image_list(image, table, rid, column, child, &first, &end);
        if (first < end)
            sink += image_list_row(image, child, end - 1);
    }
    n = image_rows(image, child);
    for (uint32_t rid = 1; rid <= n && rid < MAX_ROWS_WALKED; rid++)
        sink += image_list_owner(image, table, column, child, rid);
}

static void body_walk(const Image *image, uint32_t rva, Arena *arena)
{
    Err err = ERR_INIT;
    IlBody body;
    IlInsn insn;
    if (!il_body_read(image, rva, arena, &body, &err))
        return;
    for (uint32_t at = 0; il_decode(body.code, at, &insn); at = insn.next)
        if (insn.op == CIL_SWITCH && insn.u.sw.n)
            sink += il_switch_target(body.code, &insn, insn.u.sw.n - 1);
}

static void attribute_walk(const Image *image, uint32_t rid, Arena *arena)
{
    static const AttrType object = {.kind = ELEMENT_OBJECT};
    Err err = ERR_INIT;
    Attribute attribute;
    Bytes blob =
        image_get_blob(image, TABLE_CustomAttribute, rid, COL_CustomAttribute_Value);
    AttrParams params = {&object, rid & 1};
    attribute_read(blob, params, NULL, arena, &attribute, &err);
}

static void image_walk(const Image *image)
{
    Arena arena = ARENA_INIT;
    Bytes utf16;
    for (TableId table = 0; table < 64; table++)
        for (uint32_t rid = 0; rid <= image_rows(image, table) + 1; rid++) {
            if (rid == MAX_ROWS_WALKED)
                break;
            row_walk(image, table, rid);
        }
    lists_walk(image, TABLE_TypeDef, COL_TypeDef_FieldList, TABLE_Field);
    lists_walk(image, TABLE_TypeDef, COL_TypeDef_MethodList, TABLE_MethodDef);
    lists_walk(image, TABLE_MethodDef, COL_MethodDef_ParamList, TABLE_Param);
    lists_walk(image, TABLE_PropertyMap, COL_PropertyMap_PropertyList, TABLE_Property);
    for (uint32_t rid = 1; rid <= image_rows(image, TABLE_MethodDef); rid++) {
        if (rid == MAX_ROWS_WALKED)
            break;
        body_walk(image, image_get(image, TABLE_MethodDef, rid, COL_MethodDef_RVA),
                  &arena);
        attribute_walk(image, rid, &arena);
        sink += image_user_string(image, rid, &utf16) + image_enclosing(image, rid);
    }
    arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Err err = ERR_INIT;
    Image *image = image_open_bytes((Bytes){data, size}, "fuzz.dll", &err);
    if (image)
        image_walk(image);
    image_close(image);
    return 0;
}
