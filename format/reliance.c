/* reliance.c - what the code of a method relies on: one loop over its IR.
 *
 * Compiled code has numbers in it that another assembly decides: sizes, offsets, slots.
 * When that assembly is built anew, each number must be what it was, or the method is
 * not used; so each is a fact in the image (facts.def). One that is forgotten is code
 * that is silently wrong after the next build. So the facts are not noted where code is
 * emitted, but read off the IR, by what ir.def says of each operation. Of
 *
 *     static int Last(Point[] from) { return from[from.Length - 1].y; }
 *
 * they are: the IL itself (il, body) and what it names (names); that Point, which comes
 * by its address from an LDELEMA of it, is 16 bytes (layout); that y lies at 8 of it
 * (field). The parameters and the result add the layouts of value types in the
 * signature, used or not: they decide in which registers all others come.
 *
 * r2rinspect --verify makes the same list again, of the IL, and compares.
 */
#include "format/reliance.h"

#include <stdlib.h>

#include "common/base/mem.h"
#include "common/ir/visit.h"
#include "format/facts.h"

typedef struct Scan {
    const IrMethod *ir;
    RelianceFn *f;
    void *user;
    bool *is_used; /* per variable */
} Scan;

/* Primitives are the same everywhere; an enumeration may become another integer. */
static void rely_layout(const Scan *scan, Type *type)
{
    if (type && type_is_valuetype(type) &&
        (ir_mem_of(type) == IRM_VT || (type->bits & TYPE_BIT_ENUM)))
        scan->f(scan->user, &(Fact){FACT_LAYOUT, .type = type});
}

static void rely_sig(const Scan *scan, const MethodSig *sig)
{
    rely_layout(scan, sig->ret);
    for (uint32_t i = 0; i < sig->n_params; i++)
        rely_layout(scan, sig->params[i]);
}

/* -- The IL -------------------------------------------------------------------- */

static void rely_names(void *user, Assembly *there)
{
    const Scan *scan = user;
    Method *def = scan->ir->method->def;
    if (there != def->type->assembly)
        scan->f(scan->user, &(Fact){FACT_NAMES, .method = def, .there = there});
}

static void rely_il(Scan *scan)
{
    Method *method = scan->ir->method;
    scan->f(scan->user, &(Fact){FACT_IL, .method = method->def});
    scan->f(scan->user, &(Fact){FACT_BODY, .method = method});
    names_assemblies(method, rely_names, scan);
}

/* -- Variables ----------------------------------------------------------------- */

static void note_use(void *user, uint32_t var)
{
    ((const Scan *)user)->is_used[var] = true;
}

static void rely_vars(Scan *scan, bool osr)
{
    const IrMethod *ir = scan->ir;
    scan->is_used = mem_array(ir->n_vars + 1, sizeof *scan->is_used);
    for (uint32_t b = 0; b < ir->n_blocks; b++)
        for (uint32_t i = 0; i < ir->blocks[b].n; i++)
            ir_visit_vars(&ir->insns[ir->blocks[b].first + i], note_use, scan);
    for (uint32_t v = 0; v < ir->n_vars; v++) {
        const IrVar *var = &ir->vars[v];
        /* One that lies before others in the interpreter's frame moves them. */
        bool placed = osr && v < ir->n_args + ir->n_locals;
        if ((scan->is_used[v] || placed) &&
            (var->kind == IR_VT || (var->type && (var->type->bits & TYPE_BIT_ENUM))))
            rely_layout(scan, var->type);
    }
    free(scan->is_used);
}

/* -- Operations ---------------------------------------------------------------- */

static void rely_call(const Scan *scan, const IrCall *call)
{
    rely_sig(scan, call->sig);
    if (call->kind == IRK_VIRTUAL)
        scan->f(scan->user, &(Fact){FACT_SLOT, .method = call->method});
}

static void rely_insn(const Scan *scan, const IrInsn *insn)
{
    switch (ir_relies[insn->op]) {
    case 'L':
        rely_layout(scan, insn->type);
        break;
    case 'E':
        rely_layout(scan,
                    (insn->op == IR_MDADDR ? insn->args->type : insn->type)->elem);
        break;
    case 'F':
        if (insn->field)
            scan->f(scan->user, &(Fact){FACT_FIELD, .field = insn->field});
        break;
    case 'C':
        rely_call(scan, insn->call);
        break;
    default:
        break;
    }
}

/* -- Decisions ----------------------------------------------------------------- */

static void rely_decision(const Scan *scan, const IrReliance *relied)
{
    switch (relied->kind) {
    case IRR_LAYOUT:
        rely_layout(scan, relied->type);
        break;
    case IRR_IMPLS:
        scan->f(scan->user, &(Fact){FACT_IMPLS, .type = relied->type});
        break;
    case IRR_STATIC:
        scan->f(scan->user, &(Fact){FACT_STATIC, .method = relied->method,
                                    .answers = relied->type});
        break;
    case IRR_SEALED:
        scan->f(scan->user, &(Fact){FACT_SEALED, .type = relied->type});
        break;
    case IRR_BODY:
        scan->f(scan->user, &(Fact){FACT_IL, .method = relied->method->def});
        scan->f(scan->user, &(Fact){FACT_BODY, .method = relied->method});
        break;
    }
}

/* -- The whole method ---------------------------------------------------------- */

void reliance_of(const IrMethod *ir, bool osr, RelianceFn *f, void *user)
{
    Scan scan = {.ir = ir, .f = f, .user = user};
    if (ir->il_hash)
        rely_il(&scan);
    rely_sig(&scan, ir->sig);
    rely_vars(&scan, osr);
    for (uint32_t b = 0; b < ir->n_blocks; b++)
        for (uint32_t i = 0; i < ir->blocks[b].n; i++)
            rely_insn(&scan, &ir->insns[ir->blocks[b].first + i]);
    for (uint32_t i = 0; i < ir->n_relied; i++)
        rely_decision(&scan, &ir->relied[i]);
}

static void record(void *user, const Fact *fact)
{
    unit_rely(user, fact);
}

void reliance_record(UnitBuilder *unit, const IrMethod *ir, bool osr)
{
    reliance_of(ir, osr, record, unit);
}
