/* synth.c - methods without IL whose bodies the importer makes up; see synth.h.
 *
 * A descriptor is a copy of its subject's with another kind, found again by (kind,
 * subject) in world->synths. Its body is imported like any other, but the operations
 * are emitted here and not by the handlers of IL: arguments are variables 0, 1, ... and
 * the method is one block, or three where a loop is. What it calls, it calls by the
 * importer's own functions, so contexts, virtual slots and tail calls are settled as in
 * IL. For example SYNTH_UNBOX of `int Point.Sum(int)`, called through an interface:
 *
 *   v0 the box, v1 the int
 *   v2 = lea v0 + 16          the value in the box
 *   v3 = call Point.Sum(v2, v1)
 *   retv v3
 */
#include "common/ir/synth.h"

#include <string.h>

#include "common/base/hash.h"
#include "common/base/lock.h"
#include "common/ir/import.h"

/* -- descriptors ----------------------------------------------------------------- */

typedef struct SynthMethod {
    Method method; /* first: a Method * of this kind is a SynthMethod * */
    Method *subject;
} SynthMethod;

typedef struct SynthKey {
    SynthKind kind;
    Method *subject;
} SynthKey;

static bool synth_equal(const void *value, const void *key)
{
    const SynthMethod *synth = value;
    const SynthKey *wanted = key;
    return synth->method.synth == wanted->kind && synth->subject == wanted->subject;
}

static SynthMethod *synth_make(SynthKind kind, Method *subject, MethodSig *sig)
{
    SynthMethod *synth = arena_new(&subject->type->world->perm, SynthMethod);
    synth->subject = subject;
    synth->method = *subject;
    synth->method.synth = (uint8_t)kind;
    synth->method.def = &synth->method;
    synth->method.n_args = 0;
    synth->method.args = NULL;
    synth->method.token = 0;
    synth->method.slot = -1;
    synth->method.sig = sig;
    synth->method.rt = NULL;
    synth->method.flags &=
        (uint16_t) ~(METHOD_VIRTUAL | METHOD_ABSTRACT | METHOD_PINVOKE);
    synth->method.impl_flags = 0;
    return synth;
}

/* A context argument that the method of that kind takes, too, is a parameter of it. */
static MethodSig *synth_sig(SynthKind kind, Method *subject, MethodSig *sig)
{
    World *world = subject->type->world;
    if (kind != SYNTH_VIRTUAL || method_context_kind(subject) != CONTEXT_METHOD)
        return sig;
    MethodSig *longer = arena_copy(&world->perm, sig, sizeof *sig);
    sig_add_param(world, longer, world->known.i);
    return longer;
}

Method *synth_method(SynthKind kind, Method *subject, Err *err)
{
    World *world = subject->type->world;
    MethodSig *sig = method_sig(subject, err);
    if (!sig)
        return NULL;
    SynthKey key = {kind, subject};
    uint64_t hash = hash_mix(hash_ptr(subject), kind);
    lock_acquire(&world->lock);
    SynthMethod *synth = map_get(&world->synths, hash, synth_equal, &key);
    if (!synth) {
        synth = synth_make(kind, subject, synth_sig(kind, subject, sig));
        map_put(&world->synths, hash, synth);
    }
    lock_release(&world->lock);
    return &synth->method;
}

Method *synth_subject(const Method *synth)
{
    return synth->synth >= SYNTH_DELEGATE_STATIC ? ((const SynthMethod *)synth)->subject
                                                 : (Method *)synth;
}

const Method *synth_base(const Method *method)
{
    while (method->synth >= SYNTH_DELEGATE_STATIC)
        method = synth_subject(method);
    return method;
}

Method *synth_shared(Method *method)
{
    Err ignored = ERR_INIT;
    if (method->synth != SYNTH_DELEGATE_STATIC &&
        method->synth != SYNTH_DELEGATE_MULTICAST)
        return method;
    Method *shared =
        synth_method(method->synth, method_canonical(synth_subject(method)), &ignored);
    return shared ? shared : method;
}

static bool synth_is_delegate_runtime(const Method *method)
{
    return (method->type->bits & TYPE_BIT_DELEGATE) && !method->synth &&
           (method->impl_flags & IMPL_CODE_TYPE_MASK) == IMPL_RUNTIME &&
           strcmp(method->name, ".ctor");
}

bool synth_is(const Method *method)
{
    return method->synth || synth_is_delegate_runtime(method);
}

