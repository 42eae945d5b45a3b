/* markers_private.h - threads that mark together. */
#ifndef LOADER_GC_MARKERS_PRIVATE_H
#define LOADER_GC_MARKERS_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>

enum {
    MARKERS = 8,            /* at most, with the thread that collects */
    LEAST_STACK = 16 << 10, /* entries */
    SHARE_FROM = 64, /* who has more to follow gives of it, if others have none */
};

typedef struct Marker {
    void **stack; /* what was found, and not yet looked at (mark.c) */
    size_t n, room;
    size_t most;   /* that n was, where it was looked at */
    bool is_clean; /* most that is on the stack was not marked when it was full */
} Marker;

extern size_t markers_room; /* entries of a stack at most; of tests */
extern size_t
    markers_from; /* bytes to be swept, for one to wake the others; of tests */
extern Marker markers[MARKERS]; /* [0]: of the thread that collects */

void marker_follow(Marker *marker); /* mark.c: until its stack is empty */
void marker_share(Marker *marker);
/* Follows all that lies on the first one's stack, after the first thing (NULL: there is
 * none); all of them together, or the first one alone. */
static inline bool markers_worth(size_t swept)
{
    return swept >= markers_from;
}
typedef void MarkersFirst(Marker *marker);
void markers_run(bool together, MarkersFirst *first);

/* The first things: each call takes parts until none is left. */
void cards_follow(Marker *marker);

/* mark.c: what the words between two addresses of an object refer to. */
void mark_part(Marker *marker, void *object, char *low, char *high);

#endif
