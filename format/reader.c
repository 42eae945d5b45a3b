/* reader.c - checks the structure of an image: ELF headers, segments, sections, counts.
 */
#include <elf.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "common/base/hash.h"
#include "common/base/mem.h"
#include "format/sidecar_private.h"

#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
enum { CHECKSUMS_COUNT = 0 }; /* a fuzzer must get behind them */
#else
enum { CHECKSUMS_COUNT = 1 };
#endif

enum {
    MAX_SECTIONS = 128,
    MAX_PROGRAM_HEADERS = 16,
    MAX_SETS = 8,
    MAX_UNITS = 1 << 20,
    HEAD_START = offsetof(ImageHead, file_size), /* what any version's head has */
};

typedef struct Parse {
    Sidecar *sidecar;
    Bytes file;
    Elf64_Ehdr ehdr;
    Bytes section_names;
    Bytes head;
    const char *problem;
} Parse;

static bool fail(Parse *p, const char *problem)
{
    if (!p->problem)
        p->problem = problem;
    return false;
}

/* -- ELF ----------------------------------------------------------------------- */

static bool parse_ehdr(Parse *p)
{
    Elf64_Ehdr *e = &p->ehdr;
    if (p->file.size < sizeof *e)
        return fail(p, "too short for an ELF header");
    memcpy(e, p->file.data, sizeof *e);
    if (memcmp(e->e_ident, ELFMAG, SELFMAG) != 0)
        return fail(p, "no ELF file");
    if (e->e_ident[EI_CLASS] != ELFCLASS64 || e->e_ident[EI_DATA] != ELFDATA2LSB ||
        e->e_ident[EI_VERSION] != EV_CURRENT || e->e_version != EV_CURRENT)
        return fail(p, "not 64-bit little-endian ELF");
    if (e->e_type != ET_DYN || e->e_machine != EM_X86_64)
        return fail(p, "no shared object for x86-64");
    if (e->e_ehsize != sizeof *e || e->e_phentsize != sizeof(Elf64_Phdr) ||
        e->e_shentsize != sizeof(Elf64_Shdr))
        return fail(p, "ELF headers of unexpected size");
    if (!e->e_phnum || e->e_phnum > MAX_PROGRAM_HEADERS || !e->e_shnum ||
        e->e_shnum > MAX_SECTIONS || e->e_shstrndx >= e->e_shnum)
        return fail(p, "too many or no ELF headers");
    return true;
}

static bool add_segment(Parse *p, const Elf64_Phdr *h)
{
    SidecarTables *t = p->sidecar->tables;
    bool writable = h->p_flags & PF_W, executable = h->p_flags & PF_X;
    uint64_t end = 0, page = IMAGE_ALIGN;
    if (t->n_segments)
        end = (uint64_t)t->segments[t->n_segments - 1].rva +
              t->segments[t->n_segments - 1].memory_size;
    if (t->n_segments == SIDECAR_SEGMENTS)
        return fail(p, "too many segments");
    if (!(h->p_flags & PF_R) || (writable && executable))
        return fail(p, "a segment is unreadable, or writable and executable");
    if (h->p_offset > p->file.size || h->p_filesz > p->file.size - h->p_offset)
        return fail(p, "a segment lies outside the file");
    if (h->p_memsz > 1u << 30 || h->p_vaddr > 1u << 30 || h->p_filesz > h->p_memsz ||
        h->p_align < page || h->p_offset % page != h->p_vaddr % page)
        return fail(p, "a segment has a bad size or alignment");
    if (!writable && h->p_filesz != h->p_memsz)
        return fail(p, "a read-only segment has no content");
    if (h->p_vaddr / page * page < (end + page - 1) / page * page && t->n_segments)
        return fail(p, "segments overlap");
    t->segments[t->n_segments++] = (SidecarSegment){
        .rva = (uint32_t)h->p_vaddr,
        .memory_size = (uint32_t)h->p_memsz,
        .file_size = (uint32_t)h->p_filesz,
        .offset = (uint32_t)h->p_offset,
        .prot = PROT_READ | (writable ? PROT_WRITE : 0) | (executable ? PROT_EXEC : 0)};
    return true;
}

