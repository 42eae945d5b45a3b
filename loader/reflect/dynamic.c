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

static void dynamic_free(void *block)
{
    DynamicMethod *made = block;
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
