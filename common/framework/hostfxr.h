/* hostfxr.h - the installed .NET host, libhostfxr.so: where it is, and what it answers.
 *
 * It is found as a program's own executable finds it: DOTNET_ROOT_X64, DOTNET_ROOT (one
 * that is set is the only one), the path in /etc/dotnet/install_location*, the usual
 * directories, and then where `dotnet` of PATH lies; there the newest version in
 * host/fxr. It resolves a program's framework and dependencies by the same rules as
 * `dotnet`, since it is what `dotnet` asks.
 */
#ifndef COMMON_FRAMEWORK_HOSTFXR_H
#define COMMON_FRAMEWORK_HOSTFXR_H

#include <stdbool.h>

#include "common/base/err.h"
#include "common/framework/properties.h"

enum { HOSTFXR_PATH = 4096 };

/* The installation's directory. ERR_IO: there is none; all places that were looked at
 * are named. */
bool hostfxr_find_root(char root[HOSTFXR_PATH], Err *err);
/* Is that the directory of a program with a runtime of its own (published
 * --self-contained)? It is the root for itself. */
bool hostfxr_is_own(const char *dir);
/* The newest version among the subdirectories of dir, of at least that major one. */
bool hostfxr_newest(const char *dir, unsigned min_major, char version[256]);
/* Asks for the properties of the program at that path; fills *out. The library stays
 * mapped. ERR_IO, ERR_UNSUPPORTED: one line of what was looked for, and what helps. */
bool hostfxr_ask(const char *root, const char *app, HostProperties *out, Err *err);

/* That line, for what the host returned and wrote; app is the program's path. */
void hostfxr_explain(int code, const char *words, const char *app, Err *err);

#endif
