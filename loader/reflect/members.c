/* members.c - lists of a type's members.
 *
 * Properties and events have no descriptors in common/types: each type's are made when
 * they are first asked for, and their addresses are their handles from then on.
 *
 * A search goes from the type upwards. What it finds is there once: a method not again
 * as what it overrides, a property not as one with the same name and indexes of a base
 * type, an event not as one of the same name.
 */
#include "loader/reflect/members.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/base/lock.h"
#include "common/base/mem.h"
#include "common/base/map.h"

/* -- lists --------------------------------------------------------------------- */

PtrArray *ptr_array_new(void)
{
    PtrArray *array = mem_alloc(sizeof *array);
    return array;
}

void ptr_array_push(PtrArray *array, void *item)
{
    uint32_t n = (uint32_t)array->n;
    if (!(n & (n - 1)) || !n) { /* full at every power of two */
        array->data = mem_resize(array->data, n ? n * 2 : 4, sizeof *array->data);
    }
    array->data[array->n++] = item;
}

void ptr_array_free(PtrArray *array)
{
    if (array)
        free(array->data);
    free(array);
}

/* -- properties and events as descriptors -------------------------------------- */

typedef struct MemberList {
    void *items;
    uint32_t n;
} MemberList;

static Lock lock = LOCK_INIT(LOCK_LEAF);
static Map properties, events; /* Type -> MemberList; under lock */

/* MethodSemanticsAttributes, II.23.1.12. */
enum {
    SEMANTICS_SETTER = 1,
    SEMANTICS_GETTER = 2,
    SEMANTICS_OTHER = 4,
    SEMANTICS_ADD = 8,
    SEMANTICS_REMOVE = 16,
    SEMANTICS_FIRE = 32,
};

/* The nth method with these semantics for a property or event, as a member of type. One
 * of another class, or a constructor, is none (II.22.28). */
static Method *semantic_nth(Type *type, uint32_t association, uint32_t semantics,
                            uint32_t n)
{
    const Image *image = type->assembly->image;
    uint32_t first, end;
    Err err = ERR_INIT;
    if (!image_find_rows(image, TABLE_MethodSemantics, COL_MethodSemantics_Association,
                         association, &first, &end))
        return NULL;
    for (uint32_t i = first; i < end; i++) {
        if (image_get(image, TABLE_MethodSemantics, i, COL_MethodSemantics_Semantics) !=
                semantics ||
            n--)
            continue;
        uint32_t rid =
            image_get(image, TABLE_MethodSemantics, i, COL_MethodSemantics_Method);
        Method *def = assembly_method(type->assembly, rid, &err);
        return def && def->type == type->def && def->name[0] != '.'
                   ? method_on_type(def, type, &err)
                   : NULL;
    }
    return NULL;
}

static Method *semantic_method(Type *type, uint32_t association, uint32_t semantics)
{
    return semantic_nth(type, association, semantics, 0);
}

Method *reflection_event_other(const Event *event, uint32_t n)
{
    return semantic_nth(event->type, TOKEN(TABLE_Event, event->rid), SEMANTICS_OTHER,
                        n);
}

typedef struct MapTable {
    TableId map, child;
    int parent, list;
} MapTable;

static bool map_rows(Type *type, const MapTable *table, uint32_t *first, uint32_t *end)
{
    const Image *image = type->assembly->image;
    uint32_t row, row_end;
    if (!type->token || reflection_is_var(type) ||
        !image_find_rows(image, table->map, table->parent, TOKEN_RID(type->token), &row,
                         &row_end))
        return false;
    image_list(image, table->map, row, table->list, table->child, first, end);
    return *end > *first;
}

static void *properties_make(Type *type, uint32_t *n)
{
    static const MapTable table = {TABLE_PropertyMap, TABLE_Property,
                                   COL_PropertyMap_Parent,
                                   COL_PropertyMap_PropertyList};
    const Image *image = type->assembly->image;
    uint32_t first, end;
    *n = 0;
    if (!map_rows(type, &table, &first, &end))
        return NULL;
    Property *list = mem_array(end - first, sizeof *list);
    for (uint32_t i = first; list && i < end; i++) {
        uint32_t rid = image_list_row(image, TABLE_Property, i);
        uint32_t token = TOKEN(TABLE_Property, rid);
        list[(*n)++] = (Property){
            .type = type,
            .rid = rid,
            .flags =
                (uint16_t)image_get(image, TABLE_Property, rid, COL_Property_Flags),
            .name = image_get_string(image, TABLE_Property, rid, COL_Property_Name),
            .get = semantic_method(type, token, SEMANTICS_GETTER),
            .set = semantic_method(type, token, SEMANTICS_SETTER)};
    }
    return list;
}

