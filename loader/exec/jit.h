/* jit.h - the JIT as the rest of the runtime sees it; the compiler is another process
 * (worker_private.h). */
#ifndef LOADER_EXEC_JIT_H
#define LOADER_EXEC_JIT_H

#include "common/types/types.h"

/* Compiles now and waits (modes aot, jit), or NULL when there is no
 * worker or the method can't be compiled. */
void *jit_compile_now(Method *method);
/* Why nothing is compiled any more, for ever; NULL: nobody gave it up. */
const char *jit_given_up(void);
/* Queues for the background (mixed). */
void jit_enqueue(Method *method);
/* OSR code for a loop header of an exact method, or NULL: f(frame words). */
void *jit_osr(Method *method, uint32_t il_offset);

/* Why a method that is interpreted has no compiled code. */
const char *jit_why_not(Method *method);

/* Has the end of the process end the worker and tidy the cache. */
void jit_at_exit(void);

#endif
