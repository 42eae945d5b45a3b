/* delegate.h - delegates: what their Invoke calls. */
#ifndef LOADER_VM_DELEGATE_H
#define LOADER_VM_DELEGATE_H

#include "loader/gc/object.h"

/* Sets up a delegate object over (target, stable code address); NULL: pending. */
Object *delegate_new(Type *type, Object *target, void *code);
/* For reflection: over a Method. closed: target is its first argument. */
Object *delegate_new_method(Type *type, Object *target, Method *method);
/* The same for a delegate that is there, zeroed. False: pending. */
bool delegate_init(Object *delegate, Object *target, void *code);
bool delegate_init_method(Object *delegate, Object *target, Method *method);
Method *delegate_invoke(Type *type); /* Invoke; NULL: pending */
/* What one of several calls has as its code; NULL: pending. */
void *delegate_multicast_code(Type *type);
/* The method that a delegate's code was made for; NULL: native code. */
Method *delegate_code_method(void *code);
/* Fills invoke_impl and extra_arg for the fields that managed code set (Combine, ...).
 */
bool delegate_setup(Object *delegate);
/* Makes a zeroed one run what will be in its field `delegates`. */
bool delegate_setup_multicast(Object *delegate);
/* Calls an event handler (sender, event). False: pending exception. */
bool delegate_invoke_handler(Object *handler, Object *sender, Object *event);

#endif
