/* bind.c - sidecars at run time: which images an assembly has, whether they may be
 * used, and the way from a method to its checked code.
 *
 * Images of an assembly are looked for once, when the first of its methods is wanted:
 * beside it, in CODICIL_IMAGES, in the directory of the installation. JIT answers are
 * images too (jit.c adds them). An unbound CALL cell holds a delay stub from the moment
 * its method is bound; LAZY cells hold zero until their code asks.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/lock.h"
#include "loader/exec/bind.h"
#include "loader/exec/cache.h"
#include "loader/exec/code_map.h"
#include "loader/exec/jit.h"

#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/ir/synth.h"

typedef struct BoundImage {
    Assembly *assembly;
    char *path;
    Verdict verdict;
    Sidecar *sidecar;        /* NULL: not usable */
    uint8_t *rows;           /* ROW_* per row */
    Method **subjects;       /* per row, once an address led there; release */
    uint8_t ran;             /* RAN_* bit of its methods */
    struct BoundImage *next; /* of the same assembly */
} BoundImage;

enum { ROW_UNKNOWN, ROW_GOOD, ROW_BAD };

typedef struct Rejected {
    const BoundImage *image;
    char *method;
    Verdict verdict;
} Rejected;

/* What the loader keeps of a unit; SidecarUnit.user. */
typedef struct BoundUnit {
    BoundImage *image;
    void **subjects; /* per cell: Type *, Method *, ...; allocated on first use */
} BoundUnit;

typedef struct BoundAssembly {
    BoundImage *first;     /* its images, the usable one in front */
    BoundImage *jitted;    /* JIT answers and cached ones, newest first */
    bool searched, cached; /* were looked for beside it; in the cache */
} BoundAssembly;

static struct {
    HostFacts host;
    Lock lock;                     /* recursive */
    VEC(BoundImage *) images;      /* all, in the order in which they were found */
    VEC(BoundAssembly) assemblies; /* by Assembly.index */
    VEC(Rejected *) rejected;      /* methods, in the order in which they were met */
    Arena arena;                   /* lookups, errors and strings that cells point at */
} bind = {.lock = LOCK_INIT_AGAIN(LOCK_BIND)};

bool bind_start(Err *err)
{
    return host_detect(&bind.host, err);
}

const HostFacts *bind_host(void)
{
    return &bind.host;
}

/* -- finding images ------------------------------------------------------------ */

static void verdict_log(const char *path, const Verdict *verdict)
{
    if (verdict->kind == VERDICT_ACCEPTED) {
        log_line(LOG_INFO, "%s: accepted (%s)", path, verdict->isa);
        return;
    }
    for (size_t i = 0; i < verdict->reasons.n; i++) {
        Buffer text = BUFFER_INIT;
        reason_print(&text, &verdict->reasons.at[i]);
        log_line(LOG_INFO, "%s: %s: %.*s", path, verdict_name(verdict), (int)text.size,
                 (const char *)text.data);
        buffer_free(&text);
    }
}

/* The caller holds bind.lock; the address holds until the next assembly is met. */
static BoundAssembly *assembly_of(const Assembly *assembly)
{
    while (bind.assemblies.n <= assembly->index)
        (void)vec_push(&bind.assemblies);
    return &bind.assemblies.at[assembly->index];
}

/* Unit 0 serves the stubs of what GCC calls by itself, so it must be whole from the
 * start. */
static void unit_prepare(SidecarUnit *unit, BoundImage *image)
{
    BoundUnit *bound = mem_alloc(sizeof *bound);
    bound->image = image;
    for (uint32_t i = 0; i < unit->n_cells; i++) {
        FixupKind kind = sidecar_cell_kind(unit, i);
        Fixup fixup;
        Err err = ERR_INIT;
        if (kind == FIX_UNIT)
            unit->cells[i] = unit;
        else if (kind == FIX_HELPER &&
                 sidecar_cell_resolve(unit, i, &bind.arena, &fixup, &err))
            unit->cells[i] = helper_address(fixup.helper);
    }
    __atomic_store_n(&unit->user, bound, __ATOMIC_RELEASE);
}

