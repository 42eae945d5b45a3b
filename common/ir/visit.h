/* visit.h - the variables that an instruction names. */
#ifndef COMMON_IR_VISIT_H
#define COMMON_IR_VISIT_H

#include "common/ir/ir.h"

/* Calls f for each variable that insn reads or writes, dst first. */
static inline void ir_visit_vars(const IrInsn *insn,
                                 void (*f)(void *user, uint32_t var), void *user)
{
    const uint32_t fixed[] = {insn->dst, insn->a, insn->b, insn->c};
    for (int i = 0; i < 4; i++)
        if (fixed[i] != IR_NONE)
            f(user, fixed[i]);
    if (insn->op == IR_CALL) {
        const IrCall *call = insn->call;
        for (uint32_t i = 0; i < call->n_args; i++)
            f(user, call->args[i]);
        const uint32_t extra[] = {call->ctx, call->fn, call->handle};
        for (int i = 0; i < 3; i++)
            if (extra[i] != IR_NONE)
                f(user, extra[i]);
    } else if (insn->op == IR_MDADDR || insn->op == IR_NEWMD) {
        for (uint32_t i = 0; i < insn->args->n; i++)
            f(user, insn->args->vars[i]);
    }
}

#endif
