/* memory_map_impl.c - System.IO.MemoryMappedFiles.MemoryMapImpl. Handles point at a
 * Mapping, those of views at a MappingView. */
#include <stdlib.h>

#include "common/base/mem.h"
#include "loader/library/mono/services/mapping.h"
#include "loader/library/mono/table.h"
#include "loader/vm/exception.h"
#include "loader/vm/string.h"

/* The numbers that MemoryMapImpl.CreateException knows. */
static int32_t mapping_error(MappingError error)
{
    static const int32_t numbers[MAPPING_ERRORS] = {
        [MAPPING_OK] = 0,
        [MAPPING_EMPTY_FILE] = 1,
        [MAPPING_FILE_IS_LARGER] = 2,
        [MAPPING_NOT_FOUND] = 3,
        [MAPPING_EXISTS] = 4,
        [MAPPING_NAME_TOO_LONG] = 5,
        [MAPPING_NOT_OPENED] = 6,
        [MAPPING_NO_CAPACITY] = 7,
        [MAPPING_BAD_MODE] = 8,
        [MAPPING_NOT_MAPPED] = 9,
        [MAPPING_DENIED] = 10,
    };
    return numbers[error];
}

static char *text_of(const uint16_t *chars, int32_t length)
{
    return chars ? string_to_utf8(string_from_utf16(chars, (uint32_t)length)) : NULL;
}

/* Without a path: memory.
 * NOLINTNEXTLINE(readability-function-size): the parameters of the internal call */
static Mapping *open_file(const uint16_t *path, int32_t path_length, int32_t mode,
                          const uint16_t *name, int32_t name_length, int64_t *capacity,
                          int32_t access, int32_t options, int32_t *error)
{
    (void)options;
    Mapping *m;
    char *file = text_of(path, path_length), *text = text_of(name, name_length);
    *error =
        mapping_error(file ? mapping_open_file(file, mode, access, text, capacity, &m)
                           : mapping_open_memory(mode, text, *capacity, &m));
    free(file);
    free(text);
    return m;
}

/* NOLINTNEXTLINE(readability-function-size): the parameters of the internal call */
static Mapping *open_handle(int64_t handle, const uint16_t *name, int32_t name_length,
                            int64_t *capacity, int32_t access, int32_t options,
                            int32_t *error)
{
    (void)access, (void)options;
    Mapping *m;
    char *text = text_of(name, name_length);
    *error = mapping_error(mapping_open_descriptor((int)handle, text, capacity, &m));
    free(text);
    return m;
}

static int32_t view_open(Mapping *m, int64_t offset, int64_t *size, int32_t access,
                         MappingView **handle, void **base)
{
    MappingView view;
    if (!m) { /* disposed */
        exception_set("System.NullReferenceException", NULL);
        return 0;
    }
    MappingError error = mapping_view_open(m, offset, size, access, &view);
    if (error)
        return mapping_error(error);
    *handle = mem_alloc(sizeof **handle);
    **handle = view;
    *base = view.base;
    return 0;
}

static int32_t view_close(MappingView *view)
{
    bool ok = mapping_view_close(view);
    free(view);
    return ok;
}

static void set_inheritable(Mapping *m, int32_t inheritable)
{
    mapping_set_inheritable(m, inheritable);
}

const IcallRow icalls_memory_map[] = {
    ICALL("OpenFileInternal", NULL, open_file),
    ICALL("OpenHandleInternal", NULL, open_handle),
    ICALL("CloseMapping", NULL, mapping_close),
    ICALL("MapInternal", NULL, view_open),
    ICALL("Unmap", NULL, view_close),
    ICALL("Flush", NULL, mapping_flush),
    ICALL("ConfigureHandleInheritability", NULL, set_inheritable),
    ICALLS_END,
};
