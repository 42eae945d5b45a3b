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

static bool check_kind(const Check *c, uint32_t var, IrKind kind)
{
    IrKind own = c->ir->vars[var].kind;
    return own == kind || (check_is_pointer(own) && check_is_pointer(kind));
}

/* Results: of the method, and of a call. */
static void check_result(Check *c, const MethodSig *sig, uint32_t var)
{
    bool none = sig->ret->element == ELEMENT_VOID;
    if (var != IR_NONE && (none || !check_kind(c, var, ir_kind_of(sig->ret))))
        check_fail(c, "result of wrong kind");
}

static void check_call(Check *c)
{
    const IrCall *call = c->insn->call;
    check_result(c, call->sig, c->insn->dst);
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

static bool check_atomic(IrOp op, IrMem mem)
{
    bool narrow = mem == IRM_U1 || mem == IRM_U2 || mem == IRM_REF;
    return mem == IRM_I4 || mem == IRM_I8 || (op != IR_XADD && narrow);
}

/* What mk may be, and the variables that go with it. */
static void check_detail(Check *c)
{
    const IrInsn *insn = c->insn;
    IrOp op = (IrOp)insn->op;
    if (op == IR_LD || op == IR_ST || op == IR_XCHG || op == IR_CMPXCHG ||
        op == IR_XADD) {
        uint32_t value = op == IR_ST ? insn->b : insn->dst;
        if (insn->mk > IRM_VT || !check_kind(c, value, ir_kind_of_mem(insn->mk)))
            check_fail(c, "memory of another kind than the variable");
        else if (op >= IR_XCHG && !check_atomic(op, (IrMem)insn->mk))
            check_fail(c, "no atomic operation works on such memory");
    } else if (op >= IR_CONV_OVF_I4 && op <= IR_CONV_OVF_F8) {
        if (insn->mk > IRM_U8 || !check_kind(c, insn->dst, ir_kind_of_mem(insn->mk)))
            check_fail(c, "target of another kind than the result");
    } else if ((op >= IR_CMP_I4 && op <= IR_CMP_F8) ||
               (op >= IR_BR_I4 && op <= IR_BR_F8)) {
        if (insn->mk > IRC_GE_UN)
            check_fail(c, "no such condition");
    } else if (op == IR_MATH) {
        if (insn->mk >= IRX_COUNT)
            check_fail(c, "no such function");
    } else if (op == IR_CTX && c->ir->ctx_kind == CONTEXT_NONE) {
        check_fail(c, "there is no context");
    }
}

static void check_return(Check *c)
{
    if (c->insn->op == IR_RETV)
        check_result(c, c->ir->sig, c->insn->a);
    else if (c->ir->sig->ret->element != ELEMENT_VOID)
        check_fail(c, "no result");
}

/* Is the instruction's part, or one around it, of such a kind? A try part is not seen
 * through by what ends a handler. */
static bool check_inside(const Check *c, IrPartKind kind, IrPartKind or_kind,
                         bool tries)
{
    const IrMethod *ir = c->ir;
    for (uint32_t part = ir->blocks[c->block].part; part && part < ir->n_parts;
         part = ir->parts[part].parent) {
        if (ir->parts[part].kind == kind || ir->parts[part].kind == or_kind)
            return true;
        if (!tries)
            return false;
    }
    return false;
}

static void check_place(Check *c)
{
    switch ((IrOp)c->insn->op) {
    case IR_ENDFINALLY:
        if (!check_inside(c, IRP_FINALLY, IRP_FAULT, false))
            check_fail(c, "not in a finally or fault handler");
        break;
    case IR_ENDFILTER:
        if (!check_inside(c, IRP_FILTER, IRP_FILTER, false))
            check_fail(c, "not in a filter");
        break;
    case IR_CATCH:
        if (!check_inside(c, IRP_CATCH, IRP_FILTER, false))
            check_fail(c, "not in a handler or filter");
        break;
    case IR_RETHROW:
        if (!check_inside(c, IRP_CATCH, IRP_CATCH, true))
            check_fail(c, "not in a handler");
        break;
    case IR_RET:
    case IR_RETV:
        if (c->ir->blocks[c->block].part)
            check_fail(c, "returns from within a part");
        check_return(c);
        break;
    default:
        break;
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
    if (c->failed)
        return;
    check_targets(c);
    check_detail(c);
    check_place(c);
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

/* Values of a structure are moved by the size of its type. */
static void check_vars(Check *c)
{
    const IrMethod *ir = c->ir;
    if (ir->n_args + ir->n_locals > ir->n_vars)
        check_fail(c, "fewer variables than arguments and locals");
    for (uint32_t i = 0; i < ir->n_vars && !c->failed; i++) {
        const IrVar *var = &ir->vars[i];
        if (var->kind >= IR_VOID)
            check_fail(c, "variable of no kind");
        else if (var->kind == IR_VT &&
                 (!var->type || type_level(var->type) < LEVEL_LAYOUT))
            check_fail(c, "variable of a type without layout");
    }
}

bool ir_check(const IrMethod *ir, Err *err)
{
    Check c = {.ir = ir, .err = err};
    check_vars(&c);
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
