/* levels.c - what is loaded of a type when: the phases behind the levels, and the first
 * of them, parents and interfaces.
 *
 * A descriptor exists as soon as anything names its type; the rest comes when somebody
 * asks for it, since most types of a library are only ever named. Who asks says how
 * much he needs: a level, which holds for the parents, too. A level is reached by
 * phases, and these ask each other for single phases, not for levels. For
 *
 *     class Node : IComparable<Node> { Node next; Pair<Node> pair; static Node root; }
 *
 * the layout of Node needs that of the struct Pair<Node>, whose fields need Node only
 * as a name: no cycle. PHASE_PARENTS of Node names IComparable<Node>, and needs nothing
 * of its argument. What does lead back to a phase under way, struct A { A a; }, is a
 * fault of the metadata. All runs under the world's lock, so who finds a phase under
 * way is who started it. A failure is kept and given again to all who ask for more than
 * was reached; a level is published by a release store once all of it is there. */
#include <string.h>

#include "common/types/rules_private.h"
#include "common/types/types_private.h"
#include "common/types/words.h"

static bool fail_in_words(const Type *type, Err *err, LibraryWords words,
                          const char *reason, const char *method)
{
    if (err->kind != ERR_NONE)
        return false;
    Arena scratch = ARENA_INIT;
    const Assembly *assembly = type->assembly;
    const char *const args[WORDS_ARGS] = {
        words_type(&scratch, type), assembly ? assembly->name : NULL,
        assembly ? words_assembly(&scratch, assembly) : NULL, reason, method};
    err_words(err, ERR_TYPE_LOAD, type->world, words, args);
    arena_free(&scratch);
    return false;
}

bool type_fail(const Type *type, Err *err, const char *reason)
{
    return fail_in_words(type, err, WORDS_TYPE_REFUSED, reason, NULL);
}

bool type_fail_undone(const Type *type, Err *err, const char *reason,
                      const Method *method)
{
    return fail_in_words(type, err, WORDS_METHOD_UNDONE, reason, method->name);
}

static bool phase_run(Type *type, TypePhase phase, Err *err)
{
    switch (phase) {
    case PHASE_PARENTS:
        return parents_do(type, err);
    case PHASE_METHODS:
        return methods_do(type, err);
    case PHASE_FIELDS:
        return fields_do(type, err);
    case PHASE_INSTANCE:
        return instance_do(type, err);
    case PHASE_STATICS:
        return statics_do(type, err);
    case PHASE_SLOTS:
        return slots_do(type, err);
    }
    return false;
}

/* The program may still be asked for the assembly (missing.h), or make the type. */
static bool is_passing(const World *world, uint32_t n_unmade, const Err *err)
{
    return (world->trusted && err->kind == ERR_IO) ||
           n_unmade != __atomic_load_n(&world->n_unmade, __ATOMIC_RELAXED);
}

bool type_do(Type *type, TypePhase phase, Err *err)
{
    World *world = type->world;
    if (type->phases & phase)
        return true;
    if (type->failure)
        return err_set(err, type->failure->kind, "%s", type->failure->text);
    if (type->def && type->def->bits & TYPE_BIT_UNMADE)
        return type_unmade(type->def, err);
    if (type->loading & phase)
        return type_fail(type, err, "it needs itself to be loaded");
    if (world->load_depth >= MAX_LOAD_DEPTH)
        return type_fail(type, err, "too many types that need each other");
    uint32_t n_unmade = __atomic_load_n(&world->n_unmade, __ATOMIC_RELAXED);
    world->load_depth++;
    type->loading |= phase;
    bool ok = phase_run(type, phase, err);
    type->loading &= ~(uint32_t)phase;
    world->load_depth--;
    if (ok)
        type->phases |= phase;
    else if (!type->failure && !is_passing(world, n_unmade, err))
        type->failure = arena_copy(&world->perm, err, sizeof *err);
    return ok;
}

static void publish(Type *type, TypeLevel level)
{
    if (type->level < level)
        __atomic_store_n(&type->level, (uint8_t)level, __ATOMIC_RELEASE);
}

/* Users of a layout walk into its nested values. Their statics may be bad without harm
 * to this type; that failure waits in them. */
static void complete_values(Type *type)
{
    for (uint32_t i = 0; i < type->n_fields; i++) {
        Type *value = type->fields[i].type;
        Err ignored = ERR_INIT;
        if (!(type->fields[i].flags & (FIELD_STATIC | FIELD_LITERAL)) &&
            type_is_valuetype(value) && value != type)
            type_load(value, LEVEL_LAYOUT, &ignored);
    }
}

static bool load_layout(Type *type, Err *err)
{
    if (type->parent && !type_load(type->parent, LEVEL_LAYOUT, err))
        return false;
    if (!type_do(type, PHASE_INSTANCE, err) || !type_do(type, PHASE_STATICS, err))
        return false;
    publish(type, LEVEL_LAYOUT);
    complete_values(type);
    return true;
}

static bool load_ready(Type *type, Err *err)
{
    if (type->parent && !type_load(type->parent, LEVEL_READY, err))
        return false;
    if (!type_do(type, PHASE_METHODS, err) || !type_do(type, PHASE_SLOTS, err))
        return false;
    publish(type, LEVEL_READY);
    return true;
}

/* Each level after the other, so that a failure keeps what was reached. */
static bool load_locked(Type *type, TypeLevel level, Err *err)
{
    if (type->level < LEVEL_PARENTS && level >= LEVEL_PARENTS) {
        if (!type_do(type, PHASE_PARENTS, err))
            return false;
        publish(type, LEVEL_PARENTS);
    }
    if (type->level < LEVEL_LAYOUT && level >= LEVEL_LAYOUT && !load_layout(type, err))
        return false;
    return type->level >= LEVEL_READY || level < LEVEL_READY || load_ready(type, err);
}

