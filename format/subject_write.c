/* subject_write.c - encodes subjects, each once; hashes them.
 *
 * A subject's parts are written before it and referred to by offset, so a reference
 * points down and no subject contains itself. `List<int>.Add` becomes, in a blob that
 * starts with its zero:
 *
 *   1   TYPE      library,  rid and kind, "System.Collections.Generic", "List`1"
 *   9   TYPE      library,  rid and kind, "System", "Int32"
 *   17  INSTANCE  1, one argument: 9
 *   21  METHOD    17, rid, "Add", hash of the signature, no arguments
 *
 * and the next method on List<int> starts at METHOD. What was written is known by its
 * descriptor (by_pointer), what has none by its bytes (by_bytes). Names lie in a heap
 * of their own, each once.
 *
 * The hashes at the end are of names and structure alone: no rid, offset or address
 * goes in, so all builds and processes agree on them.
 */
#include "common/base/mem.h"
#include "format/subject.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/hash.h"
#include "common/ir/synth.h"

/* -- Names, assemblies, deduplication ------------------------------------------ */

void subject_writer_open(SubjectWriter *writer, World *world, Assembly *home)
{
    *writer = (SubjectWriter){.world = world};
    buffer_u8(&writer->names, 0);
    buffer_u8(&writer->blob, 0);
    if (home)
        subject_dep(writer, home);
}

void subject_writer_close(SubjectWriter *writer)
{
    vec_free(&writer->deps);
    buffer_free(&writer->names);
    buffer_free(&writer->blob);
    map_free(&writer->name_offsets);
    map_keyed_free(&writer->by_pointer);
    map_free(&writer->by_bytes);
}

typedef struct BytesEntry {
    const Buffer *blob;
    Bytes bytes;
} BytesEntry;

/* Values of the two offset maps are offsets themselves (never 0). */
static bool name_equal(const void *value, const void *key)
{
    const BytesEntry *k = key;
    const char *at = (const char *)k->blob->data + (uintptr_t)value;
    return !strcmp(at, (const char *)k->bytes.data);
}

static bool blob_equal(const void *value, const void *key)
{
    const BytesEntry *k = key;
    size_t at = (uintptr_t)value;
    return at + k->bytes.size <= k->blob->size &&
           !memcmp(k->blob->data + at, k->bytes.data, k->bytes.size);
}

uint32_t subject_name(SubjectWriter *writer, const char *text)
{
    if (!*text)
        return 0;
    uint64_t hash = hash_str(text);
    BytesEntry key = {&writer->names, {(const uint8_t *)text, strlen(text)}};
    void *found = map_get(&writer->name_offsets, hash, name_equal, &key);
    if (found)
        return (uint32_t)(uintptr_t)found;
    size_t at = writer->names.size;
    buffer_cstr(&writer->names, text);
    map_put(&writer->name_offsets, hash, (void *)at);
    return (uint32_t)at;
}

uint32_t subject_dep(SubjectWriter *writer, Assembly *assembly)
{
    for (uint32_t i = 0; i < writer->deps.n; i++)
        if (writer->deps.at[i] == assembly)
            return i;
    *vec_push(&writer->deps) = assembly;
    subject_name(writer, assembly->name);
    return (uint32_t)writer->deps.n - 1;
}

/* Moves a finished subject into the blob, unless the same bytes are there already. The
 * grammar is prefix-free, so equal bytes at an offset are the same subject. */
static uint32_t subject_add(SubjectWriter *writer, Buffer *bytes)
{
    uint64_t hash = hash_bytes(bytes->data, bytes->size);
    BytesEntry key = {&writer->blob, buffer_bytes(bytes)};
    uint32_t at =
        (uint32_t)(uintptr_t)map_get(&writer->by_bytes, hash, blob_equal, &key);
    if (!at) {
        at = (uint32_t)writer->blob.size;
        buffer_put(&writer->blob, bytes->data, bytes->size);
        map_put(&writer->by_bytes, hash, (void *)(uintptr_t)at);
    }
    buffer_free(bytes);
    return at;
}

