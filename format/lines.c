/* lines.c - reads line tables and inlined functions of a linked file through libdw.
 *
 * DWARF says two things apart: which line each address is of (marks), and over which
 * ranges a copy of a function lies (spans, nested as the inlining was). A row needs
 * both at once, so a function is cut at every address where either changes (its edges),
 * and at each edge the spans that cover it are the frames, outermost first. Of f, which
 * calls g in line 6, which has a copy of h in line 3 in it:
 *
 *   address     mark     spans         row
 *   0x10        f:5                    f:5
 *   0x14        g:2      g from f:6    f:6 g:2
 *   0x18        h:9      g, h from 3   f:6 g:3 h:9
 *   0x1c        f:7                    f:7
 *
 * A frame's line is that of the call in it, which the next span has; the innermost
 * one's is that of the last mark of its own file, since GCC mixes code of several
 * functions.
 */
#include "format/lines_private.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/search.h"

/* A row of .debug_line. */
typedef struct Mark {
    uint64_t address;
    const char *file;
    uint32_t line; /* 0: the end of a sequence */
} Mark;

/* Code of a copy that was inlined. */
typedef struct Span {
    uint64_t start, end;
    uint32_t depth, call_line;
    const char *function;
} Span;

typedef struct Unit {
    Lines *lines;
    Map files;       /* names that marks have */
    VEC(Mark) marks; /* by address */
    VEC(Span) spans; /* of the function in hand */
    VEC(uint64_t) edges;
} Unit;

static const char *intern(Lines *lines, const char *name)
{
    if (!name)
        return NULL;
    const char *known = map_str_get(&lines->names, name);
    if (!known) {
        known = arena_strdup(&lines->arena, name);
        map_str_put(&lines->names, known, (void *)(uintptr_t)known);
    }
    return known;
}

static const char *intern_file(Lines *lines, const char *path)
{
    const char *slash = path ? strrchr(path, '/') : NULL;
    return intern(lines, slash ? slash + 1 : path);
}

/* -- .debug_line --------------------------------------------------------------- */

/* By address; the end of a sequence comes before what starts at the same address. */
static int compare_marks(const void *a, const void *b)
{
    const Mark *x = a, *y = b;
    if (x->address != y->address)
        return x->address < y->address ? -1 : 1;
    return (x->line != 0) - (y->line != 0);
}

static void read_marks(Unit *unit, Dwarf_Die *die)
{
    Dwarf_Lines *table;
    size_t n;
    const char *last_name = NULL, *file = NULL;
    if (dwarf_getsrclines(die, &table, &n))
        return;
    for (size_t i = 0; i < n; i++) {
        Dwarf_Line *row = dwarf_onesrcline(table, i);
        Dwarf_Addr address;
        int line = 0;
        bool end = false;
        if (!row || dwarf_lineaddr(row, &address) || dwarf_lineno(row, &line))
            continue;
        dwarf_lineendsequence(row, &end);
        const char *name = dwarf_linesrc(row, NULL, NULL);
        if (name != last_name) {
            last_name = name;
            file = intern_file(unit->lines, name);
            if (file)
                map_str_put(&unit->files, file, (void *)(uintptr_t)file);
        }
        *vec_push(&unit->marks) =
            (Mark){.address = address, .file = file, .line = end ? 0 : (uint32_t)line};
    }
    if (unit->marks.n)
        qsort(unit->marks.at, unit->marks.n, sizeof(Mark), compare_marks);
}

/* The file of a function: an outlined part (symbol + "_" suffix) or one of GCC's clones
 * (symbol + "." suffix) has that of the function it comes from. */
static const char *file_of(Unit *unit, const char *function)
{
    Arena scratch = ARENA_INIT;
    char *text = arena_strdup(&scratch, function);
    const char *file = NULL;
    for (char *cut = text; cut && !file;) {
        file = map_str_get(&unit->files, text);
        char *dot = strrchr(text, '.'), *line = strrchr(text, '_');
        cut = dot > line ? dot : line;
        if (cut)
            *cut = '\0';
    }
    arena_free(&scratch);
    return file;
}

static size_t find_mark(const Unit *unit, uint64_t address)
{
    return search_first(i, 0, unit->marks.n, unit->marks.at[i].address < address);
}

/* -- inlined functions --------------------------------------------------------- */

