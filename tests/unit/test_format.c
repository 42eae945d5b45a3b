/* test_format.c - images of compiled code: made, opened, judged, mapped, damaged. */
#include <check.h>
#include <elf.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/hash.h"
#include "format/grammar.h"
#include "format/link.h"
#include "format/sidecar.h"
#include "format/subject.h"
#include "format/version.h"
#include "format/writer.h"
#include "tests/fuzz/reseal.h"
#include "tests/run.h"

Suite *suite_format(void);

#define HOME "/usr/lib/mono/4.5/System.Core.dll"
#define CLASS_LIBRARY "/usr/lib/mono/4.5"

/* One image for all tests: methods of System.Core with code of our own. */
static struct {
    char dir[100], path[200];
    World *world;
    Assembly *home;
    Method *plain, *second, *instance;
    Type *list; /* List<int> */
    Buffer bytes;
    HostFacts host;
} fx;

/* -- Making it ----------------------------------------------------------------- */

static const char code[] = "    .text\n"
                           "    .globl m0, m1, m1osr, m2\n"
                           "    .type m0, @function\n"
                           "m0: .cfi_startproc\n"
                           "    mov r2r_cells_t(%rip), %rax\n"
                           "    mov $42, %eax\n"
                           "    ret\n"
                           "    .cfi_endproc\n"
                           "    .size m0, .-m0\n"
                           "    .type m1, @function\n"
                           "m1: jmp \"m1$part\"\n"
                           "    .size m1, .-m1\n"
                           "    .type m1osr, @function\n"
                           "m1osr: ret\n"
                           "    .size m1osr, .-m1osr\n"
                           "    .type m2, @function\n"
                           "m2: mov $7, %eax\n"
                           "    call memset\n"
                           "    ret\n"
                           "    .size m2, .-m2\n"
                           "    .type \"m1$part\", @function\n"
                           "\"m1$part\": mov $43, %eax\n"
                           "    ret\n"
                           "    .size \"m1$part\", .-\"m1$part\"\n"
                           "    .section .rodata\n"
                           "    .quad 42\n"
                           "    .section .note.GNU-stack, \"\", @progbits\n";

static Method *first_method(const char *ns, const char *type_name, const char *name)
{
    Err err = ERR_INIT;
    Type *type = assembly_find_type(fx.home, ns, type_name, &err);
    ck_assert_msg(type && type_load(type, LEVEL_READY, &err), "%s", err.text);
    for (uint32_t i = 0; i < type->n_methods; i++)
        if (!strcmp(type->methods[i]->name, name))
            return type->methods[i];
    ck_abort_msg("no method %s", name);
    return NULL;
}

static void add_method(UnitBuilder *unit, Method *method, uint32_t osr_il,
                       const char *symbol)
{
    static const IrError error = {ERR_MISSING_METHOD, "gone"};
    Fixup fixups[] = {
        {.kind = FIX_UNIT},
        {.kind = FIX_HELPER, .helper = HELPER_throw_null},
        {.kind = FIX_ENTRY, .method = fx.second},
        {.kind = FIX_VTABLE, .type = fx.list},
        {.kind = FIX_STRING, .string = {fx.home, TOKEN(TOKEN_UserString, 1)}},
        {.kind = FIX_ERROR, .error = &error},
    };
    IrLookup lookup = {.kind = IRL_TYPE, .type = type_var(fx.world, true, 0)};
    Fixup last = {.kind = FIX_LOOKUP, .lookup = &lookup};
    Fact layout = {FACT_LAYOUT, .type = fx.world->known.exception};
    bool osr = osr_il != IR_NONE;
    unit_method_begin(unit, method, osr ? UNIT_METHOD_OSR : 0, osr_il);
    for (size_t i = 0; i < sizeof fixups / sizeof *fixups; i++)
        ck_assert_uint_eq(unit_cell(unit, &fixups[i]), i);
    ck_assert_uint_eq(unit_cell(unit, &last), 6);
    if (method == fx.plain)
        unit_rely(unit, &layout);
    if (method == fx.second)
        unit_fact(unit, &layout, 12345);
    unit_method_end(unit, symbol);
}

static void make_object(const char *path, const char *text)
{
    char command[500], source[200];
    Err err = ERR_INIT;
    snprintf(source, sizeof source, "%s/t.s", fx.dir);
    Bytes bytes = {(const uint8_t *)text, strlen(text)};
    ck_assert(file_write(source, bytes, 0600, &err));
    snprintf(command, sizeof command, "as %s -o %s", source, path);
    ck_assert_int_eq(system(command), 0);
}

/* The record of the unit whose code is `code`, or of the same code under other names.
 */
static void make_record(const char *name, const char *const symbols[4], Buffer *out)
{
    Err err = ERR_INIT;
    UnitBuilder *unit = unit_open(fx.world, fx.home, name);
    add_method(unit, fx.plain, IR_NONE, symbols[0]);
    add_method(unit, fx.second, IR_NONE, symbols[1]);
    add_method(unit, fx.second, 16, symbols[2]);
    add_method(unit, fx.instance, IR_NONE, symbols[3]);
    ck_assert_uint_eq(unit_cell_count(unit), 7);
    ck_assert(unit_write(unit, out, &err));
    unit_close(unit);
}