static BoundImage *image_new(Assembly *assembly, const char *path)
{
    BoundImage *image = mem_alloc(sizeof *image);
    image->path = mem_strdup(path);
    image->assembly = assembly;
    image->ran = RAN_PRECOMPILED;
    return image;
}

static void image_use(BoundImage *image)
{
    const Sidecar *sidecar = image->sidecar;
    image->rows = mem_array(sidecar->n_rows + 1u, 1);
    image->subjects = mem_array(sidecar->n_rows + 1u, sizeof *image->subjects);
    if (sidecar->n_units)
        unit_prepare(&sidecar->units[0], image);
    code_map_add(sidecar->text_start, sidecar->text_end, image);
}

/* Tries one place; true: there is a file, whatever its verdict. */
static bool image_try(Assembly *assembly, const char *path)
{
    unsigned flags = vm.verify_full ? SIDECAR_VERIFY_FULL : 0;
    Verdict verdict;
    Sidecar *sidecar = sidecar_load(path, &bind.host, assembly, flags, &verdict);
    if (verdict.kind == VERDICT_MISSING) {
        verdict_free(&verdict);
        return false;
    }
    BoundImage *image = image_new(assembly, path);
    image->sidecar = sidecar;
    image->verdict = verdict;
    if (sidecar)
        image_use(image);
    verdict_log(image->path, &image->verdict);
    *vec_push(&bind.images) = image;
    image->next = assembly_of(assembly)->first;
    assembly_of(assembly)->first = image;
    return true;
}

static bool image_try_in(Assembly *assembly, const char *dir)
{
    char path[4096];
    const char *file = strrchr(assembly->image->path, '/');
    char name[512];
    file = file ? file + 1 : assembly->image->path;
    if (snprintf(name, sizeof name, "%s.r2r", file) >= (int)sizeof name ||
        !file_join(path, sizeof path, dir, name))
        return false;
    return image_try(assembly, path);
}

/* The directories of CODICIL_IMAGES, in order. */
static bool images_from_environment(Assembly *assembly)
{
    const char *list = secure_getenv("CODICIL_IMAGES");
    bool found = false;
    while (list && *list) {
        size_t n = strcspn(list, ":");
        char dir[4096];
        if (n && n < sizeof dir) {
            memcpy(dir, list, n);
            dir[n] = '\0';
            found = image_try_in(assembly, dir) || found;
        }
        list += n + (list[n] == ':');
    }
    return found;
}

/* build/bin/codicil -> build/images; bin/codicil -> lib/codicil/images. */
static bool images_of_installation(Assembly *assembly)
{
    static const char *const places[] = {"/../images", "/../lib/codicil/images", NULL};
    char exe[4096], dir[4200];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
    if (n <= 0)
        return false;
    exe[n] = '\0';
    char *slash = strrchr(exe, '/');
    if (slash)
        *slash = '\0';
    for (int i = 0; places[i]; i++) {
        snprintf(dir, sizeof dir, "%s%s", exe, places[i]);
        if (image_try_in(assembly, dir))
            return true;
    }
    return image_try_in(assembly, CODICIL_LIBDIR "/codicil/images");
}

static bool image_add_cached(void *user, int fd, const char *path)
{
    Verdict verdict = {.kind = VERDICT_ACCEPTED};
    Sidecar *sidecar = sidecar_load_fd(fd, path, &bind.host, user, 0, &verdict);
    if (sidecar)
        bind_add_jitted(sidecar, RAN_CACHED);
    else
        verdict_log(path, &verdict);
    verdict_free(&verdict);
    return sidecar != NULL;
}

static void images_search(Assembly *assembly)
{
    char path[4096];
    bool found = sidecar_path(path, sizeof path, assembly->image->path) &&
                 image_try(assembly, path);
    bool usable = found && assembly_of(assembly)->first->sidecar;
    if (!usable)
        found = images_from_environment(assembly) || found;
    usable = assembly_of(assembly)->first && assembly_of(assembly)->first->sidecar;
    if (!usable)
        found = images_of_installation(assembly) || found;
    if (found)
        return;
    BoundImage *image = image_new(assembly, path);
    image->verdict = (Verdict){.kind = VERDICT_MISSING};
    verdict_add(&image->verdict, FP_FILE_MISSING, "", "%s", path);
    *vec_push(&bind.images) = image;
    verdict_log(image->path, &image->verdict);
}

