/* layout.h - what compiled code knows of objects, vtables and frames at run time.
 *
 * The numbers are in layout.def. The runtime defines its structs from them; the static
 * asserts in loader/vm hold them together. Whatever changes here, or there, makes every
 * image stale (format/version.h).
 */
#ifndef FORMAT_LAYOUT_H
#define FORMAT_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

#include "common/types/types.h"

enum {
#define LAYOUT(name, value) name = value,
#define LAYOUT_OF(name, value)
#include "format/layout.def"
#undef LAYOUT
#undef LAYOUT_OF
};

/* An interface call's cache: one immutable pair, replaced whole. The cell points at it.
 */
typedef struct IfaceCache {
    void *vtable; /* of the object that it answers for */
    void *target; /* code address */
} IfaceCache;

/* A protected region in compiled code (crossgen/codegen/eh.c). Its code is outlined
 * into parts: functions over a frame struct on the stack of the method's own function.
 * The region is run by helper eh_enter(frame, body, clauses, n, unit), the only frame
 * with a personality. The clause table lies on the caller's stack, filled before the
 * call (so the image needs no relocations) and unchanged until the call ends. eh_enter
 *
 *   - calls body(frame, NULL) and returns what it returns: the index of the leave that
 *     ended it;
 *   - when an exception passes, tries CATCH and FILTER clauses in order in the search
 *     phase (FILTER: filter(frame, exception) != 0; an exception inside means 0). If
 *     one takes it: unwinds to here, calls handler(frame, exception) outside the
 *     region, with the exception rooted for its duration, and returns its result
 *     (leave indices of body and handlers are of one numbering);
 *   - in the cleanup phase of an exception that passes through, calls the handlers of
 *     FINALLY and FAULT clauses as handler(frame, exception), in order, and continues
 *     to unwind.
 *
 * After eh_enter returns normally, compiled code itself calls the finally parts and
 * goes on with the leave: the runtime runs finally and fault parts only while it
 * unwinds. */
typedef enum EhKind { EH_CATCH, EH_FILTER, EH_FINALLY, EH_FAULT } EhKind;

/* int32 part(void *frame, Object *exception). Try bodies and catch handlers return the
 * index of their leave; filters return 0 or 1; finally and fault parts return 0. */
typedef int32_t EhPart(void *frame, void *exception);

typedef struct EhClause {
    int32_t kind; /* EhKind */
    int32_t type; /* CATCH: index of a TYPE cell of the unit; else 0 */
    EhPart *handler;
    EhPart *filter; /* FILTER; else undefined */
} EhClause;

#endif
