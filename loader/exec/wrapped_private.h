/* wrapped_private.h - objects that were thrown and are no exceptions. */
#ifndef LOADER_EXEC_WRAPPED_PRIVATE_H
#define LOADER_EXEC_WRAPPED_PRIVATE_H

#include "loader/gc/object.h"

Object *eh_wrap(Object *thrown); /* an exception for what is none */
bool eh_is_wrapper(const Object *exception);
/* What a handler or filter of that method gets for the exception. */
Object *eh_seen_by(const Method *catcher, Object *exception);

#endif
