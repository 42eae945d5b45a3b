/* prototypes.c - see prototypes.h.
 *
 * DWARF has an entry (DIE) for every function, below that of its file, with its
 * parameters below it: all entries with code are put into a table by address at first.
 * A parameter's type is followed through typedefs and qualifiers to a base type, an
 * enumeration, a pointer or a structure; structures are split into words as the C
 * compiler passes them, which must be what abi.h does with the managed structure:
 *
 *     void f(Object *self, int32_t n, uint8_t *ok)    p i p1 : (nothing)
 *     instance void F(int, out bool)                  p i p1 : (nothing)
 *
 * The size of what a pointer points at is compared where both sides know it: a function
 * that writes an int32_t through the address of a managed bool is as wrong as one with
 * a parameter too many.
 */
#include "tests/unit/prototypes.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/ir/abi.h"
#include "common/ir/ir.h"

typedef struct Function {
    Dwarf_Addr address;
    Dwarf_Die die;
} Function;

static Dwfl *dwfl;
static VEC(Function) functions; /* sorted by address */
/* The compiler keeps one of several functions that do the same; the entries of the
 * others have no address, and their symbols lead to them. */
static VEC(Dwarf_Die) merged;

/* -- the program's functions --------------------------------------------------- */

static void functions_add(Dwarf_Die *die, Dwarf_Addr bias)
{
    Dwarf_Addr base, start, end;
    size_t before = functions.n;
    for (ptrdiff_t at = 0; (at = dwarf_ranges(die, at, &base, &start, &end)) > 0;)
        *vec_push(&functions) = (Function){start + bias, *die};
    if (functions.n == before && !dwarf_hasattr(die, DW_AT_declaration))
        *vec_push(&merged) = *die;
}

static void functions_of_unit(Dwarf_Die *unit, Dwarf_Addr bias)
{
    Dwarf_Die die;
    if (dwarf_child(unit, &die))
        return;
    do {
        if (dwarf_tag(&die) == DW_TAG_subprogram)
            functions_add(&die, bias);
    } while (!dwarf_siblingof(&die, &die));
}

static int function_compare(const void *a, const void *b)
{
    Dwarf_Addr x = ((const Function *)a)->address, y = ((const Function *)b)->address;
    return x < y ? -1 : x > y;
}

bool prototypes_open(void)
{
    static char *debug_path;
    static const Dwfl_Callbacks callbacks = {.find_elf = dwfl_linux_proc_find_elf,
                                             .find_debuginfo =
                                                 dwfl_standard_find_debuginfo,
                                             .debuginfo_path = &debug_path};
    dwfl = dwfl_begin(&callbacks);
    if (!dwfl || dwfl_linux_proc_report(dwfl, getpid()) ||
        dwfl_report_end(dwfl, NULL, NULL))
        return false;
    Dwfl_Module *program = dwfl_addrmodule(dwfl, (uintptr_t)prototypes_open);
    Dwarf_Addr bias;
    for (Dwarf_Die *unit = NULL;
         program && (unit = dwfl_module_nextcu(program, unit, &bias));)
        functions_of_unit(unit, bias);
    if (functions.n)
        qsort(functions.at, functions.n, sizeof *functions.at, function_compare);
    return functions.n != 0;
}

void prototypes_close(void)
{
    vec_free(&functions);
    vec_free(&merged);
    dwfl_end(dwfl);
    dwfl = NULL;
}

/* -- C ------------------------------------------------------------------------- */

static bool follow(Dwarf_Die *die, unsigned attribute, Dwarf_Die *out)
{
    Dwarf_Attribute attr;
    return dwarf_attr(die, attribute, &attr) && dwarf_formref_die(&attr, out);
}

/* The type without its names and qualifiers; false: void. */
static bool type_of(Dwarf_Die *die, Dwarf_Die *type)
{
    Dwarf_Attribute attr;
    return dwarf_attr_integrate(die, DW_AT_type, &attr) &&
           dwarf_formref_die(&attr, type) && !dwarf_peel_type(type, type) &&
           dwarf_tag(type) != DW_TAG_unspecified_type;
}

