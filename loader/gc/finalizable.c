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
    struct Finalizable *next;
    void *object;
    FinalizableRun *run;
    void *data;
    bool is_block; /* of gc_alloc, with memory elsewhere */
} Finalizable;

typedef struct Table {
    Finalizable **buckets;
    size_t n_buckets, n;
} Table;

/* All under the lock. */
static Table objects, blocks;
static Finalizable *ready, **ready_end = &ready;
static bool has_ready, has_news; /* atomic */

static Finalizable **bucket_of(const Table *table, const void *object)
{
    return &table->buckets[hash_ptr(object) & (table->n_buckets - 1)];
}

static bool node_is(const Finalizable *node, const void *object)
{
    return node->object == object;
}

static void *with_lock(void *function(void *), void *argument)
{
    gc_lock();
    void *result = function(argument);
    gc_unlock();
    return result;
}

/* -- registering --------------------------------------------------------------- */

static void put(Table *table, Finalizable *node, const void *object)
{
    Finalizable **at = bucket_of(table, object);
    node->next = *at;
    *at = node;
}

static void grow(Table *table)
{
    Table old = *table;
    table->n_buckets = old.n_buckets ? old.n_buckets * 2 : 64;
    table->buckets = mem_array(table->n_buckets, sizeof *table->buckets);
    for (size_t i = 0; i < old.n_buckets; i++)
        for (Finalizable *node = old.buckets[i], *next; node; node = next) {
            next = node->next;
            put(table, node, node->object);
        }
    free(old.buckets);
}

static Finalizable *unlink_node(Table *table, const void *object)
{
    if (!table->n_buckets)
        return NULL;
    for (Finalizable **at = bucket_of(table, object); *at; at = &(*at)->next)
        if (node_is(*at, object)) {
            Finalizable *node = *at;
            *at = node->next;
            table->n--;
            return node;
        }
    return NULL;
}

/* node: with its object plain. The one that it replaces, or NULL. */
static void *add(void *p)
{
    Finalizable *node = p;
    Table *table = node->is_block ? &blocks : &objects;
    const void *object = node->object;
    Finalizable *old = unlink_node(table, object);
    if (table->n >= table->n_buckets)
        grow(table);
    put(table, node, object);
    table->n++;
    return old;
}

static void register_node(const Finalizable *as)
{
    Finalizable *node = mem_new(Finalizable);
    *node = *as;
    free(with_lock(add, node));
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
    for (Finalizable *node = ready; node; node = node->next)
        if (node->object == object)
            node->object = NULL;
    return unlink_node(&objects, object);
}

void finalizable_forget(void *object)
{
    free(with_lock(forget, object));
}

/* -- with the world stopped ---------------------------------------------------- */

static void make_ready(Table *table, Finalizable **at)
{
    Finalizable *node = *at;
    *at = node->next;
    table->n--;
    node->next = NULL;
    *ready_end = node;
    ready_end = &node->next;
    __atomic_store_n(&has_ready, true, __ATOMIC_RELEASE);
    __atomic_store_n(&has_news, true, __ATOMIC_RELEASE);
}

static void make_dead_ready(Table *table)
{
    for (size_t i = 0; i < table->n_buckets; i++)
        for (Finalizable **at = &table->buckets[i]; *at;) {
            if (object_is_dead((*at)->object))
                make_ready(table, at);
            else
                at = &(*at)->next;
        }
}

/* All of the dead are found before the first is marked: they may reach each other. */
void finalizables_mark_dead(void)
{
    Finalizable **first = ready_end;
    make_dead_ready(&objects);
    for (Finalizable *node = *first; node; node = node->next)
        mark_reachable(node->object);
}

void finalizables_keep_blocks(void)
{
    Finalizable **first = ready_end;
    make_dead_ready(&blocks);
    for (Finalizable *node = *first; node; node = node->next)
        mark_alone(node->object);
}

void finalizables_mark_ready(void)
{
    for (Finalizable *node = ready; node; node = node->next)
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
    ready = node->next;
    if (!ready)
        ready_end = &ready;
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
    for (size_t i = 0; i < objects.n_buckets; i++)
        while (objects.buckets[i])
            make_ready(&objects, &objects.buckets[i]);
    return NULL;
}

bool finalizable_make_all_ready(void)
{
    bool some;
    with_lock(all_ready, &some);
    return some;
}