/* Looks into the JIT cache once. The caller holds bind.lock. */
static void cache_search(Assembly *assembly)
{
    BoundAssembly *bound = assembly_of(assembly);
    if (!bound->cached && !vm.no_cache) {
        bound->cached = true;
        jit_at_exit();
        cache_visit(assembly, image_add_cached, assembly);
    }
}

/* The assembly's images; the caller holds bind.lock. */
static BoundImage *images_of(Assembly *assembly)
{
    if (!assembly_of(assembly)->searched) {
        assembly_of(assembly)->searched = true;
        images_search(assembly);
    }
    return assembly_of(assembly)->first;
}

bool bind_image(uint32_t number, BindImage *out)
{
    bool ok = false;
    lock_acquire(&bind.lock);
    if (number < bind.images.n) {
        BoundImage *image = bind.images.at[number];
        *out = (BindImage){image->assembly, image->path, &image->verdict};
        ok = true;
    }
    lock_release(&bind.lock);
    return ok;
}

bool bind_search(Assembly *assembly)
{
    lock_acquire(&bind.lock);
    bool usable = false;
    for (BoundImage *i = images_of(assembly); i; i = i->next)
        usable = usable || i->sidecar;
    lock_release(&bind.lock);
    return usable;
}

void bind_add_jitted(Sidecar *sidecar, uint8_t ran)
{
    BoundImage *image = image_new(sidecar->home, sidecar->path);
    image->sidecar = sidecar;
    image->ran = ran;
    lock_acquire(&bind.lock);
    image_use(image);
    image->next = assembly_of(image->assembly)->jitted;
    assembly_of(image->assembly)->jitted = image;
    lock_release(&bind.lock);
}

/* -- from a method to its code ------------------------------------------------- */

static bool is_call(FixupKind kind)
{
    return kind == FIX_ENTRY || kind == FIX_CALLVIRT;
}

/* Fills the CALL cells that the method's code uses. False: one that was to be filled
 * with its unit was not, since there is no such helper. */
static bool cells_bind(const SidecarMethod *found)
{
    enum { ROOM = 256 };
    uint32_t few[ROOM], *cells = few;
    uint32_t n = sidecar_uses(found, few, ROOM);
    if (n > ROOM) {
        cells = mem_array(n, sizeof *cells);
        n = sidecar_uses(found, cells, n);
    }
    bool ok = true;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t cell = cells[i];
        if (found->unit->cells[cell])
            continue;
        FixupKind kind = sidecar_cell_kind(found->unit, cell);
        if (is_call(kind))
            __atomic_store_n(&found->unit->cells[cell],
                             exec_delay_stub(found->unit, cell, bind_resolve_call),
                             __ATOMIC_RELEASE);
        else if (kind == FIX_UNIT || kind == FIX_HELPER || kind == FIX_COUNT)
            ok = false;
    }
    if (cells != few)
        free(cells);
    return ok;
}

static void row_log(const BoundImage *image, const char *what, const Verdict *verdict)
{
    for (size_t i = 0; i < verdict->reasons.n; i++) {
        Buffer text = BUFFER_INIT;
        reason_print(&text, &verdict->reasons.at[i]);
        log_line(LOG_INFO, "%s: %s: rejected: %.*s", image->path, what, (int)text.size,
                 (const char *)text.data);
        buffer_free(&text);
    }
}

/* Takes over the verdict. */
static void row_reject(BoundImage *image, uint32_t row, const char *method,
                       const Verdict *verdict)
{
    Rejected *rejected = mem_alloc(sizeof *rejected);
    rejected->method = mem_strdup(method);
    image->rows[row] = ROW_BAD;
    rejected->image = image;
    rejected->verdict = *verdict;
    *vec_push(&bind.rejected) = rejected;
    row_log(image, method, verdict);
}