static uint32_t number_of(Dwarf_Die *die, unsigned attribute)
{
    Dwarf_Attribute at;
    Dwarf_Word value = 0;
    if (dwarf_attr_integrate(die, attribute, &at))
        dwarf_formudata(&at, &value);
    return (uint32_t)value;
}

static const char *name_of(Unit *unit, Dwarf_Die *die)
{
    Dwarf_Attribute at;
    return intern(unit->lines,
                  dwarf_formstring(dwarf_attr_integrate(die, DW_AT_name, &at)));
}

static void read_span(Unit *unit, Dwarf_Die *die, uint32_t depth)
{
    Span span = {.depth = depth,
                 .call_line = number_of(die, DW_AT_call_line),
                 .function = name_of(unit, die)};
    Dwarf_Addr base, start, end;
    for (ptrdiff_t at = 0; (at = dwarf_ranges(die, at, &base, &start, &end)) > 0;) {
        span.start = start;
        span.end = end;
        if (start < end && span.function)
            *vec_push(&unit->spans) = span;
    }
}

/* What is inlined in a function, or in a copy that is. */
static void read_spans(Unit *unit, Dwarf_Die *die, uint32_t depth)
{
    Dwarf_Die child;
    if (dwarf_child(die, &child))
        return;
    do {
        int tag = dwarf_tag(&child);
        if (tag == DW_TAG_inlined_subroutine) {
            read_span(unit, &child, depth);
            read_spans(unit, &child, depth + 1);
        } else if (tag == DW_TAG_lexical_block) {
            read_spans(unit, &child, depth);
        }
    } while (!dwarf_siblingof(&child, &child));
}

/* -- putting both together ----------------------------------------------------- */

