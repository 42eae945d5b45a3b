/* type_map.c - System.Runtime.InteropServices.TypeMapLazyDictionary: what attributes of
 * assemblies say of types, for one group, by its type.
 *
 *     [assembly: TypeMapAssemblyTarget<Group>("Library")]       look there, too
 *     [assembly: TypeMap<Group>("name", typeof(T))]             external
 *     [assembly: TypeMapAssociation<Group>(typeof(T), typeof(Proxy))]
 *
 * From the program's assembly on each one that is named is looked at once. Managed code
 * gets the names as they lie in the metadata: most are never looked up.
 */
#include <stdlib.h>
#include <string.h>

#include "common/base/vec.h"
#include "loader/library/coreclr/core/type_handle.h"
#include "loader/library/coreclr/members.h"
#include "loader/library/coreclr/reflection/assembly_parts.h"
#include "loader/library/coreclr/reflection/load_context.h"
#include "loader/library/coreclr/reflection/objects.h"
#include "loader/library/coreclr/table.h"
#include "loader/reflect/assembly.h"
#include "loader/reflect/attribute.h"
#include "loader/vm/exception.h"
#include "loader/vm/string.h"

/* TypeMapLazyDictionary.CallbackContext, on its caller's stack. */
typedef struct Context {
    Object *assembly;
    Object *external, *proxies, *exception; /* managed code's */
} Context;

/* .ProcessAttributesCallbackArg */
typedef struct Entry {
    const uint8_t *texts[2];
    int32_t sizes[2];
} Entry;

/* False: managed code has an exception, which it will throw. */
typedef int32_t AddEntry(Context *context, Entry *entry);

typedef struct Walk {
    Type *group;
    VEC(Assembly *) assemblies; /* those before `at` are done */
    size_t at;
} Walk;

/* -- attributes ---------------------------------------------------------------- */

static bool bad_blob(void)
{
    enum { BAD_BLOB = 0x801311c2 - 0x100000000 };
    exception_set("System.Runtime.InteropServices.COMException",
                  "Known custom attribute blob has bad format. (0x801311C2)");
    *field_exception_hresult(thread_current->pending) = (int32_t)BAD_BLOB;
    return false;
}

/* The first `n` arguments, which are strings or types (II.23.3). */
static bool read_texts(Bytes blob, int n, Entry *out)
{
    enum { PROLOG = 1, NULL_TEXT = 0xff };
    Cursor c = cursor_open(blob);
    if (cursor_u16(&c) != PROLOG)
        return bad_blob();
    for (int i = 0; i < n; i++) {
        if (cursor_left(&c) && blob.data[cursor_offset(&c)] == NULL_TEXT)
            return bad_blob();
        Bytes text = cursor_bytes(&c, cursor_compressed(&c));
        if (c.failed)
            return bad_blob();
        out->texts[i] = text.data;
        out->sizes[i] = (int32_t)text.size;
    }
    return true;
}

static AttrRows open_rows(const Walk *walk, Assembly *assembly, Type *definition)
{
    Err err = ERR_INIT;
    Type *group = walk->group;
    Type *attribute = type_instance(definition, &group, 1, &err);
    if (!attribute)
        exception_set_err(&err);
    AttrTarget target = {assembly, TOKEN(TABLE_Assembly, 1)};
    return attribute ? attr_rows_open(&target, attribute) : (AttrRows){.at = 0};
}

/* False: managed code has had enough, or an exception is pending. */
static bool give_entries(const Walk *walk, Context *context, Type *definition,
                         AddEntry *add)
{
    Bytes blob;
    Entry entry;
    AttrRows rows = open_rows(walk, walk->assemblies.at[walk->at], definition);
    while (!exception_pending() && attr_rows_next(&rows, &blob))
        if (!read_texts(blob, 2, &entry) || !add(context, &entry))
            return false;
    return !exception_pending();
}

/* -- hashes of types ----------------------------------------------------------- */

/* Internal.VersionResilientHashCode: of a type the same as managed code's of its name,
 * by which proxies are found. */

static uint32_t mixed(uint32_t hash, int bits)
{
    return hash + (hash << bits | hash >> (32 - bits));
}

static uint32_t hash_name(const char *name)
{
    uint32_t even = 0x6da3b944, odd = 0;
    if (!*name)
        return 0;
    for (; *name; name += 2) {
        even = mixed(even, 5) ^ (uint32_t)(int8_t)name[0];
        if (!name[1])
            break;
        odd = mixed(odd, 5) ^ (uint32_t)(int8_t)name[1];
    }
    return mixed(even, 8) ^ mixed(odd, 8);
}

