/* test_prototypes.c - the C functions of internal calls take and return what the class
 * libraries' declarations say. */
#include <check.h>
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loader/library/mono/icall.h"
#include "loader/library/mono/table.h"
#include "loader/vm/member.h"
#include "tests/unit/prototypes.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define LIBRARY_DIR "/usr/lib/mono/4.5"

Suite *suite_prototypes(void);

static World *world;

static void setup(void)
{
    Err err = ERR_INIT;
    ck_assert(prototypes_open());
    world = world_open();
    world_set_library_dir(world, LIBRARY_DIR);
    ck_assert_msg(world_load_corlib(world, &err), "%s", err.text);
}

static void teardown(void)
{
    world_close(world);
    prototypes_close();
}

/* -- functions of the C library, whose DWARF is not here ------------------------- */

typedef double Double1(double);
typedef double Double2(double, double);
typedef float Float1(float);
typedef float Float2(float, float);

/* The compiler checks these: a function of another type is an error. */
static Double1 *const double1[] = {acos, acosh, asin, asinh, atan,  atanh, cbrt,
                                   ceil, cos,   cosh, exp,   floor, log,   log10,
                                   rint, sin,   sinh, sqrt,  tan,   tanh};
static Double2 *const double2[] = {atan2, fmod, pow};
static double (*const double_split[])(double, double *) = {modf};
static Float1 *const float1[] = {acosf, acoshf, asinf, asinhf, atanf,  atanhf, cbrtf,
                                 ceilf, cosf,   coshf, expf,   floorf, logf,   log10f,
                                 sinf,  sinhf,  sqrtf, tanf,   tanhf};
static Float2 *const float2[] = {atan2f, fmodf, powf};
static float (*const float_split[])(float, float *) = {modff};
static void (*const pointer1[])(void *) = {free};

static const struct Foreign {
    const void *functions;
    size_t n;
    Prototype prototype;
} foreign[] = {
    {double1, COUNT(double1), {{{'d', 0}}, 1, {{'d', 0}}, 1, false}},
    {double2, COUNT(double2), {{{'d', 0}, {'d', 0}}, 2, {{'d', 0}}, 1, false}},
    {double_split, 1, {{{'d', 0}, {'p', 8}}, 2, {{'d', 0}}, 1, false}},
    {float1, COUNT(float1), {{{'f', 0}}, 1, {{'f', 0}}, 1, false}},
    {float2, COUNT(float2), {{{'f', 0}, {'f', 0}}, 2, {{'f', 0}}, 1, false}},
    {float_split, 1, {{{'f', 0}, {'p', 4}}, 2, {{'f', 0}}, 1, false}},
    {pointer1, 1, {{{'p', 0}}, 1, {{0, 0}}, 0, false}},
};

static bool foreign_find(const void *function, Prototype *out)
{
    for (size_t i = 0; i < COUNT(foreign); i++)
        for (size_t k = 0; k < foreign[i].n; k++)
            if (((void *const *)foreign[i].functions)[k] == function) {
                *out = foreign[i].prototype;
                return true;
            }
    return false;
}

/* -- the class libraries' internal calls ----------------------------------------- */

typedef struct Tally {
    uint32_t served, wrong, undeclared;
    VEC(char *) declarations;
    VEC(const IcallRow *) rows; /* that serve one */
} Tally;

/* With a reference for each type argument: what shared code of it is called with. */
static Method *closed(Method *method, Err *err)
{
    Type *args[8];
    Type *type = method->type;
    uint32_t n = type->n_args > method->n_args ? type->n_args : method->n_args;
    ck_assert_uint_le(n, COUNT(args));
    for (uint32_t i = 0; i < n; i++)
        args[i] = world->canon;
    if (type->n_args) {
        type = type_instance(type, args, type->n_args, err);
        method = type ? method_on_type(method, type, err) : NULL;
    }
    return method && method->n_args ? method_instance(method, args, method->n_args, err)
                                    : method;
}

