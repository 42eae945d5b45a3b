/* cctor.c - static constructors: once, in the right thread, without deadlock (ECMA-335
 * II.10.5.3.3). */

#include "common/base/arena.h"
#include "common/base/lock.h"
#include "loader/vm/exception.h"
#include "loader/vm/methods.h"
#include "loader/gc/object.h"
#include "loader/vm/thread.h"
#include "loader/vm/typert.h"

static Lock lock = LOCK_INIT(LOCK_WAIT);
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

/* Would waiting for type's .cctor close a cycle of waiting threads? */
static bool cctor_would_deadlock(Type *type, const Thread *self)
{
    while (type) {
        const Thread *runner = type_rt(type)->cctor_thread;
        if (!runner)
            return false;
        if (runner == self)
            return true;
        type = runner->cctor_wait;
    }
    return false;
}

static void cctor_set_state(TypeRt *rt, CctorState state)
{
    lock_acquire(&lock);
    rt->cctor_thread = NULL;
    __atomic_store_n(&rt->cctor_state, (uint8_t)state, __ATOMIC_RELEASE);
    pthread_cond_broadcast(&changed);
    lock_release(&lock);
}

static bool cctor_fail(Type *type, Object *cause)
{
    TypeRt *rt = type_rt(type);
    Arena scratch = ARENA_INIT;
    /* The name as mono gives it: without enclosing types and arguments. */
    const char *space = type->name_space;
    const char *name = space && *space
                           ? arena_printf(&scratch, "%s.%s", space, type->name)
                           : type->name;
    rt->cctor_exception =
        exception_new_inner("System.TypeInitializationException", name, cause);
    arena_free(&scratch);
    if (!rt->cctor_exception)
        rt->cctor_exception = exception_take();
    cctor_set_state(rt, CCTOR_FAILED);
    return exception_set_object(rt->cctor_exception);
}

static bool cctor_run(Type *type)
{
    uint64_t result[2];
    bool ok = type_reach(type, LEVEL_READY);
    if (ok && type->cctor)
        ok = vm_methods->invoke(type->cctor, NULL, result);
    if (!ok)
        return cctor_fail(type, exception_take());
    cctor_set_state(type_rt(type), CCTOR_DONE);
    return true;
}

/* True: the caller has to run it. Else *ok says whether the type can be used. */
static bool cctor_claim(Type *type, bool *ok)
{
    TypeRt *rt = type_rt(type);
    Thread *self = thread_self();
    bool claimed = false;
    *ok = true;
    lock_acquire(&lock);
    for (;;) {
        if (rt->cctor_state == CCTOR_NEEDED) {
            rt->cctor_thread = self;
            __atomic_store_n(&rt->cctor_state, CCTOR_RUNNING, __ATOMIC_RELEASE);
            claimed = true;
            break;
        }
        if (rt->cctor_state != CCTOR_RUNNING) {
            *ok = rt->cctor_state == CCTOR_DONE;
            break;
        }
        if (cctor_would_deadlock(type, self))
            break;
        self->cctor_wait = type;
        lock_wait(&lock, &changed, NULL);
        self->cctor_wait = NULL;
    }
    lock_release(&lock);
    return claimed;
}

bool type_init(Type *type)
{
    TypeRt *rt = type_rt(type);
    if (__builtin_expect(
            __atomic_load_n(&rt->cctor_state, __ATOMIC_ACQUIRE) == CCTOR_DONE, 1))
        return true;
    Type *initializer = assembly_initializer(type->assembly);
    if (initializer && initializer != type && !type_init(initializer))
        return false;
    bool ok;
    if (cctor_claim(type, &ok))
        return cctor_run(type);
    return ok || exception_set_object(rt->cctor_exception);
}
