/* framework.h - the installed framework that a program runs on, and what belongs to it.
 *
 * A program that was published for .NET is app.dll, app.runtimeconfig.json (which
 * framework, which version) and app.deps.json (what it is made of). The installed .NET
 * host knows the rules by which these lead to files (hostfxr.h); its answer is a list
 * of properties, of which PROPERTY_TRUSTED has every assembly, the framework's, too.
 *
 *     framework_find("hello.dll", cache, &properties, &err)
 *     world_use_framework(world, &properties)
 */
#ifndef COMMON_FRAMEWORK_FRAMEWORK_H
#define COMMON_FRAMEWORK_FRAMEWORK_H

#include "common/base/err.h"
#include "common/framework/properties.h"
#include "common/types/types.h"

/* What the host says of the program at that path. cache: the root of the per-user cache
 * where answers are kept (answer.h), or NULL. ERR_IO, ERR_UNSUPPORTED: one line of what
 * was looked for, where, and what would help. */
bool framework_find(const char *app, const char *cache, HostProperties *out, Err *err);

/* The world then finds assemblies where the properties say, before its corlib is
 * loaded. */
void world_use_framework(World *world, const HostProperties *properties);

/* For an assembly of a .NET library that nobody runs here: the class library that lies
 * beside it; the answer for the program that it is or that lies there; else the newest
 * framework that is installed, with the frameworks beside it. */
bool framework_for_assembly(World *world, const char *path, Err *err);

/* Does a program of .NET lie in the same directory, or is it one? */
bool framework_is_beside(const char *path);

/* ROOT/shared/NAME/VERSION, of the newest version from that major one on. ERR_IO. */
bool framework_newest(const char *name, unsigned min_major, char dir[4096], Err *err);
/* Where compiled code for a framework's assembly lies in a directory of images:
 * "NAME-VERSION" for DIR/NAME/VERSION/FILE where DIR is a "shared". False: it is none
 * of a framework. */
bool framework_images_name(const char *path, char name[512]);

#endif