/* -- bodies ---------------------------------------------------------------------- */

static void synth_push_args(Importer *im, uint32_t first)
{
    for (uint32_t i = first; i < im->n_args; i++) {
        const IrVar *var = &im->vars.at[i];
        Slot *slot = import_push(im, var->kind, var->type, i);
        slot->fits = var->kind == IR_I4 && var->type ? import_fits_of(var->type) : 0;
    }
}

static void synth_return(Importer *im)
{
    uint32_t var = im->depth ? im->stack[--im->depth].var : IR_NONE;
    import_return(im, var);
    import_end_block(im);
}

static CallArgs synth_args(Importer *im, uint32_t first)
{
    CallArgs args = {.n = im->n_args - first};
    args.vars = arena_array(im->arena, uint32_t, args.n + 1);
    args.slots = arena_array(im->scratch, Slot, args.n + 1);
    for (uint32_t i = 0; i < args.n; i++) {
        args.vars[i] = first + i;
        args.slots[i] =
            (Slot){.var = first + i, .kind = (uint8_t)im->vars.at[first + i].kind};
    }
    return args;
}

static bool synth_delegate_invoke(Importer *im)
{
    CallArgs args = synth_args(im, 0);
    if (strcmp(im->method->name, "Invoke"))
        return err_set(&im->soft, ERR_UNSUPPORTED, "%s of delegates", im->method->name);
    if (!import_invoke_delegate(im, im->sig, &args))
        return false;
    synth_return(im);
    return true;
}

static bool synth_delegate_static(Importer *im)
{
    Field *code = import_member(im, MEMBER_delegate_code);
    if (!code)
        return false;
    CallArgs args = synth_args(im, 1);
    uint32_t fn = import_temp(im, IR_I8, NULL);
    import_load(im, fn, 0, code->offset, im->world->known.i)->field = code;
    IrCall *call = import_new_call(im, IRK_POINTER, NULL, im->sig);
    call->n_args = args.n;
    call->args = args.vars;
    call->fn = fn;
    if (!import_emit_call(im, call, im->sig->ret))
        return false;
    synth_return(im);
    return true;
}

/* i = 0; do { r = list[i](args...); i++; } while (i < n); return r; n: the list's
 * length, or a field of its own. */
static bool synth_delegate_multicast(Importer *im)
{
    Field *list = import_member(im, MEMBER_delegate_list), *count = NULL;
    IrKind kind;
    bool counted = im->world->library->members->members[MEMBER_delegate_count].name;
    if (!list || (counted && !(count = import_member(im, MEMBER_delegate_count))) ||
        !import_kind(im, im->sig->ret, &kind))
        return false;
    uint32_t array = import_temp(im, IR_REF, list->type),
             at = import_temp(im, IR_I8, NULL);
    uint32_t length = import_temp(im, IR_I8, NULL), one = import_temp(im, IR_I8, NULL);
    uint32_t result = kind == IR_VOID ? IR_NONE : import_temp(im, kind, im->sig->ret);
    import_load(im, array, 0, list->offset, list->type)->field = list;
    if (counted)
        import_load(im, length, 0, count->offset, im->world->known.i)->field = count;
    else
        import_emit(im, IR_LDLEN, length, array, IR_NONE);
    import_emit(im, IR_CONST_I8, one, IR_NONE, IR_NONE)->imm = 1;
    import_emit(im, IR_CONST_I8, at, IR_NONE, IR_NONE);
    uint32_t loop = import_new_block(im), done = import_new_block(im);
    import_jump(im, loop);
    import_begin_block(im, loop);
    CallArgs args = synth_args(im, 0);
    args.vars[0] = import_temp(im, IR_REF, im->method->type);
    IrInsn *load = import_emit(im, IR_LDELEM, args.vars[0], array, at);
    load->mk = IRM_REF;
    load->imm = 8;
    load->type = list->type->elem ? list->type->elem : im->world->known.object;
    if (!import_invoke_delegate(im, im->sig, &args))
        return false;
    if (result != IR_NONE)
        import_emit(im, IR_MOV, result, im->stack[--im->depth].var, IR_NONE);
    import_emit(im, IR_ADD_I8, at, at, one);
    IrInsn *branch = import_emit(im, IR_BR_I8, IR_NONE, at, length);
    branch->mk = IRC_LT;
    branch->target[0] = loop;
    branch->target[1] = done;
    import_end_block(im);
    import_begin_block(im, done);
    import_emit(im, result == IR_NONE ? IR_RET : IR_RETV, IR_NONE, result, IR_NONE);
    import_end_block(im);
    im->has_loops = true;
    return true;
}

