/* mono_host.c - what libmono-native.so asks of its host, and how it finds that.
 *
 * It looks for the names in the process's global scope. There the codicil program has
 * them; a library has only its own names there, if any, so a shim of four jumps is
 * loaded that has nothing else.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/base/log.h"
#include "loader/interop/interop.h"
#include "loader/library/mono/interop/native_names.h"

#define EXPORT __attribute__((visibility("default")))
EXPORT void mono_add_internal_call_with_flags(const char *name, const void *method,
                                              int cooperative);
EXPORT void mono_marshal_set_last_error(void);
EXPORT void *mono_threads_enter_gc_safe_region_internal(void *stack);
EXPORT void mono_threads_exit_gc_safe_region_internal(void *cookie, void *stack);

void mono_add_internal_call_with_flags(const char *name, const void *method,
                                       int cooperative)
{
    (void)name, (void)method,
        (void)cooperative; /* only Interop/Sys.Read: in loader/library/mono */
}

void mono_marshal_set_last_error(void)
{
    interop_set_last_error(errno);
}

void *mono_threads_enter_gc_safe_region_internal(void *stack)
{
    return stack; /* blocked threads need no announcement here */
}

void mono_threads_exit_gc_safe_region_internal(void *cookie, void *stack)
{
    (void)cookie, (void)stack;
}

static void *const functions[] = {
#define HOST(name) (void *)name,
#include "loader/library/mono/interop/mono_host.def"
#undef HOST
};

static const char *const names[] = {
#define HOST(name) #name,
#include "loader/library/mono/interop/mono_host.def"
#undef HOST
};

static bool names_are_visible(void)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!dlsym(RTLD_DEFAULT, names[i]))
            return false;
    return true;
}

extern const char mono_host_shim[];
extern const uint64_t mono_host_shim_size;

static void *shim_load(void)
{
    size_t size = mono_host_shim_size;
    char path[64];
    void *handle = NULL;
    int fd = memfd_create("codicil-mono-host", MFD_CLOEXEC);
    if (fd < 0 || write(fd, mono_host_shim, size) != (ssize_t)size) {
        log_line(LOG_WARN, "no memory file for the names of libmono-native.so: %m");
    } else {
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        handle = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
        if (!handle)
            log_line(LOG_WARN, "%s", dlerror());
    }
    if (fd >= 0)
        close(fd);
    return handle;
}

static void names_publish(void)
{
    if (names_are_visible())
        return;
    void *handle = shim_load();
    void **table = handle ? dlsym(handle, "codicil_mono_host") : NULL;
    for (size_t i = 0; table && i < sizeof functions / sizeof *functions; i++)
        table[i] = functions[i];
}

void mono_host_start(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, names_publish);
}