static uint32_t type_size(Dwarf_Die *type)
{
    Dwarf_Word size;
    return dwarf_aggregate_size(type, &size) ? 0 : (uint32_t)size;
}

static bool is_float(Dwarf_Die *type)
{
    Dwarf_Attribute attr;
    Dwarf_Word encoding;
    return dwarf_tag(type) == DW_TAG_base_type &&
           dwarf_attr(type, DW_AT_encoding, &attr) &&
           !dwarf_formudata(&attr, &encoding) && encoding == DW_ATE_float;
}

static Word scalar_word(Dwarf_Die *type)
{
    uint32_t size = type_size(type);
    if (is_float(type))
        return (Word){size == 4 ? WORD_FLOAT : size == 8 ? WORD_DOUBLE : WORD_OTHER, 0};
    return (Word){size == 4   ? WORD_INT32
                  : size == 8 ? WORD_INT64
                  : size < 4  ? WORD_NARROW
                              : WORD_OTHER,
                  0};
}

static Word pointer_word(Dwarf_Die *type)
{
    Dwarf_Die target;
    return (Word){WORD_POINTER, type_of(type, &target) ? type_size(&target) : 0};
}

/* What the scalars of a structure make of its words of eight bytes. */
typedef struct Eights {
    uint32_t n_float[2], n_double[2], n_other[2];
    bool too_deep;
} Eights;

static void flatten(Eights *to, Dwarf_Die *type, uint64_t at);

static void flatten_members(Eights *to, Dwarf_Die *type, uint64_t at)
{
    Dwarf_Die member, inner;
    if (dwarf_child(type, &member))
        return;
    do {
        Dwarf_Attribute attr;
        Dwarf_Word offset = 0;
        if (dwarf_tag(&member) != DW_TAG_member || !type_of(&member, &inner))
            continue;
        if (dwarf_attr(&member, DW_AT_data_member_location, &attr))
            dwarf_formudata(&attr, &offset);
        flatten(to, &inner, at + offset);
    } while (!dwarf_siblingof(&member, &member));
}

static void flatten(Eights *to, Dwarf_Die *type, uint64_t at)
{
    uint32_t size = type_size(type);
    int tag = dwarf_tag(type);
    Dwarf_Die element;
    if (tag == DW_TAG_structure_type || tag == DW_TAG_union_type) {
        flatten_members(to, type, at);
    } else if (tag == DW_TAG_array_type && type_of(type, &element)) {
        uint32_t step = type_size(&element);
        for (uint32_t i = 0; step && i < size / step; i++)
            flatten(to, &element, at + i * step);
    } else if (at + size > 16) {
        to->too_deep = true;
    } else {
        uint32_t *n = !is_float(type) ? to->n_other
                      : size == 4     ? to->n_float
                                      : to->n_double;
        n[at / 8]++;
    }
}

static WordKind eight_kind(const Eights *from, uint32_t i)
{
    if (from->n_other[i])
        return WORD_ADDRESS;
    if (!from->n_double[i] && from->n_float[i] == 1)
        return WORD_FLOAT;
    return from->n_double[i] == 1 && !from->n_float[i] ? WORD_DOUBLE : WORD_OTHER;
}

/* Words of a value of that type; 0: in memory. */
static uint32_t value_words(Dwarf_Die *type, Word words[2])
{
    int tag = dwarf_tag(type);
    if (tag == DW_TAG_pointer_type) {
        words[0] = pointer_word(type);
        return 1;
    }
    if (tag != DW_TAG_structure_type && tag != DW_TAG_union_type) {
        words[0] = scalar_word(type);
        return 1;
    }
    Eights eights = {.too_deep = false};
    uint32_t size = type_size(type), n = (size + 7) / 8;
    if (size > 16)
        return 0;
    flatten(&eights, type, 0);
    for (uint32_t i = 0; i < n; i++)
        words[i] = (Word){eights.too_deep ? WORD_OTHER : eight_kind(&eights, i), 0};
    return n;
}

