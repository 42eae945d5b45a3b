/* test_ircheck.c - IR that does not hold together is found (common/ir/check.c). */
#include <check.h>
#include <string.h>

#include "common/ir/ir.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

Suite *suite_ircheck(void);

static World *world;
static Arena arena;

static void setup(void)
{
    Err err = ERR_INIT;
    world = world_open();
    world_set_library_dir(world, "/usr/lib/mono/4.5");
    ck_assert_msg(world_load_corlib(world, &err), "%s", err.text);
}

static void teardown(void)
{
    world_close(world);
    arena_free(&arena);
}

static IrMethod *import(const char *type_name_, const char *name, int n_params)
{
    Err err = ERR_INIT;
    Type *type = assembly_find_type(world->corlib, "System", type_name_, &err);
    ck_assert_msg(type && type_load(type, LEVEL_READY, &err), "%s", err.text);
    Method *method = type_find_method(type, name, n_params);
    ck_assert_ptr_nonnull(method);
    IrMethod *ir = ir_import(method, &arena, &err);
    ck_assert_msg(ir && ir_check(ir, &err), "%s", err.text);
    return ir;
}

static IrInsn *find(IrMethod *ir, IrOp first, IrOp last)
{
    for (uint32_t i = 0; i < ir->n_insns; i++)
        if (ir->insns[i].op >= first && ir->insns[i].op <= last)
            return &ir->insns[i];
    ck_abort_msg("there is no %s", ir_names[first]);
    return NULL;
}

static void no_result(IrMethod *ir)
{
    IrInsn *insn = find(ir, IR_RETV, IR_RETV);
    insn->op = IR_RET;
    insn->a = IR_NONE;
}

static void other_memory(IrMethod *ir)
{
    find(ir, IR_LD, IR_LD)->mk = IRM_F8;
}

static void no_memory(IrMethod *ir)
{
    find(ir, IR_LD, IR_LD)->mk = IRM_VT + 1;
}

static void end_of_no_finally(IrMethod *ir)
{
    IrInsn *insn = find(ir, IR_RETV, IR_RETV);
    insn->op = IR_ENDFINALLY;
    insn->a = IR_NONE;
}

static void structure_without_type(IrMethod *ir)
{
    ir->vars[ir->n_vars - 1].kind = IR_VT;
    ir->vars[ir->n_vars - 1].type = NULL;
}

static void too_many_arguments(IrMethod *ir)
{
    ir->n_args = ir->n_vars + 1;
}

static void no_condition(IrMethod *ir)
{
    find(ir, IR_BR_I4, IR_BR_F8)->mk = IRC_GE_UN + 1;
}

static void no_target(IrMethod *ir)
{
    find(ir, IR_BR_I4, IR_BR_F8)->target[1] = ir->n_blocks;
}

static void result_of_wrong_kind(IrMethod *ir)
{
    IrInsn *insn = find(ir, IR_RETV, IR_RETV);
    ir->vars[insn->a].kind = IR_F8;
}

static const struct Broken {
    const char *type, *method;
    int n_params;
    void (*break_it)(IrMethod *ir);
    const char *reason;
} broken[] = {
    {"String", "get_Length", 0, no_result, "no result"},
    {"String", "get_Length", 0, other_memory, "memory of another kind"},
    {"String", "get_Length", 0, no_memory, "memory of another kind"},
    {"String", "get_Length", 0, end_of_no_finally, "not in a finally"},
    {"String", "get_Length", 0, structure_without_type, "a type without layout"},
    {"String", "get_Length", 0, too_many_arguments, "fewer variables"},
    {"Math", "Max", 2, no_condition, "no such condition"},
    {"Math", "Max", 2, no_target, "no such block"},
    {"Type", "get_IsArray", 0, result_of_wrong_kind, "wrong kind"},
};

START_TEST(what_does_not_hold_together_is_found)
{
    const struct Broken *b = &broken[_i];
    Err err = ERR_INIT;
    IrMethod *ir = import(b->type, b->method, b->n_params);
    b->break_it(ir);
    ck_assert(!ir_check(ir, &err));
    ck_assert_msg(strstr(err.text, b->reason), "%s", err.text);
}
END_TEST

Suite *suite_ircheck(void)
{
    Suite *suite = suite_create("ircheck");
    TCase *tcase = tcase_create("check");
    tcase_add_unchecked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, what_does_not_hold_together_is_found, 0, COUNT(broken));
    suite_add_tcase(suite, tcase);
    return suite;
}
