/* test_rules.c - one cell of a row makes a type break a rule of ECMA-335; the message
 * names its section. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/run.h"
#include "tests/fuzz/mutant.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

Suite *suite_rules(void);

static Subject subject;

static void setup(void)
{
    char directory[] = "/tmp/codicil-rules-XXXXXX", line[256], path[64];
    Err err = ERR_INIT;
    ck_assert_ptr_nonnull(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/rules.dll", directory);
    snprintf(line, sizeof line,
             "ilasm /quiet /dll tests/unit/rows/rules.il /output:%s >/dev/null 2>&1",
             path);
    ck_assert_msg(!system(line), "failed: %s", line);
    ck_assert_msg(subject_open(&subject, path, &err), "%s", err.text);
    unlink(path);
    rmdir(directory);
}

static void teardown(void)
{
    subject_close(&subject);
}

/* -- rows by name -------------------------------------------------------------- */

static uint32_t type_row(const char *name)
{
    const Image *image = subject.image;
    for (uint32_t rid = 1; rid <= image_rows(image, TABLE_TypeDef); rid++)
        if (!strcmp(image_get_string(image, TABLE_TypeDef, rid, COL_TypeDef_TypeName),
                    name))
            return rid;
    ck_abort_msg("no type %s", name);
}

static uint32_t member_row(uint32_t type, TableId table, const char *name)
{
    const Image *image = subject.image;
    bool field = table == TABLE_Field;
    uint32_t first, end;
    image_list(image, TABLE_TypeDef, type,
               field ? COL_TypeDef_FieldList : COL_TypeDef_MethodList, table, &first,
               &end);
    for (uint32_t rid = first; rid < end; rid++)
        if (!strcmp(image_get_string(image, table, rid,
                                     field ? COL_Field_Name : COL_MethodDef_Name),
                    name))
            return rid;
    ck_abort_msg("no member %s", name);
}

/* The row of a table that belongs to a type, field or method; the table itself may be
 * that of the member. */
static uint32_t row_of(TableId table, const char *type, const char *member)
{
    static const struct {
        uint8_t table, key, member;
    } keys[] = {
        {TABLE_GenericParam, COL_GenericParam_Owner, TABLE_MethodDef},
        {TABLE_ClassLayout, COL_ClassLayout_Parent, 0},
        {TABLE_FieldRVA, COL_FieldRVA_Field, TABLE_Field},
        {TABLE_MethodImpl, COL_MethodImpl_Class, 0},
    };
    uint32_t owner = type_row(type), first, end;
    if (table == TABLE_TypeDef)
        return owner;
    if (table == TABLE_Field || table == TABLE_MethodDef)
        return member_row(owner, table, member);
    for (size_t i = 0; i < COUNT(keys); i++) {
        uint32_t value = owner;
        if (keys[i].table != table)
            continue;
        if (member)
            value = member_row(owner, keys[i].member, member);
        if (table == TABLE_GenericParam)
            value = TOKEN(member ? TABLE_MethodDef : TABLE_TypeDef, value);
        ck_assert(
            image_find_rows(subject.image, table, keys[i].key, value, &first, &end));
        return first;
    }
    ck_abort_msg("no key");
}

/* -- rules --------------------------------------------------------------------- */

enum { CELL = -1 };

