/* reseal.c - see reseal.h */
#include "tests/fuzz/reseal.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/base/hash.h"

typedef struct TableRow {
    const char *name;
    uint32_t size;
} TableRow;

static const TableRow table_rows[RESEAL_TABLES] = {
#define RESEAL(NAME, name, row_size) {name, row_size},
#include "tests/fuzz/reseal.def"
#undef RESEAL
};

uint32_t reseal_table(const char *name)
{
    uint32_t bits = 0;
    for (uint32_t i = 0; i < RESEAL_TABLES; i++)
        if (!strcmp(table_rows[i].name, name))
            bits |= 1u << i;
    return bits;
}

/* -- Changing ------------------------------------------------------------------ */

static bool find_section(Bytes image, const char *name, Bytes *out)
{
    Elf64_Ehdr ehdr;
    Elf64_Shdr names, s;
    Bytes table, texts;
    if (image.size < sizeof ehdr)
        return false;
    memcpy(&ehdr, image.data, sizeof ehdr);
    if (!bytes_slice(image, ehdr.e_shoff, ehdr.e_shnum * sizeof s, &table) ||
        ehdr.e_shstrndx >= ehdr.e_shnum)
        return false;
    memcpy(&names, table.data + ehdr.e_shstrndx * sizeof s, sizeof s);
    if (!bytes_slice(image, names.sh_offset, names.sh_size, &texts))
        return false;
    for (uint32_t i = 1; i < ehdr.e_shnum; i++) {
        Cursor c = cursor_open(texts);
        memcpy(&s, table.data + i * sizeof s, sizeof s);
        cursor_seek(&c, s.sh_name);
        if (!strcmp(cursor_cstr(&c), name))
            return bytes_slice(image, s.sh_offset, s.sh_size, out);
    }
    return false;
}

typedef enum StepKind {
    STEP_FIELD, /* a field becomes a number */
    STEP_ADD,   /* a field becomes a little more or less */
    STEP_TAKE,  /* a field becomes that of another row */
    STEP_COPY,  /* a row becomes another one */
    STEP_SWAP,  /* two rows change places */
    STEP_BYTE,  /* a byte becomes another one */
    STEP_LARGE, /* a field becomes a number that is out of all bounds */
    STEP_KINDS
} StepKind;

typedef struct Step {
    uint8_t table, kind;
    uint16_t row, other;
    uint8_t field;
    int8_t value;
} Step;

_Static_assert(sizeof(Step) == RESEAL_STEP, "any 8 bytes are a step");

/* Fields are words; those of a table of bytes are bytes. */
static void change_field(uint8_t *at, const uint8_t *other, size_t size,
                         const Step *step)
{
    static const uint32_t large[] = {0x7fffffff, 0x80000000, 0xffffffff, 0xfffffff0,
                                     0x10000,    0x1000,     0x100,      0x20000000};
    uint32_t value = 0;
    memcpy(&value, at, size);
    if (step->kind % STEP_KINDS == STEP_FIELD)
        value = (uint32_t)(int32_t)step->value;
    else if (step->kind % STEP_KINDS == STEP_ADD)
        value += (uint32_t)(int32_t)step->value;
    else if (step->kind % STEP_KINDS == STEP_LARGE)
        value = large[(uint8_t)step->value % 8];
    else
        memcpy(&value, other, size);
    memcpy(at, &value, size);
}

static void step_apply(Bytes table, size_t row_size, const Step *step)
{
    uint8_t *data = (uint8_t *)table.data, kept[64];
    size_t rows = table.size / row_size, field_size = row_size < 4 ? 1 : 4;
    if (!rows)
        return;
    uint8_t *row = data + step->row % rows * row_size;
    uint8_t *other = data + step->other % rows * row_size;
    size_t field = step->field % (row_size / field_size) * field_size;
    switch ((StepKind)(step->kind % STEP_KINDS)) {
    case STEP_COPY:
        memmove(row, other, row_size);
        break;
    case STEP_SWAP:
        memcpy(kept, row, row_size);
        memmove(row, other, row_size);
        memcpy(other, kept, row_size);
        break;
    case STEP_BYTE:
        row[step->field % row_size] ^= (uint8_t)(step->value ? step->value : 1);
        break;
    default:
        change_field(row + field, other + field, field_size, step);
        break;
    }
}

bool reseal(Buffer *image, Bytes script, uint32_t tables)
{
    uint32_t n = 0, chosen[RESEAL_TABLES] = {0};
    for (uint32_t i = 0; i < RESEAL_TABLES; i++)
        if (tables >> i & 1)
            chosen[n++] = i;
    for (size_t i = 0; n && i < script.size / RESEAL_STEP && i < RESEAL_STEPS; i++) {
        Step step;
        Bytes table;
        memcpy(&step, script.data + i * sizeof step, sizeof step);
        const TableRow *row = &table_rows[chosen[step.table % n]];
        if (find_section(buffer_bytes(image), row->name, &table))
            step_apply(table, row->size, &step);
    }
    return sidecar_put_hashes(image, NULL);
}

