/* test_coreclr.c - what .NET's class library calls in the runtime: every row of the
 * tables is something that it has, and the C functions take what it passes. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/framework/framework.h"
#include "loader/library/coreclr/members.h"
#include "loader/library/coreclr/natives.h"
#include "loader/library/coreclr/signatures.h"
#include "loader/library/coreclr/table.h"
#include "loader/vm/vm.h"
#include "tests/unit/prototypes.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

Suite *suite_coreclr(void);

static World *world;

static bool find_framework(char dir[4096])
{
    Err ignored = ERR_INIT;
    return framework_newest(library_coreclr.search.framework,
                            library_coreclr.build.major, dir, &ignored);
}

static void setup(void)
{
    Err err = ERR_INIT;
    char dir[4096];
    ck_assert(find_framework(dir));
    ck_assert(prototypes_open());
    vm.world = world = world_open();
    world_set_library(world, &library_coreclr);
    world_set_library_dir(world, dir);
    ck_assert_msg(world_load_corlib(world, &err), "%s", err.text);
}

static void teardown(void)
{
    world_close(world);
    vm.world = world = NULL;
    prototypes_close();
}

/* -- rows ---------------------------------------------------------------------- */

static const struct {
    const char *type;
    const FcallRow *rows;
} classes[] = {
#define FCALL_CLASS(type, tag) {type, fcalls_##tag},
#include "loader/library/coreclr/fcalls.def"
#undef FCALL_CLASS
};

static const struct {
    const char *tag;
    const QcallRow *rows;
} files[] = {
#define QCALL_FILE(tag) {#tag, qcalls_##tag},
#include "loader/library/coreclr/qcalls.def"
#undef QCALL_FILE
};

static Type *type_named(const char *full)
{
    Err err = ERR_INIT;
    char ns[256];
    snprintf(ns, sizeof ns, "%s", full);
    char *dot = strrchr(ns, '.');
    *dot = 0;
    Type *type = assembly_find_type(world->corlib, ns, dot + 1, &err);
    return type && type_load(type, LEVEL_READY, &err) ? type : NULL;
}

/* One FCall for whom the row is the first that fits. */
static bool row_is_called(const Type *type, const FcallRow *row)
{
    for (uint32_t i = 0; i < type->n_methods; i++)
        if (type->methods[i]->impl_flags & IMPL_INTERNALCALL &&
            !strcmp(type->methods[i]->name, row->name) &&
            fcall_function(type->methods[i]) == (const void *)row->function)
            return true;
    return false;
}

START_TEST(each_fcall_row_is_an_extern_method)
{
    uint32_t wrong = 0;
    for (size_t i = 0; i < COUNT(classes); i++) {
        const Type *type = type_named(classes[i].type);
        ck_assert_msg(type != NULL, "no type %s", classes[i].type);
        for (const FcallRow *row = classes[i].rows; row->name; row++)
            if (!row_is_called(type, row)) {
                printf("%s has no FCall %s%s\n", classes[i].type, row->name,
                       row->sig ? row->sig : "");
                wrong++;
            }
    }
    fflush(stdout);
    ck_assert_uint_eq(wrong, 0);
}
END_TEST

/* -- methods ------------------------------------------------------------------- */

typedef void Visit(Method *method, const char *entry, void *user);

/* Each FCall (entry NULL) and QCall of the core assembly. */
static void visit_all(Visit *visit, void *user)
{
    const Image *image = world->corlib->image;
    for (uint32_t rid = 1; rid <= image_rows(image, TABLE_MethodDef); rid++) {
        Err err = ERR_INIT;
        uint32_t impl = image_get(image, TABLE_MethodDef, rid, COL_MethodDef_ImplFlags);
        uint32_t flags = image_get(image, TABLE_MethodDef, rid, COL_MethodDef_Flags);
        if (!(impl & IMPL_INTERNALCALL) && !(flags & METHOD_PINVOKE))
            continue;
        Method *method = assembly_method(world->corlib, rid, &err);
        ck_assert_msg(method, "%s", err.text);
        const char *entry = impl & IMPL_INTERNALCALL ? NULL : qcall_entry(method);
        if (entry || impl & IMPL_INTERNALCALL)
            visit(method, entry, user);
    }
}

