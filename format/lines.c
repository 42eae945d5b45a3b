/* lines.c - reads .debug_line of a linked file through libdw. */
#include "format/lines.h"

#include <elfutils/libdw.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/hash.h"

uint32_t lines_file(const char *path)
{
    const char *slash = strrchr(path, '/');
    return (uint32_t)hash_str(slash ? slash + 1 : path);
}

static void read_unit(Lines *lines, Dwarf_Die *unit)
{
    Dwarf_Lines *table;
    size_t n;
    const char *last_name = NULL;
    uint32_t last_file = 0;
    if (dwarf_getsrclines(unit, &table, &n))
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
            last_file = name ? lines_file(name) : 0;
        }
        *vec_push(&lines->rows) = (Line){
            .address = address, .line = end ? 0 : (uint32_t)line, .file = last_file};
    }
}

/* By address; the end of a sequence comes before what starts at the same address. */
static int compare_lines(const void *a, const void *b)
{
    const Line *x = a, *y = b;
    if (x->address != y->address)
        return x->address < y->address ? -1 : 1;
    return (x->line != 0) - (y->line != 0);
}

void lines_read(Lines *lines, Bytes file)
{
    Dwarf_Off at = 0, next;
    size_t header;
    elf_version(EV_CURRENT);
    Elf *elf = elf_memory((char *)file.data, file.size);
    Dwarf *dwarf = elf ? dwarf_begin_elf(elf, DWARF_C_READ, NULL) : NULL;
    *lines = (Lines){.rows = {0}};
    while (dwarf && !dwarf_nextcu(dwarf, at, &next, &header, NULL, NULL, NULL)) {
        Dwarf_Die unit;
        if (dwarf_offdie(dwarf, at + header, &unit))
            read_unit(lines, &unit);
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
}

uint32_t lines_find(const Lines *lines, uint64_t address)
{
    size_t low = 0, high = lines->rows.n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (lines->rows.at[middle].address < address)
            low = middle + 1;
        else
            high = middle;
    }
    return (uint32_t)low;
}
