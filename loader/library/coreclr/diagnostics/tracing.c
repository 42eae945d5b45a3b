/* tracing.c - System.Diagnostics.Tracing: EventPipe, NativeRuntimeEventSource.
 *
 * Nobody listens from outside: what is written for those goes nowhere. Listeners in the
 * program get what event sources say to them by managed code alone. A session, which a
 * listener to the runtime's own events opens, has none of them; it can be waited for
 * and ended.
 */
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "common/base/mem.h"
#include "loader/library/coreclr/table.h"
#include "loader/library/coreclr/threading/wait_table.h"
#include "loader/vm/exception.h"

/* -- providers ----------------------------------------------------------------- */

typedef struct Provider {
    void *callback, *context; /* nobody is there to enable it by these */
    uint64_t n_events;
} Provider;

static Provider *create_provider(const uint16_t *name, void *callback, void *context)
{
    (void)name;
    Provider *provider = mem_new(Provider);
    *provider = (Provider){callback, context, 0};
    return provider;
}

/* The class library may still be writing to it: it stays. */
static void delete_provider(Provider *provider)
{
    if (provider)
        provider->callback = provider->context = NULL;
}

static Provider *get_provider(const uint16_t *name)
{
    (void)name;
    return NULL;
}

/* Only whether it is zero counts. */
static Provider *define_event(Provider *provider, uint32_t id, int64_t keywords,
                              uint32_t version, uint32_t level, void *metadata,
                              uint32_t metadata_size)
{
    (void)id, (void)keywords, (void)version, (void)level;
    (void)metadata, (void)metadata_size;
    return provider;
}

static void ignore(void)
{
}

/* -- sessions: events of the runtime that never are there to be read -------------- */

static uint64_t enable(const uint16_t *file, int32_t format, uint32_t megabytes,
                       const void *providers, uint32_t n_providers)
{
    bool created;
    (void)file, (void)format, (void)megabytes, (void)providers, (void)n_providers;
    return (uintptr_t)wait_table_add(event_create(false, false, NULL, &created));
}

static WaitObject *session_event(uint64_t session)
{
    return wait_table_get((void *)(uintptr_t)session);
}

static void disable(uint64_t session)
{
    wait_table_remove((void *)(uintptr_t)session);
}

static int32_t signal_session(uint64_t session)
{
    WaitObject *event = session_event(session);
    bool ok = event && event_set(event);
    wait_object_close(event);
    return ok;
}

static int32_t wait_for_session(uint64_t session, int32_t ms)
{
    WaitObject *event = session_event(session);
    int32_t result = event ? wait_objects(&event, 1, false, ms) : WAIT_FAILED;
    wait_object_close(event);
    return result == WAIT_SIGNALED;
}

static int32_t next_event(uint64_t session, void *event)
{
    (void)session;
    (void)event;
    return false;
}

typedef struct SessionInfo { /* EventPipeSessionInfo */
    int64_t start_file_time, start_stamp, stamp_frequency;
} SessionInfo;

static int32_t session_info(uint64_t session, SessionInfo *info)
{
    enum { NS_A_SECOND = 1000000000, TICKS_A_SECOND = 10000000 };
    const int64_t seconds_to_unix = 11644473600; /* since 1601 */
    WaitObject *event = session_event(session);
    if (!event)
        return false;
    wait_object_close(event);
    struct timespec now, stamp;
    clock_gettime(CLOCK_REALTIME, &now);
    clock_gettime(CLOCK_MONOTONIC, &stamp);
    info->start_file_time =
        (now.tv_sec + seconds_to_unix) * TICKS_A_SECOND + now.tv_nsec / 100;
    info->start_stamp = stamp.tv_sec * (int64_t)NS_A_SECOND + stamp.tv_nsec;
    info->stamp_frequency = NS_A_SECOND;
    return true;
}

/* -- activities ---------------------------------------------------------------- */

enum { ID_SIZE = 16 };
enum ActivityControl { /* as event sources number them */
                       GET_ID = 1,
                       SET_ID = 2,
                       CREATE_ID = 3,
                       GET_SET_ID = 4,
                       CREATE_SET_ID = 5,
};

static __thread uint8_t activity[ID_SIZE];

