/* plan.c - see plan.h. */
#include "crossgen/plan.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"
#include "common/ir/synth.h"
#include "crossgen/seeds.h"
#include "format/subject.h"

enum { MAX_INSTANCES = 4000, MAX_TYPE_DEPTH = 4, MAX_ARGS = 64 };

/* -- Items --------------------------------------------------------------------- */

static PlanItem *add_item(Plan *plan, Method *method)
{
    if (map_ptr_get(&plan->seen, method))
        return NULL;
    map_ptr_put(&plan->seen, method, method);
    PlanItem *item = vec_push(&plan->items);
    item->method = method;
    item->rank = profile_rank(plan->profile, method);
    return item;
}

static Type **canon_args(Plan *plan, uint32_t n, Type **room)
{
    for (uint32_t i = 0; i < n && i < MAX_ARGS; i++)
        room[i] = plan->world->canon;
    return room;
}

/* Does a generic parameter of the owner (a TypeDef or MethodDef token) accept value
 * types only? Then there is no canonical form. */
static bool wants_valuetype(const Image *image, uint32_t owner)
{
    uint32_t first, end;
    if (!image_find_rows(image, TABLE_GenericParam, COL_GenericParam_Owner, owner,
                         &first, &end))
        return false;
    for (; first < end; first++)
        if (image_get(image, TABLE_GenericParam, first, COL_GenericParam_Flags) &
            GENPARAM_VALUETYPE)
            return true;
    return false;
}

static void add_failure(Plan *plan, Method *method, const Err *err)
{
    PlanItem *item = add_item(plan, method);
    if (!item)
        return;
    item->counted = true;
    item->elsewhere = wants_valuetype(plan->home->image, method->type->token) ||
                      wants_valuetype(plan->home->image, method->token);
    item->why = err->kind;
    item->reason = mem_strdup(err->text);
}

/* The canonical form of a definition; NULL: it has none (err says why), or does not
 * load. */
static Method *canonical_form(Plan *plan, Method *def, Err *err)
{
    Type *args[MAX_ARGS], *type = def->type;
    const Image *image = plan->home->image;
    Method *method = def;
    if (type->n_args > MAX_ARGS || def->n_args > MAX_ARGS) {
        err_set(err, ERR_UNSUPPORTED, "too many generic parameters");
        return NULL;
    }
    if (wants_valuetype(image, type->token) || wants_valuetype(image, def->token)) {
        err_set(err, ERR_UNSUPPORTED,
                "generic over value types only: compiled where it is instantiated");
        return NULL;
    }
    if (type->n_args) {
        type = type_instance(type, canon_args(plan, type->n_args, args), type->n_args,
                             err);
        method = type ? method_on_type(def, type, err) : NULL;
    }
    if (method && def->n_args)
        method = method_instance(method, canon_args(plan, def->n_args, args),
                                 def->n_args, err);
    return method ? method_canonical(method) : NULL;
}

/* -- Definitions --------------------------------------------------------------- */

static void add_synth(Plan *plan, uint8_t kind, Method *subject)
{
    Err ignored = ERR_INIT;
    Method *method = synth_method(kind, subject, &ignored);
    if (method)
        add_item(plan, method);
}

/* Delegates: Invoke itself and what its instances point at. */
static void add_delegate(Plan *plan, Method *invoke)
{
    add_item(plan, invoke);
    add_synth(plan, SYNTH_DELEGATE_STATIC, invoke);
    add_synth(plan, SYNTH_DELEGATE_MULTICAST, invoke);
}

static bool has_body(const Image *image, uint32_t rid)
{
    return image_get(image, TABLE_MethodDef, rid, COL_MethodDef_RVA) != 0;
}

