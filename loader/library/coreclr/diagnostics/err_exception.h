/* err_exception.h - exceptions that say of what type or file they are. */
#ifndef LOADER_LIBRARY_CORECLR_DIAGNOSTICS_ERR_EXCEPTION_H
#define LOADER_LIBRARY_CORECLR_DIAGNOSTICS_ERR_EXCEPTION_H

#include "common/base/err.h"
#include "loader/gc/object.h"

/* NULL: pending, or the failure needs no more than its text. */
Object *err_exception(const Err *err);

#endif