static uint32_t subject_known(SubjectWriter *writer, const void *pointer)
{
    return (uint32_t)(uintptr_t)map_ptr_get(&writer->by_pointer, pointer);
}

static uint32_t subject_keep(SubjectWriter *writer, const void *pointer, Buffer *bytes)
{
    uint32_t at = subject_add(writer, bytes);
    map_ptr_put(&writer->by_pointer, pointer, (void *)(uintptr_t)at);
    return at;
}

/* -- Types --------------------------------------------------------------------- */

static void write_definition(SubjectWriter *writer, Type *type, Buffer *out)
{
    uint32_t outer = type->declaring ? subject_write_type(writer, type->declaring) : 0;
    buffer_u8(out, outer ? TAG_NESTED : TAG_TYPE);
    buffer_compressed(out, subject_dep(writer, type->assembly));
    buffer_compressed(out, TOKEN_RID(type->token) << 1 | type_is_valuetype(type));
    buffer_compressed(out, outer ? outer : subject_name(writer, type->name_space));
    buffer_compressed(out, subject_name(writer, type->name));
}

static void write_types(SubjectWriter *writer, Type **types, uint32_t n, Buffer *out)
{
    uint32_t *at = mem_array(n + 1, sizeof *at);
    for (uint32_t i = 0; i < n; i++)
        at[i] = subject_write_type(writer, types[i]);
    buffer_compressed(out, n);
    for (uint32_t i = 0; i < n; i++)
        buffer_compressed(out, at[i]);
    free(at);
}

static void write_fnptr(SubjectWriter *writer, const MethodSig *sig, Buffer *out)
{
    buffer_u8(out, TAG_FNPTR);
    buffer_u8(out, sig->kind);
    buffer_u8(out, (uint8_t)(sig->has_this | sig->explicit_this << 1));
    buffer_compressed(out, sig->n_generic);
    buffer_compressed(out, subject_write_type(writer, sig->ret));
    write_types(writer, sig->params, sig->n_params, out);
}

static void write_element(SubjectWriter *writer, int tag, Type *elem, Buffer *out)
{
    uint32_t at = subject_write_type(writer, elem);
    buffer_u8(out, (uint8_t)tag);
    buffer_compressed(out, at);
}

static void write_type(SubjectWriter *writer, Type *type, Buffer *out)
{
    switch (type->element) {
    case ELEMENT_SZARRAY:
        write_element(writer, TAG_SZARRAY, type->elem, out);
        return;
    case ELEMENT_ARRAY:
        write_element(writer, TAG_ARRAY, type->elem, out);
        buffer_compressed(out, type->rank);
        return;
    case ELEMENT_PTR:
        write_element(writer, TAG_PTR, type->elem, out);
        return;
    case ELEMENT_BYREF:
        write_element(writer, TAG_BYREF, type->elem, out);
        return;
    case ELEMENT_VAR:
    case ELEMENT_MVAR:
        buffer_u8(out, type->element == ELEMENT_VAR ? TAG_VAR : TAG_MVAR);
        buffer_compressed(out, type->var_index);
        return;
    case ELEMENT_FNPTR:
        write_fnptr(writer, type->fn_sig, out);
        return;
    default:
        break;
    }
    if (type->def == type) {
        write_definition(writer, type, out);
        return;
    }
    uint32_t def = subject_write_type(writer, type->def);
    buffer_u8(out, TAG_INSTANCE);
    buffer_compressed(out, def);
    write_types(writer, type->args, type->n_args, out);
}

uint32_t subject_write_type(SubjectWriter *writer, Type *type)
{
    uint32_t at = subject_known(writer, type);
    if (at)
        return at;
    Buffer out = BUFFER_INIT;
    if (type == type->world->canon)
        buffer_u8(&out, TAG_CANON);
    else
        write_type(writer, type, &out);
    return subject_keep(writer, type, &out);
}

/* -- Members ------------------------------------------------------------------- */

