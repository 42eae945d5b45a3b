#include "loader/library/mono/icall.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"
#include "loader/library/mono/table.h"
#include "loader/vm/member.h"

typedef struct IcallClass {
    const char *type;
    const IcallRow *rows;
} IcallClass;

static const IcallClass classes[] = {
#define ICALL_CLASS(type, tag, file) {type, icalls_##tag},
#include "loader/library/mono/icalls.def"
#undef ICALL_CLASS
};

static int class_compare(const void *key, const void *item)
{
    return strcmp(key, ((const IcallClass *)item)->type);
}

/* "Namespace.Outer/Inner", as the table writes nested classes. */
static void class_name(Buffer *out, const Type *type)
{
    if (type->declaring) {
        class_name(out, type->declaring);
        buffer_u8(out, '/');
    } else if (type->name_space[0]) {
        buffer_printf(out, "%s.", type->name_space);
    }
    buffer_printf(out, "%s", type->name);
}

const IcallRow *icall_row(Method *method)
{
    Buffer name = BUFFER_INIT;
    class_name(&name, method->type->def);
    buffer_u8(&name, 0);
    const IcallClass *class =
        bsearch(name.data, classes, sizeof classes / sizeof *classes, sizeof *classes,
                class_compare);
    buffer_free(&name);
    if (!class || !assembly_is_of_library(method->type->assembly))
        return NULL;
    for (const IcallRow *row = class->rows; row->name; row++)
        if (!strcmp(row->name, method->name) && method_takes(method, row->sig))
            return row;
    return NULL;
}

/* -- declarations -------------------------------------------------------------- */

/* One block of text and the places in it: nothing for the dynamic linker to do. */
#define PASTE(a, b) a##b
#define LINE_MEMBER(line) PASTE(line_, line)
typedef struct Texts {
#define DECLARED(text) char LINE_MEMBER(__LINE__)[sizeof text];
#include "loader/library/mono/declared.def"
#undef DECLARED
} Texts;
static const Texts texts = {
#define DECLARED(text) text,
#include "loader/library/mono/declared.def"
#undef DECLARED
};
static const uint32_t places[] = {
#define DECLARED(text) offsetof(Texts, LINE_MEMBER(__LINE__)),
#include "loader/library/mono/declared.def"
#undef DECLARED
};

char *icall_declaration(Arena *arena, Method *method)
{
    Err err = ERR_INIT;
    const MethodSig *sig = method_sig(method, &err);
    return arena_printf(arena, "%s %s%s", method_name(arena, method),
                        sig ? type_short_name(arena, sig->ret) : "?",
                        method->flags & METHOD_STATIC ? ", static" : "");
}

static int place_compare(const void *key, const void *item)
{
    return strcmp(key, (const char *)&texts + *(const uint32_t *)item);
}

static bool is_declared(Method *method)
{
    Arena scratch = ARENA_INIT;
    const char *text = icall_declaration(&scratch, method->def);
    bool known = bsearch(text, places, sizeof places / sizeof *places, sizeof *places,
                         place_compare);
    if (!known)
        log_line(LOG_WARN, "another class library declares %s", text);
    arena_free(&scratch);
    return known;
}

void *icall_find(Method *method)
{
    const IcallRow *row = icall_row(method);
    return row && is_declared(method) ? (void *)row->function : NULL;
}
