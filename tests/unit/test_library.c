/* test_library.c - the tables of the class libraries against the real ones, and that
 * the rest asks them: a world of another library than Mono's does what that one says.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/ir/ir.h"
#include "common/library/members.h"
#include "common/types/types.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

Suite *suite_library(void);

static World *world;
static Assembly *calls;
static Arena arena;

static void teardown(void)
{
    world_close(world);
    world = NULL;
    arena_free(&arena);
}

static void open_world(const Library *library)
{
    Err err = ERR_INIT;
    world = world_open();
    world_set_library(world, library);
    ck_assert_msg(world_load_corlib(world, &err), "%s", err.text);
}

static void setup(void)
{
    open_world(&library_mono);
}

/* -- Every row names something ---------------------------------------------------- */

static Type *core_type(const char *name_space, const char *name)
{
    Err err = ERR_INIT;
    Type *type = assembly_find_type(world->corlib, name_space, name, &err);
    ck_assert_msg(type && type_load(type, LEVEL_READY, &err), "no type %s.%s: %s",
                  name_space, name, err.text);
    return type;
}

START_TEST(known_types_are_there_unless_the_library_lacks_them)
{
    for (int i = 0; i < KNOWN_COUNT; i++) {
        const LibraryName *row = &world->library->known[i];
        const Type *type = world->known.at[i];
        ck_assert_int_eq(!row->name, !type);
        if (type)
            ck_assert_str_eq(type->name, row->name);
    }
    ck_assert_ptr_eq(world->known.at[KNOWN_object], world->known.object);
    ck_assert_ptr_eq(world->known.at[KNOWN_runtime_parameter],
                     world->known.runtime_parameter);
}
END_TEST

START_TEST(intrinsics_are_sorted)
{
    for (uint32_t i = 1; i < library_mono.n_intrinsics; i++) {
        const LibraryIntrinsic *a = &library_mono.intrinsics[i - 1], *b = a + 1;
        int order = strcmp(a->type, b->type);
        ck_assert_msg(order < 0 || (!order && strcmp(a->method, b->method) < 0),
                      "%s.%s before %s.%s", a->type, a->method, b->type, b->method);
    }
}
END_TEST

START_TEST(intrinsics_name_methods)
{
    for (uint32_t i = 0; i < library_mono.n_intrinsics; i++) {
        const LibraryIntrinsic *row = &library_mono.intrinsics[i];
        Type *type = core_type(row->name_space, row->type);
        ck_assert_msg(type_find_method(type, row->method, row->n_params),
                      "no method %s.%s with %u parameters", row->type, row->method,
                      row->n_params);
        ck_assert_ptr_eq(corlib_intrinsic(type, row->method, row->n_params), row);
        if (row->body == BODY_METHOD)
            ck_assert(
                type_find_method(core_type(row->other.name_space, row->other.name),
                                 row->other_method, row->n_params));
    }
}
END_TEST

START_TEST(the_offset_of_characters_is_that_of_strings)
{
    const LibraryIntrinsic *row =
        corlib_intrinsic(core_type("System.Runtime.CompilerServices", "RuntimeHelpers"),
                         "get_OffsetToStringData", 0);
    ck_assert_ptr_nonnull(row);
    ck_assert_int_eq(row->constant, STRING_CHARS_OFFSET);
}
END_TEST

START_TEST(seeds_and_what_they_make_are_types)
{
    for (uint32_t i = 0; i < library_mono.n_seeds; i++) {
        const LibrarySeed *seed = &library_mono.seeds[i];
        Type *type = core_type(seed->name_space, seed->name);
        if (seed->nested)
            type = type_find_nested(type, seed->nested);
        ck_assert_msg(type, "no type %s/%s", seed->name, seed->nested);
        ck_assert_uint_eq(type->n_args, strlen(seed->args));
    }
    for (uint32_t i = 0; i < library_mono.n_made; i++) {
        core_type("System.Collections.Generic", library_mono.made[i].seen);
        core_type("System.Collections.Generic", library_mono.made[i].made);
    }
}
END_TEST

/* Each constructor has a factory of the same parameters. */
START_TEST(strings_have_a_factory_for_each_constructor)
{
    Type *string = core_type("System", "String");
    for (uint32_t i = 0; i < string->n_methods; i++) {
        Err err = ERR_INIT;
        Method *method = string->methods[i];
        if (strcmp(method->name, ".ctor") != 0)
            continue;
        MethodSig *sig = method_sig(method, &err), wanted = *sig;
        wanted.ret = string;
        ck_assert_msg(
            type_find_method_sig(string, world->library->string_factory, &wanted, &err),
            "constructor %u", i);
    }
}
END_TEST