static void add_def(Plan *plan, uint32_t rid)
{
    Err err = ERR_INIT;
    Method *def = assembly_method(plan->home, rid, &err);
    bool body = has_body(plan->home->image, rid);
    if (!def && body)
        *vec_push(&plan->refused) = (PlanRefused){rid, mem_strdup(err.text)};
    if (!def)
        return;
    bool invoke =
        !body && def->type->bits & TYPE_BIT_DELEGATE && !strcmp(def->name, "Invoke");
    bool boxed = type_is_valuetype(def->type) && def->flags & METHOD_VIRTUAL &&
                 !(def->flags & METHOD_STATIC);
    if (!body && !invoke && !method_is_accessor(def))
        return;
    Method *method = canonical_form(plan, def, &err);
    if (!method) {
        if (body)
            add_failure(plan, def, &err);
        return;
    }
    if (invoke) {
        add_delegate(plan, method);
        return;
    }
    PlanItem *item = add_item(plan, method);
    if (item)
        item->counted = body;
    if (boxed)
        add_synth(plan, SYNTH_UNBOX, method);
}

void plan_close(Plan *plan)
{
    for (size_t i = 0; i < plan->items.n; i++)
        free(plan->items.at[i].reason);
    for (size_t i = 0; i < plan->refused.n; i++)
        free(plan->refused.at[i].reason);
    vec_free(&plan->items);
    vec_free(&plan->refused);
    map_keyed_free(&plan->seen);
}

/* -- Instances ----------------------------------------------------------------- */

typedef struct ArgKinds {
    bool foreign; /* an argument is a value type of another assembly than home and
                     corlib */
    bool home;
    bool value; /* some argument is a value type: the code is not shared */
    uint32_t depth;
} ArgKinds;

static void look_at_type(const Plan *plan, const Type *type, ArgKinds *kinds,
                         uint32_t depth)
{
    if (depth > kinds->depth)
        kinds->depth = depth;
    if (depth > MAX_TYPE_DEPTH || type == plan->world->canon)
        return;
    if (type->elem && type->element != ELEMENT_VALUETYPE)
        look_at_type(plan, type->elem, kinds, depth + 1);
    if (type->assembly == plan->home)
        kinds->home = true;
    if (type_is_valuetype(type)) {
        kinds->value = true;
        if (type->assembly != plan->home && type->assembly != plan->world->corlib)
            kinds->foreign = true;
    }
    for (uint32_t i = 0; i < type->n_args; i++)
        look_at_type(plan, type->args[i], kinds, depth + 1);
}

/* Shall this image hold the code of an instance? Canonical forms lie in the image of
 * their definition; all else lies with whoever uses it first. */
static bool wanted_here(const Plan *plan, const Method *method)
{
    ArgKinds kinds = {.depth = 0};
    if (method->type->bits & TYPE_BIT_OPEN)
        return false;
    for (uint32_t i = 0; i < method->type->n_args; i++)
        look_at_type(plan, method->type->args[i], &kinds, 1);
    for (uint32_t i = 0; i < method->n_args; i++) {
        if (method->args[i]->bits & TYPE_BIT_OPEN)
            return false;
        look_at_type(plan, method->args[i], &kinds, 1);
    }
    bool own = method->type->assembly == plan->home;
    if (!own && !method->n_args && seeds_have(method->type))
        return false;
    return kinds.depth <= MAX_TYPE_DEPTH &&
           (own || kinds.home || (kinds.value && !kinds.foreign));
}

static bool compilable(const Method *method)
{
    const Image *image = method->type->assembly->image;
    return method->token && !method->synth &&
           (has_body(image, TOKEN_RID(method->token)) ||
            (method->type->bits & TYPE_BIT_DELEGATE &&
             !strcmp(method->name, "Invoke")));
}

static bool is_instance(const Method *method)
{
    return method->type->n_args || method->n_args;
}

static void add_instance(Plan *plan, Method *method)
{
    method = method_canonical(method);
    if (plan->n_instances >= MAX_INSTANCES)
        return;
    const Method *real = method;
    while (real->synth >= SYNTH_DELEGATE_INVOKE && synth_subject(real) &&
           synth_subject(real) != real)
        real = synth_subject(real);
    if ((!is_instance(real) && real->type->assembly != plan->home) ||
        !wanted_here(plan, real) || !compilable(real))
        return;
    if (real == method && !is_instance(real))
        return; /* a definition of home: it is there already */
    if (add_item(plan, method))
        plan->n_instances++;
}

/* Explicit implementations of non-generic interfaces ("System.Collections.IList.Add")
 * of a class that home only uses are rarely called: they are left to the JIT. */
