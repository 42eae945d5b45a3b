/* test_ir.c - the importer on cases.il: what it makes of each method, what it refuses,
 * and on the class library, of which every body must pass the checker. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/ir/fpconv.h"
#include "common/ir/ir.h"
#include "common/ir/synth.h"
#include "tests/run.h"
#include "tests/unit/ir_cases.h"

Suite *suite_ir(void);

/* -- Helpers ----------------------------------------------------------------------- */

static IrMethod *import(Method *method)
{
    Err err = ERR_INIT;
    IrMethod *ir = ir_import(method, &cases_arena, &err);
    ck_assert_msg(ir, "%s: %s", method->name, err.text);
    ck_assert_msg(ir_check(ir, &err), "%s: %s", method->name, err.text);
    ir_layout(ir);
    return ir;
}

static char *print(const IrMethod *ir)
{
    Buffer out = BUFFER_INIT;
    ir_print(&out, ir);
    char *text = arena_strndup(&cases_arena, (char *)out.data, out.size);
    buffer_free(&out);
    return text;
}

/* -- What methods become ----------------------------------------------------------- */

typedef struct GoodCase {
    const char *method;
    const char *has[4]; /* texts that the IR contains */
    const char *lacks;  /* a text that it does not contain */
} GoodCase;

static const GoodCase good_cases[] = {
    {"JoinInts", {"brnz.i4 a0", "retv"}, NULL},
    {"JoinFloats", {"conv.f8.f4", "retv"}, "conv.f4"},
    {"JoinNative", {"conv.i8.i4", "retv"}, NULL},
    {"Alias", {"= mov a0", "sub.i4"}, NULL},
    {"Narrow", {"conv.u1.i4 a0"}, NULL},
    {"Masked", {"and.i4"}, "conv.u1"},
    {"Compared", {"cmp.i4 lt"}, "conv.u1"},
    {"Loop", {"loop", "l0 = add.i4", "br.i4 lt l0, a0"}, NULL},
    {"Unreachable", {"ret"}, "add"},
    {"TryAll", {"catch -> part", "finally -> part", "rethrow", "leave"}, NULL},
    {"TryFirst", {"part 1: try in 3", "part 3: try in 0", "endfinally"}, NULL},
    {"Filter", {"filter -> part", "endfilter"}, NULL},
    {"Retry", {"leave b1"}, NULL},
    {"Locked", {"mon.enter l0", "mon.exit l0", "leave", "retv l1"}, NULL},
    {"LockedStatic", {"typeof Good", "mon.enter", "endfinally"}, NULL},
    {"OnValue", {"call direct Pair:ToString ()"}, "box"},
    {"OnInherited", {"box", "call direct System.ValueType:GetHashCode"}, NULL},
    {"OnParameter", {"ld ref", "call virtual null System.Object:ToString"}, "box"},
    {"NewValue", {"zero", "addr", "call direct Pair:.ctor", "first"}, "newobj"},
    {"NewString", {"const.null", "System.String:CreateString (char,int)"}, "newobj"},
    {"TypeOf", {"lookup a0 !!0", "typeof"}, "GetTypeFromHandle"},
    {"Boxed", {"brnz.i8 a0"}, "box"},
    {"Missing", {"throw.err", "nowhere"}, "call"},
    {"MissingField", {"throw.err", "ghost"}, NULL},
    {"Matrix", {"mdaddr a0 #4", "st i4"}, "call"},
    {"Flat", {"mdflat a0", "ld ref", "stcheck a0", "elcheck a0"}, "elem"},
    {"Statics", {"sbase Precise", "ld i4", "add.i4"}, "call"},
    {"Root", {"math sqrt a0"}, "call"},
    {"Stores", {"stelem ref exact a0", "stelem ref a2"}, NULL},
    {"Ladder", {"#2222"}, "#1111"},
    {"Ladder", {"#2222"}, "typeof"},
    {"Ladder", {"#2222"}, "lookup"},
    {"Open", {"#1111", "#2222", "br.i8 eq"}, NULL},
    {"Sizes", {"#1111"}, "#2222"},
    {"Sizes", {"#1111"}, "mul"},
    {"JoinSame", {"#1111"}, "#2222"},
    {"JoinOther", {"#1111", "#2222", "brnz"}, NULL},
    {"JoinLater", {"#1111", "#2222", "#3333"}, NULL},
    {"Chosen", {"#3333"}, "#1111"},
    {"Chosen", {"#3333"}, "#2222"},
    {"BoxedIsThere", {"#1111"}, "#2222"},
    {"BoxedIsThere", {"#1111"}, "box"},
    {"Undo", {"conv.u8.i4", "conv.i8.i4", "br.i8 ge.un"}, NULL},
    {"Typed", {"castclass", "br.i8 eq", "handle.type System.Int32"}, NULL},
};

