/* alloc.c - objects that compiled code makes without a call, as loader/gc/new.h does it
 * and for its reasons:
 *
 *     if (vtable->plain_words is as expected)
 *         hole = thread pointer + gc_hole
 *         object = hole->cursor, end = object + size
 *         if (end <= hole->limit)
 *             object->vtable = vtable
 *             marks = gc_marks + object / GRANULE
 *             marks[last] = END, marks[0] = START
 *             hole->cursor = end
 *             done
 *     object = helper new_object(vtable)
 *
 * GCC takes an atomic store for one that nothing is moved across. What is expected is
 * the size that the type has here: should it have another one where the code runs,
 * nothing but the call is lost.
 */
#include "crossgen/codegen/cg_private.h"

enum { ORDER_RELEASE = 3, WORD = 8 };

/* Bytes with the header; 0: not known, or not made in this way. An exception is not
 * worth the code. */
static uint32_t expected_size(Type *type)
{
    if (type->level < LEVEL_LAYOUT ||
        type_is_subclass(type, type->world->known.exception))
        return 0;
    uint32_t size = type_is_valuetype(type) ? OBJECT_HEADER_SIZE + type_value_size(type)
                                            : type->size;
    size = (size + WORD - 1) & ~(uint32_t)(WORD - 1);
    return size <= GC_FAST_MOST ? size : 0;
}

static JitValue *helper_word(Fn *fn, HelperId helper)
{
    Cg *cg = fn->cg;
    Fixup fixup = {.kind = FIX_HELPER, .helper = helper};
    return val_cast(fn, cell_load(fn, unit_cell(cg->unit, &fixup), cg->ptr), cg->u8);
}

static JitValue *sum(Fn *fn, JitValue *a, JitValue *b)
{
    return val_binary(fn, GCC_JIT_BINARY_OP_PLUS, fn->cg->u8, a, b);
}

static JitValue *hole_of_thread(Fn *fn)
{
    Cg *cg = fn->cg;
    JitValue *thread =
        val_bitcast(fn, val_builtin(fn, "__builtin_thread_pointer", 0, NULL), cg->u8);
    return fn_keep(
        fn, cg->ptr,
        val_cast(fn, sum(fn, thread, helper_word(fn, HELPER_gc_hole)), cg->ptr));
}

static JitValue *marks_of(Fn *fn, JitValue *object)
{
    Cg *cg = fn->cg;
    JitValue *granule =
        val_binary(fn, GCC_JIT_BINARY_OP_RSHIFT, cg->u8,
                   val_bitcast(fn, object, cg->u8), val_int(cg, cg->u8, GRANULE_SHIFT));
    return fn_keep(
        fn, cg->ptr,
        val_cast(fn, sum(fn, granule, helper_word(fn, HELPER_gc_marks)), cg->ptr));
}

static void store(Fn *fn, const char *builtin, JitValue *at, int64_t offset,
                  JitValue *value)
{
    JitValue *args[3] = {val_offset(fn, at, offset), value,
                         val_int(fn->cg, fn->cg->i4, ORDER_RELEASE)};
    fn_eval(fn, val_builtin(fn, builtin, 3, args));
}

static void store_mark(Fn *fn, JitValue *marks, int64_t at, int bits)
{
    store(fn, "__atomic_store_1", marks, at, val_int(fn->cg, fn->cg->u1, bits));
}

static void store_word(Fn *fn, JitValue *at, int64_t offset, JitValue *pointer)
{
    store(fn, "__atomic_store_8", at, offset, val_bitcast(fn, pointer, fn->cg->i8));
}

static void count_slack(Fn *fn, JitValue *hole, uint32_t slack)
{
    Cg *cg = fn->cg;
    if (slack)
        fn_assign(fn, place_at(fn, hole, HOLE_SLACK_OFFSET, cg->u8),
                  sum(fn, val_load(fn, hole, HOLE_SLACK_OFFSET, cg->u8),
                      val_int(cg, cg->u8, slack)));
}

/* Goes on in slow when it does not fit. */
static void make(Fn *fn, JitValue *vtable, uint32_t size, JitPlace *result,
                 JitBlock *slow)
{
    Cg *cg = fn->cg;
    uint32_t rounded = (size + (1u << GRANULE_SHIFT) - 1) >> GRANULE_SHIFT
                                                                 << GRANULE_SHIFT,
             last = (rounded >> GRANULE_SHIFT) - 1;
    JitValue *hole = hole_of_thread(fn),
             *object =
                 fn_keep(fn, cg->ptr, val_load(fn, hole, HOLE_CURSOR_OFFSET, cg->ptr)),
             *end = fn_keep(fn, cg->ptr, val_offset(fn, object, rounded)),
             *limit = val_load(fn, hole, HOLE_LIMIT_OFFSET, cg->ptr);
    JitBlock *fits = fn_block(fn, "fits");
    fn_branch(fn, val_unlikely(fn, val_compare(fn, GCC_JIT_COMPARISON_GT, end, limit)),
              slow, fits);
    fn_begin(fn, fits);
    store_word(fn, object, OBJECT_VTABLE_OFFSET, vtable);
    JitValue *marks = marks_of(fn, object);
    if (last)
        store_mark(fn, marks, last, META_END);
    store_mark(fn, marks, 0, META_START | (last ? 0 : META_END));
    count_slack(fn, hole, rounded - size);
    store_word(fn, hole, HOLE_CURSOR_OFFSET, end);
    fn_assign(fn, result, object);
}

JitValue *alloc_emit(Fn *fn, Type *type)
{
    Cg *cg = fn->cg;
    Fixup fixup = {.kind = FIX_VTABLE, .type = type};
    JitValue *vtable = cell_lazy(fn, &fixup);
    uint32_t size = expected_size(type);
    if (!size)
        return HELPER_CALL(fn, new_object, vtable);
    vtable = fn_keep(fn, cg->ptr, vtable);
    JitPlace *result = fn_local(fn, cg->ptr, "object");
    JitBlock *known = fn_block(fn, "known"), *slow = fn_block(fn, "slow"),
             *done = fn_block(fn, "done");
    JitValue *words = val_load(fn, vtable, VTABLE_PLAIN_OFFSET, cg->u1),
             *other = val_compare(fn, GCC_JIT_COMPARISON_NE, words,
                                  val_int(cg, cg->u1, size / WORD));
    fn_branch(fn, val_unlikely(fn, other), slow, known);
    fn_begin(fn, known);
    make(fn, vtable, size, result, slow);
    fn_jump(fn, done);
    fn_begin(fn, slow);
    fn_assign(fn, result, HELPER_CALL(fn, new_object, vtable));
    fn_jump(fn, done);
    fn_begin(fn, done);
    return gcc_jit_lvalue_as_rvalue(result);
}
