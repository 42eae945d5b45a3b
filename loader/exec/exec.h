/* exec.h - running methods: interpreter, compiled code, the way between them,
 * unwinding.
 *
 * Headers named X_private.h are this folder's own; the others are for the floors above:
 * method.h and invoke.h to run methods, natives.h to give some their C functions, eh.h
 * to raise, trace.h to see who runs.
 */
#ifndef LOADER_EXEC_EXEC_H
#define LOADER_EXEC_EXEC_H

void exec_start(void); /* stubs, signal handlers, vm_methods */

#endif
