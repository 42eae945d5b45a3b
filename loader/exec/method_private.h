/* method_private.h - how a method is run. */
#ifndef LOADER_EXEC_METHOD_PRIVATE_H
#define LOADER_EXEC_METHOD_PRIVATE_H

#include "loader/exec/method.h"
#include "common/ir/abi.h"

uint8_t method_decide(MethodRt *rt);
/* What the method's entry runs, decided now if nobody has: HOW_*; HOW_UNKNOWN: pending
 * exception. */
static inline uint8_t method_how(MethodRt *rt)
{
    uint8_t how = __atomic_load_n(&rt->how, __ATOMIC_ACQUIRE);
    return __builtin_expect(how != HOW_UNKNOWN, 1) ? how : method_decide(rt);
}
/* Convention of the method's entry, cached; NULL: pending exception. */
AbiSig *method_abi(MethodRt *rt);

/* A stub for a CALL cell whose callee is not known yet: at its first call it asks
 * resolve(unit, cell) for the code address (NULL: a pending exception, which it raises)
 * and jumps there, then and later. */
typedef void *DelayResolver(void *unit, uint32_t cell);
void *exec_delay_stub(void *unit, uint32_t cell, DelayResolver *resolve);

#endif
