/* icu.c - ICU is loaded when a program first needs it.
 *
 * CoreLib has its native library load ICU before it knows whether a culture's data will
 * ever be wanted: by every program that writes to the console. That is a fifth of a
 * small program's time, for libraries of 35 MB with libstdc++ behind them. So the
 * request is answered at once where the system's linker lists ICU, and is carried out
 * when the first function of that native library is looked up. Where the linker does
 * not list it, or a program says which ICU it wants, the request is carried out when it
 * is made: what CoreLib says of a missing ICU comes when it always does.
 */
#include "loader/library/coreclr/interop/icu.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/file.h"
#include "loader/library/coreclr/diagnostics/fatal.h"

static const char library_name[] = "libSystem.Globalization.Native";
static const char load_name[] = "GlobalizationNative_LoadICU";

static bool owed; /* atomic: the request was answered, and is not carried out yet */
static void *owner;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static bool linker_lists_icu(void)
{
    static const char name[] = "libicuuc.so.";
    File file;
    Err err = ERR_INIT;
    if (!file_open(&file, "/etc/ld.so.cache", false, &err))
        return false;
    bool found = memmem(file.bytes.data, file.bytes.size, name, sizeof name - 1);
    file_close(&file);
    return found;
}

static int32_t load_later(void)
{
    __atomic_store_n(&owed, true, __ATOMIC_RELEASE);
    return true;
}

static const char *import_name(const Method *method)
{
    const Image *image = method->type->assembly->image;
    uint32_t row, end;
    return image_find_rows(image, TABLE_ImplMap, COL_ImplMap_MemberForwarded,
                           method->token, &row, &end)
               ? image_get_string(image, TABLE_ImplMap, row, COL_ImplMap_ImportName)
               : "";
}

void *icu_loader(Method *method)
{
    if (method->type->assembly != method->type->world->corlib ||
        strcmp(method->name, "LoadICU") != 0 ||
        strcmp(import_name(method), load_name) != 0)
        return NULL;
    bool choice = secure_getenv("CLR_ICU_VERSION_OVERRIDE") != NULL;
    return choice || !linker_lists_icu() ? NULL : (void *)load_later;
}

static void load(void)
{
    int32_t (*function)(void) = (int32_t(*)(void))dlsym(owner, load_name);
    if (!function || !function())
        fatal_fail_fast("ICU, which /etc/ld.so.cache lists, could not be loaded.");
}

void icu_look_up(void *library, const char *dll)
{
    if (!__atomic_load_n(&owed, __ATOMIC_ACQUIRE))
        return;
    if (dll ? strcmp(dll, library_name) != 0 : !dlsym(library, load_name))
        return;
    __atomic_store_n(&owner, library, __ATOMIC_RELAXED);
    pthread_once(&once, load);
}
