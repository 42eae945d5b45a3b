/* dynamic.c - methods that are made at run time: a Method in a scope of its own, whose
 * tokens are the objects that its maker has collected. It is interpreted.
 *
 * It is freed as garbage is: Method, scope, MethodRt and tokens lie in one block of the
 * collector and what hangs on it. The managed object and delegates point into the
 * block, as do a thread's stack while the method is called or runs (MethodRt, then the
 * prepared code), tokens of other such methods, and the traces of exceptions. What was
 * allocated elsewhere goes when the block has been found to be garbage. */
#include "loader/reflect/dynamic.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/hash.h"
#include "common/base/lock.h"
#include "common/base/mem.h"
#include "loader/gc/gc.h"
#include "loader/exec/method.h"
#include "loader/vm/exception.h"
#include "loader/vm/vm.h"

DynamicRef *dynamic_refs_alloc(size_t n)
{
    DynamicRef *refs = gc_alloc((n + 1) * sizeof *refs);
    if (!refs)
        exception_set_object(vm.out_of_memory);
    return refs;
}

bool dynamic_add_type(DynamicCode *code, Type *type, uint32_t *token)
{
    DynamicRef *more = dynamic_refs_alloc(code->n_refs + 1);
    if (!more)
        return false;
    memcpy(more, code->refs, code->n_refs * sizeof *more);
    more[code->n_refs] = (DynamicRef){DYNAMIC_TYPE, type};
    code->refs = more;
    *token = ++code->n_refs;
    return true;
}

static void scope_make(DynamicMethod *made)
{
    Assembly *corlib = vm.world->corlib;
    Type *global = assembly_type(corlib, 1); /* <Module> */
    made->assembly = *corlib;
    made->assembly.name = "dynamic method";
    made->assembly.rt = NULL;
    made->assembly.dynamic = &made->code;
    made->type = *global;
    made->type.def = &made->type;
    made->type.assembly = &made->assembly;
    made->type.rt = NULL;
    made->type.token = 0;
    made->type.name = "DynamicClass";
    made->type.n_methods = made->type.n_fields = 0;
    made->type.bits &= ~(uint32_t)TYPE_BIT_CCTOR;
}

/* -- which of them are alive ------------------------------------------------------- */

enum { BUCKETS = 1024 };

typedef struct Alive {
    DynamicMethod *made; /* does not keep it */
    struct Alive *next;
} Alive;

static Lock lock = LOCK_INIT(LOCK_LEAF);
static Alive *buckets[BUCKETS];

static Alive **bucket_of(const void *made)
{
    return &buckets[hash_ptr(made) % BUCKETS];
}

static void alive_add(DynamicMethod *made)
{
    Alive *entry = mem_new(Alive), **bucket = bucket_of(made);
    lock_acquire(&lock);
    *entry = (Alive){made, *bucket};
    *bucket = entry;
    lock_release(&lock);
}

static void alive_remove(const DynamicMethod *made)
{
    lock_acquire(&lock);
    Alive **at = bucket_of(made);
    while ((*at)->made != made)
        at = &(*at)->next;
    Alive *entry = *at;
    *at = entry->next;
    lock_release(&lock);
    free(entry);
}

DynamicMethod *dynamic_alive(const Method *method)
{
    lock_acquire(&lock);
    const Alive *entry = *bucket_of(method);
    while (entry && &entry->made->method != method)
        entry = entry->next;
    lock_release(&lock);
    return entry ? entry->made : NULL;
}

/* -- making and freeing ------------------------------------------------------------ */

static void dynamic_free(void *block)
{
    DynamicMethod *made = block;
    alive_remove(made);
    method_rt_release(&made->rt);
    arena_free(&made->code.memory);
    arena_free(&made->code.convention_memory);
    free(made->name);
}

DynamicMethod *dynamic_new(char *name)
{
    DynamicMethod *made = NULL;
    if (reflection_load(assembly_type(vm.world->corlib, 1), LEVEL_READY) &&
        !(made = gc_alloc(sizeof *made)))
        exception_set_object(vm.out_of_memory);
    if (!made) {
        free(name);
        return NULL;
    }
    alive_add(made);
    gc_register_block(made, dynamic_free);
    made->name = name;
    scope_make(made);
    return made;
}

void dynamic_set_signature(DynamicMethod *made, MethodSig *sig)
{
    made->method = (Method){.type = &made->type,
                            .def = &made->method,
                            .flags = METHOD_PUBLIC | METHOD_STATIC,
                            .slot = -1,
                            .name = made->name ? made->name : "",
                            .rt = &made->rt,
                            .sig = sig};
    made->rt.method = &made->method;
}
