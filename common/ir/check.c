#include "common/ir/visit.h"

typedef struct Check {
    const IrMethod *ir;
    const IrInsn *insn;
    uint32_t block;
    Err *err;
    bool failed;
} Check;

static bool check_fail(Check *c, const char *what)
{
    c->failed = true;
    return err_set(c->err, ERR_INVALID_PROGRAM, "block %u, IL_%04x, %s: %s", c->block,
                   c->insn ? c->insn->il : 0, c->insn ? ir_names[c->insn->op] : "?",
                   what);
}

static bool check_is_pointer(IrKind kind)
{
    return kind == IR_I8 || kind == IR_BYREF || kind == IR_REF;
}

/* Does a variable of this kind fit an operand letter of ir.def? */
static bool check_letter(Check *c, char letter, uint32_t var)
{
    IrKind kind = c->ir->vars[var].kind;
    switch (letter) {
    case 'i':
        return kind == IR_I4;
    case 'l':
    case '?':
        return kind == IR_I8;
    case 'f':
        return kind == IR_F4;
    case 'd':
        return kind == IR_F8;
    case 'r':
        return kind == IR_REF;
    case 'p':
        return check_is_pointer(kind);
    case 'n':
        return kind == IR_I4 || kind == IR_I8;
    case 'v':
        return kind == IR_VT;
    case '*':
        return kind != IR_VOID;
    default:
        return true;
    }
}

static bool check_same(Check *c, uint32_t a, uint32_t b)
{
    const IrVar *x = &c->ir->vars[a], *y = &c->ir->vars[b];
    if (x->kind == IR_VT || y->kind == IR_VT)
        return x->kind == y->kind &&
               type_value_size(x->type) == type_value_size(y->type);
    return x->kind == y->kind ||
           (check_is_pointer(x->kind) && check_is_pointer(y->kind));
}

static void check_operand(Check *c, int i, uint32_t var)
{
    char letter = ir_operands[c->insn->op][i];
    bool optional = letter == '?' || (i == 0 && c->insn->op == IR_CALL) ||
                    (c->insn->op == IR_MATH && i == 2);
    if (letter == '-') {
        if (var != IR_NONE)
            check_fail(c, "operand that it does not take");
    } else if (var == IR_NONE) {
        if (!optional)
            check_fail(c, "operand missing");
    } else if (var >= c->ir->n_vars) {
        check_fail(c, "no such variable");
    } else if (!check_letter(c, letter, var)) {
        check_fail(c, "operand of wrong kind");
    } else if (letter == '=' && c->insn->dst < c->ir->n_vars &&
               !check_same(c, c->insn->dst, var)) {
        check_fail(c, "operand differs from result in kind");
    }
}

static void check_var(void *user, uint32_t var)
{
    Check *c = user;
    if (var >= c->ir->n_vars)
        check_fail(c, "no such variable");
}

static bool check_part_begins(const IrMethod *ir, uint32_t part, uint32_t block)
{
    return part && ir->parts[part].kind == IRP_TRY && ir->parts[part].entry == block;
}

/* Branches stay in their part or enter a try part of it; LEAVE goes outwards. */
static void check_target(Check *c, uint32_t target)
{
    const IrMethod *ir = c->ir;
    if (target >= ir->n_blocks) {
        check_fail(c, "no such block");
        return;
    }
    uint32_t from = ir->blocks[c->block].part, to = ir->blocks[target].part;
    if (c->insn->op == IR_LEAVE) {
        if (check_part_begins(ir, to, target))
            to = ir->parts[to].parent;
        while (from && from != to)
            from = ir->parts[from].parent;
        if (from != to)
            check_fail(c, "leave to a part that does not enclose this one");
    } else if (from != to &&
               !(check_part_begins(ir, to, target) && ir->parts[to].parent == from)) {
        check_fail(c, "branch to another part");
    }
}

