#include "common/framework/properties.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"

static char **find(const HostProperties *properties, const char *name)
{
    for (uint32_t i = 0; i < properties->n; i++)
        if (!strcmp(properties->names[i], name))
            return &properties->values[i];
    return NULL;
}

void properties_add(HostProperties *properties, const char *name, const char *value)
{
    char **known = find(properties, name);
    if (known) {
        free(*known);
        *known = mem_strdup(value);
        return;
    }
    uint32_t n = properties->n++;
    properties->names = mem_resize(properties->names, n + 1, sizeof(char *));
    properties->values = mem_resize(properties->values, n + 1, sizeof(char *));
    properties->names[n] = mem_strdup(name);
    properties->values[n] = mem_strdup(value);
}

const char *properties_get(const HostProperties *properties, const char *name)
{
    char **value = find(properties, name);
    return value ? *value : NULL;
}

void properties_free(HostProperties *properties)
{
    for (uint32_t i = 0; i < properties->n; i++) {
        free(properties->names[i]);
        free(properties->values[i]);
    }
    free(properties->names);
    free(properties->values);
    *properties = (HostProperties){.n = 0};
}

const char *properties_next(const char **list, char separator, size_t *n)
{
    const char *at = *list;
    while (at && *at == separator)
        at++;
    if (!at || !*at)
        return NULL;
    const char *end = strchr(at, separator);
    *n = end ? (size_t)(end - at) : strlen(at);
    *list = at + *n;
    return at;
}
