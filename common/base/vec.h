/* vec.h - growing arrays: VEC(T) v = {0}; *vec_push(&v) = x; v.at[i], v.n;
 * vec_free(&v). */
#ifndef COMMON_BASE_VEC_H
#define COMMON_BASE_VEC_H

#include <stddef.h>

#define VEC(T)                                                                         \
    struct {                                                                           \
        T *at;                                                                         \
        size_t n, room;                                                                \
    }

/* Makes room for one more item and returns its address; the item is zeroed. */
#define vec_push(v)                                                                    \
    ((v)->at = vec_reserve((v)->at, (v)->n, &(v)->room, sizeof *(v)->at),              \
     &(v)->at[(v)->n++])
#define vec_free(v) (vec_release((v)->at), (v)->at = NULL, (v)->n = (v)->room = 0)

void *vec_reserve(void *at, size_t n, size_t *room, size_t size);
void vec_release(void *at);

#endif
