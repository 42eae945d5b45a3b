/* member.h - types and members of the class library that the runtime reaches by name.
 *
 * The tables of names are common/library's, by tag (members.h); each row has an
 * accessor here, or in loader/library's part of the library:
 *
 *   known_TAG()         the type, at LEVEL_NAMED
 *   field_TAG(object)   address of the field, as a pointer to its C type; object: a
 *                       reference, or the start of a value
 *   static_TAG()        the same of a static field; its class is initialised. NULL:
 *                       pending exception
 *   method_TAG()        the method
 *
 * Each is looked up when it is first asked for, and then kept. One that is not there,
 * or is of another type, ends the process: a line that names it, and code 125.
 */
#ifndef LOADER_VM_MEMBER_H
#define LOADER_VM_MEMBER_H

#include "common/library/members.h"
#include "loader/vm/thread.h"
#include "loader/gc/barrier.h"

/* What a field holds, by the C type that its accessor has. */
typedef enum FieldShape {
    SHAPE_REFERENCE,
    SHAPE_STRING,
    SHAPE_ARRAY, /* also declared as an object, which the runtime makes an array */
    SHAPE_BYTE,
    SHAPE_SHORT,
    SHAPE_INT,
    SHAPE_LONG,
    SHAPE_WORD /* native integers, pointers, structures of one such */
} FieldShape;

/* clang-format off */
#define FIELD_SHAPE(ctype)                                                             \
    _Generic((ctype){0},                                                               \
        Object *: SHAPE_REFERENCE,                                                     \
        String *: SHAPE_STRING,                                                        \
        Array *:  SHAPE_ARRAY,                                                         \
        uint8_t:  SHAPE_BYTE,                                                          \
        int16_t:  SHAPE_SHORT,                                                         \
        uint16_t: SHAPE_SHORT,                                                         \
        int32_t:  SHAPE_INT,                                                           \
        uint32_t: SHAPE_INT,                                                           \
        int64_t:  SHAPE_LONG,                                                          \
        default:  SHAPE_WORD)
/* clang-format on */

/* What was found: of an instance field its offset + 1, else the descriptor. */
extern uintptr_t member_found[MEMBER_MAX];

Type *known_type(uint32_t tag);
uintptr_t member_find_offset(uint32_t tag, FieldShape shape);
void *member_static(uint32_t tag, FieldShape shape);
Method *member_method(uint32_t tag, const char *signature);

/* Of whatever value was found first all threads find the same. */
static inline void *member_at(const void *object, uint32_t tag, FieldShape shape)
{
    uintptr_t found = __atomic_load_n(&member_found[tag], __ATOMIC_RELAXED);
    if (__builtin_expect(!found, 0))
        found = member_find_offset(tag, shape);
    return (char *)object + (found - 1);
}

/* What lies at a field is about to change. */
static inline void member_writes(void *at, FieldShape shape)
{
    if (shape <= SHAPE_ARRAY)
        gc_writes(at);
}

/* The same for a table that goes by names; NULL: an Err that says what is wrong. */
Type *known_type_find(uint32_t tag, Err *err);
Field *member_field_find(uint32_t tag, FieldShape shape, bool is_static, Err *err);
Method *member_method_find(uint32_t tag, const char *signature, Err *err);

#define MEMBER_TYPE(tag)                                                               \
    static inline Type *known_##tag(void)                                              \
    {                                                                                  \
        return known_type(KNOWN_##tag);                                                \
    }
/* Where a reference lies is only for reading. */
/* clang-format off */
#define FIELD_PLACE(ctype)                                                             \
    __typeof__(_Generic((ctype){0},                                                    \
        Object *: (Object *const *)0,                                                  \
        String *: (String *const *)0,                                                  \
        Array *:  (Array *const *)0,                                                   \
        default:  (ctype *)0))
/* clang-format on */
#define MEMBER_FIELD(tag, ctype)                                                       \
    static inline FIELD_PLACE(ctype) field_##tag(const void *object)                   \
    {                                                                                  \
        return member_at(object, MEMBER_##tag, FIELD_SHAPE(ctype));                    \
    }                                                                                  \
    static inline void field_##tag##_set(const void *object, ctype value)              \
    {                                                                                  \
        ctype *at = member_at(object, MEMBER_##tag, FIELD_SHAPE(ctype));               \
        member_writes(at, FIELD_SHAPE(ctype));                                         \
        *at = value;                                                                   \
    }
#define MEMBER_STATIC(tag, ctype)                                                      \
    static inline ctype *static_##tag(void)                                            \
    {                                                                                  \
        return member_static(MEMBER_##tag, FIELD_SHAPE(ctype));                        \
    }
#define MEMBER_METHOD(tag, signature)                                                  \
    static inline Method *method_##tag(void)                                           \
    {                                                                                  \
        return member_method(MEMBER_##tag, signature);                                 \
    }

#define TYPE(tag) MEMBER_TYPE(tag)
#define FIELD(tag, ctype) MEMBER_FIELD(tag, ctype)
#define STATIC(tag, ctype) MEMBER_STATIC(tag, ctype)
#define METHOD(tag, signature) MEMBER_METHOD(tag, signature)
#include "common/library/members.def"
#undef TYPE
#undef FIELD
#undef STATIC
#undef METHOD

#endif
