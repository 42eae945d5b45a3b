/* writer.c - objects and records become an image.
 *
 * Records know methods by symbols, tables by addresses: between the two lies the link.
 * The passes of image_build, each of which needs those before it:
 *
 *   units    a row a method out of all records, sorted as .r2r.methods will be
 *   link     all objects to one file, by ld or (a single object) by minilink.c
 *   ranges   the functions of its symbol table; m7, m7_p2, m7_i1.part.0 and m7.cold are
 *            of the row with symbol m7: suffixes are cut off until one is known
 *   parts    the ranges of each row, its entry first
 *   lines    IL offsets and copies of each part (lines.c), equal neighbours once
 *   frames   the FDE of each range
 *   file     tables, then the seal and the hashes: they cover what is written by then
 *
 * Whatever the loader would have to patch (relocations, initialised data) ends the
 * build: no such image is written.
 */
#include "format/writer.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/hash.h"
#include "common/base/mem.h"
#include "common/base/search.h"
#include "format/elffile_private.h"
#include "common/library/library.h"
#include "format/layout.h"
#include "format/lines_private.h"
#include "format/link.h"
#include "format/minilink.h"
#include "format/sidecar.h"
#include "format/subject.h"
#include "format/version.h"

typedef struct Row {
    ImageMethod method;
    const char *symbol;
    uint64_t key;
    uint32_t set;
} Row;

typedef struct Builder {
    const ImageInput *input;
    Err *err;
    Buffer stubs;       /* record of the stubs' unit */
    VEC(Bytes) records; /* of all units, the stubs' first */
    VEC(Row) rows;
    Map by_symbol;       /* symbol -> row + 1 */
    File linked_file;    /* of ld, or */
    Buffer linked_bytes; /* of minilink */
    Bytes linked;
    const Elf64_Ehdr *ehdr;
    const Elf64_Shdr *sections;
    const char *section_names;
    uint32_t n_loaded; /* sections that the image keeps */
    VEC(ImageRange) ranges;
    VEC(uint32_t) parts;
    Lines lines;
    Buffer line_bytes, strings, symtab, strtab;
    VEC(ImageSet) sets;
    VEC(ImageUnit) units;
    VEC(ImageKey) keys;
    VEC(ImageDep) deps;
    ImageHead head;
} Builder;

static bool fail(Builder *b, const char *what)
{
    return err_set(b->err, ERR_UNSUPPORTED, "linked image: %s", what);
}

/* -- Units --------------------------------------------------------------------- */

static UnitHead unit_head(Bytes record)
{
    UnitHead head;
    memcpy(&head, record.data, sizeof head);
    return head;
}

static const char *unit_text(Bytes record, uint32_t offset)
{
    return (const char *)record.data + unit_head(record).names + offset;
}

static bool add_stubs(Builder *b)
{
    UnitBuilder *unit = unit_open(NULL, NULL, LINK_STUBS_UNIT);
    for (uint32_t i = 0; i < link_stub_count(); i++) {
        Fixup fixup = {.kind = FIX_HELPER, .helper = (HelperId)(HELPER_memset + i)};
        unit_cell(unit, &fixup);
    }
    bool ok = unit_write(unit, &b->stubs, b->err);
    unit_close(unit);
    *vec_push(&b->records) = buffer_bytes(&b->stubs);
    return ok;
}

static bool check_record(Builder *b, Bytes record)
{
    if (record.size < sizeof(UnitHead))
        return fail(b, "a unit record is cut off");
    UnitHead head = unit_head(record);
    if (head.magic != UNIT_MAGIC || head.size != record.size ||
        (uint64_t)head.methods + head.n_methods * sizeof(UnitMethod) != record.size ||
        (uint64_t)head.names + head.names_size > record.size || !head.names_size ||
        record.data[head.names + head.names_size - 1])
        return fail(b, "a unit record is damaged");
    return true;
}

static bool add_rows(Builder *b, uint32_t unit, uint32_t set)
{
    Bytes record = b->records.at[unit];
    UnitHead head = unit_head(record);
    for (uint32_t i = 0; i < head.n_methods; i++) {
        UnitMethod in;
        memcpy(&in, record.data + head.methods + i * sizeof in, sizeof in);
        if (in.symbol >= head.names_size)
            return fail(b, "a unit record is damaged");
        Row *row = vec_push(&b->rows);
        row->symbol = unit_text(record, in.symbol);
        row->key = in.key;
        row->set = set;
        row->method = (ImageMethod){.token = in.token,
                                    .flags = in.flags,
                                    .osr_il = in.osr_il,
                                    .unit = unit,
                                    .subject = in.subject,
                                    .uses = in.uses,
                                    .lines = UINT32_MAX};
    }
    return true;
}

