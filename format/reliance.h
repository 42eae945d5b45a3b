/* reliance.h - what the code of a method relies on. */
#ifndef FORMAT_RELIANCE_H
#define FORMAT_RELIANCE_H

#include "format/unit.h"

typedef void RelianceFn(void *user, const Fact *fact);

/* Calls f for all that code made of ir takes from elsewhere and does not look up at run
 * time; the same may come twice. osr: code that continues the interpreter's frame.
 * What the code has of other methods (copies for GCC to inline) is theirs to say. */
void reliance_of(const IrMethod *ir, bool osr, RelianceFn *f, void *user);
/* Records all that as facts of the unit's method in progress. */
void reliance_record(UnitBuilder *unit, const IrMethod *ir, bool osr);

#endif