/* A version 4 UUID. */
static void create_id(uint8_t *id)
{
    if (getrandom(id, ID_SIZE, 0) != ID_SIZE)
        memset(id, 0, ID_SIZE);
    id[7] = (uint8_t)((id[7] & 0x0f) | 0x40);
    id[8] = (uint8_t)((id[8] & 0x3f) | 0x80);
}

typedef struct ActivityId {
    uint8_t bytes[ID_SIZE];
} ActivityId;

static int32_t activity_control(uint32_t code, ActivityId *shown)
{
    enum { DONE = 0, INVALID_ARGUMENT = 1 };
    uint8_t old[ID_SIZE], *id = shown->bytes;
    memcpy(old, activity, ID_SIZE);
    switch (code) {
    case GET_ID:
        memcpy(id, activity, ID_SIZE);
        return DONE;
    case SET_ID:
        memcpy(activity, id, ID_SIZE);
        return DONE;
    case CREATE_ID:
        create_id(id);
        return DONE;
    case GET_SET_ID:
        memcpy(activity, id, ID_SIZE);
        memcpy(id, old, ID_SIZE);
        return DONE;
    case CREATE_SET_ID:
        memcpy(id, old, ID_SIZE);
        create_id(activity);
        return DONE;
    default:
        return INVALID_ARGUMENT;
    }
}

/* -- configuration ------------------------------------------------------------- */

static int32_t is_logging(void)
{
    return false;
}

static uint16_t *get_config(const uint16_t *name)
{
    (void)name;
    return NULL;
}

const QcallRow qcalls_tracing[] = {
    QCALL(EventPipeInternal_CreateProvider, create_provider),
    QCALL(EventPipeInternal_DeleteProvider, delete_provider),
    QCALL(EventPipeInternal_GetProvider, get_provider),
    QCALL(EventPipeInternal_DefineEvent, define_event),
    QCALL(EventPipeInternal_WriteEventData, ignore),
    QCALL(EventPipeInternal_EventActivityIdControl, activity_control),
    QCALL(EventPipeInternal_Enable, enable),
    QCALL(EventPipeInternal_Disable, disable),
    QCALL(EventPipeInternal_SignalSession, signal_session),
    QCALL(EventPipeInternal_WaitForSessionSignal, wait_for_session),
    QCALL(EventPipeInternal_GetNextEvent, next_event),
    QCALL(EventPipeInternal_GetSessionInfo, session_info),
    QCALL(EventSource_GetClrConfig, get_config),
    QCALL(IsEventSourceLoggingEnabled, is_logging),
    QCALL(LogEventSource, ignore),
    QCALL(NativeRuntimeEventSource_LogContentionLockCreated, ignore),
    QCALL(NativeRuntimeEventSource_LogContentionStart, ignore),
    QCALL(NativeRuntimeEventSource_LogContentionStop, ignore),
    QCALL(NativeRuntimeEventSource_LogThreadPoolIODequeue, ignore),
    QCALL(NativeRuntimeEventSource_LogThreadPoolIOEnqueue, ignore),
    QCALL(NativeRuntimeEventSource_LogThreadPoolIOPack, ignore),
    QCALL(NativeRuntimeEventSource_LogThreadPoolMinMaxThreads, ignore),
    QCALL(NativeRuntimeEventSource_LogThreadPoolWorkerThreadAdjustmentAdjustment,
          ignore),
    QCALL(NativeRuntimeEventSource_LogThreadPoolWorkerThreadAdjustmentSample, ignore),
    QCALL(NativeRuntimeEventSource_LogThreadPoolWorkerThreadAdjustmentStats, ignore),
    QCALL(NativeRuntimeEventSource_LogThreadPoolWorkerThreadStart, ignore),
    QCALL(NativeRuntimeEventSource_LogThreadPoolWorkerThreadStop, ignore),
    QCALL(NativeRuntimeEventSource_LogThreadPoolWorkerThreadWait, ignore),
    QCALL(NativeRuntimeEventSource_LogThreadPoolWorkingThreadCount, ignore),
    QCALL(NativeRuntimeEventSource_LogWaitHandleWaitStart, ignore),
    QCALL(NativeRuntimeEventSource_LogWaitHandleWaitStop, ignore),
    QCALLS_END,
};
