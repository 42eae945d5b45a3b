#include "loader/library/coreclr/signatures.h"

#include <stdio.h>
#include <string.h>

#include "common/base/search.h"
#include "common/ir/abi.h"
#include "loader/vm/exception.h"

static const struct {
    const char *name, *words;
} rows[] = {
#define SIGNATURE(name, words) {name, words},
#include "loader/library/coreclr/signatures.def"
#undef SIGNATURE
};

const char *signature_words(Arena *arena, Method *method, Err *err)
{
    static const char letters[] = {
        [ABI_I4] = 'i', [ABI_I8] = 'l', [ABI_F4] = 'f', [ABI_F8] = 'd'};
    char text[200];
    size_t n = 0;
    const AbiSig *abi = abi_of_method(method, arena, err);
    if (!abi)
        return NULL;
    uint32_t n_args = abi->n_args - abi->has_context;
    for (uint32_t i = 0; i < n_args && n < sizeof text - 8; i++)
        for (uint32_t w = 0; w < abi->args[i].n_words; w++)
            text[n++] = letters[abi->args[i].words[w]];
    text[n++] = ':';
    if (abi->ret == ABI_RET_WORD || abi->ret == ABI_RET_PAIR)
        text[n++] = letters[abi->ret_words[0]];
    if (abi->ret == ABI_RET_PAIR)
        text[n++] = letters[abi->ret_words[1]];
    if (abi->ret == ABI_RET_VOID || abi->ret == ABI_RET_MEMORY)
        text[n++] = abi->ret == ABI_RET_VOID ? 'v' : 'm';
    return arena_printf(arena, "%.*s", (int)n, text);
}

const char *signature_name(Arena *arena, const Method *method, const char *entry)
{
    const Type *type = method->type->def;
    return entry ? entry
                 : arena_printf(arena, "%s.%s:%s", type->name_space, type->name,
                                method->name);
}

enum { N_ROWS = sizeof rows / sizeof *rows };

/* The rows are sorted by name. */
static uint32_t first_of(const char *name)
{
    return search_first(i, 0u, (uint32_t)N_ROWS, strcmp(rows[i].name, name) < 0);
}

const char *signature_next(const char *name, uint32_t *at)
{
    uint32_t row = *at ? *at : first_of(name);
    *at = row + 1;
    bool is = row < N_ROWS && !strcmp(rows[row].name, name);
    return is ? rows[row].words : NULL;
}

bool signature_check(Method *method, const char *entry)
{
    Arena scratch = ARENA_INIT;
    Err err = ERR_INIT;
    uint32_t at = 0;
    const char *name = signature_name(&scratch, method, entry);
    const char *passed = signature_words(&scratch, method, &err);
    const char *known = passed ? signature_next(name, &at) : NULL, *last = known;
    bool fits = passed && !known; /* a row that nobody has made yet */
    for (; known && !fits;
         last = known ? known : last, known = signature_next(name, &at))
        fits = !strcmp(known, passed);
    if (!passed)
        exception_set_err(&err);
    else if (!fits)
        exception_set("System.EntryPointNotFoundException",
                      "%s of this build of .NET's class library passes %s to the "
                      "runtime, and Codicil's function takes %s.",
                      name, passed, last);
    arena_free(&scratch);
    return fits;
}