static const struct {
    const char *type, *member;
    TableId table;
    int column, byte;
    uint32_t clear, set; /* new = (old & ~clear) | set */
    const char *section; /* NULL: the type loads */
} cases[] = {
#define SIG(type, member, byte, clear, set, section)                                   \
    {                                                                                  \
        type, member, TABLE_MethodDef, COL_MethodDef_Signature, byte, clear, set,      \
            section                                                                    \
    }
#define METHOD(type, member, column, clear, set, section)                              \
    {                                                                                  \
        type, member, TABLE_MethodDef, COL_MethodDef_##column, CELL, clear, set,       \
            section                                                                    \
    }
#define FIELD(type, member, clear, set, section)                                       \
    {                                                                                  \
        type, member, TABLE_Field, COL_Field_Flags, CELL, clear, set, section          \
    }
#define PARAM(type, member, column, value, section)                                    \
    {                                                                                  \
        type, member, TABLE_GenericParam, COL_GenericParam_##column, CELL, ~0u, value, \
            section                                                                    \
    }
    SIG("Plain", ".ctor", 0, SIG_HASTHIS, 0, "II.15.3"),
    SIG("Plain", "Static", 0, 0, SIG_HASTHIS, "II.15.3"),
    METHOD("Plain", ".ctor", Flags, 0, METHOD_STATIC, "II.15.3"),
    METHOD("Plain", "Static", Flags, METHOD_STATIC, 0, "II.15.3"),
    SIG("Plain", ".ctor", 0, 0, SIG_EXPLICITTHIS, "II.15.3"),
    SIG("Plain", "Static", 0, 0, SIG_C, "II.23.2.1"),
    SIG("Plain", "Two", 1, ~0u, 3, "II.22.26"),
    PARAM("Plain", "Two", Number, 7, "II.22.26"),
    PARAM("Plain", "Two", Number, 1, "II.22.26"),
    PARAM("Pair", NULL, Number, 1, "II.22.20"),
    PARAM("Pair", NULL, Number, 2, "II.22.20"),
    PARAM("Pair", NULL, Flags, GENPARAM_COVARIANT, "II.9.5"),
    PARAM("Source", NULL, Flags, GENPARAM_CONTRAVARIANT, "II.9.7"),
    PARAM("Sink", NULL, Flags, GENPARAM_COVARIANT, "II.9.7"),
    PARAM("Outer", NULL, Flags, GENPARAM_CONTRAVARIANT, "II.9.7"),
    {"Plain", NULL, TABLE_TypeDef, COL_TypeDef_Flags, CELL, 0,
     TYPE_INTERFACE | TYPE_ABSTRACT, "II.12.1"},
    METHOD("Plain", "Static", Flags, 0, METHOD_VIRTUAL, "II.22.26"),
    METHOD("Abstract", "Open", Flags, METHOD_VIRTUAL, 0, "II.22.26"),
    METHOD("Abstract", "Open", Flags, 0, METHOD_FINAL, "II.22.26"),
    METHOD("Abstract", "Open", Flags, 0, METHOD_PINVOKE, "II.22.26"),
    METHOD("Plain", ".ctor", Flags, 0, METHOD_PINVOKE, "II.15.5.2"),
    METHOD("Plain", ".ctor", Flags, 0, METHOD_VIRTUAL, "II.10.5.1"),
    SIG("Plain", ".ctor", 2, ~0u, ELEMENT_I4, "II.10.5.1"),
    SIG("Plain", ".cctor", 1, ~0u, 1, "II.10.5.3"),
    SIG("Plain", ".cctor", 2, ~0u, ELEMENT_I4, "II.10.5.3"),
    SIG("Handler", ".ctor", 4, ~0u, ELEMENT_I4, "II.14.6"),
    SIG("Handler", ".ctor", 3, ~0u, ELEMENT_STRING, "II.14.6"),
    METHOD("Handler", ".ctor", ImplFlags, IMPL_RUNTIME, 0, "II.14.6"),
    METHOD("Handler", "Invoke", ImplFlags, IMPL_RUNTIME, 0, "II.14.6"),
    METHOD("Handler", "Invoke", Name, ~0u, 0, "II.14.6"),
    FIELD("Fields", "Constant", FIELD_STATIC, 0, NULL),
    FIELD("Fields", "Data", FIELD_STATIC, 0, "II.22.18"),
    {"Fields", "Data", TABLE_Field, COL_Field_Signature, 1, ~0u, ELEMENT_OBJECT,
     "II.16.3.2"},
    {"Fields", "Data", TABLE_FieldRVA, COL_FieldRVA_RVA, CELL, ~0u, 0x7ffffff0,
     "II.22.18"},
    {"Fields", "Data", TABLE_FieldRVA, COL_FieldRVA_RVA, CELL, ~0u, 0, "II.22.18"},
    {"Sized", NULL, TABLE_ClassLayout, COL_ClassLayout_PackingSize, CELL, ~0u, 3,
     "II.22.8"},
    {"Sized", NULL, TABLE_ClassLayout, COL_ClassLayout_PackingSize, CELL, ~0u, 256,
     "II.22.8"},
    {"Sized", NULL, TABLE_ClassLayout, COL_ClassLayout_ClassSize, CELL, ~0u, 0x7fffffff,
     "II.22.8"},
    {"Sized", NULL, TABLE_ClassLayout, COL_ClassLayout_ClassSize, CELL, ~0u, ~0u,
     "II.22.8"},
    SIG("CovariantChild", "MakeText", 2, ~0u, ELEMENT_I4, "II.22.27"),
    SIG("CovariantChild", "MakeText", 3, ~0u, ELEMENT_I8, "II.22.27"),
    SIG("CovariantChild", "MakeText", 2, ~0u, ELEMENT_OBJECT, NULL),
    {"Pointers", "Code", TABLE_Field, COL_Field_Signature, 2, ~0u, SIG_UNMANAGED, NULL},
    {"Handler", NULL, TABLE_TypeDef, COL_TypeDef_MethodList, CELL, ~0u, 1, "II.22.37"},
    {"Sized", NULL, TABLE_TypeDef, COL_TypeDef_FieldList, CELL, ~0u, 1, "II.22.37"},
    {"Plain", NULL, TABLE_TypeDef, COL_TypeDef_MethodList, CELL, ~0u, 2, NULL},
};

