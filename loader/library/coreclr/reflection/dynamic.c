/* dynamic.c - System.Reflection.Emit.DynamicMethod.
 *
 * Managed code gives a name, a signature and a DynamicResolver, which is asked for the
 * rest when the method is first run: for the code, whose tokens are numbers in a list
 * of its own, for what each token is, and for clauses and local variables. The code
 * gets our numbers in their place (common/types/types.h: DynamicCode).
 *
 * The method is kept by its handle's m_keepalive, which no managed code looks at, and
 * keeps its resolver. So nothing is left to be freed by the resolver's finalizer, which
 * would hand the method's bare address to one more object: it never runs.
 */
#include "loader/library/coreclr/reflection/dynamic.h"

#include <string.h>

#include "common/base/mem.h"
#include "loader/exec/invoke.h"
#include "loader/gc/gc.h"
#include "loader/library/coreclr/core/type_handle.h"
#include "loader/library/coreclr/members.h"
#include "loader/library/coreclr/reflection/objects.h"
#include "loader/library/coreclr/table.h"
#include "loader/reflect/dynamic.h"
#include "loader/reflect/reflect.h"
#include "loader/vm/array.h"
#include "loader/vm/exception.h"
#include "loader/vm/monitor.h"
#include "loader/vm/vm.h"

static DynamicMethod *dynamic_of(Method *method)
{
    return method_dynamic(method) ? (DynamicMethod *)method : NULL;
}

Object *dynamic_resolver(Method *method)
{
    const DynamicMethod *made = dynamic_of(method);
    return made ? made->source : NULL;
}

static Bytes bytes_of(const Array *array)
{
    return array ? (Bytes){array->data, array->length} : (Bytes){NULL, 0};
}

/* An array or a string that the resolver gives; NULL: none, or pending. */
static void *ask(Method *question, Object *resolver, const int32_t *numbers)
{
    Object *answer[2] = {NULL, NULL};
    void *args[] = {&resolver, (void *)&numbers[0], (void *)&numbers[1]};
    return method_invoke(question, args, answer) ? answer[0] : NULL;
}

/* -- tokens -------------------------------------------------------------------- */

static bool set_method(DynamicRef *ref, Method *method, void *context)
{
    Err err = ERR_INIT;
    Type *type = context ? type_of_handle(context) : NULL;
    if (type && type != method->type && type->def == method->type->def &&
        !method->n_args && !(method = method_on_type(method->def, type, &err)))
        return exception_set_err(&err);
    *ref = (DynamicRef){DYNAMIC_METHOD, method};
    return true;
}

static bool set_field(DynamicRef *ref, Field *field, void *context)
{
    Type *type = context ? type_of_handle(context) : NULL;
    if (type && !reflection_load(type, LEVEL_LAYOUT))
        return false;
    for (uint32_t i = 0; type && type != field->owner && i < type->n_fields; i++)
        if (type->def == field->owner->def && type->fields[i].token == field->token)
            field = &type->fields[i];
    *ref = (DynamicRef){DYNAMIC_FIELD, field};
    return reflection_load(field->owner, LEVEL_LAYOUT);
}

/* as_it_is: a generic definition, for ldtoken; code that uses one means its parameters.
 */
static bool resolve(Object *resolver, uint32_t token, bool as_it_is, DynamicRef *ref)
{
    void *type = NULL, *method = NULL, *field = NULL;
    void *at[] = {&type, &method, &field};
    uint64_t nothing[2];
    void *args[] = {&resolver, &token, &at[0], &at[1], &at[2]};
    if (!method_invoke(method_dynamic_resolver_token(), args, nothing))
        return false;
    if (method)
        return set_method(ref, method, type);
    if (field)
        return set_field(ref, field, type);
    Type *meant = type ? type_of_handle(type) : NULL;
    if (meant && !as_it_is && !(meant = reflection_over_itself(meant)))
        return false;
    *ref = (DynamicRef){meant ? DYNAMIC_TYPE : DYNAMIC_NONE, meant};
    return true;
}

