/* test_reliance.c - the facts of a method: what each operation, variable, signature and
 * decision of the importer adds to them, and that an image without one of them is told.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "common/ir/synth.h"
#include "format/facts.h"
#include "format/reliance.h"
#include "tests/run.h"
#include "tests/unit/ir_cases.h"

Suite *suite_reliance(void);

static Arena arena;

/* -- The facts of an IR as text: "layout Pair, il Good:Loop" --------------------- */

static const char *subject_name_of(const Fact *fact)
{
    switch (fact_rows[fact->kind].subject) {
    case FIX_TYPE:
        return type_name(&arena, fact->type);
    case FIX_FIELD:
        return fact->field->name;
    default:
        return fact->method->name;
    }
}

/* Each once, in the order in which they come. */
static void add_text(void *user, const Fact *fact)
{
    Buffer *out = user;
    const char *where = fact->kind == FACT_NAMES    ? fact->there->name
                        : fact->kind == FACT_STATIC ? fact->answers->name
                                                    : NULL;
    const char *text =
        arena_printf(&arena, "%s %s%s%s", fact_rows[fact->kind].text,
                     subject_name_of(fact), where ? " in " : "", where ? where : "");
    buffer_u8(out, 0);
    bool is_there = strstr((char *)out->data, text) != NULL;
    out->size--;
    if (!is_there)
        buffer_printf(out, "%s%s", out->size ? ", " : "", text);
}

static const char *facts_of(const IrMethod *ir, bool osr)
{
    Buffer out = BUFFER_INIT;
    reliance_of(ir, osr, add_text, &out);
    const char *text = arena_strndup(&arena, (char *)out.data, out.size);
    buffer_free(&out);
    return text;
}

static const char *facts_of_method(Method *method)
{
    Err err = ERR_INIT;
    IrMethod *ir = ir_import(method, &arena, &err);
    ck_assert_msg(ir, "%s", err.text);
    return facts_of(ir, false);
}

/* -- An IR with one operation -------------------------------------------------- */

static Type *struct_type(void)
{
    return cases_method("Pair", "ToString")->type;
}

static Type *enum_type(void)
{
    Err err = ERR_INIT;
    Type *type = assembly_find_type(cases_world->corlib, "System", "DayOfWeek", &err);
    ck_assert_msg(type && type_load(type, LEVEL_LAYOUT, &err), "%s", err.text);
    return type;
}

static MethodSig *signature(Type *ret, Type *param)
{
    MethodSig *sig = arena_new(&arena, MethodSig);
    sig->ret = ret;
    sig->n_params = param ? 1 : 0;
    sig->params = arena_copy(&arena, &param, sizeof param);
    return sig;
}

/* A static method without IL, arguments or result; variables 0 and 1 are a number and a
 * structure. */
static IrMethod *method_of(const IrInsn *insn)
{
    static const IrInsn ret = {
        .op = IR_RET, .dst = IR_NONE, .a = IR_NONE, .b = IR_NONE, .c = IR_NONE};
    IrMethod *ir = arena_new(&arena, IrMethod);
    ir->method = cases_method("Good", "Loop");
    ir->sig = signature(cases_world->known.void_, NULL);
    ir->ctx_var = IR_NONE;
    ir->n_vars = 2;
    ir->vars = arena_array(&arena, IrVar, 2);
    ir->vars[0] = (IrVar){.kind = IR_I8};
    ir->vars[1] = (IrVar){.kind = IR_VT, .type = struct_type()};
    ir->n_insns = 2;
    ir->insns = arena_array(&arena, IrInsn, 2);
    ir->insns[0] = insn ? *insn : ret;
    ir->insns[1] = ret;
    ir->n_blocks = 1;
    ir->blocks = arena_new(&arena, IrBlock);
    ir->blocks->n = 2;
    return ir;
}

static IrCall *direct_call(void)
{
    IrCall *call = arena_new(&arena, IrCall);
    *call = (IrCall){.kind = IRK_DIRECT,
                     .method = cases_method("Good", "Loop"),
                     .sig = signature(cases_world->known.void_, NULL),
                     .ctx = IR_NONE,
                     .fn = IR_NONE,
                     .handle = IR_NONE};
    return call;
}