/* In each set rows with tokens come first, by token; a normal entry comes before its
 * OSR variants (its osr_il + 1 is 0); the others by key. */
static int compare_rows(const void *a, const void *b)
{
    const Row *x = a, *y = b;
    if (x->set != y->set)
        return x->set < y->set ? -1 : 1;
    if (!x->method.token != !y->method.token)
        return x->method.token ? -1 : 1;
    if (x->method.token != y->method.token)
        return x->method.token < y->method.token ? -1 : 1;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    if (x->method.osr_il != y->method.osr_il)
        return x->method.osr_il + 1 < y->method.osr_il + 1 ? -1 : 1;
    return strcmp(x->symbol, y->symbol);
}

static bool collect_units(Builder *b)
{
    const ImageInput *in = b->input;
    if (!add_stubs(b))
        return false;
    for (uint32_t i = 0; i < in->n_units; i++) {
        if (!check_record(b, in->units[i].record) || in->units[i].set >= in->n_sets)
            return fail(b, "a unit of no native section");
        *vec_push(&b->records) = in->units[i].record;
        if (!add_rows(b, i + 1, in->units[i].set))
            return false;
    }
    if (b->rows.n)
        qsort(b->rows.at, b->rows.n, sizeof *b->rows.at, compare_rows);
    for (size_t i = 0; i < b->rows.n; i++)
        map_str_put(&b->by_symbol, b->rows.at[i].symbol, (void *)(i + 1));
    return true;
}

/* -- Linking ------------------------------------------------------------------- */

/* One object is linked in memory, if it is of the usual kind. */
static bool link_one(Builder *b, const char *object, const LinkCells *cells)
{
    File file;
    Err ignored = ERR_INIT;
    if (!file_open(&file, object, false, &ignored))
        return false;
    bool ok = minilink(file.bytes, cells, 2, &b->linked_bytes);
    file_close(&file);
    b->linked = buffer_bytes(&b->linked_bytes);
    return ok;
}

static bool link_many(Builder *b, const char *const *objects, const LinkCells *cells)
{
    char path[4096];
    const ImageInput *in = b->input;
    if (!link_objects(in->dir, objects, in->n_units, cells, in->n_units + 1, b->err))
        return false;
    if (!file_join(path, sizeof path, in->dir, "linked") ||
        !file_open(&b->linked_file, path, false, b->err))
        return fail(b, "it can't be read");
    b->linked = b->linked_file.bytes;
    return true;
}

static bool link_units(Builder *b)
{
    const ImageInput *in = b->input;
    LinkCells *cells = mem_array(in->n_units + 1, sizeof *cells);
    const char **objects = mem_array(in->n_units + 1, sizeof *objects);
    for (uint32_t i = 0; i <= in->n_units; i++) {
        UnitHead head = unit_head(b->records.at[i]);
        cells[i] = (LinkCells){unit_text(b->records.at[i], head.name), head.n_cells};
        if (i)
            objects[i - 1] = in->units[i - 1].object;
    }
    bool ok = (in->n_units == 1 && link_one(b, objects[0], cells)) ||
              link_many(b, objects, cells);
    free(cells);
    free(objects);
    return ok;
}

static const Elf64_Shdr *find_section(const Builder *b, const char *name)
{
    for (int i = 1; i < b->ehdr->e_shnum; i++)
        if (!strcmp(b->section_names + b->sections[i].sh_name, name))
            return &b->sections[i];
    return NULL;
}

/* ld's output is ours, so its structure is trusted here; what it holds is not: code
 * that needs relocations or initialised data can't be an image. */