/* Calls the subject with this method's arguments and the context that it wants. */
static bool synth_forward(Importer *im, CallArgs *args)
{
    Method *subject = synth_subject(im->method);
    MethodOperand operand = {.method = subject, .sig = im->sig};
    if (!import_direct_call(im, &operand, args, false))
        return false;
    synth_return(im);
    return true;
}

static bool synth_unbox(Importer *im)
{
    CallArgs args = synth_args(im, 0);
    uint32_t address = import_temp(im, IR_BYREF, NULL);
    import_emit(im, IR_LEA, address, 0, IR_NONE)->imm = OBJECT_HEADER_SIZE;
    args.vars[0] = address;
    return synth_forward(im, &args);
}

static bool synth_instantiate(Importer *im)
{
    CallArgs args = synth_args(im, 0);
    return synth_forward(im, &args);
}

static bool synth_dispatch(Importer *im)
{
    CallArgs args = synth_args(im, 0);
    MethodOperand operand = {.method = synth_subject(im->method), .sig = im->sig};
    if (!import_virtual_call(im, &operand, &args))
        return false;
    synth_return(im);
    return true;
}

/* The context of a generic method, which comes last, is its exact declaration. */
static bool synth_virtual(Importer *im)
{
    CallArgs args = synth_args(im, 0);
    Method *subject = synth_subject(im->method);
    MethodOperand operand = {.method = subject, .sig = method_sig(subject, &im->soft)};
    if (!operand.sig)
        return false;
    bool context = args.n > operand.sig->n_params + 1u;
    if (!(context ? import_found_call(im, &operand, &args, args.vars[--args.n])
                  : import_virtual_call(im, &operand, &args)))
        return false;
    synth_return(im);
    return true;
}

/* Get, Set and Address of an array as methods of their own (for delegates, reflection).
 */
static bool synth_array(Importer *im)
{
    MethodOperand operand = {.method = im->method, .sig = im->sig};
    if (im->method->synth <= SYNTH_ARRAY_CTOR_LB)
        return err_set(&im->soft, ERR_UNSUPPORTED, "constructor of an array");
    synth_push_args(im, 0);
    if (!import_array_method(im, &operand))
        return false;
    synth_return(im);
    return true;
}

/* What only passes a call on takes no part of the stack, so that tail calls through it
 * do not either. */
static bool synth_body(Importer *im)
{
    im->tail = im->method->synth != SYNTH_DELEGATE_MULTICAST;
    switch ((SynthKind)im->method->synth) {
    case SYNTH_NONE:
    case SYNTH_DELEGATE_INVOKE:
        return synth_delegate_invoke(im);
    case SYNTH_DELEGATE_STATIC:
        return synth_delegate_static(im);
    case SYNTH_DELEGATE_MULTICAST:
        return synth_delegate_multicast(im);
    case SYNTH_UNBOX:
        return synth_unbox(im);
    case SYNTH_INSTANTIATE:
        return synth_instantiate(im);
    case SYNTH_DISPATCH:
        return synth_dispatch(im);
    case SYNTH_VIRTUAL:
        return synth_virtual(im);
    case SYNTH_ARRAY_CTOR:
    case SYNTH_ARRAY_CTOR_LB:
    case SYNTH_ARRAY_GET:
    case SYNTH_ARRAY_SET:
    case SYNTH_ARRAY_ADDRESS:
        return synth_array(im);
    }
    return false;
}

bool synth_import(Importer *im)
{
    im->shared = false;
    im->ctx_local = im->ctx_arg = im->sync_local = im->ret_local = IR_NONE;
    if (!import_arguments(im))
        return false;
    im->max_depth = im->n_args + 2;
    im->stack = arena_array(im->scratch, Slot, im->max_depth + 1);
    *vec_push(&im->parts) = (Part){.kind = IRP_METHOD, .try_part = IR_NONE};
    *vec_push(&im->blocks) = (Block){.il = IR_NONE, .seen = true};
    import_begin_block(im, 0);
    if (synth_body(im))
        return true;
    if (im->err->kind != ERR_NONE)
        return false;
    import_throw_soft(im);
    import_end_block(im);
    return true;
}
