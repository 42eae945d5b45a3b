#include <string.h>

#include "common/ir/ir.h"

static const char *const kind_names[] = {"i4",  "i8",    "f4", "f8",
                                         "ref", "byref", "vt", "void"};
static const char *const mem_names[] = {"i1", "u1", "i2", "u2", "i4",  "u4",
                                        "i8", "u8", "f4", "f8", "ref", "vt"};
static const char *const cond_names[] = {"eq", "ne",    "lt",    "le",    "gt",
                                         "ge", "lt.un", "le.un", "gt.un", "ge.un"};
static const char *const math_names[] = {"sqrt",  "abs",  "floor", "ceiling", "sin",
                                         "cos",   "tan",  "asin",  "acos",    "atan",
                                         "atan2", "pow",  "exp",   "log",     "log10",
                                         "sinh",  "cosh", "tanh",  "cbrt",    "round"};
static const char *const part_names[] = {"method", "try",     "filter",
                                         "catch",  "finally", "fault"};
static const char *const call_names[] = {"direct", "virtual", "interface", "pointer",
                                         "method"};
static const struct {
    uint8_t flag;
    const char *name;
} flag_names[] = {{IRF_NULLCHECK, "null"},      {IRF_VOLATILE, "volatile"},
                  {IRF_UNALIGNED, "unaligned"}, {IRF_UN, "un"},
                  {IRF_NOBOUNDS, "nobounds"},   {IRF_EXACT, "exact"},
                  {IRF_TYPECHECK, "type"},      {IRF_LOWER, "lower"}};

static void print_var(Buffer *out, const IrMethod *ir, uint32_t var)
{
    if (var == IR_NONE) {
        buffer_printf(out, "-");
        return;
    }
    const IrVar *v = &ir->vars[var];
    char prefix = v->flags & IRV_ARG ? 'a' : v->flags & IRV_LOCAL ? 'l' : 't';
    buffer_printf(out, "%c%u", prefix, v->flags & IRV_LOCAL ? var - ir->n_args : var);
}

static void print_type(Buffer *out, const Type *type)
{
    if (type)
        type_print(out, type);
    else
        buffer_printf(out, "?");
}

static void print_method(Buffer *out, Method *method)
{
    Arena scratch = ARENA_INIT;
    buffer_printf(out, "%s", method_name(&scratch, method));
    arena_free(&scratch);
}

static void print_vars(Buffer *out, const IrMethod *ir, const uint32_t *vars,
                       uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        buffer_printf(out, i ? ", " : "");
        print_var(out, ir, vars[i]);
    }
}

static void print_call(Buffer *out, const IrMethod *ir, const IrCall *call)
{
    buffer_printf(out, " %s%s%s ", call_names[call->kind],
                  call->null_check ? " null" : "", call->tail ? " tail" : "");
    if (call->method)
        print_method(out, call->method);
    buffer_printf(out, " (");
    print_vars(out, ir, call->args, call->n_args);
    buffer_printf(out, ")");
    const struct {
        const char *name;
        uint32_t var;
    } extra[] = {{"ctx", call->ctx}, {"fn", call->fn}, {"handle", call->handle}};
    for (int i = 0; i < 3; i++)
        if (extra[i].var != IR_NONE) {
            buffer_printf(out, " %s=", extra[i].name);
            print_var(out, ir, extra[i].var);
        }
}

static void print_lookup(Buffer *out, const IrLookup *lookup)
{
    buffer_printf(out, " ");
    if (lookup->kind == IRL_TYPE)
        print_type(out, lookup->type);
    else if (lookup->kind == IRL_METHOD)
        print_method(out, lookup->method);
    else if (lookup->kind == IRL_STATIC) {
        print_type(out, lookup->type);
        buffer_printf(out, " ");
        print_method(out, lookup->method);
    } else
        buffer_printf(out, "%s", lookup->field->name);
}

static void print_switch(Buffer *out, const IrSwitch *sw)
{
    for (uint32_t i = 0; i < sw->n; i++)
        buffer_printf(out, " b%u", sw->targets[i]);
    buffer_printf(out, " else b%u", sw->otherwise);
}

static void print_payload(Buffer *out, const IrMethod *ir, const IrInsn *insn)
{
    switch (ir_operands[insn->op][4]) {
    case 'T':
        buffer_printf(out, " ");
        print_type(out, insn->type);
        break;
    case 'M':
        buffer_printf(out, " ");
        print_method(out, insn->method);
        break;
    case 'F':
        if (insn->field)
            buffer_printf(out, " %s", insn->field->name);
        break;
    case 'C':
        print_call(out, ir, insn->call);
        break;
    case 'S':
        buffer_printf(out, " %08x", insn->str->token);
        break;
    case 'W':
        print_switch(out, insn->sw);
        break;
    case 'A':
        buffer_printf(out, " ");
        print_type(out, insn->args->type);
        buffer_printf(out, " [");
        print_vars(out, ir, insn->args->vars, insn->args->n);
        buffer_printf(out, "]");
        break;
    case 'L':
        print_lookup(out, insn->lookup);
        break;
    case 'E':
        buffer_printf(out, " %d \"%s\"", insn->err->kind, insn->err->text);
        break;
    default:
        break;
    }
}

