/* elffile_private.h - puts ELF64 files together in memory, for those who write
 * images: sections behind a given beginning.
 *
 * An object file begins with nothing but its header; an
 * image begins with the loaded part of what ld linked, byte by byte.
 */
#ifndef FORMAT_ELFFILE_PRIVATE_H
#define FORMAT_ELFFILE_PRIVATE_H

#include <elf.h>
#include <stdbool.h>

#include "common/base/bytes.h"
#include "common/base/vec.h"

typedef struct ElfFile {
    Buffer bytes; /* starts with the Elf64_Ehdr */
    Buffer names; /* .shstrtab */
    VEC(Elf64_Shdr) sections;
} ElfFile;

/* type: ET_REL. The null section is there already. */
void elffile_open(ElfFile *file, uint16_t type);
/* Appends a section; its name, offset and size are set here, the rest is shdr's. For
 * SHT_NOBITS size counts and data is NULL. Returns its index. */
uint32_t elffile_add(ElfFile *file, const char *name, Elf64_Shdr shdr, const void *data,
                     size_t size);
/* The same for bytes that are in place already. */
uint32_t elffile_keep(ElfFile *file, const char *name, Elf64_Shdr shdr);
/* Adds .shstrtab and the section headers. bytes then is the file. */
void elffile_finish(ElfFile *file);
void elffile_close(ElfFile *file);

#endif
