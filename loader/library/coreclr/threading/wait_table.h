/* wait_table.h - the words by which managed code knows wait objects.
 *
 * A program may make a SafeWaitHandle of any number, so a handle is no pointer: it is a
 * place in a table and how often that was used, and may well mean nothing.
 */
#ifndef LOADER_LIBRARY_CORECLR_THREADING_WAIT_TABLE_H
#define LOADER_LIBRARY_CORECLR_THREADING_WAIT_TABLE_H

#include "loader/vm/waithandle.h"

/* Takes over the caller's use of the object. Never NULL. */
void *wait_table_add(WaitObject *object);
/* One more use of the object, for the caller to close. NULL: no such handle. */
WaitObject *wait_table_get(void *handle);
bool wait_table_remove(void *handle); /* closes it; false: no such handle */

/* The errors of Kernel32 that come of it, left in errno. */
enum {
    ERROR_INVALID_HANDLE = 6,
    ERROR_INVALID_PARAMETER = 87,
    ERROR_INVALID_NAME = 123,
    ERROR_ALREADY_EXISTS = 183,
    ERROR_ENVVAR_NOT_FOUND = 203,
    ERROR_FILE_NOT_FOUND = 2,
    ERROR_FILENAME_EXCED_RANGE = 206,
    ERROR_NOT_OWNER = 288,
    ERROR_TOO_MANY_POSTS = 298,
    ERROR_MR_MID_NOT_FOUND = 317,
    ERROR_INSUFFICIENT_BUFFER = 122,
};

#endif
