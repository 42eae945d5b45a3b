/* bind_images.h - the native images of assemblies. */
#ifndef LOADER_EXEC_BIND_IMAGES_H
#define LOADER_EXEC_BIND_IMAGES_H

#include "format/sidecar.h"

/* Looks for the assembly's images now; true: one of them is usable. */
bool bind_search(Assembly *assembly);
/* Images for --stats and embedders; false: no image of that number. Texts are borrowed.
 */
typedef struct BindImage {
    Assembly *assembly;
    const char *path;
    const struct Verdict *verdict;
} BindImage;
bool bind_image(uint32_t number, BindImage *out);

/* Adds an image of JITted code; ran: RAN_JITTED or RAN_CACHED. Takes it over. */
void bind_add_jitted(Sidecar *sidecar, uint8_t ran);

#endif