static void push_word(Prototype *to, Word word)
{
    if (to->n < PROTOTYPE_WORDS)
        to->words[to->n++] = word;
}

static void add_parameter(Prototype *to, Dwarf_Die *parameter)
{
    Dwarf_Die type;
    Word words[2] = {{WORD_OTHER, 0}};
    uint32_t n = type_of(parameter, &type) ? value_words(&type, words) : 0;
    if (!n)
        push_word(to, (Word){WORD_OTHER, 0});
    for (uint32_t i = 0; i < n; i++)
        push_word(to, words[i]);
}

static void add_result(Prototype *to, Dwarf_Die *function)
{
    Dwarf_Die type;
    if (!type_of(function, &type))
        return;
    to->n_ret = value_words(&type, to->ret);
    if (!to->n_ret) {
        to->ret[to->n_ret++] = (Word){WORD_POINTER, type_size(&type)};
        push_word(to, to->ret[0]);
    }
}

/* The entry of a function that was inlined elsewhere, too, refers to one that has all
 * parameters. */
static Dwarf_Die origin_of(Dwarf_Die die)
{
    Dwarf_Die origin;
    while (follow(&die, DW_AT_abstract_origin, &origin) ||
           follow(&die, DW_AT_specification, &origin))
        die = origin;
    return die;
}

/* The entry of the function at an address; false: none, or several of its name. */
static bool find_die(const void *function, Dwarf_Die *out)
{
    Function key = {.address = (uintptr_t)function};
    const Function *found = functions.n ? bsearch(&key, functions.at, functions.n,
                                                  sizeof key, function_compare)
                                        : NULL;
    uint32_t n = found != NULL;
    if (found)
        *out = found->die;
    const char *name =
        found ? NULL
              : dwfl_module_addrname(dwfl_addrmodule(dwfl, key.address), key.address);
    for (size_t i = 0; name && i < merged.n; i++) {
        const char *other = dwarf_diename(&merged.at[i]);
        if (other && !strcmp(name, other))
            *out = merged.at[i], n++;
    }
    return n == 1;
}

bool prototype_of_function(const void *function, Prototype *out)
{
    Dwarf_Die die, child;
    if (!find_die(function, &die))
        return false;
    die = origin_of(die);
    *out = (Prototype){.n = 0};
    add_result(out, &die);
    if (!dwarf_child(&die, &child))
        do {
            if (dwarf_tag(&child) == DW_TAG_formal_parameter)
                add_parameter(out, &child);
        } while (!dwarf_siblingof(&child, &child));
    return true;
}

/* -- managed ------------------------------------------------------------------- */

/* Bytes of a variable of that type; 0: not to be compared, as with structures without
 * fields: they stand for what only C knows. */
static uint32_t variable_size(Type *type)
{
    Err err = ERR_INIT;
    if (type->element == ELEMENT_VOID || (type->bits & TYPE_BIT_OPEN) ||
        !type_load(type, LEVEL_LAYOUT, &err) ||
        (type_is_valuetype(type) && !type->n_fields))
        return 0;
    return type_value_size(type);
}

static Word managed_scalar(Type *type, AbiWord word)
{
    static const WordKind kinds[] = {[ABI_I4] = WORD_INT32,
                                     [ABI_I8] = WORD_INT64,
                                     [ABI_F4] = WORD_FLOAT,
                                     [ABI_F8] = WORD_DOUBLE};
    if (word != ABI_I8)
        return (Word){kinds[word], 0};
    if (!type || type_is_reference(type))
        return (Word){WORD_POINTER, 0};
    const Type *basic = type_underlying(type);
    switch (basic->element) {
    case ELEMENT_BYREF:
    case ELEMENT_PTR:
        return (Word){WORD_POINTER, variable_size(type->elem)};
    case ELEMENT_I8:
    case ELEMENT_U8:
        return (Word){WORD_INT64, 0};
    default:
        return (Word){WORD_ADDRESS, 0};
    }
}

