/* test_members.c - every type and member that the runtime reaches by name, against the
 * real class library: it is there, of that kind and type. */
#include <check.h>
#include <pthread.h>
#include <string.h>

#include "loader/library/mono/members.h"
#include "loader/gc/object.h"
#include "loader/vm/member.h"
#include "loader/vm/vm.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

Suite *suite_members(void);

typedef struct TypeRow {
    const char *tag;
    uint32_t number;
} TypeRow;

static const TypeRow types[] = {
#define STANDARD(tag, ns, name) {#tag, KNOWN_##tag},
#define OWN(tag) {#tag, KNOWN_##tag},
#include "common/library/known_types.def"
#undef STANDARD
#undef OWN
#define TYPE(tag) {#tag, KNOWN_##tag},
#define FIELD(tag, ctype)
#define STATIC(tag, ctype)
#define METHOD(tag, signature)
#include "common/library/members.def"
#undef TYPE
#undef FIELD
#undef STATIC
#undef METHOD
#define TYPE_NAME(tag, ns, name)
#define MEMBER_NAME(tag, type, name)
#define TYPE(tag, assembly, ns, name) {#tag, KNOWN_##tag},
#define FIELD(type, tag, name, ctype)
#define STATIC(type, tag, name, ctype)
#define METHOD(type, tag, name, signature)
#include "common/library/mono/members.def"
#undef TYPE
#undef FIELD
#undef STATIC
#undef METHOD
};

typedef struct MemberRow {
    const char *tag;
    uint32_t number;
    FieldShape shape;
    bool is_static;
    const char *signature; /* NULL: a field */
} MemberRow;