static bool row_check(BoundImage *image, const SidecarMethod *found, Method *method)
{
    if (image->rows[found->row] == ROW_UNKNOWN) {
        Verdict verdict = {.kind = VERDICT_ACCEPTED};
        if (sidecar_check(found, &verdict)) {
            image->rows[found->row] = ROW_GOOD;
            verdict_free(&verdict);
        } else {
            Arena scratch = ARENA_INIT;
            row_reject(image, found->row, method_name(&scratch, method), &verdict);
            arena_free(&scratch);
        }
    }
    return image->rows[found->row] == ROW_GOOD;
}

/* Readies the cells of a method that may run. */
static bool row_bind(BoundImage *image, const SidecarMethod *found, Method *method)
{
    if (!found->unit->user)
        unit_prepare(found->unit, image);
    if (cells_bind(found))
        return true;
    Verdict verdict = {.kind = VERDICT_ACCEPTED};
    Arena scratch = ARENA_INIT;
    verdict_add(&verdict, FP_METHOD_SUBJECT, "", "a helper");
    row_reject(image, found->row, method_name(&scratch, method), &verdict);
    arena_free(&scratch);
    return false;
}

static uint32_t image_check_all(BoundImage *image)
{
    Arena scratch = ARENA_INIT;
    uint32_t n = 0;
    for (uint32_t row = 0; image->sidecar && row < image->sidecar->n_rows; row++) {
        Verdict verdict = {.kind = VERDICT_ACCEPTED};
        SidecarMethod method;
        SidecarUse use = sidecar_judge(image->sidecar, row, &method, &verdict);
        n += use != SIDECAR_UNUSED;
        if (use == SIDECAR_USED)
            image->rows[row] = ROW_GOOD;
        if (use == SIDECAR_REJECTED && image->rows[row] != ROW_BAD)
            row_reject(image, row,
                       method.unit ? sidecar_method_name(&method, &scratch) : "?",
                       &verdict);
        else
            verdict_free(&verdict);
    }
    arena_free(&scratch);
    return n;
}

uint32_t bind_check_all(void)
{
    uint32_t n = 0;
    lock_acquire(&bind.lock);
    for (size_t i = 0; i < bind.images.n; i++)
        n += image_check_all(bind.images.at[i]);
    lock_release(&bind.lock);
    return n;
}

bool bind_rejected(uint32_t number, BindRejected *out)
{
    bool ok = false;
    lock_acquire(&bind.lock);
    if (number < bind.rejected.n) {
        const Rejected *rejected = bind.rejected.at[number];
        *out = (BindRejected){rejected->image->assembly, rejected->image->path,
                              rejected->method, &rejected->verdict};
        ok = true;
    }
    lock_release(&bind.lock);
    return ok;
}

/* Code of a method in one image, bound; NULL. *ran collects RAN_* bits. */
static void *image_find(BoundImage *image, Method *method, uint32_t osr_il,
                        uint8_t *ran)
{
    SidecarMethod found;
    if (!image->sidecar || !sidecar_find(image->sidecar, method, osr_il, &found))
        return NULL;
    if (!row_check(image, &found, method) || !row_bind(image, &found, method)) {
        *ran |= RAN_REJECTED;
        return NULL;
    }
    *ran |= image->ran;
    return found.entry;
}

static void *list_find(BoundImage *image, Method *method, uint32_t osr_il, uint8_t *ran)
{
    void *code = NULL;
    for (; image && !code; image = image->next)
        code = image_find(image, method, osr_il, ran);
    return code;
}

static void *args_find(Type **args, uint32_t n, Method *method, uint8_t *ran)
{
    void *code = NULL;
    for (uint32_t i = 0; i < n && !code; i++) {
        if (args[i]->assembly)
            code = list_find(images_of(args[i]->assembly), method, IR_NONE, ran);
        if (!code && args[i]->n_args && args[i]->def != args[i])
            code = args_find(args[i]->args, args[i]->n_args, method, ran);
    }
    return code;
}

