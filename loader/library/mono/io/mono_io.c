/* mono_io.c - System.IO.MonoIO's handles: open, read, write, seek. A handle is a file
 * descriptor. Paths and directories: mono_io_path.c. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "loader/library/mono/services/disk.h"
#include "loader/library/mono/io/mono_io.h"
#include "loader/library/mono/diagnostics/process.h"
#include "loader/library/mono/table.h"
#include "loader/vm/waithandle.h"
#include "loader/gc/object.h"

/* Numbers that MonoIO.GetException has words for where there is one: 39 is its "Disk
 * full", also for a file that may not grow. */
int32_t mono_io_error(int code)
{
    static const struct {
        int code;
        int32_t win32;
    } map[] = {
        {0, 0},        {ENOENT, 2},      {ENOTDIR, 3},  {EMFILE, 4},
        {ENFILE, 4},   {EACCES, 5},      {EPERM, 5},    {EROFS, 5},
        {EISDIR, 5},   {EBADF, 6},       {EIO, 6},      {ENOMEM, 8},
        {EXDEV, 17},   {EINVAL, 25},     {EPIPE, 29},   {ETXTBSY, 32},
        {EAGAIN, 33},  {EBUSY, 33},      {ENOSPC, 39},  {EDQUOT, 39},
        {EFBIG, 39},   {ENOSYS, 50},     {ENXIO, 55},   {ENODEV, 55},
        {ESPIPE, 132}, {ENOTEMPTY, 145}, {EEXIST, 183}, {ENAMETOOLONG, 206},
        {ELOOP, 1921},
    };
    for (size_t i = 0; i < sizeof map / sizeof *map; i++)
        if (map[i].code == code)
            return map[i].win32;
    return 31; /* ERROR_GEN_FAILURE */
}

int32_t mono_io_finish(int code, int32_t *error)
{
    *error = mono_io_error(code);
    return !code;
}

static int64_t handle_open(const uint16_t *path, int32_t mode, int32_t access,
                           int32_t share, int32_t options, int32_t *error)
{
    enum { CREATE_NEW = 1, CREATE, OPEN, OPEN_OR_CREATE, TRUNCATE, APPEND };
    static const int flags_of[] = {
        [CREATE_NEW] = O_CREAT | O_EXCL,
        [CREATE] = O_CREAT | O_TRUNC,
        [OPEN] = 0,
        [OPEN_OR_CREATE] = O_CREAT,
        [TRUNCATE] = O_TRUNC,
        [APPEND] = O_CREAT | O_APPEND,
    };
    enum { OPTION_DELETE_ON_CLOSE = 0x04000000 };
    char *name = mono_io_path(path);
    int flags = mode >= CREATE_NEW && mode <= APPEND ? flags_of[mode] : 0;
    flags |= access == ACCESS_READ    ? O_RDONLY
             : access == ACCESS_WRITE ? O_WRONLY
                                      : O_RDWR;
    enum { ERROR_FILE_EXISTS = 80 }; /* what no errno stands for by itself */
    int fd;
    int code = disk_open(name, flags, access, share, &fd);
    *error = code == EEXIST ? ERROR_FILE_EXISTS : mono_io_error(code);
    if (fd >= 0 && options & OPTION_DELETE_ON_CLOSE)
        file_share_delete_later(fd, name);
    free(name);
    return fd;
}

static int32_t handle_close(int64_t handle, int32_t *error)
{
    return mono_io_finish(disk_close((int)handle), error);
}

static bool range_check(const Array *array, int32_t offset, int32_t count,
                        int32_t *error)
{
    if (array && offset >= 0 && count >= 0 && (int64_t)offset + count <= array->length)
        return true;
    *error = mono_io_error(EINVAL);
    return false;
}

static int32_t handle_read(int64_t handle, Array *into, int32_t offset, int32_t count,
                           int32_t *error)
{
    if (!range_check(into, offset, count, error))
        return -1;
    int64_t n = disk_read((int)handle, into->data + offset, (size_t)count);
    mono_io_finish(n < 0 ? errno : 0, error);
    return (int32_t)n;
}

static int32_t handle_write(int64_t handle, Array *from, int32_t offset, int32_t count,
                            int32_t *error)
{
    if (!range_check(from, offset, count, error))
        return -1;
    int64_t n = disk_write((int)handle, from->data + offset, (size_t)count);
    mono_io_finish(n < 0 ? errno : 0, error);
    return (int32_t)n;
}

static int64_t handle_seek(int64_t handle, int64_t offset, int32_t origin,
                           int32_t *error)
{
    static const int whence[] = {SEEK_SET, SEEK_CUR, SEEK_END};
    off_t at =
        origin >= 0 && origin < 3 ? lseek((int)handle, offset, whence[origin]) : -1;
    *error = at < 0 ? mono_io_error(errno) : 0;
    return at;
}

static int32_t handle_flush(int64_t handle, int32_t *error)
{
    return mono_io_finish(disk_flush((int)handle), error);
}

static int64_t handle_length(int64_t handle, int32_t *error)
{
    struct stat st;
    int failed = fstat((int)handle, &st);
    *error = failed ? mono_io_error(errno) : 0;
    return failed ? -1 : st.st_size;
}

