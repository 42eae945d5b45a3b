/* unwind_find.c - lets the platform's unwinder see images that we map ourselves.
 *
 * libgcc asks glibc's _dl_find_object (2.35) for the unwind tables of a pc. A
 * definition in the program comes before glibc's; ours answers for images, and passes
 * the rest on.
 */
#include <dlfcn.h>
#include <link.h>

#include "loader/exec/exec.h"

__attribute__((visibility("default"))) int _dl_find_object(void *pc,
                                                           struct dl_find_object *found)
{
    static int (*next)(void *, struct dl_find_object *);
    void *start, *end, *table;
    if (bind_find_image(pc, &start, &end, &table)) {
        *found = (struct dl_find_object){.dlfo_map_start = start,
                                         .dlfo_map_end = (char *)end - 1,
                                         .dlfo_eh_frame = table};
        return 0;
    }
    int (*other)(void *, struct dl_find_object *) =
        __atomic_load_n(&next, __ATOMIC_ACQUIRE);
    if (!other) {
        other = (int (*)(void *, struct dl_find_object *))dlsym(RTLD_NEXT,
                                                                "_dl_find_object");
        __atomic_store_n(&next, other, __ATOMIC_RELEASE);
    }
    return other ? other(pc, found) : -1;
}
