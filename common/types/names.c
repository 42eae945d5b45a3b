/* names.c - finding the TypeDefs and ExportedTypes of an assembly by name.
 *
 * One hash table an assembly, made on first use by one pass over names alone. */
#include <stdlib.h>
#include <string.h>

#include "common/base/hash.h"
#include "common/base/mem.h"
#include "common/types/types_private.h"

typedef struct Names {
    uint32_t mask;
    uint32_t n_typedefs;
    uint32_t *heads; /* per bucket: entry + 1, or 0 */
    uint32_t *next;  /* per entry; entry rid - 1, exported types after the TypeDefs */
    uint32_t *enclosing; /* per TypeDef: rid of the enclosing one */
    struct Names *older; /* of an image that grew: readers may be on their way in it */
} Names;

static void *names_alloc(size_t n)
{
    void *p = mem_array(n ? n : 1, sizeof(uint32_t));
    return p;
}

static uint32_t name_hash(uint32_t enclosing, const char *name)
{
    uint32_t h = enclosing * 0x9e3779b1u;
    for (; *name; name++)
        h = (h ^ (uint8_t)*name) * 0x01000193u;
    return h ^ h >> 15;
}

static void names_add(Names *names, uint32_t entry, uint32_t hash)
{
    uint32_t *head = &names->heads[hash & names->mask];
    names->next[entry] = *head;
    __atomic_store_n(head, entry + 1, __ATOMIC_RELEASE);
}

static void names_add_type(Names *names, const Image *image, uint32_t rid)
{
    names_add(
        names, rid - 1,
        name_hash(names->enclosing[rid - 1],
                  image_get_string(image, TABLE_TypeDef, rid, COL_TypeDef_TypeName)));
}

/* Later rows are added first, so that the first of two equal names is found. Where the
 * image grows, there is room for as many again. */
static Names *names_make(const Assembly *assembly)
{
    const Image *image = assembly->image;
    Names *names = mem_alloc(sizeof *names);
    uint32_t rows = image_rows(image, TABLE_TypeDef);
    uint32_t n = assembly_is_emitted(assembly) ? 2 * rows : rows;
    uint32_t n_exported = image_rows(image, TABLE_ExportedType);
    uint32_t room = 64;
    while (room < n + n_exported)
        room *= 2;
    names->mask = room - 1;
    names->n_typedefs = n;
    names->heads = names_alloc(room);
    names->next = names_alloc(n + n_exported);
    names->enclosing = names_alloc(n);
    for (uint32_t i = image_rows(image, TABLE_NestedClass); i; i--) {
        uint32_t rid =
            image_get(image, TABLE_NestedClass, i, COL_NestedClass_NestedClass);
        if (rid && rid <= n)
            names->enclosing[rid - 1] =
                image_get(image, TABLE_NestedClass, i, COL_NestedClass_EnclosingClass);
    }
    for (uint32_t i = n_exported; i; i--)
        names_add(names, n + i - 1,
                  name_hash(0, image_get_string(image, TABLE_ExportedType, i,
                                                COL_ExportedType_TypeName)));
    for (uint32_t i = rows; i; i--)
        if (assembly_has_type(assembly, i))
            names_add_type(names, image, i);
    return names;
}

static Names *names_of(Assembly *assembly)
{
    Names *names = __atomic_load_n((Names **)&assembly->names, __ATOMIC_ACQUIRE);
    if (names)
        return names;
    world_lock(assembly->world);
    names = assembly->names;
    if (!names) {
        names = names_make(assembly);
        __atomic_store_n(&assembly->names, (void *)names, __ATOMIC_RELEASE);
    }
    world_unlock(assembly->world);
    return names;
}

void names_add_made(Assembly *assembly, uint32_t rid)
{
    Names *names = assembly->names;
    if (!names)
        return;
    if (rid <= names->n_typedefs) {
        names->enclosing[rid - 1] = image_enclosing(assembly->image, rid);
        names_add_type(names, assembly->image, rid);
        return;
    }
    Names *more = names_make(assembly);
    more->older = names;
    __atomic_store_n(&assembly->names, (void *)more, __ATOMIC_RELEASE);
}

void names_free(void *p)
{
    for (Names *names = p, *older; names; names = older) {
        older = names->older;
        free(names->heads);
        free(names->next);
        free(names->enclosing);
        free(names);
    }
}

uint32_t names_find(Assembly *assembly, uint32_t enclosing, const char *ns,
                    const char *name)
{
    const Image *image = assembly->image;
    const Names *names = names_of(assembly);
    uint32_t hash = name_hash(enclosing, name);
    uint32_t i = __atomic_load_n(&names->heads[hash & names->mask], __ATOMIC_ACQUIRE);
    for (; i; i = names->next[i - 1])
        if (i <= names->n_typedefs && names->enclosing[i - 1] == enclosing &&
            !strcmp(image_get_string(image, TABLE_TypeDef, i, COL_TypeDef_TypeName),
                    name) &&
            (enclosing || !strcmp(image_get_string(image, TABLE_TypeDef, i,
                                                   COL_TypeDef_TypeNamespace),
                                  ns)))
            return i;
    return 0;
}

uint32_t names_find_exported(Assembly *assembly, const char *ns, const char *name)
{
    const Image *image = assembly->image;
    const Names *names = names_of(assembly);
    uint32_t hash = name_hash(0, name);
    for (uint32_t i = names->heads[hash & names->mask]; i; i = names->next[i - 1]) {
        uint32_t rid = i - names->n_typedefs;
        if (i > names->n_typedefs &&
            TOKEN_TABLE(image_get(image, TABLE_ExportedType, rid,
                                  COL_ExportedType_Implementation)) !=
                TABLE_ExportedType &&
            !strcmp(image_get_string(image, TABLE_ExportedType, rid,
                                     COL_ExportedType_TypeName),
                    name) &&
            !strcmp(image_get_string(image, TABLE_ExportedType, rid,
                                     COL_ExportedType_TypeNamespace),
                    ns))
            return rid;
    }
    return 0;
}
