/* startup.c - from nothing to Main. It knows all floors: each is told here what it asks
 * of those above it, and the class library is plugged in.
 *
 * Only what Main needs is done before Main; no managed code runs before its class.
 */
#include "loader/host/startup.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/framework/framework.h"
#include "common/types/choose.h"
#include "common/types/probing.h"
#include "format/jitcache.h"
#include "loader/exec/exec.h"
#include "loader/gc/gc.h"
#include "loader/interop/interop.h"
#include "loader/library/coreclr/library.h"
#include "loader/library/mono/library.h"
#include "loader/vm/library.h"
#include "loader/vm/exception.h"
#include "loader/vm/shutdown.h"
#include "loader/vm/thread.h"
#include "loader/exec/bind.h"
#include "loader/exec/invoke.h"
#include "loader/exec/natives.h"
#include "loader/gc/object.h"
#include "loader/vm/array.h"
#include "loader/vm/object.h"
#include "loader/vm/string.h"
#include "loader/vm/typert.h"
#include "loader/vm/vm.h"
#include "loader/vm/member.h"

uint64_t vm_main_ns;
const char *vm_library_dir;
const Library *vm_library;
static Image *chosen; /* the program, between vm_choose_library and vm_open_program */

/* -- start --------------------------------------------------------------------- */

static bool find_framework(const char *path, Err *err)
{
    static HostProperties properties;
    char cache[4096];
    bool kept = !vm.no_cache && jitcache_root(cache, sizeof cache);
    if (!framework_find(path, kept ? cache : NULL, &properties, err))
        return false;
    vm.properties = &properties;
    return true;
}

bool vm_choose_library(const char *path, Err *err)
{
    char *real = realpath(path, NULL);
    chosen = image_open(real ? real : path, err);
    free(real);
    if (chosen)
        vm_library = library_of_references(chosen);
    return chosen && (!vm_library->search.framework || find_framework(path, err));
}

static bool world_start(Err *err)
{
    vm.world = world_open();
    if (vm_library)
        world_set_library(vm.world, vm_library);
    if (vm.properties)
        world_use_framework(vm.world, vm.properties);
    if (vm_library_dir)
        world_set_library_dir(vm.world, vm_library_dir);
    return world_load_corlib(vm.world, err);
}

static bool err_of_pending(const char *what, Err *err)
{
    char *text = exception_describe(exception_take());
    err_set(err, ERR_TYPE_LOAD, "%s: %.300s", what, text);
    free(text);
    return false;
}

/* Filled in by hand: a constructor would run managed code. */
static Object *exception_preallocate(const char *name, int32_t hresult,
                                     const char *message)
{
    Err err = ERR_INIT;
    Type *type = assembly_find_type(vm.world->corlib, "System", name, &err);
    Object *exception = type ? object_new(type) : NULL;
    if (!exception)
        log_fatal("System.%s is missing from the class library", name);
    field_exception_message_set(exception, message ? string_from_utf8(message) : NULL);
    *field_exception_hresult(exception) = hresult;
    return exception;
}

static bool set_string_empty(void)
{
    static const uint16_t nothing[1];
    String **empty = static_string_empty();
    if (empty)
        *empty = string_intern(string_from_utf16(nothing, 0));
    return empty;
}

static bool objects_start(Err *err)
{
    enum {
        COR_OUT_OF_MEMORY = 0x8007000e,
        COR_STACK_OVERFLOW = 0x800703e9,
        COR_NULL_REFERENCE = 0x80004003
    };
    if (!set_string_empty())
        return err_of_pending("the empty string", err);
    vm.out_of_memory =
        exception_preallocate("OutOfMemoryException", (int32_t)COR_OUT_OF_MEMORY,
                              vm.world->library->memory_text);
    vm.stack_overflow =
        exception_preallocate("StackOverflowException", (int32_t)COR_STACK_OVERFLOW,
                              "The requested operation caused a stack overflow.");
    vm.null_reference =
        exception_preallocate("NullReferenceException", (int32_t)COR_NULL_REFERENCE,
                              vm.world->library->null_text);
    gc_set_tombstone(object_new(vm.world->known.object));
    return vm_library_hooks->start(err) || !exception_pending() ||
           err_of_pending("the class library", err);
}

static void run_finalizer(Object *object)
{
    Method *method = object_type(object)->finalizer;
    void *args[] = {&object};
    uint64_t result[2];
    if (method &&
        !(vm_library_hooks->finalize ? vm_library_hooks->finalize(object)
                                     : vm_invoke_bottom(method, args, result)))
        vm_die(DIED_IN_RUNTIME_THREAD);
}

