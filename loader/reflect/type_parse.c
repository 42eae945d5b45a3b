/* type_parse.c - types by their names in reflection syntax.
 *
 *   qualified ::= type ["," assembly name]
 *   type      ::= name ["+" name]* ["[" arg ("," arg)* "]"] suffix*
 *   arg       ::= "[" qualified "]" | type
 *   suffix    ::= "[" ","* "]" | "[*]" | "*" | "&"
 *
 * A backslash takes the next character as it is.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/base/arena.h"
#include "loader/vm/exception.h"
#include "loader/vm/vm.h"
#include "loader/reflect/assembly.h"

enum { MAX_DEPTH = 32, MAX_ARGS = 64 };

typedef struct Parse {
    const char *at;
    Assembly *from; /* the asker's */
    bool exact;     /* only in `from` */
    bool ignore_case;
    bool bad; /* syntax */
    Arena *scratch;
    int depth;
} Parse;

static Type *parse_type(Parse *p, bool in_args, Assembly **assembly);

static void skip_spaces(Parse *p)
{
    while (isspace((unsigned char)*p->at))
        p->at++;
}

/* -- names --------------------------------------------------------------------- */

/* Up to one of the delimiters, which is not taken. */
static char *take_name(Parse *p)
{
    char *name = arena_alloc(p->scratch, strlen(p->at) + 1);
    size_t n = 0;
    while (*p->at && !strchr("+,[]&*", *p->at)) {
        if (*p->at == '\\' && p->at[1])
            p->at++;
        name[n++] = *p->at++;
    }
    while (n && isspace((unsigned char)name[n - 1]))
        n--;
    name[n] = 0;
    return name;
}

static Type *find_ignoring_case(Assembly *assembly, const char *ns, const char *name)
{
    for (uint32_t rid = 1; rid <= image_rows(assembly->image, TABLE_TypeDef); rid++) {
        Type *type = assembly_type(assembly, rid);
        if (assembly_has_type(assembly, rid) && !type->declaring &&
            !strcasecmp(type->name, name) && !strcasecmp(type->name_space, ns))
            return type;
    }
    return NULL;
}

static Type *find_in(const Parse *p, Assembly *assembly, const char *ns,
                     const char *name)
{
    Err err = ERR_INIT;
    if (!assembly)
        return NULL;
    Type *type = assembly_find_type(assembly, ns, name, &err);
    if (!type && p->ignore_case)
        type = find_ignoring_case(assembly, ns, name);
    return type;
}

static Type *find_nested(const Parse *p, Type *outer, const char *name)
{
    Type *type = type_find_nested(outer, name);
    if (type || !p->ignore_case)
        return type;
    const Image *image = outer->assembly->image;
    for (uint32_t i = 1; i <= image_rows(image, TABLE_NestedClass); i++) {
        if (image_get(image, TABLE_NestedClass, i, COL_NestedClass_EnclosingClass) !=
            TOKEN_RID(outer->token))
            continue;
        type = assembly_type(outer->assembly, image_get(image, TABLE_NestedClass, i,
                                                        COL_NestedClass_NestedClass));
        if (!(type->bits & TYPE_BIT_UNMADE) && !strcasecmp(type->name, name))
            return type;
    }
    return NULL;
}

/* The name as a list of parts; the assembly comes behind it. */
typedef struct Name {
    char *parts[MAX_DEPTH];
    uint32_t n;
} Name;

static Type *find_type(const Parse *p, const Name *name, Assembly *assembly)
{
    char *ns = "", *simple = arena_strdup(p->scratch, name->parts[0]);
    char *dot = strrchr(simple, '.');
    if (dot && dot != simple) {
        *dot = 0;
        ns = simple;
        simple = dot + 1;
    }
    Type *type = find_in(p, assembly ? assembly : p->from, ns, simple);
    if (!type && !assembly && !p->exact)
        type = find_in(p, vm.world->corlib, ns, simple);
    for (uint32_t i = 1; type && i < name->n; i++)
        type = find_nested(p, type, name->parts[i]);
    return type;
}

static void parse_name(Parse *p, Name *name)
{
    skip_spaces(p);
    do {
        if (*p->at == '+')
            p->at++;
        if (name->n < MAX_DEPTH)
            name->parts[name->n++] = take_name(p);
    } while (*p->at == '+');
    p->bad |= !*name->parts[0];
}

/* -- suffixes and arguments ---------------------------------------------------- */

typedef struct Args {
    Type *types[MAX_ARGS];
    uint32_t n;
    bool missing;
} Args;

static bool is_args(const Parse *p)
{
    if (*p->at != '[')
        return false;
    const char *next = p->at + 1;
    while (isspace((unsigned char)*next))
        next++;
    return !strchr(",]*", *next);
}

/* One argument; the types of unqualified ones are looked for as the whole's are. */
static Type *parse_arg(Parse *p)
{
    Assembly *assembly = NULL;
    skip_spaces(p);
    if (*p->at != '[')
        return parse_type(p, true, &assembly);
    p->at++;
    Type *type = parse_type(p, false, &assembly);
    skip_spaces(p);
    if (*p->at == ']')
        p->at++;
    else
        p->bad = true;
    return type;
}

