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

#include "common/base/mem.h"
#include "format/elffile_private.h"
#include "format/grammar.h"

enum { MAX_SECTIONS = 1000, TEXT_START = IMAGE_ALIGN };

/* Sections of the result, by index. */
enum { OUT_NONE, OUT_TEXT, OUT_RODATA, OUT_EH_FRAME, OUT_CELLS, OUT_OTHER };

typedef struct Place {
    int out;          /* OUT_*; OUT_NONE: dropped */
    uint64_t address; /* of a loaded section; 0 for the others */
    size_t at;        /* of its bytes in a buffer: image, or debug */
} Place;

typedef struct MiniLink {
    Bytes object;
    const Elf64_Ehdr *ehdr;
    const Elf64_Shdr *sections;
    Bytes section_names;
    const Elf64_Shdr *symtab;
    const Elf64_Sym *symbols;
    uint32_t n_symbols;
    Bytes symbol_names;
    Place *places;
    const LinkCells *cells;
    size_t n_cells;
    Buffer image; /* the loaded part, from address 0 */
    Buffer debug; /* the contents of all other sections */
    uint64_t start[OUT_OTHER], end[OUT_OTHER];
    uint64_t stubs;
} MiniLink;

/* -- Layout --------------------------------------------------------------------- */

/* A text of a table that ends with a NUL. */
static const char *text_at(Bytes names, uint32_t offset)
{
    return offset < names.size ? (const char *)names.data + offset : "";
}

static const char *section_name(const MiniLink *l, uint32_t i)
{
    return text_at(l->section_names, l->sections[i].sh_name);
}

static Bytes section_bytes(const MiniLink *l, uint32_t i)
{
    Bytes bytes = {NULL, 0};
    if (l->sections[i].sh_type != SHT_NOBITS)
        bytes_slice(l->object, l->sections[i].sh_offset, l->sections[i].sh_size,
                    &bytes);
    return bytes;
}

static bool read_names(const MiniLink *l, uint32_t section, Bytes *out)
{
    if (section >= l->ehdr->e_shnum)
        return false;
    *out = section_bytes(l, section);
    return out->size && !out->data[out->size - 1];
}

/* All of its bytes are there; tables can be read as such. */
static bool check_section(const MiniLink *l, const Elf64_Shdr *s)
{
    Bytes bytes;
    bool is_table = s->sh_type == SHT_SYMTAB || s->sh_type == SHT_RELA;
    return s->sh_type == SHT_NULL || s->sh_type == SHT_NOBITS ||
           (bytes_slice(l->object, s->sh_offset, s->sh_size, &bytes) &&
            !(s->sh_addralign & (s->sh_addralign - 1)) &&
            (!is_table || s->sh_offset % 8 == 0));
}

static bool open_object(MiniLink *l)
{
    Bytes part;
    if (l->object.size < sizeof *l->ehdr)
        return false;
    l->ehdr = (const Elf64_Ehdr *)l->object.data;
    if (l->ehdr->e_type != ET_REL || l->ehdr->e_shnum > MAX_SECTIONS ||
        l->ehdr->e_shoff % 8 ||
        !bytes_slice(l->object, l->ehdr->e_shoff, l->ehdr->e_shnum * sizeof(Elf64_Shdr),
                     &part))
        return false;
    l->sections = (const Elf64_Shdr *)part.data;
    for (uint32_t i = 1; i < l->ehdr->e_shnum; i++) {
        if (!check_section(l, &l->sections[i]))
            return false;
        if (l->sections[i].sh_type == SHT_SYMTAB)
            l->symtab = &l->sections[i];
    }
    if (!l->symtab || !read_names(l, l->symtab->sh_link, &l->symbol_names) ||
        !read_names(l, l->ehdr->e_shstrndx, &l->section_names))
        return false;
    part = section_bytes(l, (uint32_t)(l->symtab - l->sections));
    l->symbols = (const Elf64_Sym *)part.data;
    l->n_symbols = (uint32_t)(part.size / sizeof(Elf64_Sym));
    l->places = mem_array(l->ehdr->e_shnum, sizeof *l->places);
    return true;
}