static void print_modifiers(Buffer *out, const IrInsn *insn)
{
    IrOp op = (IrOp)insn->op;
    bool compares =
        (op >= IR_CMP_I4 && op <= IR_CMP_F8) || (op >= IR_BR_I4 && op <= IR_BR_F8);
    bool moves = op == IR_LD || op == IR_ST || op == IR_LDELEM || op == IR_STELEM ||
                 (op >= IR_XCHG && op <= IR_XADD) ||
                 (op >= IR_CONV_OVF_I4 && op <= IR_CONV_OVF_F8);
    if (compares)
        buffer_printf(out, " %s", cond_names[insn->mk]);
    else if (moves)
        buffer_printf(out, " %s", mem_names[insn->mk]);
    else if (op == IR_MATH)
        buffer_printf(out, " %s", math_names[insn->mk]);
    for (size_t i = 0; i < sizeof flag_names / sizeof *flag_names; i++)
        if (insn->flags & flag_names[i].flag)
            buffer_printf(out, " %s", flag_names[i].name);
}

static bool print_has_imm(IrOp op)
{
    return op <= IR_CONST_F8 || op == IR_LD || op == IR_ST || op == IR_LEA ||
           op == IR_LDELEM || op == IR_STELEM || op == IR_LDELEMA || op == IR_MDADDR ||
           op == IR_MDFLAT;
}

static void print_insn(Buffer *out, const IrMethod *ir, const IrInsn *insn)
{
    buffer_printf(out, "    ");
    if (insn->dst != IR_NONE) {
        print_var(out, ir, insn->dst);
        buffer_printf(out, " = ");
    }
    buffer_printf(out, "%s", ir_names[insn->op]);
    print_modifiers(out, insn);
    const uint32_t operands[] = {insn->a, insn->b, insn->c};
    const char *separator = " ";
    for (int i = 0; i < 3; i++) {
        if (operands[i] == IR_NONE)
            continue;
        buffer_printf(out, "%s", separator);
        print_var(out, ir, operands[i]);
        separator = ", ";
    }
    IrOp op = (IrOp)insn->op;
    if (print_has_imm(op))
        buffer_printf(out, " #%lld", (long long)insn->imm);
    if (op == IR_JMP || op == IR_LEAVE)
        buffer_printf(out, " b%u", insn->target[0]);
    else if (op >= IR_BR_I4 && op <= IR_BRNZ_I8)
        buffer_printf(out, " b%u b%u", insn->target[0], insn->target[1]);
    print_payload(out, ir, insn);
    buffer_printf(out, "\n");
}

static void print_parts(Buffer *out, const IrMethod *ir)
{
    for (uint32_t i = 1; i < ir->n_parts; i++) {
        const IrPart *part = &ir->parts[i];
        buffer_printf(out, "  part %u: %s in %u, entry b%u", i, part_names[part->kind],
                      part->parent, part->entry);
        for (uint32_t c = 0; c < part->n_clauses; c++) {
            const IrClause *clause = &part->clauses[c];
            buffer_printf(out, "; %s -> part %u", part_names[clause->kind],
                          clause->handler);
            if (clause->filter != IR_NONE)
                buffer_printf(out, " filter %u", clause->filter);
            if (clause->type) {
                buffer_printf(out, " ");
                print_type(out, clause->type);
            }
        }
        buffer_printf(out, "\n");
    }
}

void ir_print(Buffer *out, const IrMethod *ir)
{
    print_method(out, ir->method);
    buffer_printf(out, "  args %u locals %u vars %u blocks %u words %u\n", ir->n_args,
                  ir->n_locals, ir->n_vars, ir->n_blocks, ir->frame_words);
    for (uint32_t i = 0; i < ir->n_args + ir->n_locals; i++) {
        buffer_printf(out, "  ");
        print_var(out, ir, i);
        buffer_printf(out, ": %s ", kind_names[ir->vars[i].kind]);
        print_type(out, ir->vars[i].type);
        buffer_printf(out, "%s\n",
                      ir->vars[i].flags & IRV_ADDRESSED ? " addressed" : "");
    }
    print_parts(out, ir);
    for (uint32_t b = 0; b < ir->n_blocks; b++) {
        const IrBlock *block = &ir->blocks[b];
        buffer_printf(out, "  b%u:", b);
        if (block->il != IR_NONE)
            buffer_printf(out, " IL_%04x", block->il);
        if (block->part)
            buffer_printf(out, " part %u", block->part);
        buffer_printf(out, "%s\n", block->loop_header ? " loop" : "");
        for (uint32_t i = 0; i < block->n; i++)
            print_insn(out, ir, &ir->insns[block->first + i]);
    }
}
