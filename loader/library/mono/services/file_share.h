/* file_share.h - which opened files may be opened again: System.IO.FileShare, within
 * this process. */
#ifndef LOADER_LIBRARY_MONO_SERVICES_FILE_SHARE_H
#define LOADER_LIBRARY_MONO_SERVICES_FILE_SHARE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

enum { ACCESS_READ = 1, ACCESS_WRITE = 2 };               /* FileAccess */
enum { SHARE_NONE = 0, SHARE_READ = 1, SHARE_WRITE = 2 }; /* FileShare */

/* Notes that fd is open; false: another handle of the file forbids it. */
bool file_share_open(int fd, const struct stat *st, int32_t access, int32_t share);
/* FileOptions.DeleteOnClose of an open fd. */
void file_share_delete_later(int fd, const char *name);
void file_share_close(int fd); /* before the descriptor is closed; any descriptor */

#endif
