/* finalizable.c - objects for which something is to be run when they are garbage.
 *
 * A weak word that managed code reads by itself must be cleared before the world goes
 * on, and whether its object is dead or saved by a finalizer is known only then. So the
 * whole order is kept with the world stopped and all that lives marked:
 *
 *     values of ephemerons whose keys live are marked           ephemeron.c
 *     short weak slots lose what is dead                        slots.c
 *     dead finalizable objects become ready, with all they reach marked
 *     values of ephemerons once more: keys may have been saved
 *     long weak slots, keys of ephemerons lose what is still dead
 *     dead blocks become ready, and mark nothing
 *
 * A block's memory elsewhere is freed when nobody can come to it any more. Would it
 * save what it reaches, a long weak slot could lead back to it: from RuntimeType's
 * cache by a method made at run time to the method's block, and from there to the
 * cache.
 */
#include "loader/gc/gc_private.h"

#include <stdlib.h>

#include "common/base/hash.h"
#include "common/base/mem.h"

typedef struct Finalizable {
    struct Finalizable *next;  /* in a bucket */
    struct Finalizable *after; /* in one of the lists */
    void *object;              /* NULL: forgotten while it was in a list */
    FinalizableRun *run;
    void *data;
    bool is_block; /* of gc_alloc, with memory elsewhere */
    bool is_young; /* in that list */
} Finalizable;

typedef struct Table {
    Finalizable **buckets;
    size_t n_buckets, n;
} Table;

/* All under the lock. Who is ready is in `waiting`, too, until it runs. */
static Table objects, blocks, waiting;
static Finalizable *ready, **ready_end = &ready;
static Finalizable *young; /* objects that were registered since the last collection */
static Finalizable *spent; /* to be freed when the world runs */
static bool has_ready, has_news; /* atomic */

static Finalizable **bucket_of(const Table *table, const void *object)
{
    return &table->buckets[hash_ptr(object) & (table->n_buckets - 1)];
}

static void *with_lock(void *function(void *), void *argument)
{
    gc_lock();
    void *result = function(argument);
    gc_unlock();
    return result;
}

/* -- registering --------------------------------------------------------------- */

static void put(Table *table, Finalizable *node)
{
    Finalizable **at = bucket_of(table, node->object);
    node->next = *at;
    *at = node;
    table->n++;
}

/* Room for n nodes. */
static void reserve(Table *table, size_t n)
{
    if (n <= table->n_buckets)
        return;
    Table old = *table;
    *table = (Table){.n_buckets = old.n_buckets ? old.n_buckets * 2 : 64};
    table->buckets = mem_array(table->n_buckets, sizeof *table->buckets);
    for (size_t i = 0; i < old.n_buckets; i++)
        for (Finalizable *node = old.buckets[i], *next; node; node = next) {
            next = node->next;
            put(table, node);
        }
    free(old.buckets);
}

static Finalizable *unlink_node(Table *table, const void *object)
{
    if (!table->n)
        return NULL;
    for (Finalizable **at = bucket_of(table, object); *at; at = &(*at)->next)
        if ((*at)->object == object) {
            Finalizable *node = *at;
            *at = node->next;
            table->n--;
            return node;
        }
    return NULL;
}

/* That very node, if it is there. */
static void take_out(Table *table, const Finalizable *node)
{
    Finalizable **at = bucket_of(table, node->object);
    while (*at && *at != node)
        at = &(*at)->next;
    if (*at) {
        *at = node->next;
        table->n--;
    }
}

/* A node that is in no table any more; the list of the young may have it yet. */
static void retire(Finalizable *node)
{
    if (node && node->is_young)
        node->object = NULL;
    else
        free(node);
}

static void free_spent(void)
{
    for (Finalizable *node = spent, *after; node; node = after) {
        after = node->after;
        free(node);
    }
    spent = NULL;
}

/* node: with its object plain, in place of one that is registered. */
static void *add(void *p)
{
    Finalizable *node = p;
    Table *table = node->is_block ? &blocks : &objects;
    free_spent();
    retire(unlink_node(table, node->object));
    reserve(table, table->n + 1);
    put(table, node);
    if (node->is_block)
        return NULL;
    reserve(&waiting, waiting.n + objects.n); /* it can't grow when the world stands */
    node->is_young = true;
    node->after = young;
    young = node;
    return NULL;
}

