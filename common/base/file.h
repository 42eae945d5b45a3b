/* file.h - whole files: mapped read-only, written atomically. */
#ifndef COMMON_BASE_FILE_H
#define COMMON_BASE_FILE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "common/base/bytes.h"
#include "common/base/err.h"

typedef struct File {
    int fd; /* -1: kept no descriptor */
    Bytes bytes;
    struct stat stat;
    char *path; /* owned */
} File;

/* Maps a regular file read-only. ERR_IO with path and reason otherwise. Empty files are
 * fine and give an empty map. keep_fd: the descriptor stays open in file->fd. */
bool file_open(File *file, const char *path, bool keep_fd, Err *err);
void file_close(File *file);

/* Writes to a new file beside path, then renames it over path; what a symbolic link
 * leads to is replaced, and into a device or pipe the bytes are written. */
bool file_write(const char *path, Bytes bytes, unsigned mode, Err *err);
bool file_write_all(int fd, Bytes bytes); /* false: errno */

/* Opens /dev/null where a program was started without one of its standard files: the
 * next file would get its number, and what is printed. Call first of all. */
void file_keep_standard(void);

bool file_exists(const char *path);
const char *file_name(const char *path); /* what follows the last slash */
/* What the last part of a path lies in, "." or "/" where nothing else says so; false
 * when it does not fit. */
bool file_dir(char *out, size_t size, const char *path);
/* dir + "/" + name into out; false when it does not fit. */
bool file_join(char *out, size_t size, const char *dir, const char *name);
/* "dir/app.dll" -> "dir/app" + ending into out; false when it does not fit. */
bool file_sibling(char *out, size_t size, const char *path, const char *ending);
/* mkdir -p with the mode given for new directories. */
bool file_make_dirs(const char *path, unsigned mode, Err *err);
/* rm -rf, as far as it goes; follows no symbolic link. */
void file_remove_tree(const char *path);

#endif
