/* access.c - which types and members code may name (ECMA-335 I.8.5.3). Definitions
 * decide; what is nested in a type may name all that the type may. */
#include <string.h>
#include <strings.h>

#include "common/types/types_private.h"

/* -- Friends ------------------------------------------------------------------- */

/* The string that an attribute of the assembly with one of them has. */
static Bytes attribute_text(const Image *image, uint32_t row)
{
    Cursor c = cursor_open(
        image_get_blob(image, TABLE_CustomAttribute, row, COL_CustomAttribute_Value));
    cursor_skip(&c, 2); /* prolog */
    return cursor_bytes(&c, cursor_compressed(&c));
}

static bool hex_equal(const uint8_t *hex, size_t n, Bytes key)
{
    static const char digits[] = "0123456789abcdef";
    if (n < key.size * 2)
        return false;
    for (size_t i = 0; i < key.size; i++)
        if ((hex[2 * i] | 0x20) != (digits[key.data[i] >> 4] | 0x20) ||
            (hex[2 * i + 1] | 0x20) != (digits[key.data[i] & 15] | 0x20))
            return false;
    return true;
}

/* "Name" or "Name, PublicKey=0024..." */
static bool names_assembly(Bytes text, const Assembly *assembly)
{
    static const char word[] = "PublicKey=";
    size_t n = 0, length = strlen(assembly->name);
    while (n < text.size && text.data[n] != ',')
        n++;
    if (n != length || strncasecmp((const char *)text.data, assembly->name, n))
        return false;
    const uint8_t *key = memmem(text.data, text.size, word, sizeof word - 1);
    if (!key || !image_rows(assembly->image, TABLE_Assembly))
        return true;
    key += sizeof word - 1;
    Bytes own =
        image_get_blob(assembly->image, TABLE_Assembly, 1, COL_Assembly_PublicKey);
    return own.size && hex_equal(key, (size_t)(text.data + text.size - key), own);
}

/* Has the assembly an attribute of that name for the other? */
static bool has_attribute_for(const Assembly *assembly, const char *name,
                              const Assembly *other)
{
    const Image *image = assembly->image;
    uint32_t first, end;
    if (!image_find_rows(image, TABLE_CustomAttribute, COL_CustomAttribute_Parent,
                         TOKEN(TABLE_Assembly, 1), &first, &end))
        return false;
    for (uint32_t row = first; row < end; row++)
        if (image_attribute_is(image, row, "System.Runtime.CompilerServices", name) &&
            names_assembly(attribute_text(image, row), other))
            return true;
    return false;
}

struct Friend {
    const Assembly *from;
    enum { IS_STRANGER, IS_FRIEND, IGNORES_CHECKS } is;
    const struct Friend *next;
};

/* What target is to code of `from`. Found out once a pair. */
static int friendship(Assembly *target, const Assembly *from)
{
    if (target == from)
        return IS_FRIEND;
    const struct Friend *all = __atomic_load_n(&target->friends, __ATOMIC_ACQUIRE);
    for (const struct Friend *f = all; f; f = f->next)
        if (f->from == from)
            return f->is;
    struct Friend found = {from, IS_STRANGER, NULL};
    if (has_attribute_for(from, "IgnoresAccessChecksToAttribute", target))
        found.is = IGNORES_CHECKS;
    else if (has_attribute_for(target, "InternalsVisibleToAttribute", from))
        found.is = IS_FRIEND;
    if (assembly_is_emitted(target) || assembly_is_emitted(from))
        return found.is; /* it may still get an attribute */
    world_lock(target->world);
    struct Friend *made = arena_new(&target->world->perm, struct Friend);
    found.next = target->friends;
    *made = found;
    __atomic_store_n(&target->friends, made, __ATOMIC_RELEASE);
    world_unlock(target->world);
    return found.is;
}

/* May code of `from` name what is internal to target? */
static bool is_friend(Assembly *target, const Assembly *from)
{
    return friendship(target, from) != IS_STRANGER;
}

/* May it name all that is in it? */
static bool ignores_checks(Assembly *target, const Assembly *from)
{
    return friendship(target, from) == IGNORES_CHECKS;
}

/* -- Members ------------------------------------------------------------------- */

static bool lies_in(const Type *inner, const Type *outer)
{
    for (inner = inner->def; inner; inner = inner->declaring)
        if (inner == outer->def)
            return true;
    return false;
}

static bool derives(Type *type, const Type *from)
{
    Err ignored = ERR_INIT;
    type = type->def;
    if (!type_load(type, LEVEL_PARENTS, &ignored))
        return true; /* that failure is another's to report */
    const Type *at = type;
    do {
        if (at->def == from->def)
            return true;
    } while ((at = at->parent));
    for (uint32_t i = 0; i < type->n_interfaces; i++)
        if (type->interfaces[i]->def == from->def)
            return true;
    return false;
}

static bool is_family(Type *from, const Type *owner)
{
    for (Type *at = from->def; at; at = at->declaring)
        if (derives(at, owner))
            return true;
    return false;
}

/* access: of a method or field, whose values are the same (II.23.1.5, II.23.1.10). */
static bool member_open(uint32_t access, const Type *owner, Type *from)
{
    switch (access) {
    case METHOD_PUBLIC:
        return true;
    case METHOD_PRIVATE:
        return lies_in(from, owner);
    case METHOD_FAMANDASSEM:
        return is_friend(owner->assembly, from->assembly) && is_family(from, owner);
    case METHOD_ASSEM:
        return is_friend(owner->assembly, from->assembly);
    case METHOD_FAMILY:
        return lies_in(from, owner) || is_family(from, owner);
    case METHOD_FAMORASSEM:
        return is_friend(owner->assembly, from->assembly) || is_family(from, owner);
    default: /* compiler-controlled */
        return owner->assembly == from->assembly;
    }
}

bool member_is_accessible(uint32_t access, const Type *owner, Type *from)
{
    return member_open(access, owner, from) || lies_in(from, owner) ||
           ignores_checks(owner->assembly, from->assembly);
}

/* -- Types --------------------------------------------------------------------- */

static bool def_is_accessible(const Type *def, Type *from)
{
    static const uint8_t nested[] = {
        [TYPE_NESTED_PUBLIC] = METHOD_PUBLIC,
        [TYPE_NESTED_PRIVATE] = METHOD_PRIVATE,
        [TYPE_NESTED_FAMILY] = METHOD_FAMILY,
        [TYPE_NESTED_ASSEMBLY] = METHOD_ASSEM,
        [TYPE_NESTED_FAMANDASSEM] = METHOD_FAMANDASSEM,
        [TYPE_NESTED_FAMORASSEM] = METHOD_FAMORASSEM,
    };
    for (; def; def = def->declaring) {
        uint32_t visibility = def->flags & TYPE_VISIBILITY_MASK;
        if (visibility == TYPE_PUBLIC || !def->token)
            return true;
        if (!def->declaring || visibility < TYPE_NESTED_PUBLIC)
            return is_friend(def->assembly, from->assembly);
        if (lies_in(from, def->declaring))
            return true;
        if (!member_open(nested[visibility], def->declaring, from))
            return ignores_checks(def->assembly, from->assembly);
    }
    return true;
}

bool type_is_accessible(const Type *type, Type *from)
{
    while (type->elem && !type->token) /* arrays, pointers, references */
        type = type->elem;
    if (!type->token)
        return true;
    if (!def_is_accessible(type->def, from))
        return false;
    for (uint32_t i = 0; i < type->n_args; i++)
        if (!type_is_accessible(type->args[i], from))
            return false;
    return true;
}