bool type_load(Type *type, TypeLevel level, Err *err)
{
    if (type_level(type) >= level)
        return true;
    world_lock(type->world);
    bool ok = load_locked(type, level, err);
    world_unlock(type->world);
    return ok;
}

/* -- Parents ------------------------------------------------------------------- */

typedef VEC(Type *) TypeVec;

static void add_once(TypeVec *list, Type *type)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->at[i] == type)
            return;
    *vec_push(list) = type;
}

static bool add_interface(TypeVec *list, Type *owner, Type *interface, Err *err)
{
    if (!(interface->bits & TYPE_BIT_INTERFACE))
        return type_fail(owner, err, "it implements what is not an interface");
    if (!type_load(interface, LEVEL_PARENTS, err))
        return false;
    add_once(list, interface);
    for (uint32_t i = 0; i < interface->n_interfaces; i++)
        add_once(list, interface->interfaces[i]);
    return true;
}

static void keep_interfaces(Type *type, TypeVec *list)
{
    type->n_interfaces = (uint32_t)list->n;
    type->interfaces =
        arena_copy(&type->world->perm, list->at, list->n * sizeof *list->at);
}

static bool parent_check(const Type *type, Err *err)
{
    const Type *parent = type->parent;
    const KnownTypes *known = &type->world->known;
    if (parent->bits & TYPE_BIT_INTERFACE)
        return fail_in_words(type, err, WORDS_PARENT_INTERFACE, NULL, NULL);
    if (parent->bits & TYPE_BIT_SEALED)
        return fail_in_words(type, err, WORDS_PARENT_SEALED, NULL, NULL);
    if (type->bits & TYPE_BIT_VALUETYPE && parent != known->valuetype &&
        parent != known->enum_)
        return type_fail(type, err, "a value type with a strange parent");
    if (parent->element == ELEMENT_VAR || parent->element == ELEMENT_SZARRAY ||
        parent->element == ELEMENT_ARRAY || !parent->token)
        return type_fail(type, err, "its parent is not a class");
    return rules_check_parent(type, err);
}

/* The parameters that tokens in the rows of a definition may name: its own. */
static GenericContext def_context(const Type *type)
{
    GenericContext ctx = type_context(type);
    ctx.method_args = (Type **)no_types;
    return ctx;
}

static bool def_parent(Type *type, Err *err)
{
    const Image *image = type->assembly->image;
    uint32_t rid = TOKEN_RID(type->token);
    uint32_t extends = image_get(image, TABLE_TypeDef, rid, COL_TypeDef_Extends);
    if (type->bits & TYPE_BIT_INTERFACE && !TOKEN_RID(extends))
        return true;
    if (!extends) {
        if (type == type->world->known.object || rid == 1) /* 1: <Module> */
            return true;
        return type_fail(type, err, "a class without parent");
    }
    GenericContext ctx = def_context(type);
    Type *parent = type_from_token(type->assembly, extends, &ctx, err);
    if (!parent || !type_load(parent, LEVEL_PARENTS, err))
        return false;
    if (type->bits & TYPE_BIT_INTERFACE)
        return rules_check_interface(type, parent, err);
    type->parent = parent;
    return parent_check(type, err);
}

static bool def_interfaces(Type *type, TypeVec *list, Err *err)
{
    const Image *image = type->assembly->image;
    GenericContext ctx = def_context(type);
    uint32_t first, end;
    if (!image_find_rows(image, TABLE_InterfaceImpl, COL_InterfaceImpl_Class,
                         TOKEN_RID(type->token), &first, &end))
        return true;
    for (uint32_t i = first; i < end; i++) {
        uint32_t token =
            image_get(image, TABLE_InterfaceImpl, i, COL_InterfaceImpl_Interface);
        Type *interface = type_from_token(type->assembly, token, &ctx, err);
        if (!interface || !add_interface(list, type, interface, err))
            return false;
    }
    return true;
}

static bool def_parents(Type *type, Err *err)
{
    TypeVec list = {0};
    bool ok = rules_check_params(type, err) && def_parent(type, err);
    for (uint32_t i = 0; ok && type->parent && i < type->parent->n_interfaces; i++)
        *vec_push(&list) = type->parent->interfaces[i];
    ok = ok && def_interfaces(type, &list, err);
    if (ok)
        keep_interfaces(type, &list);
    vec_free(&list);
    return ok;
}

static bool instance_parents(Type *type, Err *err)
{
    Type *def = type->def;
    GenericContext ctx = type_context(type);
    TypeVec list = {0};
    if (!type_load(def, LEVEL_PARENTS, err))
        return false;
    if (def->parent) {
        Type *parent = type_substitute(def->parent, &ctx, err);
        if (!parent || !type_load(parent, LEVEL_PARENTS, err))
            return false;
        type->parent = parent;
    }
    bool ok = true;
    for (uint32_t i = 0; ok && i < def->n_interfaces; i++) {
        Type *interface = type_substitute(def->interfaces[i], &ctx, err);
        ok = interface && type_load(interface, LEVEL_PARENTS, err);
        if (ok)
            add_once(&list, interface);
    }
    if (ok)
        keep_interfaces(type, &list);
    vec_free(&list);
    return ok;
}

bool parents_do(Type *type, Err *err)
{
    if (type == type->world->canon) {
        type->parent = type->world->known.object;
        return type_load(type->parent, LEVEL_PARENTS, err);
    }
    if (type->element == ELEMENT_SZARRAY || type->element == ELEMENT_ARRAY)
        return array_parents(type, err);
    if (!type->token)
        return true;
    return type->def == type ? def_parents(type, err) : instance_parents(type, err);
}
