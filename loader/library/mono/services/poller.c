/* poller.c - waiting for many descriptors. An event ends a poll whose waits are no
 * longer all. */
#include "loader/library/mono/services/poller.h"

#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "common/base/lock.h"
#include "common/base/log.h"
#include "common/base/vec.h"

static Lock lock = LOCK_INIT(LOCK_LEAF);
static PollWait *waits;
static uint64_t last_number;
static int wake = -1;  /* an eventfd; -1: nobody polls yet */
static uint64_t polls; /* that have ended; under lock */
static pthread_cond_t poll_end = PTHREAD_COND_INITIALIZER;

static void poller_wake(void)
{
    uint64_t one = 1;
    if (write(wake, &one, sizeof one) < 0)
        log_line(LOG_WARN, "the selector's thread could not be woken");
}

bool poller_add(PollWait *wait, int fd, short events)
{
    lock_acquire(&lock);
    bool first = wake < 0;
    if (first)
        wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    *wait = (PollWait){NULL, ++last_number, fd, events};
    PollWait **link = &waits;
    while (*link)
        link = &(*link)->next;
    *link = wait;
    lock_release(&lock);
    poller_wake();
    return first;
}

/* Takes the waits off the list that `picked` accepts, in their order. */
static PollWait *waits_take(bool (*picked)(const PollWait *, const void *),
                            const void *context)
{
    PollWait *taken = NULL, **end = &taken;
    lock_acquire(&lock);
    for (PollWait **link = &waits; *link;) {
        PollWait *wait = *link;
        if (!picked(wait, context)) {
            link = &wait->next;
            continue;
        }
        *link = wait->next;
        wait->next = NULL;
        *end = wait;
        end = &wait->next;
    }
    lock_release(&lock);
    return taken;
}

static bool is_of(const PollWait *wait, const void *context)
{
    return wait->fd == *(const int *)context;
}

/* The kernel keeps a file open that a thread polls: that round ends first. */
PollWait *poller_remove(int fd)
{
    PollWait *taken = waits_take(is_of, &fd);
    if (!taken)
        return NULL;
    lock_acquire(&lock);
    uint64_t seen = polls;
    poller_wake();
    while (polls == seen)
        lock_wait(&lock, &poll_end, NULL);
    lock_release(&lock);
    return taken;
}

/* -- the thread that polls --------------------------------------------------- */

typedef struct Round { /* what one poll waits for: [0] is the wake event */
    VEC(struct pollfd) fds;
    VEC(uint64_t) numbers;
} Round;

static void round_fill(Round *round)
{
    round->fds.n = round->numbers.n = 0;
    *vec_push(&round->fds) = (struct pollfd){wake, POLLIN, 0};
    *vec_push(&round->numbers) = 0;
    lock_acquire(&lock);
    for (const PollWait *wait = waits; wait; wait = wait->next) {
        *vec_push(&round->fds) = (struct pollfd){wait->fd, wait->events, 0};
        *vec_push(&round->numbers) = wait->number;
    }
    lock_release(&lock);
}

static bool is_ready(const PollWait *wait, const void *context)
{
    const Round *round = context;
    for (size_t i = 1; i < round->fds.n; i++)
        if (round->numbers.at[i] == wait->number)
            return round->fds.at[i].revents != 0;
    return false;
}

void poller_run(void (*on_ready)(PollWait *list))
{
    Round round = {0};
    for (;;) {
        uint64_t count;
        round_fill(&round);
        int n = poll(round.fds.at, round.fds.n, -1);
        if (n < 0 && errno != EINTR)
            log_fatal("the selector can't poll");
        if (n > 0 && round.fds.at[0].revents && read(wake, &count, sizeof count) < 0)
            log_line(LOG_WARN, "the selector's event could not be read");
        lock_acquire(&lock);
        polls++; /* not before the event is read: it is to end the next one, too */
        pthread_cond_broadcast(&poll_end);
        lock_release(&lock);
        if (n > 0)
            on_ready(waits_take(is_ready, &round));
    }
}