static void *events_make(Type *type, uint32_t *n)
{
    static const MapTable table = {TABLE_EventMap, TABLE_Event, COL_EventMap_Parent,
                                   COL_EventMap_EventList};
    const Image *image = type->assembly->image;
    uint32_t first, end;
    *n = 0;
    if (!map_rows(type, &table, &first, &end))
        return NULL;
    Event *list = mem_array(end - first, sizeof *list);
    for (uint32_t i = first; list && i < end; i++) {
        uint32_t rid = image_list_row(image, TABLE_Event, i);
        uint32_t token = TOKEN(TABLE_Event, rid);
        list[(*n)++] = (Event){
            .type = type,
            .rid = rid,
            .flags = (uint16_t)image_get(image, TABLE_Event, rid, COL_Event_EventFlags),
            .name = image_get_string(image, TABLE_Event, rid, COL_Event_Name),
            .add = semantic_method(type, token, SEMANTICS_ADD),
            .remove = semantic_method(type, token, SEMANTICS_REMOVE),
            .raise = semantic_method(type, token, SEMANTICS_FIRE)};
    }
    return list;
}

/* Made once for each type: their addresses are handles. */
static void *list_get(Map *map, Type *type, uint32_t *n,
                      void *(*make)(Type *type, uint32_t *n))
{
    lock_acquire(&lock);
    MemberList *list = map_ptr_get(map, type);
    if (!list) {
        list = mem_alloc(sizeof *list);
        list->items = make(type, &list->n);
        map_ptr_put(map, type, list);
    }
    lock_release(&lock);
    *n = list->n;
    return list->items;
}

Property *reflection_properties(Type *type, uint32_t *n)
{
    *n = 0;
    if (!reflection_load(type, LEVEL_READY))
        return NULL;
    return list_get(&properties, type, n, properties_make);
}

Event *reflection_events(Type *type, uint32_t *n)
{
    *n = 0;
    if (!reflection_load(type, LEVEL_READY))
        return NULL;
    return list_get(&events, type, n, events_make);
}

/* -- what a search accepts ----------------------------------------------------- */

typedef struct Search {
    Type *start;
    const char *name; /* NULL: any */
    int32_t flags;    /* BINDING_* */
    bool ignore_case;
    PtrArray *found;
} Search;

static Search search_open(Type *type, const char *name, int32_t flags)
{
    return (Search){type, name, flags, (flags & BINDING_IGNORE_CASE) != 0,
                    ptr_array_new()};
}

static bool search_name(const Search *s, const char *name)
{
    return !s->name || !*s->name ||
           !(s->ignore_case ? strcasecmp(name, s->name) : strcmp(name, s->name));
}

/* Access of methods and fields has the same numbers. Inherited private members do not
 * show. */
static bool search_access(const Search *s, uint32_t flags, bool own)
{
    uint32_t access = flags & METHOD_ACCESS_MASK;
    if (access == METHOD_PUBLIC)
        return (s->flags & BINDING_PUBLIC) != 0;
    return s->flags & BINDING_NON_PUBLIC && (own || access > METHOD_PRIVATE);
}

static bool search_static(const Search *s, bool is_static, bool own)
{
    if (!is_static)
        return (s->flags & BINDING_INSTANCE) != 0;
    return s->flags & BINDING_STATIC && (own || s->flags & BINDING_FLATTEN_HIERARCHY);
}

/* The types to search, from the start upwards; false at the end. */
static bool search_next(const Search *s, Type **type)
{
    if (!*type)
        *type = s->start;
    else if (s->flags & BINDING_DECLARED_ONLY)
        return false;
    else
        *type = reflection_base(*type);
    return *type && reflection_load(*type, LEVEL_READY);
}

static bool has_no_members(const Type *type)
{
    return type->element == ELEMENT_BYREF || type->element == ELEMENT_PTR ||
           type->element == ELEMENT_FNPTR;
}

/* -- methods ------------------------------------------------------------------- */

static bool slot_seen(PtrArray *seen, Method *m)
{
    for (int32_t i = 0; i < seen->n; i++)
        if (((Method *)seen->data[i])->slot == m->slot)
            return true;
    return false;
}

static void methods_of(const Search *s, Type *type, PtrArray *seen)
{
    bool own = type == s->start;
    for (uint32_t i = 0; i < type->n_methods; i++) {
        Method *m = type->methods[i];
        if (reflection_is_ctor(m) || !search_name(s, m->name))
            continue;
        if (m->slot >= 0) {
            if (!own && slot_seen(seen, m))
                continue;
            ptr_array_push(seen, m);
        }
        if (search_access(s, m->flags, own) &&
            search_static(s, m->flags & METHOD_STATIC, own))
            ptr_array_push(s->found, m);
    }
}

PtrArray *members_methods(Type *type, const char *name, int32_t flags)
{
    Search s = search_open(type, name, flags);
    PtrArray *seen = ptr_array_new();
    if (!has_no_members(s.start))
        for (Type *t = NULL; search_next(&s, &t);)
            methods_of(&s, t, seen);
    ptr_array_free(seen);
    return s.found;
}

PtrArray *members_constructors(Type *type, int32_t flags)
{
    Search s = search_open(type, NULL, flags);
    if (has_no_members(s.start) || !reflection_load(s.start, LEVEL_READY))
        return s.found;
    for (uint32_t i = 0; i < s.start->n_methods; i++) {
        Method *m = s.start->methods[i];
        if (reflection_is_ctor(m) && search_access(&s, m->flags, true) &&
            search_static(&s, m->flags & METHOD_STATIC, true))
            ptr_array_push(s.found, m);
    }
    return s.found;
}

