/* test_exec.c - entry stubs, the way between C and managed code, and the interpreter
 * over exec/cases.cs. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "loader/exec/method.h"
#include "loader/exec/stubs_private.h"
#include "loader/host/startup.h"
#include "loader/exec/eh_private.h"
#include "loader/exec/glue.h"
#include "loader/exec/helpers_private.h"
#include "loader/exec/invoke.h"
#include "loader/exec/trace_private.h"
#include "loader/vm/exception.h"
#include "loader/vm/vm.h"
#include "tests/run.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

Suite *suite_exec(void);

static char program[64];

static void compile_once(void)
{
    strcpy(program, "/tmp/codicil-exec-XXXXXX");
    ck_assert(mkdtemp(program));
    strcat(program, "/cases.dll");
    char line[256];
    snprintf(line, sizeof line,
             "mcs -nologo -warn:0 -optimize+ -target:library -out:%s "
             "tests/unit/exec/cases.cs >/dev/null 2>&1",
             program);
    ck_assert_msg(!system(line), "failed: %s", line);
}

static void remove_program(void)
{
    unlink(program);
    *strrchr(program, '/') = '\0';
    rmdir(program);
}

static void start(void)
{
    Err err = ERR_INIT;
    vm.mode = VM_INTERP;
    vm.no_cache = true;
    ck_assert_msg(vm_start(&err), "%s", err.text);
}

/* -- stubs --------------------------------------------------------------------- */

static int argument_of_stub;

static void *stub_target(void)
{
    void *argument;
    __asm__ volatile("movq %%r10, %0" : "=r"(argument));
    return argument;
}

START_TEST(stub_passes_its_argument)
{
    stubs_start();
    void *(*stub)(void) =
        (void *(*)(void))stub_new(STUB_METHOD, (void *)stub_target, &argument_of_stub);
    ck_assert_ptr_eq(stub(), &argument_of_stub);
}
END_TEST

START_TEST(stub_data_knows_stubs_of_its_kind_only)
{
    stubs_start();
    char *stub = stub_new(STUB_METHOD, (void *)stub_target, &argument_of_stub);
    ck_assert_ptr_eq(stub_data(STUB_METHOD, stub)->arg, &argument_of_stub);
    ck_assert_ptr_null(stub_data(STUB_DELAYED, stub));
    ck_assert_ptr_null(stub_data(STUB_METHOD, stub + 1));
    ck_assert_ptr_null(stub_data(STUB_METHOD, &argument_of_stub));
}
END_TEST

START_TEST(stubs_fill_more_than_a_chunk)
{
    stubs_start();
    for (uintptr_t i = 1; i < 5000; i++) {
        void *(*stub)(void) =
            (void *(*)(void))stub_new(STUB_METHOD, (void *)stub_target, (void *)i);
        ck_assert_uint_eq((uintptr_t)stub(), i);
    }
}
END_TEST

/* -- calls --------------------------------------------------------------------- */

// NOLINTNEXTLINE(readability-function-size): passes arguments on the stack
static double sum_of_many(int64_t a, double b, int64_t c, double d, int64_t e,
                          int64_t f, int64_t g, int64_t h, int64_t i)
{
    return (double)(a + c + e * 2 + f * 3 + g * 4 + h * 5 + i * 6) + b + d;
}

START_TEST(glue_call_passes_words_on_the_stack)
{
    double b = 0.5, d = 0.25;
    uint64_t stack[] = {6, 7, 8};
    CallRegs regs = {.gpr = {1, 2, 3, 4, 5, 0}, .stack = stack, .n_stack = 3};
    regs.gpr[5] = 6;
    memcpy(&regs.xmm[0], &b, 8);
    memcpy(&regs.xmm[1], &d, 8);
    glue_call((const void *)sum_of_many, &regs);
    double sum;
    memcpy(&sum, &regs.xmm0, 8);
    ck_assert_double_eq(sum, sum_of_many(1, b, 2, d, 3, 4, 5, 6, 6));
}
END_TEST

