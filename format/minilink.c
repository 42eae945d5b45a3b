/* minilink.c - see minilink.h.
 *
 * The file's offsets are its addresses: headers, then code, constants and unwind
 * tables, each from a new page on, then what is not loaded. The cells lie behind,
 * without bytes.
 */
#include "format/minilink.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/elffile.h"
#include "format/grammar.h"

enum { STUB_SIZE = 16, MAX_SECTIONS = 1000, TEXT_START = IMAGE_ALIGN };

/* Sections of the result, by index. */
enum { OUT_NONE, OUT_TEXT, OUT_RODATA, OUT_EH_HDR, OUT_EH_FRAME, OUT_CELLS, OUT_OTHER };

typedef struct Place {
    int out;          /* OUT_*; OUT_NONE: dropped */
    uint64_t address; /* of a loaded section; 0 for the others */
    size_t at;        /* of its bytes in a buffer: image, or debug */
} Place;

typedef struct MiniLink {
    Bytes object;
    const Elf64_Ehdr *ehdr;
    const Elf64_Shdr *sections;
    const char *section_names;
    const Elf64_Shdr *symtab;
    const Elf64_Sym *symbols;
    uint32_t n_symbols;
    const char *symbol_names;
    Place *places;
    const LinkCells *cells;
    size_t n_cells;
    Buffer image; /* the loaded part, from address 0 */
    Buffer debug; /* the contents of all other sections */
    uint64_t start[OUT_OTHER], end[OUT_OTHER];
    uint64_t stubs;
} MiniLink;

/* -- Layout -------------------------------------------------------------------- */

static const char *section_name(const MiniLink *l, uint32_t i)
{
    return l->section_names + l->sections[i].sh_name;
}

static Bytes section_bytes(const MiniLink *l, uint32_t i)
{
    Bytes bytes = {NULL, 0};
    if (l->sections[i].sh_type != SHT_NOBITS)
        bytes_slice(l->object, l->sections[i].sh_offset, l->sections[i].sh_size,
                    &bytes);
    return bytes;
}

static bool open_object(MiniLink *l)
{
    Bytes part;
    if (l->object.size < sizeof *l->ehdr)
        return false;
    l->ehdr = (const Elf64_Ehdr *)l->object.data;
    if (l->ehdr->e_type != ET_REL || l->ehdr->e_shnum > MAX_SECTIONS ||
        !bytes_slice(l->object, l->ehdr->e_shoff, l->ehdr->e_shnum * sizeof(Elf64_Shdr),
                     &part))
        return false;
    l->sections = (const Elf64_Shdr *)part.data;
    l->section_names = (const char *)section_bytes(l, l->ehdr->e_shstrndx).data;
    for (uint32_t i = 1; i < l->ehdr->e_shnum; i++)
        if (l->sections[i].sh_type == SHT_SYMTAB)
            l->symtab = &l->sections[i];
    if (!l->symtab || l->symtab->sh_link >= l->ehdr->e_shnum)
        return false;
    part = section_bytes(l, (uint32_t)(l->symtab - l->sections));
    l->symbols = (const Elf64_Sym *)part.data;
    l->n_symbols = (uint32_t)(part.size / sizeof(Elf64_Sym));
    l->symbol_names = (const char *)section_bytes(l, l->symtab->sh_link).data;
    l->places = calloc(l->ehdr->e_shnum, sizeof *l->places);
    return true;
}

/* Where a section goes; -1: an object with such a section is not for us. */
static int section_kind(const MiniLink *l, uint32_t i)
{
    const Elf64_Shdr *s = &l->sections[i];
    const char *name = section_name(l, i);
    if (s->sh_flags & (SHF_TLS | SHF_COMPRESSED))
        return -1;
    if (!(s->sh_flags & SHF_ALLOC))
        return s->sh_type == SHT_PROGBITS && !strncmp(name, ".debug_", 7) ? OUT_OTHER
                                                                          : OUT_NONE;
    if (s->sh_flags & SHF_WRITE || s->sh_type == SHT_NOBITS)
        return s->sh_size ? -1 : OUT_NONE;
    if (s->sh_type == SHT_NOTE)
        return OUT_NONE;
    if (s->sh_flags & SHF_EXECINSTR)
        return OUT_TEXT;
    return strcmp(name, ".eh_frame") ? OUT_RODATA : OUT_EH_FRAME;
}

