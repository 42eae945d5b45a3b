/* builder.c - StringBuilder: a buffer that native code writes text into. */
#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"
#include "loader/exec/invoke.h"
#include "loader/gc/barrier.h"
#include "loader/interop/native_private.h"
#include "loader/gc/object.h"
#include "loader/vm/array.h"
#include "loader/vm/object.h"
#include "loader/vm/string.h"
#include "loader/vm/vm.h"
#include "loader/vm/member.h"

static uint32_t builder_capacity(Object *object)
{
    return (*field_string_builder_chars(object))->length +
           (uint32_t)*field_string_builder_offset(object);
}

bool builder_to_native(Object *object, bool utf16, void **native)
{
    *native = NULL;
    if (!object)
        return true;
    String *text[2] = {NULL, NULL};
    void *args[] = {&object};
    if (!method_invoke(method_string_builder_to_string(), args, text))
        return false;
    uint32_t room = builder_capacity(object);
    char *bytes;
    if (!(utf16 ? string_copy_utf16(text[0], &bytes)
                : string_copy_utf8(text[0], &bytes)))
        return false;
    size_t used = utf16 ? 2 * ((size_t)text[0]->length + 1) : strlen(bytes) + 1;
    size_t size = ((size_t)room + 1) * (utf16 ? 2 : 4);
    *native = marshal_alloc(1, size > used ? size : used);
    if (*native)
        memcpy(*native, bytes, used);
    free(bytes);
    return *native != NULL;
}

bool builder_from_native(Object *object, bool utf16, const void *native)
{
    if (!object || !native)
        return true;
    uint32_t room = builder_capacity(object);
    uint32_t n = 0;
    const uint16_t *chars = native;
    if (!utf16) {
        String *text = string_from_utf8(native);
        if (!text)
            return false;
        chars = text->chars;
    }
    while (chars[n])
        n++;
    Array *fresh = array_new_of(vm.world->known.char_, n > room ? n : room);
    if (!fresh)
        return false;
    memcpy(fresh->data, chars, 2 * (size_t)n);
    field_string_builder_chars_set(object, fresh);
    field_string_builder_previous_set(object, NULL);
    *field_string_builder_length(object) = (int32_t)n;
    *field_string_builder_offset(object) = 0;
    return true;
}

bool builder_new(Type *type, bool utf16, const void *native, Object **out)
{
    *out = NULL;
    if (!native)
        return true;
    Object *object = object_new(type);
    Method *ctor = object ? type_find_method(type, ".ctor", 0) : NULL;
    uint64_t ignored[2];
    void *args[] = {&object};
    if (!ctor || !method_invoke(ctor, args, ignored) ||
        !builder_from_native(object, utf16, native))
        return false;
    gc_store(out, object);
    return true;
}