static void make_records(Buffer *first, Buffer *second)
{
    static const char *const symbols[4] = {"m0", "m1", "m1osr", "m2"};
    Err err = ERR_INIT;
    make_record("t", symbols, first);
    UnitBuilder *unit = unit_open(fx.world, fx.home, "empty");
    ck_assert(unit_write(unit, second, &err));
    unit_close(unit);
}

/* One unit is linked in memory, several by ld. */
static void make_image(uint32_t n_units, Buffer *out)
{
    Err err = ERR_INIT;
    char object[200], empty[200];
    Buffer first = BUFFER_INIT, second = BUFFER_INIT;
    FpFacts facts = {.at = {{.present = false}}};
    ImageSetInput set = {.level = 1};
    snprintf(object, sizeof object, "%s/t.o", fx.dir);
    snprintf(empty, sizeof empty, "%s/empty.o", fx.dir);
    make_object(object, code);
    make_object(empty, "    .text\n    nop\n");
    make_records(&first, &second);
    fp_add_image(&facts, fx.home->image, true);
    const ImageUnitInput units[] = {{buffer_bytes(&first), object, 0},
                                    {buffer_bytes(&second), empty, 0}};
    ImageInput image = {.facts = &facts,
                        .sets = &set,
                        .n_sets = 1,
                        .units = units,
                        .n_units = n_units,
                        .dir = fx.dir};
    ck_assert_msg(image_build(&image, out, &err), "%s", err.text);
    ck_assert(file_write(fx.path, buffer_bytes(out), 0644, &err));
    buffer_free(&first);
    buffer_free(&second);
}

/* The same methods for two levels; what is for the second returns other numbers. */
static void make_two_sets(Buffer *out)
{
    static const char *const symbols[2][4] = {{"m0", "m1", "m1osr", "m2"},
                                              {"n0", "n1", "n1osr", "n2"}};
    static const char *const names[2] = {"t", "v"};
    Err err = ERR_INIT;
    char objects[2][200], text[sizeof code];
    Buffer records[2] = {BUFFER_INIT, BUFFER_INIT};
    FpFacts facts = {.at = {{.present = false}}};
    const ImageSetInput sets[] = {{.level = 1}, {.level = 4}};
    ImageUnitInput units[2];
    memcpy(text, code, sizeof code);
    for (int i = 0; i < 2; i++) {
        snprintf(objects[i], sizeof objects[i], "%s/%s.o", fx.dir, i ? "empty" : "t");
        make_object(objects[i], text);
        make_record(names[i], symbols[i], &records[i]);
        units[i] = (ImageUnitInput){buffer_bytes(&records[i]), objects[i], (uint32_t)i};
        for (char *at = text; *at; at++)
            if (*at == 'm' && at[1] >= '0' && at[1] <= '2')
                *at = 'n';
            else if (!strncmp(at, "r2r_cells_t", 11))
                at[10] = 'v';
            else if (*at == '$' && at[1] == '4')
                at[1] = '5';
    }
    fp_add_image(&facts, fx.home->image, true);
    ImageInput image = {.facts = &facts,
                        .sets = sets,
                        .n_sets = 2,
                        .units = units,
                        .n_units = 2,
                        .dir = fx.dir};
    ck_assert_msg(image_build(&image, out, &err), "%s", err.text);
    buffer_free(&records[0]);
    buffer_free(&records[1]);
}

static void setup(void)
{
    Err err = ERR_INIT;
    snprintf(fx.dir, sizeof fx.dir, "/tmp/test-format-XXXXXX");
    ck_assert(mkdtemp(fx.dir) != NULL);
    snprintf(fx.path, sizeof fx.path, "%s/t.r2r", fx.dir);
    fx.world = world_open();
    world_set_library_dir(fx.world, CLASS_LIBRARY);
    ck_assert_msg(world_load_corlib(fx.world, &err), "%s", err.text);
    fx.home = world_load_file(fx.world, HOME, &err);
    ck_assert_msg(fx.home != NULL, "%s", err.text);
    ck_assert(host_detect(&fx.host, &err));
    fx.plain = first_method("System.Linq.Expressions", "Expression", "Add");
    fx.second = first_method("System.Linq.Expressions", "Expression", "AddChecked");
    Method *first = first_method("System.Linq", "Enumerable", "First");
    fx.instance = method_instance(first, &fx.world->known.i4, 1, &err);
    Type *list = assembly_find_type(fx.world->corlib, "System.Collections.Generic",
                                    "List`1", &err);
    fx.list = list ? type_instance(list, &fx.world->known.i4, 1, &err) : NULL;
    ck_assert_msg(fx.instance && fx.list, "%s", err.text);
    make_image(1, &fx.bytes);
}

static void teardown(void)
{
    static const char *const files[] = {"t.s",      "t.o",    "t.r2r",
                                        "linked",   "ld.log", "cells.o",
                                        "hide.map", "end.o",  "empty.o"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[300];
        snprintf(path, sizeof path, "%s/%s", fx.dir, files[i]);
        unlink(path);
    }
    rmdir(fx.dir);
    buffer_free(&fx.bytes);
    world_close(fx.world);
}