static void place_sections(MiniLink *l, int out)
{
    for (uint32_t i = 1; i < l->ehdr->e_shnum; i++) {
        Bytes bytes = section_bytes(l, i);
        size_t align = l->sections[i].sh_addralign ? l->sections[i].sh_addralign : 1;
        if (l->places[i].out != out)
            continue;
        buffer_align(&l->image, align);
        l->places[i].at = l->image.size;
        l->places[i].address = l->image.size;
        buffer_put(&l->image, bytes.data, bytes.size);
    }
}

static void put_stubs(MiniLink *l)
{
    static const uint8_t jump[STUB_SIZE] = {0xff, 0x25, 0,    0,    0,    0,
                                            0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc,
                                            0xcc, 0xcc, 0xcc, 0xcc};
    buffer_align(&l->image, STUB_SIZE);
    l->stubs = l->image.size;
    for (uint32_t i = 0; i < link_stub_count(); i++)
        buffer_put(&l->image, jump, sizeof jump);
}

static bool lay_out(MiniLink *l)
{
    for (uint32_t i = 1; i < l->ehdr->e_shnum; i++) {
        int kind = section_kind(l, i);
        if (kind < 0 || l->sections[i].sh_addralign > IMAGE_ALIGN)
            return false;
        l->places[i].out = kind;
    }
    buffer_align(&l->image, 1);
    while (l->image.size < TEXT_START)
        buffer_u64(&l->image, 0);
    for (int out = OUT_TEXT; out < OUT_CELLS; out++) {
        if (out == OUT_RODATA)
            buffer_align(&l->image, IMAGE_ALIGN);
        buffer_align(&l->image, 16);
        l->start[out] = l->image.size;
        place_sections(l, out);
        if (out == OUT_TEXT)
            put_stubs(l);
        if (out == OUT_EH_FRAME)
            buffer_u32(&l->image, 0); /* its end mark */
        l->end[out] = l->image.size;
    }
    for (uint32_t i = 1; i < l->ehdr->e_shnum; i++) {
        Bytes bytes = section_bytes(l, i);
        if (l->places[i].out != OUT_OTHER)
            continue;
        l->places[i].at = l->debug.size;
        buffer_put(&l->debug, bytes.data, bytes.size);
    }
    return l->end[OUT_TEXT] > l->start[OUT_TEXT];
}

/* -- .eh_frame_hdr ------------------------------------------------------------- */

typedef struct HdrRow {
    int32_t pc, fde; /* from the start of .eh_frame_hdr */
} HdrRow;

static int compare_hdr_rows(const void *a, const void *b)
{
    const HdrRow *x = a, *y = b;
    return x->pc < y->pc ? -1 : x->pc > y->pc;
}

static uint32_t read_u32(const MiniLink *l, uint64_t at)
{
    uint32_t v = 0;
    if (at + 4 <= l->image.size)
        memcpy(&v, l->image.data + at, sizeof v);
    return v;
}

/* Entries of .eh_frame whose second word is not zero are FDEs. GCC's CIEs here say "zR"
 * with pc-relative 4-byte addresses; anything else is not for us. */
static bool collect_fdes(const MiniLink *l, HdrRow *rows, uint32_t *n)
{
    uint64_t at = l->start[OUT_EH_FRAME], end = l->end[OUT_EH_FRAME] - 4;
    *n = 0;
    while (at + 8 <= end) {
        uint32_t length = read_u32(l, at), id = read_u32(l, at + 4);
        if (!length || length >= 0xfffffff0u || at + 4 + length > end)
            return false;
        if (!id) {
            static const uint8_t augmentation[] = {1, 'z', 'R', 0};
            if (length < 16 || memcmp(l->image.data + at + 8, augmentation, 4) != 0)
                return false;
        } else if (rows) {
            int32_t pc = (int32_t)read_u32(l, at + 8);
            rows[*n].pc =
                (int32_t)((int64_t)at + 8 + pc - (int64_t)l->start[OUT_EH_HDR]);
            rows[*n].fde = (int32_t)((int64_t)at - (int64_t)l->start[OUT_EH_HDR]);
        }
        *n += id != 0;
        at += 4 + length;
    }
    return at == end;
}