/* A synthesised method belongs where the method it was made for does. */
const Method *synth_base(const Method *method)
{
    while (method->synth >= SYNTH_DELEGATE_STATIC)
        method = synth_subject(method);
    return method;
}

Assembly *bind_home(const Method *method)
{
    const Method *subject = synth_base(method);
    return subject->type->assembly ? subject->type->assembly : vm.world->corlib;
}

static void *jitted_find(Method *method, uint32_t osr_il, uint8_t *ran)
{
    Assembly *home = bind_home(method);
    cache_search(home);
    return list_find(assembly_of(home)->jitted, method, osr_il, ran);
}

void *bind_find_jitted(Method *method, uint32_t osr_il)
{
    uint8_t ran = 0;
    lock_acquire(&bind.lock);
    void *code = jitted_find(method, osr_il, &ran);
    lock_release(&bind.lock);
    if (osr_il == IR_NONE)
        __atomic_or_fetch(&method_rt(method)->ran, ran & ~RAN_REJECTED,
                          __ATOMIC_RELAXED);
    return code;
}

/* The assemblies whose sidecars may hold a method: its own, its arguments', the
 * program's. */
void *bind_find_code(Method *method)
{
    if (method->type->assembly && method->type->assembly->dynamic)
        return NULL;
    Method *canonical = method_canonical(method);
    const Method *subject = synth_base(canonical);
    uint8_t ran = 0;
    void *code = NULL;
    lock_acquire(&bind.lock);
    if (vm.mode != VM_JIT) {
        if (subject->type->assembly)
            code =
                list_find(images_of(subject->type->assembly), canonical, IR_NONE, &ran);
        if (!code)
            code =
                args_find(subject->type->args, subject->type->n_args, canonical, &ran);
        if (!code)
            code = args_find(subject->args, subject->n_args, canonical, &ran);
        if (!code && vm.entry && vm.entry != subject->type->assembly &&
            (subject->n_args || subject->type->n_args || canonical->synth))
            code = list_find(images_of(vm.entry), canonical, IR_NONE, &ran);
    }
    if (!code)
        code = jitted_find(canonical, IR_NONE, &ran);
    lock_release(&bind.lock);
    __atomic_or_fetch(&method_rt(method)->ran, ran, __ATOMIC_RELAXED);
    return code;
}

/* -- cells --------------------------------------------------------------------- */

void **bind_cell_address(void *unit, uint32_t cell)
{
    return &((SidecarUnit *)unit)->cells[cell];
}

/* What a cell stands for, resolved once. False: pending exception. */
static bool cell_fixup(SidecarUnit *unit, uint32_t cell, Fixup *out)
{
    Err err = ERR_INIT;
    lock_acquire(&bind.lock);
    bool ok = sidecar_cell_resolve(unit, cell, &bind.arena, out, &err);
    lock_release(&bind.lock);
    return ok || exception_set_err(&err);
}

/* Code and tables do not speak of the same cell. */
static void cell_refuse(const SidecarUnit *unit, uint32_t cell)
{
    Err err = ERR_INIT;
    err_set(&err, ERR_BAD_IMAGE, "%s: cell %u is of another kind", unit->sidecar->path,
            cell);
    exception_set_err(&err);
}

static void *cell_subject(SidecarUnit *unit, uint32_t cell, FixupKind kind)
{
    BoundUnit *bound = unit->user;
    Fixup fixup;
    if (sidecar_cell_kind(unit, cell) != kind) {
        cell_refuse(unit, cell);
        return NULL;
    }
    void **subjects = __atomic_load_n(&bound->subjects, __ATOMIC_ACQUIRE);
    void *known = subjects ? __atomic_load_n(&subjects[cell], __ATOMIC_ACQUIRE) : NULL;
    if (known)
        return known;
    if (!cell_fixup(unit, cell, &fixup))
        return NULL;
    lock_acquire(&bind.lock);
    if (!bound->subjects) {
        subjects = mem_array(unit->n_cells, sizeof *subjects);
        __atomic_store_n(&bound->subjects, subjects, __ATOMIC_RELEASE);
    }
    __atomic_store_n(&bound->subjects[cell], (void *)fixup.type, __ATOMIC_RELEASE);
    lock_release(&bind.lock);
    return fixup.type;
}