static Sidecar *load(void)
{
    Verdict verdict;
    Sidecar *s = sidecar_load(fx.path, &fx.host, fx.home, 0, &verdict);
    ck_assert_msg(s != NULL, "%s: %s",
                  verdict.reasons.n ? verdict.reasons.at[0].row->name : "?",
                  verdict.reasons.n ? verdict.reasons.at[0].found : "?");
    ck_assert_int_eq(verdict.kind, VERDICT_ACCEPTED);
    ck_assert_str_eq(verdict.isa, "x86-64");
    verdict_free(&verdict);
    return s;
}

static SidecarMethod find(Sidecar *s, Method *method, uint32_t osr_il)
{
    SidecarMethod found;
    ck_assert(sidecar_find(s, method, osr_il, &found));
    return found;
}

/* -- Using it ------------------------------------------------------------------ */

START_TEST(methods_are_found_and_run)
{
    Sidecar *s = load();
    SidecarMethod missing;
    ck_assert_int_eq(((int (*)(void))find(s, fx.plain, IR_NONE).entry)(), 42);
    ck_assert_int_eq(((int (*)(void))find(s, fx.second, IR_NONE).entry)(), 43);
    ck_assert_uint_eq(find(s, fx.second, 16).osr_il, 16);
    ck_assert_uint_eq(find(s, fx.instance, IR_NONE).token, 0);
    ck_assert(!sidecar_find(s, fx.second, 17, &missing));
    ck_assert(!sidecar_find(s, fx.plain, 16, &missing));
    ck_assert(!sidecar_find(s, fx.instance->def, IR_NONE, &missing));
    sidecar_close(s);
}
END_TEST

START_TEST(rows_lead_back_to_their_methods)
{
    Sidecar *s = load();
    Err err = ERR_INIT;
    Arena arena = ARENA_INIT;
    SidecarMethod m = find(s, fx.instance, IR_NONE);
    ck_assert_ptr_eq(sidecar_method_subject(&m, &err), fx.instance);
    ck_assert_str_eq(sidecar_method_name(&m, &arena),
                     "System.Linq.Enumerable:First[System.Int32]");
    ck_assert_uint_eq(s->n_rows, 4);
    ck_assert(!sidecar_method(s, 4, &m));
    arena_free(&arena);
    sidecar_close(s);
}
END_TEST

START_TEST(cells_resolve_to_what_was_recorded)
{
    Sidecar *s = load();
    Err err = ERR_INIT;
    Arena arena = ARENA_INIT;
    uint32_t cells[10];
    Fixup fixup;
    SidecarMethod m = find(s, fx.plain, IR_NONE);
    ck_assert_uint_eq(sidecar_uses(&m, cells, 10), 7);
    for (uint32_t i = 0; i < 7; i++)
        ck_assert_uint_eq(cells[i], i);
    ck_assert_int_eq(sidecar_cell_kind(m.unit, 0), FIX_UNIT);
    ck_assert(sidecar_cell_resolve(m.unit, 1, &arena, &fixup, &err));
    ck_assert_int_eq(fixup.helper, HELPER_throw_null);
    ck_assert(sidecar_cell_resolve(m.unit, 2, &arena, &fixup, &err));
    ck_assert_ptr_eq(fixup.method, fx.second);
    ck_assert(sidecar_cell_resolve(m.unit, 3, &arena, &fixup, &err));
    ck_assert_ptr_eq(fixup.type, fx.list);
    ck_assert(sidecar_cell_resolve(m.unit, 4, &arena, &fixup, &err));
    ck_assert_ptr_eq(fixup.string.assembly, fx.home);
    ck_assert_uint_eq(fixup.string.token, TOKEN(TOKEN_UserString, 1));
    ck_assert(sidecar_cell_resolve(m.unit, 5, &arena, &fixup, &err));
    ck_assert_int_eq(fixup.error->kind, ERR_MISSING_METHOD);
    ck_assert_str_eq(fixup.error->text, "gone");
    ck_assert(sidecar_cell_resolve(m.unit, 6, &arena, &fixup, &err));
    ck_assert_ptr_eq(fixup.lookup->type, type_var(fx.world, true, 0));
    ck_assert(!sidecar_cell_resolve(m.unit, 7, &arena, &fixup, &err));
    ck_assert_int_eq(sidecar_cell_kind(m.unit, 7), FIX_COUNT);
    arena_free(&arena);
    sidecar_close(s);
}
END_TEST

START_TEST(cells_are_zero_and_writable_and_known_by_address)
{
    Sidecar *s = load();
    SidecarMethod m = find(s, fx.plain, IR_NONE);
    uint32_t index;
    for (uint32_t i = 0; i < m.unit->n_cells; i++)
        ck_assert_ptr_null(m.unit->cells[i]);
    m.unit->cells[3] = &index;
    ck_assert(sidecar_cell_index(m.unit, &m.unit->cells[3], &index));
    ck_assert_uint_eq(index, 3);
    ck_assert(!sidecar_cell_index(m.unit, &m.unit->cells[7], &index));
    sidecar_close(s);
}
END_TEST

START_TEST(the_stubs_have_a_unit_of_helpers)
{
    Sidecar *s = load();
    Err err = ERR_INIT;
    Fixup fixup;
    ck_assert_str_eq(s->units[0].name, "stubs");
    ck_assert(sidecar_cell_resolve(&s->units[0], 0, NULL, &fixup, &err));
    ck_assert_int_eq(fixup.helper, HELPER_memset);
    sidecar_close(s);
}
END_TEST