static bool parse_segments(Parse *p)
{
    SidecarTables *t = p->sidecar->tables;
    if (p->file.size > 1u << 30 ||
        !bytes_slice(p->file, p->ehdr.e_phoff, p->ehdr.e_phnum * sizeof(Elf64_Phdr),
                     &t->phdrs))
        return fail(p, "program headers outside the file");
    for (uint32_t i = 0; i < p->ehdr.e_phnum; i++) {
        Elf64_Phdr h;
        sidecar_table_row(t->phdrs, i, &h, sizeof h);
        if (h.p_type == PT_INTERP || h.p_type == PT_TLS)
            return fail(p, "it wants an interpreter or thread-local storage");
        if (h.p_type == PT_LOAD && h.p_memsz && !add_segment(p, &h))
            return false;
    }
    return t->n_segments || fail(p, "no segments");
}

const SidecarSegment *sidecar_segment(const Sidecar *sidecar, uint64_t rva,
                                      uint64_t size, int prot)
{
    const SidecarTables *t = sidecar->tables;
    for (uint32_t i = 0; i < t->n_segments; i++) {
        const SidecarSegment *s = &t->segments[i];
        if (s->prot == prot && rva >= s->rva && rva - s->rva <= s->memory_size &&
            size <= s->memory_size - (rva - s->rva))
            return s;
    }
    return NULL;
}

/* -- Sections ------------------------------------------------------------------ */

typedef struct SectionRow {
    const char *name;
    size_t at; /* of its Bytes in SidecarTables */
} SectionRow;

static const SectionRow section_rows[] = {
    {".r2r.facts", offsetof(SidecarTables, facts)},
    {".r2r.sets", offsetof(SidecarTables, sets)},
    {".r2r.units", offsetof(SidecarTables, units)},
    {".r2r.deps", offsetof(SidecarTables, deps)},
    {".r2r.strings", offsetof(SidecarTables, strings)},
    {".r2r.methods", offsetof(SidecarTables, methods)},
    {".r2r.keys", offsetof(SidecarTables, keys)},
    {".r2r.ranges", offsetof(SidecarTables, ranges)},
    {".r2r.parts", offsetof(SidecarTables, parts)},
    {".r2r.lines", offsetof(SidecarTables, lines)},
    {".r2r.records", offsetof(SidecarTables, records)},
    {".r2r.hashes", offsetof(SidecarTables, hashes)},
    {".r2r.skipped", offsetof(SidecarTables, skipped)},
};

static void parse_section(Parse *p, const char *name, Bytes content)
{
    if (!strcmp(name, ".r2r.head"))
        p->head = content;
    for (size_t i = 0; i < sizeof section_rows / sizeof *section_rows; i++)
        if (!strcmp(name, section_rows[i].name))
            *(Bytes *)((char *)p->sidecar->tables + section_rows[i].at) = content;
}

static bool parse_head(Parse *p)
{
    SidecarTables *t = p->sidecar->tables;
    ImageHead *h = &t->head;
    if (p->head.size < HEAD_START)
        return fail(p, "no .r2r.head");
    memcpy(h, p->head.data, p->head.size < sizeof *h ? p->head.size : sizeof *h);
    t->head_at = (size_t)(p->head.data - p->file.data);
    return !memcmp(h->magic, IMAGE_MAGIC, sizeof h->magic) ||
           fail(p, "a head without its magic");
}