void reseal_script(Buffer *out, uint64_t seed)
{
    uint64_t n = 1 + hash_mix(seed, 1) % 4;
    for (uint64_t i = 0; i < n; i++)
        buffer_u64(out, hash_mix(hash_mix(seed, 2), i));
}

/* -- Reading ------------------------------------------------------------------- */

static volatile size_t sink;

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void read_cells(const SidecarUnit *unit, Arena *arena)
{
    enum { MOST = 100 };
    for (uint32_t cell = 0; cell <= unit->n_cells && cell < MOST; cell++) {
        Err err = ERR_INIT;
        Fixup fixup;
        sink += sidecar_cell_resolve(unit, cell, arena, &fixup, &err);
        sink += strlen(sidecar_cell_name(unit, cell, arena));
        if (unit->cells && cell < unit->n_cells) {
            must((uint8_t *)&unit->cells[cell] >= unit->sidecar->base);
            must((uint8_t *)&unit->cells[cell + 1] <=
                 unit->sidecar->base + unit->sidecar->size);
            sink += unit->cells[cell] != NULL;
        }
    }
}

static void read_row(Sidecar *s, uint32_t row, Verdict *verdict, Arena *arena)
{
    SidecarMethod method, found;
    Err err = ERR_INIT;
    uint32_t cells[64], rva;
    Bytes code;
    if (!sidecar_method(s, row, &method))
        return;
    sink += strlen(sidecar_method_name(&method, arena));
    sink += sidecar_uses(&method, cells, 64);
    must(sidecar_range(&method, 0, &rva, &code));
    must((uint8_t *)method.entry == code.data);
    for (uint32_t i = 0; sidecar_range(&method, i, &rva, &code); i++)
        must(code.data >= s->text_start && code.data + code.size <= s->text_end);
    Method *subject = sidecar_method_subject(&method, &err);
    sink += sidecar_check(&method, verdict);
    if (subject && sidecar_find(s, subject, method.osr_il, &found)) {
        must(s->sets[found.unit->set].usable);
        must(sidecar_method_subject(&found, &err) == subject);
    }
}

/* The unwinder reads a record, and the one that it names. */
static void read_frame(const Sidecar *s, const void *frame, const uint8_t *at)
{
    const uint8_t *fde = frame;
    uint32_t size, back, start, length;
    must(fde >= s->base && fde + 16 <= s->base + s->size);
    memcpy(&size, fde, 4);
    memcpy(&back, fde + 4, 4);
    memcpy(&start, fde + 8, 4);
    memcpy(&length, fde + 12, 4);
    must(size >= 12 && size <= (size_t)(s->base + s->size - fde - 4));
    const uint8_t *cie = fde + 4 - back, *code = fde + 8 + (int32_t)start;
    must(cie >= s->base && cie < s->base + s->size && !memcmp(cie + 9, "zR", 3));
    must(at >= code && at < code + length);
}

static void read_addresses(Sidecar *s)
{
    for (const uint8_t *at = s->text_start; at < s->text_end; at += 61) {
        SidecarFrame frames[4];
        SidecarMethod method;
        uint32_t offset;
        Err err = ERR_INIT;
        const void *frame = sidecar_find_frame(s, at);
        if (frame)
            read_frame(s, frame, at);
        if (!sidecar_find_address(s, at, &method, &offset))
            continue;
        sink += offset;
        uint32_t n = sidecar_frames(&method, at, frames, 4);
        must(n >= 1);
        for (uint32_t i = 0; i < n && i < 4; i++)
            if (frames[i].copy)
                sink += sidecar_copy(&method, frames[i].copy, &err) != NULL;
    }
}

void reseal_read(Bytes image, const HostFacts *host, Assembly *home)
{
    Verdict verdict;
    Arena arena = ARENA_INIT;
    int fd = memfd_create("resealed", MFD_CLOEXEC);
    must(fd >= 0 && write(fd, image.data, image.size) == (ssize_t)image.size);
    Sidecar *s =
        sidecar_load_fd(fd, "resealed", host, home, SIDECAR_ANY_OWNER, &verdict);
    if (s) {
        SidecarDep dep;
        for (uint32_t i = 0; sidecar_dep(s, i, &dep); i++)
            sink += strlen(dep.name) + dep.mvid[15];
        for (uint32_t row = 0; row < s->n_rows; row++)
            read_row(s, row, &verdict, &arena);
        for (uint32_t i = 0; i < s->n_units; i++)
            read_cells(&s->units[i], &arena);
        read_addresses(s);
        sidecar_close(s);
    }
    verdict_free(&verdict);
    arena_free(&arena);
}
