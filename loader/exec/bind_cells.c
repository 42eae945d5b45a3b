/* bind_cells.c - what the cells of a unit stand for, and when they are filled.
 *
 *     UNIT, HELPER  bind_unit, when the first method of the unit is bound
 *     CALL          bind_method_cells, with a delay stub, when the method is bound; at
 * its first call bind_resolve_call puts the callee's code there instead LAZY
 * bind_resolve_cell, when code finds the cell zero
 *
 * For "call Console.WriteLine" of Main: cell 7 holds a delay stub once Main is bound.
 * The first call enters the stub, which asks for (unit, 7); the signature of cell 7
 * leads to the method, method_prepare finds its code or decides to interpret it, and
 * the cell gets the address. A LAZY kind has a row in `resolvers`, which says whether
 * the cell may keep the value: the static base of a class whose .cctor still runs may
 * not be kept, so the next access asks again.
 */
#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"
#include "common/ir/synth.h"
#include "loader/exec/bind_cells_private.h"
#include "loader/exec/bind_private.h"
#include "loader/exec/helpers_private.h"
#include "loader/exec/method_private.h"
#include "loader/vm/exception.h"
#include "loader/vm/string.h"
#include "loader/vm/typert.h"

/* What the loader keeps of a unit; SidecarUnit.user. */
typedef struct BoundUnit {
    void **subjects; /* per cell: Type *, Method *, ...; allocated on first use */
} BoundUnit;

/* -- when a method is bound ---------------------------------------------------- */

void bind_unit(SidecarUnit *unit)
{
    BoundUnit *bound = mem_alloc(sizeof *bound);
    for (uint32_t i = 0; i < unit->n_cells; i++) {
        FixupKind kind = sidecar_cell_kind(unit, i);
        Fixup fixup;
        Err err = ERR_INIT;
        if (kind == FIX_UNIT)
            unit->cells[i] = unit;
        else if (kind == FIX_HELPER &&
                 sidecar_cell_resolve(unit, i, &binder.arena, &fixup, &err))
            unit->cells[i] = helper_address(fixup.helper);
    }
    __atomic_store_n(&unit->user, bound, __ATOMIC_RELEASE);
}

static bool is_call(FixupKind kind)
{
    return kind == FIX_ENTRY || kind == FIX_CALLVIRT;
}

bool bind_method_cells(const SidecarMethod *found)
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

/* -- when it runs -------------------------------------------------------------- */

void **bind_cell_address(void *unit, uint32_t cell)
{
    return &((SidecarUnit *)unit)->cells[cell];
}

/* What a cell stands for, resolved once. False: pending exception. */
static bool cell_fixup(SidecarUnit *unit, uint32_t cell, Fixup *out)
{
    Err err = ERR_INIT;
    lock_acquire(&binder.lock);
    bool ok = sidecar_cell_resolve(unit, cell, &binder.arena, out, &err);
    lock_release(&binder.lock);
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
    lock_acquire(&binder.lock);
    if (!bound->subjects) {
        subjects = mem_array(unit->n_cells, sizeof *subjects);
        __atomic_store_n(&bound->subjects, subjects, __ATOMIC_RELEASE);
    }
    __atomic_store_n(&bound->subjects[cell], (void *)fixup.type, __ATOMIC_RELEASE);
    lock_release(&binder.lock);
    return fixup.type;
}

Method *bind_iface_method(void *unit, uint32_t cell)
{
    return cell_subject(unit, cell, FIX_IFACE);
}

static bool type_ready(Type *type)
{
    return type_reach(type, LEVEL_READY);
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