static bool parse_sections(Parse *p)
{
    Bytes table, names;
    Elf64_Shdr s;
    if (!bytes_slice(p->file, p->ehdr.e_shoff, p->ehdr.e_shnum * sizeof s, &table))
        return fail(p, "section headers outside the file");
    sidecar_table_row(table, p->ehdr.e_shstrndx, &s, sizeof s);
    if (!bytes_slice(p->file, s.sh_offset, s.sh_size, &names) || !names.size ||
        names.data[names.size - 1])
        return fail(p, "section names outside the file");
    for (uint32_t i = 1; i < p->ehdr.e_shnum; i++) {
        Bytes content;
        sidecar_table_row(table, i, &s, sizeof s);
        if (s.sh_name >= names.size)
            return fail(p, "a section without a name");
        const char *name = (const char *)names.data + s.sh_name;
        if (strncmp(name, ".r2r.", 5) != 0 || s.sh_type == SHT_NOBITS)
            continue;
        if (!bytes_slice(p->file, s.sh_offset, s.sh_size, &content))
            return fail(p, "a section lies outside the file");
        parse_section(p, name, content);
    }
    return parse_head(p);
}

static const char *next_text(Bytes texts, size_t *at)
{
    const uint8_t *text = texts.data + *at;
    const uint8_t *end = *at < texts.size ? memchr(text, 0, texts.size - *at) : NULL;
    *at = end ? (size_t)(end + 1 - texts.data) : texts.size;
    return end ? (const char *)text : NULL;
}

bool sidecar_next_skipped(const Sidecar *sidecar, size_t *at, const char **method,
                          const char **reason)
{
    *method = next_text(sidecar->tables->skipped, at);
    *reason = next_text(sidecar->tables->skipped, at);
    return *method && *reason;
}

/* -- Tables -------------------------------------------------------------------- */

static bool check_counts(Parse *p)
{
    const SidecarTables *t = p->sidecar->tables;
    const ImageHead *h = &t->head;
    if (!sidecar_version_is_ours(p->sidecar))
        return true; /* the verdict says so; nothing more is read */
    if (h->size != sizeof *h || p->head.size < sizeof *h ||
        h->file_size != p->file.size)
        return fail(p, "cut off, or longer than it was made");
    const struct {
        Bytes table;
        uint64_t n, size;
    } rows[] = {
        {t->sets, h->n_sets, sizeof(ImageSet)},
        {t->units, h->n_units, sizeof(ImageUnit)},
        {t->deps, h->n_deps, sizeof(ImageDep)},
        {t->methods, h->n_methods, sizeof(ImageMethod)},
        {t->keys, h->n_keys, sizeof(ImageKey)},
        {t->ranges, h->n_ranges, sizeof(ImageRange)},
        {t->parts, h->n_parts, sizeof(uint32_t)},
        {t->hashes, h->n_units, sizeof(uint64_t)},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].table.size != rows[i].n * rows[i].size)
            return fail(p, "a table has another size than its head says");
    if (!t->strings.size || t->strings.data[t->strings.size - 1])
        return fail(p, "strings without an end");
    if (h->n_sets > MAX_SETS || h->n_units > MAX_UNITS)
        return fail(p, "too many native sections or units");
    if (!sidecar_segment(p->sidecar, h->text_rva, h->text_size, PROT_READ | PROT_EXEC))
        return fail(p, "code outside the executable segment");
    if (h->n_stubs > h->text_size / IMAGE_STUB_SIZE)
        return fail(p, "more stubs than code");
    if (h->eh_frame_rva &&
        !sidecar_segment(p->sidecar, h->eh_frame_rva, h->eh_frame_size, PROT_READ))
        return fail(p, "unwind information outside the constants");
    return true;
}

/* Sets lie behind each other, and no row or key is outside of them. */
typedef struct SetEnd {
    uint64_t rows, keys;
    uint32_t level;
} SetEnd;

static bool check_set(const ImageSet *set, SetEnd *end)
{
    uint64_t features = cpu_level_features(set->level);
    bool ok = set->level > end->level && set->level <= CPU_LEVELS &&
              (set->required & features) == features &&
              set->first_method == end->rows &&
              set->first_instance == end->rows + set->n_methods &&
              set->first_key == end->keys;
    *end = (SetEnd){end->rows + set->n_methods + set->n_instances,
                    end->keys + set->n_keys, set->level};
    return ok;
}

