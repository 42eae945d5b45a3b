/* disk.h - files and directories by their names and descriptors.
 *
 * Functions return 0 or an errno, unless they say otherwise. Names are UTF-8. What is
 * opened, copied or deleted heeds who has the file open already (file_share.h):
 * ETXTBSY.
 */
#ifndef LOADER_LIBRARY_MONO_SERVICES_DISK_H
#define LOADER_LIBRARY_MONO_SERVICES_DISK_H

#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>

#include "loader/library/mono/services/file_share.h"

/* -- disk.c: descriptors ------------------------------------------------------- */
/* open(2) of a file that is not a directory and may be shared so; *fd -1: failed. */
int disk_open(const char *name, int flags, int32_t access, int32_t share, int *fd);
int disk_close(int fd);
/* The number of bytes, which may be less than asked for; -1: errno. */
int64_t disk_read(int fd, void *bytes, size_t n);
int64_t disk_write(int fd, const void *bytes, size_t n);
int disk_flush(int fd);
typedef enum DiskType { DISK_UNKNOWN, DISK_FILE, DISK_CHARACTER, DISK_PIPE } DiskType;
int disk_type(int fd, DiskType *type);
/* Times are in 100 ns since 1601; negative: left as it is. */
int disk_set_times(int fd, int64_t access, int64_t write);
/* type: F_WRLCK or F_UNLCK. */
int disk_lock(int fd, int64_t position, int64_t length, short type);

/* -- disk_name.c: names -------------------------------------------------------- */
enum { /* System.IO.FileAttributes */
       ATTRIBUTE_READONLY = 1,
       ATTRIBUTE_DIRECTORY = 0x10,
       ATTRIBUTE_NORMAL = 0x80,
       ATTRIBUTE_REPARSE_POINT = 0x400,
};
typedef struct DiskFacts {
    int32_t attributes;
    int64_t length, creation_time, access_time, write_time;
} DiskFacts;
int disk_facts(const char *name, DiskFacts *out); /* of a dangling link: its own */
int disk_set_attributes(const char *name, int32_t attributes);
int disk_copy(const char *from, const char *to, bool overwrite);
int disk_move(const char *from, const char *to); /* to: nothing may be there */
/* to becomes from, and is kept as `backup` (NULL: not). */
int disk_replace(const char *from, const char *to, const char *backup);

/* A search in a directory: "/tmp/a*". */
typedef struct DiskSearch DiskSearch;
int disk_search_open(const char *pattern, DiskSearch **out);
/* The next name, which is borrowed; false: no more. */
bool disk_search_next(DiskSearch *search, const char **name, int32_t *attributes);
void disk_search_close(DiskSearch *search);

#endif
