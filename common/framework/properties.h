/* properties.h - what the .NET host tells a runtime of a program: names and values,
 * which managed code gets as AppContext's data.
 */
#ifndef COMMON_FRAMEWORK_PROPERTIES_H
#define COMMON_FRAMEWORK_PROPERTIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Lists of paths, ':' between them. */
#define PROPERTY_TRUSTED "TRUSTED_PLATFORM_ASSEMBLIES"
#define PROPERTY_APP_PATHS "APP_PATHS"
#define PROPERTY_RESOURCES "PLATFORM_RESOURCE_ROOTS"
#define PROPERTY_NATIVE "NATIVE_DLL_SEARCH_DIRECTORIES"
/* ';' between them. */
#define PROPERTY_DEPS "APP_CONTEXT_DEPS_FILES"
/* An address in the process of the host that was asked. */
#define PROPERTY_CONTRACT "HOST_RUNTIME_CONTRACT"

typedef struct HostProperties {
    uint32_t n;
    char **names, **values; /* owned */
    bool kept; /* the answer of another process: the host was not asked in this one */
} HostProperties;

/* A later value of a name takes the place of the one before. */
void properties_add(HostProperties *properties, const char *name, const char *value);
/* NULL: there is none of that name. */
const char *properties_get(const HostProperties *properties, const char *name);
void properties_free(HostProperties *properties);

/* The next item of a list, its length in *n, or NULL; empty ones are skipped. */
const char *properties_next(const char **list, char separator, size_t *n);

#endif