/* The image as it is. */
static Assembly *open_assembly(World *world, Err *err)
{
    Err corlib = ERR_INIT;
    world_set_library_dir(world, "/usr/lib/mono/4.5");
    ck_assert_msg(world_load_corlib(world, &corlib), "%s", corlib.text);
    Image *image =
        image_open_bytes((Bytes){subject.bytes, subject.size}, "rules.dll", err);
    return image ? world_add_image(world, image, err) : NULL;
}

/* Loads the type with the image as it is. */
static bool load(const char *name, Err *err)
{
    World *world = world_open();
    Assembly *assembly = open_assembly(world, err);
    bool ok = assembly &&
              type_load(assembly_type(assembly, type_row(name)), LEVEL_READY, err);
    world_close(world);
    return ok;
}

START_TEST(a_cell_that_contradicts_others_is_refused)
{
    Err err = ERR_INIT;
    Mutation m = {.table = cases[_i].table,
                  .rid = row_of(cases[_i].table, cases[_i].type, cases[_i].member),
                  .column = (uint32_t)cases[_i].column,
                  .byte = cases[_i].byte};
    uint32_t old = mutation_apply(&subject, &m);
    m.value = (old & ~cases[_i].clear) | cases[_i].set;
    mutation_undo(&subject, &m, old);
    ck_assert_msg(load(cases[_i].type, &err), "%s", err.text);
    mutation_apply(&subject, &m);
    bool ok = load(cases[_i].type, &err);
    ck_assert_msg(ok == !cases[_i].section, "%s", err.text);
    char wanted[32];
    snprintf(wanted, sizeof wanted, "ECMA-335 %s)", cases[_i].section);
    ck_assert_msg(ok || strstr(err.text, wanted), "%s", err.text);
}
END_TEST

/* Holder<Window> and Holder<object>.Take<Window>. */
static bool takes_byreflike(bool method, Err *err)
{
    World *world = world_open();
    Assembly *assembly = open_assembly(world, err);
    ck_assert_msg(assembly, "%s", err->text);
    Type *holder = assembly_type(assembly, type_row("Holder"));
    Type *window = assembly_type(assembly, type_row("Window"));
    bool ok = type_load(holder, LEVEL_READY, err) &&
              (method ? (void *)method_instance(type_find_method(holder, "Take", 0),
                                                &window, 1, err)
                      : (void *)type_instance(holder, &window, 1, err));
    world_close(world);
    return ok;
}

START_TEST(only_a_parameter_that_says_so_takes_by_ref_like_types)
{
    bool method = _i != 0;
    Mutation m = {.table = TABLE_GenericParam,
                  .rid = row_of(TABLE_GenericParam, "Holder", method ? "Take" : NULL),
                  .column = COL_GenericParam_Flags,
                  .byte = CELL,
                  .value = GENPARAM_BYREFLIKE};
    Err err = ERR_INIT;
    ck_assert(!takes_byreflike(method, &err));
    ck_assert_msg(strstr(err.text, "the by-ref-like type Window"), "%s", err.text);
    mutation_apply(&subject, &m);
    err = (Err)ERR_INIT;
    ck_assert_msg(takes_byreflike(method, &err), "%s", err.text);
    ck_assert(!takes_byreflike(!method, &err));
}
END_TEST