START_TEST(instructions_keep_their_meaning)
{
    const GoodCase *c = &good_cases[_i];
    const char *text = print(import(cases_method("Good", c->method)));
    for (int i = 0; i < 4 && c->has[i]; i++)
        ck_assert_msg(strstr(text, c->has[i]), "no \"%s\" in %s", c->has[i], text);
    if (c->lacks)
        ck_assert_msg(!strstr(text, c->lacks), "\"%s\" in %s", c->lacks, text);
}
END_TEST

typedef struct BadCase {
    const char *method, *reason;
} BadCase;

static const BadCase bad_cases[] = {
    {"Underflow", "IL_0000: stack underflow"},
    {"Overflow", "more than 8 values on the stack"},
    {"FallsOff", "control reaches the end"},
    {"LeftOver", "1 values left on the stack"},
    {"NothingLeft", "stack underflow"},
    {"NoLocal", "no local 3"},
    {"NoArgument", "no argument 2"},
    {"Mixed", "operands of wrong kinds"},
    {"Into", "no instruction"},
    {"IntoNothing", "no instruction"},
    {"Depth", "1 values on the stack instead of 0"},
    {"KindsDiffer", "stack differs"},
    {"IntoTry", "control may not go to"},
    {"OutOfTry", "control may not go to"},
    {"ReturnInTry", "return from inside a protected region"},
    {"Rethrow", "rethrow outside"},
    {"EndFinally", "endfinally outside"},
    {"LeaveFinally", "leave may not go to"},
    {"ThrowInt", "throw of something that is no object"},
    {"ShiftFloat", "no integer"},
    {"WrongArgument", "wrong kind"},
};

START_TEST(il_without_meaning_is_refused)
{
    const BadCase *c = &bad_cases[_i];
    Err err = ERR_INIT;
    IrMethod *ir = ir_import(cases_method("Bad", c->method), &cases_arena, &err);
    ck_assert_ptr_null(ir);
    ck_assert_int_eq(err.kind, ERR_INVALID_PROGRAM);
    ck_assert_msg(strstr(err.text, c->reason), "%s", err.text);
}
END_TEST

START_TEST(static_methods_of_precise_types_run_the_initialiser)
{
    ck_assert(strstr(print(import(cases_method("Precise", "Touch"))), "cctor Precise"));
    ck_assert(!strstr(print(import(cases_method("Precise", ".cctor"))), "  cctor"));
}
END_TEST

START_TEST(methods_without_il_have_no_ir)
{
    Err err = ERR_INIT;
    Method *method = cases_corlib_method("System", "Object", "MemberwiseClone", 0);
    ck_assert_ptr_null(ir_import(method, &cases_arena, &err));
    ck_assert_int_eq(err.kind, ERR_UNSUPPORTED);
}
END_TEST

START_TEST(layout_is_the_same_each_time)
{
    Method *method = cases_corlib_method("System", "Version", "CompareTo", -1);
    IrMethod *a = import(method), *b = import(method);
    ck_assert_uint_eq(a->frame_words, b->frame_words);
    ck_assert_uint_eq(a->n_vars, b->n_vars);
    for (uint32_t i = 0; i < a->n_vars; i++)
        ck_assert_uint_eq(a->vars[i].slot, b->vars[i].slot);
    ck_assert_str_eq(print(a), print(b));
}
END_TEST

/* -- Bodies that are made up --------------------------------------------------- */

START_TEST(delegates_call_their_code)
{
    Err err = ERR_INIT;
    Method *invoke = cases_corlib_method("System", "Action", "Invoke", 0);
    char *text = print(import(invoke));
    ck_assert(strstr(text, "invoke_impl") && strstr(text, "call pointer"));
    Method *direct = synth_method(SYNTH_DELEGATE_STATIC, invoke, &err);
    ck_assert(strstr(print(import(direct)), "method_ptr"));
    Method *many = synth_method(SYNTH_DELEGATE_MULTICAST, invoke, &err);
    ck_assert(strstr(print(import(many)), "ldelem ref"));
}
END_TEST

START_TEST(unboxing_stubs_pass_the_value)
{
    Err err = ERR_INIT;
    Method *subject = cases_method("Pair", "ToString");
    Method *stub = synth_method(SYNTH_UNBOX, subject, &err);
    ck_assert_ptr_eq(stub, synth_method(SYNTH_UNBOX, subject, &err));
    ck_assert_ptr_eq(synth_subject(stub), subject);
    ck_assert(strstr(print(import(stub)), "lea a0 #16"));
}
END_TEST

