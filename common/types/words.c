/* words.c - messages of failures: a library's text with the parts filled in.
 *
 * The plain style writes a type in three ways, of which one message can have two:
 *
 *     Nest`1[System.String,Outer+Arg]             the subject of the message: of a
 * nested type its own name, arguments in full Outer+Nest whose method it is
 *     System.Collections.Generic.List`1<Int32>    in a signature: primitive types
 * without namespace, nested ones by their own
 */
#include "common/types/words.h"

#include <assert.h>
#include <string.h>

#include "common/types/types_private.h"

enum { MOST_TEXT = 1 << 16 };

static void put(Buffer *out, const char *text)
{
    assert(text);
    buffer_put(out, text, strlen(text));
}

static const char *taken(Arena *arena, Buffer *text)
{
    const char *copy =
        arena_strndup(arena, text->size ? (const char *)text->data : "", text->size);
    buffer_free(text);
    return copy;
}

/* -- texts --------------------------------------------------------------------- */

bool err_words(Err *err, ErrKind kind, const World *world, LibraryWords words,
               const char *const args[WORDS_ARGS])
{
    Buffer text = BUFFER_INIT;
    for (const char *at = world->library->words[words]; *at; at++) {
        bool open =
            at[0] == '{' && at[1] >= '0' && at[1] < '0' + WORDS_ARGS && at[2] == '}';
        const char *arg = open ? args[at[1] - '0'] : NULL;
        if (open) {
            put(&text, arg ? arg : "?");
            at += 2;
        } else {
            buffer_u8(&text, (uint8_t)*at);
        }
    }
    buffer_u8(&text, 0);
    err_set(err, kind, "%s", (const char *)text.data);
    buffer_free(&text);
    return false;
}

/* -- the plain style ----------------------------------------------------------- */

static void put_own_name(Buffer *out, const Type *type)
{
    if (!type->declaring && *type->name_space) {
        put(out, type->name_space);
        put(out, ".");
    }
    put(out, type->name);
}

static void put_enclosed_name(Buffer *out, const Type *type)
{
    if (type->declaring) {
        put_enclosed_name(out, type->declaring);
        put(out, "+");
    }
    put_own_name(out, type);
}

static bool is_made_of_one(const Type *type)
{
    return type->element == ELEMENT_SZARRAY || type->element == ELEMENT_ARRAY ||
           type->element == ELEMENT_PTR || type->element == ELEMENT_BYREF;
}

static void put_rank(Buffer *out, const Type *type)
{
    put(out, type->element == ELEMENT_ARRAY && type->rank == 1 ? "[*" : "[");
    for (uint32_t i = 1; i < type->rank; i++)
        put(out, ",");
    put(out, "]");
}

static void put_suffix(Buffer *out, const Type *type, const char *byref)
{
    if (type->element == ELEMENT_PTR)
        put(out, "*");
    else if (type->element == ELEMENT_BYREF)
        put(out, byref);
    else
        put_rank(out, type);
}

/* Of a definition: none. */
static uint32_t n_args(const Type *type)
{
    return type->def != type ? type->n_args : 0;
}

static bool has_name(const Type *type)
{
    return type->token || type == type->world->canon;
}

void words_put_plain(Buffer *out, const Type *type, bool enclosed)
{
    if (out->size > MOST_TEXT)
        return;
    if (is_made_of_one(type)) {
        words_put_plain(out, type->elem, true);
        put_suffix(out, type, "&");
    } else if (!has_name(type)) { /* variables, function pointers */
        type_print(out, type);
    } else {
        (enclosed ? put_enclosed_name : put_own_name)(out, type);
        for (uint32_t i = 0; i < n_args(type); i++) {
            put(out, i ? "," : "[");
            words_put_plain(out, type->args[i], true);
        }
        put(out, n_args(type) ? "]" : "");
    }
}

static const char *primitive_name(const Type *type)
{
    bool primitive = (type->element >= ELEMENT_VOID && type->element <= ELEMENT_R8) ||
                     type->element == ELEMENT_I || type->element == ELEMENT_U ||
                     type->element == ELEMENT_TYPEDBYREF;
    return primitive && type->token ? type->name : NULL;
}

static void put_param(Buffer *out, const Type *type)
{
    const char *primitive = primitive_name(type);
    if (out->size > MOST_TEXT)
        return;
    if (is_made_of_one(type)) {
        put_param(out, type->elem);
        put_suffix(out, type, " ByRef");
    } else if (type->element == ELEMENT_FNPTR) {
        put_param(out, type->fn_sig->ret);
        put(out, " ");
        words_put_params(out, type->fn_sig);
    } else if (primitive) {
        put(out, primitive);
    } else if (!has_name(type)) {
        type_print(out, type);
    } else {
        put_own_name(out, type);
        for (uint32_t i = 0; i < n_args(type); i++) {
            put(out, i ? "," : "<");
            put_param(out, type->args[i]);
        }
        put(out, n_args(type) ? ">" : "");
    }
}

void words_put_params(Buffer *out, const MethodSig *sig)
{
    put(out, "(");
    for (uint32_t i = 0; i < sig->n_params; i++) {
        put(out, i ? ", " : "");
        put_param(out, sig->params[i]);
    }
    put(out, ")");
}