static void compare(Method *method, Tally *tally)
{
    Err err = ERR_INIT;
    Prototype c, managed;
    const IcallRow *row = icall_row(method);
    if (!row)
        return; /* nobody implements it */
    const void *function = (const void *)row->function;
    Arena scratch = ARENA_INIT;
    const char *name = method_name(&scratch, method);
    Method *exact = closed(method, &err);
    if (!exact || !prototype_of_method(exact, &managed, &err)) {
        printf("%s: %s\n", name, err.text);
        tally->wrong++;
    } else if (!prototype_of_function(function, &c) && !foreign_find(function, &c)) {
        printf("%s: nobody knows its function's prototype\n", name);
        tally->wrong++;
    } else if (!prototype_serves(&c, &managed)) {
        printf("%s passes %s, its function takes %s\n", name,
               prototype_text(&scratch, &managed), prototype_text(&scratch, &c));
        tally->wrong++;
    }
    const char *declaration = icall_declaration(&scratch, method);
    *vec_push(&tally->declarations) = strdup(declaration);
    if (!icall_find(method)) {
        printf("declared.def has no %s\n", declaration);
        tally->undeclared++;
    }
    tally->served++;
    *vec_push(&tally->rows) = row;
    arena_free(&scratch);
}

static void compare_assembly(Assembly *assembly, Tally *tally)
{
    uint32_t n = image_rows(assembly->image, TABLE_MethodDef);
    for (uint32_t rid = 1; rid <= n; rid++) {
        Err err = ERR_INIT;
        uint32_t flags =
            image_get(assembly->image, TABLE_MethodDef, rid, COL_MethodDef_ImplFlags);
        if (!(flags & IMPL_INTERNALCALL))
            continue;
        Method *method = assembly_method(assembly, rid, &err);
        ck_assert_msg(method, "%s: %s", assembly->name, err.text);
        compare(method, tally);
    }
}

/* Rows whose class no assembly here has; that a class has what its rows name is what
 * suite icall says. */
static uint32_t count_idle(const Tally *tally)
{
    static const IcallRow *const classes[] = {
#define ICALL_CLASS(type, tag, file) icalls_##tag,
#include "loader/library/mono/icalls.def"
#undef ICALL_CLASS
    };
    uint32_t n = 0;
    for (size_t i = 0; i < COUNT(classes); i++)
        for (const IcallRow *row = classes[i]; row->name; row++) {
            size_t k = 0;
            while (k < tally->rows.n && tally->rows.at[k] != row)
                k++;
            n += k == tally->rows.n;
        }
    return n;
}

static int text_compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* With CODICIL_DECLARED=FILE the file becomes what declared.def should be. */
static void write_declarations(const Tally *tally)
{
    static const char head[] =
        "/* declared.def - the declarations of internal calls that the functions' "
        "prototypes have\n"
        " * been compared with, sorted (strcmp). Written by\n"
        " * CODICIL_DECLARED=loader/library/mono/declared.def build/tests/unit "
        "prototypes\n"
        " */\n/* clang-format off */\n";
    const char *path = getenv("CODICIL_DECLARED");
    FILE *file = path && tally->declarations.n ? fopen(path, "w") : NULL;
    if (!file || !tally->declarations.at)
        return;
    fputs(head, file);
    qsort(tally->declarations.at, tally->declarations.n, sizeof(char *), text_compare);
    for (size_t i = 0; i < tally->declarations.n; i++)
        if (!i || strcmp(tally->declarations.at[i], tally->declarations.at[i - 1]))
            fprintf(file, "DECLARED(\"%s\")\n", tally->declarations.at[i]);
    fclose(file);
}

START_TEST(functions_take_what_internal_calls_pass)
{
    Tally tally = {0};
    uint32_t n_assemblies = 0;
    DIR *dir = opendir(LIBRARY_DIR);
    ck_assert_ptr_nonnull(dir);
    for (struct dirent *e; (e = readdir(dir));) {
        Err err = ERR_INIT;
        char name[256];
        snprintf(name, sizeof name, "%s", e->d_name);
        char *dot = strrchr(name, '.');
        if (!dot || strcmp(dot, ".dll"))
            continue;
        *dot = 0;
        Assembly *assembly = world_load_name(world, name, NULL, &err);
        ck_assert_msg(assembly, "%s", err.text);
        compare_assembly(assembly, &tally);
        n_assemblies++;
    }
    closedir(dir);
    printf("prototypes: %u internal calls of %u assemblies compared, %u rows skipped\n",
           tally.served, n_assemblies, count_idle(&tally));
    if (!tally.wrong)
        write_declarations(&tally);
    for (size_t i = 0; i < tally.declarations.n; i++)
        free(tally.declarations.at[i]);
    vec_free(&tally.declarations);
    vec_free(&tally.rows);
    fflush(stdout);
    ck_assert_uint_gt(tally.served, 600);
    ck_assert_msg(!tally.undeclared || getenv("CODICIL_DECLARED"), "%u not declared",
                  tally.undeclared);
    ck_assert_msg(!tally.wrong, "%u functions of another prototype", tally.wrong);
}
END_TEST