START_TEST(addresses_lead_to_methods_and_their_parts)
{
    Sidecar *s = load();
    SidecarMethod m = find(s, fx.second, IR_NONE), at;
    Verdict verdict = {.kind = VERDICT_ACCEPTED};
    uint32_t rva, offset;
    Bytes part;
    ck_assert(!sidecar_find_address(s, m.entry, &at, &offset)); /* it does not run */
    ck_assert(sidecar_check(&m, &verdict));
    ck_assert(sidecar_find_address(s, m.entry, &at, &offset));
    ck_assert_uint_eq(at.row, m.row);
    ck_assert_uint_eq(offset, 0);
    ck_assert(sidecar_range(&m, 1, &rva, &part));
    ck_assert(sidecar_find_address(s, s->base + rva + 1, &at, &offset));
    ck_assert_uint_eq(at.row, m.row);
    ck_assert_uint_eq(offset, 1);
    ck_assert(!sidecar_range(&m, 2, &rva, &part));
    ck_assert(!sidecar_find_address(s, s->text_end, &at, &offset));
    ck_assert(!sidecar_find_address(s, &offset, &at, &offset));
    ck_assert(!sidecar_find_frame(s, m.entry)); /* it has no .cfi_startproc */
    m = find(s, fx.plain, IR_NONE);
    ck_assert(sidecar_check(&m, &verdict));
    ck_assert(sidecar_find_frame(s, m.entry) != NULL);
    verdict_free(&verdict);
    sidecar_close(s);
}
END_TEST

START_TEST(the_same_units_give_the_same_bytes)
{
    Buffer again = BUFFER_INIT;
    make_image(1, &again);
    ck_assert(bytes_equal(buffer_bytes(&again), buffer_bytes(&fx.bytes)));
    buffer_free(&again);
}
END_TEST

START_TEST(several_units_make_an_image_too)
{
    Buffer both = BUFFER_INIT;
    uint32_t cell;
    make_image(2, &both);
    Sidecar *s = load();
    SidecarMethod m = find(s, fx.second, IR_NONE);
    ck_assert_uint_eq(s->n_units, 3);
    ck_assert_int_eq(((int (*)(void))m.entry)(), 43);
    ck_assert_int_eq(((int (*)(void))find(s, fx.plain, IR_NONE).entry)(), 42);
    ck_assert(sidecar_cell_index(m.unit, m.unit->cells, &cell));
    sidecar_close(s);
    buffer_free(&both);
}
END_TEST

/* -- Judging ------------------------------------------------------------------- */

/* Opens a changed copy of the image and judges it for this host. */
static Sidecar *judge(Buffer *copy, unsigned flags, Verdict *verdict)
{
    Sidecar *s = sidecar_open_bytes(buffer_bytes(copy), "changed", verdict);
    if (s)
        sidecar_verify(s, &fx.host, NULL, fx.home, flags, verdict);
    return s;
}

static Buffer copy_image(void)
{
    Buffer copy = BUFFER_INIT;
    buffer_put(&copy, fx.bytes.data, fx.bytes.size);
    return copy;
}

START_TEST(a_flipped_byte_rejects_its_method_only)
{
    Verdict verdict;
    uint32_t rva;
    Bytes part;
    Buffer copy = copy_image();
    Sidecar *s = judge(&copy, 0, &verdict);
    SidecarMethod bad = find(s, fx.second, IR_NONE), good = find(s, fx.plain, IR_NONE);
    ck_assert(sidecar_check(&bad, &verdict) && sidecar_check(&good, &verdict));
    ck_assert(sidecar_range(&bad, 1, &rva, &part));
    copy.data[part.data - copy.data + 1] ^= 1;
    ck_assert(sidecar_check(&good, &verdict));
    ck_assert(!sidecar_check(&bad, &verdict));
    ck_assert_uint_eq(verdict.reasons.n, 1);
    ck_assert_str_eq(verdict.reasons.at[0].row->name, "method.hash");
    sidecar_close(s);
    verdict_free(&verdict);
    buffer_free(&copy);
}
END_TEST

START_TEST(full_verification_sees_any_flipped_byte)
{
    Buffer copy = copy_image();
    Verdict verdict;
    Sidecar *s = judge(&copy, SIDECAR_VERIFY_FULL, &verdict);
    ck_assert_int_eq(verdict.kind, VERDICT_ACCEPTED);
    sidecar_close(s);
    verdict_free(&verdict);
    copy.data[copy.size / 2] ^= 1;
    s = judge(&copy, SIDECAR_VERIFY_FULL, &verdict);
    ck_assert_int_ne(verdict.kind, VERDICT_ACCEPTED);
    sidecar_close(s);
    verdict_free(&verdict);
    buffer_free(&copy);
}
END_TEST

START_TEST(another_build_of_the_assembly_is_rejected)
{
    Buffer copy = copy_image();
    Verdict verdict;
    fx.home->image->mvid[0] ^= 1;
    Sidecar *s = judge(&copy, 0, &verdict);
    ck_assert_int_eq(verdict.kind, VERDICT_REJECTED);
    ck_assert_uint_eq(verdict.reasons.n, 1);
    ck_assert_str_eq(verdict.reasons.at[0].row->name, "assembly.mvid");
    sidecar_close(s);
    verdict_free(&verdict);
    buffer_free(&copy);
}
END_TEST

