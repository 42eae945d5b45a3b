/* mono_io.h - between mono_io.c (handles) and mono_io_path.c (paths and directories).
 */
#ifndef LOADER_LIBRARY_MONO_IO_MONO_IO_H
#define LOADER_LIBRARY_MONO_IO_MONO_IO_H

#include "loader/gc/object.h"

int32_t mono_io_error(int code);          /* errno -> MonoIOError (Win32 numbers) */
char *mono_io_path(const uint16_t *path); /* NUL-terminated UTF-16 -> UTF-8, malloc */

/* Sets *error for 0 or an errno; true: 0. */
int32_t mono_io_finish(int code, int32_t *error);

/* The layout of System.IO.MonoIOStat. Times: 100 ns since 1601. */
typedef struct MonoIoStat {
    int32_t attributes;
    int32_t pad;
    int64_t length, creation_time, access_time, write_time;
} MonoIoStat;

int32_t mono_io_create_directory(const uint16_t *path, int32_t *error);
int32_t mono_io_remove_directory(const uint16_t *path, int32_t *error);
String *mono_io_get_directory(int32_t *error);
int32_t mono_io_set_directory(const uint16_t *path, int32_t *error);
int32_t mono_io_move(const uint16_t *from, const uint16_t *to, int32_t *error);
int32_t mono_io_copy(const uint16_t *from, const uint16_t *to, int32_t overwrite,
                     int32_t *error);
int32_t mono_io_delete(const uint16_t *path, int32_t *error);
int32_t mono_io_replace(const uint16_t *from, const uint16_t *to,
                        const uint16_t *backup, int32_t ignore_errors, int32_t *error);
int32_t mono_io_get_attributes(const uint16_t *path, int32_t *error);
int32_t mono_io_set_attributes(const uint16_t *path, int32_t attributes,
                               int32_t *error);
int32_t mono_io_stat(const uint16_t *path, MonoIoStat *out, int32_t *error);
int64_t mono_io_find_first(const uint16_t *pattern, String **name, int32_t *attributes,
                           int32_t *error);
int32_t mono_io_find_next(int64_t find, String **name, int32_t *attributes,
                          int32_t *error);
int32_t mono_io_find_close(int64_t find);

#endif
