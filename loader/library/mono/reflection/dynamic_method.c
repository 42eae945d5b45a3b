/* dynamic_method.c - System.Reflection.Emit.DynamicMethod, and the builders that it is
 * made with. */
#include <stdlib.h>
#include <string.h>

#include "loader/library/mono/reflection/objects.h"
#include "loader/library/mono/members.h"
#include "loader/library/mono/table.h"
#include "loader/reflect/dynamic.h"
#include "loader/gc/object.h"
#include "loader/vm/array.h"
#include "loader/vm/exception.h"
#include "loader/vm/string.h"
#include "loader/vm/typert.h"
#include "loader/vm/vm.h"

static Type *dynamic_type(void)
{
    return vm.world->known.dynamic_method;
}

Method *reflection_dynamic_method(Object *object)
{
    if (strcmp(object_type(object)->name, "DynamicMethod") ||
        object_type(object) != dynamic_type())
        return NULL;
    return *field_dynamic_method_handle(object);
}

static bool type_get(Object *object, Type **out)
{
    if (!object || !type_castable(object_type(object), vm.world->known.runtime_type))
        return exception_set("System.NotSupportedException",
                             "Only runtime types can be used in dynamic methods.");
    *out = type_of_object(object);
    return true;
}

/* -- what tokens stand for ----------------------------------------------------- */

static DynamicRef ref_of(Object *object)
{
    const KnownTypes *k = &vm.world->known;
    Type *type = object ? object_type(object) : NULL;
    if (!type)
        return (DynamicRef){DYNAMIC_NONE, NULL};
    if (type == k->string)
        return (DynamicRef){DYNAMIC_STRING, object};
    if (type == k->runtime_type)
        return (DynamicRef){DYNAMIC_TYPE, type_of_object(object)};
    if (type == k->runtime_field)
        return (DynamicRef){DYNAMIC_FIELD, reflection_field_of(object)};
    Method *method = reflection_method_of(object);
    return (DynamicRef){method ? DYNAMIC_METHOD : DYNAMIC_NONE, method};
}

static bool refs_read(DynamicCode *code, const Array *refs)
{
    code->n_refs = refs ? refs->length : 0;
    code->refs = dynamic_refs_alloc(code->n_refs);
    for (uint32_t i = 0; code->refs && i < code->n_refs; i++)
        code->refs[i] = ref_of(ARRAY_AT(refs, Object *, i));
    return code->refs;
}

/* -- the body ------------------------------------------------------------------ */

static bool locals_read(DynamicCode *code, Object *generator)
{
    Array *locals = *field_il_generator_locals(generator);
    uint32_t n = locals ? locals->length : 0;
    code->locals = arena_array(&code->memory, Type *, n);
    code->pinned = arena_array(&code->memory, bool, n);
    for (uint32_t i = 0; i < n; i++) {
        Object *local = ARRAY_AT(locals, Object *, i);
        if (!local) /* the array has room to grow */
            break;
        if (!type_get(*field_local_variable_type(local), &code->locals[i]))
            return false;
        code->pinned[i] = *field_local_variable_is_pinned(local);
        code->n_locals++;
    }
    code->body.locals_token = code->n_locals ? 1 : 0;
    return true;
}

static const char *array_item(const Array *array, uint32_t i)
{
    return (const char *)array->data + (size_t)i * array->object.vtable->elem_size;
}

/* The handlers of one try block. A finally block also covers the handlers before it. */
static bool clauses_of_info(DynamicCode *code, const char *info)
{
    Array *blocks = *field_try_block_handlers(info);
    uint32_t try_start = (uint32_t)*field_try_block_start(info);
    uint32_t try_end = try_start + (uint32_t)*field_try_block_size(info);
    for (uint32_t i = 0; blocks && i < blocks->length; i++) {
        const char *block = array_item(blocks, i);
        Object *caught = *field_handler_block_caught(block);
        IlClause *clause = &code->body.clauses[code->body.n_clauses];
        uint32_t start = (uint32_t)*field_handler_block_start(block);
        uint32_t size = (uint32_t)*field_handler_block_size(block);
        if (!size) /* room to grow */
            continue;
        *clause = (IlClause){.kind = (IlClauseKind)*field_handler_block_kind(block),
                             .try_start = try_start,
                             .try_end = try_end,
                             .handler_start = start,
                             .handler_end = start + size};
        if (clause->kind == IL_CLAUSE_FILTER)
            clause->filter_start = (uint32_t)*field_handler_block_filter(block);
        if (clause->kind == IL_CLAUSE_FINALLY || clause->kind == IL_CLAUSE_FAULT)
            clause->try_end = start;
        Type *type = NULL;
        if (clause->kind == IL_CLAUSE_CATCH) {
            if (!type_get(caught, &type) ||
                !dynamic_add_type(code, type, &clause->token))
                return false;
        }
        code->body.n_clauses++;
    }
    return true;
}