START_TEST(facts_are_compared_when_a_dependency_changed)
{
    Buffer copy = copy_image();
    Verdict verdict;
    fx.world->corlib->image->mvid[0] ^= 1;
    Sidecar *s = judge(&copy, 0, &verdict);
    ck_assert_int_eq(verdict.kind, VERDICT_ACCEPTED);
    SidecarMethod good = find(s, fx.plain, IR_NONE), bad = find(s, fx.second, IR_NONE);
    ck_assert(sidecar_check(&good, &verdict));
    ck_assert(!sidecar_check(&bad, &verdict));
    ck_assert_str_eq(verdict.reasons.at[0].row->name, "method.layout");
    find(s, fx.instance, IR_NONE); /* its argument is found by name now */
    sidecar_close(s);
    verdict_free(&verdict);
    buffer_free(&copy);
}
END_TEST

START_TEST(a_cpu_without_the_level_is_rejected)
{
    HostFacts host = fx.host;
    Verdict verdict;
    host.facts.at[FP_CPU_REQUIRED].number &= ~(1ull << CPU_SSE2);
    ck_assert_ptr_null(sidecar_load(fx.path, &host, fx.home, 0, &verdict));
    ck_assert_int_eq(verdict.kind, VERDICT_REJECTED);
    ck_assert_str_eq(verdict.reasons.at[0].row->name, "cpu.required");
    verdict_free(&verdict);
}
END_TEST

START_TEST(files_that_others_can_write_are_rejected)
{
    Verdict verdict;
    ck_assert_int_eq(chmod(fx.path, 0664), 0);
    ck_assert_ptr_null(sidecar_load(fx.path, &fx.host, fx.home, 0, &verdict));
    ck_assert_int_eq(chmod(fx.path, 0644), 0);
    ck_assert_str_eq(verdict.reasons.at[0].row->name, "file.mode");
    verdict_free(&verdict);
    ck_assert_ptr_null(sidecar_load("/dev/null", &fx.host, fx.home, 0, &verdict));
    ck_assert_str_eq(verdict.reasons.at[0].row->name, "file.access");
    verdict_free(&verdict);
    ck_assert_ptr_null(sidecar_load("/nowhere.r2r", &fx.host, fx.home, 0, &verdict));
    ck_assert_int_eq(verdict.kind, VERDICT_MISSING);
    verdict_free(&verdict);
}
END_TEST

/* -- Damage -------------------------------------------------------------------- */

/* Uses everything of an image that opened in spite of its damage. */
static void walk(Sidecar *s)
{
    Arena arena = ARENA_INIT;
    Err err = ERR_INIT;
    Verdict verdict = {.kind = VERDICT_ACCEPTED};
    SidecarMethod m;
    Fixup fixup;
    SidecarDep dep;
    sidecar_verify(s, &fx.host, NULL, fx.home, 0, &verdict);
    sidecar_find(s, fx.plain, IR_NONE, &m);
    sidecar_find(s, fx.instance, IR_NONE, &m);
    for (uint32_t i = 0; i < s->n_rows && i < 20; i++) {
        if (!sidecar_method(s, i, &m))
            continue;
        sidecar_method_subject(&m, &err);
        sidecar_method_name(&m, &arena);
        sidecar_check(&m, &verdict);
        for (uint32_t cell = 0; cell <= m.unit->n_cells && cell < 20; cell++) {
            sidecar_cell_resolve(m.unit, cell, &arena, &fixup, &err);
            sidecar_cell_name(m.unit, cell, &arena);
        }
    }
    for (uint32_t i = 0; sidecar_dep(s, i, &dep); i++)
        ck_assert(dep.name != NULL);
    verdict_free(&verdict);
    arena_free(&arena);
}

/* Returns whether it still opened. */
static bool try_bytes(const Buffer *copy, size_t size)
{
    Verdict verdict;
    uint8_t *exact = malloc(size + 1); /* so that a sanitizer sees reads behind it */
    memcpy(exact, copy->data, size);
    Sidecar *s = sidecar_open_bytes((Bytes){exact, size}, "damaged", &verdict);
    if (s) {
        walk(s);
        sidecar_close(s);
    } else
        ck_assert(verdict.malformed && verdict.reasons.n == 1);
    verdict_free(&verdict);
    free(exact);
    return s != NULL;
}

START_TEST(an_image_that_is_cut_off_is_malformed)
{
    for (size_t n = 0; n < fx.bytes.size; n += n < 1024 ? 1 : 97)
        ck_assert(!try_bytes(&fx.bytes, n));
}
END_TEST

START_TEST(an_image_cut_at_a_section_is_malformed)
{
    Elf64_Ehdr ehdr;
    memcpy(&ehdr, fx.bytes.data, sizeof ehdr);
    for (int i = 0; i < ehdr.e_shnum; i++) {
        Elf64_Shdr s;
        memcpy(&s, fx.bytes.data + ehdr.e_shoff + i * sizeof s, sizeof s);
        if (s.sh_type == SHT_NOBITS)
            continue;
        ck_assert(!try_bytes(&fx.bytes, s.sh_offset));
        if (s.sh_offset + s.sh_size < fx.bytes.size)
            ck_assert(!try_bytes(&fx.bytes, s.sh_offset + s.sh_size));
    }
}
END_TEST

