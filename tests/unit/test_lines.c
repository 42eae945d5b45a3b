/* test_lines.c - line tables: from what a compiler says to the frames of a trace. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/file.h"
#include "format/sidecar.h"
#include "format/unit.h"
#include "format/writer.h"
#include "tests/run.h"

Suite *suite_lines(void);

#define HOME "/usr/lib/mono/4.5/System.Core.dll"
#define CLASS_LIBRARY "/usr/lib/mono/4.5"

enum { DEPTH = 40, LINE = 100 }; /* copy i calls the next one in line LINE + i */

static struct {
    char dir[100];
    World *world;
    Assembly *home;
    Method *method; /* compiled as m0, with copies of those behind it in its type */
} fx;

/* m0 with DEPTH copies in each other, the innermost of which leaves a mark. */
static void write_source(Buffer *out)
{
    for (int i = DEPTH; i >= 0; i--) {
        char name[20], callee[40] = "__asm__ volatile(\"mark: nop\")";
        snprintf(name, sizeof name, i ? "m0_i%d" : "m0", i);
        if (i < DEPTH)
            snprintf(callee, sizeof callee, "m0_i%d(x + %d)", i + 1, i);
        buffer_printf(out, "#line 1 \"%s\"\n%s void %s(int x)\n#line %d\n{ %s; }\n",
                      name, i ? "static inline __attribute__((always_inline))" : "",
                      name, LINE + i, callee);
    }
}

static void compile(const char *object)
{
    char command[500], source[200];
    Buffer text = BUFFER_INIT;
    Err err = ERR_INIT;
    write_source(&text);
    snprintf(source, sizeof source, "%s/m.c", fx.dir);
    ck_assert(file_write(source, buffer_bytes(&text), 0600, &err));
    snprintf(
        command, sizeof command,
        "gcc -w -O2 -g1 -fPIC -fcf-protection=none -fno-stack-protector -c %s -o %s",
        source, object);
    ck_assert_int_eq(system(command), 0);
    buffer_free(&text);
}

static void setup(void)
{
    Err err = ERR_INIT;
    snprintf(fx.dir, sizeof fx.dir, "/tmp/test-lines-XXXXXX");
    ck_assert(mkdtemp(fx.dir) != NULL);
    fx.world = world_open();
    world_set_library_dir(fx.world, CLASS_LIBRARY);
    ck_assert_msg(world_load_corlib(fx.world, &err), "%s", err.text);
    fx.home = world_load_file(fx.world, HOME, &err);
    ck_assert_msg(fx.home != NULL, "%s", err.text);
    Type *type =
        assembly_find_type(fx.home, "System.Linq.Expressions", "Expression", &err);
    ck_assert(type && type_load(type, LEVEL_READY, &err) && type->n_methods > DEPTH);
    fx.method = type->methods[0];
}

static void teardown(void)
{
    file_remove_tree(fx.dir);
    world_close(fx.world);
}

static void make_image(Buffer *out)
{
    Err err = ERR_INIT;
    char object[200];
    Buffer record = BUFFER_INIT;
    FpFacts facts = {.at = {{.present = false}}};
    const ImageSetInput set = {.level = 1};
    UnitBuilder *unit = unit_open(fx.world, fx.home, "t");
    unit_method_begin(unit, fx.method, 0, IR_NONE);
    for (int i = 1; i <= DEPTH; i++)
        unit_copy(unit, fx.method->type->methods[i]);
    unit_method_end(unit, "m0");
    ck_assert(unit_write(unit, &record, &err));
    unit_close(unit);
    snprintf(object, sizeof object, "%s/m.o", fx.dir);
    compile(object);
    fp_add_image(&facts, fx.home->image, true);
    const ImageUnitInput input = {buffer_bytes(&record), object, 0};
    ImageInput image = {.facts = &facts,
                        .sets = &set,
                        .n_sets = 1,
                        .units = &input,
                        .n_units = 1,
                        .dir = fx.dir};
    ck_assert_msg(image_build(&image, out, &err), "%s", err.text);
    ck_assert_msg(sidecar_audit(buffer_bytes(out), fx.home, &err), "%s", err.text);
    buffer_free(&record);
}

static Sidecar *load(const Buffer *image)
{
    Err err = ERR_INIT;
    Verdict verdict;
    HostFacts host;
    char path[200];
    snprintf(path, sizeof path, "%s/m.r2r", fx.dir);
    ck_assert(host_detect(&host, &err));
    ck_assert(file_write(path, buffer_bytes(image), 0600, &err));
    Sidecar *s = sidecar_load(path, &host, fx.home, 0, &verdict);
    ck_assert(s != NULL);
    verdict_free(&verdict);
    return s;
}

START_TEST(frames_of_any_depth_are_told)
{
    Buffer image = BUFFER_INIT;
    Verdict verdict = {.kind = VERDICT_ACCEPTED};
    Err err = ERR_INIT;
    SidecarMethod method;
    SidecarFrame frames[DEPTH + 1], few[3];
    uint32_t rva;
    Bytes code;
    make_image(&image);
    Sidecar *s = load(&image);
    ck_assert(sidecar_find(s, fx.method, IR_NONE, &method));
    ck_assert(sidecar_check(&method, &verdict) &&
              sidecar_range(&method, 0, &rva, &code));
    const uint8_t *mark = memchr(code.data, 0x90, code.size);
    ck_assert(mark != NULL);
    ck_assert_uint_eq(sidecar_frames(&method, mark, frames, DEPTH + 1), DEPTH + 1);
    for (uint32_t i = 0; i <= DEPTH; i++) {
        uint32_t copy = DEPTH - i;
        ck_assert_uint_eq(frames[i].copy, copy);
        ck_assert_uint_eq(frames[i].il, LINE + copy - 1);
        if (copy)
            ck_assert_ptr_eq(sidecar_copy(&method, copy, &err),
                             fx.method->type->methods[copy]);
    }
    ck_assert_uint_eq(sidecar_frames(&method, mark, few, 3), DEPTH + 1);
    ck_assert_uint_eq(few[2].copy, DEPTH - 2);
    sidecar_close(s);
    buffer_free(&image);
}
END_TEST

START_TEST(an_image_that_a_loader_would_reject_is_not_good)
{
    Buffer image = BUFFER_INIT;
    Err err = ERR_INIT;
    make_image(&image);
    image.data[4096] ^= 1; /* the first byte of code */
    ck_assert(!sidecar_audit(buffer_bytes(&image), fx.home, &err));
    ck_assert_msg(strstr(err.text, "method.hash") != NULL, "%s", err.text);
    buffer_free(&image);
}
END_TEST

Suite *suite_lines(void)
{
    Suite *suite = suite_create("lines");
    TCase *all = tcase_create("all");
    tcase_add_unchecked_fixture(all, setup, teardown);
    tcase_add_test(all, frames_of_any_depth_are_told);
    tcase_add_test(all, an_image_that_a_loader_would_reject_is_not_good);
    suite_add_tcase(suite, all);
    return suite;
}