static bool parse_sets(Parse *p)
{
    Sidecar *s = p->sidecar;
    SidecarTables *t = s->tables;
    SetEnd end = {0};
    s->sets = mem_array(t->head.n_sets + 1, sizeof *s->sets);
    t->rows_sets = mem_array(t->head.n_sets + 1, sizeof *t->rows_sets);
    t->checked = mem_array(t->head.n_methods + 1ull, 1);
    for (uint32_t i = 0; i < t->head.n_sets; i++) {
        ImageSet *row = &t->rows_sets[i];
        sidecar_table_row(t->sets, i, row, sizeof *row);
        if (!check_set(row, &end))
            return fail(p, "a native section that does not follow the one before");
        s->sets[s->n_sets++] = (SidecarSet){.level = row->level,
                                            .required = row->required,
                                            .absent = row->absent,
                                            .used = row->used,
                                            .n_methods = row->n_methods,
                                            .n_instances = row->n_instances};
    }
    return (end.rows == t->head.n_methods && end.keys == t->head.n_keys) ||
           fail(p, "rows of no native section");
}

/* Cells are one word of one unit: code of another would find another kind there. */
static bool check_cells(const Sidecar *s, const ImageUnit *unit, uint64_t *end)
{
    if (!unit->n_cells)
        return true;
    bool ok = unit->cells_rva % 8 == 0 && unit->cells_rva >= *end &&
              sidecar_segment(s, unit->cells_rva, unit->n_cells * 8ull,
                              PROT_READ | PROT_WRITE);
    *end = unit->cells_rva + unit->n_cells * 8ull;
    return ok;
}

static bool parse_units(Parse *p)
{
    Sidecar *s = p->sidecar;
    SidecarTables *t = s->tables;
    uint64_t cells_end = 0;
    s->units = mem_array(t->head.n_units + 1, sizeof *s->units);
    for (uint32_t i = 0; i < t->head.n_units; i++) {
        ImageUnit row;
        Bytes record;
        sidecar_table_row(t->units, i, &row, sizeof row);
        if (row.name >= t->strings.size || (row.set && row.set >= s->n_sets) ||
            !bytes_slice(t->records, row.record, row.record_size, &record))
            return fail(p, "a unit outside the tables");
        if (!check_cells(s, &row, &cells_end))
            return fail(p, "cells outside the writable segment, or another unit's");
        s->units[s->n_units++] =
            (SidecarUnit){.sidecar = s,
                          .index = i,
                          .set = row.set,
                          .name = (const char *)t->strings.data + row.name,
                          .n_cells = row.n_cells};
    }
    return true;
}

/* What serves the image as a whole; rows of methods and records of units have hashes of
 * their own. */
static bool check_seal(Parse *p)
{
    const SidecarTables *t = p->sidecar->tables;
    return !CHECKSUMS_COUNT || !sidecar_version_is_ours(p->sidecar) ||
           sidecar_seal(p->sidecar) == t->head.seal ||
           fail(p, "what its methods share does not match its checksum");
}

bool sidecar_parse(Sidecar *sidecar, bool sealed, const char **problem)
{
    Parse p = {.sidecar = sidecar, .file = sidecar->file.bytes};
    SidecarTables *t = sidecar->tables;
    bool ok = parse_ehdr(&p) && parse_segments(&p) && parse_sections(&p) &&
              check_counts(&p) && (!sealed || check_seal(&p));
    if (ok && !fp_read(t->facts, &sidecar->facts, &t->unknown_fact))
        ok = fail(&p, "facts that are cut off, there twice or of another type");
    if (ok && sidecar_version_is_ours(sidecar)) {
        ok = parse_sets(&p) && parse_units(&p);
        sidecar->n_rows = t->head.n_methods;
        sidecar->n_deps = t->head.n_deps;
    } else if (ok && (uint32_t)sidecar->facts.at[FP_FORMAT].number != t->head.version)
        sidecar->facts.at[FP_FORMAT] =
            (FpValue){.present = true, .number = t->head.version};
    *problem = p.problem;
    return ok;
}