static bool resolve_signature(Object *resolver, uint32_t token, DynamicCode *code,
                              DynamicRef *ref)
{
    int32_t numbers[] = {(int32_t)token, 0};
    Array *blob = ask(method_dynamic_resolver_signature(), resolver, numbers);
    if (!blob)
        return !exception_pending();
    *ref = (DynamicRef){DYNAMIC_SIGNATURE,
                        dynamic_sig_method(bytes_of(blob), &code->memory)};
    return ref->item;
}

static bool resolve_string(Object *resolver, uint32_t token, DynamicRef *ref)
{
    int32_t numbers[] = {(int32_t)token, 0};
    String *text = ask(method_dynamic_resolver_string(), resolver, numbers);
    *ref = (DynamicRef){text ? DYNAMIC_STRING : DYNAMIC_NONE, text};
    return !exception_pending();
}

static bool resolve_for(Object *resolver, const IlInsn *insn, DynamicCode *code,
                        DynamicRef *ref)
{
    switch (insn->op) {
    case CIL_LDSTR:
        return resolve_string(resolver, insn->u.token, ref);
    case CIL_CALLI:
        return resolve_signature(resolver, insn->u.token, code, ref);
    default:
        return resolve(resolver, insn->u.token, insn->op == CIL_LDTOKEN, ref);
    }
}

static uint32_t count_tokens(Bytes code)
{
    uint32_t n = 0;
    IlInsn insn;
    for (uint32_t at = 0; il_decode(code, at, &insn); at = insn.next)
        n += il_operand(insn.op) == IL_TOKEN;
    return n;
}

/* Puts our tokens into bytes, a copy of the code. */
static bool read_tokens(Object *resolver, DynamicCode *code, uint8_t *bytes)
{
    IlInsn insn;
    Bytes il = code->body.code;
    DynamicRef *refs = dynamic_refs_alloc(count_tokens(il));
    if (!refs)
        return false;
    code->refs = refs;
    for (uint32_t at = 0; il_decode(il, at, &insn); at = insn.next) {
        if (il_operand(insn.op) != IL_TOKEN)
            continue;
        if (!resolve_for(resolver, &insn, code, &refs[code->n_refs]))
            return false;
        uint32_t token = ++code->n_refs;
        memcpy(bytes + insn.next - sizeof token, &token, sizeof token);
    }
    return true;
}

/* -- clauses ------------------------------------------------------------------- */

typedef struct RawClause { /* CORINFO_EH_CLAUSE */
    uint32_t flags, try_start, try_size, start, size, token_or_filter;
} RawClause;

static bool add_clause(Object *resolver, DynamicCode *code, const RawClause *eh)
{
    IlClause *clause = &code->body.clauses[code->body.n_clauses++];
    uint64_t size = code->body.code.size;
    DynamicRef caught = {DYNAMIC_NONE, NULL};
    *clause = (IlClause){.kind = (IlClauseKind)(eh->flags & 7),
                         .try_start = eh->try_start,
                         .try_end = eh->try_start + eh->try_size,
                         .handler_start = eh->start,
                         .handler_end = eh->start + eh->size};
    if ((uint64_t)eh->try_start + eh->try_size > size ||
        (uint64_t)eh->start + eh->size > size ||
        (clause->kind == IL_CLAUSE_FILTER && eh->token_or_filter >= size))
        return exception_set("System.InvalidProgramException", NULL);
    if (clause->kind == IL_CLAUSE_FILTER)
        clause->filter_start = eh->token_or_filter;
    if (clause->kind != IL_CLAUSE_CATCH)
        return true;
    if (!resolve(resolver, eh->token_or_filter, false, &caught))
        return false;
    if (caught.kind != DYNAMIC_TYPE)
        return exception_set("System.InvalidProgramException", NULL);
    return dynamic_add_type(code, caught.item, &clause->token);
}