/* The bytes of a section, by name. */
static Bytes section(const Buffer *copy, const char *name)
{
    Elf64_Ehdr ehdr;
    Elf64_Shdr names, s;
    Bytes none = {NULL, 0}, found;
    memcpy(&ehdr, copy->data, sizeof ehdr);
    if (ehdr.e_shoff + (ehdr.e_shstrndx + 1) * sizeof s > copy->size)
        return none;
    memcpy(&names, copy->data + ehdr.e_shoff + ehdr.e_shstrndx * sizeof s, sizeof s);
    for (int i = 1; i < ehdr.e_shnum; i++) {
        if (ehdr.e_shoff + (i + 1) * sizeof s > copy->size)
            return none;
        memcpy(&s, copy->data + ehdr.e_shoff + i * sizeof s, sizeof s);
        uint64_t at = names.sh_offset + s.sh_name;
        if (at + strlen(name) < copy->size &&
            !strcmp((const char *)copy->data + at, name) &&
            bytes_slice(buffer_bytes(copy), s.sh_offset, s.sh_size, &found))
            return found;
    }
    return none;
}

/* What all methods share. */
static const char *const shared[] = {".r2r.facts", ".r2r.sets",    ".r2r.units",
                                     ".r2r.deps",  ".r2r.strings", ".rodata"};
enum { SHARED = sizeof shared / sizeof *shared };

START_TEST(a_changed_table_is_malformed)
{
    Buffer copy = copy_image();
    Bytes table = section(&copy, shared[_i]);
    ck_assert_uint_gt(table.size, 0);
    for (size_t i = 0; i < table.size; i += 3) {
        ((uint8_t *)table.data)[i] ^= 0x10;
        ck_assert(!try_bytes(&copy, copy.size));
        ((uint8_t *)table.data)[i] ^= 0x10;
    }
    buffer_free(&copy);
}
END_TEST

static void flip_all(Buffer *copy, size_t start, size_t end, size_t step)
{
    for (size_t i = start; i < end; i += step) {
        copy->data[i] ^= 0x10;
        ck_assert_msg(!try_bytes(copy, copy->size), "byte %zu", i);
        copy->data[i] ^= 0x10;
    }
}

START_TEST(changed_headers_and_stubs_are_malformed)
{
    Elf64_Ehdr ehdr;
    Buffer copy = copy_image();
    Bytes text = section(&copy, ".text");
    size_t end = (size_t)(text.data - copy.data) + text.size;
    size_t head = (size_t)(section(&copy, ".r2r.head").data - copy.data);
    memcpy(&ehdr, copy.data, sizeof ehdr);
    flip_all(&copy, head + offsetof(ImageHead, n_sets), head + sizeof(ImageHead), 1);
    flip_all(&copy, ehdr.e_phoff, ehdr.e_phoff + ehdr.e_phnum * sizeof(Elf64_Phdr), 1);
    flip_all(&copy, end - link_stub_count() * IMAGE_STUB_SIZE, end, 5);
    buffer_free(&copy);
}
END_TEST

/* Rows whose hash is still right. */
static uint32_t good_rows(Sidecar *s, Verdict *verdict)
{
    SidecarMethod m;
    uint32_t good = 0;
    for (uint32_t row = 0; row < s->n_rows; row++)
        good += sidecar_method(s, row, &m) && sidecar_check(&m, verdict);
    return good;
}

/* What a method has of its own, besides its row. */
static const char *const own[] = {".eh_frame", ".r2r.ranges", ".r2r.parts"};
enum { OWN = sizeof own / sizeof *own };

START_TEST(a_changed_byte_of_a_method_rejects_it)
{
    Buffer copy = copy_image();
    Bytes table = section(&copy, own[_i]);
    ck_assert_uint_gt(table.size, 0);
    for (size_t i = 0; i < table.size; i++) {
        Verdict verdict;
        ((uint8_t *)table.data)[i] ^= 0x10;
        Sidecar *s = judge(&copy, 0, &verdict);
        ck_assert(s != NULL);
        ck_assert_uint_eq(good_rows(s, &verdict), s->n_rows - 1);
        sidecar_close(s);
        verdict_free(&verdict);
        ((uint8_t *)table.data)[i] ^= 0x10;
    }
    buffer_free(&copy);
}
END_TEST

/* The table serves all methods, but a damaged one costs time alone. */
START_TEST(addresses_are_found_in_spite_of_a_changed_range)
{
    Err err = ERR_INIT;
    Buffer copy = copy_image();
    Verdict verdict;
    char path[200];
    SidecarMethod at;
    ((uint8_t *)section(&copy, ".r2r.ranges").data)[sizeof(ImageRange)] ^= 0x40;
    snprintf(path, sizeof path, "%s/ranges.r2r", fx.dir);
    ck_assert(file_write(path, buffer_bytes(&copy), 0600, &err));
    Sidecar *s = sidecar_load(path, &fx.host, fx.home, 0, &verdict);
    ck_assert(s != NULL);
    SidecarMethod m = find(s, fx.plain, IR_NONE);
    ck_assert(sidecar_check(&m, &verdict));
    ck_assert(sidecar_find_address(s, (char *)m.entry + 1, &at, NULL));
    ck_assert_uint_eq(at.row, m.row);
    ck_assert(sidecar_find_frame(s, m.entry) != NULL);
    sidecar_close(s);
    verdict_free(&verdict);
    buffer_free(&copy);
}
END_TEST

