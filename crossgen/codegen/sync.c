/* sync.c - variables of the frame that a part keeps in locals of its own.
 *
 * A part keeps a frame variable in a local unless it is written where a handler may
 * read it. Where control passes between parts, values pass through the frame: a part
 * loads what is live at its entry, a parent stores what a region reads before entering
 * it, a part stores what it has written and is live where its leave goes, and the
 * parent loads that.
 *
 *     part 0:  sum = 0;                 in a local of part 0
 *              frame.sum = sum          sync_before_region: the region reads it
 *              eh_enter(...)
 *     part 1:      sum = frame.sum      sync_enter
 *                  sum += ...           a register all the way through the loop
 *                  frame.sum = sum      sync_exit, before it returns
 *     part 0:  sum = frame.sum          sync_after_region
 *
 * Had a handler read sum, an exception in the middle of part 1 would have to find it in
 * the frame: then part 1 works there (sync_in_memory). So does every part with a
 * variable whose address is taken. Which sets of variables these are, live.c finds out.
 */
#include "crossgen/codegen/live_private.h"

bool sync_in_memory(const Body *body, uint32_t part, uint32_t var)
{
    return bit_test(body->live->addressed, var) ||
           bit_test(body->live->in_memory[part], var);
}

static JitPlace *sync_slot(Fn *fn, uint32_t var)
{
    return place_at(fn, fn->frame, fn->body->offsets[var],
                    type_of_var(fn->cg, &fn->body->ir->vars[var]));
}

static void sync_load(Fn *fn, uint32_t var)
{
    fn_assign(fn, fn_place(fn, var), gcc_jit_lvalue_as_rvalue(sync_slot(fn, var)));
    lens_reload(fn, var);
}

static void sync_store(Fn *fn, uint32_t var)
{
    fn_assign(fn, sync_slot(fn, var), fn_get(fn, var));
}

/* Applies act to the part's own copies of variables in all three sets. */
static void sync_each(Fn *fn, void (*act)(Fn *, uint32_t), const uint64_t *a,
                      const uint64_t *live)
{
    const Body *body = fn->body;
    for (uint32_t v = 0; v < body->ir->n_vars; v++)
        if (body->homes[v] == HOME_FRAME && bit_test(a, v) && bit_test(live, v) &&
            !sync_in_memory(body, fn->part, v))
            act(fn, v);
}

void sync_enter(Fn *fn)
{
    const struct Live *live = fn->body->live;
    sync_each(fn, sync_load, live->mentions[fn->part],
              live->in[fn->body->ir->parts[fn->part].entry]);
}

static void sync_region(Fn *fn, uint32_t try_part, bool store, const uint64_t *live_at)
{
    const struct Live *live = fn->body->live;
    const IrPart *part = &fn->body->ir->parts[try_part];
    Bits *sets = store ? live->mentions : live->writes;
    Bits touched = arena_array(&fn->cg->arena, uint64_t, live->n_words);
    for (uint32_t w = 0; w < live->n_words; w++) {
        touched[w] = sets[try_part][w];
        for (uint32_t c = 0; c < part->n_clauses; c++) {
            touched[w] |= sets[part->clauses[c].handler][w];
            if (part->clauses[c].filter != IR_NONE)
                touched[w] |= sets[part->clauses[c].filter][w];
        }
    }
    sync_each(fn, store ? sync_store : sync_load, touched, live_at);
}

void sync_before_region(Fn *fn, uint32_t try_part)
{
    sync_region(fn, try_part, true,
                fn->body->live->in[fn->body->ir->parts[try_part].entry]);
}

void sync_after_region(Fn *fn, uint32_t try_part, uint32_t target)
{
    sync_region(fn, try_part, false, fn->body->live->in[target]);
}

void sync_exit(Fn *fn, uint32_t target)
{
    const struct Live *live = fn->body->live;
    sync_each(fn, sync_store, live->writes[fn->part], live->in[target]);
}

/* The end of a finally part goes on where the leaves go that run it, the end of a
 * filter at the handlers of its try. */
void sync_end_handler(Fn *fn)
{
    const Body *body = fn->body;
    const struct Live *live = body->live;
    uint32_t try_part = body->ir->parts[fn->part].try_part;
    const IrPart *guarded = &body->ir->parts[try_part];
    Bits after = arena_array(&fn->cg->arena, uint64_t, live->n_words);
    for (uint32_t w = 0; w < live->n_words; w++) {
        for (uint32_t i = 0; i < body->parts[try_part].exits.n; i++)
            after[w] |= live->in[body->parts[try_part].exits.at[i].target][w];
        for (uint32_t c = 0; c < guarded->n_clauses; c++)
            after[w] |= live->in[body->ir->parts[guarded->clauses[c].handler].entry][w];
    }
    sync_each(fn, sync_store, live->writes[fn->part], after);
}
