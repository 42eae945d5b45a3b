/* load.c - types by name and by token: the first level of every TypeDef. */
#include <assert.h>
#include <string.h>

#include "common/base/hash.h"
#include "common/types/types_private.h"
#include "common/types/words.h"

/* The TypeDefs of the core assembly that signatures name by their element type. */
static const struct {
    KnownId known;
    uint8_t element, size; /* size 0: laid out by its fields */
} primitives[] = {
    {KNOWN_object, ELEMENT_OBJECT, 0}, {KNOWN_string, ELEMENT_STRING, 0},
    {KNOWN_void_, ELEMENT_VOID, 1},    {KNOWN_boolean, ELEMENT_BOOLEAN, 1},
    {KNOWN_char_, ELEMENT_CHAR, 2},    {KNOWN_i1, ELEMENT_I1, 1},
    {KNOWN_u1, ELEMENT_U1, 1},         {KNOWN_i2, ELEMENT_I2, 2},
    {KNOWN_u2, ELEMENT_U2, 2},         {KNOWN_i4, ELEMENT_I4, 4},
    {KNOWN_u4, ELEMENT_U4, 4},         {KNOWN_i8, ELEMENT_I8, 8},
    {KNOWN_u8, ELEMENT_U8, 8},         {KNOWN_r4, ELEMENT_R4, 4},
    {KNOWN_r8, ELEMENT_R8, 8},         {KNOWN_i, ELEMENT_I, 8},
    {KNOWN_u, ELEMENT_U, 8},           {KNOWN_typedref, ELEMENT_TYPEDBYREF, 0},
};

static bool typeref_named(const Image *image, TableId table, uint32_t rid,
                          const char *ns, const char *name)
{
    int col_name = table == TABLE_TypeDef ? COL_TypeDef_TypeName : COL_TypeRef_TypeName;
    int col_ns =
        table == TABLE_TypeDef ? COL_TypeDef_TypeNamespace : COL_TypeRef_TypeNamespace;
    return !strcmp(image_get_string(image, table, rid, col_name), name) &&
           !strcmp(image_get_string(image, table, rid, col_ns), ns);
}

/* Does a TypeDefOrRef token name ns.name; TypeSpecs never do. */
static bool token_named(const Image *image, uint32_t token, const char *ns,
                        const char *name)
{
    TableId table = TOKEN_TABLE(token);
    return (table == TABLE_TypeDef || table == TABLE_TypeRef) &&
           typeref_named(image, table, TOKEN_RID(token), ns, name);
}

bool image_attribute_is(const Image *image, uint32_t row, const char *ns,
                        const char *name)
{
    uint32_t ctor =
        image_get(image, TABLE_CustomAttribute, row, COL_CustomAttribute_Type);
    uint32_t class;
    if (TOKEN_TABLE(ctor) == TABLE_MethodDef)
        class = TOKEN(TABLE_TypeDef,
                      image_list_owner(image, TABLE_TypeDef, COL_TypeDef_MethodList,
                                       TABLE_MethodDef, TOKEN_RID(ctor)));
    else
        class = image_get(image, TABLE_MemberRef, TOKEN_RID(ctor), COL_MemberRef_Class);
    return token_named(image, class, ns, name);
}

uint32_t image_find_attribute(const Image *image, uint32_t token, const char *ns,
                              const char *name)
{
    uint32_t first, end;
    if (!image_find_rows(image, TABLE_CustomAttribute, COL_CustomAttribute_Parent,
                         token, &first, &end))
        return 0;
    for (uint32_t i = first; i < end; i++)
        if (image_attribute_is(image, i, ns, name))
            return i;
    return 0;
}

bool image_has_attribute(const Image *image, uint32_t token, const char *ns,
                         const char *name)
{
    return image_find_attribute(image, token, ns, name) != 0;
}

static bool has_cctor(const Image *image, uint32_t rid)
{
    enum { WANTED = METHOD_STATIC | METHOD_RTSPECIALNAME };
    uint32_t first, end;
    image_list(image, TABLE_TypeDef, rid, COL_TypeDef_MethodList, TABLE_MethodDef,
               &first, &end);
    for (uint32_t i = first; i < end; i++) {
        uint32_t method = image_list_row(image, TABLE_MethodDef, i);
        if ((image_get(image, TABLE_MethodDef, method, COL_MethodDef_Flags) & WANTED) ==
                WANTED &&
            !strcmp(
                image_get_string(image, TABLE_MethodDef, method, COL_MethodDef_Name),
                ".cctor"))
            return true;
    }
    return false;
}

