/* test_intrinsics.c - what the core assembly of .NET 10 leaves to the runtime: each row
 * of its table names a method, and no method that is marked [Intrinsic] and has no body
 * but a call of itself calls itself in the IR. Skipped where the framework is not.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/framework/framework.h"
#include "common/ir/ir.h"
#include "common/types/types.h"

Suite *suite_intrinsics(void);

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
    world = world_open();
    world_set_library(world, &library_coreclr);
    ck_assert(find_framework(dir));
    world_set_library_dir(world, dir);
    ck_assert_msg(world_load_corlib(world, &err), "%s", err.text);
}

static void teardown(void)
{
    world_close(world);
    world = NULL;
}

/* -- What has no body but a call of itself ----------------------------------------- */

static bool is_intrinsic(const Method *method)
{
    const char *ns = "System.Runtime.CompilerServices", *name = "IntrinsicAttribute";
    const Image *image = world->corlib->image;
    return image_has_attribute(image, method->token, ns, name) ||
           image_has_attribute(image, method->type->token, ns, name);
}

static bool il_calls_itself(Method *method)
{
    Err err = ERR_INIT;
    Arena scratch = ARENA_INIT;
    IlBody body;
    IlInsn insn = {0};
    bool found = false;
    bool more = method_body(method, &scratch, &body, &err);
    for (; more && !found && il_decode(body.code, insn.next, &insn);) {
        Err ignored = ERR_INIT;
        const Method *callee =
            insn.op == CIL_CALL
                ? method_from_token(world->corlib, insn.u.token, NULL, NULL, &ignored)
                : NULL;
        found = callee && callee->def == method->def;
    }
    arena_free(&scratch);
    return found;
}

/* Of every type and method parameter: the shared form. */
static Method *closed(Method *method, Err *err)
{
    Type *args[16], *type = method->type;
    uint32_t n = method->n_args;
    for (uint32_t i = 0; i < 16; i++)
        args[i] = world->canon;
    if (type->n_args && !(type = type_instance(type, args, type->n_args, err)))
        return NULL;
    if (type != method->type && !(method = method_on_type(method, type, err)))
        return NULL;
    return n ? method_instance(method, args, n, err) : method;
}

/* Imports it; does it answer, or throw, without calling itself? */
static bool answers(Method *def, Arena *arena, bool *throws)
{
    Err err = ERR_INIT;
    Method *method = closed(def, &err);
    IrMethod *ir = method ? ir_import(method, arena, &err) : NULL;
    *throws = false;
    ck_assert_msg(ir, "%s: %s", method_name(arena, def), err.text);
    for (uint32_t i = 0; i < ir->n_insns; i++) {
        const IrInsn *insn = &ir->insns[i];
        if (insn->op == IR_CALL && insn->call->method && insn->call->method->def == def)
            return false;
        *throws |= insn->op == IR_THROW_ERR && insn->err->kind == ERR_PLATFORM;
    }
    return true;
}

START_TEST(no_intrinsic_calls_itself)
{
    uint32_t n = image_rows(world->corlib->image, TABLE_MethodDef), seen = 0,
             features = 0;
    for (uint32_t rid = 1; rid <= n; rid++) {
        Err err = ERR_INIT;
        Arena arena = ARENA_INIT;
        bool throws;
        Method *method = assembly_method(world->corlib, rid, &err);
        if (!is_intrinsic(method) || !il_calls_itself(method))
            continue;
        const char *name = method_name(&arena, method);
        if (answers(method, &arena, &throws)) {
            bool feature = !strcmp(method->name, "get_IsSupported") ||
                           !strcmp(method->name, "get_IsHardwareAccelerated");
            ck_assert_msg(!feature || !throws, "%s throws", name);
            features += feature;
        } else
            ck_abort_msg("%s calls itself", name);
        arena_free(&arena);
        seen++;
    }
    ck_assert_uint_gt(seen, 3500);
    ck_assert_uint_gt(features, 70);
}
END_TEST

/* -- Rows ---------------------------------------------------------------------------
 */

static Type *core_type(const char *name_space, const char *name)
{
    Err err = ERR_INIT;
    Type *type = assembly_find_type(world->corlib, name_space, name, &err);
    ck_assert_msg(type, "no type %s.%s: %s", name_space, name, err.text);
    return type;
}

START_TEST(rows_are_sorted)
{
    for (uint32_t i = 1; i < library_coreclr.n_intrinsics; i++) {
        const LibraryIntrinsic *a = &library_coreclr.intrinsics[i - 1], *b = a + 1;
        int order = strcmp(a->type, b->type);
        ck_assert_msg(order < 0 || (!order && strcmp(a->method, b->method) < 0),
                      "%s.%s before %s.%s", a->type, a->method, b->type, b->method);
    }
}
END_TEST

/* How many methods of the core assembly a row is of; *marked: how many of them the
 * library leaves to the runtime. */
static uint32_t methods_of_row(const LibraryIntrinsic *row, uint32_t *marked)
{
    Type *type = core_type(row->name_space, row->type);
    const Image *image = world->corlib->image;
    uint32_t first, end, n = 0;
    *marked = 0;
    image_list(image, TABLE_TypeDef, TOKEN_RID(type->token), COL_TypeDef_MethodList,
               TABLE_MethodDef, &first, &end);
    for (uint32_t rid = first; rid < end; rid++) {
        Err err = ERR_INIT;
        const MethodSig *sig;
        Method *method = assembly_method(world->corlib, rid, &err);
        if (strcmp(method->name, row->method) != 0 ||
            !(sig = method_sig(method, &err)) || sig->n_params != row->n_params)
            continue;
        ck_assert_ptr_eq(corlib_intrinsic(type, method->name, sig->n_params), row);
        *marked += is_intrinsic(method) || (method->impl_flags & IMPL_INTERNALCALL);
        n++;
    }
    return n;
}

static const char *list_of(const char *const *names, size_t n)
{
    static char text[512];
    text[0] = '\0';
    for (size_t i = 0; i < n; i++)
        strcat(strcat(text, i ? " " : ""), names[i]);
    return text;
}

START_TEST(rows_name_methods)
{
    const char *unmarked[16];
    size_t n = 0;
    for (uint32_t i = 0; i < library_coreclr.n_intrinsics; i++) {
        const LibraryIntrinsic *row = &library_coreclr.intrinsics[i];
        uint32_t marked;
        ck_assert_msg(methods_of_row(row, &marked),
                      "no method %s.%s with %u parameters", row->type, row->method,
                      row->n_params);
        if (!marked)
            unmarked[n++] = row->method;
        ck_assert_uint_lt(n, 16);
    }
    /* These are what their IL says; it takes longer. */
    ck_assert_str_eq(list_of(unmarked, n),
                     "get_Length get_LongLength Add Decrement "
                     "Increment Read .ctor get_OffsetToStringData");
}
END_TEST

Suite *suite_intrinsics(void)
{
    Suite *suite = suite_create("intrinsics");
    TCase *tcase = tcase_create("coreclr");
    char dir[4096];
    if (!find_framework(dir)) {
        printf("intrinsics: 3 tests skipped, no .NET %u\n",
               library_coreclr.build.major);
        return suite;
    }
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, no_intrinsic_calls_itself);
    tcase_add_test(tcase, rows_are_sorted);
    tcase_add_test(tcase, rows_name_methods);
    suite_add_tcase(suite, tcase);
    return suite;
}