START_TEST(arrays_have_a_method_for_each_of_their_interfaces)
{
    Err err = ERR_INIT;
    Type *array = type_szarray(world->known.i4);
    ck_assert_msg(type_load(array, LEVEL_READY, &err), "%s", err.text);
    for (uint32_t i = 0; i < array->n_interfaces; i++)
        for (uint32_t k = 0; k < array->interfaces[i]->n_slots; k++)
            ck_assert_ptr_nonnull(array->iface_map[i].impls[k]);
}
END_TEST

/* -- Another library -------------------------------------------------------------- */

static Library other;

static void setup_other(void)
{
    other = library_mono;
    other.name = "other";
}

/* tests/unit/library/calls.il in a world of the other library. */
static void open_calls(void)
{
    char path[] = "/tmp/codicil-calls-XXXXXX", command[256];
    Err err = ERR_INIT;
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    close(fd);
    snprintf(command, sizeof command,
             "ilasm /quiet /dll /output:%s tests/unit/library/calls.il >/dev/null 2>&1",
             path);
    ck_assert_msg(!system(command), "failed: %s", command);
    open_world(&other);
    calls = world_load_file(world, path, &err);
    ck_assert_msg(calls, "%s", err.text);
    unlink(path);
}

static IrMethod *import_call(const char *name)
{
    Err err = ERR_INIT;
    Type *type = assembly_find_type(calls, "", "Calls", &err);
    ck_assert_msg(type && type_load(type, LEVEL_READY, &err), "%s", err.text);
    Method *method = type_find_method(type, name, -1);
    ck_assert_ptr_nonnull(method);
    IrMethod *ir = ir_import(method, &arena, &err);
    ck_assert_msg(ir, "%s", err.text);
    return ir;
}

static const IrInsn *find_op(const IrMethod *ir, IrOp op)
{
    for (uint32_t i = 0; i < ir->n_insns; i++)
        if (ir->insns[i].op == op)
            return &ir->insns[i];
    return NULL;
}

static const LibraryIntrinsic rows[] = {
    {.name_space = "System",
     .type = "Math",
     .method = "Abs",
     .n_params = 1,
     BY_CONSTANT(42)},
    {.name_space = "System",
     .type = "Math",
     .method = "Max",
     .n_params = 2,
     BY_METHOD("System", "Math", "Min")},
    {.name_space = "System",
     .type = "Math",
     .method = "Sign",
     .n_params = 1,
     BY_NATIVE},
};

static void use_rows(void)
{
    other.intrinsics = rows;
    other.n_intrinsics = COUNT(rows);
    open_calls();
}

START_TEST(a_row_may_make_a_call_a_constant)
{
    use_rows();
    const IrMethod *ir = import_call("Abs");
    bool found = false;
    for (uint32_t i = 0; i < ir->n_insns; i++)
        found |= ir->insns[i].op == IR_CONST_I4 && ir->insns[i].imm == 42;
    ck_assert(found);
    ck_assert_ptr_null(find_op(ir, IR_CALL));
    ir = import_call("AbsDouble"); /* the overload for floats is not meant */
    ck_assert_ptr_nonnull(find_op(ir, IR_CALL));
    ck_assert_ptr_null(find_op(ir, IR_MATH));
}
END_TEST

START_TEST(a_row_may_name_another_method)
{
    use_rows();
    const IrInsn *insn = find_op(import_call("Max"), IR_CALL);
    ck_assert_ptr_nonnull(insn);
    ck_assert_str_eq(insn->call->method->name, "Min");
    ck_assert_ptr_eq(insn->call->method->sig->ret, world->known.i4);
}
END_TEST

START_TEST(a_row_may_leave_a_method_to_the_loader)
{
    Err err = ERR_INIT;
    IlBody body;
    use_rows();
    Method *method = type_find_method(core_type("System", "Math"), "Sign", 1);
    ck_assert(method->impl_flags & IMPL_INTERNALCALL);
    ck_assert(!method_body(method, &arena, &body, &err));
    ck_assert_int_eq(err.kind, ERR_NONE);
    method = type_find_method(core_type("System", "Math"), "Min", 2);
    ck_assert(!(method->impl_flags & IMPL_INTERNALCALL));
}
END_TEST

START_TEST(without_rows_calls_are_calls)
{
    other.n_intrinsics = 0;
    open_calls();
    ck_assert_ptr_nonnull(find_op(import_call("Length"), IR_CALL));
    ck_assert_ptr_null(find_op(import_call("Length"), IR_LDLEN));
}
END_TEST