uint32_t subject_write_method(SubjectWriter *writer, Method *method)
{
    uint32_t at = subject_known(writer, method);
    if (at)
        return at;
    Buffer out = BUFFER_INIT;
    if (method->synth >= SYNTH_DELEGATE_INVOKE && synth_subject(method) &&
        synth_subject(method) != method) {
        uint32_t subject = subject_write_method(writer, synth_subject(method));
        buffer_u8(&out, TAG_SYNTH);
        buffer_u8(&out, method->synth);
        buffer_compressed(&out, subject);
        return subject_keep(writer, method, &out);
    }
    uint32_t owner = subject_write_type(writer, method->type);
    if (method->synth && method->synth < SYNTH_DELEGATE_INVOKE) {
        Err ignored = ERR_INIT;
        MethodSig *sig = method_sig(method, &ignored);
        buffer_u8(&out, TAG_ARRAY_METHOD);
        buffer_compressed(&out, owner);
        buffer_u8(&out, method->synth);
        buffer_compressed(&out, sig ? sig->n_params : 0);
        return subject_keep(writer, method, &out);
    }
    bool instance = method->args && method->n_args && method->def->args != method->args;
    buffer_u8(&out, TAG_METHOD);
    buffer_compressed(&out, owner);
    buffer_compressed(&out, TOKEN_RID(method->token));
    buffer_compressed(&out, subject_name(writer, method->name));
    buffer_u32(&out, subject_sig_hash(method->def));
    write_types(writer, method->args, instance ? method->n_args : 0, &out);
    return subject_keep(writer, method, &out);
}

uint32_t subject_write_field(SubjectWriter *writer, Field *field)
{
    uint32_t at = subject_known(writer, field);
    if (at)
        return at;
    Buffer out = BUFFER_INIT;
    uint32_t owner = subject_write_type(writer, field->owner);
    buffer_u8(&out, TAG_FIELD);
    buffer_compressed(&out, owner);
    buffer_compressed(&out, TOKEN_RID(field->token));
    buffer_compressed(&out, subject_name(writer, field->name));
    return subject_keep(writer, field, &out);
}

/* -- Fixups -------------------------------------------------------------------- */

static void write_string(SubjectWriter *writer, const IrString *string, Buffer *out)
{
    Bytes utf16 = {NULL, 0};
    image_user_string(string->assembly->image, TOKEN_RID(string->token), &utf16);
    buffer_u8(out, TAG_STRING);
    buffer_compressed(out, subject_dep(writer, string->assembly));
    buffer_compressed(out, TOKEN_RID(string->token));
    buffer_u64(out, subject_string_hash(utf16));
}

static void write_lookup(SubjectWriter *writer, const IrLookup *lookup, Buffer *out)
{
    uint32_t at[3], n = 0;
    if (lookup->type)
        at[n++] = subject_write_type(writer, lookup->type);
    if (lookup->method)
        at[n++] = subject_write_method(writer, lookup->method);
    if (lookup->field)
        at[n++] = subject_write_field(writer, lookup->field);
    buffer_u8(out, TAG_LOOKUP);
    buffer_u8(out, (uint8_t)lookup->kind);
    for (uint32_t i = 0; i < n; i++)
        buffer_compressed(out, at[i]);
}

typedef enum SubjectKind {
    SUBJECT_none,
    SUBJECT_type,
    SUBJECT_method,
    SUBJECT_field,
    SUBJECT_string,
    SUBJECT_lookup,
    SUBJECT_error,
    SUBJECT_helper,
} SubjectKind;

static const uint8_t subject_kinds[FIX_COUNT] = {
#define FIXUP(name, subject, binding) [FIX_##name] = SUBJECT_##subject,
#include "format/fixups.def"
#undef FIXUP
};

