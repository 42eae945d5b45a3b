/* icall.h - internal calls: the C functions behind the class libraries' extern methods.
 *
 * icalls.def lists the types, sorted by name, and a C file has the functions of one or
 * of a few related types with their rows (table.h). A function takes the words of abi.h
 * as a C function of the same parameter list: objects are pointers (this first),
 * ref/out are pointers, small integers int32_t, structs as abi.h splits them. To raise,
 * it sets the pending exception (vm.h) and returns anything; its caller raises.
 */
#ifndef LOADER_LIBRARY_MONO_ICALL_H
#define LOADER_LIBRARY_MONO_ICALL_H

#include "common/types/types.h"

/* The row of an internal call that the class library declares, or NULL. Overloads are
 * told apart by `sig`, the parameter list as method_name writes it ("(int,int)"); NULL
 * in the table: any. What a program declares under the name of a library's class is
 * none: nobody has compared its signature with the function's. */
const struct IcallRow *icall_row(Method *method);
/* The row's C function, if its prototype has been compared with just this declaration:
 * a class library of another version may declare another one. */
void *icall_find(Method *method);
/* A row of declared.def: "Namespace.Type:Method (int,string) bool, static". */
char *icall_declaration(Arena *arena, Method *method);

#endif