START_TEST(an_image_of_another_version_is_no_malformed_one)
{
    const uint32_t versions[] = {1, (uint32_t)image_format_version() + 1};
    for (int i = 0; i < 2; i++) {
        Buffer copy = copy_image();
        Verdict verdict;
        ImageHead *head = (ImageHead *)section(&copy, ".r2r.head").data;
        head->version = versions[i];
        head->size = 16;
        Sidecar *s = judge(&copy, 0, &verdict);
        ck_assert(s && !verdict.malformed && verdict.kind == VERDICT_REJECTED);
        ck_assert_str_eq(verdict.reasons.at[0].row->name, "format.version");
        sidecar_close(s);
        verdict_free(&verdict);
        buffer_free(&copy);
    }
}
END_TEST

START_TEST(a_changed_row_or_record_is_rejected)
{
    static const char *const names[] = {".r2r.methods", ".r2r.records"};
    Buffer copy = copy_image();
    Bytes table = section(&copy, names[_i]);
    for (size_t i = 0; i < table.size; i += 5) {
        Verdict verdict;
        ((uint8_t *)table.data)[i] ^= 0x10;
        Sidecar *s = judge(&copy, 0, &verdict);
        ck_assert(s != NULL);
        uint32_t good = good_rows(s, &verdict);
        if (_i == 0)
            ck_assert_uint_eq(good, s->n_rows - 1);
        sidecar_close(s);
        verdict_free(&verdict);
        ((uint8_t *)table.data)[i] ^= 0x10;
    }
    buffer_free(&copy);
}
END_TEST

/* Any byte of the headers and tables may lie; the code itself is skipped. */
START_TEST(any_byte_that_lies_is_survived)
{
    static const uint8_t lies[] = {0x00, 0xff, 0x80, 0x01};
    Buffer copy = copy_image();
    for (size_t i = (size_t)_i; i < copy.size; i += 4) {
        if (i == 1024)
            i = copy.size > 12000 ? copy.size / 2 & ~3ul : 1024;
        uint8_t before = copy.data[i];
        copy.data[i] = before == lies[i / 4 % 4] ? (uint8_t)~before : lies[i / 4 % 4];
        sidecar_put_hashes(&copy, NULL); /* what lies behind them must be seen, too */
        try_bytes(&copy, copy.size);
        memcpy(copy.data, fx.bytes.data, copy.size);
    }
    buffer_free(&copy);
}
END_TEST

/* -- Tables that lie under right hashes ----------------------------------------- */

/* A host that can't use the second native section. */
static HostFacts host_of_level_1(void)
{
    HostFacts host = fx.host;
    host.facts.at[FP_CPU_REQUIRED].number = cpu_level_features(1);
    return host;
}

/* No way may lead to the section that was refused: the one to its methods' rows, in
 * the keys, by a copy of the rows, by their units. */
static void must_not_lead_to_second_set(Buffer *image)
{
    HostFacts host = host_of_level_1();
    Verdict verdict;
    Method *const methods[] = {fx.plain, fx.second, fx.instance};
    Sidecar *s = sidecar_open_bytes(buffer_bytes(image), "sets", &verdict);
    if (s)
        sidecar_verify(s, &host, NULL, fx.home, 0, &verdict);
    for (int i = 0; s && i < 3; i++) {
        SidecarMethod m;
        uint32_t rva;
        Bytes part;
        if (!sidecar_find(s, methods[i], IR_NONE, &m))
            continue;
        ck_assert_uint_eq(m.unit->set, 0);
        ck_assert_str_eq(m.unit->name, "t");
        ck_assert(sidecar_range(&m, 0, &rva, &part));
        ck_assert(!memmem(part.data, part.size, "\xb8\x34", 2)); /* mov $52, %eax */
    }
    sidecar_close(s);
    verdict_free(&verdict);
}

START_TEST(no_table_leads_to_another_native_section)
{
    Buffer good = BUFFER_INIT;
    make_two_sets(&good);
    ImageKey *keys = (ImageKey *)section(&good, ".r2r.keys").data;
    ImageMethod *rows = (ImageMethod *)section(&good, ".r2r.methods").data;
    ck_assert_uint_eq(section(&good, ".r2r.keys").size, 2 * sizeof *keys);
    ck_assert_uint_eq(section(&good, ".r2r.methods").size, 8 * sizeof *rows);
    must_not_lead_to_second_set(&good);
    uint32_t row = keys[0].method;
    keys[0].method = keys[1].method; /* needs no hash */
    must_not_lead_to_second_set(&good);
    keys[0].method = row;
    for (uint32_t to = 0; to < 4; to++)
        for (uint32_t from = 4; from < 8; from++)
            for (int sealed = 0; sealed < 2; sealed++) {
                ImageMethod before = rows[to];
                rows[to] = rows[from];
                if (sealed)
                    sidecar_put_hashes(&good, NULL);
                must_not_lead_to_second_set(&good);
                rows[to] = before;
                sidecar_put_hashes(&good, NULL);
            }
    buffer_free(&good);
}
END_TEST

