/* unwind_private.h - the walk over the calling thread's frames.
 *
 * The unwinder is libgcc's, in a copy of our own (the Makefile makes it of libgcc_eh.a
 * and renames what it defines): only so do its questions reach us however the library
 * got into the process. Nobody else's unwinder sees compiled code; it ends there as it
 * does at code of any other JIT.
 */
#ifndef LOADER_EXEC_UNWIND_PRIVATE_H
#define LOADER_EXEC_UNWIND_PRIVATE_H

#include <dlfcn.h>
#include <unwind.h>

typedef struct _Unwind_Context UnwindContext;

/* From the caller outwards, until visit returns something else than _URC_NO_REASON. */
_Unwind_Reason_Code unwind_backtrace(_Unwind_Trace_Fn visit, void *user);
_Unwind_Ptr unwind_get_ip(UnwindContext *context);
_Unwind_Ptr unwind_get_ip_info(UnwindContext *context, int *at_instruction);
/* By DWARF number; of a frame that is returned to, those that a callee preserves. */
_Unwind_Word unwind_get_register(UnwindContext *context, int number);
/* The stack pointer of a frame as its callee returns. */
_Unwind_Word unwind_get_sp(UnwindContext *context);

/* What the unwinder asks; 0: found. */
int unwind_find_object(void *pc, struct dl_find_object *found);

#endif