static bool rarely_called(const Plan *plan, const Method *method)
{
    return method->type->assembly != plan->home && strchr(method->name, '.') &&
           !strchr(method->name, '<');
}

static void add_type(Plan *plan, Type *type);

/* Types that the class library creates by reflection, by the type that leads to them.
 */
static void add_made_types(Plan *plan, Type *type)
{
    Err ignored = ERR_INIT;
    const Library *library = plan->world->library;
    for (uint32_t i = 0; i < library->n_made; i++) {
        const LibraryMade *row = &library->made[i];
        if (type->assembly != plan->world->corlib || strcmp(type->name, row->seen) != 0)
            continue;
        Type *def =
            assembly_find_type(type->assembly, type->name_space, row->made, &ignored);
        Type *made =
            def ? type_instance(def, type->args, type->n_args, &ignored) : NULL;
        if (!made || !type_check_constraints(made, &ignored))
            continue;
        add_type(plan, made);
        Method *ctor = type_find_method(made, ".ctor", 0);
        if (ctor)
            add_instance(plan, ctor);
    }
}

static void add_virtual(Plan *plan, Method *method)
{
    Err ignored = ERR_INIT;
    if (method->flags & METHOD_ABSTRACT || method->n_args ||
        rarely_called(plan, method))
        return;
    add_instance(plan, method);
    if (!type_is_valuetype(method->type))
        return;
    Method *unbox = synth_method(SYNTH_UNBOX, method, &ignored);
    if (unbox)
        add_instance(plan, unbox);
}

static void add_delegate_instance(Plan *plan, Method *invoke)
{
    static const uint8_t kinds[] = {SYNTH_DELEGATE_STATIC, SYNTH_DELEGATE_MULTICAST};
    Err ignored = ERR_INIT;
    add_instance(plan, invoke);
    for (size_t i = 0; i < sizeof kinds; i++) {
        Method *method = synth_method(kinds[i], method_canonical(invoke), &ignored);
        if (method)
            add_instance(plan, method);
    }
}

/* An instance that is allocated or has its statics used: its virtual methods may be
 * called through its vtable, its static constructor runs. */
static void add_type(Plan *plan, Type *type)
{
    Err ignored = ERR_INIT;
    if (!type->n_args || type->def == type || type->bits & TYPE_BIT_OPEN ||
        map_ptr_get(&plan->seen, type) || !type_load(type, LEVEL_READY, &ignored))
        return;
    map_ptr_put(&plan->seen, type, type);
    for (uint32_t i = 0; i < type->n_methods; i++) {
        Method *method = type->methods[i];
        if (type->bits & TYPE_BIT_DELEGATE) {
            if (!strcmp(method->name, "Invoke"))
                add_delegate_instance(plan, method);
        } else if (method->flags & METHOD_VIRTUAL)
            add_virtual(plan, method);
        else if (method == type->cctor)
            add_instance(plan, method);
    }
    add_made_types(plan, type);
}

static const bool adds_method[FIX_COUNT] = {
    [FIX_ENTRY] = true, [FIX_CALLVIRT] = true, [FIX_FTN] = true, [FIX_METHOD] = true};
static const bool adds_type[FIX_COUNT] = {
    [FIX_VTABLE] = true, [FIX_TYPE] = true, [FIX_SBASE] = true, [FIX_CCTOR] = true};

void plan_add_used(Plan *plan, Bytes record)
{
    UnitHead head;
    SubjectReader reader;
    memcpy(&head, record.data, sizeof head);
    Bytes deps = {record.data + head.deps, head.n_deps * sizeof(ImageDep)};
    Bytes names = {record.data + head.names, head.names_size};
    Bytes subjects = {record.data + head.subjects, head.subjects_size};
    if (!subject_reader_open(&reader, deps, names, subjects))
        return;
    subject_reader_bind(&reader, plan->world, plan->home);
    for (uint32_t i = 0; i < head.n_cells; i++) {
        UnitCell cell;
        Err ignored = ERR_INIT;
        memcpy(&cell, record.data + head.cells + i * sizeof cell, sizeof cell);
        if (adds_method[cell.kind]) {
            Method *method = subject_read_method(&reader, cell.subject, &ignored);
            if (method)
                add_instance(plan, method);
        } else if (adds_type[cell.kind] &&
                   subjects.data[cell.subject] == TAG_INSTANCE) {
            Type *type = subject_read_type(&reader, cell.subject, &ignored);
            if (type)
                add_type(plan, type);
        }
    }
    subject_reader_close(&reader);
}