static bool read_linked(Builder *b)
{
    const uint8_t *data = b->linked.data;
    b->ehdr = (const Elf64_Ehdr *)data;
    if (b->linked.size < sizeof *b->ehdr || memcmp(data, ELFMAG, SELFMAG) != 0 ||
        b->ehdr->e_shoff >= b->linked.size)
        return fail(b, "it is no ELF file");
    b->sections = (const Elf64_Shdr *)(data + b->ehdr->e_shoff);
    b->section_names = (const char *)data + b->sections[b->ehdr->e_shstrndx].sh_offset;
    b->n_loaded = 1;
    for (int i = 1; i < b->ehdr->e_shnum; i++) {
        const Elf64_Shdr *s = &b->sections[i];
        const char *name = b->section_names + s->sh_name;
        if (!(s->sh_flags & SHF_ALLOC))
            continue;
        if (b->n_loaded++ != (uint32_t)i)
            return fail(b, "its loaded sections are not the first ones");
        if (s->sh_type == SHT_RELA && s->sh_size)
            return fail(b, "it has relocations");
        if (s->sh_flags & SHF_WRITE && s->sh_type == SHT_PROGBITS && s->sh_size)
            return err_set(b->err, ERR_UNSUPPORTED, "linked image: it has data in %s",
                           name);
    }
    return find_section(b, ".text") || fail(b, "it has no code");
}

/* -- Ranges -------------------------------------------------------------------- */

/* The row that a function's symbol belongs to: its own, or that of its name without the
 * suffixes of outlined parts, inlined copies and GCC's clones. */
static uint32_t row_of_symbol(const Builder *b, const char *name)
{
    char text[512];
    snprintf(text, sizeof text, "%s", name);
    for (;;) {
        uintptr_t found = (uintptr_t)map_str_get(&b->by_symbol, text);
        if (found)
            return (uint32_t)found - 1;
        char *cut = text + strlen(text);
        while (cut > text && *cut != '.' && *cut != '$' && *cut != '_')
            cut--;
        if (cut == text)
            return UINT32_MAX;
        *cut = 0;
    }
}

static int compare_ranges(const void *a, const void *b)
{
    const ImageRange *x = a, *y = b;
    if (x->rva != y->rva)
        return x->rva < y->rva ? -1 : 1;
    return x->method < y->method ? -1 : x->method > y->method;
}

static void collect_ranges(Builder *b)
{
    const Elf64_Shdr *symtab = find_section(b, ".symtab");
    const uint8_t *data = b->linked.data;
    if (!symtab)
        return;
    const Elf64_Sym *sym = (const Elf64_Sym *)(data + symtab->sh_offset);
    const char *names = (const char *)data + b->sections[symtab->sh_link].sh_offset;
    for (uint64_t i = 0; i < symtab->sh_size / sizeof *sym; i++) {
        if (ELF64_ST_TYPE(sym[i].st_info) != STT_FUNC || !sym[i].st_size ||
            sym[i].st_shndx == SHN_UNDEF)
            continue;
        const char *name = names + sym[i].st_name;
        uint32_t row = row_of_symbol(b, name);
        if (row == UINT32_MAX)
            continue;
        ImageRange *range = vec_push(&b->ranges);
        *range =
            (ImageRange){(uint32_t)sym[i].st_value, (uint32_t)sym[i].st_size, row, 0};
        if (!strcmp(name, b->rows.at[row].symbol))
            b->rows.at[row].method.entry_rva = range->rva;
    }
    if (b->ranges.n)
        qsort(b->ranges.at, b->ranges.n, sizeof *b->ranges.at, compare_ranges);
}

/* Lists the ranges of each row, the entry's first. */
static void collect_parts(Builder *b)
{
    uint32_t n = (uint32_t)b->rows.n;
    for (size_t i = 0; i < b->ranges.n; i++)
        b->rows.at[b->ranges.at[i].method].method.n_parts++;
    uint32_t total = 0;
    for (uint32_t i = 0; i < n; i++) {
        b->rows.at[i].method.first_part = total;
        total += b->rows.at[i].method.n_parts;
        for (uint32_t k = 0; k < b->rows.at[i].method.n_parts; k++)
            *vec_push(&b->parts) = UINT32_MAX;
    }
    for (int others = 0; others < 2; others++)
        for (uint32_t i = 0; i < b->ranges.n; i++) {
            const ImageMethod *m = &b->rows.at[b->ranges.at[i].method].method;
            uint32_t at = m->first_part;
            if ((b->ranges.at[i].rva != m->entry_rva) != others)
                continue;
            while (b->parts.at[at] != UINT32_MAX)
                at++;
            b->parts.at[at] = i;
        }
}