/* -- what is found --------------------------------------------------------------- */

/* Functions that are and are not Interlocked.Add(ref int, int). */
static int32_t right(int32_t *at, int32_t by)
{
    return at ? by : 0;
}
static int32_t one_more(int32_t *at, int32_t by, int32_t more)
{
    return at ? by : more;
}
static int32_t one_less(int32_t *at)
{
    return at != NULL;
}
static int32_t too_wide(int32_t *at, int64_t by)
{
    return at ? (int32_t)by : 0;
}
static int32_t too_narrow(int32_t *at, uint8_t by)
{
    return at ? by : 0;
}
static int32_t number_for_address(int64_t at, int32_t by)
{
    return at ? by : 0;
}
static int32_t other_target(int64_t *at, int32_t by)
{
    return at ? by : 0;
}
static int32_t float_for_number(int32_t *at, float by)
{
    return at ? (int32_t)by : 0;
}
static bool narrow_result(int32_t *at, int32_t by)
{
    return at && by;
}
static int64_t wide_result(int32_t *at, int32_t by)
{
    return at ? by : 0;
}
static void no_result(int32_t *at, int32_t by)
{
    *at += by;
}
typedef struct Pair {
    int32_t *at;
    int64_t by;
} Pair;
static int32_t structure(Pair pair)
{
    return pair.at ? (int32_t)pair.by : 0;
}
static int32_t takes_nothing(void)
{
    return 0;
}

static const struct AddCase {
    const char *text;
    const void *function;
    bool serves;
} add_cases[] = {
    {"(p4 i) i", (const void *)right, true},
    {"(p4 i i) i", (const void *)one_more, false},
    {"(p4) i", (const void *)one_less, false},
    {"(p4 l) i", (const void *)too_wide, false},
    {"(p4 n) i", (const void *)too_narrow, false},
    {"(l i) i", (const void *)number_for_address, false},
    {"(p8 i) i", (const void *)other_target, false},
    {"(p4 f) i", (const void *)float_for_number, false},
    {"(p4 i) n", (const void *)narrow_result, false},
    {"(p4 i) l", (const void *)wide_result, false},
    {"(p4 i)", (const void *)no_result, false},
    {"(a a) i", (const void *)structure, false},
    {"() i", (const void *)takes_nothing, true},
};

START_TEST(another_prototype_does_not_serve)
{
    const struct AddCase *c = &add_cases[_i];
    Err err = ERR_INIT;
    Arena scratch = ARENA_INIT;
    Prototype managed, found;
    Type *type =
        assembly_find_type(world->corlib, "System.Threading", "Interlocked", &err);
    ck_assert_msg(type && type_load(type, LEVEL_READY, &err), "%s", err.text);
    Method *add = type_find_method(type, "Add", 2);
    ck_assert_ptr_nonnull(add);
    ck_assert(prototype_of_method(add, &managed, &err));
    ck_assert_str_eq(prototype_text(&scratch, &managed), "(p4 i) i");
    ck_assert(prototype_of_function(c->function, &found));
    ck_assert_str_eq(prototype_text(&scratch, &found), c->text);
    ck_assert_int_eq(prototype_serves(&found, &managed), c->serves);
    arena_free(&scratch);
}
END_TEST

Suite *suite_prototypes(void)
{
    Suite *suite = suite_create("prototypes");
    TCase *tcase = tcase_create("prototypes");
    tcase_set_timeout(tcase, 120);
    tcase_add_unchecked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, functions_take_what_internal_calls_pass);
    tcase_add_loop_test(tcase, another_prototype_does_not_serve, 0, COUNT(add_cases));
    suite_add_tcase(suite, tcase);
    return suite;
}
