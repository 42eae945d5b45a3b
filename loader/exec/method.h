/* method.h - how a method is run: private to loader/exec. */
#ifndef LOADER_EXEC_METHOD_H
#define LOADER_EXEC_METHOD_H

#include "loader/exec/exec.h"

/* What the method's entry runs, decided now if nobody has: HOW_*; HOW_UNKNOWN: pending
 * exception. */
uint8_t method_how(MethodRt *rt);
/* Convention of the method's entry, cached; NULL: pending exception. */
AbiSig *method_abi(MethodRt *rt);
/* The exact method behind a shared (canonical) one that was entered with these argument
 * words; the method itself if it is exact. NULL: pending exception. */
Method *method_exact(Method *method, Object *self, void *context);

#endif
