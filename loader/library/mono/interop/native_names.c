/* native_names.c - see native_names.h. */
#include "loader/library/mono/interop/native_names.h"

#include <stddef.h>
#include <string.h>

static const struct {
    const char *name, *file;
} names[] = {
#define DLL(name, file) {name, file},
#include "loader/library/mono/interop/dllmap.def"
#undef DLL
};

static const char *file_of(const char *dll)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(names[i].name, dll))
            return names[i].file;
    return dll;
}

const char *native_name(const char *dll)
{
    const char *file = file_of(dll);
    if (strstr(file, "mono-native"))
        mono_host_start();
    return file;
}
