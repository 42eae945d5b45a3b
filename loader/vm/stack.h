/* stack.h - what is kept free of each stack. Included by assembly: only macros. */
#ifndef LOADER_VM_STACK_H
#define LOADER_VM_STACK_H

/* What C code of the runtime may need of a stack. */
#define STACK_RESERVE (192 << 10)

#endif
