/* waithandle.c - System.Threading: NativeEventCalls, Mutex, Semaphore, WaitHandle. */
#include "loader/vm/waithandle.h"

#include <stdlib.h>

#include "loader/library/mono/table.h"
#include "loader/vm/string.h"

enum { ERROR_FILE_NOT_FOUND = 2, ERROR_ALREADY_EXISTS = 183 };

static char *name_of(const uint16_t *chars, int32_t length)
{
    return chars ? string_to_utf8(string_from_utf16(chars, (uint32_t)length)) : NULL;
}

static WaitObject *event_new(int32_t manual, int32_t initial, const uint16_t *chars,
                             int32_t length, int32_t *error)
{
    bool created = true;
    char *name = name_of(chars, length);
    WaitObject *event = event_create(manual != 0, initial != 0, name, &created);
    *error = created ? 0 : ERROR_ALREADY_EXISTS;
    free(name);
    return event;
}

static WaitObject *open_named(char kind, const uint16_t *chars, int32_t length,
                              int32_t *error)
{
    char *name = name_of(chars, length);
    WaitObject *object = wait_object_open(kind, name);
    *error = object ? 0 : ERROR_FILE_NOT_FOUND;
    free(name);
    return object;
}

static WaitObject *event_open(const uint16_t *chars, int32_t length, int32_t rights,
                              int32_t *error)
{
    (void)rights;
    return open_named('e', chars, length, error);
}

static int32_t event_set_icall(WaitObject *event)
{
    return event_set(event);
}

static int32_t event_reset_icall(WaitObject *event)
{
    return event_reset(event);
}

static WaitObject *mutex_new(int32_t owned, const uint16_t *chars, int32_t length,
                             uint8_t *created)
{
    bool is_new = true;
    char *name = name_of(chars, length);
    WaitObject *mutex = mutex_create(owned != 0, name, &is_new);
    *created = is_new;
    free(name);
    return mutex;
}

static WaitObject *mutex_open(const uint16_t *chars, int32_t length, int32_t rights,
                              int32_t *error)
{
    (void)rights;
    return open_named('m', chars, length, error);
}

static int32_t mutex_release_icall(WaitObject *mutex)
{
    return mutex_release(mutex);
}

static WaitObject *semaphore_new(int32_t initial, int32_t maximum,
                                 const uint16_t *chars, int32_t length, int32_t *error)
{
    bool created = true;
    char *name = name_of(chars, length);
    WaitObject *semaphore = semaphore_create(initial, maximum, name, &created);
    *error = created ? 0 : ERROR_ALREADY_EXISTS;
    free(name);
    return semaphore;
}

static WaitObject *semaphore_open(const uint16_t *chars, int32_t length, int32_t rights,
                                  int32_t *error)
{
    (void)rights;
    return open_named('s', chars, length, error);
}

static int32_t semaphore_release_icall(WaitObject *semaphore, int32_t count,
                                       int32_t *previous)
{
    return semaphore_release(semaphore, count, previous);
}

static int32_t wait(WaitObject **objects, int32_t n, int32_t all, int32_t ms)
{
    return wait_objects(objects, n, all != 0, ms);
}

static int32_t signal_and_wait(WaitObject *signal, WaitObject *object, int32_t ms)
{
    return wait_signal_and_wait(signal, object, ms);
}

const IcallRow icalls_native_event_calls[] = {
    ICALL("CreateEvent_icall", NULL, event_new),
    ICALL("OpenEvent_icall", NULL, event_open),
    ICALL("SetEvent_internal", NULL, event_set_icall),
    ICALL("ResetEvent_internal", NULL, event_reset_icall),
    ICALL("CloseEvent_internal", NULL, wait_object_close),
    ICALLS_END,
};

const IcallRow icalls_mutex[] = {
    ICALL("CreateMutex_icall", NULL, mutex_new),
    ICALL("OpenMutex_icall", NULL, mutex_open),
    ICALL("ReleaseMutex_internal", NULL, mutex_release_icall),
    ICALLS_END,
};

const IcallRow icalls_semaphore[] = {
    ICALL("CreateSemaphore_icall", NULL, semaphore_new),
    ICALL("OpenSemaphore_icall", NULL, semaphore_open),
    ICALL("ReleaseSemaphore_internal", NULL, semaphore_release_icall),
    ICALLS_END,
};

const IcallRow icalls_wait_handle[] = {
    ICALL("Wait_internal", NULL, wait),
    ICALL("SignalAndWait_Internal", NULL, signal_and_wait),
    ICALLS_END,
};
