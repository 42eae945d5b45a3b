/* appdomain.c - System.AppDomain: there is one. */
#include <libgen.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/lock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "loader/gc/gc.h"
#include "loader/library/mono/members.h"
#include "loader/library/mono/reflection/assembly.h"
#include "loader/library/mono/table.h"
#include "loader/vm/exception.h"
#include "loader/exec/invoke.h"
#include "loader/gc/object.h"
#include "loader/vm/array.h"
#include "loader/vm/object.h"
#include "loader/vm/string.h"
#include "loader/vm/vm.h"
#include "loader/reflect/members.h"

static Lock lock = LOCK_INIT(LOCK_LEAF);
static struct {
    Object *setup, *context;
    String *guid;
    struct Data *data;
} domain; /* a root; under lock */

typedef struct Data { /* gc memory */
    struct Data *next;
    char *name;
    Object *value;
} Data;

static void domain_root(void)
{
    static bool rooted;
    if (!rooted)
        gc_root(&domain, sizeof domain);
    rooted = true;
}

static Object *current(void)
{
    return vm.domain;
}

/* -- set-up -------------------------------------------------------------------- */

static char *entry_path(void)
{
    const char *path = vm.entry ? vm.entry->image->path : ".";
    char *full = realpath(path, NULL);
    char *copy = full ? full : mem_strdup(path);
    return copy;
}

static Object *setup_make(void)
{
    Object *setup = object_new(known_domain_setup());
    if (!setup)
        return NULL;
    char *path = entry_path();
    Buffer text = BUFFER_INIT;
    buffer_printf(&text, "%s.config", path);
    field_domain_setup_config_set(
        setup, string_from_utf8n((const char *)text.data, text.size));
    text.size = 0;
    buffer_printf(&text, "%s/", dirname(path));
    field_domain_setup_base_set(setup,
                                string_from_utf8n((const char *)text.data, text.size));
    buffer_free(&text);
    free(path);
    return setup;
}

static Object *get_setup(void)
{
    Object *setup = __atomic_load_n(&domain.setup, __ATOMIC_ACQUIRE);
    if (setup)
        return setup;
    setup = setup_make();
    lock_acquire(&lock);
    domain_root();
    if (!domain.setup)
        __atomic_store_n(&domain.setup, setup, __ATOMIC_RELEASE);
    lock_release(&lock);
    return domain.setup;
}

static String *friendly_name(void)
{
    char *path = entry_path();
    String *name = string_from_utf8(basename(path));
    free(path);
    return name;
}

/* -- data ---------------------------------------------------------------------- */

static Data *data_find(const char *name)
{
    Data *data = domain.data;
    while (data && strcmp(data->name, name))
        data = data->next;
    return data;
}

static Object *get_data(Object *self, String *name)
{
    (void)self;
    if (!name) {
        exception_argument_null("name");
        return NULL;
    }
    char *text = string_to_utf8(name);
    lock_acquire(&lock);
    Data *data = data_find(text);
    Object *value = data ? data->value : NULL;
    lock_release(&lock);
    bool base = !data && !strcmp(text, "APPBASE");
    bool config = !data && !strcmp(text, "APP_CONFIG_FILE");
    Object *setup = base || config ? get_setup() : NULL;
    if (setup)
        value = (Object *)(base ? *field_domain_setup_base(setup)
                                : *field_domain_setup_config(setup));
    free(text);
    return value;
}

static void set_data(Object *self, String *name, Object *value)
{
    (void)self;
    if (!name) {
        exception_argument_null("name");
        return;
    }
    char *text = string_to_utf8(name);
    lock_acquire(&lock);
    domain_root();
    Data *data = data_find(text);
    if (!data) {
        data = gc_alloc(sizeof *data);
        *data = (Data){domain.data, text, NULL};
        domain.data = data;
        text = NULL;
    }
    data->value = value;
    lock_release(&lock);
    free(text);
}

/* -- assemblies ---------------------------------------------------------------- */

static Array *get_assemblies(Object *self, int32_t reflection_only)
{
    (void)self;
    World *world = vm.world;
    PtrArray *list = ptr_array_new();
    lock_acquire(&world->lock);
    for (size_t i = 0; !reflection_only && i < world->assemblies.n; i++)
        ptr_array_push(list, world->assemblies.at[i]);
    lock_release(&world->lock);
    Array *array = array_new_of(known_assembly(), list->n);
    for (int32_t i = 0; array && i < list->n; i++)
        array_set(array, i, reflection_assembly(list->data[i]));
    ptr_array_free(list);
    return array;
}

