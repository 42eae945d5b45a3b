/* poller.h - waiting for many descriptors, on one thread of the caller's. */
#ifndef LOADER_LIBRARY_MONO_SERVICES_POLLER_H
#define LOADER_LIBRARY_MONO_SERVICES_POLLER_H

#include <stdbool.h>
#include <stdint.h>

/* One wait; a part of what the caller keeps of it. */
typedef struct PollWait {
    struct PollWait *next;
    uint64_t number; /* tells waits apart whose memory or descriptor was used again */
    int fd;
    short events;
} PollWait;

/* True: it is the first, and a thread is to run poller_run. */
bool poller_add(PollWait *wait, int fd, short events);
/* Takes out the waits for a descriptor, as a list in their order. The descriptor may be
 * closed then. */
PollWait *poller_remove(int fd);
/* Gives out lists of waits that are over, one after the other. Never returns. */
void poller_run(void (*on_ready)(PollWait *list)) __attribute__((noreturn));

#endif