/* -- fields -------------------------------------------------------------------- */

PtrArray *members_fields(Type *type, const char *name, int32_t flags)
{
    Search s = search_open(type, name, flags);
    if (has_no_members(s.start))
        return s.found;
    for (Type *t = NULL; search_next(&s, &t);)
        for (uint32_t i = 0; i < t->n_fields; i++) {
            Field *f = &t->fields[i];
            bool own = t == s.start;
            if (search_access(&s, f->flags, own) &&
                search_static(&s, f->flags & FIELD_STATIC, own) &&
                search_name(&s, f->name))
                ptr_array_push(s.found, f);
        }
    return s.found;
}

/* -- properties and events ----------------------------------------------------- */

static bool search_accessors(const Search *s, Method *a, Method *b, bool own)
{
    Method *first = a ? a : b;
    if (!first || !search_static(s, first->flags & METHOD_STATIC, own))
        return false;
    bool public = (a && (a->flags & METHOD_ACCESS_MASK) == METHOD_PUBLIC) ||
                  (b && (b->flags & METHOD_ACCESS_MASK) == METHOD_PUBLIC);
    if (public)
        return (s->flags & BINDING_PUBLIC) != 0;
    return (a && search_access(s, a->flags, own)) ||
           (b && search_access(s, b->flags, own));
}

static uint32_t index_params(const Property *p, Type ***params)
{
    Err err = ERR_INIT;
    Method *m = p->get ? p->get : p->set;
    MethodSig *sig = m ? method_sig(m, &err) : NULL;
    *params = sig ? sig->params : NULL;
    return sig ? sig->n_params - (p->get ? 0 : 1) : 0;
}

/* A property of a derived type hides that of a base type with the same indexes. */
static bool property_hidden(const PtrArray *found, const Property *p)
{
    Type **params, **others;
    uint32_t n = index_params(p, &params);
    for (int32_t i = 0; i < found->n; i++) {
        const Property *other = found->data[i];
        if (!strcmp(other->name, p->name) && index_params(other, &others) == n &&
            (!n || !memcmp(others, params, n * sizeof *params)))
            return true;
    }
    return false;
}

PtrArray *members_properties(Type *type, const char *name, int32_t flags)
{
    Search s = search_open(type, name, flags);
    if (has_no_members(s.start))
        return s.found;
    for (Type *t = NULL; search_next(&s, &t);) {
        uint32_t n;
        Property *own = reflection_properties(t, &n);
        for (uint32_t i = 0; i < n; i++)
            if (search_name(&s, own[i].name) &&
                search_accessors(&s, own[i].get, own[i].set, t == s.start) &&
                !property_hidden(s.found, &own[i]))
                ptr_array_push(s.found, &own[i]);
    }
    return s.found;
}

static bool event_hidden(const PtrArray *found, const Event *e)
{
    for (int32_t i = 0; i < found->n; i++)
        if (!strcmp(((const Event *)found->data[i])->name, e->name))
            return true;
    return false;
}

PtrArray *members_events(Type *type, const char *name, int32_t flags)
{
    Search s = search_open(type, name, flags);
    if (has_no_members(s.start))
        return s.found;
    for (Type *t = NULL; search_next(&s, &t);) {
        uint32_t n;
        Event *own = reflection_events(t, &n);
        for (uint32_t i = 0; i < n; i++)
            if (search_name(&s, own[i].name) &&
                search_accessors(&s, own[i].add, own[i].remove, t == s.start) &&
                !event_hidden(s.found, &own[i]))
                ptr_array_push(s.found, &own[i]);
    }
    return s.found;
}

/* -- nested types -------------------------------------------------------------- */

PtrArray *members_nested(Type *type, const char *name, int32_t flags)
{
    Search s = search_open(type, name, flags);
    const Image *image = s.start->assembly->image;
    if (has_no_members(s.start) || reflection_is_var(s.start) || !s.start->token)
        return s.found;
    for (uint32_t i = 1; i <= image_rows(image, TABLE_NestedClass); i++) {
        if (image_get(image, TABLE_NestedClass, i, COL_NestedClass_EnclosingClass) !=
            TOKEN_RID(s.start->token))
            continue;
        uint32_t rid =
            image_get(image, TABLE_NestedClass, i, COL_NestedClass_NestedClass);
        if (!rid || rid > image_rows(image, TABLE_TypeDef))
            continue;
        Type *nested = assembly_type(s.start->assembly, rid);
        bool public = (nested->flags & TYPE_VISIBILITY_MASK) == TYPE_NESTED_PUBLIC;
        if (!(nested->bits & TYPE_BIT_UNMADE) &&
            s.flags & (public ? BINDING_PUBLIC : BINDING_NON_PUBLIC) &&
            search_name(&s, nested->name))
            ptr_array_push(s.found, nested);
    }
    return s.found;
}