/* A row, its token and all, of one method where another is looked for. */
START_TEST(a_row_of_another_method_is_not_taken)
{
    Buffer copy = copy_image();
    Verdict verdict;
    SidecarMethod m;
    ImageMethod *rows = (ImageMethod *)section(&copy, ".r2r.methods").data;
    uint32_t subject = rows[0].subject;
    for (int i = 1; i < 4; i++) {
        rows[0].subject = rows[i].subject;
        if (rows[0].subject == subject)
            continue;
        sidecar_put_hashes(&copy, NULL);
        Sidecar *s = judge(&copy, 0, &verdict);
        ck_assert(s && !sidecar_find(s, fx.plain, IR_NONE, &m));
        sidecar_close(s);
        verdict_free(&verdict);
    }
    buffer_free(&copy);
}
END_TEST

/* Ranges in each other, frames that are none, frames of something else. */
START_TEST(the_unwinder_gets_frames_of_methods_that_run_alone)
{
    Buffer copy = copy_image();
    ImageRange *ranges = (ImageRange *)section(&copy, ".r2r.ranges").data;
    size_t n = section(&copy, ".r2r.ranges").size / sizeof *ranges;
    ck_assert(ranges && n);
    uint32_t fde = 0;
    for (size_t i = 0; i < n; i++)
        fde = ranges[i].fde ? ranges[i].fde : fde;
    for (size_t i = 0; i < n; i++) {
        const ImageRange lies[] = {
            {ranges[i].rva, ranges[i].size, ranges[i].method, 0x7fffff00},
            {ranges[i].rva, ranges[i].size, ranges[i].method, fde + 1},
            {ranges[i].rva, ranges[i].size, ranges[i].method, fde},
            {ranges[0].rva, 0x100, ranges[i].method, fde},
            {ranges[0].rva + 1, 1, ranges[i].method, fde + 4},
            {ranges[i].rva, 0xffffffff, ranges[i].method, 1},
            {ranges[i].rva, ranges[i].size, 0, fde},
        };
        ImageRange before = ranges[i];
        for (size_t k = 0; k < sizeof lies / sizeof *lies; k++) {
            ranges[i] = lies[k];
            sidecar_put_hashes(&copy, NULL);
            reseal_read(buffer_bytes(&copy), &fx.host, fx.home);
        }
        ranges[i] = before;
    }
    buffer_free(&copy);
}
END_TEST

START_TEST(any_tables_under_right_hashes_are_survived)
{
    enum { SCRIPTS = 400 };
    for (uint64_t seed = 1; seed <= SCRIPTS; seed++) {
        Buffer copy = copy_image(), script = BUFFER_INIT;
        reseal_script(&script, seed * 8 + (uint64_t)_i);
        reseal(&copy, buffer_bytes(&script), RESEAL_ALL);
        reseal_read(buffer_bytes(&copy), &fx.host, fx.home);
        buffer_free(&script);
        buffer_free(&copy);
    }
}
END_TEST

Suite *suite_format(void)
{
    Suite *suite = suite_create("format");
    TCase *use = tcase_create("use"), *damage = tcase_create("damage");
    tcase_add_unchecked_fixture(use, setup, teardown);
    tcase_add_unchecked_fixture(damage, setup, teardown);
    tcase_set_timeout(damage, 300);
    tcase_add_test(use, methods_are_found_and_run);
    tcase_add_test(use, rows_lead_back_to_their_methods);
    tcase_add_test(use, cells_resolve_to_what_was_recorded);
    tcase_add_test(use, cells_are_zero_and_writable_and_known_by_address);
    tcase_add_test(use, the_stubs_have_a_unit_of_helpers);
    tcase_add_test(use, addresses_lead_to_methods_and_their_parts);
    tcase_add_test(use, the_same_units_give_the_same_bytes);
    tcase_add_test(use, several_units_make_an_image_too);
    tcase_add_test(use, a_flipped_byte_rejects_its_method_only);
    tcase_add_test(use, full_verification_sees_any_flipped_byte);
    tcase_add_test(use, another_build_of_the_assembly_is_rejected);
    tcase_add_test(use, facts_are_compared_when_a_dependency_changed);
    tcase_add_test(use, a_cpu_without_the_level_is_rejected);
    tcase_add_test(use, files_that_others_can_write_are_rejected);
    tcase_add_test(damage, an_image_that_is_cut_off_is_malformed);
    tcase_add_test(damage, an_image_cut_at_a_section_is_malformed);
    tcase_add_loop_test(damage, a_changed_table_is_malformed, 0, SHARED);
    tcase_add_test(damage, changed_headers_and_stubs_are_malformed);
    tcase_add_loop_test(damage, a_changed_byte_of_a_method_rejects_it, 0, OWN);
    tcase_add_test(damage, addresses_are_found_in_spite_of_a_changed_range);
    tcase_add_test(damage, an_image_of_another_version_is_no_malformed_one);
    tcase_add_loop_test(damage, a_changed_row_or_record_is_rejected, 0, 2);
    tcase_add_loop_test(damage, any_byte_that_lies_is_survived, 0, 4);
    tcase_add_test(damage, no_table_leads_to_another_native_section);
    tcase_add_test(damage, a_row_of_another_method_is_not_taken);
    tcase_add_test(damage, the_unwinder_gets_frames_of_methods_that_run_alone);
    tcase_add_loop_test(damage, any_tables_under_right_hashes_are_survived, 0, 8);
    suite_add_tcase(suite, use);
    suite_add_tcase(suite, damage);
    return suite;
}
