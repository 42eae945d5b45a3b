/* buffer.c - System.Buffer, System.Runtime.RuntimeImports. */
#include <string.h>

#include "loader/library/mono/table.h"
#include "loader/gc/barrier.h"
#include "loader/vm/exception.h"

/* Bytes of a primitive array, -1 for others. */
static int64_t byte_length(const Array *array)
{
    ElementType e = (ElementType)array->object.vtable->elem->element;
    bool primitive =
        (e >= ELEMENT_BOOLEAN && e <= ELEMENT_R8) || e == ELEMENT_I || e == ELEMENT_U;
    return primitive ? (int64_t)array->length * array->object.vtable->elem_size : -1;
}

static int32_t byte_length_icall(Array *array)
{
    return (int32_t)byte_length(array);
}

static int32_t block_copy(Array *source, int32_t source_offset, Array *target,
                          int32_t target_offset, int32_t count)
{
    int64_t have = byte_length(source), room = byte_length(target);
    if (source_offset < 0 || target_offset < 0 || count < 0 ||
        (int64_t)source_offset + count > have || (int64_t)target_offset + count > room)
        return 0;
    memmove(array_data(target) + target_offset, array_data(source) + source_offset,
            (size_t)count);
    return 1;
}

static void move_bytes(void *target, const void *source, size_t count)
{
    if (!count || (exception_check_address(target) && exception_check_address(source)))
        gc_move(target, source, count);
}

static void internal_memcpy(void *target, const void *source, int32_t count)
{
    move_bytes(target, source, (size_t)count);
}

static void zero_memory(void *target, uint32_t count)
{
    if (!count || exception_check_address(target))
        memset(target, 0, count);
}

static void move(void *target, const void *source, uint32_t count)
{
    move_bytes(target, source, count);
}

/* Count elements of a type, given as RuntimeTypeHandle's value. */
static void move_typed(void *target, const void *source, uint32_t count, Type *type)
{
    move_bytes(target, source, (size_t)count * type_value_size(type));
}

const IcallRow icalls_buffer[] = {
    ICALL("_ByteLength", NULL, byte_length_icall),
    ICALL("InternalBlockCopy", NULL, block_copy),
    ICALL("InternalMemcpy", NULL, internal_memcpy),
    ICALLS_END,
};

const IcallRow icalls_runtime_imports[] = {
    ICALL("ZeroMemory", NULL, zero_memory),
    ICALL("Memmove", NULL, move),
    ICALL("Memmove_wbarrier", NULL, move_typed),
    ICALLS_END,
};
