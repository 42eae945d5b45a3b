/* elffile.c - collects sections, then has libelf write the file. */
#include "format/elffile_private.h"

#include <errno.h>
#include <libelf.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/log.h"

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

/* The section's bytes lie where elffile_add put them, or in what was there before. */
static void write_section(Elf *elf, ElfFile *file, size_t i)
{
    Elf_Scn *scn = elf_newscn(elf);
    Elf_Data *data = scn ? elf_newdata(scn) : NULL;
    Elf64_Shdr *shdr = scn ? elf64_getshdr(scn) : NULL;
    if (!data || !shdr)
        log_fatal("libelf: %s", elf_errmsg(-1));
    *shdr = file->sections.at[i];
    data->d_type = ELF_T_BYTE; /* they are in the file's byte order already */
    data->d_size = shdr->sh_size;
    data->d_align = shdr->sh_addralign ? shdr->sh_addralign : 1;
    if (shdr->sh_type != SHT_NOBITS)
        data->d_buf = file->bytes.data + shdr->sh_offset;
}

/* Everything lies where it is said to: ELF_F_LAYOUT, so that segments stay as they are.
 */
static void write_file(ElfFile *file, const Elf64_Ehdr *wanted, int fd)
{
    Elf *elf = elf_begin(fd, ELF_C_WRITE, NULL);
    Elf64_Ehdr *ehdr = elf ? elf64_newehdr(elf) : NULL;
    if (!ehdr)
        log_fatal("libelf: %s", elf_errmsg(-1));
    elf_flagelf(elf, ELF_C_SET, ELF_F_LAYOUT);
    if (wanted->e_phnum) {
        Elf64_Phdr *phdrs = elf64_newphdr(elf, wanted->e_phnum);
        if (!phdrs)
            log_fatal("libelf: %s", elf_errmsg(-1));
        memcpy(phdrs, file->bytes.data + wanted->e_phoff,
               wanted->e_phnum * sizeof *phdrs);
    }
    for (size_t i = 1; i < file->sections.n; i++)
        write_section(elf, file, i);
    *ehdr = *wanted;
    if (elf_update(elf, ELF_C_WRITE) < 0)
        log_fatal("libelf: %s", elf_errmsg(-1));
    elf_end(elf);
}

/* libelf writes to descriptors: to one of memory, whose bytes become the file's. */
static void write_through_libelf(ElfFile *file, const Elf64_Ehdr *ehdr)
{
    struct stat st;
    elf_version(EV_CURRENT);
    int fd = memfd_create("codicil-elf", MFD_CLOEXEC);
    if (fd < 0)
        log_fatal("memfd_create: %s", strerror(errno));
    write_file(file, ehdr, fd);
    if (fstat(fd, &st))
        log_fatal("memfd: %s", strerror(errno));
    Buffer whole = BUFFER_INIT;
    void *bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (bytes == MAP_FAILED)
        log_fatal("mmap: %s", strerror(errno));
    buffer_put(&whole, bytes, (size_t)st.st_size);
    munmap(bytes, (size_t)st.st_size);
    close(fd);
    buffer_free(&file->bytes);
    file->bytes = whole;
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
    write_through_libelf(file, &ehdr);
}

void elffile_close(ElfFile *file)
{
    buffer_free(&file->bytes);
    buffer_free(&file->names);
    vec_free(&file->sections);
}
