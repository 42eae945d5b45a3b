/* threadpool.c - System.Threading.ThreadPool. */
#include "loader/vm/threadpool.h"

#include "loader/library/mono/table.h"

static int32_t request_worker(void)
{
    return threadpool_request_worker();
}

static int32_t set_min(int32_t workers, int32_t io)
{
    return threadpool_set_min(workers, io);
}

static int32_t set_max(int32_t workers, int32_t io)
{
    return threadpool_set_max(workers, io);
}

static int32_t work_item_done(void)
{
    return threadpool_work_item_done();
}

static void report_status(int32_t working)
{
    threadpool_report_status(working != 0);
}

static void nothing(void)
{
}

static void initialize(uint8_t *enable_tracking)
{
    *enable_tracking = 0;
}

const IcallRow icalls_threadpool[] = {
    ICALL("RequestWorkerThread", NULL, request_worker),
    ICALL("SetMinThreadsNative", NULL, set_min),
    ICALL("SetMaxThreadsNative", NULL, set_max),
    ICALL("GetMinThreadsNative", NULL, threadpool_get_min),
    ICALL("GetMaxThreadsNative", NULL, threadpool_get_max),
    ICALL("GetAvailableThreadsNative", NULL, threadpool_get_available),
    ICALL("NotifyWorkItemComplete", NULL, work_item_done),
    ICALL("NotifyWorkItemProgressNative", NULL, nothing),
    ICALL("NotifyWorkItemQueued", NULL, nothing),
    ICALL("ReportThreadStatus", NULL, report_status),
    ICALL("InitializeVMTp", NULL, initialize),
    ICALLS_END,
};