/* The range that starts at rva; NULL: none does. */
static ImageRange *range_at(const Builder *b, uint32_t rva)
{
    size_t at = search_first(i, 0, b->ranges.n, b->ranges.at[i].rva < rva);
    return at < b->ranges.n && b->ranges.at[at].rva == rva ? &b->ranges.at[at] : NULL;
}

/* Records of .eh_frame whose second word is not zero are FDEs. GCC's CIEs say "zR"
 * here, so addresses are pc-relative in 4 bytes; nothing else can be read. */
static bool collect_frames(Builder *b)
{
    static const uint8_t augmentation[] = {1, 'z', 'R', 0};
    const Elf64_Shdr *eh = find_section(b, ".eh_frame");
    if (!eh)
        return true;
    Cursor all = cursor_of(b->linked.data + eh->sh_offset, eh->sh_size);
    while (cursor_left(&all) >= 4) {
        uint32_t rva = (uint32_t)(eh->sh_addr + cursor_offset(&all));
        uint32_t length = cursor_u32(&all);
        if (!length) /* an end mark */
            continue;
        Bytes record = cursor_bytes(&all, length);
        Cursor c = cursor_open(record);
        if (cursor_u32(&c)) {
            uint32_t start = rva + 8 + cursor_u32(&c);
            ImageRange *range = range_at(b, start);
            for (; range && range < b->ranges.at + b->ranges.n && range->rva == start;
                 range++)
                range->fde = rva;
        } else if (record.size < 8 || memcmp(record.data + 4, augmentation, 4) != 0)
            return fail(b, "its call frames are of another kind");
        if (all.failed || c.failed)
            return fail(b, "its call frames are damaged");
    }
    return true;
}

/* -- Lines --------------------------------------------------------------------- */

/* The number of a copy by its symbol, `symbol` of its host; 0: the host itself, or a
 * part of it. */
static uint32_t copy_number(const char *function, const char *symbol)
{
    size_t n = strlen(symbol);
    if (strncmp(function, symbol, n) != 0 || strncmp(function + n, "_i", 2) != 0)
        return 0;
    return (uint32_t)strtoul(function + n + 2, NULL, 10);
}

/* A protected region or a handler of that function: the same call of it. */
static bool is_part(const char *function, const char *symbol)
{
    size_t n = strlen(symbol);
    if (strncmp(function, symbol, n) != 0)
        return false;
    const char *rest = function + n;
    if (copy_number(function, symbol))
        rest += strspn(rest + 2, "0123456789") + 2;
    return rest[0] == '_' && (rest[1] == 'p' || rest[1] == 'f');
}

/* A part in a part, a finally block in another, is the same method at two places: the
 * inner one is where it stands. The method itself in a part has called itself. */
static void put_frames(Buffer *out, const Builder *b, const Line *row,
                       const char *symbol)
{
    const LineFrame *frames = &b->lines.frames.at[row->first];
    uint32_t copy = copy_number(frames[0].function, symbol);
    if (copy) { /* a copy that is a function of its own */
        buffer_compressed(out, 1);
        buffer_compressed(out, copy);
    }
    for (uint32_t i = 0; i < row->n; i++) {
        bool more = i + 1 < row->n;
        uint32_t inner = more ? copy_number(frames[i + 1].function, symbol) : 0;
        if (more && inner == copy && is_part(frames[i + 1].function, symbol))
            continue;
        buffer_compressed(out, frames[i].line << 1 | more);
        if (more)
            buffer_compressed(out, inner);
        copy = inner;
    }
}

static void put_lines(Builder *b, Row *of, Buffer *scratch)
{
    ImageMethod *m = &of->method;
    Buffer before = BUFFER_INIT, frames = BUFFER_INIT;
    uint32_t n = 0, start = 0, last = 0;
    scratch->size = 0;
    for (uint32_t k = 0; k < m->n_parts; k++) {
        const ImageRange *r = &b->ranges.at[b->parts.at[m->first_part + k]];
        size_t i = lines_find(&b->lines, r->rva);
        for (; i < b->lines.rows.n; i++) {
            const Line *row = &b->lines.rows.at[i];
            if (row->address >= r->rva + (uint64_t)r->size)
                break;
            frames.size = 0;
            put_frames(&frames, b, row, of->symbol);
            if (bytes_equal(buffer_bytes(&frames), buffer_bytes(&before)))
                continue;
            uint32_t at = start + (uint32_t)(row->address - r->rva);
            buffer_compressed(scratch, at - last);
            buffer_put(scratch, frames.data, frames.size);
            before.size = 0;
            buffer_put(&before, frames.data, frames.size);
            last = at, n++;
        }
        start += r->size;
    }
    if (n) {
        m->lines = (uint32_t)b->line_bytes.size;
        buffer_compressed(&b->line_bytes, n);
        buffer_put(&b->line_bytes, scratch->data, scratch->size);
    }
    buffer_free(&before);
    buffer_free(&frames);
}