/* The generator opens outer blocks first; inner clauses come first in a body. */
static bool clauses_read(DynamicCode *code, Object *generator)
{
    Array *infos = *field_il_generator_blocks(generator);
    if (!infos)
        return true;
    uint32_t room = 0;
    for (uint32_t i = 0; i < infos->length; i++) {
        Array *blocks = *field_try_block_handlers(array_item(infos, i));
        room += blocks ? blocks->length : 0;
    }
    code->body.clauses = arena_array(&code->memory, IlClause, room);
    for (uint32_t i = infos->length; i-- > 0;)
        if (!clauses_of_info(code, array_item(infos, i)))
            return false;
    return true;
}

static bool body_read(DynamicCode *code, Object *dynamic)
{
    Object *generator = *field_dynamic_method_generator(dynamic);
    Array *bytes = *field_il_generator_code(generator);
    uint32_t size = (uint32_t)*field_il_generator_code_size(generator);
    uint8_t *copy = arena_copy(&code->memory, bytes->data, size);
    code->body.code = code->body.raw = (Bytes){copy, size};
    code->body.max_stack = (uint32_t)*field_il_generator_max_stack(generator);
    code->body.init_locals = *field_dynamic_method_init_locals(dynamic);
    return refs_read(code, *field_dynamic_method_refs(dynamic)) &&
           locals_read(code, generator) && clauses_read(code, generator);
}

/* -- the method ---------------------------------------------------------------- */

static MethodSig *sig_read(Object *dynamic, Arena *memory)
{
    Array *types = *field_dynamic_method_parameters(dynamic);
    Object *ret = *field_dynamic_method_ret(dynamic);
    MethodSig *sig = arena_new(memory, MethodSig);
    sig->n_params = types ? (uint16_t)types->length : 0;
    sig->params = arena_array(memory, Type *, sig->n_params);
    sig->sentinel = -1;
    sig->ret = vm.world->known.void_;
    if (ret && !type_get(ret, &sig->ret))
        return NULL;
    for (uint32_t i = 0; i < sig->n_params; i++)
        if (!type_get(ARRAY_AT(types, Object *, i), &sig->params[i]))
            return NULL;
    return sig;
}

static void create(Object *dynamic)
{
    if (*field_dynamic_method_handle(dynamic))
        return;
    DynamicMethod *made =
        dynamic_new(string_to_utf8(*field_dynamic_method_name(dynamic)));
    MethodSig *sig = made ? sig_read(dynamic, &made->code.memory) : NULL;
    if (!sig)
        return;
    dynamic_set_signature(made, sig);
    /* Before its references are read: it may call itself. */
    *field_dynamic_method_handle(dynamic) = &made->method;
    if (!body_read(&made->code, dynamic))
        *field_dynamic_method_handle(dynamic) = NULL;
}

const IcallRow icalls_dynamic_method[] = {
    ICALL("create_dynamic_method", NULL, create),
    ICALLS_END,
};

static void nothing(void)
{
}

/* The assembly that hosts anonymous methods is made of builders, too; it stays empty.
 */
static void assembly_init(Object *builder)
{
    char *name = string_to_utf8(*field_assembly_builder_name(builder));
    if (!name || strcmp(name, "Anonymously Hosted DynamicMethods Assembly"))
        exception_set("System.PlatformNotSupportedException",
                      "Types can't be built at run time (System.Reflection.Emit).");
    free(name);
}

/* The one type that every module builder makes, for the runtime's own use. */
static Object *create_class(void)
{
    return reflection_type(assembly_type(vm.world->corlib, 1));
}

const IcallRow icalls_type_builder[] = {
    ICALL("create_runtime_class", NULL, create_class),
    ICALLS_END,
};

const IcallRow icalls_assembly_builder[] = {
    ICALL("basic_init", NULL, assembly_init),
    ICALL("UpdateNativeCustomAttributes", NULL, nothing),
    ICALLS_END,
};

const IcallRow icalls_module_builder[] = {
    ICALL("basic_init", NULL, nothing),
    ICALL("set_wrappers_type", NULL, nothing),
    ICALLS_END,
};
