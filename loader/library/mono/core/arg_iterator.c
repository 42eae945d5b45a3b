/* arg_iterator.c - System.ArgIterator: the variable arguments of a method, which lie in
 * a long[] (common/ir/import_vararg.c). Its fields of machine words are ours to use.
 */
#include "loader/gc/barrier.h"
#include "loader/library/mono/reflection/objects.h"
#include "loader/library/mono/members.h"
#include "loader/library/mono/table.h"
#include "loader/library/mono/core/typed_reference.h"
#include "loader/gc/object.h"
#include "loader/vm/array.h"
#include "loader/vm/exception.h"

enum { WORDS_PER_ARGUMENT = 2 };

static Array **args_of(void *self)
{
    return (Array **)field_arg_iterator_args(self);
}

static void setup(void *self, Array *list, intptr_t start)
{
    (void)start;
    gc_store(args_of(self), list);
    *field_arg_iterator_next(self) = 0;
    *field_arg_iterator_count(self) = (int32_t)(list->length / WORDS_PER_ARGUMENT);
}

static void *const *peek(void *self)
{
    Array *list = *args_of(self);
    uint32_t at = (uint32_t)*field_arg_iterator_next(self) * WORDS_PER_ARGUMENT;
    if (at < list->length)
        return &ARRAY_AT(list, void *, at);
    exception_set("System.InvalidOperationException", "Invalid iterator position.");
    return NULL;
}

static Type *next_type(void *self)
{
    void *const *argument = peek(self);
    return argument ? argument[0] : NULL;
}

static void next(void *self, TypedRef *out)
{
    void *const *argument = peek(self);
    if (!argument)
        return;
    *out = (TypedRef){argument[0], argument[1], argument[0]};
    ++*field_arg_iterator_next(self);
}

static void next_with_type(void *self, TypedRef *out, Type *type)
{
    void *const *argument = peek(self);
    if (!argument)
        return;
    *out = (TypedRef){type, argument[1], type};
    ++*field_arg_iterator_next(self);
}

const IcallRow icalls_arg_iterator[] = {
    ICALL("Setup", NULL, setup),
    ICALL("IntGetNextArg", NULL, next),
    ICALL("IntGetNextArgType", NULL, next_type),
    ICALL("IntGetNextArgWithType", NULL, next_with_type),
    ICALLS_END,
};
