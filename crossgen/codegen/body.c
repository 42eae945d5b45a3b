/* body.c - the passes over one IrMethod: a method of the unit, or a copy that is
 * inlined.
 */
#include "crossgen/codegen/cg_private.h"

#include <assert.h>
#include <string.h>

#include "common/ir/visit.h"

/* A copy's IR is imported once in a context (inline.c). */
static bool body_import(Body *body, Err *err)
{
    body->ir = body->host == body ? ir_import(body->method, &body->cg->arena, err)
                                  : inline_import(body->cg, body->method);
    return body->ir != NULL;
}

/* Does native code have it as it is, in a register or a word of the stack? */
static bool body_is_plain(Type *type)
{
    Err ignored = ERR_INIT;
    if (!type_load(type, LEVEL_LAYOUT, &ignored))
        return false;
    uint8_t element = type_underlying(type)->element;
    return (element >= ELEMENT_I1 && element <= ELEMENT_R8) || element == ELEMENT_I ||
           element == ELEMENT_U || element == ELEMENT_PTR || element == ELEMENT_FNPTR;
}

static bool body_check_native(const MethodSig *sig, Err *err)
{
    bool plain = sig->ret->element == ELEMENT_VOID || body_is_plain(sig->ret);
    for (uint32_t i = 0; i < sig->n_params && plain; i++)
        plain = body_is_plain(sig->params[i]);
    return plain || err_set(err, ERR_UNSUPPORTED,
                            "calli of native code with values that are converted");
}

static bool body_check_call(const IrCall *call, Err *err)
{
    if (call->unmanaged && !body_check_native(call->sig, err))
        return false;
    if (call->kind == IRK_VIRTUAL &&
        (!type_load(call->method->type, LEVEL_READY, err) || call->method->slot < 0))
        return err_set(err, ERR_UNSUPPORTED, "virtual call of a method without a slot");
    return true;
}

/* Is there something in it that can't be compiled, or may not be? */
static bool body_check(Body *body, Err *err)
{
    const IrMethod *ir = body->ir;
    if (ir->foreign_refusal)
        return err_set(err, ERR_UNSUPPORTED, "it names what another assembly hides");
    for (uint32_t i = 0; i < ir->n_insns; i++)
        if (ir->insns[i].op == IR_CALL && !body_check_call(ir->insns[i].call, err))
            return false;
    return true;
}

/* How values are passed: to the method and to all that it calls. */
static bool body_lower(Body *body, Err *err)
{
    const IrMethod *ir = body->ir;
    Arena *arena = &body->cg->arena;
    body->abi = abi_of_method(ir->method, arena, err);
    if (!body->abi)
        return false;
    body->call_abi = arena_array(arena, AbiSig *, ir->n_insns + 1);
    for (uint32_t i = 0; i < ir->n_insns; i++) {
        const IrCall *call = ir->insns[i].call;
        if (ir->insns[i].op != IR_CALL)
            continue;
        bool context = call->ctx != IR_NONE || call->kind == IRK_METHOD;
        body->call_abi[i] = abi_lower(call->sig, call->has_this, context, arena, err);
        if (!body->call_abi[i])
            return false;
    }
    return true;
}

/* Where code that continues the interpreter's frame comes in. */
static bool body_find_osr(Body *body, Err *err)
{
    const IrMethod *ir = body->ir;
    uint32_t il = body->osr_il;
    if (!body->osr)
        return true;
    ir_layout(body->ir);
    for (uint32_t b = 0; b < ir->n_blocks; b++) {
        if (!ir->blocks[b].loop_header || ir->blocks[b].il != il)
            continue;
        if (ir->blocks[b].part != 0)
            return err_set(err, ERR_UNSUPPORTED, "loop in a protected region");
        body->osr_block = b;
        return true;
    }
    return err_set(err, ERR_UNSUPPORTED, "no loop header at IL offset %u", il);
}

static void body_mark_loop(Body *body, uint32_t from, uint32_t to)
{
    for (uint32_t b = to; b <= from; b++)
        body->in_loop[b] = true;
}

/* Blocks lie in the order of the IL: a jump back spans its loop. */
static void body_find_loops(Body *body)
{
    const IrMethod *ir = body->ir;
    body->in_loop = arena_array(&body->cg->arena, bool, ir->n_blocks + 1);
    for (uint32_t b = 0; b < ir->n_blocks; b++) {
        const IrInsn *last = &ir->insns[ir->blocks[b].first + ir->blocks[b].n - 1];
        if (last->op == IR_SWITCH) {
            for (uint32_t i = 0; i < last->sw->n; i++)
                body_mark_loop(body, b, last->sw->targets[i]);
            body_mark_loop(body, b, last->sw->otherwise);
            continue;
        }
        bool two = last->op >= IR_BR_I4 && last->op <= IR_BRNZ_I8;
        if (two || last->op == IR_JMP || last->op == IR_LEAVE)
            body_mark_loop(body, b, last->target[0]);
        if (two)
            body_mark_loop(body, b, last->target[1]);
    }
}

