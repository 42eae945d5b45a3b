/* notice.c - programs that want to know when a full collection is about to be, and when
 * it has been: for one that can have others do its work meanwhile. That the next one is
 * full is known after the one before.
 */
#include "loader/gc/gc_private.h"

#include <time.h>

#include "common/base/lock.h"

static Lock lock = LOCK_INIT(LOCK_FINALIZER);
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static bool wanted;           /* atomic; all under the lock */
static uint64_t cancelled;    /* how often */
static bool seen[GC_NOTICES]; /* whoever waits for it goes on */

void gc_notices(bool want)
{
    lock_acquire(&lock);
    if (!want)
        cancelled++;
    if (!want || !wanted)
        seen[GC_NOTICE_APPROACH] = seen[GC_NOTICE_COMPLETE] = false;
    __atomic_store_n(&wanted, want, __ATOMIC_RELAXED);
    pthread_cond_broadcast(&changed);
    lock_release(&lock);
}

static void give(GcNotice notice)
{
    seen[notice] = true;
    seen[GC_NOTICE_COMPLETE - notice] = false;
}

void notice_give(bool full)
{
    if (!__atomic_load_n(&wanted, __ATOMIC_RELAXED))
        return;
    lock_acquire(&lock);
    if (full)
        give(GC_NOTICE_COMPLETE);
    else if (collect_next_is_full())
        give(GC_NOTICE_APPROACH);
    pthread_cond_broadcast(&changed);
    lock_release(&lock);
}

static struct timespec after(int32_t ms)
{
    enum { MS = 1000000, SECOND = 1000 * MS };
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_sec += ms / 1000;
    t.tv_nsec += (long)(ms % 1000) * MS;
    if (t.tv_nsec >= SECOND) {
        t.tv_sec++;
        t.tv_nsec -= SECOND;
    }
    return t;
}

GcNoticeAnswer gc_notice_wait(GcNotice notice, int32_t ms)
{
    struct timespec until = after(ms < 0 ? 0 : ms);
    lock_acquire(&lock);
    GcNoticeAnswer answer = wanted ? GC_NOTICE_GIVEN : GC_NOTICE_NOT_WANTED;
    uint64_t before = cancelled;
    int code = 0;
    while (answer == GC_NOTICE_GIVEN && !seen[notice] && cancelled == before && !code)
        code = lock_wait(&lock, &changed, ms < 0 ? NULL : &until);
    if (cancelled != before)
        answer = GC_NOTICE_CANCELED;
    else if (answer == GC_NOTICE_GIVEN && !seen[notice])
        answer = GC_NOTICE_TIMEOUT;
    lock_release(&lock);
    return answer;
}
