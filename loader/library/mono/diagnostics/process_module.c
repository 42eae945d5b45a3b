/* process_module.c - System.Diagnostics.ProcessModule: the files that a process has
 * mapped. */
#include "loader/library/mono/services/process.h"

#include <string.h>

#include "loader/library/mono/diagnostics/process.h"
#include "loader/library/mono/members.h"
#include "loader/gc/object.h"
#include "loader/vm/array.h"
#include "loader/vm/object.h"
#include "loader/vm/string.h"

static Object *module_object(const Module *module)
{
    Object *object = object_new(known_process_module());
    if (!object)
        return NULL;
    field_process_module_version_set(object, object_new(known_file_version()));
    const char *slash = strrchr(module->path, '/');
    *field_process_module_start(object) = (void *)module->start;
    *field_process_module_size(object) = (int32_t)module->size;
    field_process_module_file_set(object, string_from_utf8(module->path));
    field_process_module_name_set(object, string_from_utf8(slash + 1));
    return object;
}

Array *get_modules(Object *process, const void *handle)
{
    ProcessEntry entry;
    Modules modules = {NULL, 0, 0};
    (void)process;
    if (process_lookup(handle, &entry))
        process_modules(entry.pid, &modules);
    Array *array = array_new_of(known_process_module(), (int64_t)modules.n);
    for (size_t i = 0; array && i < modules.n; i++)
        array_set(array, i, module_object(&modules.at[i]));
    modules_free(&modules);
    return array;
}
