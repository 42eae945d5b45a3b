/* profile.h - which methods programs run, so that an image has them side by side.
 *
 * A profile is what `codicil --list-methods` writes: a line a method, HOW TAB ASSEMBLY
 * TAB NAME; what ran first, or what matters most, comes first. A start touches some
 * hundred methods of forty thousand: when their code and their rows lie together it
 * reads tens of pages, else thousands. A name without parameters is that of all
 * overloads and instances.
 */
#ifndef CROSSGEN_PROFILE_H
#define CROSSGEN_PROFILE_H

#include "common/base/bytes.h"
#include "common/base/map.h"
#include "common/types/types.h"

enum { PROFILE_NONE = UINT32_MAX };

typedef struct Profile {
    Map exact;  /* "assembly TAB name" -> rank + 1 */
    Map shared; /* the same without generic arguments and parameters, of instances */
    Map all;    /* names that came without parameters */
    uint32_t n;
} Profile;

/* Adds the methods of a file behind those that are there. */
bool profile_read(Profile *profile, const char *path, Err *err);
/* The same of a file's content. */
bool profile_add(Profile *profile, Bytes content, const char *path, Err *err);
/* Those of a class library's own list (struct Library). */
void profile_add_library(Profile *profile, const Library *library);
void profile_free(Profile *profile);
/* Place of a method, instance or synthesised method among them, from 0; PROFILE_NONE:
 * it did not run. Shared code is that of any of its instances. */
uint32_t profile_rank(const Profile *profile, Method *method);

#endif