static int32_t handle_set_length(int64_t handle, int64_t length, int32_t *error)
{
    return mono_io_finish(ftruncate((int)handle, length) ? errno : 0, error);
}

_Static_assert(DISK_FILE == 1 && DISK_CHARACTER == 2 && DISK_PIPE == 3,
               "System.IO.MonoFileType");

static int32_t handle_type(int64_t handle, int32_t *error)
{
    DiskType type;
    mono_io_finish(disk_type((int)handle, &type), error);
    return (int32_t)type;
}

static int32_t handle_set_time(int64_t handle, int64_t creation, int64_t access,
                               int64_t write_time, int32_t *error)
{
    (void)creation;
    return mono_io_finish(disk_set_times((int)handle, access, write_time), error);
}

static void handle_lock(int64_t handle, int64_t position, int64_t length,
                        int32_t *error)
{
    mono_io_finish(disk_lock((int)handle, position, length, F_WRLCK), error);
}

static void handle_unlock(int64_t handle, int64_t position, int64_t length,
                          int32_t *error)
{
    mono_io_finish(disk_lock((int)handle, position, length, F_UNLCK), error);
}

static int64_t console_input(void)
{
    return STDIN_FILENO;
}

static int64_t console_output(void)
{
    return STDOUT_FILENO;
}

static int64_t console_error(void)
{
    return STDERR_FILENO;
}

static int32_t create_pipe(int64_t *read_end, int64_t *write_end, int32_t *error)
{
    int fds[2];
    int failed = pipe2(fds, O_CLOEXEC);
    *error = failed ? mono_io_error(errno) : 0;
    *read_end = failed ? -1 : fds[0];
    *write_end = failed ? -1 : fds[1];
    return !failed;
}

/* Files have small numbers, wait handles are pointers.
 * NOLINTNEXTLINE(readability-function-size): the parameters of the internal call */
static int32_t duplicate(int64_t source_process, int64_t source, int64_t target_process,
                         int64_t *target, int32_t access, int32_t inherit,
                         int32_t options, int32_t *error)
{
    enum { FIRST_POINTER = 65536 };
    (void)source_process, (void)target_process, (void)access, (void)options;
    if (source == -1) /* the process itself */
        *target = (intptr_t)process_handle(getpid(), false);
    else if (source >= FIRST_POINTER)
        *target = (intptr_t)wait_object_share((WaitObject *)source);
    else
        *target = fcntl((int)source, inherit ? F_DUPFD : F_DUPFD_CLOEXEC, 3);
    *error = *target == -1 ? mono_io_error(errno) : 0;
    return *target != -1;
}

static int32_t slash(void)
{
    return '/';
}

static int32_t colon(void)
{
    return ':';
}

const IcallRow icalls_mono_io[] = {
    ICALL("Open", NULL, handle_open),
    ICALL("Close", NULL, handle_close),
    ICALL("Read", NULL, handle_read),
    ICALL("Write", NULL, handle_write),
    ICALL("Seek", NULL, handle_seek),
    ICALL("Flush", NULL, handle_flush),
    ICALL("GetLength", NULL, handle_length),
    ICALL("SetLength", NULL, handle_set_length),
    ICALL("GetFileType", NULL, handle_type),
    ICALL("SetFileTime", NULL, handle_set_time),
    ICALL("Lock", NULL, handle_lock),
    ICALL("Unlock", NULL, handle_unlock),
    ICALL("get_ConsoleInput", NULL, console_input),
    ICALL("get_ConsoleOutput", NULL, console_output),
    ICALL("get_ConsoleError", NULL, console_error),
    ICALL("CreatePipe", NULL, create_pipe),
    ICALL("DuplicateHandle", NULL, duplicate),
    ICALL("get_DirectorySeparatorChar", NULL, slash),
    ICALL("get_AltDirectorySeparatorChar", NULL, slash),
    ICALL("get_VolumeSeparatorChar", NULL, slash),
    ICALL("get_PathSeparator", NULL, colon),
    ICALL("CreateDirectory", NULL, mono_io_create_directory),
    ICALL("RemoveDirectory", NULL, mono_io_remove_directory),
    ICALL("GetCurrentDirectory", NULL, mono_io_get_directory),
    ICALL("SetCurrentDirectory", NULL, mono_io_set_directory),
    ICALL("MoveFile", NULL, mono_io_move),
    ICALL("CopyFile", NULL, mono_io_copy),
    ICALL("DeleteFile", NULL, mono_io_delete),
    ICALL("ReplaceFile", NULL, mono_io_replace),
    ICALL("GetFileAttributes", NULL, mono_io_get_attributes),
    ICALL("SetFileAttributes", NULL, mono_io_set_attributes),
    ICALL("GetFileStat", NULL, mono_io_stat),
    ICALL("FindFirstFile", NULL, mono_io_find_first),
    ICALL("FindNextFile", NULL, mono_io_find_next),
    ICALL("FindCloseFile", NULL, mono_io_find_close),
    ICALLS_END,
};