/* In the order of the code: what runs together is read together. */
static void collect_lines(Builder *b)
{
    Buffer scratch = BUFFER_INIT;
    lines_read(&b->lines, b->linked);
    for (size_t i = 0; b->lines.rows.n && i < b->ranges.n; i++) {
        Row *row = &b->rows.at[b->ranges.at[i].method];
        if (b->ranges.at[i].rva == row->method.entry_rva &&
            row->method.lines == UINT32_MAX)
            put_lines(b, row, &scratch);
    }
    buffer_free(&scratch);
}

/* -- Tables -------------------------------------------------------------------- */

static uint32_t add_string(Builder *b, const char *text)
{
    uint32_t at = (uint32_t)b->strings.size;
    buffer_cstr(&b->strings, text);
    return at;
}

static void add_dep(Builder *b, const ImageDep *dep, const char *name)
{
    for (size_t i = 0; i < b->deps.n; i++)
        if (!memcmp(b->deps.at[i].mvid, dep->mvid, 16) &&
            b->deps.at[i].content == dep->content &&
            !strcmp((char *)b->strings.data + b->deps.at[i].name, name))
            return;
    ImageDep *own = vec_push(&b->deps);
    *own = *dep;
    own->name = add_string(b, name);
}

static uint32_t cells_rva(const Builder *b, uint32_t unit)
{
    const Elf64_Shdr *cells = find_section(b, ".r2r.cells");
    uint64_t at = cells ? cells->sh_addr : 0;
    for (uint32_t i = 0; i < unit; i++)
        at += unit_head(b->records.at[i]).n_cells * 8ull;
    return (uint32_t)at;
}

/* The records without their method tables, and where they lie. */
static void put_records(Builder *b, Buffer *out)
{
    uint64_t rva = cells_rva(b, 0);
    buffer_u8(&b->strings, 0);
    for (uint32_t i = 0; i < b->records.n; i++) {
        Bytes record = b->records.at[i];
        UnitHead head = unit_head(record);
        uint32_t at = (uint32_t)out->size;
        ImageUnit *unit = vec_push(&b->units);
        *unit = (ImageUnit){.record = at,
                            .record_size = head.methods,
                            .name = add_string(b, unit_text(record, head.name)),
                            .set = i ? b->input->units[i - 1].set : 0,
                            .cells_rva = (uint32_t)rva,
                            .n_cells = head.n_cells};
        rva += head.n_cells * 8ull;
        for (uint32_t k = 0; k < head.n_deps; k++) {
            ImageDep dep;
            memcpy(&dep, record.data + head.deps + k * sizeof dep, sizeof dep);
            add_dep(b, &dep, unit_text(record, dep.name));
        }
        head.size = head.methods;
        head.n_methods = 0;
        buffer_put(out, record.data, head.methods);
        memcpy(out->data + at, &head, sizeof head);
        buffer_align(out, 8);
    }
}

static void put_sets(Builder *b)
{
    const ImageInput *in = b->input;
    uint32_t row = 0;
    for (uint32_t i = 0; i < in->n_sets; i++) {
        ImageSet *set = vec_push(&b->sets);
        *set = (ImageSet){.level = in->sets[i].level,
                          .first_method = row,
                          .first_key = (uint32_t)b->keys.n,
                          .required = cpu_level_features(in->sets[i].level),
                          .used = in->sets[i].used};
        for (; row < b->rows.n && b->rows.at[row].set == i &&
               b->rows.at[row].method.token;
             row++)
            set->n_methods++;
        set->first_instance = row;
        for (; row < b->rows.n && b->rows.at[row].set == i; row++) {
            set->n_instances++;
            *vec_push(&b->keys) =
                (ImageKey){.hash = b->rows.at[row].key, .method = row};
        }
        set->n_keys = set->n_instances;
    }
}

