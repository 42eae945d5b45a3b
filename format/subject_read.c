/* subject_read.c - finds encoded subjects in a World.
 *
 * Two ways lead from a subject to a descriptor. While its assembly is the build that
 * the deps recorded, the rid is right and nothing is searched. In another build names
 * count: a type by name (forwarders are followed), a method by name and hash of the
 * signature, a field by name, these two in base classes, too, where members move to; a
 * string by its text. A class that became a value type is not found: no code of the one
 * fits the other.
 *
 * The bytes may be hostile. References point to lower offsets only, so nesting ends; a
 * budget of steps keeps a small blob from describing an exponentially large type; what
 * a cell of a kind can't be about (fixup_fits) is refused here, before anybody asks for
 * the vtable of a pointer.
 */
#include "common/base/mem.h"
#include "format/subject.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/hash.h"
#include "common/ir/synth.h"

enum { SUBJECT_STEPS = 4000, SUBJECT_ARGS = 64, SUBJECT_DEPTH = 100 };

typedef struct Walk {
    const SubjectReader *reader;
    uint32_t steps, depth;
    Err *err;
} Walk;

/* -- Opening ------------------------------------------------------------------- */

bool subject_reader_open(SubjectReader *reader, Bytes deps, Bytes names, Bytes blob)
{
    *reader = (SubjectReader){.deps = deps, .names = names, .blob = blob};
    reader->n_deps = (uint32_t)(deps.size / sizeof(ImageDep));
    return deps.size % sizeof(ImageDep) == 0 && reader->n_deps <= 10000 && names.size &&
           !names.data[names.size - 1] && blob.size;
}

void subject_reader_bind(SubjectReader *reader, World *world, Assembly *home)
{
    reader->world = world;
    reader->assemblies = mem_array(reader->n_deps + 1, sizeof(Assembly *));
    if (reader->n_deps)
        reader->assemblies[0] = home;
}

void subject_reader_close(SubjectReader *reader)
{
    free(reader->assemblies);
    *reader = (SubjectReader){.world = NULL};
}

const char *subject_reader_name(const SubjectReader *reader, uint32_t offset)
{
    return offset < reader->names.size ? (const char *)reader->names.data + offset : "";
}

static ImageDep reader_dep(const SubjectReader *reader, uint32_t dep)
{
    ImageDep row;
    memcpy(&row, reader->deps.data + dep * sizeof row, sizeof row);
    return row;
}

bool subject_is_build(const Assembly *assembly, const ImageDep *dep)
{
    const Image *image = assembly->image;
    return image->content == dep->content &&
           !memcmp(image->mvid, dep->mvid, sizeof dep->mvid);
}

Assembly *subject_read_dep(const SubjectReader *reader, uint32_t dep, bool *same,
                           Err *err)
{
    if (dep >= reader->n_deps) {
        err_set(err, ERR_BAD_IMAGE, "bad assembly number %u", dep);
        return NULL;
    }
    ImageDep row = reader_dep(reader, dep);
    Assembly *assembly = __atomic_load_n(&reader->assemblies[dep], __ATOMIC_ACQUIRE);
    if (!assembly) {
        assembly = world_load_name(reader->world, subject_reader_name(reader, row.name),
                                   reader->assemblies[0], err);
        if (!assembly)
            return NULL;
        __atomic_store_n(&reader->assemblies[dep], assembly, __ATOMIC_RELEASE);
    }
    *same = subject_is_build(assembly, &row);
    return assembly;
}

/* -- Walking ------------------------------------------------------------------- */

static void *walk_fail(Walk *walk, const char *what, uint32_t offset)
{
    err_set(walk->err, ERR_BAD_IMAGE, "%s at %#x of an image's subjects", what, offset);
    return NULL;
}

static bool walk_enter(Walk *walk, uint32_t offset, Cursor *c)
{
    if (!offset || offset >= walk->reader->blob.size || walk->depth >= SUBJECT_DEPTH ||
        walk->steps++ >= SUBJECT_STEPS) {
        walk_fail(walk, "bad reference", offset);
        return false;
    }
    *c = cursor_open(walk->reader->blob);
    cursor_seek(c, offset);
    return true;
}

