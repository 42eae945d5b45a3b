/* typename.c - types that metadata names by text, as UnsafeAccessorType does.
 *
 *   qualified ::= type ["," assembly name ["," ...]]
 *   type      ::= ("!" | "!!") number suffix*
 *               | name ["+" name]* ["[" arg ("," arg)* "]"] suffix*
 *   arg       ::= "[" qualified "]" | type
 *   suffix    ::= "[" ","* "]" | "*" | "&"
 *
 * A backslash takes the next character as it is. Without an assembly a type is looked
 * for in the one whose metadata it is, then in the core assembly. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "common/types/types_private.h"

enum { MAX_NAME_DEPTH = 16, MAX_NAME_ARGS = 32, MAX_NAME_RANK = 32 };

typedef struct NameReader {
    const char *at;
    Assembly *from;
    const GenericContext *ctx;
    Arena scratch;
    int depth;
    Err *err;
} NameReader;

static Type *read_qualified(NameReader *r);
static Type *read_unqualified(NameReader *r, bool may_qualify);

static void *bad_name(NameReader *r)
{
    err_set(r->err, ERR_TYPE_LOAD, "a type's name can't be read at '%.100s'", r->at);
    return NULL;
}

static void skip_spaces(NameReader *r)
{
    while (isspace((unsigned char)*r->at))
        r->at++;
}

static bool take(NameReader *r, char c)
{
    skip_spaces(r);
    if (*r->at != c)
        return false;
    r->at++;
    return true;
}

/* Up to a delimiter, which is not taken. */
static char *take_name(NameReader *r)
{
    char *name = arena_alloc(&r->scratch, strlen(r->at) + 1);
    size_t n = 0;
    while (*r->at && !strchr("+,[]&*", *r->at)) {
        if (*r->at == '\\' && r->at[1])
            r->at++;
        name[n++] = *r->at++;
    }
    while (n && isspace((unsigned char)name[n - 1]))
        n--;
    name[n] = 0;
    return name;
}

static Type *read_parameter(NameReader *r)
{
    bool method = r->at[1] == '!';
    r->at += method ? 2 : 1;
    char *end;
    unsigned long number = strtoul(r->at, &end, 10);
    if (end == r->at || number > UINT16_MAX)
        return bad_name(r);
    r->at = end;
    return type_substitute(type_var(r->from->world, method, (uint32_t)number), r->ctx,
                           r->err);
}

/* -- names --------------------------------------------------------------------- */

static bool read_args(NameReader *r, Type **args, uint32_t *n)
{
    do {
        Type *arg = take(r, '[') ? read_qualified(r) : read_unqualified(r, false);
        if (!arg)
            return false;
        if (*n == MAX_NAME_ARGS)
            return bad_name(r) != NULL;
        args[(*n)++] = arg;
    } while (take(r, ','));
    return take(r, ']') || bad_name(r) != NULL;
}

/* The assembly's display name; only the simple name counts. */
static Assembly *read_assembly(NameReader *r)
{
    skip_spaces(r);
    size_t n = strcspn(r->at, ",]"), whole = strcspn(r->at, "]");
    char *name = arena_strndup(&r->scratch, r->at, n);
    while (n && isspace((unsigned char)name[n - 1]))
        name[--n] = 0;
    if (!n)
        return bad_name(r);
    r->at += whole;
    return world_load_name(r->from->world, name, r->from, r->err);
}

static Type *find_top(NameReader *r, Assembly *assembly, char *full)
{
    char *dot = strrchr(full, '.');
    const char *ns = dot ? full : "", *name = dot ? dot + 1 : full;
    if (dot)
        *dot = 0;
    Assembly *corlib = r->from->world->corlib;
    Type *type = assembly_find_type(assembly ? assembly : r->from, ns, name, r->err);
    if (!type && !assembly && r->err->kind == ERR_NONE)
        type = assembly_find_type(corlib, ns, name, r->err);
    if (!type)
        err_set(r->err, ERR_TYPE_LOAD,
                "Could not load type '%.160s%s%.160s' from assembly '%.100s'.", ns,
                *ns ? "." : "", name, (assembly ? assembly : r->from)->name);
    return type;
}

