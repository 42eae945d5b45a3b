#include "loader/library/mono/icall.h"

#include <stdlib.h>
#include <string.h>

#include "loader/library/mono/table.h"
#include "loader/vm/member.h"

typedef struct IcallClass {
    const char *type;
    const IcallRow *rows;
} IcallClass;

static const IcallClass classes[] = {
#define ICALL_CLASS(type, tag) {type, icalls_##tag},
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

static bool sig_matches(Method *method, const char *sig)
{
    if (!sig)
        return true;
    Arena scratch = ARENA_INIT;
    const char *open = strchr(method_name(&scratch, method), '(');
    bool same = open && !strcmp(open, sig);
    arena_free(&scratch);
    return same;
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
        if (!strcmp(row->name, method->name) && sig_matches(method, row->sig))
            return row;
    return NULL;
}

void *icall_find(Method *method)
{
    const IcallRow *row = icall_row(method);
    return row ? (void *)row->function : NULL;
}
