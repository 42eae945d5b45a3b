/* subject_print.c - subjects as people read them, without a World.
 *
 * Reasons of --stats and r2rinspect must name what is not there any more, so nothing is
 * looked up: text comes from the bytes and their names alone, as
 *
 *   System.Collections.Generic.List`1[System.Int32]:Add
 *   (unbox) Point:ToString
 *   App/Nested[,][]
 *
 * The bytes may be damaged when they are printed: what leads nowhere is "?", and what
 * would not end is cut off.
 */
#include "format/subject.h"

#include <string.h>

typedef struct Printer {
    const SubjectReader *reader;
    Buffer *out;
    uint32_t steps;
} Printer;

enum { PRINT_STEPS = 300 };

static void print_subject(Printer *p, uint32_t offset);

static void print_reference(Printer *p, Cursor *c, uint32_t from)
{
    uint32_t to = cursor_compressed(c);
    if (to && to < from)
        print_subject(p, to);
    else
        buffer_printf(p->out, "?");
}

static void print_list(Printer *p, Cursor *c, uint32_t from, const char *brackets)
{
    uint32_t n = cursor_compressed(c);
    for (uint32_t i = 0; i < n && !c->failed && p->steps < PRINT_STEPS; i++) {
        buffer_printf(p->out, "%c", i ? ',' : brackets[0]);
        print_reference(p, c, from);
    }
    if (n)
        buffer_printf(p->out, "%c", brackets[1]);
}

static const char *print_name(Printer *p, Cursor *c)
{
    return subject_reader_name(p->reader, cursor_compressed(c));
}

static void print_definition(Printer *p, uint8_t tag, Cursor *c, uint32_t from)
{
    cursor_compressed(c);
    cursor_compressed(c);
    if (tag == TAG_NESTED) {
        print_reference(p, c, from);
        buffer_printf(p->out, "/%s", print_name(p, c));
        return;
    }
    const char *name_space = print_name(p, c);
    buffer_printf(p->out, "%s%s%s", name_space, *name_space ? "." : "",
                  print_name(p, c));
}

static void print_type(Printer *p, uint8_t tag, Cursor *c, uint32_t from)
{
    switch (tag) {
    case TAG_TYPE:
    case TAG_NESTED:
        print_definition(p, tag, c, from);
        break;
    case TAG_INSTANCE:
        print_reference(p, c, from);
        print_list(p, c, from, "[]");
        break;
    case TAG_SZARRAY:
    case TAG_PTR:
    case TAG_BYREF:
        print_reference(p, c, from);
        buffer_printf(p->out, "%s",
                      tag == TAG_SZARRAY ? "[]" : (tag == TAG_PTR ? "*" : "&"));
        break;
    case TAG_ARRAY: {
        print_reference(p, c, from);
        uint32_t rank = cursor_compressed(c);
        buffer_printf(p->out, "[%.*s]", rank <= 32 && rank ? (int)rank - 1 : 0,
                      ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,");
        break;
    }
    case TAG_VAR:
    case TAG_MVAR:
        buffer_printf(p->out, "%s%u", tag == TAG_VAR ? "!" : "!!",
                      cursor_compressed(c));
        break;
    case TAG_CANON:
        buffer_printf(p->out, "__Canon");
        break;
    default:
        cursor_u16(c);
        cursor_compressed(c);
        buffer_printf(p->out, "method ");
        print_reference(p, c, from);
        print_list(p, c, from, "()");
        break;
    }
}

static void print_method(Printer *p, uint8_t tag, Cursor *c, uint32_t from)
{
    static const char *const array_names[] = {"?",   ".ctor", ".ctor",
                                              "Get", "Set",   "Address"};
    static const char *const synth_names[] = {"invoke",           "invoke-static",
                                              "invoke-multicast", "unbox",
                                              "instantiate",      "virtual"};
    if (tag == TAG_SYNTH) {
        uint32_t kind = cursor_u8(c) - 16u;
        buffer_printf(p->out, "(%s) ", kind < 6 ? synth_names[kind] : "?");
        print_reference(p, c, from);
        return;
    }
    print_reference(p, c, from);
    if (tag == TAG_ARRAY_METHOD) {
        uint8_t kind = cursor_u8(c);
        buffer_printf(p->out, ":%s", array_names[kind < 6 ? kind : 0]);
        return;
    }
    cursor_compressed(c);
    buffer_printf(p->out, ":%s", print_name(p, c));
    if (tag == TAG_METHOD) {
        cursor_u32(c);
        print_list(p, c, from, "[]");
    }
}

static void print_subject(Printer *p, uint32_t offset)
{
    if (p->steps++ >= PRINT_STEPS || !offset || offset >= p->reader->blob.size) {
        buffer_printf(p->out, "?");
        return;
    }
    Cursor c = cursor_open(p->reader->blob);
    cursor_seek(&c, offset);
    uint8_t tag = cursor_u8(&c);
    switch (tag) {
    case TAG_METHOD:
    case TAG_ARRAY_METHOD:
    case TAG_SYNTH:
    case TAG_FIELD:
        print_method(p, tag, &c, offset);
        break;
    case TAG_STRING:
        cursor_compressed(&c);
        buffer_printf(p->out, "string %#x", cursor_compressed(&c));
        break;
    case TAG_LOOKUP: {
        bool two = cursor_u8(&c) == IRL_STATIC;
        print_reference(p, &c, offset);
        if (two) {
            buffer_printf(p->out, " ");
            print_reference(p, &c, offset);
        }
        break;
    }
    case TAG_ERROR:
        cursor_u8(&c);
        buffer_printf(p->out, "%s", print_name(p, &c));
        break;
    case TAG_HELPER: {
        const char *name = print_name(p, &c);
        buffer_printf(p->out, "%s %s", name, print_name(p, &c));
        break;
    }
    default:
        if (tag >= TAG_TYPE && tag <= TAG_FNPTR)
            print_type(p, tag, &c, offset);
        else
            buffer_printf(p->out, "?");
    }
}

void subject_print(const SubjectReader *reader, uint32_t offset, Buffer *out)
{
    Printer p = {.reader = reader, .out = out};
    print_subject(&p, offset);
}
