/* bundle.h - programs that `dotnet publish` has put into one file. */
#ifndef COMMON_FRAMEWORK_BUNDLE_H
#define COMMON_FRAMEWORK_BUNDLE_H

#include <stdbool.h>

/* Has an executable assemblies in it (PublishSingleFile)? */
bool bundle_is(const char *path);

#endif
