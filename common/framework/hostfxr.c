/* hostfxr.c - finding and asking libhostfxr.so. */
#include "common/framework/hostfxr.h"

#include <assert.h>
#include <dirent.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/bytes.h"
#include "common/base/file.h"
#include "common/base/mem.h"

/* -- Versions ------------------------------------------------------------------------
 */

/* 10.0.12, 11.0.0-preview.3: by numbers, one without a suffix after those with it. */
static int version_compare(const char *a, const char *b)
{
    unsigned x[3] = {0}, y[3] = {0};
    (void)sscanf(a, "%u.%u.%u", &x[0], &x[1], &x[2]);
    (void)sscanf(b, "%u.%u.%u", &y[0], &y[1], &y[2]);
    for (int i = 0; i < 3; i++)
        if (x[i] != y[i])
            return x[i] < y[i] ? -1 : 1;
    const char *p = strchr(a, '-'), *q = strchr(b, '-');
    if (!p || !q)
        return (q != NULL) - (p != NULL);
    return strverscmp(p, q);
}

bool hostfxr_newest(const char *dir, unsigned min_major, char version[256])
{
    const struct dirent *entry;
    DIR *list = opendir(dir);
    *version = '\0';
    while (list && (entry = readdir(list))) {
        unsigned major;
        if (sscanf(entry->d_name, "%u.", &major) == 1 && major >= min_major &&
            (!*version || version_compare(entry->d_name, version) > 0))
            snprintf(version, 256, "%s", entry->d_name);
    }
    if (list)
        closedir(list);
    return *version;
}

/* -- Where it is ------------------------------------------------------------------- */

typedef struct Places {
    char *root;    /* out: HOSTFXR_PATH bytes */
    Buffer looked; /* at: for people */
    bool last;     /* nothing else counts */
} Places;

bool hostfxr_is_own(const char *dir)
{
    static const char *const parts[] = {"libhostfxr.so", "libhostpolicy.so"};
    char path[HOSTFXR_PATH];
    for (int i = 0; i < 2; i++)
        if (!file_join(path, sizeof path, dir, parts[i]) || !file_exists(path))
            return false;
    return true;
}

static bool library_path(char path[HOSTFXR_PATH], const char *root)
{
    char dir[HOSTFXR_PATH], version[256];
    if (hostfxr_is_own(root))
        return file_join(path, HOSTFXR_PATH, root, "libhostfxr.so");
    if (!file_join(dir, sizeof dir, root, "host/fxr") ||
        !hostfxr_newest(dir, 0, version))
        return false;
    int n = snprintf(path, HOSTFXR_PATH, "%s/%s/libhostfxr.so", dir, version);
    return n < HOSTFXR_PATH && file_exists(path);
}

/* Which version there is in it is not asked at each start. */
static bool place_try(Places *places, const char *origin, const char *root)
{
    char path[HOSTFXR_PATH];
    buffer_printf(&places->looked, "%s%s%.200s", places->looked.size ? ", " : "",
                  origin, root);
    return file_join(path, sizeof path, root, "host/fxr") && !access(path, X_OK) &&
           strcpy(places->root, root);
}

static bool try_environment(Places *places)
{
    static const char *const names[] = {"DOTNET_ROOT_X64", "DOTNET_ROOT"};
    for (int i = 0; i < 2; i++) {
        const char *root = secure_getenv(names[i]);
        char origin[40];
        if (!root || !*root)
            continue;
        places->last = true;
        snprintf(origin, sizeof origin, "%s=", names[i]);
        return place_try(places, origin, root);
    }
    return false;
}

static bool try_installed(Places *places)
{
    static const char *const files[] = {"/etc/dotnet/install_location_x64",
                                        "/etc/dotnet/install_location"};
    static const char *const usual[] = {"/usr/share/dotnet", "/usr/lib/dotnet"};
    for (int i = 0; i < 2; i++) {
        char line[HOSTFXR_PATH];
        FILE *file = fopen(files[i], "re");
        bool read = file && fgets(line, sizeof line, file);
        if (file)
            fclose(file);
        if (!read)
            continue;
        line[strcspn(line, "\r\n")] = '\0';
        places->last = true;
        return place_try(places, "", line);
    }
    return place_try(places, "", usual[0]) || place_try(places, "", usual[1]);
}