static void register_node(const Finalizable *as)
{
    Finalizable *node = mem_new(Finalizable);
    *node = *as;
    with_lock(add, node);
}

void finalizable_register(void *object, FinalizableRun *run, void *data)
{
    register_node(&(Finalizable){.object = object, .run = run, .data = data});
}

void finalizable_register_block(void *block, FinalizableRun *run, void *data)
{
    register_node(
        &(Finalizable){.object = block, .run = run, .data = data, .is_block = true});
}

/* One that is ready already runs nothing. */
static void *forget(void *object)
{
    for (Finalizable *node; (node = unlink_node(&waiting, object));)
        node->object = NULL;
    retire(unlink_node(&objects, object));
    return NULL;
}

void finalizable_forget(void *object)
{
    with_lock(forget, object);
}

/* -- with the world stopped ---------------------------------------------------- */

/* node: in no table and no list. */
static void make_ready(Finalizable *node)
{
    node->after = NULL;
    *ready_end = node;
    ready_end = &node->after;
    if (!node->is_block)
        put(&waiting, node);
    __atomic_store_n(&has_ready, true, __ATOMIC_RELEASE);
    __atomic_store_n(&has_news, true, __ATOMIC_RELEASE);
}

static void make_dead_ready(Table *table)
{
    for (size_t i = 0; i < table->n_buckets; i++)
        for (Finalizable **at = &table->buckets[i]; *at;) {
            Finalizable *node = *at;
            if (object_is_dead(node->object)) {
                *at = node->next;
                table->n--;
                make_ready(node);
            } else {
                at = &node->next;
            }
        }
}

/* Who is left in no table was forgotten. All that live are old from now on. */
static void young_end(bool make_dead_ready)
{
    for (Finalizable *node = young, *after; node; node = after) {
        after = node->after;
        node->is_young = false;
        if (!node->object) {
            node->after = spent;
            spent = node;
        } else if (make_dead_ready && object_is_dead(node->object)) {
            take_out(&objects, node);
            make_ready(node);
        }
    }
    young = NULL;
}

/* All of the dead are found before the first is marked: they may reach each other. */
void finalizables_mark_dead(bool full)
{
    Finalizable **first = ready_end;
    young_end(!full);
    if (full)
        make_dead_ready(&objects);
    for (Finalizable *node = *first; node; node = node->after)
        mark_reachable(node->object);
}

void finalizables_keep_blocks(void)
{
    Finalizable **first = ready_end;
    make_dead_ready(&blocks);
    for (Finalizable *node = *first; node; node = node->after)
        mark_alone(node->object);
}

void finalizables_mark_ready(void)
{
    for (Finalizable *node = ready; node; node = node->after)
        if (node->is_block)
            mark_alone(node->object);
        else
            mark_object(node->object);
}

/* -- running ------------------------------------------------------------------- */

bool finalizable_has_news(void)
{
    return __builtin_expect(__atomic_load_n(&has_news, __ATOMIC_RELAXED), 0) &&
           __atomic_exchange_n(&has_news, false, __ATOMIC_ACQ_REL);
}

bool finalizable_is_ready(void)
{
    return __atomic_load_n(&has_ready, __ATOMIC_ACQUIRE);
}

/* The object goes to the caller's stack while no collection can come. */
static void *take(void *out)
{
    Finalizable *node = ready;
    if (!node) {
        __atomic_store_n(&has_ready, false, __ATOMIC_RELEASE);
        return NULL;
    }
    ready = node->after;
    if (!ready)
        ready_end = &ready;
    if (node->object && !node->is_block)
        take_out(&waiting, node);
    *(void **)out = node->object;
    return node;
}

bool finalizable_run_next(void)
{
    void *object = NULL;
    Finalizable *node = with_lock(take, &object);
    if (!node)
        return false;
    FinalizableRun *run = node->run;
    void *data = node->data;
    free(node);
    if (object)
        run(object, data);
    return true;
}

static void *all_ready(void *some)
{
    *(bool *)some = objects.n;
    young_end(false);
    for (size_t i = 0; i < objects.n_buckets; i++)
        for (Finalizable *node; (node = objects.buckets[i]);) {
            objects.buckets[i] = node->next;
            objects.n--;
            make_ready(node);
        }
    return NULL;
}

bool finalizable_make_all_ready(void)
{
    bool some;
    with_lock(all_ready, &some);
    return some;
}
