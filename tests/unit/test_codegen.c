/* test_codegen.c - methods of the class library through the back end: what is in the
 * object files, and what is said of methods that can't be compiled. */
#include <check.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "crossgen/codegen/cg_private.h"
#include "tests/run.h"

#define MONO_LIB "/usr/lib/mono/4.5"

Suite *suite_codegen(void);

static World *world;
static char object_path[64];

static void setup(void)
{
    Err err = ERR_INIT;
    world = world_open();
    world_set_library_dir(world, MONO_LIB);
    ck_assert_msg(world_load_corlib(world, &err), "%s", err.text);
    snprintf(object_path, sizeof object_path, "/tmp/codicil-codegen-%d.o",
             (int)getpid());
}

static void teardown(void)
{
    unlink(object_path);
    world_close(world);
}

static Method *find_method(const char *ns, const char *type_text, const char *name,
                           int n_params)
{
    Err err = ERR_INIT;
    Type *type = assembly_find_type(world->corlib, ns, type_text, &err);
    ck_assert_msg(type && type_load(type, LEVEL_READY, &err), "%s", err.text);
    Method *method = type_find_method(type, name, n_params);
    ck_assert_msg(method, "%s.%s", type_text, name);
    return method;
}

static uint32_t compile_items(CodegenItem *items, size_t n, int level)
{
    Err err = ERR_INIT;
    CodegenOptions options = {.opt_level = level,
                              .isa = "x86-64-v2",
                              .debug_info = true,
                              .inline_limit = 100};
    UnitBuilder *unit = unit_open(world, world->corlib, "t1");
    bool ok = codegen_compile(&options, unit, items, n, object_path, &err);
    ck_assert_msg(ok, "%s", err.text);
    uint32_t cells = unit_cell_count(unit);
    unit_close(unit);
    return cells;
}

/* -- Object files -------------------------------------------------------------- */

typedef struct Object {
    int fd;
    Elf *elf;
} Object;

static Object object_open(void)
{
    elf_version(EV_CURRENT);
    Object object = {.fd = open(object_path, O_RDONLY | O_CLOEXEC)};
    ck_assert_int_ge(object.fd, 0);
    object.elf = elf_begin(object.fd, ELF_C_READ_MMAP, NULL);
    ck_assert_ptr_nonnull(object.elf);
    return object;
}

static void object_close(Object object)
{
    elf_end(object.elf);
    close(object.fd);
}

static Elf_Scn *object_section(Object object, GElf_Word type, GElf_Shdr *header)
{
    for (Elf_Scn *scn = NULL; (scn = elf_nextscn(object.elf, scn));) {
        gelf_getshdr(scn, header);
        if (header->sh_type == type)
            return scn;
    }
    return NULL;
}

static bool is_c_function(const char *name)
{
    static const char *const names[] = {"memset", "memcpy", "memmove", "memcmp",
                                        "floor",  "ceil",   "rint"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(names[i], name))
            return true;
    return false;
}

static void check_undefined_symbols(Object object)
{
    GElf_Shdr header = {0};
    Elf_Scn *scn = object_section(object, SHT_SYMTAB, &header);
    ck_assert_ptr_nonnull(scn);
    Elf_Data *data = elf_getdata(scn, NULL);
    for (int i = 1; i < (int)(header.sh_size / header.sh_entsize); i++) {
        GElf_Sym symbol;
        gelf_getsym(data, i, &symbol);
        const char *name = elf_strptr(object.elf, header.sh_link, symbol.st_name);
        if (symbol.st_shndx == SHN_UNDEF)
            ck_assert_msg(!strcmp(name, "r2r_cells_t1") || is_c_function(name), "%s",
                          name);
    }
}

static void check_relocations(Object object)
{
    GElf_Shdr header, target;
    for (Elf_Scn *scn = NULL; (scn = elf_nextscn(object.elf, scn));) {
        gelf_getshdr(scn, &header);
        if (header.sh_type != SHT_RELA)
            continue;
        gelf_getshdr(elf_getscn(object.elf, header.sh_info), &target);
        if (!(target.sh_flags & SHF_ALLOC))
            continue;
        Elf_Data *data = elf_getdata(scn, NULL);
        for (int i = 0; i < (int)(header.sh_size / header.sh_entsize); i++) {
            GElf_Rela rela;
            gelf_getrela(data, i, &rela);
            unsigned type = GELF_R_TYPE(rela.r_info);
            ck_assert_msg(type == R_X86_64_PC32 || type == R_X86_64_PLT32,
                          "relocation of type %u", type);
        }
    }
}