/* p of the operation, as ir.def says what it is: a structure, a field of one. */
static void fill_subject(IrInsn *insn)
{
    switch (ir_operands[insn->op][4]) {
    case 'T':
        insn->type = struct_type();
        break;
    case 'M':
        insn->method = cases_method("Pair", "ToString");
        break;
    case 'F':
        insn->field = &struct_type()->fields[0];
        break;
    case 'C':
        insn->call = direct_call();
        break;
    case 'A':
        insn->args = arena_new(&arena, IrArgs);
        insn->args->type = type_array(struct_type(), 2);
        break;
    default:
        break;
    }
}

static IrInsn insn_of(IrOp op)
{
    IrInsn insn = {
        .op = (uint16_t)op, .dst = IR_NONE, .a = IR_NONE, .b = IR_NONE, .c = IR_NONE};
    fill_subject(&insn);
    return insn;
}

static const struct {
    IrOp op;
    const char *facts;
} operations[] = {
    {IR_LD, "field first"},
    {IR_ST, "field first"},
    {IR_LEA, "field first"},
    {IR_COPY, "layout Pair"},
    {IR_INIT, "layout Pair"},
    {IR_LDELEM, "layout Pair"},
    {IR_STELEM, "layout Pair"},
    {IR_LDELEMA, "layout Pair"},
    {IR_MDADDR, "layout Pair"},
    {IR_BOX, "layout Pair"},
    {IR_UNBOX_NULLABLE, "layout Pair"},
};

/* What the others need is found where they run, or is a variable's. */
static const char *wanted_of(IrOp op)
{
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
        if (operations[i].op == op)
            return operations[i].facts;
    return "";
}

START_TEST(an_operation_relies_on_this_alone)
{
    IrInsn insn = insn_of((IrOp)_i);
    ck_assert_str_eq(facts_of(method_of(&insn), false), wanted_of((IrOp)_i));
}
END_TEST

START_TEST(an_address_without_a_field_relies_on_none)
{
    IrInsn insn = insn_of(IR_LD);
    insn.field = NULL;
    ck_assert_str_eq(facts_of(method_of(&insn), false), "");
}
END_TEST

START_TEST(only_what_may_change_has_a_layout)
{
    IrInsn insn = insn_of(IR_COPY);
    insn.type = cases_world->known.i4;
    ck_assert_str_eq(facts_of(method_of(&insn), false), "");
    insn.type = cases_world->known.string;
    ck_assert_str_eq(facts_of(method_of(&insn), false), "");
    insn.type = enum_type();
    ck_assert_str_eq(facts_of(method_of(&insn), false), "layout System.DayOfWeek");
}
END_TEST

/* -- Calls, signatures, variables ---------------------------------------------- */

START_TEST(a_call_relies_on_how_its_values_are_passed)
{
    static const IrCallKind kinds[] = {IRK_DIRECT, IRK_INTERFACE, IRK_POINTER,
                                       IRK_METHOD};
    IrInsn insn = insn_of(IR_CALL);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        insn.call->kind = kinds[i];
        insn.call->sig = signature(struct_type(), enum_type());
        ck_assert_str_eq(facts_of(method_of(&insn), false),
                         "layout Pair, layout System.DayOfWeek");
    }
}
END_TEST

START_TEST(a_virtual_call_relies_on_the_slot)
{
    IrInsn insn = insn_of(IR_CALL);
    insn.call->kind = IRK_VIRTUAL;
    ck_assert_str_eq(facts_of(method_of(&insn), false), "slot Loop");
}
END_TEST

START_TEST(the_own_signature_counts_even_where_it_is_not_used)
{
    IrMethod *ir = method_of(NULL);
    ir->sig = signature(struct_type(), enum_type());
    ck_assert_str_eq(facts_of(ir, false), "layout Pair, layout System.DayOfWeek");
}
END_TEST

START_TEST(a_variable_counts_where_it_is_used)
{
    IrInsn insn = insn_of(IR_MOV);
    ck_assert_str_eq(facts_of(method_of(&insn), false), "");
    insn.a = 1;
    ck_assert_str_eq(facts_of(method_of(&insn), false), "layout Pair");
    insn = insn_of(IR_CALL);
    uint32_t args[1] = {1};
    insn.call->n_args = 1;
    insn.call->args = args;
    ck_assert_str_eq(facts_of(method_of(&insn), false), "layout Pair");
}
END_TEST

