/* arg_iterator.c - System.ArgIterator: the variable arguments of a method, which lie in
 * a long[] (common/ir/import_vararg.c). Its fields of machine words are ours to use.
 */
#include "loader/library/mono/reflection/reflection.h"
#include "loader/library/mono/table.h"
#include "loader/library/mono/core/typed_reference.h"

enum { WORDS_PER_ARGUMENT = 2 };

static struct {
    Field *args, *next, *count;
} fields;

static void fields_find(Type *type)
{
    if (fields.count)
        return;
    fields.args = field_of(type, "args");
    fields.next = field_of(type, "next_arg");
    fields.count = field_of(type, "num_args");
}

/* A value's fields: their offsets are from the value's own start. */
static Array **args_of(void *self)
{
    return (Array **)((char *)self + fields.args->offset);
}

static int32_t *next_of(void *self)
{
    return (int32_t *)((char *)self + fields.next->offset);
}

static void setup(void *self, Array *list, intptr_t start)
{
    static Type *iterator;
    (void)start;
    fields_find(reflection_known(&iterator, "System", "ArgIterator"));
    *args_of(self) = list;
    *next_of(self) = 0;
    *(int32_t *)((char *)self + fields.count->offset) =
        (int32_t)(list->length / WORDS_PER_ARGUMENT);
}

static void *const *peek(void *self)
{
    Array *list = *args_of(self);
    uint32_t at = (uint32_t)*next_of(self) * WORDS_PER_ARGUMENT;
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
    ++*next_of(self);
}

static void next_with_type(void *self, TypedRef *out, Type *type)
{
    void *const *argument = peek(self);
    if (!argument)
        return;
    *out = (TypedRef){type, argument[1], type};
    ++*next_of(self);
}

const IcallRow icalls_arg_iterator[] = {
    ICALL("Setup", NULL, setup),
    ICALL("IntGetNextArg", NULL, next),
    ICALL("IntGetNextArgType", NULL, next_type),
    ICALL("IntGetNextArgWithType", NULL, next_with_type),
    ICALLS_END,
};
