/* test_interop.c - calls between managed and native code: interop/cases.cs over
 * interop/native.c. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "loader/host/startup.h"
#include "loader/exec/invoke.h"
#include "loader/vm/exception.h"
#include "loader/vm/vm.h"
#include "tests/run.h"

Suite *suite_interop(void);

static char dir[64];

static void compile_once(void)
{
    strcpy(dir, "/tmp/codicil-interop-XXXXXX");
    ck_assert(mkdtemp(dir));
    char line[512];
    snprintf(
        line, sizeof line,
        "gcc -shared -fPIC -w -o %s/libinteropcases.so tests/unit/interop/native.c && "
        "mcs -nologo -warn:0 -target:library -out:%s/cases.dll "
        "tests/unit/interop/cases.cs",
        dir, dir);
    ck_assert_msg(!system(line), "failed: %s", line);
}

static void remove_all(void)
{
    char line[128];
    snprintf(line, sizeof line, "rm -r %s", dir);
    ck_assert(!system(line));
}

static Type *cases_type(void)
{
    Err err = ERR_INIT;
    char path[128];
    vm.mode = VM_INTERP;
    vm.no_cache = true;
    ck_assert_msg(vm_start(&err), "%s", err.text);
    snprintf(path, sizeof path, "%s/cases.dll", dir);
    Assembly *assembly = vm_open_program(path, &err);
    ck_assert_msg(assembly, "%s", err.text);
    Type *type = assembly_find_type(assembly, "", "Cases", &err);
    ck_assert_msg(type && type_load(type, LEVEL_READY, &err), "%s", err.text);
    return type;
}

static const char *const cases[] = {
    "SmallStructsPassInRegisters",
    "LargeStructsPassInMemory",
    "StructsConvertFieldByField",
    "ChangedStructsComeBack",
    "BooleansAreFourBytesUnlessMarked",
    "SmallResultsAreExtended",
    "BuildersAreBuffers",
    "StringsConvertBothWays",
    "ArraysOfStringsConvert",
    "OutParametersAreSet",
    "NativeCodeCallsDelegates",
    "NativeCodeCallsDelegatesWithStructs",
    "NativeFunctionsBecomeDelegates",
    "SafeHandlesComeBackOwned",
    "BlittableArraysAreShared",
    "ManyArgumentsKeepTheirOrder",
    "MissingLibrariesAreNamed",
    "MissingFunctionsAreNamed",
    "WhatHasNoNativeFormIsRefused",
    "ExceptionsCrossNativeFrames",
};
enum { N_CASES = sizeof cases / sizeof *cases };

START_TEST(native_calls_convert_as_declared)
{
    Method *method = type_find_method(cases_type(), cases[_i], 0);
    ck_assert_msg(method, "%s is missing", cases[_i]);
    uint64_t result[2] = {0};
    if (!method_invoke(method, NULL, result))
        ck_abort_msg("%s: %s", cases[_i], exception_describe(exception_take()));
    ck_assert_msg(result[0] & 1, "%s is false", cases[_i]);
}
END_TEST

Suite *suite_interop(void)
{
    Suite *suite = suite_create("interop");
    TCase *tcase = tcase_create("cases");
    tcase_set_timeout(tcase, 60);
    tcase_add_unchecked_fixture(tcase, compile_once, remove_all);
    tcase_add_loop_test(tcase, native_calls_convert_as_declared, 0, N_CASES);
    suite_add_tcase(suite, tcase);
    return suite;
}
