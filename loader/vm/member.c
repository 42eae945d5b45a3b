/* member.c - see member.h.
 *
 * A row is looked up by whoever first asks for it, without a lock: what several threads
 * find at once is the same, so any of their stores will do. Only what is found is kept.
 */
#include "loader/vm/member.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/log.h"
#include "common/base/mem.h"
#include "loader/vm/typert.h"
#include "loader/vm/vm.h"

uintptr_t member_found[MEMBER_MAX];
static Type *types_found[KNOWN_MAX];

/* -- types --------------------------------------------------------------------- */

/* name: "Outer/Inner" for nested ones. */
static Type *type_by_name(Assembly *assembly, const LibraryType *row, Err *err)
{
    const char *inner = strchr(row->name, '/');
    if (!inner)
        return assembly_find_type(assembly, row->ns, row->name, err);
    char *outer = mem_strndup(row->name, (size_t)(inner - row->name));
    Type *type = assembly_find_type(assembly, row->ns, outer, err);
    free(outer);
    return type ? type_find_nested(type, inner + 1) : NULL;
}

Type *known_type_find(uint32_t tag, Err *err)
{
    const LibraryType *row = &vm.world->library->members->types[tag];
    Assembly *corlib = vm.world->corlib;
    if (!row->name) {
        err_set(err, ERR_TYPE_LOAD, "%s: the class library has no type for tag %u",
                corlib->image->path, tag);
        return NULL;
    }
    Assembly *assembly =
        row->assembly ? world_load_name(vm.world, row->assembly, NULL, err) : corlib;
    if (!assembly)
        return NULL;
    Type *type = type_by_name(assembly, row, err);
    if (!type)
        err_set(err, ERR_TYPE_LOAD, "%s: the class library has no type %s.%s",
                assembly->image->path, row->ns, row->name);
    return type;
}

/* -- members ------------------------------------------------------------------- */

static Type *owner_find(uint32_t tag, TypeLevel level, Err *err)
{
    const LibraryMember *row = &vm.world->library->members->members[tag];
    if (!row->name) {
        err_set(err, ERR_MISSING_FIELD,
                "%s: the class library has no member for tag %u",
                vm.world->corlib->image->path, tag);
        return NULL;
    }
    Type *owner = known_type_find(row->type, err);
    return owner && type_load(owner, level, err) ? owner : NULL;
}

/* A structure that is but an integer of that size: handles, moments. */
static bool is_word(Type *type)
{
    if (type->element == ELEMENT_I || type->element == ELEMENT_U ||
        type->element == ELEMENT_PTR || type->element == ELEMENT_BYREF ||
        type->element == ELEMENT_FNPTR)
        return true;
    Type *only = NULL;
    for (uint32_t i = 0; type_is_valuetype(type) && i < type->n_fields; i++)
        if (!(type->fields[i].flags & FIELD_STATIC)) {
            if (only)
                return false;
            only = type->fields[i].type;
        }
    return only && (only->element == ELEMENT_I || only->element == ELEMENT_I8 ||
                    only->element == ELEMENT_U8);
}

static bool shape_fits(FieldShape shape, Type *type)
{
    uint32_t element = type_underlying(type)->element;
    switch (shape) {
    case SHAPE_REFERENCE:
        return type_is_reference(type);
    case SHAPE_STRING:
        return type == vm.world->known.string;
    case SHAPE_ARRAY:
        return element == ELEMENT_SZARRAY || type == vm.world->known.object;
    case SHAPE_BYTE:
        return element == ELEMENT_BOOLEAN || element == ELEMENT_I1 ||
               element == ELEMENT_U1;
    case SHAPE_SHORT:
        return element == ELEMENT_CHAR || element == ELEMENT_I2 ||
               element == ELEMENT_U2;
    case SHAPE_INT:
        return element == ELEMENT_I4 || element == ELEMENT_U4;
    case SHAPE_LONG:
        return element == ELEMENT_I8 || element == ELEMENT_U8;
    case SHAPE_WORD: /* what is an object for some libraries is an address for others */
        return is_word(type) || type == vm.world->known.object;
    }
    return false;
}

/* What one library declares as an address another declares as an object. */
static bool field_fits(FieldShape shape, Type *type)
{
    return shape_fits(shape, type) ||
           (shape == SHAPE_WORD && type == vm.world->known.object);
}