START_TEST(what_ldtoken_and_invoke_use_is_the_librarys)
{
    static LibraryMember members[MEMBER_COMMON];
    static LibraryMembers table = {.members = members};
    memcpy(members, library_mono.members->members, sizeof members);
    members[MEMBER_type_token] = members[MEMBER_method_token];
    members[MEMBER_delegate_invoke] = members[MEMBER_delegate_code];
    other.members = &table;
    open_calls();
    const IrMethod *ir = import_call("Token");
    bool found = false;
    for (uint32_t i = 0; i < ir->n_vars; i++)
        found |= ir->vars[i].type == world->known.method_handle;
    ck_assert(found);
    ir = import_call("Invoke");
    found = false;
    for (uint32_t i = 0; i < ir->n_insns; i++)
        found |= ir->insns[i].op == IR_LD && ir->insns[i].field &&
                 !strcmp(ir->insns[i].field->name, "method_ptr");
    ck_assert(found);
}
END_TEST

START_TEST(a_type_that_the_library_lacks_is_null)
{
    static LibraryName known[KNOWN_COUNT];
    memcpy(known, library_mono.known, sizeof known);
    known[KNOWN_ephemeron] = (LibraryName){NULL, NULL};
    known[KNOWN_nullable] = (LibraryName){NULL, NULL};
    other.known = known;
    open_world(&other);
    ck_assert_ptr_null(world->known.ephemeron);
    ck_assert_ptr_nonnull(world->known.runtime_type);
    ck_assert(!(core_type("System", "Nullable`1")->bits & TYPE_BIT_NULLABLE));
}
END_TEST

/* The corlib does not load, for that reason. */
static void refused(const char *reason)
{
    Err err = ERR_INIT;
    world = world_open();
    world_set_library(world, &other);
    ck_assert(!world_load_corlib(world, &err));
    ck_assert_msg(strstr(err.text, reason), "%s", err.text);
}

START_TEST(a_library_of_other_names_is_not_this_one)
{
    static LibraryName known[KNOWN_COUNT];
    memcpy(known, library_mono.known, sizeof known);
    known[KNOWN_runtime_type] = (LibraryName){"System", "Nothing"};
    other.known = known;
    refused("the class library has no type System.Nothing");
    world_close(world);
    other = library_mono;
    other.core = "Other.Core";
    refused("Other.Core.dll not found");
    ck_assert(world_is_core_file(world, "/some/where/Other.Core.dll"));
    ck_assert(!world_is_core_file(world, "/some/where/mscorlib.dll"));
}
END_TEST

START_TEST(another_build_of_the_library_is_refused)
{
    other.title = "Other 1.0";
    other.build.value = "ABB721D6-116A-4555-B4FD-9248146D2052";
    refused("not the class library of Other 1.0");
    world_close(world);
    other.build.field = "other_corlib_version";
    refused("not the class library of Other 1.0");
}
END_TEST

static bool is_found(const char *name)
{
    Err err = ERR_INIT;
    return world_load_name(world, name, NULL, &err) != NULL;
}

START_TEST(assemblies_are_where_the_library_says)
{
    open_world(&other);
    ck_assert(is_found("System.Runtime"));
    ck_assert(is_found("Mono.Posix"));
    world_close(world);
    other.search.facade = NULL;
    open_world(&other);
    ck_assert(!is_found("System.Runtime"));
}
END_TEST

static TCase *add_case(Suite *suite, const char *name, SFun before)
{
    TCase *tcase = tcase_create(name);
    tcase_add_checked_fixture(tcase, before, teardown);
    suite_add_tcase(suite, tcase);
    return tcase;
}

Suite *suite_library(void)
{
    Suite *suite = suite_create("library");
    TCase *tcase = add_case(suite, "mono", setup);
    tcase_add_test(tcase, known_types_are_there_unless_the_library_lacks_them);
    tcase_add_test(tcase, intrinsics_are_sorted);
    tcase_add_test(tcase, intrinsics_name_methods);
    tcase_add_test(tcase, the_offset_of_characters_is_that_of_strings);
    tcase_add_test(tcase, seeds_and_what_they_make_are_types);
    tcase_add_test(tcase, strings_have_a_factory_for_each_constructor);
    tcase_add_test(tcase, arrays_have_a_method_for_each_of_their_interfaces);
    tcase = add_case(suite, "another", setup_other);
    tcase_add_test(tcase, a_row_may_make_a_call_a_constant);
    tcase_add_test(tcase, a_row_may_name_another_method);
    tcase_add_test(tcase, a_row_may_leave_a_method_to_the_loader);
    tcase_add_test(tcase, without_rows_calls_are_calls);
    tcase_add_test(tcase, what_ldtoken_and_invoke_use_is_the_librarys);
    tcase_add_test(tcase, a_type_that_the_library_lacks_is_null);
    tcase_add_test(tcase, a_library_of_other_names_is_not_this_one);
    tcase_add_test(tcase, another_build_of_the_library_is_refused);
    tcase_add_test(tcase, assemblies_are_where_the_library_says);
    return suite;
}