/* Symbols with the names of methods, for gdb and perf. */
static void put_symbols(Builder *b)
{
    uint16_t text = (uint16_t)(find_section(b, ".text") - b->sections);
    Elf64_Sym sym = {.st_name = 0};
    buffer_u8(&b->strtab, 0);
    buffer_put(&b->symtab, &sym, sizeof sym);
    for (size_t i = 0; i < b->ranges.n; i++) {
        const ImageRange *range = &b->ranges.at[i];
        const ImageMethod *m = &b->rows.at[range->method].method;
        Bytes record = b->records.at[m->unit];
        UnitHead head = unit_head(record);
        SubjectReader reader = {
            .names = {record.data + head.names, head.names_size},
            .blob = {record.data + head.subjects, head.subjects_size}};
        sym = (Elf64_Sym){.st_name = (uint32_t)b->strtab.size,
                          .st_info = ELF64_ST_INFO(STB_LOCAL, STT_FUNC),
                          .st_shndx = text,
                          .st_value = range->rva,
                          .st_size = range->size};
        subject_print(&reader, m->subject, &b->strtab);
        if (m->flags & UNIT_METHOD_OSR)
            buffer_printf(&b->strtab, "@%x", m->osr_il);
        if (range->rva != m->entry_rva)
            buffer_printf(&b->strtab, "$part");
        buffer_u8(&b->strtab, 0);
        buffer_put(&b->symtab, &sym, sizeof sym);
    }
}

/* -- The file ------------------------------------------------------------------ */

static void add_table(ElfFile *file, const char *name, const void *data, size_t size)
{
    Elf64_Shdr shdr = {.sh_type = SHT_PROGBITS, .sh_addralign = 8};
    elffile_add(file, name, shdr, data, size);
}

static void start_file(Builder *b, ElfFile *file)
{
    size_t end = sizeof(Elf64_Ehdr) + b->ehdr->e_phnum * sizeof(Elf64_Phdr);
    for (uint32_t i = 1; i < b->n_loaded; i++) {
        const Elf64_Shdr *s = &b->sections[i];
        if (s->sh_type != SHT_NOBITS && s->sh_offset + s->sh_size > end)
            end = s->sh_offset + s->sh_size;
    }
    elffile_open(file, ET_DYN);
    file->bytes.size = 0;
    buffer_put(&file->bytes, b->linked.data, end);
    for (uint32_t i = 1; i < b->n_loaded; i++)
        elffile_keep(file, b->section_names + b->sections[i].sh_name, b->sections[i]);
}

static void put_methods(Builder *b, Buffer *out)
{
    for (size_t i = 0; i < b->rows.n; i++)
        buffer_put(out, &b->rows.at[i].method, sizeof(ImageMethod));
}

static void fill_head(Builder *b)
{
    const Elf64_Shdr *text = find_section(b, ".text"),
                     *eh = find_section(b, ".eh_frame");
    b->head = (ImageHead){.magic = IMAGE_MAGIC,
                          .version = (uint32_t)image_format_version(),
                          .size = sizeof b->head,
                          .n_sets = (uint32_t)b->sets.n,
                          .n_units = (uint32_t)b->units.n,
                          .n_methods = (uint32_t)b->rows.n,
                          .n_keys = (uint32_t)b->keys.n,
                          .n_ranges = (uint32_t)b->ranges.n,
                          .n_parts = (uint32_t)b->parts.n,
                          .n_deps = (uint32_t)b->deps.n,
                          .text_rva = (uint32_t)text->sh_addr,
                          .text_size = (uint32_t)text->sh_size,
                          .eh_frame_rva = eh ? (uint32_t)eh->sh_addr : 0,
                          .eh_frame_size = eh ? (uint32_t)eh->sh_size : 0,
                          .n_stubs = link_stub_count()};
}

