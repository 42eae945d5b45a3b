/* context.c - one libgccjit context: options, items, output. */
#include "crossgen/codegen/cg_private.h"
#include "format/reliance.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What every context is compiled with. Explicit checks make exceptions precise; the
 * IL's arithmetic wraps and its floats are IEEE. A method's code stays in one piece. */
static const char *const context_options[] = {
    "-fPIE",
    "-fwrapv",
    "-fno-strict-aliasing",
    "-fno-delete-null-pointer-checks",
    "-ffp-contract=off",
    "-fno-math-errno",
    "-fno-trapping-math",
    "-fexceptions",
    "-fasynchronous-unwind-tables",
    "-fno-semantic-interposition",
    "-fno-ipa-icf",
    "-fno-optimize-sibling-calls",
    "-fno-reorder-blocks-and-partition",
    "-fstack-clash-protection",
    "-fno-common",
    "-fkeep-gc-roots-live",
    "-fno-ident",
};

/* inline.c has chosen what is worth inlining: GCC only leaves out what is cold.
 * Recursive calls stay calls: each has its frame in a stack trace. */
static const char *const context_inline_options[] = {
    "--param=max-inline-insns-auto=300",   "--param=max-inline-insns-small=300",
    "--param=max-inline-insns-single=300", "--param=early-inlining-insns=120",
    "--param=inline-unit-growth=1000",     "--param=large-function-growth=1000",
    "--param=inline-min-speedup=1",        "--param=max-inline-insns-recursive-auto=0",
};

/* At -O2, what -O3 adds for loops: vectors, unrolled short loops. */
static const char *const context_loop_options[] = {
    "-ftree-loop-vectorize",
    "-ftree-slp-vectorize",
    "-fvect-cost-model=dynamic",
    "-fpeel-loops",
    "-fsplit-loops",
    "-funswitch-loops",
    "-fversion-loops-for-strides",
};

/* Each throw keeps its own line: equal calls are not merged. A frame is of a method or
 * of an outlined part of it: GCC makes no parts or clones of its own. */
static const char *const context_debug_options[] = {
    "-g1",
    "-fno-partial-inlining",
    "-fno-ipa-cp-clone",
    "-fno-tree-tail-merge",
    "-fno-crossjumping",
    "-gno-variable-location-views",
};

static void context_add(Cg *cg, const char *const *options, size_t n)
{
    for (size_t i = 0; i < n; i++)
        gcc_jit_context_add_command_line_option(cg->jit, options[i]);
}

static void context_configure(Cg *cg)
{
    const CodegenOptions *options = cg->options;
    gcc_jit_context_set_int_option(cg->jit, GCC_JIT_INT_OPTION_OPTIMIZATION_LEVEL,
                                   options->opt_level);
    gcc_jit_context_set_bool_allow_unreachable_blocks(cg->jit, 1);
    gcc_jit_context_set_bool_print_errors_to_stderr(cg->jit, 0);
    if (options->debug_info)
        gcc_jit_context_set_bool_option(cg->jit, GCC_JIT_BOOL_OPTION_DEBUGINFO, 1);
    context_add(cg, context_options, sizeof context_options / sizeof *context_options);
    context_add(cg, context_inline_options,
                sizeof context_inline_options / sizeof *context_inline_options);
    if (options->opt_level >= 2)
        context_add(cg, context_loop_options,
                    sizeof context_loop_options / sizeof *context_loop_options);
    if (options->debug_info)
        context_add(cg, context_debug_options,
                    sizeof context_debug_options / sizeof *context_debug_options);
    gcc_jit_context_add_command_line_option(
        cg->jit, arena_printf(&cg->arena, "-march=%s", options->isa));
    gcc_jit_context_add_driver_option(cg->jit, "-Wa,-mx86-used-note=yes");
}

static bool context_failed(Cg *cg, Err *err)
{
    const char *first = gcc_jit_context_get_first_error(cg->jit);
    if (first)
        err_set(err, ERR_UNSUPPORTED, "libgccjit: %s", first);
    return first != NULL;
}

static void item_fail(CodegenItem *item, const Err *err)
{
    item->compiled = false;
    item->why = err->kind ? err->kind : ERR_UNSUPPORTED;
    snprintf(item->reason, sizeof item->reason, "%.*s", (int)sizeof item->reason - 1,
             err->text);
}

static uint32_t item_flags(const CodegenItem *item, const Body *body)
{
    uint32_t flags = item->osr ? UNIT_METHOD_OSR : 0;
    if (body->ir->has_loops)
        flags |= UNIT_METHOD_LOOPS;
    if (method_context_kind(item->method) != CONTEXT_NONE)
        flags |= UNIT_METHOD_SHARED;
    return flags;
}

/* Calls f for a method's copies, callees first, and for the method itself. */
static void method_each_body(Body *body, void (*f)(Body *body))
{
    for (size_t i = 0; i < body->order.n; i++)
        f(body->order.at[i]);
    f(body);
}

static void body_rely(Body *body)
{
    UnitBuilder *unit = body->cg->unit;
    if (body->host != body)
        unit_copy(unit, body->ir->method);
    reliance_record(unit, body->ir, body->osr);
}