/* Kind of the type from its Extends token alone, by name, so that no other type has to
 * be loaded. */
static uint32_t kind_bits(const Type *type)
{
    static const struct {
        uint32_t flag, bit;
    } flag_bits[] = {
        {TYPE_INTERFACE, TYPE_BIT_INTERFACE},
        {TYPE_ABSTRACT, TYPE_BIT_ABSTRACT},
        {TYPE_SEALED, TYPE_BIT_SEALED},
        {TYPE_BEFOREFIELDINIT, TYPE_BIT_BEFOREFIELDINIT},
    };
    const Image *image = type->assembly->image;
    uint32_t rid = TOKEN_RID(type->token), bits = 0;
    for (size_t i = 0; i < sizeof flag_bits / sizeof *flag_bits; i++)
        if (type->flags & flag_bits[i].flag)
            bits |= flag_bits[i].bit;
    if ((type->flags & TYPE_LAYOUT_MASK) == TYPE_EXPLICIT)
        bits |= TYPE_BIT_EXPLICIT;
    uint32_t extends = image_get(image, TABLE_TypeDef, rid, COL_TypeDef_Extends);
    if (bits & TYPE_BIT_INTERFACE)
        return bits;
    if (!extends && rid == 1) /* <Module>: there are no objects of it */
        return bits | TYPE_BIT_ABSTRACT;
    if (token_named(image, extends, "System", "Enum"))
        return bits | TYPE_BIT_VALUETYPE | TYPE_BIT_ENUM;
    if (token_named(image, extends, "System", "MulticastDelegate"))
        return bits | TYPE_BIT_DELEGATE;
    bool is_enum = !strcmp(type->name, "Enum") && !strcmp(type->name_space, "System");
    if (!is_enum && token_named(image, extends, "System", "ValueType"))
        bits |= TYPE_BIT_VALUETYPE;
    return bits;
}

static bool is_named(const Type *type, KnownId id)
{
    const LibraryName *known = &type->world->library->known[id];
    return known->name && !strcmp(type->name, known->name) &&
           !strcmp(type->name_space, known->name_space);
}

static void name_corlib_type(Type *type)
{
    for (size_t i = 0; i < sizeof primitives / sizeof *primitives; i++) {
        if (!is_named(type, primitives[i].known))
            continue;
        type->element = primitives[i].element;
        type->size = type->align = primitives[i].size;
        if (type->element == ELEMENT_TYPEDBYREF)
            type->bits |= TYPE_BIT_BYREFLIKE;
    }
    if (is_named(type, KNOWN_nullable))
        type->bits |= TYPE_BIT_NULLABLE;
    if (is_named(type, KNOWN_byreference))
        type->bits |= TYPE_BIT_BYREFLIKE;
}

/* Generic parameters: the definition's arguments are its own VARs. */
static void name_generic_params(Type *type)
{
    const Image *image = type->assembly->image;
    Arena *perm = &type->world->perm;
    uint32_t first, end;
    if (!image_find_rows(image, TABLE_GenericParam, COL_GenericParam_Owner, type->token,
                         &first, &end))
        return;
    type->n_args = end - first;
    type->args = world_vars(type->world, false, type->n_args);
    type->bits |= TYPE_BIT_GENERIC_DEF | TYPE_BIT_OPEN;
    uint8_t *variance = NULL;
    for (uint32_t i = first; i < end; i++) {
        uint32_t flags =
            image_get(image, TABLE_GenericParam, i, COL_GenericParam_Flags);
        uint32_t n = image_get(image, TABLE_GenericParam, i, COL_GenericParam_Number);
        if (!(flags & GENPARAM_VARIANCE_MASK) || n >= type->n_args)
            continue;
        if (!variance)
            variance = arena_array(perm, uint8_t, type->n_args);
        variance[n] = flags & GENPARAM_VARIANCE_MASK;
    }
    type->variance = variance;
}

/* The chain of enclosing types ends within MAX_ENCLOSING. */
static bool nesting_is_sane(const Image *image, uint32_t rid)
{
    for (int i = 0; i < MAX_ENCLOSING; i++)
        if (!(rid = image_enclosing(image, rid)))
            return true;
    return false;
}

static const Err *bad_nesting(const Type *type)
{
    Err *err = arena_new(&type->world->perm, Err);
    err_set(err, ERR_TYPE_LOAD,
            "Could not load type '%.200s' from assembly '%.100s': %s", type->name,
            type->assembly->name, "its enclosing types are a cycle");
    return err;
}