static const GcRuntime collector_runtime = {
    .attach_thread = thread_attach_background,
    .finalize = run_finalizer,
};

static void plug_in(void)
{
    if (vm_library == &library_coreclr)
        coreclr_plug_in();
    else
        mono_plug_in();
}

bool vm_start(Err *err)
{
    assert(!vm.world);
    lock_init(&vm.lock, LOCK_VM);
    if (!vm.start_ns)
        vm.start_ns = vm_now_ns();
    gc_start(&collector_runtime);
    exec_interop = &interop_for_exec;
    exec_natives[NATIVE_PINVOKE] = pinvoke_stub;
    plug_in();
    gc_root(&vm, sizeof vm);
    if (!world_start(err) || !bind_start(err))
        return false;
    exec_start();
    if (!thread_attach(NULL))
        return err_of_pending("the main thread", err);
    return objects_start(err);
}

/* -- the program --------------------------------------------------------------- */

Assembly *vm_open_program(const char *path, Err *err)
{
    Image *image = chosen;
    chosen = NULL;
    if (!vm.properties)
        probing_add_dirs(vm.world, path);
    return image ? world_load_image(vm.world, image, err)
                 : world_load_file(vm.world, path, err);
}

Method *vm_entry_point(Assembly *assembly, Err *err)
{
    uint32_t token = assembly->image->entry_token;
    if (TOKEN_TABLE(token) != TABLE_MethodDef ||
        TOKEN_RID(token) > image_rows(assembly->image, TABLE_MethodDef)) {
        err_set(err, ERR_BAD_IMAGE, "%s: no entry point", assembly->image->path);
        return NULL;
    }
    Method *method = assembly_method(assembly, TOKEN_RID(token), err);
    MethodSig *sig = method ? method_sig(method, err) : NULL;
    if (!sig)
        return NULL;
    bool plain = method->flags & METHOD_STATIC && method->name[0] != '.' &&
                 !method->n_args && !method->type->n_args &&
                 (sig->n_params == 0 ||
                  (sig->n_params == 1 && sig->params[0]->element == ELEMENT_SZARRAY &&
                   sig->params[0]->elem->element == ELEMENT_STRING));
    if (plain)
        return method;
    err_set(err, ERR_BAD_IMAGE, "%s: the entry point %s is not a static Main",
            assembly->image->path, method->name);
    return NULL;
}

static bool module_init(Assembly *assembly)
{
    return !image_rows(assembly->image, TABLE_TypeDef) ||
           type_init(assembly_type(assembly, 1));
}

bool vm_call_main(Method *entry)
{
    Err err = ERR_INIT;
    MethodSig *sig = method_sig(entry, &err);
    if (!sig)
        return exception_set_err(&err);
    /* The host's properties come first: managed code asks for them. */
    if (!vm_library_hooks->before_main())
        return false;
    Array *array = sig->n_params ? vm_library_hooks->main_args() : NULL;
    if (sig->n_params && !array)
        return false;
    void *args[] = {&array};
    uint64_t result[2] = {0};
    bool precise = !(entry->type->bits & TYPE_BIT_BEFOREFIELDINIT);
    if (!module_init(entry->type->assembly) || (precise && !type_init(entry->type)))
        return false;
    vm_main_ns = vm_now_ns();
    if (!vm_invoke_bottom(entry, args, result))
        return false;
    bool has_code = sig->ret == vm.world->known.i4 ||
                    type_underlying(sig->ret) == vm.world->known.u4;
    if (has_code)
        vm.exit_code = (int32_t)result[0];
    return true;
}

int vm_run_main(Assembly *assembly)
{
    Err err = ERR_INIT;
    Method *entry = vm_entry_point(assembly, &err);
    vm.entry = assembly;
    if (entry && image_has_attribute(entry->type->assembly->image, entry->token,
                                     "System", "STAThreadAttribute"))
        thread_set_apartment(thread_self(), APARTMENT_STA);
    thread_self()->runs_main = true;
    bool ok = entry ? vm_call_main(entry) : exception_set_err(&err);
    thread_self()->runs_main = false;
    if (!ok) {
        vm_print_last();
        return DIED_IN_THREAD;
    }
    thread_wait_foreground();
    vm_shutdown();
    return vm.exit_code; /* other threads and handlers may have changed it */
}