IfaceCache **bind_iface_cell(void *unit, uint32_t cell, Method **decl)
{
    *decl = cell_subject(unit, cell, FIX_IFACE);
    return (IfaceCache **)bind_cell_address(unit, cell);
}

static bool type_ready(Type *type)
{
    Err err = ERR_INIT;
    return type_load(type, LEVEL_READY, &err) || exception_set_err(&err);
}

Type *bind_cell_type(void *unit, uint32_t cell)
{
    Type *type = cell_subject(unit, cell, FIX_TYPE);
    return type && type_ready(type) ? type : NULL;
}

/* What a call cell stands for. Code that calls a method directly since nothing could
 * override it when it was compiled may meet another build, where something does. */
static Method *cell_callee(SidecarUnit *unit, uint32_t cell)
{
    Err err = ERR_INIT;
    bool is_virtual = sidecar_cell_kind(unit, cell) == FIX_CALLVIRT;
    Method *method = cell_subject(unit, cell, is_virtual ? FIX_CALLVIRT : FIX_ENTRY);
    if (!method || !is_virtual || !method_is_overridable(method))
        return method;
    method = synth_method(SYNTH_VIRTUAL, method, &err);
    if (!method)
        exception_set_err(&err);
    return method;
}

void *bind_resolve_call(void *unit, uint32_t cell)
{
    Method *method = cell_callee(unit, cell);
    if (!method)
        return NULL;
    void *now = method_prepare(method);
    if (!now)
        return NULL;
    MethodRt *rt = method_rt(method);
    void *code = __atomic_load_n(&rt->code, __ATOMIC_ACQUIRE);
    __atomic_store_n(bind_cell_address(unit, cell), code ? code : method_entry(method),
                     __ATOMIC_RELEASE);
    return code ? code : method_entry(method);
}

/* One row a LAZY kind: the value, and whether the cell may keep it. */
typedef void *CellResolver(const Fixup *fixup, bool *keep);

static void *resolve_type(const Fixup *fixup, bool *keep)
{
    (void)keep;
    return type_ready(fixup->type) ? fixup->type : NULL;
}

static void *resolve_vtable(const Fixup *fixup, bool *keep)
{
    (void)keep;
    return type_vtable(fixup->type);
}

static void *resolve_method(const Fixup *fixup, bool *keep)
{
    (void)keep;
    return fixup->method;
}

static void *resolve_field(const Fixup *fixup, bool *keep)
{
    (void)keep;
    return fixup->field;
}

static void *resolve_string(const Fixup *fixup, bool *keep)
{
    (void)keep;
    return string_literal(fixup->string.assembly, fixup->string.token);
}

static void *resolve_static_base(const Fixup *fixup, bool *keep)
{
    return type_static_base(fixup->type, keep);
}

static void *resolve_cctor(const Fixup *fixup, bool *keep)
{
    if (!type_init(fixup->type))
        return NULL;
    *keep = __atomic_load_n(&type_rt(fixup->type)->cctor_state, __ATOMIC_ACQUIRE) ==
            CCTOR_DONE;
    return fixup->type;
}

static void *resolve_typeof(const Fixup *fixup, bool *keep)
{
    (void)keep;
    return type_object(fixup->type);
}

static void *resolve_ftn(const Fixup *fixup, bool *keep)
{
    (void)keep;
    return method_ftn(fixup->method);
}

static void *resolve_lookup(const Fixup *fixup, bool *keep)
{
    (void)keep;
    return (void *)fixup->lookup;
}

static void *resolve_error(const Fixup *fixup, bool *keep)
{
    (void)keep;
    return (void *)fixup->error;
}