void typedef_name(Type *type, Assembly *assembly, uint32_t rid)
{
    const Image *image = assembly->image;
    type->world = assembly->world;
    type->assembly = assembly;
    type->token = TOKEN(TABLE_TypeDef, rid);
    type->name = image_get_string(image, TABLE_TypeDef, rid, COL_TypeDef_TypeName);
    type->name_space =
        image_get_string(image, TABLE_TypeDef, rid, COL_TypeDef_TypeNamespace);
    type->flags = image_get(image, TABLE_TypeDef, rid, COL_TypeDef_Flags);
    type->args = (Type **)no_types;
    type->depth = type->weight = 1;
    type->hash = hash_mix(hash_str(assembly->name), type->token);
    type->bits = kind_bits(type);
    type->element = type_is_valuetype(type) ? ELEMENT_VALUETYPE : ELEMENT_CLASS;
    uint32_t enclosing = image_enclosing(image, rid);
    if (enclosing && enclosing <= image_rows(image, TABLE_TypeDef) &&
        nesting_is_sane(image, rid))
        type->declaring = assembly_type(assembly, enclosing);
    else if (enclosing)
        type->failure = bad_nesting(type);
    if (!enclosing && assembly == assembly->world->corlib)
        name_corlib_type(type);
    name_generic_params(type);
    if (has_cctor(image, rid))
        type->bits |= TYPE_BIT_CCTOR;
    if (type_is_valuetype(type) &&
        image_has_attribute(image, type->token, "System.Runtime.CompilerServices",
                            "IsByRefLikeAttribute"))
        type->bits |= TYPE_BIT_BYREFLIKE;
}

static Type *name_typedef(Assembly *assembly, uint32_t rid)
{
    Type *type = arena_new(&assembly->world->perm, Type);
    typedef_name(type, assembly, rid);
    type->def = type;
    if (assembly_is_emitted(assembly))
        type->bits |= TYPE_BIT_UNMADE;
    return type;
}

Type *assembly_type(Assembly *assembly, uint32_t rid)
{
    assert(rid && rid <= image_rows(assembly->image, TABLE_TypeDef));
    Type **slot = &assembly->typedefs[rid - 1];
    Type *type = __atomic_load_n(slot, __ATOMIC_ACQUIRE);
    if (type)
        return type;
    world_lock(assembly->world);
    slot = &assembly->typedefs[rid - 1]; /* it may have grown */
    type = *slot;
    if (!type) {
        type = name_typedef(assembly, rid);
        __atomic_store_n(slot, type, __ATOMIC_RELEASE);
    }
    world_unlock(assembly->world);
    return type;
}

Type *assembly_initializer(Assembly *assembly)
{
    if (!assembly || assembly->dynamic || !assembly_has_type(assembly, 1))
        return NULL;
    Type *module = assembly_type(assembly, 1);
    return module->bits & TYPE_BIT_CCTOR ? module : NULL;
}

static Type *find_type(Assembly *assembly, const char *ns, const char *name, int hops,
                       Err *err)
{
    uint32_t rid = names_find(assembly, 0, ns, name);
    if (rid)
        return assembly_type(assembly, rid);
    rid = names_find_exported(assembly, ns, name);
    if (!rid)
        return NULL;
    uint32_t where = image_get(assembly->image, TABLE_ExportedType, rid,
                               COL_ExportedType_Implementation);
    if (TOKEN_TABLE(where) != TABLE_AssemblyRef || hops > MAX_NESTING) {
        err_set(err, ERR_TYPE_LOAD,
                "Could not load type '%.160s.%.160s' from assembly '%.100s': it is "
                "forwarded to nowhere",
                ns, name, assembly->name);
        return NULL;
    }
    Assembly *target = assembly_ref(assembly, TOKEN_RID(where), err);
    return target ? find_type(target, ns, name, hops + 1, err) : NULL;
}

Type *assembly_find_type(Assembly *assembly, const char *ns, const char *name, Err *err)
{
    return find_type(assembly, ns, name, 0, err);
}

Type *type_find_nested(Type *declaring_def, const char *name)
{
    Type *def = declaring_def->def;
    if (!def || !def->token)
        return NULL;
    uint32_t rid = names_find(def->assembly, TOKEN_RID(def->token), "", name);
    return rid ? assembly_type(def->assembly, rid) : NULL;
}

/* -- TypeRefs and TypeSpecs ---------------------------------------------------- */

static Type *typeref(Assembly *assembly, uint32_t rid, int depth, Err *err);