uint32_t subject_write_fixup(SubjectWriter *writer, const Fixup *fixup)
{
    Buffer out = BUFFER_INIT;
    switch ((SubjectKind)subject_kinds[fixup->kind]) {
    case SUBJECT_none:
        return 0;
    case SUBJECT_type:
        return subject_write_type(writer, fixup->type);
    case SUBJECT_method:
        return subject_write_method(writer, fixup->method);
    case SUBJECT_field:
        return subject_write_field(writer, fixup->field);
    case SUBJECT_string:
        write_string(writer, &fixup->string, &out);
        break;
    case SUBJECT_lookup:
        write_lookup(writer, fixup->lookup, &out);
        break;
    case SUBJECT_error:
        buffer_u8(&out, TAG_ERROR);
        buffer_u8(&out, (uint8_t)fixup->error->kind);
        buffer_compressed(&out, subject_name(writer, fixup->error->text));
        break;
    case SUBJECT_helper: {
        const HelperRow *row = &helper_rows[fixup->helper];
        buffer_u8(&out, TAG_HELPER);
        buffer_compressed(&out, subject_name(writer, row->name));
        buffer_compressed(&out, subject_name(writer, row->sig));
        break;
    }
    }
    return subject_add(writer, &out);
}

void subject_write_deps(const SubjectWriter *writer, Buffer *out)
{
    for (uint32_t i = 0; i < writer->deps.n; i++) {
        const Assembly *assembly = writer->deps.at[i];
        BytesEntry key = {&writer->names,
                          {(const uint8_t *)assembly->name, strlen(assembly->name)}};
        ImageDep dep = {.name = (uint32_t)(uintptr_t)map_get(&writer->name_offsets,
                                                             hash_str(assembly->name),
                                                             name_equal, &key)};
        memcpy(dep.mvid, assembly->image->mvid, sizeof dep.mvid);
        dep.content = assembly->image->content;
        buffer_put(out, &dep, sizeof dep);
    }
}

/* -- Hashes -------------------------------------------------------------------- */

static uint64_t hash_types(uint64_t hash, Type *const *types, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        hash = hash_mix(hash, subject_type_hash(types[i]));
    return hash_mix(hash, n);
}

static uint64_t hash_sig(const MethodSig *sig)
{
    uint64_t hash = hash_mix(sig->kind, (uint64_t)sig->has_this << 16 | sig->n_generic);
    hash = hash_mix(hash, subject_type_hash(sig->ret));
    hash = hash_types(hash, sig->params, sig->n_params);
    return sig->mods ? hash_mix(hash, sig->mods) : hash;
}

uint64_t subject_type_hash(const Type *type)
{
    if (type == type->world->canon)
        return 0xca0;
    uint64_t hash = type->element;
    switch (type->element) {
    case ELEMENT_SZARRAY:
    case ELEMENT_ARRAY:
    case ELEMENT_PTR:
    case ELEMENT_BYREF:
        return hash_mix(hash << 8 | type->rank, subject_type_hash(type->elem));
    case ELEMENT_VAR:
    case ELEMENT_MVAR:
        return hash_mix(hash, type->var_index);
    case ELEMENT_FNPTR:
        return hash_mix(hash, hash_sig(type->fn_sig));
    default:
        break;
    }
    hash = hash_mix(hash_str(type->name), type->declaring
                                              ? subject_type_hash(type->declaring)
                                              : hash_str(type->name_space));
    if (type->def == type)
        return hash;
    return hash_types(hash, type->args, type->n_args);
}

uint32_t subject_sig_hash(Method *def)
{
    Err ignored = ERR_INIT;
    MethodSig *sig = method_sig(def, &ignored);
    uint32_t hash = sig ? (uint32_t)hash_sig(sig) : 0;
    return sig && !hash ? 1 : hash;
}

uint64_t subject_method_key(const Method *method)
{
    if (method->synth >= SYNTH_DELEGATE_INVOKE && synth_subject(method) &&
        synth_subject(method) != method)
        return hash_mix(method->synth, subject_method_key(synth_subject(method)));
    uint64_t hash = hash_mix(subject_type_hash(method->type), hash_str(method->name));
    if (method->synth)
        hash = hash_mix(hash, method->synth);
    return hash_types(hash, method->args, method->n_args);
}

uint64_t subject_string_hash(Bytes utf16)
{
    return hash_bytes(utf16.data, utf16.size);
}