static const MemberRow members[] = {
#define TYPE(tag)
#define FIELD(tag, ctype) {#tag, MEMBER_##tag, FIELD_SHAPE(ctype), false, NULL},
#define STATIC(tag, ctype) {#tag, MEMBER_##tag, FIELD_SHAPE(ctype), true, NULL},
#define METHOD(tag, signature) {#tag, MEMBER_##tag, 0, false, signature},
#include "common/library/members.def"
#undef TYPE
#undef FIELD
#undef STATIC
#undef METHOD
#define TYPE(tag, assembly, ns, name)
#define ROW(type, tag, shape, is_static, signature)                                    \
    {#type "_" #tag, MEMBER_##type##_##tag, shape, is_static, signature},
#define FIELD(type, tag, name, ctype) ROW(type, tag, FIELD_SHAPE(ctype), false, NULL)
#define STATIC(type, tag, name, ctype) ROW(type, tag, FIELD_SHAPE(ctype), true, NULL)
#define METHOD(type, tag, name, signature) ROW(type, tag, 0, false, signature)
#include "common/library/mono/members.def"
#undef ROW
#undef TYPE
#undef FIELD
#undef STATIC
#undef METHOD
#undef TYPE_NAME
#undef MEMBER_NAME
};

static void setup(void)
{
    Err err = ERR_INIT;
    vm.world = world_open();
    world_set_library_dir(vm.world, "/usr/lib/mono/4.5");
    ck_assert_msg(world_load_corlib(vm.world, &err), "%s", err.text);
}

static void teardown(void)
{
    world_close(vm.world);
    vm.world = NULL;
}

/* What this class library has no need of; all the rest is there. */
static bool lacks(const char *tag)
{
    static const char *const tags[] = {"delegate_count",    "method_token_object",
                                       "method_token_make", "field_token_object",
                                       "field_token_make",  "thread_is_dead"};
    for (size_t i = 0; i < COUNT(tags); i++)
        if (!strcmp(tags[i], tag))
            return true;
    return false;
}

START_TEST(each_type_is_there)
{
    for (size_t i = 0; i < COUNT(types); i++) {
        Err err = ERR_INIT;
        ck_assert_uint_eq(types[i].number, i);
        if (lacks(types[i].tag))
            continue;
        ck_assert_msg(known_type_find(types[i].number, &err) != NULL, "%s: %s",
                      types[i].tag, err.text);
    }
}
END_TEST

START_TEST(each_member_is_there_and_of_its_type)
{
    for (size_t i = 0; i < COUNT(members); i++) {
        const MemberRow *row = &members[i];
        Err err = ERR_INIT;
        ck_assert_uint_eq(row->number, i);
        if (lacks(row->tag))
            continue;
        bool found = row->signature
                         ? member_method_find(row->number, row->signature, &err) != NULL
                         : member_field_find(row->number, row->shape, row->is_static,
                                             &err) != NULL;
        ck_assert_msg(found, "%s: %s", row->tag, err.text);
    }
}
END_TEST

/* -- what does not fit --------------------------------------------------------- */

static void no_field(uint32_t tag, FieldShape shape, bool is_static, const char *text)
{
    Err err = ERR_INIT;
    ck_assert_ptr_null(member_field_find(tag, shape, is_static, &err));
    ck_assert_msg(strstr(err.text, text), "%s", err.text);
}

START_TEST(a_field_of_another_type_is_refused)
{
    for (FieldShape shape = SHAPE_REFERENCE; shape <= SHAPE_WORD; shape++)
        if (shape != SHAPE_INT)
            no_field(MEMBER_exception_hresult, shape, false, "System.Exception");
    no_field(MEMBER_exception_message, SHAPE_ARRAY, false, "_message");
    no_field(MEMBER_exception_message, SHAPE_WORD, false, "_message");
}
END_TEST

START_TEST(static_and_instance_fields_are_told_apart)
{
    no_field(MEMBER_exception_message, SHAPE_STRING, true, "static field _message");
    no_field(MEMBER_string_empty, SHAPE_STRING, false, "instance field Empty");
}
END_TEST

START_TEST(a_method_of_another_form_is_refused)
{
    static const char *const forms[] = {"S()", ".V()", ".O()", ".S(O)", ".S(", ".S"};
    for (size_t i = 0; i < COUNT(forms); i++) {
        Err err = ERR_INIT;
        ck_assert_ptr_null(member_method_find(MEMBER_object_to_string, forms[i], &err));
        ck_assert_msg(strstr(err.text, "ToString"), "%s", err.text);
    }
}
END_TEST

/* -- other tables -------------------------------------------------------------- */

static LibraryType other_types[KNOWN_MAX];
static LibraryMember other_members[MEMBER_MAX];
static const LibraryMembers other = {other_types, other_members};
static Library other_library;

static void names_copy(void)
{
    memcpy(other_types, mono_members.types, KNOWN_MONO * sizeof *other_types);
    memcpy(other_members, mono_members.members, MEMBER_MONO * sizeof *other_members);
    other_library = library_mono;
    other_library.members = &other;
    vm.world->library = &other_library;
}

START_TEST(a_wrong_name_is_no_member)
{
    names_copy();
    other_members[MEMBER_exception_message].name = "message";
    no_field(MEMBER_exception_message, SHAPE_STRING, false, "message");
    other_members[MEMBER_exception_message] = (LibraryMember){"_message", KNOWN_object};
    no_field(MEMBER_exception_message, SHAPE_STRING, false, "System.Object");
    other_types[KNOWN_exception].name = "Exceptions";
    no_field(MEMBER_exception_hresult, SHAPE_INT, false, "no type System.Exceptions");
    other_members[MEMBER_exception_trace].name = NULL;
    no_field(MEMBER_exception_trace, SHAPE_ARRAY, false, "no member");
    vm.world->library = &library_mono;
}
END_TEST

/* The process ends: with code 125 and no null pointer. */
START_TEST(a_missing_field_ends_the_process)
{
    names_copy();
    other_members[MEMBER_exception_message].name = "message";
    field_exception_message(NULL);
}
END_TEST

START_TEST(a_missing_method_ends_the_process)
{
    names_copy();
    other_members[MEMBER_object_to_string].name = "toString";
    method_object_to_string();
}
END_TEST

START_TEST(a_missing_type_ends_the_process)
{
    names_copy();
    other_types[KNOWN_safe_handle].name = "SafeHandles";
    known_safe_handle();
}
END_TEST

/* -- accessors ----------------------------------------------------------------- */

START_TEST(accessors_keep_what_they_found)
{
    char object[256] = {0};
    Type *exception = vm.world->known.exception;
    String *const *message = field_exception_message(object);
    Field *field = type_find_field(exception, "_message");
    ck_assert_ptr_eq((char *)message, object + field->offset);
    ck_assert_ptr_eq((char *)field_exception_message(object), (char *)message);
    ck_assert_ptr_eq(known_safe_handle(), known_safe_handle());
    ck_assert_ptr_eq(method_safe_handle_release(), method_safe_handle_release());
    ck_assert_str_eq(method_safe_handle_release()->name, "DangerousRelease");
}
END_TEST

static void *find_some(void *unused)
{
    char *none = NULL;
    (void)unused;
    ck_assert_ptr_eq(field_exception_message(none), field_exception_message(none));
    field_thread_handle(none);
    field_runtime_module_path(none);
    method_safe_handle_release();
    method_thread_pool_queue();
    return known_culture_info();
}

START_TEST(threads_that_find_at_once_find_the_same)
{
    enum { THREADS = 4, ROUNDS = 50 };
    static uintptr_t first[MEMBER_MAX];
    find_some(NULL);
    memcpy(first, member_found, sizeof first);
    for (int round = 0; round < ROUNDS; round++) {
        pthread_t threads[THREADS];
        memset(member_found, 0, sizeof member_found);
        for (int i = 0; i < THREADS; i++)
            ck_assert_int_eq(pthread_create(&threads[i], NULL, find_some, NULL), 0);
        for (int i = 0; i < THREADS; i++) {
            void *type;
            pthread_join(threads[i], &type);
            ck_assert_ptr_eq(type, known_culture_info());
        }
        ck_assert_mem_eq(first, member_found, sizeof first);
    }
}
END_TEST

Suite *suite_members(void)
{
    Suite *suite = suite_create("members");
    TCase *tc = tcase_create("names");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, each_type_is_there);
    tcase_add_test(tc, each_member_is_there_and_of_its_type);
    tcase_add_test(tc, a_field_of_another_type_is_refused);
    tcase_add_test(tc, static_and_instance_fields_are_told_apart);
    tcase_add_test(tc, a_method_of_another_form_is_refused);
    tcase_add_test(tc, a_wrong_name_is_no_member);
    tcase_add_exit_test(tc, a_missing_field_ends_the_process, 125);
    tcase_add_exit_test(tc, a_missing_method_ends_the_process, 125);
    tcase_add_exit_test(tc, a_missing_type_ends_the_process, 125);
    tcase_add_test(tc, accessors_keep_what_they_found);
    tcase_add_test(tc, threads_that_find_at_once_find_the_same);
    suite_add_tcase(suite, tc);
    return suite;
}