typedef struct Search {
    const char *entry;
    bool found;
} Search;

static void visit_search(Method *method, const char *entry, void *user)
{
    (void)method;
    Search *search = user;
    search->found |= entry && !strcmp(entry, search->entry);
}

START_TEST(each_qcall_row_is_an_entry_point)
{
    uint32_t wrong = 0;
    for (size_t i = 0; i < COUNT(files); i++)
        for (const QcallRow *row = files[i].rows; row->entry; row++) {
            Search search = {row->entry, false};
            visit_all(visit_search, &search);
            if (!search.found)
                printf("%s: no QCall %s\n", files[i].tag, row->entry);
            wrong += !search.found;
            ck_assert_ptr_eq(qcall_function(row->entry), (const void *)row->function);
        }
    fflush(stdout);
    ck_assert_uint_eq(wrong, 0);
}
END_TEST

/* -- functions ----------------------------------------------------------------- */

static const char *const unreached[] = {
#define UNREACHED(name) name,
#include "loader/library/coreclr/unreached.def"
#undef UNREACHED
};

/* name: a QCall's entry, or an FCall with its parameters. */
static int unreached_row(const char *name)
{
    size_t n = strcspn(name, " ");
    for (size_t i = 0; i < COUNT(unreached); i++)
        if (strlen(unreached[i]) == n && !strncmp(unreached[i], name, n))
            return (int)i;
    return -1;
}

typedef struct Tally {
    uint32_t served, wrong;
    bool named[COUNT(unreached)];
    VEC(char *) missing;
} Tally;

/* Over references: what shared code of it is called with. */
static Method *closed(Method *method, Err *err)
{
    Type *args[8];
    uint32_t n = method->n_args;
    ck_assert_uint_le(n, COUNT(args));
    for (uint32_t i = 0; i < n; i++)
        args[i] = world->canon;
    return n ? method_instance(method, args, n, err) : method;
}

/* A VTable begins with what managed code knows as MethodTable; behind it lies what only
 * the runtime knows. */
static void show_as_method_table(Prototype *c)
{
    enum { METHOD_TABLE_SIZE = 64 };
    for (uint32_t i = 0; i < c->n; i++)
        if (c->words[i].target == sizeof(VTable))
            c->words[i].target = METHOD_TABLE_SIZE;
    for (uint32_t i = 0; i < c->n_ret; i++)
        if (c->ret[i].target == sizeof(VTable))
            c->ret[i].target = METHOD_TABLE_SIZE;
}

static void visit_compare(Method *method, const char *entry, void *user)
{
    Tally *tally = user;
    Err err = ERR_INIT;
    Prototype c, managed;
    Arena scratch = ARENA_INIT;
    const char *name = entry ? entry : method_name(&scratch, method);
    const void *function = entry ? qcall_function(entry) : fcall_function(method);
    Method *exact = function ? closed(method, &err) : NULL;
    int row = unreached_row(name);
    if (row >= 0)
        tally->named[row] = !function;
    else if (!function) {
        *vec_push(&tally->missing) = strdup(name);
    } else if (!exact || !prototype_of_method(exact, &managed, &err)) {
        printf("%s: %s\n", name, err.text);
        tally->wrong++;
    } else if (!prototype_of_function(function, &c)) {
        tally->served++; /* of the C library, or merged: nobody knows */
    } else if (show_as_method_table(&c), !prototype_serves(&c, &managed)) {
        printf("%s passes %s, its function takes %s\n", name,
               prototype_text(&scratch, &managed), prototype_text(&scratch, &c));
        tally->wrong++;
    } else {
        tally->served++;
    }
    arena_free(&scratch);
}

START_TEST(functions_take_what_is_passed)
{
    Tally tally = {0};
    visit_all(visit_compare, &tally);
    printf("coreclr: %u FCalls and QCalls compared, %zu have no function:\n",
           tally.served, tally.missing.n);
    for (size_t i = 0; i < tally.missing.n; i++) {
        if (getenv("CODICIL_MISSING"))
            printf("  %s\n", tally.missing.at[i]);
        free(tally.missing.at[i]);
    }
    vec_free(&tally.missing);
    for (size_t i = 0; i < COUNT(unreached); i++)
        ck_assert_msg(tally.named[i], "%s is there, or not in the framework",
                      unreached[i]);
    fflush(stdout);
    ck_assert_uint_gt(tally.served, 0);
    ck_assert_msg(!tally.wrong, "%u functions of another prototype", tally.wrong);
}
END_TEST

