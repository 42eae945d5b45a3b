/* kernel32.c - Interop.Kernel32: what the class library asks of Windows by its names.
 *
 * Errors are left in errno, where the class library looks for them.
 */
#include <errno.h>

#include "loader/library/coreclr/table.h"
#include "loader/library/coreclr/threading/wait_table.h"
#include "loader/vm/string.h"

enum { EVENT_MANUAL_RESET = 1, EVENT_INITIAL_SET = 2 };

static int32_t failed(int32_t error)
{
    errno = error;
    return false;
}

/* -- wait objects -------------------------------------------------------------- */

/* Names are refused before it comes to that. */
static void *refuse_name(const uint16_t *name)
{
    if (name)
        failed(ERROR_INVALID_NAME);
    return NULL;
}

static void *create_event(void *security, const uint16_t *name, uint32_t flags,
                          uint32_t access)
{
    (void)security;
    (void)access;
    if (name)
        return refuse_name(name);
    bool created;
    return wait_table_add(event_create(flags & EVENT_MANUAL_RESET,
                                       flags & EVENT_INITIAL_SET, NULL, &created));
}

static void *create_semaphore(void *security, int32_t initial, int32_t maximum,
                              const uint16_t *name, uint32_t flags, uint32_t access)
{
    (void)security;
    (void)flags;
    (void)access;
    if (name)
        return refuse_name(name);
    if (initial < 0 || maximum <= 0 || initial > maximum) {
        failed(ERROR_INVALID_PARAMETER);
        return NULL;
    }
    bool created;
    return wait_table_add(semaphore_create(initial, maximum, NULL, &created));
}

typedef int32_t Use(WaitObject *object); /* 0, or an error */

/* With the object of a handle. */
static int32_t use(void *handle, Use *function)
{
    WaitObject *object = wait_table_get(handle);
    int32_t error = object ? function(object) : ERROR_INVALID_HANDLE;
    wait_object_close(object);
    return !error || failed(error);
}

static int32_t set_use(WaitObject *event)
{
    return event_set(event) ? 0 : ERROR_INVALID_HANDLE;
}

static int32_t reset_use(WaitObject *event)
{
    return event_reset(event) ? 0 : ERROR_INVALID_HANDLE;
}

static int32_t release_mutex_use(WaitObject *mutex)
{
    return mutex_release(mutex) ? 0 : ERROR_NOT_OWNER;
}

static int32_t set_event(void *handle)
{
    return use(handle, set_use);
}

static int32_t reset_event(void *handle)
{
    return use(handle, reset_use);
}

static int32_t release_mutex(void *handle)
{
    return use(handle, release_mutex_use);
}

static int32_t release_semaphore(void *handle, int32_t count, int32_t *previous)
{
    WaitObject *semaphore = wait_table_get(handle);
    if (!semaphore)
        return failed(ERROR_INVALID_HANDLE);
    int32_t before;
    bool ok = count > 0 && semaphore_release(semaphore, count, &before);
    wait_object_close(semaphore);
    if (!ok)
        return failed(ERROR_TOO_MANY_POSTS);
    if (previous)
        *previous = before;
    return true;
}

static int32_t close_handle(void *handle)
{
    return wait_table_remove(handle) || failed(ERROR_INVALID_HANDLE);
}

/* -- messages ------------------------------------------------------------------ */

static const struct {
    uint32_t code;
    const char *text;
} messages[] = {
    {0, "The operation completed successfully.\n"},
    {ERROR_FILE_NOT_FOUND, "The system cannot find the file specified.\n"},
    {3, "The system cannot find the path specified.\n"},
    {5, "Access is denied.\n"},
    {ERROR_INVALID_HANDLE, "The handle is invalid.\n"},
    {8, "Not enough storage is available to process this command.\n"},
    {14, "Not enough storage is available to complete this operation.\n"},
    {50, "The request is not supported.\n"},
    {ERROR_INVALID_PARAMETER, "The parameter is incorrect.\n"},
    {ERROR_INSUFFICIENT_BUFFER,
     "The data area passed to a system call is too small.\n"},
    {ERROR_INVALID_NAME,
     "The filename, directory name, or volume label syntax is incorrect.\n"},
    {ERROR_ALREADY_EXISTS, "Cannot create a file when that file already exists.\n"},
    {ERROR_ENVVAR_NOT_FOUND, "The system could not find the environment option that "
                             "was entered.\n"},
    {ERROR_FILENAME_EXCED_RANGE, "The filename or extension is too long.\n"},
    {ERROR_NOT_OWNER, "Attempt to release mutex not owned by caller.\n"},
    {ERROR_TOO_MANY_POSTS, "Too many posts were made to a semaphore.\n"},
};

/* Into a buffer of UTF-16 with a NUL: the text's length; 0: an error. */
static int32_t format_message(int32_t flags, void *source, uint32_t code,
                              int32_t language, void *buffer, int32_t size, void *args)
{
    (void)flags;
    (void)source;
    (void)language;
    (void)args;
    for (size_t i = 0; i < sizeof messages / sizeof *messages; i++) {
        if (messages[i].code != code)
            continue;
        const char *text = messages[i].text;
        int32_t n = 0;
        for (; text[n]; n++) {
            if (n + 1 >= size)
                return failed(ERROR_INSUFFICIENT_BUFFER);
            ((uint16_t *)buffer)[n] = (uint8_t)text[n];
        }
        ((uint16_t *)buffer)[n] = 0;
        return n;
    }
    return failed(ERROR_MR_MID_NOT_FOUND);
}

const QcallRow qcalls_kernel32[] = {
    QCALL(CreateEventExW, create_event),
    QCALL(CreateSemaphoreExW, create_semaphore),
    QCALL(SetEvent, set_event),
    QCALL(ResetEvent, reset_event),
    QCALL(ReleaseMutex, release_mutex),
    QCALL(ReleaseSemaphore, release_semaphore),
    QCALL(CloseHandle, close_handle),
    QCALL(FormatMessageW, format_message),
    QCALLS_END,
};
