/* code_map_private.h - address of compiled code -> image.
 *
 * Looked at for each frame of unwinding, so finding takes no lock and allocates
 * nothing. Images are only added.
 */
#ifndef LOADER_EXEC_CODE_MAP_PRIVATE_H
#define LOADER_EXEC_CODE_MAP_PRIVATE_H

/* One thread at a time. */
void code_map_add(const void *start, const void *end, void *image);
/* What was added for the range that holds ip; NULL. Any thread, at any time. */
void *code_map_find(const void *ip);

#endif