/* A reference to another subject, which must lie lower. 0: none. */
static uint32_t walk_reference(Cursor *c, uint32_t from)
{
    uint32_t to = cursor_compressed(c);
    return to < from ? to : 0;
}

static Type *walk_type(Walk *walk, uint32_t offset);

static bool walk_types(Walk *walk, Cursor *c, uint32_t from, Type **types, uint32_t *n)
{
    *n = cursor_compressed(c);
    if (*n > SUBJECT_ARGS)
        return walk_fail(walk, "too many arguments", from) != NULL;
    for (uint32_t i = 0; i < *n; i++) {
        types[i] = walk_type(walk, walk_reference(c, from));
        if (!types[i])
            return false;
    }
    return !c->failed || walk_fail(walk, "cut off", from) != NULL;
}

static Type *walk_definition(Walk *walk, uint8_t tag, uint32_t offset, Cursor *c)
{
    bool same;
    uint32_t dep = cursor_compressed(c), kind = cursor_compressed(c), rid = kind >> 1;
    uint32_t outer = cursor_compressed(c), name = cursor_compressed(c);
    if (c->failed)
        return walk_fail(walk, "cut off", offset);
    Assembly *assembly = subject_read_dep(walk->reader, dep, &same, walk->err);
    if (!assembly)
        return NULL;
    if (same && rid && rid <= image_rows(assembly->image, TABLE_TypeDef))
        return assembly_type(assembly, rid);
    const char *text = subject_reader_name(walk->reader, name);
    Type *type = NULL;
    if (tag == TAG_NESTED) {
        Type *enclosing = outer < offset ? walk_type(walk, outer) : NULL;
        if (!enclosing)
            return walk_fail(walk, "bad enclosing type", offset);
        type = type_find_nested(enclosing->def, text);
    } else
        type = assembly_find_type(assembly, subject_reader_name(walk->reader, outer),
                                  text, walk->err);
    if (!type) {
        err_set(walk->err, ERR_TYPE_LOAD, "%s has no type %s", assembly->name, text);
    } else if (type_is_valuetype(type) != (kind & 1)) {
        err_set(walk->err, ERR_BAD_IMAGE, "%s of %s is %s value type by now", text,
                assembly->name, kind & 1 ? "no" : "a");
        type = NULL;
    }
    return type;
}

static Type *walk_instance(Walk *walk, uint32_t offset, Cursor *c)
{
    Type *args[SUBJECT_ARGS];
    uint32_t n;
    Type *def = walk_type(walk, walk_reference(c, offset));
    if (!def || !walk_types(walk, c, offset, args, &n))
        return NULL;
    if (def->def != def || !(def->bits & TYPE_BIT_GENERIC_DEF) || def->n_args != n)
        return walk_fail(walk, "wrong number of generic arguments", offset);
    return type_instance(def, args, n, walk->err);
}

static Type *walk_fnptr(Walk *walk, uint32_t offset, Cursor *c)
{
    Type *params[SUBJECT_ARGS];
    uint32_t n;
    MethodSig sig = {.kind = cursor_u8(c), .params = params, .sentinel = -1};
    uint8_t bits = cursor_u8(c);
    sig.has_this = bits & 1, sig.explicit_this = bits >> 1 & 1;
    sig.n_generic = (uint16_t)cursor_compressed(c);
    sig.ret = walk_type(walk, walk_reference(c, offset));
    if (!sig.ret || !walk_types(walk, c, offset, params, &n))
        return NULL;
    sig.n_params = (uint16_t)n;
    return type_fnptr(walk->reader->world, &sig);
}

static Type *walk_element(Walk *walk, uint8_t tag, uint32_t offset, Cursor *c)
{
    Type *elem = walk_type(walk, walk_reference(c, offset));
    if (!elem)
        return NULL;
    if (elem->element == ELEMENT_BYREF ||
        (elem->element == ELEMENT_VOID && tag != TAG_PTR))
        return walk_fail(walk, "bad element type", offset);
    if (tag == TAG_SZARRAY)
        return type_szarray(elem);
    if (tag == TAG_PTR)
        return type_ptr(elem);
    if (tag == TAG_BYREF)
        return type_byref(elem);
    uint32_t rank = cursor_compressed(c);
    return rank && rank <= 32 ? type_array(elem, rank)
                              : walk_fail(walk, "bad rank", offset);
}