static bool try_path(Places *places)
{
    const char *list = secure_getenv("PATH"), *dir;
    size_t n;
    while ((dir = properties_next(&list, ':', &n))) {
        char path[HOSTFXR_PATH];
        int length = snprintf(path, sizeof path, "%.*s/dotnet", (int)n, dir);
        if (*dir != '/' || length >= (int)sizeof path || access(path, X_OK))
            continue;
        char *real = realpath(path, NULL), *slash = real ? strrchr(real, '/') : NULL;
        bool found =
            slash && slash != real && !(*slash = '\0') && place_try(places, "", real);
        free(real);
        if (found)
            return true;
    }
    return false;
}

bool hostfxr_find_root(char root[HOSTFXR_PATH], Err *err)
{
    Places places = {.root = root, .looked = BUFFER_INIT};
    bool found = try_environment(&places) || (!places.last && try_installed(&places)) ||
                 (!places.last && try_path(&places));
    if (!found)
        err_set(err, ERR_IO,
                "no .NET host (host/fxr/VERSION/libhostfxr.so) in %.*s; install the "
                ".NET runtime (https://aka.ms/dotnet/download) or set DOTNET_ROOT",
                places.looked.size > 240 ? 240 : (int)places.looked.size,
                (const char *)places.looked.data);
    buffer_free(&places.looked);
    return found;
}

/* -- Asking -------------------------------------------------------------------------
 */

/* The part of its interface that is used here. */
typedef void ErrorWriter(const char *message);
typedef struct InitParameters {
    size_t size;
    const char *host_path, *dotnet_root;
} InitParameters;

typedef struct HostFxr {
    int (*initialize)(int argc, const char **argv, const InitParameters *, void **out);
    int (*properties)(void *context, size_t *n, const char **names,
                      const char **values);
    int (*close)(void *context);
    ErrorWriter *(*set_writer)(ErrorWriter *);
} HostFxr;

static const struct {
    const char *name;
    size_t offset;
} functions[] = {
    {"hostfxr_initialize_for_dotnet_command_line", offsetof(HostFxr, initialize)},
    {"hostfxr_get_runtime_properties", offsetof(HostFxr, properties)},
    {"hostfxr_close", offsetof(HostFxr, close)},
    {"hostfxr_set_error_writer", offsetof(HostFxr, set_writer)},
};

static Buffer words; /* what it wrote, while it is asked */

static void write_words(const char *message)
{
    buffer_printf(&words, "%s\n", message);
}

static bool fxr_open(HostFxr *fxr, const char *root, Err *err)
{
    char path[HOSTFXR_PATH];
    if (!library_path(path, root))
        return err_set(err, ERR_IO, "no host/fxr/VERSION/libhostfxr.so in %s", root);
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return err_set(err, ERR_IO, "%.200s", dlerror());
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        void *function = dlsym(library, functions[i].name);
        if (!function)
            return err_set(err, ERR_UNSUPPORTED, "%s: no function %s", path,
                           functions[i].name);
        memcpy((char *)fxr + functions[i].offset, &function, sizeof function);
    }
    return true;
}

static bool take_properties(const HostFxr *fxr, void *context, HostProperties *out)
{
    size_t n = 0;
    fxr->properties(context, &n, NULL, NULL); /* too small: says how many */
    const char **names = mem_array(n + 1, sizeof *names);
    const char **values = mem_array(n + 1, sizeof *values);
    bool ok = !fxr->properties(context, &n, names, values);
    for (size_t i = 0; ok && i < n; i++)
        if (strcmp(names[i], PROPERTY_CONTRACT) != 0)
            properties_add(out, names[i], values[i]);
    free(names);
    free(values);
    return ok && n;
}

bool hostfxr_ask(const char *root, const char *app, HostProperties *out, Err *err)
{
    HostFxr fxr = {0};
    void *context = NULL;
    char host[HOSTFXR_PATH];
    const char *args[] = {app, NULL};
    if (!fxr_open(&fxr, root, err) || !file_join(host, sizeof host, root, "dotnet"))
        return err_set(err, ERR_IO, "%s: the path is too long", root);
    assert(fxr.set_writer && fxr.initialize && fxr.close);
    InitParameters parameters = {sizeof parameters, host, root};
    words = (Buffer)BUFFER_INIT;
    ErrorWriter *before = fxr.set_writer(write_words);
    int code = fxr.initialize(1, args, &parameters, &context);
    /* 1 and 2: it has been asked before in this process. */
    bool ok = code >= 0 && code <= 2 && context && take_properties(&fxr, context, out);
    if (context)
        fxr.close(context);
    fxr.set_writer(before);
    buffer_u8(&words, 0);
    if (!ok)
        hostfxr_explain(code, (const char *)words.data, app, err);
    buffer_free(&words);
    return ok;
}