static Object *load_assembly(Object *self, String *name, Object *evidence,
                             int32_t reflection_only, int32_t *mark)
{
    (void)self, (void)evidence, (void)reflection_only, (void)mark;
    Method *user = reflection_user();
    char *text = string_to_utf8(name);
    Assembly *assembly =
        assembly_load_display(text, user ? user->type->assembly : NULL);
    free(text);
    return assembly ? reflection_assembly(assembly) : NULL;
}

static Object *load_raw(Object *self, Array *bytes, Array *symbols, Object *evidence,
                        int32_t reflection_only)
{
    (void)self, (void)symbols, (void)evidence, (void)reflection_only;
    Err err = ERR_INIT;
    uint8_t *copy = reflection_alloc(bytes->length); /* the image refers to it */
    memcpy(copy, bytes->data, bytes->length);
    Image *image = image_open_bytes((Bytes){copy, bytes->length}, "", &err);
    Assembly *assembly = image ? world_add_image(vm.world, image, &err) : NULL;
    if (!assembly) {
        exception_set_err(&err);
        return NULL;
    }
    Object *object = reflection_assembly(assembly);
    if (object)
        *field_runtime_assembly_from_bytes(object) = 1;
    assembly_announce(assembly);
    return object;
}

static int32_t execute(Object *self, Object *assembly, Array *args)
{
    (void)self;
    Err err = ERR_INIT;
    Assembly *program = reflection_assembly_of(assembly);
    uint32_t token = program->image->entry_token;
    Method *main = TOKEN_TABLE(token) == TABLE_MethodDef
                       ? assembly_method(program, TOKEN_RID(token), &err)
                       : NULL;
    MethodSig *sig = main ? method_sig(main, &err) : NULL;
    if (!sig) {
        exception_set("System.MissingMethodException", "Entry point not found.");
        return 0;
    }
    uint64_t result = 0;
    void *slots[] = {&args};
    if (!args)
        args = array_new_of(vm.world->known.string, 0);
    if (!args || !method_invoke(main, slots, &result))
        return 0;
    return sig->ret == vm.world->known.void_ ? vm.exit_code : (int32_t)result;
}

/* -- what one domain does not have --------------------------------------------- */

static Object *set_domain(void)
{
    return vm.domain;
}

static void nothing(void)
{
}

static Object *no_domain(void)
{
    exception_set("System.NotSupportedException",
                  "Application domains can't be created.");
    return NULL;
}

static void no_unload(void)
{
    exception_set("System.CannotUnloadAppDomainException",
                  "The default application domain can't be unloaded.");
}

static int32_t finalizing(void)
{
    return vm.shutting_down;
}

static Object *get_context(void)
{
    Object *context = __atomic_load_n(&domain.context, __ATOMIC_ACQUIRE);
    if (context)
        return context;
    context = object_new(known_context());
    lock_acquire(&lock);
    domain_root();
    if (!domain.context)
        __atomic_store_n(&domain.context, context, __ATOMIC_RELEASE);
    lock_release(&lock);
    return domain.context;
}

static String *process_guid(String *proposed)
{
    lock_acquire(&lock);
    domain_root();
    if (!domain.guid)
        domain.guid = proposed;
    lock_release(&lock);
    return domain.guid;
}

static void unhandled(Object *self, Object *exception)
{
    (void)self;
    exception_raise_unhandled_event(exception);
}

const IcallRow icalls_appdomain[] = {
    ICALL("getSetup", NULL, get_setup),
    ICALL("getFriendlyName", NULL, friendly_name),
    ICALL("getCurDomain", NULL, current),
    ICALL("getRootDomain", NULL, current),
    ICALL("ExecuteAssembly", NULL, execute),
    ICALL("GetAssemblies", NULL, get_assemblies),
    ICALL("GetData", NULL, get_data),
    ICALL("LoadAssembly", NULL, load_assembly),
    ICALL("LoadAssemblyRaw", NULL, load_raw),
    ICALL("InternalSetDomainByID", NULL, set_domain),
    ICALL("InternalSetDomain", NULL, set_domain),
    ICALL("InternalPushDomainRef", NULL, nothing),
    ICALL("InternalPushDomainRefByID", NULL, nothing),
    ICALL("InternalPopDomainRef", NULL, nothing),
    ICALL("InternalSetContext", NULL, get_context),
    ICALL("InternalGetContext", NULL, get_context),
    ICALL("InternalGetDefaultContext", NULL, get_context),
    ICALL("InternalGetProcessGuid", NULL, process_guid),
    ICALL("createDomain", NULL, no_domain),
    ICALL("InternalIsFinalizingForUnload", NULL, finalizing),
    ICALL("InternalUnload", NULL, no_unload),
    ICALL("SetData", NULL, set_data),
    ICALL("DoUnhandledException", NULL, unhandled),
    ICALLS_END,
};