static Type *walk_type_at(Walk *walk, uint32_t offset, Cursor *c)
{
    uint8_t tag = cursor_u8(c);
    switch (tag) {
    case TAG_TYPE:
    case TAG_NESTED:
        return walk_definition(walk, tag, offset, c);
    case TAG_INSTANCE:
        return walk_instance(walk, offset, c);
    case TAG_SZARRAY:
    case TAG_ARRAY:
    case TAG_PTR:
    case TAG_BYREF:
        return walk_element(walk, tag, offset, c);
    case TAG_VAR:
    case TAG_MVAR: {
        uint32_t number = cursor_compressed(c);
        return number < 0x10000 ? type_var(walk->reader->world, tag == TAG_MVAR, number)
                                : walk_fail(walk, "bad type variable", offset);
    }
    case TAG_CANON:
        return walk->reader->world->canon;
    case TAG_FNPTR:
        return walk_fnptr(walk, offset, c);
    default:
        return walk_fail(walk, "not a type", offset);
    }
}

static Type *walk_type(Walk *walk, uint32_t offset)
{
    Cursor c;
    if (!walk_enter(walk, offset, &c))
        return NULL;
    walk->depth++;
    Type *type = walk_type_at(walk, offset, &c);
    walk->depth--;
    return type;
}

/* -- Members ------------------------------------------------------------------- */

/* The method on a definition type, by token or by name and signature. In another build
 * it may have moved to a base class, as MemberRefs find it, too. */
static Method *walk_methoddef(Walk *walk, Type *def, uint32_t rid, const char *name,
                              uint32_t sig_hash)
{
    if (rid) {
        Method *method = assembly_method(def->assembly, rid, walk->err);
        if (method && method->type == def)
            return method;
        return walk_fail(walk, "a method of another type", rid);
    }
    if (!type_load(def, LEVEL_READY, walk->err))
        return NULL;
    bool inherited = *name != '.' && !def->n_args;
    for (const Type *type = def; type; type = inherited ? type->parent : NULL)
        for (uint32_t i = 0; i < type->n_methods; i++)
            if (!strcmp(type->methods[i]->name, name) &&
                (!sig_hash || subject_sig_hash(type->methods[i]) == sig_hash))
                return type->methods[i];
    err_set(walk->err, ERR_MISSING_METHOD, "%s.%s has no method %s of this signature",
            def->name_space, def->name, name);
    return NULL;
}

/* Is the type's assembly the build that the deps recorded? Tokens hold then. */
static bool walk_same_build(const Walk *walk, const Type *type)
{
    const SubjectReader *reader = walk->reader;
    for (uint32_t i = 0; i < reader->n_deps; i++) {
        ImageDep dep = reader_dep(reader, i);
        if (__atomic_load_n(&reader->assemblies[i], __ATOMIC_ACQUIRE) == type->assembly)
            return subject_is_build(type->assembly, &dep);
    }
    return false;
}

static Method *walk_method(Walk *walk, uint32_t offset);

static Method *walk_plain_method(Walk *walk, uint32_t offset, Cursor *c)
{
    Type *args[SUBJECT_ARGS];
    uint32_t n;
    Type *owner = walk_type(walk, walk_reference(c, offset));
    uint32_t rid = cursor_compressed(c), name = cursor_compressed(c);
    uint32_t sig_hash = cursor_u32(c);
    if (!owner || !walk_types(walk, c, offset, args, &n))
        return NULL;
    Type *def = owner->def;
    if (!def || !def->token)
        return walk_fail(walk, "a type without methods", offset);
    if (rid > image_rows(def->assembly->image, TABLE_MethodDef) ||
        !walk_same_build(walk, def))
        rid = 0;
    Method *method = walk_methoddef(walk, def, rid,
                                    subject_reader_name(walk->reader, name), sig_hash);
    if (method && owner != def)
        method = method_on_type(method, owner, walk->err);
    if (!method || !n)
        return method;
    if (method->def->n_args != n)
        return walk_fail(walk, "wrong number of generic arguments", offset);
    return method_instance(method, args, n, walk->err);
}

