/* trace.h - the managed frames of a thread, now or when an exception was raised. */
#ifndef LOADER_EXEC_TRACE_H
#define LOADER_EXEC_TRACE_H

#include "loader/exec/bind_addresses.h"
#include "loader/gc/object.h"

/* The managed frames of the calling thread, innermost first. */
typedef bool FrameVisitor(void *user, const FrameInfo *frame); /* false: stop */
void exec_walk(FrameVisitor *visit, void *user);
/* Frame number `index`, innermost first, of the trace that raising put into an
 * exception (or into the object that an exception's _stackTrace holds); false past the
 * end. */
bool exec_trace_read(Object *exception, uint32_t index, FrameInfo *frame);
/* How many exceptions were raised so far, thrown again ones included. */
uint32_t exec_raised_count(void);
/* The exception that the calling thread raises next keeps the trace that it has, whose
 * last frame is marked (handed_on); the new frames come behind that. */
void exec_trace_keep(void);
/* The pending exception is raised as if n frames of the native method, which could not
 * be bound, were the innermost. */
void exec_trace_unbound(Method *method, uint8_t n);

#endif
