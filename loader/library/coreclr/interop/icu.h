/* icu.h - when ICU is loaded. */
#ifndef LOADER_LIBRARY_CORECLR_INTEROP_ICU_H
#define LOADER_LIBRARY_CORECLR_INTEROP_ICU_H

#include "common/types/types.h"

/* What answers CoreLib's request to load ICU: a C function, or NULL when the method is
 * something else or is to be called as it stands. */
void *icu_loader(Method *method);
/* A function of a native library is about to be looked up; dll: the name that it was
 * opened by, NULL: not known. Ends the process if that is the one which needs ICU and
 * ICU can't be loaded any more. */
void icu_look_up(void *library, const char *dll);

#endif
