/* dir.h - directories that code is run from. They are reached by descriptor, step by
 * step, so that what was checked is what is used, whoever renames things meanwhile.
 */
#ifndef COMMON_BASE_DIR_H
#define COMMON_BASE_DIR_H

#include <dirent.h>
#include <stdbool.h>

#include "common/base/bytes.h"
#include "common/base/err.h"

/* Opens the directory `name` in the directory `at` (or AT_FDCWD, then a path). It must
 * be root's or this user's, writable by nobody else, and itself no symbolic link. -1:
 * err has the reason, none if there is nothing of that name. */
int dir_open_own(int at, const char *name, Err *err);
/* The same, made with mode 0700 before if there is nothing; *made says so. */
int dir_make_own(int at, const char *name, bool *made, Err *err);
/* Opens a file for reading; no symbolic link, device or pipe is waited for. -1: errno.
 */
int dir_open_file(int dir, const char *name);
/* Entries of a directory, from the first on; the descriptor stays the caller's. */
DIR *dir_list(int dir);
/* Writes a file as a whole: under a name of its own, then renamed over `name`. */
bool dir_write(int dir, const char *name, Bytes bytes, unsigned mode, Err *err);

#endif
