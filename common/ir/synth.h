/* synth.h - methods without IL of their own whose bodies the importer makes up.
 *
 * They are Methods like others (one descriptor per kind and subject), so both back
 * ends, the sidecar and the JIT treat them alike. Their sig is what their callers see.
 */
#ifndef COMMON_IR_SYNTH_H
#define COMMON_IR_SYNTH_H

#include "common/types/types.h"

/* The method of that kind (synths.def) for a subject; made once, canonical. Delegate
 * Invoke methods (IMPL_RUNTIME) are imported as SYNTH_DELEGATE_INVOKE without this. */
Method *synth_method(SynthKind kind, Method *subject, Err *err);
Method *synth_subject(const Method *synth);
/* The method for whose sake a synthesised one exists: it belongs where that does;
 * others themselves. */
const Method *synth_base(const Method *method);
/* What delegates point at is shared between instances, as their Invoke is: the shared
 * one; other methods are themselves. */
Method *synth_shared(Method *method);
bool synth_is(const Method *method); /* has a body that is made up */

#endif