static Method *walk_array_method(Walk *walk, uint32_t offset, Cursor *c)
{
    Type *owner = walk_type(walk, walk_reference(c, offset));
    uint8_t kind = cursor_u8(c);
    uint32_t n_params = cursor_compressed(c);
    if (!owner || !type_load(owner, LEVEL_READY, walk->err))
        return NULL;
    for (uint32_t i = 0; i < owner->n_methods; i++) {
        Err ignored = ERR_INIT;
        MethodSig *sig = owner->methods[i]->synth == kind && kind
                             ? method_sig(owner->methods[i], &ignored)
                             : NULL;
        if (sig && sig->n_params == n_params)
            return owner->methods[i];
    }
    return walk_fail(walk, "no such array method", offset);
}

static Method *walk_synth(Walk *walk, uint32_t offset, Cursor *c)
{
    uint8_t kind = cursor_u8(c);
    Method *subject = walk_method(walk, walk_reference(c, offset));
    if (!subject)
        return NULL;
    if (kind < SYNTH_DELEGATE_INVOKE || kind > SYNTH_VIRTUAL)
        return walk_fail(walk, "no such synthesised method", offset);
    return synth_method(kind, subject, walk->err);
}

static Method *walk_method(Walk *walk, uint32_t offset)
{
    Cursor c;
    if (!walk_enter(walk, offset, &c))
        return NULL;
    walk->depth++;
    Method *method = NULL;
    switch (cursor_u8(&c)) {
    case TAG_METHOD:
        method = walk_plain_method(walk, offset, &c);
        break;
    case TAG_ARRAY_METHOD:
        method = walk_array_method(walk, offset, &c);
        break;
    case TAG_SYNTH:
        method = walk_synth(walk, offset, &c);
        break;
    default:
        walk_fail(walk, "not a method", offset);
        break;
    }
    walk->depth--;
    return method;
}

static Field *walk_field(Walk *walk, uint32_t offset)
{
    Cursor c;
    if (!walk_enter(walk, offset, &c))
        return NULL;
    if (cursor_u8(&c) != TAG_FIELD)
        return walk_fail(walk, "not a field", offset);
    Type *owner = walk_type(walk, walk_reference(&c, offset));
    uint32_t rid = cursor_compressed(&c);
    const char *name = subject_reader_name(walk->reader, cursor_compressed(&c));
    if (!owner || !type_load(owner, LEVEL_LAYOUT, walk->err))
        return NULL;
    bool by_token = rid && walk_same_build(walk, owner);
    for (const Type *type = owner; type; type = by_token ? NULL : type->parent)
        for (uint32_t i = 0; i < type->n_fields; i++)
            if (by_token ? TOKEN_RID(type->fields[i].token) == rid
                         : !strcmp(type->fields[i].name, name))
                return &type->fields[i];
    err_set(walk->err, ERR_MISSING_FIELD, "%s.%s has no field %s", owner->name_space,
            owner->name, name);
    return NULL;
}

bool subject_read_rid(const SubjectReader *reader, uint32_t offset, Assembly **assembly,
                      uint32_t *rid, bool *same, Err *err)
{
    Walk walk = {.reader = reader, .err = err};
    Cursor c;
    if (!walk_enter(&walk, offset, &c))
        return false;
    bool good = cursor_u8(&c) == TAG_METHOD;
    uint32_t owner = walk_reference(&c, offset);
    *rid = cursor_compressed(&c);
    good = good && !c.failed && *rid && walk_enter(&walk, owner, &c);
    uint8_t tag = good ? cursor_u8(&c) : 0;
    if (tag == TAG_INSTANCE)
        tag = walk_enter(&walk, walk_reference(&c, owner), &c) ? cursor_u8(&c) : 0;
    if (tag != TAG_TYPE && tag != TAG_NESTED)
        return walk_fail(&walk, "no method of a definition", offset) != NULL;
    *assembly = subject_read_dep(reader, cursor_compressed(&c), same, err);
    return *assembly != NULL;
}