START_TEST(instantiating_stubs_pass_the_context)
{
    Err err = ERR_INIT;
    Method *canonical = cases_method("Good", "TypeOf");
    Method *exact =
        method_instance(canonical->def, &cases_world->known.string, 1, &err);
    ck_assert_msg(exact, "%s", err.text);
    Method *stub = synth_method(SYNTH_INSTANTIATE, exact, &err);
    const char *text = print(import(stub));
    ck_assert_msg(strstr(text, "handle.method") && strstr(text, "ctx="), "%s", text);
}
END_TEST

/* -- Floats to integers -------------------------------------------------------- */

typedef struct FloatCase {
    double from;
    int32_t i4;
    uint32_t u4;
    int64_t i8;
    uint64_t u8;
} FloatCase;

/* Measured: mono 6.8, amd64, values in variables. */
static const FloatCase float_cases[] = {
    {-1.5, -1, 0xffffffff, -1, 0xffffffffffffffff},
    {2147483647, 2147483647, 2147483647, 2147483647, 2147483647},
    {2147483648.0, INT32_MIN, 0x80000000, 2147483648, 2147483648},
    {4294967297.0, INT32_MIN, 1, 4294967297, 4294967297},
    {-2147483649.0, INT32_MIN, 0x7fffffff, -2147483649, 0xffffffff7fffffff},
    {9.3e18, INT32_MIN, 0, INT64_MIN, 0x81103cb9fb220000},
    {2e19, INT32_MIN, 0, INT64_MIN, 0},
    {1e20, INT32_MIN, 0, INT64_MIN, 0},
    {-1e20, INT32_MIN, 0, INT64_MIN, 0x8000000000000000},
    {NAN, INT32_MIN, 0, INT64_MIN, 0},
    {INFINITY, INT32_MIN, 0, INT64_MIN, 0},
    {-INFINITY, INT32_MIN, 0, INT64_MIN, 0x8000000000000000},
};

START_TEST(floats_convert_as_in_mono)
{
    const FloatCase *c = &float_cases[_i];
    ck_assert_int_eq(fpconv_i4(c->from), c->i4);
    ck_assert_uint_eq(fpconv_u4(c->from), c->u4);
    ck_assert_int_eq(fpconv_i8(c->from), c->i8);
    ck_assert_uint_eq(fpconv_u8(c->from), c->u8);
}
END_TEST

/* -- The class library --------------------------------------------------------- */

static bool has_il(const Method *method)
{
    return !(method->flags & (METHOD_ABSTRACT | METHOD_PINVOKE)) &&
           !(method->impl_flags & (IMPL_CODE_TYPE_MASK | IMPL_INTERNALCALL));
}

START_TEST(every_plain_method_of_mscorlib_is_sound)
{
    Assembly *corlib = cases_world->corlib;
    uint32_t n = image_rows(corlib->image, TABLE_MethodDef), done = 0;
    for (uint32_t rid = 1; rid <= n; rid += 7) {
        Err err = ERR_INIT;
        Arena arena = ARENA_INIT;
        Method *method = assembly_method(corlib, rid, &err);
        ck_assert_msg(method, "%s", err.text);
        if (has_il(method) && !method->n_args && !method->type->n_args) {
            IrMethod *ir = ir_import(method, &arena, &err);
            ck_assert_msg(ir && ir_check(ir, &err), "%s: %s", method->name, err.text);
            done++;
        }
        arena_free(&arena);
    }
    ck_assert_uint_gt(done, 2000);
}
END_TEST

Suite *suite_ir(void)
{
    Suite *suite = suite_create("ir");
    TCase *tcase = tcase_create("ir");
    tcase_set_timeout(tcase, 60);
    tcase_add_unchecked_fixture(tcase, cases_setup, cases_teardown);
    tcase_add_loop_test(tcase, instructions_keep_their_meaning, 0,
                        (int)(sizeof good_cases / sizeof *good_cases));
    tcase_add_loop_test(tcase, il_without_meaning_is_refused, 0,
                        (int)(sizeof bad_cases / sizeof *bad_cases));
    tcase_add_test(tcase, static_methods_of_precise_types_run_the_initialiser);
    tcase_add_test(tcase, methods_without_il_have_no_ir);
    tcase_add_test(tcase, layout_is_the_same_each_time);
    tcase_add_test(tcase, delegates_call_their_code);
    tcase_add_test(tcase, unboxing_stubs_pass_the_value);
    tcase_add_test(tcase, instantiating_stubs_pass_the_context);
    tcase_add_loop_test(tcase, floats_convert_as_in_mono, 0,
                        (int)(sizeof float_cases / sizeof *float_cases));
    tcase_add_test(tcase, every_plain_method_of_mscorlib_is_sound);
    suite_add_tcase(suite, tcase);
    return suite;
}