static bool write_file(Builder *b, Buffer *out)
{
    ElfFile file;
    Buffer facts = BUFFER_INIT, records = BUFFER_INIT, methods = BUFFER_INIT;
    Buffer hashes = BUFFER_INIT; /* zero here: put in last of all */
    FpFacts all = *b->input->facts;
    image_add_facts(&all);
    fp_write(&facts, &all);
    put_records(b, &records);
    put_sets(b);
    put_symbols(b);
    put_methods(b, &methods);
    fill_head(b);
    for (size_t i = 0; i < b->units.n; i++)
        buffer_u64(&hashes, 0);
    start_file(b, &file);
    add_table(&file, ".r2r.head", &b->head, sizeof b->head);
    size_t head_at = file.bytes.size - sizeof b->head;
    add_table(&file, ".r2r.facts", facts.data, facts.size);
    add_table(&file, ".r2r.sets", b->sets.at, b->sets.n * sizeof(ImageSet));
    add_table(&file, ".r2r.units", b->units.at, b->units.n * sizeof(ImageUnit));
    add_table(&file, ".r2r.deps", b->deps.at, b->deps.n * sizeof(ImageDep));
    add_table(&file, ".r2r.strings", b->strings.data, b->strings.size);
    add_table(&file, ".r2r.methods", methods.data, methods.size);
    add_table(&file, ".r2r.keys", b->keys.at, b->keys.n * sizeof(ImageKey));
    add_table(&file, ".r2r.ranges", b->ranges.at, b->ranges.n * sizeof(ImageRange));
    add_table(&file, ".r2r.parts", b->parts.at, b->parts.n * sizeof(uint32_t));
    add_table(&file, ".r2r.lines", b->line_bytes.data, b->line_bytes.size);
    add_table(&file, ".r2r.hashes", hashes.data, hashes.size);
    add_table(&file, ".r2r.records", records.data, records.size);
    if (b->input->skipped.size)
        add_table(&file, ".r2r.skipped", b->input->skipped.data,
                  b->input->skipped.size);
    uint32_t strtab = elffile_add(&file, ".strtab", (Elf64_Shdr){.sh_type = SHT_STRTAB},
                                  b->strtab.data, b->strtab.size);
    elffile_add(&file, ".symtab",
                (Elf64_Shdr){.sh_type = SHT_SYMTAB,
                             .sh_addralign = 8,
                             .sh_entsize = sizeof(Elf64_Sym),
                             .sh_link = strtab,
                             .sh_info = (uint32_t)(b->symtab.size / sizeof(Elf64_Sym))},
                b->symtab.data, b->symtab.size);
    elffile_finish(&file);
    b->head.file_size = file.bytes.size;
    memcpy(file.bytes.data + head_at, &b->head, sizeof b->head);
    const char *why;
    bool ok = sidecar_put_hashes(&file.bytes, &why) ||
              err_set(b->err, ERR_UNSUPPORTED,
                      "the image that was made is malformed: %s", why);
    if (ok)
        buffer_put(out, file.bytes.data, file.bytes.size);
    elffile_close(&file);
    buffer_free(&facts);
    buffer_free(&records);
    buffer_free(&methods);
    buffer_free(&hashes);
    return ok;
}

void image_add_facts(FpFacts *facts)
{
    const FpFacts machine = {.at = {
#define MACHINE_NUMBER(fact, made, found)                                              \
    [FP_##fact] = {.present = true, .number = made},
#define MACHINE_TEXT(fact, made, found) [FP_##fact] = {.present = true, .text = made},
#include "format/machine.def"
#undef MACHINE_NUMBER
#undef MACHINE_TEXT
                             }};
    for (uint32_t i = 0; i < FP_MAX; i++)
        if (machine.at[i].present && !facts->at[i].present)
            facts->at[i] = machine.at[i];
}

static void builder_close(Builder *b)
{
    vec_free(&b->records);
    vec_free(&b->rows);
    map_keyed_free(&b->by_symbol);
    vec_free(&b->ranges);
    vec_free(&b->parts);
    vec_free(&b->sets);
    vec_free(&b->units);
    vec_free(&b->keys);
    vec_free(&b->deps);
    lines_free(&b->lines);
    buffer_free(&b->stubs);
    buffer_free(&b->line_bytes);
    buffer_free(&b->strings);
    buffer_free(&b->symtab);
    buffer_free(&b->strtab);
    if (b->linked_file.path)
        file_close(&b->linked_file);
    buffer_free(&b->linked_bytes);
}

bool image_build(const ImageInput *input, Buffer *out, Err *err)
{
    Builder b = {.input = input, .err = err};
    bool ok = collect_units(&b) && link_units(&b) && read_linked(&b);
    if (ok) {
        collect_ranges(&b);
        collect_parts(&b);
        collect_lines(&b);
        ok = collect_frames(&b) && write_file(&b, out);
    }
    builder_close(&b);
    return ok;
}