static uint32_t hash_type(const Type *type)
{
    enum { ARRAY = 0xd5313556 - 0x100000000, POINTER = 0x12d0, BYREF = 0x4c85 };
    uint32_t hash;
    switch (type->element) {
    case ELEMENT_SZARRAY:
    case ELEMENT_ARRAY:
        hash = mixed((uint32_t)ARRAY + type->rank, 13) ^ hash_type(type->elem);
        return mixed(hash, 15);
    case ELEMENT_PTR:
        return mixed(hash_type(type->elem), 5) ^ POINTER;
    case ELEMENT_BYREF:
        return mixed(hash_type(type->elem), 7) ^ BYREF;
    default:
        break;
    }
    hash = hash_name(type->name_space) ^ hash_name(type->name);
    if (type->declaring)
        hash ^= mixed(hash_type(type->declaring->def), 11);
    if (type->def == type)
        return hash;
    for (uint32_t i = 0; i < type->n_args; i++)
        hash = mixed(hash, 13) ^ hash_type(type->args[i]);
    return mixed(hash, 15);
}

static int32_t type_hash(Object **keep, void *handle)
{
    (void)keep;
    return (int32_t)hash_type(type_of_handle(handle));
}

/* -- assemblies ---------------------------------------------------------------- */

static Assembly *load_parsed(const AssemblyName *name, bool has_version, bool has_token,
                             Assembly *from)
{
    AssemblyParts parts = {.version = {PARTS_NO_VERSION}};
    uint8_t token[sizeof name->public_key_token / 2];
    String *simple = string_from_utf8(name->name);
    String *culture = string_from_utf8(name->culture ? name->culture : "");
    if (!simple || !culture)
        return NULL;
    parts.name = simple->chars;
    parts.culture = culture->chars;
    if (has_version)
        memcpy(parts.version,
               (uint16_t[]){name->major, name->minor, name->build, name->revision},
               sizeof parts.version);
    for (size_t i = 0; has_token && i < sizeof token; i++) {
        char digits[3] = {(char)name->public_key_token[2 * i],
                          (char)name->public_key_token[2 * i + 1], 0};
        token[i] = (uint8_t)strtoul(digits, NULL, 16);
        parts.key = token;
        parts.key_size = sizeof token;
    }
    Assembly *found = load_context_bind(load_context_of(from), &parts, from);
    if (!found)
        load_context_not_found(&parts);
    return found;
}

static Assembly *load_named(const Entry *entry, Assembly *from)
{
    Buffer text = BUFFER_INIT;
    AssemblyName name = {0};
    bool version, token;
    Assembly *found = NULL;
    buffer_put(&text, entry->texts[0], (size_t)entry->sizes[0]);
    buffer_u8(&text, 0);
    if (assembly_name_parse((const char *)text.data, &name, &version, &token))
        found = load_parsed(&name, version, token && *name.public_key_token, from);
    else
        exception_set("System.IO.FileLoadException", "The assembly name is invalid.");
    assembly_name_free(&name);
    buffer_free(&text);
    return found;
}

static void add_assembly(Walk *walk, Assembly *assembly)
{
    for (size_t i = 0; i < walk->assemblies.n; i++)
        if (walk->assemblies.at[i] == assembly)
            return;
    *vec_push(&walk->assemblies) = assembly;
}

static bool add_targets(Walk *walk)
{
    Bytes blob;
    Entry entry;
    Assembly *from = walk->assemblies.at[walk->at];
    AttrRows rows = open_rows(walk, from, known_type_map_target());
    while (!exception_pending() && attr_rows_next(&rows, &blob)) {
        Assembly *found = read_texts(blob, 1, &entry) ? load_named(&entry, from) : NULL;
        if (found)
            add_assembly(walk, found);
    }
    return !exception_pending();
}

// NOLINTNEXTLINE(readability-function-size): the parameters are managed code's
static void process_attributes(Object **keep, Assembly *entry, Object **keep_group,
                               void *group, AddEntry *external, AddEntry *proxy,
                               Context *context)
{
    (void)keep, (void)keep_group;
    Walk walk = {.group = type_of_handle(group)};
    add_assembly(&walk, entry);
    for (bool more = true; more && walk.at < walk.assemblies.n; walk.at++) {
        context->assembly = assembly_object(walk.assemblies.at[walk.at]);
        more =
            context->assembly && add_targets(&walk) &&
            (!external || give_entries(&walk, context, known_type_map(), external)) &&
            (!proxy ||
             give_entries(&walk, context, known_type_map_association(), proxy));
    }
    vec_free(&walk.assemblies);
}

const QcallRow qcalls_type_map[] = {
    QCALL(TypeMapLazyDictionary_ProcessAttributes, process_attributes),
    QCALL(VersionResilientHashCode_TypeHashCode, type_hash),
    QCALLS_END,
};