/* Where a section goes; -1: an object with such a section is not for us. */
static int section_kind(const MiniLink *l, uint32_t i)
{
    const Elf64_Shdr *s = &l->sections[i];
    const char *name = section_name(l, i);
    if (s->sh_type == SHT_NULL)
        return OUT_NONE;
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
    static const uint8_t jump[IMAGE_STUB_SIZE] = {0xff, 0x25, 0,    0,    0,    0,
                                                  0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc,
                                                  0xcc, 0xcc, 0xcc, 0xcc};
    buffer_align(&l->image, IMAGE_STUB_SIZE);
    l->stubs = l->image.size;
    for (uint32_t i = 0; i < link_stub_count(); i++)
        buffer_put(&l->image, jump, sizeof jump);
}

static void lay_out_cells(MiniLink *l)
{
    l->start[OUT_CELLS] = (l->image.size + IMAGE_ALIGN - 1) / IMAGE_ALIGN * IMAGE_ALIGN;
    l->end[OUT_CELLS] = l->start[OUT_CELLS];
    for (size_t i = 0; i < l->n_cells; i++)
        l->end[OUT_CELLS] += l->cells[i].n * 8ull;
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
        l->end[out] = l->image.size;
    }
    for (uint32_t i = 1; i < l->ehdr->e_shnum; i++) {
        Bytes bytes = section_bytes(l, i);
        if (l->places[i].out != OUT_OTHER)
            continue;
        l->places[i].at = l->debug.size;
        buffer_put(&l->debug, bytes.data, bytes.size);
    }
    lay_out_cells(l);
    return l->end[OUT_TEXT] > l->start[OUT_TEXT];
}

/* -- Symbols and relocations ---------------------------------------------------- */

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
    const char *name = text_at(l->symbol_names, sym->st_name);
    if (sym->st_shndx != SHN_UNDEF)
        return false;
    if (!strncmp(name, "r2r_cells_", 10))
        return cells_address(l, name + 10, address);
    for (uint32_t i = 0; i < link_stub_count(); i++)
        if (!strcmp(name, link_stub_name(i))) {
            *address = l->stubs + i * IMAGE_STUB_SIZE;
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
        Bytes bytes = section_bytes(l, i), target = section_bytes(l, s->sh_info);
        const Elf64_Rela *r = (const Elf64_Rela *)bytes.data;
        for (size_t k = 0; k < bytes.size / sizeof *r; k++)
            if (r[k].r_offset > target.size ||
                relocation_size(&r[k]) > target.size - r[k].r_offset ||
                !apply(l, &l->places[s->sh_info], &r[k]))
                return false;
    }
    for (uint32_t i = 0; i < link_stub_count(); i++) {
        uint64_t at = l->stubs + i * IMAGE_STUB_SIZE;
        int32_t delta = (int32_t)(l->start[OUT_CELLS] + i * 8ull - (at + 6));
        memcpy(l->image.data + at + 2, &delta, sizeof delta);
    }
    return true;
}

/* -- The file ---------------------------------------------------------------- */

static void put_phdrs(MiniLink *l)
{
    uint64_t text = l->start[OUT_TEXT], rodata = l->start[OUT_RODATA];
    uint64_t cells = l->start[OUT_CELLS], size = l->end[OUT_CELLS] - cells;
    const Elf64_Phdr phdrs[] = {
        {PT_LOAD, PF_R | PF_X, text, text, text, l->end[OUT_TEXT] - text,
         l->end[OUT_TEXT] - text, IMAGE_ALIGN},
        {PT_LOAD, PF_R, rodata, rodata, rodata, l->end[OUT_EH_FRAME] - rodata,
         l->end[OUT_EH_FRAME] - rodata, IMAGE_ALIGN},
        {PT_LOAD, PF_R | PF_W, 0, cells, cells, 0, size, IMAGE_ALIGN},
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
        if (i && (sym.st_name >= names.size || !symbol_address(l, i, &sym.st_value)))
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

bool minilink(Bytes object, const LinkCells *cells, size_t n_cells, Buffer *out)
{
    MiniLink l = {.object = object, .cells = cells, .n_cells = n_cells};
    bool ok = open_object(&l) && lay_out(&l) && relocate(&l);
    if (ok)
        write_file(&l, out);
    free(l.places);
    buffer_free(&l.image);
    buffer_free(&l.debug);
    return ok;
}
