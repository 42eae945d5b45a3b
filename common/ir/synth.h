/* synth.h - methods without IL of their own whose bodies the importer makes up.
 *
 * They are Methods like others (one descriptor per kind and subject), so both back
 * ends, the sidecar and the JIT treat them alike. Their sig is what their callers see.
 */
#ifndef COMMON_IR_SYNTH_H
#define COMMON_IR_SYNTH_H

#include "common/types/types.h"

/* The method of that kind for a subject; made once, canonical. By kind, the subject and
 * what is done (fields as LibraryDelegate has them):
 *   DELEGATE_INVOKE     delegate type's Invoke, which is that method itself
 * (IMPL_RUNTIME; this is not called for it): calls code(first, args...) DELEGATE_STATIC
 * Invoke; this = the delegate: calls target(args...) DELEGATE_MULTICAST  Invoke; this =
 * the delegate: calls each of list UNBOX               a value type's instance method:
 * this is boxed; calls it with the address of the value and, if it needs one, the exact
 * type as context INSTANTIATE         an exact method with context argument: passes it
 *   DISPATCH            a virtual method: calls what `this` has for it
 *   VIRTUAL             a virtual method: called as if it were not, with its context
 *                       argument if it takes one; calls what overrides it */
Method *synth_method(SynthKind kind, Method *subject, Err *err);
Method *synth_subject(const Method *synth);
bool synth_is(const Method *method); /* has a body that is made up */

#endif