START_TEST(what_does_not_run_counts_nothing)
{
    IrInsn insn = insn_of(IR_MOV);
    insn.a = 1;
    IrMethod *ir = method_of(&insn);
    ir->blocks->first = 1;
    ir->blocks->n = 1;
    ck_assert_str_eq(facts_of(ir, false), "");
}
END_TEST

START_TEST(the_interpreters_frame_has_all_arguments_and_locals)
{
    IrMethod *ir = method_of(NULL);
    ck_assert_str_eq(facts_of(ir, true), ""); /* a temporary */
    ir->n_locals = 2;
    ck_assert_str_eq(facts_of(ir, true), "layout Pair");
    ck_assert_str_eq(facts_of(ir, false), "");
    ir->n_locals = 0;
    ir->n_args = 2;
    ck_assert_str_eq(facts_of(ir, true), "layout Pair");
}
END_TEST

/* -- Decisions ----------------------------------------------------------------- */

static const char *facts_of_decision(IrReliedKind kind, Type *type)
{
    IrMethod *ir = method_of(NULL);
    ir->relied = arena_new(&arena, IrReliance);
    *ir->relied = (IrReliance){.kind = kind, .type = type};
    ir->n_relied = 1;
    return facts_of(ir, false);
}

START_TEST(a_decision_counts)
{
    Type *string = cases_world->known.string;
    ck_assert_str_eq(facts_of_decision(IRR_LAYOUT, struct_type()), "layout Pair");
    ck_assert_str_eq(facts_of_decision(IRR_IMPLS, struct_type()), "impls Pair");
    ck_assert_str_eq(facts_of_decision(IRR_SEALED, string), "sealed System.String");
    ck_assert_str_eq(facts_of_decision(IRR_IMPLS, cases_world->known.i4),
                     "impls System.Int32");
    ck_assert_str_eq(facts_of_decision(IRR_LAYOUT, string), "");
    IrMethod *ir = method_of(NULL);
    ir->relied = arena_new(&arena, IrReliance);
    *ir->relied =
        (IrReliance){.kind = IRR_BODY, .method = cases_method("Good", "Loop")};
    ir->n_relied = 1;
    ck_assert_str_eq(facts_of(ir, false), "il Loop, body Loop");
}
END_TEST

/* -- Methods ------------------------------------------------------------------- */

static const struct {
    const char *type, *method, *facts;
} methods[] = {
    {"Good", "Loop", "il Loop, body Loop"},
    {"Good", "Root", "il Root, body Root, names Root in mscorlib"},
    {"Good", "NewValue", "il NewValue, body NewValue, layout Pair, field first"},
    {"Good", "OnValue",
     "il OnValue, body OnValue, names OnValue in mscorlib, layout Pair, impls Pair"},
    {"Good", "StaticVirtual",
     "il StaticVirtual, body StaticVirtual, static virtual Number in Answer"},
    {"Good", "Stores", "il Stores, body Stores, sealed System.String"},
    {"Good", "Statics", "il Statics, body Statics, field count"},
};

START_TEST(a_method_relies_on_these)
{
    ck_assert_str_eq(
        facts_of_method(cases_method(methods[_i].type, methods[_i].method)),
        methods[_i].facts);
}
END_TEST

/* Made-up methods have no IL, only what their callee needs. */
START_TEST(a_made_up_method_has_no_il)
{
    Err err = ERR_INIT;
    Method *unbox = synth_method(SYNTH_UNBOX, cases_method("Pair", "ToString"), &err);
    ck_assert_ptr_nonnull(unbox);
    ck_assert_str_eq(facts_of_method(unbox), "");
}
END_TEST

/* -- Values -------------------------------------------------------------------- */

START_TEST(facts_of_the_own_assembly_are_dropped)
{
    const Fact own[] = {{FACT_LAYOUT, .type = struct_type()},
                        {FACT_FIELD, .field = &struct_type()->fields[0]},
                        {FACT_BODY, .method = cases_method("Good", "Loop")}};
    const Fact il = {FACT_IL, .method = cases_method("Good", "Loop")};
    const Fact names = {FACT_NAMES, .method = cases_method("Good", "Root"),
                        .there = cases_world->corlib};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        ck_assert(fact_is_home(&own[i], cases_assembly));
        ck_assert(!fact_is_home(&own[i], cases_world->corlib));
    }
    Type *answers = cases_method("Answer", "Number")->type;
    const Fact answer = {FACT_STATIC, .method = cases_method("IAnswer", "Number"),
                         .answers = answers};
    const Fact twice = {FACT_STATIC, .method = cases_method("IAnswer", "Number"),
                        .answers = cases_world->known.string};
    ck_assert(fact_is_home(&answer, cases_assembly));
    ck_assert(!fact_is_home(&twice, cases_assembly));
    ck_assert(!fact_is_home(&il, cases_assembly));
    ck_assert(!fact_is_home(&names, cases_assembly));
}
END_TEST

