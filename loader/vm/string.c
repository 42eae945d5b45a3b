/* string.c - strings, their conversions, and the intern table. */
#include <stdlib.h>
#include <string.h>

#include "common/base/hash.h"
#include "common/base/lock.h"
#include "common/base/mem.h"
#include "loader/gc/gc.h"
#include "loader/vm/vm.h"
#include "loader/gc/object.h"
#include "loader/vm/exception.h"
#include "loader/vm/string.h"
#include "loader/vm/typert.h"

enum { MAX_LENGTH = 0x3fffffdf, SURROGATE_HIGH = 0xd800, SURROGATE_LOW = 0xdc00 };

static struct {
    String **slots; /* uncollectable: interned strings live for ever */
    size_t room, n;
    Lock lock;
} interned = {.lock = LOCK_INIT(LOCK_LEAF)};

String *string_new(uint32_t length)
{
    static VTable *vtable;
    if (!vtable)
        vtable = type_vtable(vm.world->known.string);
    if (!vtable)
        return NULL;
    String *string = NULL;
    if (length <= MAX_LENGTH)
        string = (String *)gc_alloc_sized(vtable, STRING_CHARS_OFFSET +
                                                      2 * ((size_t)length + 1));
    const char *text = vm.world->library->string_text;
    if (!string && length > MAX_LENGTH && text) {
        exception_set("System.OutOfMemoryException", "%s", text);
        return NULL;
    }
    if (!string) {
        exception_set_object(vm.out_of_memory);
        return NULL;
    }
    string->length = (int32_t)length;
    return string;
}

String *string_from_utf16(const uint16_t *chars, uint32_t length)
{
    String *string = string_new(length);
    if (string)
        memcpy(string->chars, chars, 2 * (size_t)length);
    return string;
}

/* -- UTF-8 --------------------------------------------------------------------- */

/* Decodes one character; U+FFFD and one byte for what is not UTF-8. */
static uint32_t utf8_decode(const uint8_t *at, const uint8_t *end, size_t *used)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    uint8_t c = *at;
    *used = 1;
    if (c < 0x80)
        return c;
    unsigned n = c >= 0xf0 && c < 0xf8 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 0;
    if (!n || c >= 0xf8 || (size_t)(end - at) < n)
        return 0xfffd;
    uint32_t v = c & (0x7fu >> n);
    for (unsigned i = 1; i < n; i++) {
        if ((at[i] & 0xc0) != 0x80)
            return 0xfffd;
        v = v << 6 | (at[i] & 0x3f);
    }
    if (v < least[n] || v > 0x10ffff || (v >= SURROGATE_HIGH && v < 0xe000))
        return 0xfffd;
    *used = n;
    return v;
}

/* Writes UTF-16 to out unless it is NULL; the number of code units. */
static uint32_t utf8_to_utf16(const char *text, size_t size, uint16_t *out)
{
    const uint8_t *at = (const uint8_t *)text, *end = at + size;
    uint32_t n = 0;
    while (at < end) {
        size_t used;
        uint32_t c = utf8_decode(at, end, &used);
        at += used;
        if (c < 0x10000) {
            if (out)
                out[n] = (uint16_t)c;
            n++;
            continue;
        }
        if (out) {
            out[n] = (uint16_t)(SURROGATE_HIGH + ((c - 0x10000) >> 10));
            out[n + 1] = (uint16_t)(SURROGATE_LOW + (c & 0x3ff));
        }
        n += 2;
    }
    return n;
}

String *string_from_utf8n(const char *text, size_t size)
{
    String *string = string_new(utf8_to_utf16(text, size, NULL));
    if (string)
        utf8_to_utf16(text, size, string->chars);
    return string;
}

String *string_from_utf8(const char *text)
{
    return string_from_utf8n(text, strlen(text));
}