static const struct {
    const char *type, *text;
} broken[] = {
    {"BadDelegateChild", "II.22.37"},
    {"BadArray", "II.14.1"},
    {"BadByref", "II.14.4.2"},
    {"BadByrefValue", "II.14.4.2"},
    {"BadTyped", "II.14.4.2"},
    {"BadOut", "II.9.7"},
    {"BadRef", "II.9.7"},
    {"BadParent", "II.9.7"},
    {"BadConstraint", "II.9.7"},
    {"WindowHolder", "the by-ref-like type Window"},
    {"BadOpenParent", "out of range"},
    {"BadOpenField", "II.23.2.12"},
};

START_TEST(a_type_that_contradicts_itself_is_refused)
{
    Err err = ERR_INIT;
    ck_assert(!load(broken[_i].type, &err));
    ck_assert_msg(strstr(err.text, broken[_i].text), "%s", err.text);
}
END_TEST

static const char *const sound[] = {"Plain",     "Abstract",  "Pair",          "Source",
                                    "Outer",     "Handler",   "Fields",        "Sized",
                                    "Covariant", "Overrides", "CovariantChild"};

START_TEST(a_type_that_does_not_loads)
{
    Err err = ERR_INIT;
    ck_assert_msg(load(sound[_i], &err), "%s", err.text);
}
END_TEST

/* The data of Part begins where that of Whole does, or in the middle of it. */
START_TEST(fields_of_one_place_are_one_memory)
{
    Err err = ERR_INIT;
    bool shares = _i != 0, middle = _i == 2;
    Mutation m = {.table = TABLE_FieldRVA,
                  .rid = row_of(TABLE_FieldRVA, "Shared", "Part"),
                  .column = COL_FieldRVA_RVA,
                  .byte = CELL};
    uint32_t old = mutation_apply(&subject, &m);
    m.value = middle ? old + 4 : old;
    mutation_undo(&subject, &m, old);
    mutation_apply(&subject, &m);
    Library library = library_mono;
    library.shares_data = shares;
    World *world = world_open();
    Assembly *assembly = open_assembly(world, &err);
    ck_assert_msg(assembly, "%s", err.text);
    world->library = &library;
    Type *type = assembly_type(assembly, type_row("Shared"));
    ck_assert_msg(type_load(type, LEVEL_READY, &err), "%s", err.text);
    uint32_t whole = type_find_field(type, "Whole")->offset;
    ck_assert_uint_eq(type_find_field(type, "Part")->offset - whole == (middle ? 4 : 0),
                      shares);
    ck_assert_uint_ne(type_find_field(type, "Other")->offset, whole);
    ck_assert_uint_eq(type->static_size, shares ? 16 : 24);
    world_close(world);
}
END_TEST

/* A few rows of each table; the tool rowmutants takes all. */
START_TEST(no_changed_row_ends_the_process)
{
    enum { ROWS = 2 };
    Mutations list = subject_mutations(&subject, ROWS);
    ck_assert_uint_gt(list.n, 1000);
    for (size_t i = 0; i < list.n; i++) {
        WalkTotals totals = {0};
        uint32_t old = mutation_apply(&subject, &list.at[i]);
        walk_subject(&subject, &totals);
        mutation_undo(&subject, &list.at[i], old);
    }
    free(list.at);
}
END_TEST

Suite *suite_rules(void)
{
    Suite *suite = suite_create("rules");
    TCase *rules = tcase_create("rules");
    tcase_add_checked_fixture(rules, setup, teardown);
    tcase_set_timeout(rules, 120);
    tcase_add_loop_test(rules, a_cell_that_contradicts_others_is_refused, 0,
                        COUNT(cases));
    tcase_add_loop_test(rules, only_a_parameter_that_says_so_takes_by_ref_like_types, 0,
                        2);
    tcase_add_loop_test(rules, a_type_that_contradicts_itself_is_refused, 0,
                        COUNT(broken));
    tcase_add_loop_test(rules, a_type_that_does_not_loads, 0, COUNT(sound));
    tcase_add_loop_test(rules, fields_of_one_place_are_one_memory, 0, 3);
    tcase_add_test(rules, no_changed_row_ends_the_process);
    suite_add_tcase(suite, rules);
    return suite;
}