/* -- parts --------------------------------------------------------------------- */

static bool is_plain(const World *world)
{
    return world->library->message_style == STYLE_PLAIN;
}

static const char *type_words(Arena *arena, const Type *type, bool enclosed)
{
    if (!is_plain(type->world))
        return type_name(arena, type);
    Buffer text = BUFFER_INIT;
    words_put_plain(&text, type, enclosed);
    return taken(arena, &text);
}

const char *words_type(Arena *arena, const Type *type)
{
    return type_words(arena, type, false);
}

const char *words_argument(Arena *arena, const Type *type)
{
    return type_words(arena, type, true);
}

const char *words_method(Arena *arena, Method *method)
{
    Err ignored = ERR_INIT;
    const Type *type = method->type;
    if (!is_plain(type->world))
        return method_name(arena, method);
    Buffer text = BUFFER_INIT;
    if (has_name(type))
        put_enclosed_name(&text, type);
    else
        words_put_plain(&text, type, true);
    put(&text, ".");
    put(&text, method->name);
    const MethodSig *sig = method_sig(method, &ignored);
    if (sig)
        words_put_params(&text, sig);
    return taken(arena, &text);
}

const char *words_param_name(const Assembly *assembly, uint32_t owner, uint32_t number)
{
    uint32_t row = param_row(assembly->image, owner, number);
    return row ? image_get_string(assembly->image, TABLE_GenericParam, row,
                                  COL_GenericParam_Name)
               : "?";
}

const char *words_definition(Arena *arena, const Type *def)
{
    if (!is_plain(def->world))
        return type_name(arena, def);
    Buffer text = BUFFER_INIT;
    put_enclosed_name(&text, def);
    for (uint32_t i = 0; i < def->n_args; i++) {
        put(&text, i ? "," : "[");
        put(&text, words_param_name(def->assembly, def->token, i));
    }
    put(&text, def->n_args ? "]" : "");
    return taken(arena, &text);
}

const char *words_method_name(Arena *arena, const Method *method)
{
    Buffer text = BUFFER_INIT;
    const Type *type = method->type;
    if (!is_plain(type->world))
        put(&text, type_name(arena, type));
    else if (type->def == type)
        put(&text, words_definition(arena, type));
    else
        words_put_plain(&text, type, true);
    put(&text, ".");
    put(&text, method->name);
    return taken(arena, &text);
}

const char *words_signature(Arena *arena, const Type *type, const char *name,
                            const MethodSig *sig)
{
    Buffer text = BUFFER_INIT;
    if (is_plain(type->world)) {
        put_param(&text, sig->ret);
        put(&text, " ");
        words_put_plain(&text, type, true);
        buffer_printf(&text, ".%s", name);
        words_put_params(&text, sig);
    } else {
        buffer_printf(&text, "%.80s %.200s.%.100s", type_short_name(arena, sig->ret),
                      type_name(arena, type), name);
        sig_print(&text, sig);
    }
    return taken(arena, &text);
}

/* -- assemblies ---------------------------------------------------------------- */

static void put_identity(Buffer *out, const Image *image, TableId table, uint32_t rid,
                         const int columns[4])
{
    const char *culture = image_get_string(image, table, rid, columns[2]);
    buffer_printf(out, "%s, Version=%u.%u.%u.%u, Culture=%s",
                  image_get_string(image, table, rid, columns[0]),
                  image_get(image, table, rid, columns[1]),
                  image_get(image, table, rid, columns[1] + 1),
                  image_get(image, table, rid, columns[1] + 2),
                  image_get(image, table, rid, columns[1] + 3),
                  *culture ? culture : "neutral");
    Bytes key = image_get_blob(image, table, rid, columns[3]);
    if (!key.size)
        put(out, ", PublicKeyToken=null");
    else if (key.size == 8) /* of a whole key we don't reckon it here */
        put(out, ", PublicKeyToken=");
    for (size_t i = 0; key.size == 8 && i < key.size; i++)
        buffer_printf(out, "%02x", key.data[i]);
}

const char *words_assembly(Arena *arena, const Assembly *assembly)
{
    static const int columns[] = {COL_Assembly_Name, COL_Assembly_MajorVersion,
                                  COL_Assembly_Culture, COL_Assembly_PublicKey};
    Buffer text = BUFFER_INIT;
    if (!assembly->image || !image_rows(assembly->image, TABLE_Assembly))
        return assembly->name;
    put_identity(&text, assembly->image, TABLE_Assembly, 1, columns);
    return taken(arena, &text);
}

const char *words_assembly_ref(Arena *arena, const Image *image, uint32_t rid)
{
    static const int columns[] = {COL_AssemblyRef_Name, COL_AssemblyRef_MajorVersion,
                                  COL_AssemblyRef_Culture,
                                  COL_AssemblyRef_PublicKeyOrToken};
    Buffer text = BUFFER_INIT;
    put_identity(&text, image, TABLE_AssemblyRef, rid, columns);
    return taken(arena, &text);
}