static Type *typeref_in_scope(Assembly *assembly, uint32_t rid, int depth, Err *err)
{
    const Image *image = assembly->image;
    uint32_t scope = image_get(image, TABLE_TypeRef, rid, COL_TypeRef_ResolutionScope);
    const char *name =
        image_get_string(image, TABLE_TypeRef, rid, COL_TypeRef_TypeName);
    const char *ns =
        image_get_string(image, TABLE_TypeRef, rid, COL_TypeRef_TypeNamespace);
    Assembly *target = assembly;
    if (TOKEN_TABLE(scope) == TABLE_TypeRef) {
        Type *declaring = typeref(assembly, TOKEN_RID(scope), depth + 1, err);
        return declaring ? type_find_nested(declaring, name) : NULL;
    }
    if (TOKEN_TABLE(scope) == TABLE_AssemblyRef)
        target = assembly_ref(assembly, TOKEN_RID(scope), err);
    return target ? assembly_find_type(target, ns, name, err) : NULL;
}

/* Whose scope is another reference lies in the assembly of that. */
static void typeref_not_found(const Assembly *assembly, uint32_t rid, Err *err)
{
    Arena scratch = ARENA_INIT;
    const Image *image = assembly->image;
    const char *ns =
        image_get_string(image, TABLE_TypeRef, rid, COL_TypeRef_TypeNamespace);
    const char *name =
        arena_printf(&scratch, "%s%s%s", ns, *ns ? "." : "",
                     image_get_string(image, TABLE_TypeRef, rid, COL_TypeRef_TypeName));
    uint32_t scope = image_get(image, TABLE_TypeRef, rid, COL_TypeRef_ResolutionScope);
    for (int i = 0; TOKEN_TABLE(scope) == TABLE_TypeRef && i < MAX_NESTING; i++)
        scope = image_get(image, TABLE_TypeRef, TOKEN_RID(scope),
                          COL_TypeRef_ResolutionScope);
    bool elsewhere = TOKEN_TABLE(scope) == TABLE_AssemblyRef;
    const char *const args[WORDS_ARGS] = {
        name,
        elsewhere ? image_get_string(image, TABLE_AssemblyRef, TOKEN_RID(scope),
                                     COL_AssemblyRef_Name)
                  : assembly->name,
        elsewhere ? words_assembly_ref(&scratch, image, TOKEN_RID(scope))
                  : words_assembly(&scratch, assembly)};
    err_words(err, ERR_TYPE_LOAD, assembly->world, WORDS_TYPE_NOT_FOUND, args);
    arena_free(&scratch);
}

static Type *typeref(Assembly *assembly, uint32_t rid, int depth, Err *err)
{
    const Image *image = assembly->image;
    if (!rid || rid > image_rows(image, TABLE_TypeRef) || depth > MAX_NESTING) {
        err_set(err, ERR_BAD_IMAGE, "%s: bad TypeRef %u", assembly->name, rid);
        return NULL;
    }
    Type **slot = &assembly->typerefs[rid - 1];
    Type *type = __atomic_load_n(slot, __ATOMIC_ACQUIRE);
    if (type)
        return type;
    type = typeref_in_scope(assembly, rid, depth, err);
    if (type) {
        __atomic_store_n(slot, type, __ATOMIC_RELEASE);
    } else if (err->kind == ERR_NONE) {
        typeref_not_found(assembly, rid, err);
    }
    return type;
}

Type *type_from_token(Assembly *assembly, uint32_t token, const GenericContext *ctx,
                      Err *err)
{
    const Image *image = assembly->image;
    uint32_t rid = TOKEN_RID(token);
    if (assembly->dynamic)
        return dynamic_ref(assembly, token, DYNAMIC_TYPE, err);
    switch (TOKEN_TABLE(token)) {
    case TABLE_TypeDef:
        if (rid && rid <= image_rows(image, TABLE_TypeDef))
            return assembly_type(assembly, rid);
        break;
    case TABLE_TypeRef:
        return typeref(assembly, rid, 0, err);
    case TABLE_TypeSpec:
        if (rid && rid <= image_rows(image, TABLE_TypeSpec)) {
            Bytes blob =
                image_get_blob(image, TABLE_TypeSpec, rid, COL_TypeSpec_Signature);
            Cursor c = cursor_open(blob);
            return type_from_sig(assembly, &c, ctx, NULL, err);
        }
        break;
    default:
        break;
    }
    err_set(err, ERR_BAD_IMAGE, "%s: %08x is not a type token", assembly->name, token);
    return NULL;
}