static CellResolver *const resolvers[FIX_COUNT] = {
    [FIX_TYPE] = resolve_type,     [FIX_VTABLE] = resolve_vtable,
    [FIX_METHOD] = resolve_method, [FIX_FIELD] = resolve_field,
    [FIX_STRING] = resolve_string, [FIX_SBASE] = resolve_static_base,
    [FIX_CCTOR] = resolve_cctor,   [FIX_TYPEOF] = resolve_typeof,
    [FIX_FTN] = resolve_ftn,       [FIX_LOOKUP] = resolve_lookup,
    [FIX_ERROR] = resolve_error,
};

void *bind_resolve_cell(void *unit, uint32_t cell)
{
    Fixup fixup;
    bool keep = true;
    if (!cell_fixup(unit, cell, &fixup))
        return NULL;
    CellResolver *resolver = resolvers[fixup.kind];
    if (!resolver) {
        cell_refuse(unit, cell);
        return NULL;
    }
    void *value = resolver(&fixup, &keep);
    if (value && keep)
        __atomic_store_n(bind_cell_address(unit, cell), value, __ATOMIC_RELEASE);
    return value;
}

/* -- addresses ----------------------------------------------------------------- */

/* The descriptor that a row stands for, looked up once. */
static Method *row_subject(BoundImage *image, const SidecarMethod *found)
{
    Method **place = &image->subjects[found->row];
    Method *method = __atomic_load_n(place, __ATOMIC_ACQUIRE);
    Err err = ERR_INIT;
    if (method)
        return method;
    lock_acquire(&bind.lock);
    method = sidecar_method_subject(found, &err);
    lock_release(&bind.lock);
    __atomic_store_n(place, method, __ATOMIC_RELEASE);
    return method;
}

/* What is inlined is looked up each time: traces are rare, copies many. */
static Method *copy_subject(const SidecarMethod *found, uint32_t copy)
{
    Err err = ERR_INIT;
    lock_acquire(&bind.lock);
    Method *method = sidecar_copy(found, copy, &err);
    lock_release(&bind.lock);
    return method;
}

static bool code_at(const void *ip, BoundImage **image, SidecarMethod *method,
                    uint32_t *offset)
{
    *image = code_map_find(ip);
    return *image && sidecar_find_address((*image)->sidecar, ip, method, offset);
}

bool bind_frame_at(const void *ip, FrameInfo *frame)
{
    SidecarMethod method;
    BoundImage *image;
    if (!code_at(ip, &image, &method, &frame->native_offset))
        return false;
    frame->method = row_subject(image, &method);
    frame->outlined = (char *)ip - frame->native_offset != (char *)method.entry;
    frame->il_offset = UINT32_MAX;
    return frame->method != NULL;
}

/* Frame of one that runs at ip; false: its method is not there. */
static bool frame_of(BoundImage *image, const SidecarMethod *method, SidecarFrame at,
                     FrameInfo *out)
{
    out->il_offset = at.il;
    out->method = at.copy ? copy_subject(method, at.copy) : row_subject(image, method);
    return out->method != NULL;
}

uint32_t bind_frames_at(const void *ip, FrameInfo *out, uint32_t room)
{
    enum { FEW = 16 };
    SidecarFrame few[FEW], *frames = few;
    SidecarMethod method;
    BoundImage *image;
    uint32_t offset, n = 0;
    if (!code_at(ip, &image, &method, &offset))
        return 0;
    uint32_t found = sidecar_frames(&method, ip, frames, FEW);
    if (found > FEW) {
        frames = mem_array(found, sizeof *frames);
        sidecar_frames(&method, ip, frames, found);
    }
    for (uint32_t i = 0; i < found; i++) {
        FrameInfo frame = {.native_offset = offset};
        frame.outlined = !frames[i].copy && (char *)ip - offset != (char *)method.entry;
        if (!frame_of(image, &method, frames[i], &frame))
            continue;
        if (n < room)
            out[n] = frame;
        n++;
    }
    if (frames != few)
        free(frames);
    return n;
}

bool bind_find_frame(const void *pc, BindFrame *out)
{
    const BoundImage *image = code_map_find(pc);
    if (!image)
        return false;
    *out = (BindFrame){image->sidecar->text_start, image->sidecar->text_end,
                       sidecar_find_frame(image->sidecar, pc)};
    return true;
}