static void managed_arg(Prototype *to, const AbiArg *arg)
{
    if (arg->by_pointer) {
        push_word(to, (Word){WORD_POINTER, arg->size});
        return;
    }
    for (uint32_t i = 0; i < arg->n_words; i++)
        push_word(to, arg->is_struct && arg->words[i] == ABI_I8
                          ? (Word){WORD_ADDRESS, 0}
                          : managed_scalar(arg->type, arg->words[i]));
}

static void managed_result(Prototype *to, const AbiSig *abi)
{
    if (abi->ret == ABI_RET_VOID)
        return;
    to->in_memory = abi->ret == ABI_RET_MEMORY;
    if (to->in_memory) {
        to->ret[to->n_ret++] = (Word){WORD_POINTER, abi->ret_size};
        push_word(to, to->ret[0]);
        return;
    }
    uint32_t n = abi->ret == ABI_RET_PAIR ? 2 : 1;
    for (uint32_t i = 0; i < n; i++)
        to->ret[to->n_ret++] = abi->ret_struct && abi->ret_words[i] == ABI_I8
                                   ? (Word){WORD_ADDRESS, 0}
                                   : managed_scalar(abi->ret_type, abi->ret_words[i]);
}

bool prototype_of_method(Method *method, Prototype *out, Err *err)
{
    Arena scratch = ARENA_INIT;
    AbiSig *abi = abi_of_method(method, &scratch, err);
    *out = (Prototype){.n = 0};
    if (abi) {
        managed_result(out, abi);
        for (uint32_t i = 0; i < abi->n_args - abi->has_context; i++)
            managed_arg(out, &abi->args[i]);
    }
    arena_free(&scratch);
    return abi != NULL;
}

/* -- comparing ----------------------------------------------------------------- */

static bool word_serves(Word c, Word managed)
{
    if (managed.kind == WORD_ADDRESS)
        return c.kind == WORD_ADDRESS || c.kind == WORD_INT64 || c.kind == WORD_POINTER;
    if (c.kind == WORD_ADDRESS)
        return managed.kind == WORD_INT64 || managed.kind == WORD_POINTER;
    return c.kind == managed.kind &&
           (!c.target || !managed.target || c.target == managed.target);
}

static bool words_serve(const Word *c, const Word *managed, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (!word_serves(c[i], managed[i]))
            return false;
    return true;
}

bool prototype_serves(const Prototype *c, const Prototype *managed)
{
    /* Nobody reads the register that repeats the address of a result in memory. */
    bool ret = managed->in_memory ? c->n_ret <= 1
                                  : c->n_ret == managed->n_ret &&
                                        words_serve(c->ret, managed->ret, c->n_ret);
    /* What takes nothing serves all: the caller cleans up. */
    return ret && (!c->n ||
                   (c->n == managed->n && words_serve(c->words, managed->words, c->n)));
}

static void print_words(Buffer *out, const Word *words, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        buffer_printf(out, "%s%c", i ? " " : "", (char)words[i].kind);
        if (words[i].target)
            buffer_printf(out, "%u", words[i].target);
    }
}

char *prototype_text(Arena *arena, const Prototype *prototype)
{
    Buffer out = BUFFER_INIT;
    buffer_u8(&out, '(');
    print_words(&out, prototype->words, prototype->n);
    buffer_printf(&out, ")%s", prototype->n_ret ? " " : "");
    print_words(&out, prototype->ret, prototype->n_ret);
    buffer_u8(&out, 0);
    char *text = arena_strdup(arena, (const char *)out.data);
    buffer_free(&out);
    return text;
}