/* The table's room is taken before the layout is final: its size only depends on the
 * number of FDEs. */
static bool count_fdes(const MiniLink *l, uint32_t *n)
{
    *n = 0;
    for (uint32_t i = 1; i < l->ehdr->e_shnum; i++) {
        if (strcmp(section_name(l, i), ".eh_frame") != 0)
            continue;
        MiniLink alone = *l;
        Bytes bytes = section_bytes(l, i);
        uint32_t more;
        alone.image = (Buffer){.data = (uint8_t *)bytes.data, .size = bytes.size};
        alone.start[OUT_EH_FRAME] = 0;
        alone.end[OUT_EH_FRAME] = bytes.size + 4;
        if (!collect_fdes(&alone, NULL, &more))
            return false;
        *n += more;
    }
    return true;
}

static bool put_eh_hdr(MiniLink *l, uint32_t n)
{
    static const uint8_t encodings[] = {1, 0x1b, 0x03,
                                        0x3b}; /* pcrel, udata4, datarel */
    HdrRow *rows = calloc(n + 1, sizeof *rows);
    uint32_t found;
    bool ok = collect_fdes(l, rows, &found) && found == n;
    uint64_t start = l->start[OUT_EH_HDR];
    int32_t frame = (int32_t)(l->start[OUT_EH_FRAME] - (start + 4));
    qsort(rows, n, sizeof *rows, compare_hdr_rows);
    memcpy(l->image.data + start, encodings, 4);
    memcpy(l->image.data + start + 4, &frame, 4);
    memcpy(l->image.data + start + 8, &n, 4);
    memcpy(l->image.data + start + 12, rows, n * sizeof *rows);
    free(rows);
    return ok;
}

/* -- Symbols and relocations --------------------------------------------------- */

static bool cells_address(const MiniLink *l, const char *unit, uint64_t *address)
{
    *address = l->start[OUT_CELLS];
    for (size_t i = 0; i < l->n_cells; i++) {
        if (!strcmp(l->cells[i].name, unit))
            return true;
        *address += l->cells[i].n * 8ull;
    }
    return false;
}

static bool symbol_address(const MiniLink *l, uint32_t symbol, uint64_t *address)
{
    if (symbol >= l->n_symbols)
        return false;
    const Elf64_Sym *sym = &l->symbols[symbol];
    if (sym->st_shndx && sym->st_shndx < l->ehdr->e_shnum) {
        *address = l->places[sym->st_shndx].address + sym->st_value;
        return l->places[sym->st_shndx].out != OUT_NONE;
    }
    const char *name = l->symbol_names + sym->st_name;
    if (sym->st_shndx != SHN_UNDEF)
        return false;
    if (!strncmp(name, "r2r_cells_", 10))
        return cells_address(l, name + 10, address);
    for (uint32_t i = 0; i < link_stub_count(); i++)
        if (!strcmp(name, link_stub_name(i))) {
            *address = l->stubs + i * STUB_SIZE;
            return true;
        }
    return false;
}

static bool apply(const MiniLink *l, const Place *place, const Elf64_Rela *r)
{
    uint64_t value;
    if (!symbol_address(l, (uint32_t)ELF64_R_SYM(r->r_info), &value))
        return false;
    value += (uint64_t)r->r_addend;
    bool loaded = place->out != OUT_OTHER;
    uint8_t *where = (loaded ? l->image.data : l->debug.data) + place->at + r->r_offset;
    int64_t delta = (int64_t)(value - (place->address + r->r_offset));
    int32_t narrow = (int32_t)delta;
    uint32_t absolute = (uint32_t)value;
    switch (ELF64_R_TYPE(r->r_info)) {
    case R_X86_64_PC32:
    case R_X86_64_PLT32:
        memcpy(where, &narrow, sizeof narrow);
        return narrow == delta;
    case R_X86_64_32:
        memcpy(where, &absolute, sizeof absolute);
        return !loaded;
    case R_X86_64_64:
        memcpy(where, &value, sizeof value);
        return !loaded;
    default:
        return false;
    }
}

