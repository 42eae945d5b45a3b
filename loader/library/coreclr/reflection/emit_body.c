/* emit_body.c - System.Reflection.Emit: code of methods, in the form of ECMA-335
 * II.25.4, and data of fields. */
#include "common/metadata/sig.h"
#include "loader/library/coreclr/reflection/emit.h"
#include "loader/library/coreclr/table.h"
#include "loader/vm/exception.h"

/* System.Reflection.Emit.ExceptionHandler. */
typedef struct Handler {
    int32_t type_token, try_start, try_end, filter, start, end, kind;
} Handler;

enum {
    HEADER_FAT = 0x3003,
    HEADER_INIT_LOCALS = 0x10,
    HEADER_MORE_SECTIONS = 0x8,
    SECTION_EH_FAT = 0x41,
    SECTION_HEADER = 4,
    CLAUSE = 24,
    MAX_CLAUSES = (0xffffff - SECTION_HEADER) / CLAUSE,
    KIND_FILTER = 1,
    KIND_FINALLY = 2,
};

typedef struct Body {
    const uint8_t *code;
    int32_t size;
    uint32_t locals; /* token */
    int32_t init_locals, max_stack;
    const Handler *handlers;
    int32_t n_handlers;
} Body;

static void put_clause(Buffer *out, const Handler *h)
{
    buffer_u32(out, (uint32_t)h->kind);
    buffer_u32(out, (uint32_t)h->try_start);
    buffer_u32(out, (uint32_t)(h->try_end - h->try_start));
    buffer_u32(out, (uint32_t)h->start);
    buffer_u32(out, (uint32_t)(h->end - h->start));
    buffer_u32(out, (uint32_t)(h->kind == KIND_FILTER    ? h->filter
                               : h->kind == KIND_FINALLY ? 0
                                                         : h->type_token));
}

static void put_body(Buffer *out, const Body *body)
{
    uint32_t flags = HEADER_FAT | (body->init_locals ? HEADER_INIT_LOCALS : 0) |
                     (body->n_handlers ? HEADER_MORE_SECTIONS : 0);
    buffer_u16(out, (uint16_t)flags);
    buffer_u16(out, (uint16_t)body->max_stack);
    buffer_u32(out, (uint32_t)body->size);
    buffer_u32(out, body->locals);
    buffer_put(out, body->code, (size_t)body->size);
    if (!body->n_handlers)
        return;
    buffer_align(out, 4);
    buffer_u32(out, SECTION_EH_FAT |
                        (uint32_t)(SECTION_HEADER + CLAUSE * body->n_handlers) << 8);
    for (int32_t i = 0; i < body->n_handlers; i++)
        put_clause(out, &body->handlers[i]);
}

/* 0: no variables. False: pending exception. */
static bool locals_token(Assembly *assembly, const uint8_t *sig, int32_t size,
                         uint32_t *token)
{
    uint32_t cells[EMIT_CELLS] = {0};
    *token = 0;
    if (size <= 2 && (size < 2 || !sig[1]))
        return true;
    uint32_t rid = emit_blob(assembly, sig, size, &cells[COL_StandAloneSig_Signature])
                       ? emit_row_once(assembly, TABLE_StandAloneSig, cells)
                       : 0;
    *token = TOKEN(TABLE_StandAloneSig, rid);
    return rid != 0;
}

static void set_body(Assembly *assembly, uint32_t method, const Body *body)
{
    Err err = ERR_INIT;
    Buffer bytes = BUFFER_INIT;
    uint32_t rva;
    put_body(&bytes, body);
    if (growing_data(assembly->image, buffer_bytes(&bytes), &rva, &err))
        emit_set(assembly, TABLE_MethodDef, TOKEN_RID(method), COL_MethodDef_RVA, rva);
    else
        exception_set_err(&err);
    buffer_free(&bytes);
}

// NOLINTNEXTLINE(readability-function-size): the parameters are managed code's
static void set_il(Object **keep, Assembly *assembly, int32_t method,
                   int32_t init_locals, const uint8_t *code, int32_t size,
                   const uint8_t *locals, int32_t locals_size, int32_t max_stack,
                   const Handler *handlers, int32_t n_handlers, const int32_t *fixups,
                   int32_t n_fixups)
{
    (void)keep, (void)fixups, (void)n_fixups; /* tokens stay as they are */
    Body body = {.code = code,
                 .size = size,
                 .init_locals = init_locals,
                 .max_stack = max_stack,
                 .handlers = handlers,
                 .n_handlers = n_handlers};
    if (!code || size <= 0)
        return;
    if (n_handlers > MAX_CLAUSES) {
        exception_set("System.OutOfMemoryException", NULL);
        return;
    }
    if (locals_token(assembly, locals, locals_size, &body.locals))
        set_body(assembly, (uint32_t)method, &body);
}

/* -- data ---------------------------------------------------------------------- */

/* data NULL: zeros. */
static void set_field_data(Object **keep, Assembly *assembly, int32_t field,
                           const uint8_t *data, int32_t size)
{
    (void)keep;
    Err err = ERR_INIT;
    Buffer bytes = BUFFER_INIT;
    uint32_t cells[EMIT_CELLS] = {[COL_FieldRVA_Field] = TOKEN_RID((uint32_t)field)};
    if (data)
        buffer_put(&bytes, data, size > 0 ? (size_t)size : 0);
    for (int32_t i = 0; !data && i < size; i++)
        buffer_u8(&bytes, 0);
    bool ok = growing_data(assembly->image, buffer_bytes(&bytes),
                           &cells[COL_FieldRVA_RVA], &err) ||
              exception_set_err(&err);
    buffer_free(&bytes);
    if (ok && emit_only_row(assembly, TABLE_FieldRVA, COL_FieldRVA_Field, cells))
        emit_set_flags(assembly, (uint32_t)field, COL_Field_Flags, FIELD_HASRVA);
}

const QcallRow qcalls_emit_body[] = {
    QCALL(ModuleBuilder_SetFieldRVAContent, set_field_data),
    QCALL(TypeBuilder_SetMethodIL, set_il),
    QCALLS_END,
};
