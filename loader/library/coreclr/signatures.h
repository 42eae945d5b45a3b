/* signatures.h - what the class library passes to its FCalls and QCalls.
 *
 * The functions are written for the methods of one build of System.Private.CoreLib. A
 * serviced one may declare such a method with other parameters; called all the same,
 * the function would take them for what they are not.
 */
#ifndef LOADER_LIBRARY_CORECLR_SIGNATURES_H
#define LOADER_LIBRARY_CORECLR_SIGNATURES_H

#include "common/types/types.h"

/* The words of abi.h that the method's callers pass, without the generic context, and
 * those of its result: "pil:v". i, l: 32 and 64 bits, f, d: floating point; the result
 * v: none, m: in memory. Memory of arena; NULL: err. */
const char *signature_words(Arena *arena, Method *method, Err *err);
/* Under which its row stands: a QCall's entry point, of an FCall (entry NULL) the name
 * with its class. Memory of arena. */
const char *signature_name(Arena *arena, const Method *method, const char *entry);
/* The words that the function of that name is for, the first at *at (0 at first); NULL:
 * no more. */
const char *signature_next(const char *name, uint32_t *at);
/* Does the method pass what its function takes? False: a pending exception says what
 * differs. */
bool signature_check(Method *method, const char *entry);

#endif
