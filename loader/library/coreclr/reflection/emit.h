/* emit.h - what the builders of System.Reflection.Emit ask of the runtime, by file:
 * emit_module.c references to what is elsewhere, emit_type.c types, emit_member.c their
 * members, emit_body.c code and data, emit_attribute.c attributes, emit_sig.c
 * signatures of other modules.
 *
 * A RuntimeModuleBuilder's module is an Assembly whose image grows. The functions here
 * leave an exception pending where they return false or 0.
 */
#ifndef LOADER_LIBRARY_CORECLR_REFLECTION_EMIT_H
#define LOADER_LIBRARY_CORECLR_REFLECTION_EMIT_H

#include "common/metadata/growing.h"
#include "common/types/types.h"

enum { EMIT_CELLS = 9 };

/* Of UTF-16 up to its NUL; NULL: "". */
bool emit_string(Assembly *assembly, const uint16_t *units, uint32_t *offset);
/* A name with its namespace. */
typedef struct EmitName {
    uint32_t space, name;
} EmitName;
bool emit_type_name(Assembly *assembly, const char *full, EmitName *out);
bool emit_blob(Assembly *assembly, const uint8_t *data, int32_t size, uint32_t *offset);
/* growing_add, growing_add_once, growing_add_child, growing_set. */
uint32_t emit_row(Assembly *assembly, TableId table, const uint32_t *cells);
uint32_t emit_row_once(Assembly *assembly, TableId table, const uint32_t *cells);
uint32_t emit_child(Assembly *assembly, TableId child, uint32_t parent,
                    const uint32_t *cells);
bool emit_set(Assembly *assembly, TableId table, uint32_t rid, int column,
              uint32_t value);
/* Sets bits in a column of flags. */
bool emit_set_flags(Assembly *assembly, uint32_t token, int column, uint32_t flags);
/* The one row that a key may have in a table: changed, or made. */
bool emit_only_row(Assembly *assembly, TableId table, int key_column,
                   const uint32_t *cells);
/* Global members are of token 0x02000000: of <Module>. */
static inline uint32_t emit_type_rid(uint32_t token)
{
    return TOKEN_RID(token) ? TOKEN_RID(token) : 1;
}

/* -- emit_module.c ------------------------------------------------------------- */
/* TypeDef or TypeRef token for a definition; 0 with err set. */
uint32_t emit_type_token(Assembly *assembly, Type *def, Err *err);
/* -- emit_sig.c ---------------------------------------------------------------- */
/* A signature of `from` in tokens of `to`. */
bool emit_sig_translate(Assembly *from, Bytes sig, Assembly *to, Buffer *out, Err *err);
/* The types of emitted assemblies that a field's signature needs to be laid out, as
 * TypeDef tokens: *token 0: none. */
void emit_sig_value_type(Bytes field_sig, uint32_t *token);

#endif