static char *object_text(Object object, size_t *size)
{
    GElf_Shdr header = {0};
    size_t names;
    elf_getshdrstrndx(object.elf, &names);
    for (Elf_Scn *scn = NULL; (scn = elf_nextscn(object.elf, scn));) {
        gelf_getshdr(scn, &header);
        if (strcmp(elf_strptr(object.elf, names, header.sh_name), ".text"))
            continue;
        Elf_Data *data = elf_getdata(scn, NULL);
        *size = data->d_size;
        char *copy = malloc(data->d_size);
        memcpy(copy, data->d_buf, data->d_size);
        return copy;
    }
    return NULL;
}

static bool object_defines(Object object, const char *wanted)
{
    GElf_Shdr header = {0};
    Elf_Scn *scn = object_section(object, SHT_SYMTAB, &header);
    ck_assert_ptr_nonnull(scn);
    Elf_Data *data = elf_getdata(scn, NULL);
    for (int i = 1; i < (int)(header.sh_size / header.sh_entsize); i++) {
        GElf_Sym symbol;
        gelf_getsym(data, i, &symbol);
        if (symbol.st_shndx != SHN_UNDEF &&
            !strcmp(elf_strptr(object.elf, header.sh_link, symbol.st_name), wanted))
            return true;
    }
    return false;
}

/* -- Tests --------------------------------------------------------------------- */

START_TEST(every_operation_has_an_emitter)
{
    for (int op = 0; op < IR_OP_COUNT; op++)
        ck_assert_msg(emit_rows[op].emit, "%s", ir_names[op]);
}
END_TEST

static const struct {
    const char *ns, *type, *name;
    int n_params;
} methods[] = {
    {"System", "String", "Trim", 0},
    {"System", "Math", "Round", 2},
    {"System", "Decimal", "Parse", 1},
    {"System", "DateTime", "ToString", 0},
    {"System", "Array", "Reverse", 3},
    {"System", "BitConverter", "ToInt32", 2},
    {"System.Text", "StringBuilder", "Append", 1},
    {"System.Threading", "Monitor", "Enter", 2},
    {"System.IO", "StreamReader", "ReadLine", 0},
    {"System.IO", "Path", "Combine", 2},
    {"System.Collections", "Hashtable", "Insert", 3},
};
enum { N_METHODS = sizeof methods / sizeof *methods };

static void find_methods(CodegenItem *items)
{
    for (int i = 0; i < N_METHODS; i++)
        items[i] =
            (CodegenItem){.method = find_method(methods[i].ns, methods[i].type,
                                                methods[i].name, methods[i].n_params)};
}

START_TEST(objects_need_only_cells_and_c_functions)
{
    CodegenItem items[N_METHODS];
    find_methods(items);
    ck_assert_uint_gt(compile_items(items, N_METHODS, _i), 10);
    for (int i = 0; i < N_METHODS; i++)
        ck_assert_msg(items[i].compiled, "%s: %s", methods[i].name, items[i].reason);
    Object object = object_open();
    check_undefined_symbols(object);
    check_relocations(object);
    ck_assert(object_defines(object, "t1_m0"));
    object_close(object);
}
END_TEST

START_TEST(the_same_methods_give_the_same_code)
{
    CodegenItem items[N_METHODS];
    char *text[2] = {NULL, NULL};
    size_t size[2] = {0, 0};
    for (int run = 0; run < 2; run++) {
        find_methods(items);
        compile_items(items, N_METHODS, 2);
        Object object = object_open();
        text[run] = object_text(object, &size[run]);
        object_close(object);
    }
    ck_assert_uint_eq(size[0], size[1]);
    ck_assert(!memcmp(text[0], text[1], size[0]));
    free(text[0]);
    free(text[1]);
}
END_TEST

START_TEST(protected_regions_become_functions)
{
    CodegenItem item = {.method = find_method("System.IO", "File", "ReadAllBytes", 1)};
    compile_items(&item, 1, 2);
    ck_assert(item.compiled);
    Object object = object_open();
    check_relocations(object);
    ck_assert(object_defines(object, "t1_m0"));
    ck_assert(object_defines(object, "t1_m0_p1"));
    ck_assert(object_defines(object, "t1_m0_p2"));
    object_close(object);
}
END_TEST

