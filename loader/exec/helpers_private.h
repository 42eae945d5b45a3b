/* helpers_private.h - the C functions behind format/helpers.def. Those that raise do
 * not return; the interpreter uses them too. */
#ifndef LOADER_EXEC_HELPERS_PRIVATE_H
#define LOADER_EXEC_HELPERS_PRIVATE_H

#include "common/ir/ir.h"
#include "format/unit.h"
#include "loader/gc/object.h"

void *helper_resolve(void *unit, int32_t cell);
Object *helper_new_object(VTable *vtable);
Object *helper_new_object_type(Type *type);
Array *helper_new_array(VTable *vtable, int64_t length);
Array *helper_new_array_type(Type *array_type, int64_t length);
Array *helper_new_md(Type *array_type, int32_t n, const int32_t *words, int32_t lower);
Object *helper_new_delegate(Type *type, Object *target, void *code);
Object *helper_box(Type *type, const void *value);
void *helper_unbox(Type *type, Object *object);
void helper_unbox_nullable(Type *nullable, Object *object, void *result);
Object *helper_isinst(Type *type, Object *object);
Object *helper_castclass(Type *type, Object *object);
void helper_stelem_check(Array *array, Object *value);
void helper_ldelema_check(Array *array, Type *elem);
Object *helper_typeof(Type *type);
void *helper_static_base(Type *type);
void *helper_thread_static_base(Type *type);
void helper_run_cctor(Type *type);
void *helper_ldftn(Method *method);
Method *helper_virt(Object *object, Method *decl);
void *helper_method_entry(Method *method);
void *helper_iface(void *unit, int32_t cell, Object *object);
void *helper_iface_method(Object *object, Method *decl);
void *helper_lookup(void *context, const IrLookup *lookup);
Type *helper_this_context(Object *object, Type *canonical);
void helper_throw(Object *exception) __attribute__((noreturn));
void helper_rethrow(Object *exception) __attribute__((noreturn));
void helper_throw_null(void) __attribute__((noreturn));
void helper_throw_bounds(void) __attribute__((noreturn));
void helper_throw_div_zero(void) __attribute__((noreturn));
void helper_throw_overflow(void) __attribute__((noreturn));
void helper_throw_error(const IrError *error) __attribute__((noreturn));
void helper_writes_range(void *at, int64_t size);
void helper_stack_room(uint64_t size);
void *helper_part_room(void **rooms, uint64_t size);
struct TailCall *helper_tail_room(uint64_t bytes);
int32_t helper_eh_enter(void *frame, EhPart *body, const EhClause *clauses, int32_t n,
                        void *unit);
void helper_monitor_enter(Object *object);
void helper_monitor_exit(Object *object);

/* The C function behind helper `id` (format/helpers.def). */
void *helper_address(HelperId id);

#endif