static int compare_addresses(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

static void collect_edges(Unit *unit, uint64_t start, uint64_t end)
{
    unit->edges.n = 0;
    for (size_t i = find_mark(unit, start);
         i < unit->marks.n && unit->marks.at[i].address < end; i++)
        if (unit->marks.at[i].line)
            *vec_push(&unit->edges) = unit->marks.at[i].address;
    for (size_t i = 0; i < unit->spans.n; i++) {
        const Span *span = &unit->spans.at[i];
        if (span->start >= start && span->start < end)
            *vec_push(&unit->edges) = span->start;
        if (span->end > start && span->end < end)
            *vec_push(&unit->edges) = span->end;
    }
    if (unit->edges.n)
        qsort(unit->edges.at, unit->edges.n, sizeof(uint64_t), compare_addresses);
}

/* The line in a function with this file at address: of the last mark, or, where code of
 * several functions is mixed, of the last one of that file. */
static uint32_t line_at(const Unit *unit, uint64_t start, uint64_t address,
                        const char *file)
{
    for (size_t i = find_mark(unit, address + 1); i-- > 0;) {
        const Mark *mark = &unit->marks.at[i];
        if (mark->address < start)
            break;
        if (mark->line && mark->file == file)
            return mark->line;
    }
    return 0;
}

static void put_row(Unit *unit, const char *function, uint64_t start, uint64_t address)
{
    Lines *lines = unit->lines;
    Line row = {.address = address, .first = (uint32_t)lines->frames.n};
    *vec_push(&lines->frames) = (LineFrame){.function = function};
    for (uint32_t depth = 0;; depth++) {
        const Span *inner = NULL;
        for (size_t i = 0; i < unit->spans.n && !inner; i++) {
            const Span *span = &unit->spans.at[i];
            if (span->depth == depth && span->start <= address && address < span->end)
                inner = span;
        }
        if (!inner)
            break;
        lines->frames.at[lines->frames.n - 1].line = inner->call_line;
        *vec_push(&lines->frames) = (LineFrame){.function = inner->function};
    }
    LineFrame *last = &lines->frames.at[lines->frames.n - 1];
    last->line = line_at(unit, start, address, file_of(unit, last->function));
    row.n = (uint32_t)lines->frames.n - row.first;
    *vec_push(&lines->rows) = row;
}

static void read_function(Unit *unit, Dwarf_Die *die)
{
    const char *name = name_of(unit, die);
    Dwarf_Addr base, start, end;
    if (!name)
        return;
    unit->spans.n = 0;
    read_spans(unit, die, 0);
    for (ptrdiff_t at = 0; (at = dwarf_ranges(die, at, &base, &start, &end)) > 0;) {
        collect_edges(unit, start, end);
        for (size_t i = 0; i < unit->edges.n; i++)
            if (!i || unit->edges.at[i] != unit->edges.at[i - 1])
                put_row(unit, name, start, unit->edges.at[i]);
    }
}

static void read_unit(Lines *lines, Dwarf_Die *die)
{
    Unit unit = {.lines = lines};
    Dwarf_Die child;
    read_marks(&unit, die);
    if (!dwarf_child(die, &child))
        do {
            if (dwarf_tag(&child) == DW_TAG_subprogram)
                read_function(&unit, &child);
        } while (!dwarf_siblingof(&child, &child));
    vec_free(&unit.marks);
    vec_free(&unit.spans);
    vec_free(&unit.edges);
    map_keyed_free(&unit.files);
}

static int compare_lines(const void *a, const void *b)
{
    const Line *x = a, *y = b;
    if (x->address != y->address)
        return x->address < y->address ? -1 : 1;
    return x->first < y->first ? -1 : x->first > y->first;
}

/* libelf believes an offset that leads out of the file. */
static bool sections_are_there(Bytes file)
{
    Elf64_Ehdr ehdr;
    Bytes table, content;
    if (file.size < sizeof ehdr)
        return false;
    memcpy(&ehdr, file.data, sizeof ehdr);
    if (memcmp(ehdr.e_ident, ELFMAG, SELFMAG) != 0 ||
        ehdr.e_ident[EI_CLASS] != ELFCLASS64 || ehdr.e_ident[EI_DATA] != ELFDATA2LSB ||
        ehdr.e_shentsize != sizeof(Elf64_Shdr) || !ehdr.e_shnum ||
        !bytes_slice(file, ehdr.e_shoff, ehdr.e_shnum * sizeof(Elf64_Shdr), &table))
        return false;
    for (uint32_t i = 0; i < ehdr.e_shnum; i++) {
        Elf64_Shdr section;
        memcpy(&section, table.data + i * sizeof section, sizeof section);
        if (section.sh_type != SHT_NULL && section.sh_type != SHT_NOBITS &&
            !bytes_slice(file, section.sh_offset, section.sh_size, &content))
            return false;
    }
    return true;
}

/* libdw takes the last string of a section to have an end. */
static bool strings_end(Elf *elf)
{
    size_t names;
    if (elf_getshdrstrndx(elf, &names))
        return false;
    for (Elf_Scn *section = NULL; (section = elf_nextscn(elf, section));) {
        GElf_Shdr header;
        const char *name = gelf_getshdr(section, &header)
                               ? elf_strptr(elf, names, header.sh_name)
                               : NULL;
        if (!name ||
            (strcmp(name, ".debug_str") != 0 && strcmp(name, ".debug_line_str") != 0))
            continue;
        const Elf_Data *data = elf_rawdata(section, NULL);
        if (header.sh_type == SHT_NOBITS ||
            (data && data->d_size && ((const char *)data->d_buf)[data->d_size - 1]))
            return false;
    }
    return true;
}

void lines_read(Lines *lines, Bytes file)
{
    Dwarf_Off at = 0, next;
    size_t header;
    elf_version(EV_CURRENT);
    Elf *elf =
        sections_are_there(file) ? elf_memory((char *)file.data, file.size) : NULL;
    bool sound = elf && strings_end(elf);
    Dwarf *dwarf = sound ? dwarf_begin_elf(elf, DWARF_C_READ, NULL) : NULL;
    *lines = (Lines){.arena = ARENA_INIT};
    while (dwarf && !dwarf_nextcu(dwarf, at, &next, &header, NULL, NULL, NULL)) {
        Dwarf_Die die;
        if (dwarf_offdie(dwarf, at + header, &die))
            read_unit(lines, &die);
        at = next;
    }
    if (dwarf)
        dwarf_end(dwarf);
    elf_end(elf);
    if (lines->rows.n)
        qsort(lines->rows.at, lines->rows.n, sizeof *lines->rows.at, compare_lines);
}

void lines_free(Lines *lines)
{
    vec_free(&lines->rows);
    vec_free(&lines->frames);
    map_keyed_free(&lines->names);
    arena_free(&lines->arena);
}

uint32_t lines_find(const Lines *lines, uint64_t address)
{
    return (uint32_t)search_first(i, 0, lines->rows.n,
                                  lines->rows.at[i].address < address);
}
