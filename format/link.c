/* link.c - see link.h. The flags are those that leave no relocation, no import and no
 * PLT. */
#include "format/link.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/mem.h"
#include "format/callframe.h"
#include "format/elffile_private.h"
#include "format/grammar.h"
#include "format/unit.h"

enum { PATH_SIZE = 4096 };

/* C functions are the helpers from memset on. */
uint32_t link_stub_count(void)
{
    return HELPER_COUNT - HELPER_memset;
}

const char *link_stub_name(uint32_t i)
{
    return helper_rows[HELPER_memset + i].name;
}

/* -- Objects of our own -------------------------------------------------------- */

typedef struct Symbols {
    Buffer table, names;
} Symbols;

static void symbol_add(Symbols *symbols, const char *name, int bind_type,
                       uint16_t section, uint64_t value, uint64_t size)
{
    Elf64_Sym sym = {.st_name = (uint32_t)symbols->names.size,
                     .st_info = (unsigned char)bind_type,
                     .st_other = STV_HIDDEN,
                     .st_shndx = section,
                     .st_value = value,
                     .st_size = size};
    buffer_put(&symbols->table, &sym, sizeof sym);
    buffer_cstr(&symbols->names, name);
}

static bool write_object(ElfFile *file, const char *dir, const char *name, Err *err)
{
    char path[PATH_SIZE];
    Elf64_Shdr note = {.sh_type = SHT_PROGBITS};
    elffile_add(file, ".note.GNU-stack", note, NULL, 0);
    elffile_finish(file);
    bool ok = file_join(path, sizeof path, dir, name) &&
              file_write(path, buffer_bytes(&file->bytes), 0600, err);
    elffile_close(file);
    return ok;
}

/* Sections 1 .text, 2 .r2r.cells, 3 .symtab, 4 .strtab, 5 .rela.text; symbol 1 is the
 * section of the cells. */
static bool write_cells(const char *dir, const LinkCells *cells, size_t n, Err *err)
{
    enum { TEXT = 1, CELLS, SYMTAB, STRTAB };
    ElfFile file;
    Buffer text = BUFFER_INIT, rela = BUFFER_INIT;
    Symbols symbols = {.table = BUFFER_INIT};
    uint64_t at = 0;
    symbol_add(&symbols, "", 0, 0, 0, 0);
    symbol_add(&symbols, "", ELF64_ST_INFO(STB_LOCAL, STT_SECTION), CELLS, 0, 0);
    for (uint32_t i = 0; i < link_stub_count(); i++) {
        static const uint8_t jump[IMAGE_STUB_SIZE] = {
            0xff, 0x25, 0,    0,    0,    0,    0xcc, 0xcc,
            0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc};
        Elf64_Rela r = {.r_offset = i * IMAGE_STUB_SIZE + 2,
                        .r_info = ELF64_R_INFO(1, R_X86_64_PC32),
                        .r_addend = (int64_t)i * 8 - 4};
        symbol_add(&symbols, link_stub_name(i), ELF64_ST_INFO(STB_GLOBAL, STT_FUNC),
                   TEXT, i * IMAGE_STUB_SIZE, IMAGE_STUB_SIZE);
        buffer_put(&text, jump, sizeof jump);
        buffer_put(&rela, &r, sizeof r);
    }
    for (size_t i = 0; i < n; i++) {
        char name[300];
        snprintf(name, sizeof name, "r2r_cells_%s", cells[i].name);
        symbol_add(&symbols, name, ELF64_ST_INFO(STB_GLOBAL, STT_OBJECT), CELLS, at,
                   cells[i].n * 8ull);
        at += cells[i].n * 8ull;
    }
    elffile_open(&file, ET_REL);
    elffile_add(&file, ".text",
                (Elf64_Shdr){.sh_type = SHT_PROGBITS,
                             .sh_flags = SHF_ALLOC | SHF_EXECINSTR,
                             .sh_addralign = 16},
                text.data, text.size);
    elffile_add(&file, ".r2r.cells",
                (Elf64_Shdr){.sh_type = SHT_NOBITS,
                             .sh_flags = SHF_ALLOC | SHF_WRITE,
                             .sh_addralign = 64},
                NULL, at);
    elffile_add(&file, ".symtab",
                (Elf64_Shdr){.sh_type = SHT_SYMTAB,
                             .sh_addralign = 8,
                             .sh_entsize = sizeof(Elf64_Sym),
                             .sh_link = STRTAB,
                             .sh_info = 2},
                symbols.table.data, symbols.table.size);
    elffile_add(&file, ".strtab", (Elf64_Shdr){.sh_type = SHT_STRTAB},
                symbols.names.data, symbols.names.size);
    elffile_add(&file, ".rela.text",
                (Elf64_Shdr){.sh_type = SHT_RELA,
                             .sh_flags = SHF_INFO_LINK,
                             .sh_addralign = 8,
                             .sh_entsize = sizeof(Elf64_Rela),
                             .sh_link = SYMTAB,
                             .sh_info = TEXT},
                rela.data, rela.size);
    buffer_free(&text);
    buffer_free(&rela);
    buffer_free(&symbols.table);
    buffer_free(&symbols.names);
    return write_object(&file, dir, "cells.o", err);
}