/* -- signatures ---------------------------------------------------------------- */

typedef VEC(char *) Rows;

static void visit_signature(Method *method, const char *entry, void *user)
{
    Rows *all = user;
    Err err = ERR_INIT;
    Arena scratch = ARENA_INIT;
    const void *function = entry ? qcall_function(entry) : fcall_function(method);
    Method *exact = function ? closed(method, &err) : NULL;
    const char *words = exact ? signature_words(&scratch, exact, &err) : NULL;
    const char *name = signature_name(&scratch, method, entry);
    uint32_t at = 0;
    const char *row = words ? signature_next(name, &at) : NULL;
    while (row && strcmp(row, words) != 0)
        row = signature_next(name, &at);
    ck_assert_msg(!function || words, "%s: %s", name, err.text);
    if (words && (!row || getenv("CODICIL_SIGNATURES"))) {
        const char *text =
            arena_printf(&scratch, "SIGNATURE(\"%s\", \"%s\")", name, words);
        *vec_push(all) = strdup(text);
    }
    arena_free(&scratch);
}

START_TEST(each_function_has_the_words_that_it_is_called_with)
{
    Rows missing = {0};
    visit_all(visit_signature, &missing);
    for (size_t i = 0; i < missing.n; i++)
        printf("%s\n", missing.at[i]);
    fflush(stdout);
    ck_assert_msg(!missing.n || getenv("CODICIL_SIGNATURES"),
                  "signatures.def lacks %zu rows: tests/tools/signatures writes them",
                  missing.n);
}
END_TEST

/* -- members ------------------------------------------------------------------- */

static const struct MemberRow {
    const char *tag;
    uint32_t number;
    FieldShape shape;
    bool is_static;
    const char *signature; /* NULL: a field */
} members[] = {
#define TYPE_NAME(tag, ns, name)
#define MEMBER_NAME(tag, type, name)
#define TYPE(tag, assembly, ns, name)
#define ROW(type, tag, shape, is_static, signature)                                    \
    {#type "_" #tag, MEMBER_##type##_##tag, shape, is_static, signature},
#define FIELD(type, tag, name, ctype) ROW(type, tag, FIELD_SHAPE(ctype), false, NULL)
#define STATIC(type, tag, name, ctype) ROW(type, tag, FIELD_SHAPE(ctype), true, NULL)
#define METHOD(type, tag, name, signature) ROW(type, tag, 0, false, signature)
#include "common/library/coreclr/members.def"
#undef ROW
#undef TYPE
#undef FIELD
#undef STATIC
#undef METHOD
#undef TYPE_NAME
#undef MEMBER_NAME
};

START_TEST(each_member_is_there_and_of_its_type)
{
    uint32_t wrong = 0;
    for (size_t i = 0; i < COUNT(members); i++) {
        const struct MemberRow *row = &members[i];
        Err err = ERR_INIT;
        bool found = row->signature
                         ? member_method_find(row->number, row->signature, &err) != NULL
                         : member_field_find(row->number, row->shape, row->is_static,
                                             &err) != NULL;
        if (!found)
            printf("%s: %s\n", row->tag, err.text);
        wrong += !found;
    }
    fflush(stdout);
    ck_assert_uint_eq(wrong, 0);
}
END_TEST

Suite *suite_coreclr(void)
{
    Suite *suite = suite_create("coreclr");
    TCase *tcase = tcase_create("coreclr");
    char dir[4096];
    suite_add_tcase(suite, tcase);
    if (!find_framework(dir)) {
        printf("coreclr: 5 tests skipped, no .NET %u\n", library_coreclr.build.major);
        return suite;
    }
    tcase_set_timeout(tcase, 120);
    tcase_add_unchecked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, each_fcall_row_is_an_extern_method);
    tcase_add_test(tcase, each_qcall_row_is_an_entry_point);
    tcase_add_test(tcase, functions_take_what_is_passed);
    tcase_add_test(tcase, each_function_has_the_words_that_it_is_called_with);
    tcase_add_test(tcase, each_member_is_there_and_of_its_type);
    return suite;
}
