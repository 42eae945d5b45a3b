/* test_prepare.c - the interpreter has an instruction for each operation of the IR. */
#include <check.h>

#include "loader/exec/interp_private.h"
#include "tests/run.h"

Suite *suite_prepare(void);

/* Code of exact methods, the only ones that are interpreted, asks for no context. */
static bool is_of_shared_code(int op)
{
    return op == IR_CTX || op == IR_LOOKUP;
}

START_TEST(the_interpreter_knows_every_operation)
{
    for (int op = 0; op < IR_OP_COUNT; op++)
        ck_assert_msg(interp_knows((IrOp)op) != is_of_shared_code(op), "%s",
                      ir_names[op]);
}
END_TEST

Suite *suite_prepare(void)
{
    Suite *suite = suite_create("prepare");
    TCase *rows = tcase_create("rows");
    tcase_add_test(rows, the_interpreter_knows_every_operation);
    suite_add_tcase(suite, rows);
    return suite;
}