Type *subject_read_type(const SubjectReader *reader, uint32_t offset, Err *err)
{
    Walk walk = {.reader = reader, .err = err};
    return walk_type(&walk, offset);
}

Method *subject_read_method(const SubjectReader *reader, uint32_t offset, Err *err)
{
    Walk walk = {.reader = reader, .err = err};
    return walk_method(&walk, offset);
}

Field *subject_read_field(const SubjectReader *reader, uint32_t offset, Err *err)
{
    Walk walk = {.reader = reader, .err = err};
    return walk_field(&walk, offset);
}

/* -- Fixups -------------------------------------------------------------------- */

/* Where another build of an assembly has a text; 0: nowhere. */
static uint32_t find_string(const Image *image, uint64_t hash)
{
    Bytes utf16;
    uint32_t at = 0, next = 0;
    while (image_next_user_string(image, &next, &utf16)) {
        if (at && subject_string_hash(utf16) == hash)
            return at;
        at = next;
    }
    return 0;
}

static bool read_string(Walk *walk, Cursor *c, IrString *out)
{
    bool same;
    Bytes utf16;
    uint32_t dep = cursor_compressed(c), offset = cursor_compressed(c);
    uint64_t hash = cursor_u64(c);
    if (c->failed)
        return walk_fail(walk, "cut off", offset) != NULL;
    out->assembly = subject_read_dep(walk->reader, dep, &same, walk->err);
    if (!out->assembly)
        return false;
    if (!same)
        offset = find_string(out->assembly->image, hash);
    out->token = TOKEN(TOKEN_UserString, offset);
    if ((!same && !offset) || !image_user_string(out->assembly->image, offset, &utf16))
        return err_set(walk->err, ERR_BAD_IMAGE, "%s has no such string",
                       out->assembly->name);
    return true;
}

static bool read_lookup(Walk *walk, Cursor *c, uint32_t from, Arena *arena,
                        Fixup *fixup)
{
    uint8_t kind = cursor_u8(c);
    uint32_t at = walk_reference(c, from);
    IrLookup lookup = {.kind = (IrLookupKind)kind};
    bool ok = false;
    if (kind == IRL_TYPE || kind == IRL_STATIC)
        ok = (lookup.type = walk_type(walk, at)) != NULL;
    if (kind == IRL_STATIC)
        ok = ok && (lookup.method = walk_method(walk, walk_reference(c, from)));
    else if (kind == IRL_METHOD)
        ok = (lookup.method = walk_method(walk, at)) != NULL;
    else if (kind == IRL_FIELD)
        ok = (lookup.field = walk_field(walk, at)) != NULL;
    else if (kind != IRL_TYPE)
        walk_fail(walk, "no such lookup", from);
    if (ok)
        fixup->lookup = arena_copy(arena, &lookup, sizeof lookup);
    return ok;
}

static bool read_error(Walk *walk, Cursor *c, uint32_t from, Arena *arena, Fixup *fixup)
{
    uint8_t kind = cursor_u8(c);
    const char *text = subject_reader_name(walk->reader, cursor_compressed(c));
    if (kind == ERR_NONE || kind >= ERR_KINDS)
        return walk_fail(walk, "no such error", from) != NULL;
    IrError error = {.kind = (ErrKind)kind, .text = arena_strdup(arena, text)};
    fixup->error = arena_copy(arena, &error, sizeof error);
    return true;
}

static bool read_helper(Walk *walk, Cursor *c, Fixup *fixup)
{
    const char *name = subject_reader_name(walk->reader, cursor_compressed(c));
    const char *sig = subject_reader_name(walk->reader, cursor_compressed(c));
    for (int i = 0; i < HELPER_COUNT; i++) {
        const HelperRow *row = &helper_rows[i];
        if (row->name[0] != name[0] || strcmp(row->name, name) != 0)
            continue;
        if (strcmp(row->sig, sig) != 0)
            return err_set(walk->err, ERR_BAD_IMAGE, "helper %s is %s here, not %s",
                           name, row->sig, sig);
        fixup->helper = (HelperId)i;
        return true;
    }
    return err_set(walk->err, ERR_BAD_IMAGE, "there is no helper %s", name);
}