static void check_targets(Check *c)
{
    const IrInsn *insn = c->insn;
    IrOp op = (IrOp)insn->op;
    if (op == IR_JMP || op == IR_LEAVE) {
        check_target(c, insn->target[0]);
    } else if (op >= IR_BR_I4 && op <= IR_BRNZ_I8) {
        check_target(c, insn->target[0]);
        check_target(c, insn->target[1]);
    } else if (op == IR_SWITCH) {
        for (uint32_t i = 0; i < insn->sw->n; i++)
            check_target(c, insn->sw->targets[i]);
        check_target(c, insn->sw->otherwise);
    }
}

static void check_call(Check *c)
{
    const IrCall *call = c->insn->call;
    uint32_t wanted = call->sig->n_params + (call->has_this ? 1u : 0u);
    if (call->n_args != wanted)
        check_fail(c, "wrong number of arguments");
    if ((call->kind == IRK_POINTER || call->kind == IRK_METHOD) !=
        (call->fn != IR_NONE))
        check_fail(c, "callee missing or not wanted");
    if (call->kind != IRK_POINTER && !call->method)
        check_fail(c, "method missing");
    if (call->kind == IRK_VIRTUAL && call->method && call->method->slot < 0)
        check_fail(c, "method without slot");
    for (uint32_t i = 0; i < call->n_args && i < wanted; i++) {
        uint32_t first = call->has_this ? 1 : 0;
        if (call->args[i] >= c->ir->n_vars) {
            check_fail(c, "no such variable");
            return;
        }
        IrKind kind = c->ir->vars[call->args[i]].kind;
        IrKind want = i < first ? IR_REF : ir_kind_of(call->sig->params[i - first]);
        if (kind != want && !(check_is_pointer(kind) && check_is_pointer(want)))
            check_fail(c, "argument of wrong kind");
    }
}

static void check_insn(Check *c, bool last)
{
    const IrInsn *insn = c->insn;
    if (insn->op >= IR_OP_COUNT) {
        c->insn = NULL;
        check_fail(c, "no such operation");
        return;
    }
    const uint32_t operands[] = {insn->dst, insn->a, insn->b, insn->c};
    for (int i = 0; i < 4; i++)
        check_operand(c, i, operands[i]);
    ir_visit_vars(insn, check_var, c);
    if (ir_ends_block((IrOp)insn->op) != last)
        check_fail(c, last ? "block does not end" : "block goes on after its end");
    check_targets(c);
    if (insn->op == IR_CALL)
        check_call(c);
    char payload = ir_operands[insn->op][4];
    if (payload != '-' && payload != 'F' && !insn->p)
        check_fail(c, "operand p missing");
    if (insn->op == IR_HANDLE_FIELD && !insn->p)
        check_fail(c, "operand p missing");
}

static void check_parts(Check *c)
{
    const IrMethod *ir = c->ir;
    for (uint32_t i = 0; i < ir->n_parts && !c->failed; i++) {
        const IrPart *part = &ir->parts[i];
        if (part->entry >= ir->n_blocks || ir->blocks[part->entry].part != i)
            check_fail(c, "part does not begin with a block of its own");
        if (i && (part->parent >= ir->n_parts || part->parent == i))
            check_fail(c, "part without parent");
        for (uint32_t k = 0; k < part->n_clauses; k++) {
            const IrClause *clause = &part->clauses[k];
            if (clause->handler >= ir->n_parts ||
                ir->parts[clause->handler].try_part != i)
                check_fail(c, "handler of another part");
            else if (ir->parts[clause->handler].parent != part->parent)
                check_fail(c, "handler lies elsewhere than its try part");
        }
    }
}

bool ir_check(const IrMethod *ir, Err *err)
{
    Check c = {.ir = ir, .err = err};
    check_parts(&c);
    for (uint32_t b = 0; b < ir->n_blocks && !c.failed; b++) {
        const IrBlock *block = &ir->blocks[b];
        c.block = b;
        c.insn = NULL;
        if (!block->n || block->first + block->n > ir->n_insns ||
            block->part >= ir->n_parts) {
            check_fail(&c, "empty or out of range");
            break;
        }
        for (uint32_t i = 0; i < block->n && !c.failed; i++) {
            c.insn = &ir->insns[block->first + i];
            check_insn(&c, i + 1 == block->n);
        }
    }
    return !c.failed;
}