static uint64_t relocation_size(const Elf64_Rela *r)
{
    return ELF64_R_TYPE(r->r_info) == R_X86_64_64 ? 8 : 4;
}

static bool relocate(MiniLink *l)
{
    for (uint32_t i = 1; i < l->ehdr->e_shnum; i++) {
        const Elf64_Shdr *s = &l->sections[i];
        if (s->sh_type != SHT_RELA || s->sh_info >= l->ehdr->e_shnum ||
            l->places[s->sh_info].out == OUT_NONE)
            continue;
        Bytes bytes = section_bytes(l, i);
        const Elf64_Rela *r = (const Elf64_Rela *)bytes.data;
        for (size_t k = 0; k < bytes.size / sizeof *r; k++)
            if (r[k].r_offset + relocation_size(&r[k]) >
                    l->sections[s->sh_info].sh_size ||
                !apply(l, &l->places[s->sh_info], &r[k]))
                return false;
    }
    for (uint32_t i = 0; i < link_stub_count(); i++) {
        uint64_t at = l->stubs + i * STUB_SIZE;
        int32_t delta = (int32_t)(l->start[OUT_CELLS] + i * 8ull - (at + 6));
        memcpy(l->image.data + at + 2, &delta, sizeof delta);
    }
    return true;
}

/* -- The file ------------------------------------------------------------------ */

static void put_phdrs(MiniLink *l)
{
    uint64_t text = l->start[OUT_TEXT], rodata = l->start[OUT_RODATA];
    uint64_t cells = l->start[OUT_CELLS], size = l->end[OUT_CELLS] - cells;
    uint64_t hdr = l->start[OUT_EH_HDR], hdr_size = l->end[OUT_EH_HDR] - hdr;
    const Elf64_Phdr phdrs[] = {
        {PT_LOAD, PF_R | PF_X, text, text, text, l->end[OUT_TEXT] - text,
         l->end[OUT_TEXT] - text, IMAGE_ALIGN},
        {PT_LOAD, PF_R, rodata, rodata, rodata, l->end[OUT_EH_FRAME] - rodata,
         l->end[OUT_EH_FRAME] - rodata, IMAGE_ALIGN},
        {PT_LOAD, PF_R | PF_W, 0, cells, cells, 0, size, IMAGE_ALIGN},
        {PT_GNU_EH_FRAME, PF_R, hdr, hdr, hdr, hdr_size, hdr_size, 4},
        {PT_GNU_STACK, PF_R | PF_W, 0, 0, 0, 0, 0, 16},
    };
    Elf64_Ehdr ehdr;
    memcpy(&ehdr, l->image.data, sizeof ehdr);
    ehdr.e_phoff = sizeof ehdr;
    ehdr.e_phnum = sizeof phdrs / sizeof *phdrs;
    ehdr.e_phentsize = sizeof *phdrs;
    memcpy(l->image.data, &ehdr, sizeof ehdr);
    memcpy(l->image.data + sizeof ehdr, phdrs, sizeof phdrs);
}

static void keep_loaded(const MiniLink *l, ElfFile *file, int out, const char *name,
                        uint64_t flags)
{
    elffile_keep(file, name,
                 (Elf64_Shdr){.sh_type = out == OUT_CELLS ? SHT_NOBITS : SHT_PROGBITS,
                              .sh_flags = SHF_ALLOC | flags,
                              .sh_addr = l->start[out],
                              .sh_offset = l->start[out],
                              .sh_size = l->end[out] - l->start[out],
                              .sh_addralign = 16});
}

