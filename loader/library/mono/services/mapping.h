/* mapping.h - mapped files, and named memory that is shared within this process.
 *
 * Modes and kinds of access are System.IO.FileMode and MemoryMappedFileAccess. A
 * capacity is a number of bytes, 0: the size that the file has.
 */
#ifndef LOADER_LIBRARY_MONO_SERVICES_MAPPING_H
#define LOADER_LIBRARY_MONO_SERVICES_MAPPING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum MappingError {
    MAPPING_OK,
    MAPPING_BAD_MODE,
    MAPPING_EMPTY_FILE, /* and no capacity */
    MAPPING_NO_CAPACITY,
    MAPPING_FILE_IS_LARGER,
    MAPPING_NOT_FOUND,
    MAPPING_EXISTS,
    MAPPING_NAME_TOO_LONG,
    MAPPING_DENIED,
    MAPPING_NOT_OPENED,
    MAPPING_NOT_MAPPED,
    MAPPING_ERRORS,
} MappingError;

typedef struct Mapping Mapping; /* a file that is open to be mapped, or memory */

/* Names of mappings are copied; NULL: has none. */
MappingError mapping_open_file(const char *path, int32_t mode, int32_t access,
                               const char *name, int64_t *capacity, Mapping **out);
MappingError mapping_open_memory(int32_t mode, const char *name, int64_t capacity,
                                 Mapping **out);
/* Of a file that is open: the mapping has a descriptor of its own. */
MappingError mapping_open_descriptor(int file, const char *name, int64_t *capacity,
                                     Mapping **out);
void mapping_close(Mapping *m);
void mapping_flush(Mapping *m);
void mapping_set_inheritable(Mapping *m, bool inheritable);

typedef struct MappingView {
    void *address; /* of its first page */
    size_t size;   /* of all its pages */
    char *base;    /* of the offset that was asked for */
} MappingView;

/* *size 0: up to the end of the file's last page. */
MappingError mapping_view_open(Mapping *m, int64_t offset, int64_t *size,
                               int32_t access, MappingView *out);
bool mapping_view_close(MappingView *view);

#endif
