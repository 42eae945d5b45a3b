/* io_selector.c - System.IOSelector: jobs that wait until a descriptor can be read or
 * written, then run on the thread pool. One thread polls for all of them. */
#include <poll.h>

#include "common/base/log.h"
#include "loader/gc/gc.h"
#include "loader/library/mono/members.h"
#include "loader/library/mono/net/socket.h"
#include "loader/library/mono/services/poller.h"
#include "loader/library/mono/table.h"
#include "loader/vm/thread.h"
#include "loader/exec/invoke.h"
#include "loader/gc/object.h"
#include "loader/vm/exception.h"

enum { OPERATION_READ = 1 }; /* System.IOOperation */

typedef struct Job { /* uncollectable gc memory */
    PollWait wait;   /* first: who has it has the job */
    Object *object;  /* IOSelectorJob */
} Job;

static void jobs_queue(PollWait *list)
{
    while (list) {
        Job *job = (Job *)list;
        int32_t global = 0;
        uint64_t result;
        void *args[] = {&job->object, &global};
        list = list->next;
        if (!method_invoke(method_thread_pool_queue(), args, &result)) {
            exception_take();
            log_line(LOG_WARN, "a job of the selector could not be queued");
        }
        gc_free(job);
    }
}

static void poller_main(void *arg)
{
    (void)arg;
    poller_run(jobs_queue);
}

static void selector_add(int64_t handle, Object *object)
{
    Job *job = gc_alloc_uncollectable(sizeof *job);
    job->object = object;
    short events =
        *field_selector_job_operation(object) == OPERATION_READ ? POLLIN : POLLOUT;
    if (poller_add(&job->wait, (int)handle, events) &&
        !thread_run("Selector", poller_main, NULL))
        log_fatal("the selector's thread could not be made");
}

void io_selector_remove(int fd)
{
    jobs_queue(poller_remove(fd));
}

static void selector_remove(int64_t handle)
{
    io_selector_remove((int)handle);
}

const IcallRow icalls_io_selector[] = {
    ICALL("Add", NULL, selector_add),
    ICALL("Remove", NULL, selector_remove),
    ICALLS_END,
};
