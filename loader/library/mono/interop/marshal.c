/* marshal.c - System.Runtime.InteropServices.Marshal. No COM. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loader/library/mono/reflection/objects.h"
#include "loader/library/mono/table.h"
#include "loader/interop/interop.h"
#include "loader/gc/object.h"
#include "loader/vm/exception.h"
#include "loader/vm/object.h"
#include "loader/vm/string.h"
#include "loader/vm/typert.h"
#include "loader/vm/vm.h"

/* -- memory -------------------------------------------------------------------- */

static void *checked(void *p)
{
    if (!p)
        exception_set_object(vm.out_of_memory);
    return p;
}

static void *alloc(uintptr_t size)
{
    return checked(malloc(size ? size : 4));
}

static void *alloc_i4(int32_t size)
{
    return size < 0 ? checked(NULL) : alloc((uintptr_t)size);
}

static void *re_alloc(void *p, uintptr_t size)
{
    return checked(realloc(p, size ? size : 1));
}

static void *re_alloc_task(void *p, int32_t size)
{
    if (!size) {
        free(p);
        return NULL;
    }
    return size < 0 ? checked(NULL) : checked(realloc(p, (size_t)size));
}

/* -- strings: BSTRs have their size in bytes before their characters ----------- */

enum {
    BSTR_PREFIX = 8
}; /* keeps the characters aligned; the size in its last 4 bytes */

static void *bstr_new(const uint16_t *chars, int32_t length)
{
    uint32_t size = (uint32_t)length * 2;
    char *block = checked(malloc(BSTR_PREFIX + size + 2));
    if (!block)
        return NULL;
    memcpy(block + BSTR_PREFIX - 4, &size, 4);
    memcpy(block + BSTR_PREFIX, chars, size);
    memset(block + BSTR_PREFIX + size, 0, 2);
    return block + BSTR_PREFIX;
}

static void bstr_free(char *bstr)
{
    if (bstr)
        free(bstr - BSTR_PREFIX);
}

static String *bstr_string(const char *bstr)
{
    uint32_t size;
    if (!bstr) {
        exception_argument_null("ptr");
        return NULL;
    }
    if (!exception_check_address(bstr))
        return NULL;
    memcpy(&size, bstr - 4, 4);
    return string_from_utf16((const uint16_t *)(const void *)bstr, size / 2);
}

static void *string_to_ansi(const uint16_t *chars, int32_t length)
{
    if (!chars)
        return NULL;
    char *copy = NULL;
    String *string = string_from_utf16(chars, (uint32_t)length);
    return string && string_copy_utf8(string, &copy) ? copy : NULL;
}

static void *string_to_uni(const uint16_t *chars, int32_t length)
{
    if (!chars)
        return NULL;
    size_t size = (size_t)length * 2;
    char *copy = checked(malloc(size + 2));
    if (copy) {
        memcpy(copy, chars, size);
        memset(copy + size, 0, 2);
    }
    return copy;
}

static String *ansi_string(const char *text)
{
    return text && exception_check_address(text) ? string_from_utf8(text) : NULL;
}

static String *ansi_string_n(const char *text, int32_t length)
{
    if (!text) {
        exception_argument_null("ptr");
        return NULL;
    }
    if (length < 0) {
        exception_argument("System.ArgumentException", "string",
                           "Illegal byte sequence encounted in the input.");
        return NULL;
    }
    bool good = !length || exception_check_address(text);
    return good ? string_from_utf8n(text, (size_t)length) : NULL;
}

static String *uni_string(const uint16_t *text)
{
    uint32_t n = 0;
    if (!text || !exception_check_address(text))
        return NULL;
    while (text[n])
        n++;
    return string_from_utf16(text, n);
}

static String *uni_string_n(const uint16_t *text, int32_t length)
{
    if (text && length > 0 && !exception_check_address(text))
        return NULL;
    if (text)
        return string_from_utf16(text, (uint32_t)length);
    exception_argument_null("ptr");
    return NULL;
}

/* -- arrays -------------------------------------------------------------------- */

static bool copy_check(Array *array, int32_t start, void *native, int32_t length)
{
    if (!array)
        return exception_argument_null("array");
    if (!native)
        return exception_argument_null("native");
    const char *argument = "System.ArgumentException";
    if (start < 0)
        return exception_argument(argument, "startIndex", "Must be >= 0");
    if (length < 0)
        return exception_argument(argument, "length", "Must be >= 0");
    if ((uint64_t)start + (uint64_t)length > array->length)
        return exception_argument(argument, "length",
                                  "start_index + length > array length");
    return !length || exception_check_address(native);
}

static void copy_to(Array *array, int32_t start, void *native, int32_t length,
                    void *element)
{
    (void)element;
    if (!copy_check(array, start, native, length))
        return;
    size_t size = array->object.vtable->elem_size;
    memcpy(native, array_data(array) + (size_t)start * size, (size_t)length * size);
}

static void copy_from(void *native, int32_t start, Array *array, int32_t length,
                      void *element)
{
    (void)element;
    if (!copy_check(array, start, native, length))
        return;
    size_t size = array->object.vtable->elem_size;
    memcpy(array_data(array) + (size_t)start * size, native, (size_t)length * size);
}

static void *element_address(Array *array, int32_t index)
{
    if (array)
        return array_data(array) + (size_t)index * array->object.vtable->elem_size;
    exception_argument_null("arr");
    return NULL;
}

/* -- structures ---------------------------------------------------------------- */