/* -- Units' records ------------------------------------------------------------ */

/* The home assembly is the first that a record names, since it answers for that. */
static bool record_is_of(Bytes deps, const Assembly *home)
{
    ImageDep first;
    if (!home || !deps.size)
        return true;
    sidecar_table_row(deps, 0, &first, sizeof first);
    return !memcmp(first.mvid, home->image->mvid, sizeof first.mvid);
}

/* Equal cells are one, so there is one handle of the unit at most. */
static bool handle_is_one(Bytes cells)
{
    uint32_t n = 0;
    for (size_t i = 0; i < cells.size / sizeof(UnitCell); i++) {
        UnitCell cell;
        sidecar_table_row(cells, (uint32_t)i, &cell, sizeof cell);
        n += cell.kind == FIX_UNIT;
    }
    return n <= 1;
}

static bool open_record(const SidecarUnit *unit, UnitReader *reader)
{
    const SidecarTables *t = unit->sidecar->tables;
    ImageUnit row;
    Bytes record, deps, names, subjects;
    uint64_t hash;
    UnitHead *h = &reader->head;
    sidecar_table_row(t->hashes, unit->index, &hash, sizeof hash);
    sidecar_table_row(t->units, unit->index, &row, sizeof row);
    if (!bytes_slice(t->records, row.record, row.record_size, &record) ||
        record.size < sizeof *h ||
        (CHECKSUMS_COUNT && hash_bytes(record.data, record.size) != hash))
        return false;
    memcpy(h, record.data, sizeof *h);
    return h->magic == UNIT_MAGIC && h->size == record.size &&
           h->n_cells == unit->n_cells &&
           bytes_slice(record, h->deps, h->n_deps * (uint64_t)sizeof(ImageDep),
                       &deps) &&
           bytes_slice(record, h->cells, h->n_cells * (uint64_t)sizeof(UnitCell),
                       &reader->cells) &&
           bytes_slice(record, h->facts, h->n_facts * (uint64_t)sizeof(UnitFact),
                       &reader->facts) &&
           bytes_slice(record, h->subjects, h->subjects_size, &subjects) &&
           bytes_slice(record, h->uses, h->uses_size, &reader->uses) &&
           bytes_slice(record, h->names, h->names_size, &names) &&
           subject_reader_open(&reader->subjects, deps, names, subjects) &&
           record_is_of(deps, unit->sidecar->home) && handle_is_one(reader->cells);
}

static void reader_close(UnitReader *reader)
{
    if (!reader)
        return;
    subject_reader_close(&reader->subjects);
    free(reader->known);
    free(reader);
}

UnitReader *sidecar_unit_reader(const SidecarUnit *unit)
{
    UnitReader **slot = (UnitReader **)&unit->reader;
    UnitReader *reader = __atomic_load_n(slot, __ATOMIC_ACQUIRE), *expected = NULL;
    if (reader)
        return reader;
    reader = mem_alloc(sizeof *reader);
    if (!open_record(unit, reader)) {
        free(reader);
        return NULL;
    }
    reader->known = mem_array(reader->head.n_facts + 1, 1);
    Assembly *home = unit->sidecar->home;
    subject_reader_bind(&reader->subjects, home ? home->world : NULL, home);
    if (__atomic_compare_exchange_n(slot, &expected, reader, false, __ATOMIC_ACQ_REL,
                                    __ATOMIC_ACQUIRE))
        return reader;
    reader_close(reader);
    return expected;
}

void sidecar_unit_close(SidecarUnit *unit)
{
    reader_close(unit->reader);
    unit->reader = NULL;
}
