/* elffile.c - writes section headers and contents. */
#include "format/elffile.h"

#include <string.h>

void elffile_open(ElfFile *file, uint16_t type)
{
    Elf64_Ehdr ehdr = {
        .e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB,
                    EV_CURRENT},
        .e_type = type,
        .e_machine = EM_X86_64,
        .e_version = EV_CURRENT,
        .e_ehsize = sizeof(Elf64_Ehdr),
        .e_shentsize = sizeof(Elf64_Shdr),
    };
    *file = (ElfFile){.bytes = BUFFER_INIT};
    buffer_put(&file->bytes, &ehdr, sizeof ehdr);
    buffer_u8(&file->names, 0);
    vec_push(&file->sections);
}

uint32_t elffile_keep(ElfFile *file, const char *name, Elf64_Shdr shdr)
{
    shdr.sh_name = (uint32_t)file->names.size;
    buffer_cstr(&file->names, name);
    *vec_push(&file->sections) = shdr;
    return (uint32_t)file->sections.n - 1;
}

uint32_t elffile_add(ElfFile *file, const char *name, Elf64_Shdr shdr, const void *data,
                     size_t size)
{
    if (!shdr.sh_addralign)
        shdr.sh_addralign = 1;
    buffer_align(&file->bytes, shdr.sh_addralign);
    shdr.sh_offset = file->bytes.size;
    shdr.sh_size = size;
    if (shdr.sh_type != SHT_NOBITS)
        buffer_put(&file->bytes, data, size);
    return elffile_keep(file, name, shdr);
}

void elffile_finish(ElfFile *file)
{
    Elf64_Ehdr ehdr;
    uint32_t index = (uint32_t)file->sections.n;
    Elf64_Shdr shdr = {.sh_type = SHT_STRTAB,
                       .sh_addralign = 1,
                       .sh_name = (uint32_t)file->names.size,
                       .sh_offset = file->bytes.size};
    buffer_cstr(&file->names, ".shstrtab");
    shdr.sh_size = file->names.size;
    *vec_push(&file->sections) = shdr;
    buffer_put(&file->bytes, file->names.data, file->names.size);
    buffer_align(&file->bytes, 8);
    memcpy(&ehdr, file->bytes.data, sizeof ehdr);
    ehdr.e_shoff = file->bytes.size;
    ehdr.e_shnum = (uint16_t)file->sections.n;
    ehdr.e_shstrndx = (uint16_t)index;
    memcpy(file->bytes.data, &ehdr, sizeof ehdr);
    buffer_put(&file->bytes, file->sections.at, file->sections.n * sizeof(Elf64_Shdr));
}

void elffile_close(ElfFile *file)
{
    buffer_free(&file->bytes);
    buffer_free(&file->names);
    vec_free(&file->sections);
}