static int32_t size_of(Object *type)
{
    if (!type) {
        exception_argument_null("type");
        return 0;
    }
    return marshal_size(type_of_object(type));
}

static intptr_t offset_of(Object *type, String *field)
{
    if (!field) {
        exception_argument_null("fieldName");
        return 0;
    }
    char *name = string_to_utf8(field);
    int32_t offset = marshal_offset(type_of_object(type), name);
    free(name);
    return offset;
}

static void structure_to_ptr(Object *object, void *native, int32_t delete_old)
{
    if (!object || !native) {
        exception_argument_null(object ? "ptr" : "structure");
        return;
    }
    Type *type = object_type(object);
    if (!exception_check_address(native))
        return;
    if (delete_old)
        marshal_struct_destroy(type, native);
    marshal_struct_to_native(type, object_value(object), native);
}

static void ptr_to_object(void *native, Object *object)
{
    if (!object || !native)
        exception_argument_null(object ? "ptr" : "structure");
    else if (type_is_valuetype(object_type(object)))
        exception_argument("System.ArgumentException", "dst",
                           "Destination is a boxed value type.");
    else if (exception_check_address(native))
        marshal_struct_from_native(object_type(object), native, object_value(object));
}

static Object *ptr_to_structure(void *native, Object *type)
{
    if (!native)
        return NULL;
    if (!type) {
        exception_argument_null("type");
        return NULL;
    }
    if (!exception_check_address(native))
        return NULL;
    Object *object = object_new(type_of_object(type));
    if (!object ||
        !marshal_struct_from_native(object_type(object), native, object_value(object)))
        return NULL;
    return object;
}

static void destroy_structure(void *native, Object *type)
{
    if (native && type && exception_check_address(native))
        marshal_struct_destroy(type_of_object(type), native);
    else if (!native || !type)
        exception_argument_null(native ? "type" : "ptr");
}

/* -- functions ----------------------------------------------------------------- */

static void *to_function(Object *delegate)
{
    return interop_delegate_to_native(delegate);
}

static Object *to_delegate(void *function, Object *type)
{
    return interop_delegate_from_native(type_of_object(type), function);
}

static void prelink(Object *info)
{
    Method *method = info ? reflection_method_of(info) : NULL;
    if (method && method->flags & METHOD_PINVOKE)
        pinvoke_resolve(method);
}

static int32_t is_com_object(void)
{
    return 0;
}

static void nothing(void)
{
}

static void *no_com(void)
{
    exception_set("System.PlatformNotSupportedException", "COM is not supported.");
    return NULL;
}

static int32_t no_com_number(void)
{
    no_com();
    return 0;
}

const IcallRow icalls_marshal[] = {
    ICALL("AddRefInternal", NULL, no_com_number),
    ICALL("AllocCoTaskMem", NULL, alloc_i4),
    ICALL("AllocCoTaskMemSize", NULL, alloc),
    ICALL("AllocHGlobal", NULL, alloc),
    ICALL("copy_to_unmanaged_fixed", NULL, copy_to),
    ICALL("copy_from_unmanaged_fixed", NULL, copy_from),
    ICALL("DestroyStructure", NULL, destroy_structure),
    ICALL("FreeBSTR", NULL, bstr_free),
    ICALL("FreeCoTaskMem", NULL, free),
    ICALL("FreeHGlobal", NULL, free),
    ICALL("GetCCW", NULL, no_com),
    ICALL("GetComSlotForMethodInfoInternal", NULL, no_com_number),
    ICALL("GetIDispatchForObjectInternal", NULL, no_com),
    ICALL("GetIUnknownForObjectInternal", NULL, no_com),
    ICALL("GetObjectForCCW", NULL, no_com),
    ICALL("IsComObject", NULL, is_com_object),
    ICALL("GetLastWin32Error", NULL, interop_last_error),
    ICALL("OffsetOf", NULL, offset_of),
    ICALL("Prelink", NULL, prelink),
    ICALL("PrelinkAll", NULL, nothing),
    ICALL("PtrToStringAnsi", "(intptr)", ansi_string),
    ICALL("PtrToStringAnsi", "(intptr,int)", ansi_string_n),
    ICALL("PtrToStringUni", "(intptr)", uni_string),
    ICALL("PtrToStringUni", "(intptr,int)", uni_string_n),
    ICALL("PtrToStringBSTR", NULL, bstr_string),
    ICALL("PtrToStructure", "(intptr,object)", ptr_to_object),
    ICALL("PtrToStructure", "(intptr,System.Type)", ptr_to_structure),
    ICALL("QueryInterfaceInternal", NULL, no_com_number),
    ICALL("ReAllocCoTaskMem", NULL, re_alloc_task),
    ICALL("ReAllocHGlobal", NULL, re_alloc),
    ICALL("ReleaseInternal", NULL, no_com_number),
    ICALL("ReleaseComObjectInternal", NULL, no_com_number),
    ICALL("SizeOf", NULL, size_of),
    ICALL("StringToHGlobalAnsi", NULL, string_to_ansi),
    ICALL("StringToHGlobalUni", NULL, string_to_uni),
    ICALL("StructureToPtr", NULL, structure_to_ptr),
    ICALL("BufferToBSTR", NULL, bstr_new),
    ICALL("UnsafeAddrOfPinnedArrayElement", NULL, element_address),
    ICALL("GetDelegateForFunctionPointerInternal", NULL, to_delegate),
    ICALL("GetFunctionPointerForDelegateInternal", NULL, to_function),
    ICALL("SetLastWin32Error", NULL, interop_set_last_error),
    ICALLS_END,
};