static bool read_other(Walk *walk, uint32_t offset, Arena *arena, Fixup *fixup)
{
    Cursor c;
    static const uint8_t tags[FIX_COUNT] = {
        [FIX_STRING] = TAG_STRING,
        [FIX_LOOKUP] = TAG_LOOKUP,
        [FIX_ERROR] = TAG_ERROR,
        [FIX_HELPER] = TAG_HELPER,
    };
    if (!walk_enter(walk, offset, &c))
        return false;
    uint8_t tag = cursor_u8(&c);
    if (tag != tags[fixup->kind])
        return walk_fail(walk, "another subject than expected", offset) != NULL;
    if (tag == TAG_STRING)
        return read_string(walk, &c, &fixup->string);
    if (tag == TAG_LOOKUP)
        return read_lookup(walk, &c, offset, arena, fixup);
    if (tag == TAG_ERROR)
        return read_error(walk, &c, offset, arena, fixup);
    return read_helper(walk, &c, fixup);
}

static bool fixup_open(const Fixup *fixup)
{
    const Method *method = fixup->method;
    switch (fixup->kind) {
    case FIX_VTABLE:
    case FIX_SBASE:
    case FIX_CCTOR:
        return fixup->type->bits & TYPE_BIT_OPEN;
    case FIX_ENTRY:
    case FIX_CALLVIRT:
    case FIX_FTN:
    case FIX_IFACE:
        for (uint32_t i = 0; i < method->n_args; i++)
            if (method->args[i]->bits & TYPE_BIT_OPEN)
                return true;
        return method->type->bits & TYPE_BIT_OPEN;
    default:
        return false;
    }
}

/* Has a type instances, or statics? */
static bool fixup_has_instances(const Fixup *fixup)
{
    switch (fixup->type->element) {
    case ELEMENT_VOID:
    case ELEMENT_PTR:
    case ELEMENT_BYREF:
    case ELEMENT_FNPTR:
        return false;
    default:
        return fixup->kind == FIX_VTABLE || fixup->type->token;
    }
}

/* Is it a subject that such a cell can have? */
static bool fixup_fits(const Walk *walk, const Fixup *fixup)
{
    bool of_type = fixup->kind == FIX_VTABLE || fixup->kind == FIX_SBASE ||
                   fixup->kind == FIX_CCTOR;
    if (!fixup_open(fixup) && (!of_type || fixup_has_instances(fixup)))
        return true;
    return err_set(walk->err, ERR_BAD_IMAGE, "a cell of a subject of another kind");
}

bool subject_read_fixup(const SubjectReader *reader, uint32_t offset, Arena *arena,
                        Fixup *fixup, Err *err)
{
    Walk walk = {.reader = reader, .err = err};
    switch (fixup->kind) {
    case FIX_UNIT:
        return true;
    case FIX_TYPE:
    case FIX_VTABLE:
    case FIX_SBASE:
    case FIX_CCTOR:
    case FIX_TYPEOF:
        fixup->type = walk_type(&walk, offset);
        return fixup->type && fixup_fits(&walk, fixup);
    case FIX_ENTRY:
    case FIX_CALLVIRT:
    case FIX_METHOD:
    case FIX_FTN:
    case FIX_IFACE:
        fixup->method = walk_method(&walk, offset);
        return fixup->method && fixup_fits(&walk, fixup);
    case FIX_FIELD:
        return (fixup->field = walk_field(&walk, offset)) != NULL;
    case FIX_HELPER:
    case FIX_STRING:
    case FIX_LOOKUP:
    case FIX_ERROR:
        return read_other(&walk, offset, arena, fixup);
    default:
        return err_set(err, ERR_BAD_IMAGE, "a cell of an unknown kind");
    }
}