static char *utf8_put(char *out, uint32_t c)
{
    if (c < 0x80) {
        *out++ = (char)c;
    } else if (c < 0x800) {
        *out++ = (char)(0xc0 | c >> 6);
        *out++ = (char)(0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
        *out++ = (char)(0xe0 | c >> 12);
        *out++ = (char)(0x80 | (c >> 6 & 0x3f));
        *out++ = (char)(0x80 | (c & 0x3f));
    } else {
        *out++ = (char)(0xf0 | c >> 18);
        *out++ = (char)(0x80 | (c >> 12 & 0x3f));
        *out++ = (char)(0x80 | (c >> 6 & 0x3f));
        *out++ = (char)(0x80 | (c & 0x3f));
    }
    return out;
}

/* At most: half of a surrogate pair counts as much as any unit. */
static size_t utf8_room(const String *string)
{
    size_t size = 1;
    for (int32_t i = 0; i < string->length; i++)
        size += string->chars[i] < 0x80 ? 1 : string->chars[i] < 0x800 ? 2 : 3;
    return size;
}

static char *utf8_write(const String *string, char *text)
{
    char *out = text;
    for (int32_t i = 0; i < string->length; i++) {
        uint32_t c = string->chars[i];
        bool high = c >= SURROGATE_HIGH && c < SURROGATE_LOW;
        uint32_t next = i + 1 < string->length ? string->chars[i + 1] : 0;
        if (high && next >= SURROGATE_LOW && next < 0xe000) {
            c = 0x10000 + ((c - SURROGATE_HIGH) << 10) + (next - SURROGATE_LOW);
            i++;
        } else if (c >= SURROGATE_HIGH && c < 0xe000) {
            c = 0xfffd;
        }
        out = utf8_put(out, c);
    }
    *out = '\0';
    return text;
}

char *string_to_utf8(const String *string)
{
    return string ? utf8_write(string, mem_alloc(utf8_room(string))) : NULL;
}

bool string_copy_utf8(const String *string, char **out)
{
    *out = string ? malloc(utf8_room(string)) : NULL;
    if (*out)
        utf8_write(string, *out);
    return *out || !string || exception_set_object(vm.out_of_memory);
}

/* -- interning ----------------------------------------------------------------- */

static uint64_t chars_hash(const uint16_t *chars, uint32_t length)
{
    return hash_bytes(chars, 2 * (size_t)length);
}

/* The slot of an equal string, or the free one where it belongs. */
static String **intern_slot(const uint16_t *chars, uint32_t length)
{
    size_t i = chars_hash(chars, length) & (interned.room - 1);
    for (;; i = (i + 1) & (interned.room - 1)) {
        String *s = interned.slots[i];
        if (!s || ((uint32_t)s->length == length &&
                   !memcmp(s->chars, chars, 2 * (size_t)length)))
            return &interned.slots[i];
    }
}

static bool intern_grow(void)
{
    if (interned.n * 4 < interned.room * 3)
        return true;
    String **old = interned.slots;
    size_t old_room = interned.room, room = old_room ? old_room * 2 : 1024;
    String **slots = gc_try_uncollectable(room * sizeof *slots);
    if (!slots)
        return exception_set_object(vm.out_of_memory);
    interned.room = room;
    interned.slots = slots;
    for (size_t i = 0; i < old_room; i++)
        if (old[i])
            *intern_slot(old[i]->chars, (uint32_t)old[i]->length) = old[i];
    if (old)
        gc_free(old);
    return true;
}

/* string: the one to enter, or NULL to make one of chars when there is none yet. */
static String *intern_chars(const uint16_t *chars, uint32_t length, String *string)
{
    String *found = NULL;
    lock_acquire(&interned.lock);
    if (intern_grow()) {
        String **slot = intern_slot(chars, length);
        if (!*slot) {
            *slot = string ? string : string_from_utf16(chars, length);
            interned.n += *slot != NULL;
        }
        found = *slot;
    }
    lock_release(&interned.lock);
    return found;
}

String *string_intern(String *string)
{
    return intern_chars(string->chars, (uint32_t)string->length, string);
}

String *string_is_interned(String *string)
{
    lock_acquire(&interned.lock);
    String *found = NULL;
    if (interned.room)
        found = *intern_slot(string->chars, (uint32_t)string->length);
    lock_release(&interned.lock);
    return found;
}

String *string_literal(Assembly *assembly, uint32_t token)
{
    Bytes utf16;
    if (assembly->dynamic) {
        Err err = ERR_INIT;
        String *string = dynamic_ref(assembly, token, DYNAMIC_STRING, &err);
        if (!string)
            exception_set_err(&err);
        return string;
    }
    if (!image_user_string(assembly->image, TOKEN_RID(token), &utf16)) {
        exception_set("System.BadImageFormatException", "%s: bad string token %08x",
                      assembly->name, token);
        return NULL;
    }
    uint32_t length = (uint32_t)(utf16.size / 2);
    if ((uintptr_t)utf16.data % 2 == 0)
        return intern_chars((const uint16_t *)(const void *)utf16.data, length, NULL);
    String *copy = string_new(length);
    if (!copy)
        return NULL;
    memcpy(copy->chars, utf16.data, 2 * (size_t)length);
    return string_intern(copy);
}