/* Of a section of a method's body (II.25.4.5), which DynamicILInfo was given. */
static RawClause clause_at(Bytes section, uint32_t i)
{
    enum { FAT = 0x40, HEADER = 4, FAT_SIZE = 24, SMALL_SIZE = 12 };
    RawClause eh = {0};
    bool fat = section.data[0] & FAT;
    size_t at = HEADER + (size_t)i * (fat ? FAT_SIZE : SMALL_SIZE);
    if (at + (fat ? FAT_SIZE : SMALL_SIZE) > section.size)
        return (RawClause){.try_size = UINT32_MAX, .try_start = UINT32_MAX};
    if (fat) {
        memcpy(&eh, section.data + at, sizeof eh);
        return eh;
    }
    Cursor c = cursor_open((Bytes){section.data + at, SMALL_SIZE});
    eh.flags = cursor_u16(&c);
    eh.try_start = cursor_u16(&c);
    eh.try_size = cursor_u8(&c);
    eh.start = cursor_u16(&c);
    eh.size = cursor_u8(&c);
    eh.token_or_filter = cursor_u32(&c);
    return eh;
}

static bool read_clauses(Object *resolver, DynamicCode *code, int32_t n)
{
    int32_t none[2] = {0, 0};
    Array *raw = ask(method_dynamic_resolver_raw_clauses(), resolver, none);
    if (exception_pending())
        return false;
    code->body.clauses = arena_array(&code->memory, IlClause, (size_t)n + 1);
    for (int32_t i = 0; i < n; i++) {
        RawClause eh = {0}, *at = &eh;
        uint64_t nothing[2];
        void *args[] = {&resolver, &i, &at};
        if (raw && raw->length)
            eh = clause_at(bytes_of(raw), (uint32_t)i);
        else if (!method_invoke(method_dynamic_resolver_clause(), args, nothing))
            return false;
        if (!add_clause(resolver, code, &eh))
            return false;
    }
    return true;
}

/* -- the body ------------------------------------------------------------------ */

static bool read_body(DynamicCode *code, Object *resolver)
{
    int32_t max_stack = 0, init_locals = 0, n_clauses = 0, none[2] = {0, 0};
    void *at[] = {&max_stack, &init_locals, &n_clauses};
    void *args[] = {&resolver, &at[0], &at[1], &at[2]};
    Array *il[2] = {NULL, NULL};
    if (!method_invoke(method_dynamic_resolver_code(), args, il))
        return false;
    if (!il[0] || n_clauses < 0)
        return exception_set("System.InvalidProgramException", NULL);
    Array *locals = ask(method_dynamic_resolver_locals(), resolver, none);
    if (exception_pending())
        return false;
    uint8_t *bytes = arena_copy(&code->memory, il[0]->data, il[0]->length);
    code->n_refs = 0;
    code->body =
        (IlBody){.max_stack = (uint32_t)max_stack, .init_locals = init_locals != 0};
    code->body.code = code->body.raw = (Bytes){bytes, il[0]->length};
    return (!locals || !locals->length || dynamic_sig_locals(bytes_of(locals), code)) &&
           read_tokens(resolver, code, bytes) &&
           read_clauses(resolver, code, n_clauses);
}

/* By one thread, once. */
static bool read_method(Method *method)
{
    DynamicMethod *made = dynamic_of(method);
    Object *resolver = made->source;
    if (!monitor_enter(resolver))
        return false;
    bool ok = !made->code.read || read_body(&made->code, resolver);
    if (ok)
        made->code.read = NULL;
    Object *pending = exception_take();
    monitor_exit(resolver);
    return pending ? exception_set_object(pending) : ok;
}

static void make(Object **keep, Assembly *module, const char *name, const uint8_t *sig,
                 int32_t size, Object **resolver, Object **result)
{
    (void)keep;
    DynamicMethod *made = dynamic_new(mem_strdup(name));
    if (!made)
        return;
    MethodSig *types =
        dynamic_sig_method((Bytes){sig, (size_t)size}, &made->code.memory);
    if (!types)
        return;
    made->source = *resolver;
    gc_suppress_finalizer(*resolver);
    made->code.read = read_method;
    made->code.host = module;
    dynamic_set_signature(made, types);
    Object *stub = method_stub_object(&made->method);
    if (!stub)
        return;
    field_method_token_object_keepalive_set(stub, (Object *)made);
    *result = stub;
}

static void destroy(Method *method)
{
    (void)method; /* it is garbage when nothing names it */
}

const QcallRow qcalls_dynamic[] = {
    QCALL(ModuleHandle_GetDynamicMethod, make),
    QCALL(RuntimeMethodHandle_Destroy, destroy),
    QCALLS_END,
};
