/* fuzz_layout.c - cells of a real assembly's tables set to what the input says, then
 * its types loaded to their last level: layouts, slots, interface maps. input ::=
 * (table, row:u16, column, value:u32){n} */
#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"
#include "common/metadata/image_private.h"
#include "tests/fuzz/mutant.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CELL_SIZE = 8, MAX_CELLS = 16 };

static bool cell_of(const Subject *subject, const uint8_t *at, Mutation *m)
{
    uint16_t row;
    *m = (Mutation){.table = at[0] % TABLE_COUNT, .byte = -1};
    memcpy(&row, at + 1, sizeof row);
    memcpy(&m->value, at + 4, sizeof m->value);
    uint32_t n = image_rows(subject->image, m->table);
    if (!n)
        return false;
    m->rid = row % n + 1;
    while (m->column < at[3] % IMAGE_COLUMNS &&
           tables_column_kind(m->table, (int)m->column + 1))
        m->column++;
    return true;
}

/* A field's bytes are read as a value of any size, as sizes and offsets are. */
static void load_types(Assembly *assembly)
{
    for (uint32_t rid = 1; rid <= image_rows(assembly->image, TABLE_TypeDef); rid++) {
        Err err = ERR_INIT;
        Type *type = assembly_type(assembly, rid);
        bool ok = type_load(type, LEVEL_READY, &err);
        if (ok != (err.kind == ERR_NONE))
            abort();
        for (uint32_t i = 0; type_level(type) >= LEVEL_LAYOUT && i < type->n_fields;
             i++) {
            const Field *field = &type->fields[i];
            uint32_t end = field->offset + type_value_size(field->type);
            if (!(field->flags & FIELD_STATIC) && end > type->size)
                abort();
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static Subject subject;
    Err err = ERR_INIT;
    uint32_t old[MAX_CELLS];
    Mutation cells[MAX_CELLS];
    size_t n = 0;
    if (!subject.image &&
        !subject_open(&subject, "/usr/lib/mono/4.5/Mono.Simd.dll", &err))
        log_fatal("%s", err.text);
    for (size_t at = 0; at + CELL_SIZE <= size && n < MAX_CELLS; at += CELL_SIZE)
        if (cell_of(&subject, data + at, &cells[n])) {
            old[n] = mutation_apply(&subject, &cells[n]);
            n++;
        }
    World *world = walk_world();
    Image *image =
        image_open_bytes((Bytes){subject.bytes, subject.size}, subject.name, &err);
    Assembly *assembly = image ? world_add_image(world, image, &err) : NULL;
    if (assembly)
        load_types(assembly);
    world_close(world);
    while (n--)
        mutation_undo(&subject, &cells[n], old[n]);
    return 0;
}