/* The functions' symbols, in terms of the result. */
static void put_symbols(const MiniLink *l, ElfFile *file)
{
    Buffer table = BUFFER_INIT;
    Bytes names = section_bytes(l, l->symtab->sh_link);
    for (uint32_t i = 0; i < l->n_symbols; i++) {
        Elf64_Sym sym = l->symbols[i];
        if (i && ELF64_ST_TYPE(sym.st_info) != STT_FUNC)
            continue;
        if (i && !symbol_address(l, i, &sym.st_value))
            continue;
        sym.st_shndx = i ? OUT_TEXT : 0;
        buffer_put(&table, &sym, sizeof sym);
    }
    uint32_t strtab = elffile_add(file, ".strtab", (Elf64_Shdr){.sh_type = SHT_STRTAB},
                                  names.data, names.size);
    elffile_add(file, ".symtab",
                (Elf64_Shdr){.sh_type = SHT_SYMTAB,
                             .sh_addralign = 8,
                             .sh_entsize = sizeof(Elf64_Sym),
                             .sh_link = strtab,
                             .sh_info = 1},
                table.data, table.size);
    buffer_free(&table);
}

static void write_file(MiniLink *l, Buffer *out)
{
    ElfFile file;
    elffile_open(&file, ET_DYN);
    memcpy(l->image.data, file.bytes.data, sizeof(Elf64_Ehdr));
    put_phdrs(l);
    file.bytes.size = 0;
    buffer_put(&file.bytes, l->image.data, l->image.size);
    keep_loaded(l, &file, OUT_TEXT, ".text", SHF_EXECINSTR);
    keep_loaded(l, &file, OUT_RODATA, ".rodata", 0);
    keep_loaded(l, &file, OUT_EH_HDR, ".eh_frame_hdr", 0);
    keep_loaded(l, &file, OUT_EH_FRAME, ".eh_frame", 0);
    keep_loaded(l, &file, OUT_CELLS, ".r2r.cells", SHF_WRITE);
    for (uint32_t i = 1; i < l->ehdr->e_shnum; i++)
        if (l->places[i].out == OUT_OTHER)
            elffile_add(&file, section_name(l, i),
                        (Elf64_Shdr){.sh_type = SHT_PROGBITS},
                        l->debug.data + l->places[i].at, l->sections[i].sh_size);
    put_symbols(l, &file);
    elffile_finish(&file);
    *out = file.bytes;
    file.bytes = (Buffer)BUFFER_INIT;
    elffile_close(&file);
}

/* Makes room for .eh_frame_hdr by laying out a section of its size first. */
static void reserve_eh_hdr(MiniLink *l, uint32_t n)
{
    size_t size = 12 + n * sizeof(HdrRow);
    size_t grow = (size + 15) / 16 * 16, at = l->start[OUT_EH_FRAME];
    Buffer moved = BUFFER_INIT;
    buffer_put(&moved, l->image.data + at, l->image.size - at);
    l->image.size = at;
    for (size_t i = 0; i < grow; i++)
        buffer_u8(&l->image, 0);
    buffer_put(&l->image, moved.data, moved.size);
    buffer_free(&moved);
    for (uint32_t i = 1; i < l->ehdr->e_shnum; i++)
        if (l->places[i].out == OUT_EH_FRAME) {
            l->places[i].at += grow;
            l->places[i].address += grow;
        }
    l->start[OUT_EH_HDR] = at;
    l->end[OUT_EH_HDR] = at + size;
    l->start[OUT_EH_FRAME] += grow;
    l->end[OUT_EH_FRAME] += grow;
    l->start[OUT_CELLS] = (l->image.size + IMAGE_ALIGN - 1) / IMAGE_ALIGN * IMAGE_ALIGN;
    l->end[OUT_CELLS] = l->start[OUT_CELLS];
    for (size_t i = 0; i < l->n_cells; i++)
        l->end[OUT_CELLS] += l->cells[i].n * 8ull;
}

bool minilink(Bytes object, const LinkCells *cells, size_t n_cells, Buffer *out)
{
    MiniLink l = {.object = object, .cells = cells, .n_cells = n_cells};
    uint32_t n_fdes;
    bool ok = open_object(&l) && count_fdes(&l, &n_fdes) && lay_out(&l);
    if (ok)
        reserve_eh_hdr(&l, n_fdes);
    ok = ok && relocate(&l) && put_eh_hdr(&l, n_fdes);
    if (ok)
        write_file(&l, out);
    free(l.places);
    buffer_free(&l.image);
    buffer_free(&l.debug);
    return ok;
}