/* One method of the unit. A function that is begun can't be taken back out of a
 * context: what may fail comes before the first one is declared. */
static void codegen_method(Cg *cg, CodegenItem *item, const char *symbol)
{
    Err err = ERR_INIT;
    Body *body = body_open(cg, item, symbol);
    if (!body_prepare(body, &err)) {
        item_fail(item, &err);
        return;
    }
    barrier_prepare(body);
    unit_method_begin(cg->unit, item->method, item_flags(item, body), item->osr_il);
    method_each_body(body, body_rely);
    method_each_body(body, body_declare);
    method_each_body(body, body_emit);
    unit_method_end(cg->unit, body->symbol);
    method_each_body(body, body_close);
    item->compiled = true;
}

static bool context_write(Cg *cg, const char *obj_path, Err *err)
{
    if (cg->options->keep_asm)
        gcc_jit_context_compile_to_file(cg->jit, GCC_JIT_OUTPUT_KIND_ASSEMBLER,
                                        arena_printf(&cg->arena, "%s.s", obj_path));
    if (cg->options->asm_path)
        gcc_jit_context_compile_to_file(cg->jit, GCC_JIT_OUTPUT_KIND_ASSEMBLER,
                                        cg->options->asm_path);
    else
        gcc_jit_context_compile_to_file(cg->jit, GCC_JIT_OUTPUT_KIND_OBJECT_FILE,
                                        obj_path);
    return !context_failed(cg, err);
}

static bool context_run(Cg *cg, CodegenItem *items, size_t n, const char *obj_path,
                        Err *err)
{
    context_configure(cg);
    if (!types_open(cg) || !cells_open(cg)) {
        context_failed(cg, err);
        return false;
    }
    for (size_t i = 0; i < n; i++)
        codegen_method(cg, &items[i],
                       arena_printf(&cg->arena, "%s_m%zu", unit_name(cg->unit), i));
    return !context_failed(cg, err) && context_write(cg, obj_path, err);
}

static bool compile_nothing(const CodegenOptions *options,
                            enum gcc_jit_output_kind kind, const char *path, Err *err)
{
    Cg cg = {.options = options, .arena = ARENA_INIT};
    cg.jit = gcc_jit_context_acquire();
    context_configure(&cg);
    JitType *type = gcc_jit_context_get_type(cg.jit, GCC_JIT_TYPE_VOID);
    JitFunction *function = gcc_jit_context_new_function(
        cg.jit, NULL, GCC_JIT_FUNCTION_EXPORTED, type, "nothing", 0, NULL, 0);
    gcc_jit_block_end_with_void_return(gcc_jit_function_new_block(function, NULL),
                                       NULL);
    gcc_jit_context_compile_to_file(cg.jit, kind, path);
    bool ok = !context_failed(&cg, err);
    gcc_jit_context_release(cg.jit);
    arena_free(&cg.arena);
    return ok;
}

/* The first context of a process gives slightly other code than all later ones. So the
 * first one compiles an empty function: then the code depends on the items alone. */
static void context_warm_up(const CodegenOptions *options, const char *obj_path)
{
    static bool done;
    Arena scratch = ARENA_INIT;
    Err ignored = ERR_INIT;
    if (done)
        return;
    done = true;
    const char *path = arena_printf(&scratch, "%s.first", obj_path);
    (void)compile_nothing(options, GCC_JIT_OUTPUT_KIND_ASSEMBLER, path, &ignored);
    unlink(path);
    arena_free(&scratch);
}

bool codegen_check(const char *obj_path, Err *err)
{
    CodegenOptions options = {.opt_level = 0, .isa = "x86-64"};
    return compile_nothing(&options, GCC_JIT_OUTPUT_KIND_OBJECT_FILE, obj_path, err);
}

bool codegen_compile(const CodegenOptions *options, UnitBuilder *unit,
                     CodegenItem *items, size_t n, const char *obj_path, Err *err)
{
    context_warm_up(options, obj_path);
    Cg cg = {.options = options, .unit = unit, .arena = ARENA_INIT};
    cg.jit = gcc_jit_context_acquire();
    bool ok = context_run(&cg, items, n, obj_path, err);
    gcc_jit_context_release(cg.jit);
    for (size_t i = 0; !ok && i < n; i++) {
        Err failure = *err;
        if (items[i].compiled)
            item_fail(&items[i], &failure);
    }
    vec_free(&cg.vt_types);
    map_keyed_free(&cg.builtins);
    map_keyed_free(&cg.imports);
    arena_free(&cg.arena);
    return ok;
}

CodegenCost codegen_cost(const IrMethod *ir)
{
    return (CodegenCost){ir->n_blocks, ir->n_insns, ir->n_parts, ir->has_loops};
}

int codegen_level(CodegenCost cost, int wanted)
{
    if (cost.blocks > 3000 || cost.insns > 30000)
        return 0;
    if ((cost.blocks > 600 || cost.insns > 8000) && wanted > 1)
        return 1;
    return wanted;
}