static void raises(void *exception)
{
    exec_raise(exception);
}

START_TEST(barrier_makes_an_exception_pending)
{
    start();
    ck_assert(!eh_barrier(raises, vm.null_reference));
    ck_assert_ptr_eq(exception_take(), vm.null_reference);
    ck_assert(!exception_pending());
}
END_TEST

START_TEST(raised_exception_has_a_trace)
{
    start();
    ck_assert(!eh_barrier(raises, vm.null_reference));
    exception_take();
    ck_assert_ptr_nonnull(trace_of(vm.null_reference));
}
END_TEST

/* -- the interpreter ----------------------------------------------------------- */

static const char *const cases[] = {
    "Recursion",         "StructResult",    "SmallStruct",
    "ManyArguments",     "VirtualCall",     "InterfaceOnClass",
    "InterfaceOnStruct", "GenericStatics",  "Closure",
    "Multicast",         "Matrix",          "MatrixBounds",
    "NullableBox",       "Overflow",        "MachineExceptions",
    "LeaveRunsFinally",  "FinallyReplaces", "Rethrow",
    "FilterThrows",      "DeepUnwind",      "StackOverflow",
};

static Method *case_method(const char *name)
{
    Err err = ERR_INIT;
    Assembly *assembly = world_load_file(vm.world, program, &err);
    ck_assert_msg(assembly, "%s", err.text);
    Type *type = assembly_find_type(assembly, "", "Cases", &err);
    ck_assert_msg(type && type_load(type, LEVEL_READY, &err), "%s", err.text);
    Method *method = type_find_method(type, name, 0);
    ck_assert_ptr_nonnull(method);
    return method;
}

START_TEST(interpreter_runs)
{
    start();
    uint64_t result = 0;
    bool ok = method_invoke(case_method(cases[_i]), NULL, &result);
    ck_assert_msg(ok, "%s: %s", cases[_i], exception_describe(exception_take()));
    ck_assert_msg((int32_t)result == 1, "%s", cases[_i]);
}
END_TEST

typedef int32_t Entry(void);

START_TEST(native_code_enters_the_interpreter)
{
    start();
    Method *method = case_method("ManyArguments");
    Entry *entry = (Entry *)method_entry(method);
    ck_assert_ptr_eq(method_from_entry((void *)entry), method);
    ck_assert_int_eq(entry(), 1);
}
END_TEST

/* -- Helpers ------------------------------------------------------------------- */

START_TEST(every_helper_has_a_function)
{
    start(); /* there is no heap before */
    ck_assert_msg(helper_address((HelperId)_i), "helper %s", helper_rows[_i].name);
}
END_TEST

Suite *suite_exec(void)
{
    Suite *suite = suite_create("exec");
    TCase *stubs = tcase_create("stubs");
    tcase_add_test(stubs, stub_passes_its_argument);
    tcase_add_test(stubs, stub_data_knows_stubs_of_its_kind_only);
    tcase_add_test(stubs, stubs_fill_more_than_a_chunk);
    suite_add_tcase(suite, stubs);
    TCase *calls = tcase_create("calls");
    tcase_add_test(calls, glue_call_passes_words_on_the_stack);
    tcase_add_loop_test(calls, every_helper_has_a_function, 0, HELPER_COUNT);
    tcase_add_test(calls, barrier_makes_an_exception_pending);
    tcase_add_test(calls, raised_exception_has_a_trace);
    suite_add_tcase(suite, calls);
    TCase *interp = tcase_create("interpreter");
    tcase_add_unchecked_fixture(interp, compile_once, remove_program);
    tcase_add_loop_test(interp, interpreter_runs, 0, (int)COUNT(cases));
    tcase_add_test(interp, native_code_enters_the_interpreter);
    suite_add_tcase(suite, interp);
    return suite;
}