static Type *find_named(NameReader *r, Assembly *assembly, char **parts, uint32_t n)
{
    Type *type = find_top(r, assembly, parts[0]);
    for (uint32_t i = 1; type && i < n; i++) {
        Type *outer = type;
        type = type_find_nested(outer, parts[i]);
        if (!type)
            err_set(r->err, ERR_TYPE_LOAD,
                    "Could not load type '%.160s+%.160s' from assembly '%.100s'.",
                    outer->name, parts[i], outer->assembly->name);
    }
    return type;
}

/* -- suffixes ------------------------------------------------------------------ */

static Type *read_array_suffix(NameReader *r, Type *type)
{
    uint32_t rank = 1;
    while (take(r, ','))
        rank++;
    if (!take(r, ']') || rank > MAX_NAME_RANK)
        return bad_name(r);
    return rank == 1 ? type_szarray(type) : type_array(type, rank);
}

/* What follows the name is kept until the assembly behind it is known. */
static Type *apply_suffixes(NameReader *r, Type *type, const char *suffixes)
{
    const char *after = r->at;
    r->at = suffixes;
    while (type && *r->at && strchr("[*&", *r->at)) {
        char c = *r->at++;
        if (type->element == ELEMENT_BYREF)
            return bad_name(r);
        type = c == '*'   ? type_ptr(type)
               : c == '&' ? type_byref(type)
                          : read_array_suffix(r, type);
    }
    r->at = after;
    return type;
}

static void skip_suffixes(NameReader *r)
{
    while (*r->at && strchr("[*&", *r->at)) {
        r->at += *r->at == '[' ? strcspn(r->at, "]") : 0;
        r->at += *r->at != 0;
    }
}

static bool has_args(const NameReader *r)
{
    if (*r->at != '[')
        return false;
    const char *next = r->at + 1;
    while (isspace((unsigned char)*next))
        next++;
    return !strchr(",]", *next);
}

/* -- the whole ----------------------------------------------------------------- */

static Type *read_class(NameReader *r, bool may_qualify, const char **suffixes)
{
    char *parts[MAX_NAME_DEPTH];
    Type *args[MAX_NAME_ARGS];
    uint32_t n = 0, n_args = 0;
    Assembly *assembly = NULL;
    do {
        if (n == MAX_NAME_DEPTH)
            return bad_name(r);
        parts[n++] = take_name(r);
    } while (take(r, '+'));
    if (!*parts[0])
        return bad_name(r);
    if (has_args(r)) {
        r->at++;
        if (!read_args(r, args, &n_args))
            return NULL;
    }
    *suffixes = r->at;
    skip_suffixes(r);
    if (may_qualify && take(r, ',') && !(assembly = read_assembly(r)))
        return NULL;
    Type *type = find_named(r, assembly, parts, n);
    return type && n_args ? type_instance(type, args, n_args, r->err) : type;
}

static Type *read_unqualified(NameReader *r, bool may_qualify)
{
    if (++r->depth > MAX_NAME_DEPTH)
        return bad_name(r);
    skip_spaces(r);
    const char *suffixes = r->at;
    Type *type;
    if (*r->at == '!') {
        type = read_parameter(r);
        suffixes = r->at;
        skip_suffixes(r);
    } else {
        type = read_class(r, may_qualify, &suffixes);
    }
    r->depth--;
    return type ? apply_suffixes(r, type, suffixes) : NULL;
}

/* An argument in brackets, with its closing one. */
static Type *read_qualified(NameReader *r)
{
    Type *type = read_unqualified(r, true);
    return type && !take(r, ']') ? bad_name(r) : type;
}

Type *type_from_name(Assembly *from, const char *name, const GenericContext *ctx,
                     Err *err)
{
    NameReader r = {
        .at = name, .from = from, .ctx = ctx, .scratch = ARENA_INIT, .err = err};
    Type *type = read_unqualified(&r, true);
    skip_spaces(&r);
    if (type && *r.at)
        type = bad_name(&r);
    arena_free(&r.scratch);
    return type;
}