START_TEST(a_method_that_cannot_be_compiled_says_why)
{
    CodegenItem items[] = {
        {.method = find_method("System", "String", "Clone", 0),
         .osr = true,
         .osr_il = 60000},
        {.method = find_method("System", "String", "Trim", 0)},
    };
    compile_items(items, 2, 1);
    ck_assert(!items[0].compiled);
    ck_assert_str_eq(items[0].reason, "no loop header at IL offset 60000");
    ck_assert_int_eq(items[0].why, ERR_UNSUPPORTED);
    ck_assert(items[1].compiled);
}
END_TEST

START_TEST(room_in_a_protected_region_is_asked_of_the_runtime)
{
    CodegenItem item = {
        .method = find_method("System.Threading", "WaitHandle", "WaitMultiple", 4)};
    compile_items(&item, 1, 2);
    ck_assert_msg(item.compiled, "%s", item.reason);
}
END_TEST

START_TEST(a_method_without_il_says_why)
{
    CodegenItem item = {.method = find_method("System", "Math", "Sin", 1)};
    compile_items(&item, 1, 1);
    ck_assert(!item.compiled);
}
END_TEST

static uint32_t first_loop(Method *method)
{
    Arena scratch = ARENA_INIT;
    Err err = ERR_INIT;
    uint32_t il = UINT32_MAX;
    const IrMethod *ir = ir_import(method, &scratch, &err);
    ck_assert_msg(ir, "%s", err.text);
    for (uint32_t b = 0; b < ir->n_blocks && il == UINT32_MAX; b++)
        if (ir->blocks[b].loop_header)
            il = ir->blocks[b].il;
    arena_free(&scratch);
    return il;
}

START_TEST(osr_entries_exist_for_loop_headers_alone)
{
    Method *loops = find_method("System.Collections", "Hashtable", "ContainsValue", 1);
    CodegenItem items[] = {
        {.method = loops, .osr = true, .osr_il = first_loop(loops)},
        {.method = loops, .osr = true, .osr_il = 1},
    };
    compile_items(items, 2, 2);
    ck_assert_msg(items[0].compiled, "%s", items[0].reason);
    ck_assert(!items[1].compiled);
    ck_assert_str_eq(items[1].reason, "no loop header at IL offset 1");
}
END_TEST

START_TEST(the_level_falls_with_the_size_of_a_method)
{
    ck_assert_int_eq(codegen_level((CodegenCost){.blocks = 10, .insns = 50}, 3), 3);
    ck_assert_int_eq(codegen_level((CodegenCost){.blocks = 1000, .insns = 5000}, 2), 1);
    ck_assert_int_eq(codegen_level((CodegenCost){.blocks = 1000, .insns = 5000}, 0), 0);
    ck_assert_int_eq(codegen_level((CodegenCost){.blocks = 5000, .insns = 50000}, 3),
                     0);
}
END_TEST

START_TEST(a_bad_option_fails_the_whole_context)
{
    Err err = ERR_INIT;
    CodegenItem item = {.method = find_method("System", "String", "Trim", 0)};
    CodegenOptions options = {.opt_level = 1, .isa = "no-such-cpu"};
    UnitBuilder *unit = unit_open(world, world->corlib, "t1");
    ck_assert(!codegen_compile(&options, unit, &item, 1, object_path, &err));
    ck_assert(!item.compiled);
    ck_assert_str_ne(item.reason, "");
    unit_close(unit);
}
END_TEST

Suite *suite_codegen(void)
{
    Suite *suite = suite_create("codegen");
    TCase *tcase = tcase_create("codegen");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, every_operation_has_an_emitter);
    tcase_add_loop_test(tcase, objects_need_only_cells_and_c_functions, 0, 4);
    tcase_add_test(tcase, the_same_methods_give_the_same_code);
    tcase_add_test(tcase, protected_regions_become_functions);
    tcase_add_test(tcase, a_method_that_cannot_be_compiled_says_why);
    tcase_add_test(tcase, room_in_a_protected_region_is_asked_of_the_runtime);
    tcase_add_test(tcase, a_method_without_il_says_why);
    tcase_add_test(tcase, osr_entries_exist_for_loop_headers_alone);
    tcase_add_test(tcase, the_level_falls_with_the_size_of_a_method);
    tcase_add_test(tcase, a_bad_option_fails_the_whole_context);
    suite_add_tcase(suite, tcase);
    return suite;
}