static void parse_args(Parse *p, Args *args)
{
    p->at++;
    for (;;) {
        Type *type = parse_arg(p);
        args->missing |= !type;
        if (args->n < MAX_ARGS)
            args->types[args->n++] = type;
        skip_spaces(p);
        if (p->bad || *p->at != ',')
            break;
        p->at++;
    }
    if (*p->at == ']')
        p->at++;
    else
        p->bad = true;
}

enum { SUFFIX_PTR = -1, SUFFIX_BYREF = -2, SUFFIX_SZARRAY = -3 }; /* else the rank */

static int parse_array(Parse *p)
{
    int rank = 1;
    bool star = false;
    for (p->at++; *p->at && *p->at != ']'; p->at++)
        if (*p->at == ',')
            rank++;
        else if (*p->at == '*')
            star = true;
        else if (!isspace((unsigned char)*p->at))
            p->bad = true;
    p->bad |= *p->at != ']' || rank > 32 || (star && rank > 1);
    if (*p->at)
        p->at++;
    return rank == 1 && !star ? SUFFIX_SZARRAY : rank;
}

static uint32_t parse_suffixes(Parse *p, int *suffixes)
{
    uint32_t n = 0;
    while (!p->bad && n < MAX_DEPTH && *p->at && strchr("[*&", *p->at)) {
        p->bad = n && suffixes[n - 1] == SUFFIX_BYREF;
        if (*p->at == '[') {
            suffixes[n++] = parse_array(p);
        } else {
            suffixes[n++] = *p->at == '*' ? SUFFIX_PTR : SUFFIX_BYREF;
            p->at++;
        }
    }
    return n;
}

static Type *apply_suffix(Type *type, int suffix)
{
    switch (suffix) {
    case SUFFIX_PTR:
        return type_ptr(type);
    case SUFFIX_BYREF:
        return type_byref(type);
    case SUFFIX_SZARRAY:
        return type_szarray(type);
    default:
        return type_array(type, (uint32_t)suffix);
    }
}

/* -- the whole ----------------------------------------------------------------- */

/* ", Name, Version=..." up to the closing bracket or the end. An assembly that is asked
 * for its own types has no other's. */
static bool parse_assembly(Parse *p, Assembly **assembly)
{
    p->at++;
    skip_spaces(p);
    size_t n = strcspn(p->at, "]");
    if (!n) {
        p->bad = true;
        return false;
    }
    if (p->exact && p->depth == 1)
        return exception_set("System.ArgumentException",
                             "Type names passed to Assembly.GetType() must not specify "
                             "an assembly.");
    char *name = arena_strndup(p->scratch, p->at, n);
    p->at += n;
    if (!strchr(name, ',')) /* what AssemblyResolve is told */
        name = arena_printf(p->scratch,
                            "%s, Version=0.0.0.0, Culture=neutral, PublicKeyToken=null",
                            name);
    *assembly = assembly_load_display(name, p->from);
    return *assembly != NULL;
}

static Type *instantiate(Type *type, Args *args)
{
    Err err = ERR_INIT;
    if (!args->n)
        return type;
    if (args->missing)
        return NULL;
    type = type_instance(type, args->types, args->n, &err);
    if (!type)
        exception_set_err(&err);
    return type;
}

static Type *parse_type(Parse *p, bool in_args, Assembly **assembly)
{
    Name name = {.n = 0};
    Args args = {.n = 0, .missing = false};
    int suffixes[MAX_DEPTH];
    if (++p->depth > MAX_DEPTH)
        p->bad = true;
    if (p->bad)
        return NULL;
    parse_name(p, &name);
    if (is_args(p))
        parse_args(p, &args);
    uint32_t n = parse_suffixes(p, suffixes);
    skip_spaces(p);
    bool found = true;
    if (!p->bad && !in_args && *p->at == ',')
        found = parse_assembly(p, assembly);
    p->depth--;
    Type *type = p->bad || !found ? NULL : find_type(p, &name, *assembly);
    type = type ? instantiate(type, &args) : NULL;
    for (uint32_t i = 0; type && i < n; i++)
        type = apply_suffix(type, suffixes[i]);
    return type;
}

static Type *parse(const char *name, Assembly *from, bool ignore_case, bool exact)
{
    Arena scratch = ARENA_INIT;
    Parse p = {.at = name,
               .from = from,
               .exact = exact,
               .ignore_case = ignore_case,
               .scratch = &scratch};
    Assembly *assembly = NULL;
    Type *type = parse_type(&p, false, &assembly);
    skip_spaces(&p);
    bool whole = !p.bad && (!*p.at || exception_pending());
    if (!whole)
        exception_argument("System.ArgumentException", "typeName",
                           "failed to parse the type");
    arena_free(&scratch);
    return whole ? type : NULL;
}

Type *reflection_parse_type(const char *name, Assembly *from, bool ignore_case)
{
    return parse(name, from, ignore_case, false);
}

Type *reflection_parse_type_in(const char *name, Assembly *from, bool ignore_case)
{
    return parse(name, from, ignore_case, true);
}