START_TEST(names_are_those_of_one_assembly)
{
    Err err = ERR_INIT;
    uint64_t there = 0, own = 0, other = 0;
    Method *root = cases_method("Good", "Root");
    ck_assert(names_hash(root, cases_world->corlib, &there, &err));
    ck_assert(names_hash(root, cases_assembly, &own, &err));
    ck_assert(
        names_hash(cases_method("Good", "OnValue"), cases_world->corlib, &other, &err));
    ck_assert_uint_ne(there, 0);
    ck_assert_uint_eq(own, 0);
    ck_assert_uint_ne(there, other);
}
END_TEST

/* Another body of the same class is another value, none is no value. */
START_TEST(what_a_type_runs_is_the_value_of_its_fact)
{
    Err err = ERR_INIT;
    uint64_t one = 0, other = 0;
    Method *decl = cases_method("IAnswer", "Number");
    Fact fact = {FACT_STATIC, .method = decl,
                 .answers = cases_method("Answer", "Number")->type};
    ck_assert_msg(fact_value(&fact, &one, &err), "%s", err.text);
    fact.answers = cases_method("Other", "Two")->type;
    ck_assert_msg(fact_value(&fact, &other, &err), "%s", err.text);
    ck_assert_uint_ne(one, other);
    fact.answers = struct_type();
    ck_assert(!fact_value(&fact, &other, &err));
    ck_assert_msg(strstr(err.text, "no implementation of the static method"), "%s",
                  err.text);
}
END_TEST

static void setup(void)
{
    cases_setup();
}

static void teardown(void)
{
    arena_free(&arena);
    cases_teardown();
}

/* What an image says it is about. */
START_TEST(a_fact_of_a_static_virtual_method_has_a_type_and_a_method)
{
    Method method = {.name = "M"};
    Type type = {.name = "T"};
    IrLookup lookups[] = {{IRL_TYPE, .type = &type},
                          {IRL_METHOD, .method = &method},
                          {IRL_STATIC, .type = &type, .method = &method}};
    for (int i = 0; i < 3; i++) {
        Fact fact = {.kind = FACT_STATIC};
        Fixup subject = {.kind = FIX_LOOKUP, .lookup = &lookups[i]};
        ck_assert_int_eq(fact_set_subject(&fact, &subject), i == 2);
    }
}
END_TEST

Suite *suite_reliance(void)
{
    Suite *suite = suite_create("reliance");
    TCase *tcase = tcase_create("facts");
    tcase_add_unchecked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, an_operation_relies_on_this_alone, 0, IR_OP_COUNT);
    tcase_add_test(tcase, a_fact_of_a_static_virtual_method_has_a_type_and_a_method);
    tcase_add_test(tcase, an_address_without_a_field_relies_on_none);
    tcase_add_test(tcase, only_what_may_change_has_a_layout);
    tcase_add_test(tcase, a_call_relies_on_how_its_values_are_passed);
    tcase_add_test(tcase, a_virtual_call_relies_on_the_slot);
    tcase_add_test(tcase, the_own_signature_counts_even_where_it_is_not_used);
    tcase_add_test(tcase, a_variable_counts_where_it_is_used);
    tcase_add_test(tcase, what_does_not_run_counts_nothing);
    tcase_add_test(tcase, the_interpreters_frame_has_all_arguments_and_locals);
    tcase_add_test(tcase, a_decision_counts);
    tcase_add_loop_test(tcase, a_method_relies_on_these, 0,
                        sizeof methods / sizeof *methods);
    tcase_add_test(tcase, a_made_up_method_has_no_il);
    tcase_add_test(tcase, facts_of_the_own_assembly_are_dropped);
    tcase_add_test(tcase, names_are_those_of_one_assembly);
    tcase_add_test(tcase, what_a_type_runs_is_the_value_of_its_fact);
    suite_add_tcase(suite, tcase);
    return suite;
}
