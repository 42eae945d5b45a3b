/* hostpolicy.c - the .NET host's own library, for programs that ask it.
 *
 * AssemblyDependencyResolver calls it, and it answers only in a process whose host it
 * has been. Where the answer of an earlier run told what the program is made of, no
 * host was asked in this one: it is when the library is wanted.
 */
#include "loader/library/coreclr/interop/hostpolicy.h"

#include <pthread.h>
#include <string.h>

#include "common/base/log.h"
#include "common/framework/framework.h"
#include "loader/vm/vm.h"

static void ask(void)
{
    HostProperties same;
    Err err = ERR_INIT;
    if (framework_find(vm.entry->image->path, NULL, &same, &err))
        properties_free(&same);
    else
        log_line(LOG_INFO, "the .NET host: %s", err.text);
}

void hostpolicy_look_up(const char *dll)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    if (strcmp(dll, "libhostpolicy") != 0 || !vm.entry || !vm.properties ||
        !vm.properties->kept)
        return;
    pthread_once(&once, ask);
}
