/* emitted.c - types of assemblies that are made at run time
 * (common/metadata/growing.h).
 *
 * Rows come in any order: code names a type long before its builder is done with it.
 * A TypeDef of such an assembly gets its descriptor when something names it, by what
 * its row says then, with TYPE_BIT_UNMADE: that is enough for a field of a class or for
 * a parameter. No phase of it is begun; who needs one fails, and since that passes,
 * nobody remembers the failure (levels.c). When the builder is done, assembly_make_type
 * reads the rows again, and the type is like any other.
 *
 * What was named as a class and turns out to be a value type would have two layouts: it
 * is refused for good. */
#include <string.h>

#include "common/metadata/growing.h"
#include "common/types/types_private.h"
#include "common/types/words.h"

/* -- rows with a descriptor each --------------------------------------------------- */

/* The arrays of descriptors by rid, as they are now. */
static void ***slots_of(Assembly *assembly, TableId table, uint32_t **room)
{
    switch (table) {
    case TABLE_AssemblyRef:
        *room = &assembly->room[EMITTED_REFS];
        return (void ***)&assembly->refs;
    case TABLE_TypeDef:
        *room = &assembly->room[EMITTED_TYPEDEFS];
        return (void ***)&assembly->typedefs;
    case TABLE_TypeRef:
        *room = &assembly->room[EMITTED_TYPEREFS];
        return (void ***)&assembly->typerefs;
    default:
        *room = &assembly->room[EMITTED_METHODDEFS];
        return (void ***)&assembly->methoddefs;
    }
}

/* One more than there are rows. Old arrays stay where they are: they are of perm. */
static void make_room(Assembly *assembly, TableId table)
{
    uint32_t *room, n = image_rows(assembly->image, table);
    void ***slots = slots_of(assembly, table, &room);
    if (n < *room)
        return;
    uint32_t more = n < 8 ? 16 : 2 * n;
    void **larger = arena_array(&assembly->world->perm, void *, more);
    if (*room)
        memcpy(larger, *slots, *room * sizeof **slots);
    __atomic_store_n(slots, larger, __ATOMIC_RELEASE);
    *room = more;
}

uint32_t assembly_add_row(Assembly *assembly, TableId table, uint32_t parent,
                          const uint32_t *cells, Err *err)
{
    Image *image = assembly->image;
    world_lock(assembly->world);
    make_room(assembly, table);
    uint32_t rid;
    if (table == TABLE_MethodDef)
        rid = growing_add_child(image, table, parent, cells, err);
    else if (table == TABLE_TypeDef)
        rid = growing_add(image, table, cells, err);
    else
        rid = growing_add_once(image, table, cells, err);
    world_unlock(assembly->world);
    return rid;
}

/* The cells of an AssemblyRef to what the other's Assembly row says. */
static bool ref_cells(Image *image, const Image *to, uint32_t *cells, Err *err)
{
    memset(cells, 0, 9 * sizeof *cells);
    for (int i = 0; i < 4; i++)
        cells[COL_AssemblyRef_MajorVersion + i] =
            image_get(to, TABLE_Assembly, 1, COL_Assembly_MajorVersion + i);
    Bytes key = image_get_blob(to, TABLE_Assembly, 1, COL_Assembly_PublicKey);
    cells[COL_AssemblyRef_Flags] = key.size ? 1 : 0; /* afPublicKey */
    return growing_blob(image, key, &cells[COL_AssemblyRef_PublicKeyOrToken], err) &&
           growing_string(image, to->name, &cells[COL_AssemblyRef_Name], err) &&
           growing_string(image,
                          image_get_string(to, TABLE_Assembly, 1, COL_Assembly_Culture),
                          &cells[COL_AssemblyRef_Culture], err);
}

/* Names tell assemblies that are made at run time not apart: each has a row of its own,
 * even if it is called as another one. */
uint32_t assembly_add_ref(Assembly *assembly, Assembly *to, Err *err)
{
    uint32_t cells[9], rid = 0;
    Image *image = assembly->image;
    world_lock(assembly->world);
    uint32_t n = image_rows(image, TABLE_AssemblyRef);
    for (uint32_t i = 1; i <= n && !rid; i++)
        if (assembly->refs[i - 1] == to)
            rid = i;
    if (!rid && ref_cells(image, to->image, cells, err)) {
        make_room(assembly, TABLE_AssemblyRef);
        assembly->refs[n] = to; /* before anybody can ask for it */
        rid = growing_add(image, TABLE_AssemblyRef, cells, err);
    }
    world_unlock(assembly->world);
    return rid;
}

/* -- making ------------------------------------------------------------------------ */

bool type_unmade(const Type *type, Err *err)
{
    Arena scratch = ARENA_INIT;
    __atomic_fetch_add(&type->world->n_unmade, 1, __ATOMIC_RELAXED);
    const char *const args[WORDS_ARGS] = {words_type(&scratch, type),
                                          type->assembly->name,
                                          words_assembly(&scratch, type->assembly)};
    err_words(err, ERR_TYPE_LOAD, type->world, WORDS_TYPE_NOT_FOUND, args);
    arena_free(&scratch);
    return false;
}

bool assembly_has_type(const Assembly *assembly, uint32_t rid)
{
    if (!assembly_is_emitted(assembly))
        return true;
    const Type *type = __atomic_load_n(&assembly->typedefs[rid - 1], __ATOMIC_ACQUIRE);
    return type && !(type->bits & TYPE_BIT_UNMADE);
}

/* Whoever used the name relied on these. */
static bool keeps_its_kind(const Type *type, const Type *fresh)
{
    const uint32_t kind = TYPE_BIT_VALUETYPE | TYPE_BIT_ENUM | TYPE_BIT_INTERFACE;
    return !((type->bits ^ fresh->bits) & kind);
}

/* bits come last: without TYPE_BIT_UNMADE the rest counts. */
static bool make_locked(Type *type, Assembly *assembly, uint32_t rid, Err *err)
{
    Type fresh = {.def = type};
    typedef_name(&fresh, assembly, rid);
    if (!keeps_its_kind(type, &fresh)) {
        type_fail(type, err, "it was used as another kind of type before");
        type->failure = arena_copy(&type->world->perm, err, sizeof *err);
        __atomic_store_n(&type->bits, type->bits & ~(uint32_t)TYPE_BIT_UNMADE,
                         __ATOMIC_RELEASE);
        return false;
    }
    type->flags = fresh.flags;
    type->declaring = fresh.declaring;
    type->failure = fresh.failure;
    type->variance = fresh.variance;
    type->args = fresh.args;
    type->n_args = fresh.n_args;
    __atomic_store_n(&type->bits, fresh.bits, __ATOMIC_RELEASE);
    names_add_made(assembly, rid);
    return true;
}

bool assembly_make_type(Assembly *assembly, uint32_t rid, Err *err)
{
    world_lock(assembly->world);
    Type *type = assembly_type(assembly, rid);
    bool ok = !(type->bits & TYPE_BIT_UNMADE) || make_locked(type, assembly, rid, err);
    world_unlock(assembly->world);
    return ok;
}