typedef struct SortKey {
    uint64_t key;
    PlanItem item;
} SortKey;

static int compare_keys(const void *a, const void *b)
{
    const SortKey *x = a, *y = b;
    if (x->item.rank != y->item.rank)
        return x->item.rank < y->item.rank ? -1 : 1;
    return x->key < y->key ? -1 : x->key > y->key;
}

/* By rank; then definitions as they are, new instances by key. */
static void sort_items(Plan *plan, uint32_t first, bool by_key)
{
    size_t n = plan->items.n - first;
    SortKey *keys = mem_array(n + 1, sizeof *keys);
    for (size_t i = 0; i < n; i++) {
        keys[i].item = plan->items.at[first + i];
        keys[i].key = by_key ? subject_method_key(keys[i].item.method) : i;
    }
    qsort(keys, n, sizeof *keys, compare_keys);
    for (size_t i = 0; i < n; i++)
        plan->items.at[first + i] = keys[i].item;
    free(keys);
}

void plan_sort_new(Plan *plan, uint32_t first)
{
    sort_items(plan, first, true);
}

/* -- The class library's part -------------------------------------------------- */

/* All methods of an instance that programs will want. */
static void add_seed(void *user, Type *type)
{
    Plan *plan = user;
    Err ignored = ERR_INIT;
    for (uint32_t i = 0; i < type->n_methods; i++) {
        Method *method = type->methods[i];
        if (method->n_args || method->flags & METHOD_ABSTRACT)
            continue;
        if (type->bits & TYPE_BIT_DELEGATE) {
            if (!strcmp(method->name, "Invoke"))
                add_delegate_instance(plan, method);
            continue;
        }
        add_instance(plan, method);
        Method *unbox = method->flags & METHOD_VIRTUAL && type_is_valuetype(type)
                            ? synth_method(SYNTH_UNBOX, method, &ignored)
                            : NULL;
        if (unbox)
            add_instance(plan, unbox);
    }
}

/* Is it what arrays have for a method of a generic interface? */
static bool is_of_arrays(const LibraryArrays *arrays, const Method *method)
{
    bool is = false;
    for (int i = 0; method->n_args == 1 && i < LIBRARY_ARRAY_INTERFACES && !is; i++) {
        const char *prefix = arrays->interfaces[i].prefix;
        is = !strncmp(method->name, prefix, strlen(prefix));
    }
    return is;
}

/* What arrays of primitives are as generic collections. */
static void add_array_seeds(Plan *plan)
{
    const LibraryArrays *arrays = &plan->world->library->arrays;
    Type *primitives[16], *provider = plan->world->known.at[arrays->provider];
    Err ignored = ERR_INIT;
    uint32_t n = seeds_primitives(plan->world, primitives);
    if (!type_load(provider, LEVEL_READY, &ignored))
        return;
    for (uint32_t i = 0; i < provider->n_methods; i++)
        for (uint32_t k = 0; k < n && is_of_arrays(arrays, provider->methods[i]); k++) {
            Method *method =
                method_instance(provider->methods[i], &primitives[k], 1, &ignored);
            if (method)
                add_instance(plan, method);
        }
}

static void add_seeds(Plan *plan)
{
    seeds_visit(plan->world, add_seed, plan);
    add_array_seeds(plan);
    plan->n_instances = 0; /* the limit is for what the code turns up */
}

void plan_open_empty(Plan *plan, Assembly *home)
{
    *plan = (Plan){.world = home->world, .home = home};
}

void plan_open(Plan *plan, Assembly *home, const Profile *profile)
{
    plan_open_empty(plan, home);
    plan->profile = profile;
    uint32_t n = image_rows(home->image, TABLE_MethodDef);
    for (uint32_t rid = 1; rid <= n; rid++)
        add_def(plan, rid);
    if (plan->home == plan->world->corlib)
        add_seeds(plan);
    sort_items(plan, 0, false);
}
