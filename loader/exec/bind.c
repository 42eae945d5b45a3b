/* bind.c - from a method to its checked code.
 *
 * bind_find_code is asked when a method is first wanted, and goes through the images in
 * which its code may lie (bind_images.c). For List<Point>.Add, wanted by app.exe: those
 * of the library that has List; those of Point's assembly; those of app.exe, since
 * crossgen compiles an instance where it is used; last what the JIT has made or the
 * cache kept. In each
 *
 *     sidecar_find  looks for the row of that method,
 *     row_check     asks, once, whether its code and the facts behind it hold,
 *     row_bind      fills the cells that the code calls through (bind_cells.c),
 *
 * and the first code that passes is it. A row that does not is in `rejected` with its
 * reasons, for --stats, and the next image is asked: in the end the method has no code,
 * and is interpreted or compiled.
 */
#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/ir/synth.h"
#include "common/types/missing.h"
#include "loader/exec/bind_private.h"
#include "loader/exec/method.h"
#include "loader/exec/bind.h"
#include "common/ir/ir.h"
#include "loader/vm/vm.h"

struct Binder binder = {.lock = LOCK_INIT_AGAIN(LOCK_BIND)};

bool bind_start(Err *err)
{
    return host_detect(&binder.host, err);
}

const HostFacts *bind_host(void)
{
    return &binder.host;
}

/* -- rows ----------------------------------------------------------------------- */

static void row_log(const BoundImage *image, const char *what, const Verdict *verdict)
{
    for (size_t i = 0; i < verdict->reasons.n; i++)
        log_line(LOG_INFO, "%s: %s: rejected: %s", image->path, what,
                 verdict->reasons.at[i].text);
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
    *vec_push(&binder.rejected) = rejected;
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
        bind_unit(found->unit);
    if (bind_method_cells(found))
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
    lock_acquire(&binder.lock);
    for (size_t i = 0; i < binder.images.n; i++)
        n += image_check_all(binder.images.at[i]);
    lock_release(&binder.lock);
    return n;
}

bool bind_rejected(uint32_t number, BindRejected *out)
{
    bool ok = false;
    lock_acquire(&binder.lock);
    if (number < binder.rejected.n) {
        const Rejected *rejected = binder.rejected.at[number];
        *out = (BindRejected){rejected->image->assembly, rejected->image->path,
                              rejected->method, &rejected->verdict};
        ok = true;
    }
    lock_release(&binder.lock);
    return ok;
}

/* -- methods -------------------------------------------------------------------- */

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
            code = list_find(bind_images_of(args[i]->assembly), method, IR_NONE, ran);
        if (!code && args[i]->n_args && args[i]->def != args[i])
            code = args_find(args[i]->args, args[i]->n_args, method, ran);
    }
    return code;
}

Assembly *bind_home(const Method *method)
{
    const Method *subject = synth_base(method);
    return subject->type->assembly ? subject->type->assembly : vm.world->corlib;
}

static bool types_are_named(Type *const *types, uint32_t n);

static bool type_is_named(const Type *type)
{
    if (type->assembly && (type->assembly->context || type->assembly->dynamic ||
                           assembly_is_emitted(type->assembly)))
        return false;
    if (type->elem && !(type->bits & TYPE_BIT_ENUM) && !type_is_named(type->elem))
        return false;
    if (type->fn_sig &&
        !(type_is_named(type->fn_sig->ret) &&
          types_are_named(type->fn_sig->params, type->fn_sig->n_params)))
        return false;
    return types_are_named(type->args, type->def == type ? 0 : type->n_args);
}

static bool types_are_named(Type *const *types, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (!type_is_named(types[i]))
            return false;
    return true;
}

bool bind_is_named(Method *method)
{
    if (method->type->assembly && method->type->assembly->dynamic)
        return false;
    if (world_goes_by_names(vm.world))
        return true;
    const Method *subject = synth_base(method_canonical(method));
    if (subject->type->assembly && assembly_has_answers(subject->type->assembly))
        return false;
    return type_is_named(subject->type) &&
           types_are_named(subject->args,
                           subject->def == subject ? 0 : subject->n_args);
}

static void *jitted_find(Method *method, uint32_t osr_il, uint8_t *ran)
{
    return list_find(bind_jitted_of(bind_home(method)), method, osr_il, ran);
}

void *bind_find_jitted(Method *method, uint32_t osr_il)
{
    uint8_t ran = 0;
    lock_acquire(&binder.lock);
    void *code = jitted_find(method, osr_il, &ran);
    lock_release(&binder.lock);
    if (osr_il == IR_NONE)
        __atomic_or_fetch(&method_rt(method)->ran, ran & ~RAN_REJECTED,
                          __ATOMIC_RELAXED);
    return code;
}

/* The assemblies whose sidecars may hold a method: its own, its arguments', the
 * program's. */
void *bind_find_code(Method *method)
{
    if (!bind_is_named(method))
        return NULL;
    Method *canonical = method_canonical(method);
    const Method *subject = synth_base(canonical);
    uint8_t ran = 0;
    void *code = NULL;
    lock_acquire(&binder.lock);
    if (vm.mode != VM_JIT) {
        if (subject->type->assembly)
            code = list_find(bind_images_of(subject->type->assembly), canonical,
                             IR_NONE, &ran);
        if (!code)
            code =
                args_find(subject->type->args, subject->type->n_args, canonical, &ran);
        if (!code)
            code = args_find(subject->args, subject->n_args, canonical, &ran);
        if (!code && vm.entry && vm.entry != subject->type->assembly &&
            (subject->n_args || subject->type->n_args || canonical->synth))
            code = list_find(bind_images_of(vm.entry), canonical, IR_NONE, &ran);
    }
    if (!code)
        code = jitted_find(canonical, IR_NONE, &ran);
    lock_release(&binder.lock);
    __atomic_or_fetch(&method_rt(method)->ran, ran, __ATOMIC_RELAXED);
    return code;
}
