/* synth.h - methods without IL of their own whose bodies the importer makes up.
 *
 * They are Methods like others (one descriptor per kind and subject), so both back
 * ends, the sidecar and the JIT treat them alike. Their sig is what their callers see.
 */
#ifndef COMMON_IR_SYNTH_H
#define COMMON_IR_SYNTH_H

#include "common/types/types.h"

/* Continues SynthKind. The subject of each: */
enum {
    SYNTH_DELEGATE_INVOKE = 16, /* delegate type's Invoke (it is that method itself):
                                 * calls invoke_impl(extra_arg, args...) */
    SYNTH_DELEGATE_STATIC, /* Invoke; this = the delegate: calls method_ptr(args...) */
    SYNTH_DELEGATE_MULTICAST, /* Invoke; this = the delegate: each of delegates[] */
    SYNTH_UNBOX,              /* a value type's instance method: this is boxed; calls it
                               * with the address of the value and, if it needs one, the
                               * exact type as context */
    SYNTH_INSTANTIATE,        /* an exact method with context argument: passes it */
    SYNTH_DISPATCH,           /* a virtual method: calls what `this` has for it */
    SYNTH_VIRTUAL, /* a virtual method: called as if it were not, with its context
                    * argument if it takes one; calls what overrides it */
};

/* The method of that kind for a subject; made once, canonical. Delegate Invoke methods
 * (IMPL_RUNTIME) are imported as SYNTH_DELEGATE_INVOKE without calling this. */
Method *synth_method(uint8_t kind, Method *subject, Err *err);
Method *synth_subject(const Method *synth);
bool synth_is(const Method *method); /* has a body that is made up */

#endif