typedef struct Reads {
    bool *is_read;
    uint32_t skip; /* the dst, which comes first */
} Reads;

static void body_note_read(void *user, uint32_t var)
{
    Reads *reads = user;
    if (reads->skip == var)
        reads->skip = IR_NONE;
    else
        reads->is_read[var] = true;
}

/* A copy reads something if somebody reads the copy. True: there was one more. */
static bool body_find_copied(const IrMethod *ir, bool *is_read)
{
    bool found = false;
    for (uint32_t i = ir->n_insns; i-- > 0;) {
        const IrInsn *insn = &ir->insns[i];
        if (insn->op == IR_MOV && is_read[insn->dst] && !is_read[insn->a])
            found = is_read[insn->a] = true;
    }
    return found;
}

static void body_find_reads(Body *body)
{
    const IrMethod *ir = body->ir;
    Reads reads = {arena_array(&body->cg->arena, bool, ir->n_vars + 1), IR_NONE};
    for (uint32_t i = 0; i < ir->n_insns; i++) {
        reads.skip = ir->insns[i].dst;
        if (ir->insns[i].op != IR_MOV)
            ir_visit_vars(&ir->insns[i], body_note_read, &reads);
    }
    while (body_find_copied(ir, reads.is_read))
        ;
    body->is_read = reads.is_read;
}

bool body_prepare(Body *body, Err *err)
{
    if (!body_import(body, err) || !body_check(body, err) || !body_lower(body, err) ||
        !body_find_osr(body, err) || !eh_prepare(body, err))
        return false;
    body_find_loops(body);
    body_find_reads(body);
    frame_prepare(body);
    lens_prepare(body);
    inline_choose(body);
    return true;
}

Body *body_open(Cg *cg, const CodegenItem *item, const char *symbol)
{
    Body *body = arena_new(&cg->arena, Body);
    body->cg = cg;
    body->host = body;
    body->symbol = symbol;
    body->method = item->method;
    body->osr = item->osr;
    body->osr_il = item->osr_il;
    return body;
}

Body *body_open_copy(Body *caller, Method *method)
{
    Body *body = arena_new(&caller->cg->arena, Body);
    body->cg = caller->cg;
    body->host = caller->host;
    body->caller = caller;
    body->depth = caller->depth + 1;
    body->method = method;
    return body;
}

AbiSig *body_own_abi(Body *body, const AbiSig *abi)
{
    AbiSig *own = arena_copy(&body->cg->arena, abi, sizeof *abi);
    if (abi->ret == ABI_RET_VOID) {
        own->ret = ABI_RET_WORD;
        own->ret_words[0] = ABI_I8;
    }
    return own;
}

static void body_declare_function(Body *body)
{
    Cg *cg = body->cg;
    bool tails = body->host == body && ir_has_tails(body->ir);
    body->own_abi = tails ? body_own_abi(body, body->abi) : body->abi;
    enum gcc_jit_function_kind kind =
        body->host == body ? GCC_JIT_FUNCTION_EXPORTED : GCC_JIT_FUNCTION_INTERNAL;
    if (body->osr) {
        gcc_jit_param *words =
            gcc_jit_context_new_param(cg->jit, NULL, cg->ptr, "words");
        body->function = gcc_jit_context_new_function(cg->jit, NULL, kind, cg->void_,
                                                      body->symbol, 1, &words, 0);
        return;
    }
    uint32_t n = abi_word_count(body->abi);
    gcc_jit_param **params = arena_array(&cg->arena, gcc_jit_param *, n + 1);
    for (uint32_t i = 0; i < n; i++)
        params[i] =
            gcc_jit_context_new_param(cg->jit, NULL, type_of_abi_word(cg, body->abi, i),
                                      arena_printf(&cg->arena, "w%u", i));
    body->function = gcc_jit_context_new_function(cg->jit, NULL, kind,
                                                  type_of_result(cg, body->own_abi),
                                                  body->symbol, (int)n, params, 0);
}

void body_declare(Body *body)
{
    body->file = body->symbol;
    body_declare_function(body);
    eh_declare(body);
}

void body_emit(Body *body)
{
    const IrMethod *ir = body->ir;
    for (uint32_t p = 0; p < ir->n_parts; p++)
        part_emit(body, p);
    eh_emit_catchers(body);
}

void body_close(Body *body)
{
    for (uint32_t p = 0; p < body->ir->n_parts; p++)
        vec_free(&body->parts[p].exits);
    vec_free(&body->order);
    map_keyed_free(&body->copies);
}
