#include "common/base/vec.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"

void *vec_reserve(void *at, size_t n, size_t *room, size_t size)
{
    if (n == *room) {
        *room = *room ? *room * 2 : 8;
        at = mem_resize(at, *room, size);
    }
    memset((char *)at + n * size, 0, size);
    return at;
}

void vec_release(void *at)
{
    free(at);
}