Field *member_field_find(uint32_t tag, FieldShape shape, bool is_static, Err *err)
{
    Type *owner = owner_find(tag, LEVEL_LAYOUT, err);
    if (!owner)
        return NULL;
    const char *name = vm.world->library->members->members[tag].name;
    Field *field = type_find_field(owner, name);
    if (field && is_static == !!(field->flags & FIELD_STATIC) &&
        !(field->flags & FIELD_LITERAL) && field_fits(shape, field->type))
        return field;
    err_set(err, ERR_MISSING_FIELD,
            "%s: the class library has no %s field %s of that type in %s.%s",
            owner->assembly->image->path, is_static ? "static" : "instance", name,
            owner->name_space, owner->name);
    return NULL;
}

/* -- methods ------------------------------------------------------------------- */

static char letter_of(Type *type)
{
    static const struct {
        FieldShape shape;
        char letter;
    } letters[] = {{SHAPE_STRING, 'S'}, {SHAPE_BYTE, 'B'}, {SHAPE_SHORT, 'H'},
                   {SHAPE_INT, 'I'},    {SHAPE_LONG, 'L'}, {SHAPE_WORD, 'P'}};
    if (type->element == ELEMENT_VOID)
        return 'V';
    if (type == vm.world->known.object)
        return 'O';
    if (type->element == ELEMENT_R8)
        return 'D';
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
        if (shape_fits(letters[i].shape, type))
            return letters[i].letter;
    if (type->element == ELEMENT_SZARRAY)
        return 'A';
    return type_is_reference(type) ? 'O' : '?';
}

static bool signature_fits(const MethodSig *sig, const char *wanted)
{
    bool has_this = *wanted == '.';
    wanted += has_this;
    if (sig->has_this != has_this || letter_of(sig->ret) != *wanted++)
        return false;
    if (*wanted++ != '(')
        return false;
    for (uint32_t i = 0; i < sig->n_params; i++)
        if (letter_of(sig->params[i]) != *wanted++)
            return false;
    return *wanted == ')';
}

Method *member_method_find(uint32_t tag, const char *signature, Err *err)
{
    Type *owner = owner_find(tag, LEVEL_READY, err);
    if (!owner)
        return NULL;
    const char *name = vm.world->library->members->members[tag].name;
    for (uint32_t i = 0; i < owner->n_methods; i++) {
        Method *method = owner->methods[i];
        MethodSig *sig = strcmp(method->name, name) ? NULL : method_sig(method, err);
        if (sig && signature_fits(sig, signature))
            return method;
    }
    err_set(err, ERR_MISSING_METHOD,
            "%s: the class library has no method %s of the form %s in %s.%s",
            owner->assembly->image->path, name, signature, owner->name_space,
            owner->name);
    return NULL;
}

/* -- lookups that do not fail -------------------------------------------------- */

static void *found_or_end(void *found, const Err *err)
{
    if (found)
        return found;
    log_final("%s", err->text);
    _exit(MEM_EXIT_CODE);
}

Type *known_type(uint32_t tag)
{
    Type *type = __atomic_load_n(&types_found[tag], __ATOMIC_ACQUIRE);
    if (type)
        return type;
    Err err = ERR_INIT;
    type = found_or_end(known_type_find(tag, &err), &err);
    __atomic_store_n(&types_found[tag], type, __ATOMIC_RELEASE);
    return type;
}

uintptr_t member_find_offset(uint32_t tag, FieldShape shape)
{
    Err err = ERR_INIT;
    Field *field = found_or_end(member_field_find(tag, shape, false, &err), &err);
    uintptr_t found = (uintptr_t)field->offset + 1;
    __atomic_store_n(&member_found[tag], found, __ATOMIC_RELAXED);
    return found;
}

void *member_static(uint32_t tag, FieldShape shape)
{
    Field *field = (Field *)__atomic_load_n(&member_found[tag], __ATOMIC_ACQUIRE);
    if (!field) {
        Err err = ERR_INIT;
        field = found_or_end(member_field_find(tag, shape, true, &err), &err);
        __atomic_store_n(&member_found[tag], (uintptr_t)field, __ATOMIC_RELEASE);
    }
    return type_init(field->owner) ? (char *)type_statics(field->owner) + field->offset
                                   : NULL;
}

Method *member_method(uint32_t tag, const char *signature)
{
    Method *method = (Method *)__atomic_load_n(&member_found[tag], __ATOMIC_ACQUIRE);
    if (method)
        return method;
    Err err = ERR_INIT;
    method = found_or_end(member_method_find(tag, signature, &err), &err);
    __atomic_store_n(&member_found[tag], (uintptr_t)method, __ATOMIC_RELEASE);
    return method;
}