/* -- ld ------------------------------------------------------------------------ */

static bool read_log(const char *path, char *text, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, size - 1);
    if (fd >= 0)
        close(fd);
    text[n > 0 ? n : 0] = 0;
    text[strcspn(text, "\n")] = 0;
    return n > 0;
}

/* In the child: a clean environment, output in log, and no life after the parent's. */
static void __attribute__((noreturn))
run_child(char *const *args, const char *log, pid_t parent)
{
    char *const environment[] = {"PATH=/usr/bin:/bin", "LC_ALL=C", NULL};
    int in = open("/dev/null", O_RDONLY);
    int out = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (in < 0 || out < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0 ||
        getppid() != parent)
        _exit(126);
    execve(args[0], args, environment);
    _exit(127);
}

/* Runs ld, which shall write to out. */
static bool run(char *const *args, const char *out, const char *log, Err *err)
{
    char text[200];
    int status = -1;
    pid_t parent = getpid(), pid = fork();
    if (!pid)
        run_child(args, log, parent);
    if (pid < 0)
        return err_set(err, ERR_IO, "%s: %s", args[0], strerror(errno));
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    bool ok = WIFEXITED(status) && !WEXITSTATUS(status);
    if (ok && file_exists(out))
        return true;
    if (ok)
        snprintf(text, sizeof text, "it wrote no file");
    else if (!read_log(log, text, sizeof text))
        snprintf(text, sizeof text, "%s %d",
                 WIFSIGNALED(status) ? "signal" : "exit code",
                 WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    return err_set(err, ERR_UNSUPPORTED,
                   "%s failed (%s): see that Debian's binutils are installed and that "
                   "there is room for %.100s",
                   args[0], text, out);
}

static const char *const ld_flags[] = {
    "/usr/bin/ld",
    "-shared",
    "-nostdlib",
    "-z",
    "now",
    "-z",
    "text",
    "-z",
    "defs",
    "-z",
    "separate-code",
    "-z",
    "noexecstack",
    "-z",
    "max-page-size=4096",
    "-z",
    "norelro",
    "--build-id=none",
    "--hash-style=gnu",
    "--no-ld-generated-unwind-info",
};

bool link_objects(const char *dir, const char *const *objects, size_t n_objects,
                  const LinkCells *cells, size_t n_cells, Err *err)
{
    enum { N_FLAGS = sizeof ld_flags / sizeof *ld_flags };
    static const char script[] = "{ local: *; };\n";
    char path[PATH_SIZE], log[PATH_SIZE], first[PATH_SIZE];
    char out[PATH_SIZE], script_arg[PATH_SIZE + 32];
    Bytes text = {(const uint8_t *)script, sizeof script - 1};
    if (!file_join(path, sizeof path, dir, "hide.map") ||
        !file_join(log, sizeof log, dir, "ld.log") ||
        !file_join(first, sizeof first, dir, "cells.o") ||
        !file_join(out, sizeof out, dir, "linked"))
        return err_set(err, ERR_IO, "%s: the path is too long", dir);
    if (!file_write(path, text, 0600, err) || !write_cells(dir, cells, n_cells, err))
        return false;
    snprintf(script_arg, sizeof script_arg, "--version-script=%s", path);
    char **args = mem_array(N_FLAGS + n_objects + 8, sizeof *args);
    size_t n = 0;
    for (; n < N_FLAGS; n++)
        args[n] = (char *)ld_flags[n];
    args[n++] = script_arg;
    args[n++] = "-o";
    args[n++] = out;
    for (size_t i = 0; i < n_objects; i++)
        args[n++] = (char *)objects[i];
    args[n++] = first;
    bool ok = run(args, out, log, err);
    free(args);
    return ok;
}

/* -- Objects of the compiler --------------------------------------------------- */

static bool symbol_provided(const char *name, const char *unit_name)
{
    if (!strncmp(name, "r2r_cells_", 10) && !strcmp(name + 10, unit_name))
        return true;
    for (uint32_t i = 0; i < link_stub_count(); i++)
        if (!strcmp(name, link_stub_name(i)))
            return true;
    return !strcmp(name, "_GLOBAL_OFFSET_TABLE_");
}

static bool check_symbols(Elf *elf, Elf_Scn *scn, const char *unit_name, Err *err)
{
    GElf_Shdr shdr;
    Elf_Data *data = elf_getdata(scn, NULL);
    if (!gelf_getshdr(scn, &shdr) || !data)
        return err_set(err, ERR_IO, "an object file without symbols");
    for (int i = 1; i < (int)(shdr.sh_size / sizeof(Elf64_Sym)); i++) {
        GElf_Sym sym;
        if (!gelf_getsym(data, i, &sym) || sym.st_shndx != SHN_UNDEF)
            continue;
        const char *name = elf_strptr(elf, shdr.sh_link, sym.st_name);
        if (name && *name && !symbol_provided(name, unit_name))
            return err_set(err, ERR_UNSUPPORTED,
                           "the code needs %s, which is no helper", name);
    }
    return true;
}

static uint32_t note_levels(Elf_Scn *scn)
{
    GElf_Nhdr note;
    size_t name, desc, at = 0;
    uint32_t used = 0;
    Elf_Data *data = elf_getdata(scn, NULL);
    while (data && (at = gelf_getnote(data, at, &note, &name, &desc))) {
        size_t end = desc + note.n_descsz;
        for (size_t p = desc; note.n_type == NT_GNU_PROPERTY_TYPE_0 && p + 12 <= end;) {
            uint32_t property[3];
            memcpy(property, (const char *)data->d_buf + p, sizeof property);
            if (property[0] == GNU_PROPERTY_X86_ISA_1_USED)
                used |= property[2];
            p += 8 + ((property[1] + 7) & ~7u);
        }
    }
    return used;
}

static bool check_frames(Elf_Scn *scn, Err *err)
{
    const Elf_Data *data = elf_getdata(scn, NULL);
    return (data && callframe_all_known((Bytes){data->d_buf, data->d_size})) ||
           err_set(err, ERR_UNSUPPORTED,
                   "the compiler describes a call frame in a way that is not known");
}

bool link_check_object(const char *path, const char *unit_name, uint32_t *levels,
                       Err *err)
{
    bool ok = true;
    size_t names = 0;
    Elf_Scn *scn = NULL;
    elf_version(EV_CURRENT);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    Elf *elf = fd < 0 ? NULL : elf_begin(fd, ELF_C_READ, NULL);
    *levels = 0;
    if (!elf || elf_kind(elf) != ELF_K_ELF || elf_getshdrstrndx(elf, &names))
        ok = err_set(err, ERR_IO, "%s: no object file", path);
    while (ok && (scn = elf_nextscn(elf, scn))) {
        GElf_Shdr shdr;
        if (!gelf_getshdr(scn, &shdr))
            continue;
        const char *name = elf_strptr(elf, names, shdr.sh_name);
        if (shdr.sh_type == SHT_SYMTAB)
            ok = check_symbols(elf, scn, unit_name, err);
        else if (name && !strcmp(name, ".eh_frame"))
            ok = check_frames(scn, err);
        else if (name && !strcmp(name, ".note.gnu.property"))
            *levels |= note_levels(scn);
    }
    elf_end(elf);
    if (fd >= 0)
        close(fd);
    return ok;
}
