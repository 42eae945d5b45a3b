/* emit_member.c - System.Reflection.Emit: members of types, and what is said of them.
 */
#include <string.h>

#include "common/metadata/sig.h"
#include "loader/library/coreclr/reflection/emit.h"
#include "loader/library/coreclr/table.h"
#include "loader/vm/exception.h"

enum {
    FIELD_RTSPECIALNAME = 0x0400,
    FIELD_SPECIALNAME = 0x0200,
    FIELD_HASDEFAULT = 0x8000,
    PARAM_HASDEFAULT = 0x1000,
    PROPERTY_HASDEFAULT = 0x1000,
};

/* Flags that say what other tables hold, or what a name means: nobody sets them. */
enum {
    METHOD_RESERVED = 0xd000,
    FIELD_RESERVED = 0x9500,
    PARAM_RESERVED = 0xf000,
    PROPERTY_RESERVED = 0xf400,
    EVENT_RESERVED = 0x0400,
};

/* -1: none */
static uint32_t open_flags(int32_t flags, uint32_t reserved)
{
    return flags == -1 ? 0 : (uint32_t)flags & 0xffff & ~reserved;
}

static bool is_named(Assembly *assembly, uint32_t name, const char *text)
{
    return !strcmp(image_string(assembly->image, name), text);
}

/* -- methods and fields -------------------------------------------------------- */

static int32_t define_method(Object **keep, Assembly *assembly, int32_t type,
                             const uint16_t *name, const uint8_t *sig, int32_t size,
                             int32_t flags)
{
    (void)keep;
    uint32_t cells[EMIT_CELLS] = {0};
    if (!emit_string(assembly, name, &cells[COL_MethodDef_Name]) ||
        !emit_blob(assembly, sig, size, &cells[COL_MethodDef_Signature]))
        return 0;
    cells[COL_MethodDef_Flags] = open_flags(flags, METHOD_RESERVED);
    if (is_named(assembly, cells[COL_MethodDef_Name], ".ctor") ||
        is_named(assembly, cells[COL_MethodDef_Name], ".cctor"))
        cells[COL_MethodDef_Flags] |= METHOD_SPECIALNAME | METHOD_RTSPECIALNAME;
    uint32_t rid =
        emit_child(assembly, TABLE_MethodDef, emit_type_rid((uint32_t)type), cells);
    return rid ? (int32_t)TOKEN(TABLE_MethodDef, rid) : 0;
}

static int32_t define_field(Object **keep, Assembly *assembly, int32_t type,
                            const uint16_t *name, const uint8_t *sig, int32_t size,
                            int32_t flags)
{
    (void)keep;
    uint32_t cells[EMIT_CELLS] = {open_flags(flags, FIELD_RESERVED)};
    if (!emit_string(assembly, name, &cells[COL_Field_Name]) ||
        !emit_blob(assembly, sig, size, &cells[COL_Field_Signature]))
        return 0;
    if (is_named(assembly, cells[COL_Field_Name], "value__")) /* of an enum */
        cells[COL_Field_Flags] |= FIELD_SPECIALNAME | FIELD_RTSPECIALNAME;
    uint32_t rid =
        emit_child(assembly, TABLE_Field, emit_type_rid((uint32_t)type), cells);
    return rid ? (int32_t)TOKEN(TABLE_Field, rid) : 0;
}

static void set_method_impl(Object **keep, Assembly *assembly, int32_t method,
                            int32_t flags)
{
    (void)keep;
    emit_set(assembly, TABLE_MethodDef, TOKEN_RID((uint32_t)method),
             COL_MethodDef_ImplFlags, (uint32_t)flags & 0xffff);
}

static void set_field_offset(Object **keep, Assembly *assembly, int32_t field,
                             int32_t offset)
{
    (void)keep;
    if (offset < 0) {
        exception_set("System.ArgumentException", NULL);
        return;
    }
    const uint32_t cells[EMIT_CELLS] = {(uint32_t)offset, TOKEN_RID((uint32_t)field)};
    emit_only_row(assembly, TABLE_FieldLayout, COL_FieldLayout_Field, cells);
}

static void set_pinvoke(Object **keep, Assembly *assembly, const uint16_t *library,
                        const uint16_t *entry, int32_t method, int32_t flags)
{
    (void)keep;
    uint32_t module[EMIT_CELLS] = {0};
    uint32_t cells[EMIT_CELLS] = {(uint32_t)flags, (uint32_t)method};
    if (!emit_string(assembly, library, &module[COL_ModuleRef_Name]) ||
        !emit_string(assembly, entry, &cells[COL_ImplMap_ImportName]))
        return;
    cells[COL_ImplMap_ImportScope] = emit_row_once(assembly, TABLE_ModuleRef, module);
    if (cells[COL_ImplMap_ImportScope] &&
        emit_only_row(assembly, TABLE_ImplMap, COL_ImplMap_MemberForwarded, cells) &&
        emit_set_flags(assembly, (uint32_t)method, COL_MethodDef_Flags, METHOD_PINVOKE))
        emit_set(assembly, TABLE_MethodDef, TOKEN_RID((uint32_t)method),
                 COL_MethodDef_ImplFlags, 0);
}

/* -- parameters ---------------------------------------------------------------- */

static uint32_t find_param(const Image *image, uint32_t method, uint32_t sequence)
{
    uint32_t at, end;
    image_list(image, TABLE_MethodDef, method, COL_MethodDef_ParamList, TABLE_Param,
               &at, &end);
    for (; at < end; at++) {
        uint32_t rid = image_list_row(image, TABLE_Param, at);
        if (image_get(image, TABLE_Param, rid, COL_Param_Sequence) == sequence)
            return rid;
    }
    return 0;
}

static int32_t set_param(Object **keep, Assembly *assembly, int32_t method,
                         int32_t sequence, int32_t flags, const uint16_t *name)
{
    (void)keep;
    uint32_t rid =
        find_param(assembly->image, TOKEN_RID((uint32_t)method), (uint32_t)sequence);
    uint32_t cells[EMIT_CELLS] = {open_flags(flags, PARAM_RESERVED),
                                  (uint32_t)sequence};
    if (!emit_string(assembly, name, &cells[COL_Param_Name]))
        return 0;
    if (!rid)
        rid = emit_child(assembly, TABLE_Param, TOKEN_RID((uint32_t)method), cells);
    else if (!emit_set(assembly, TABLE_Param, rid, COL_Param_Flags,
                       cells[COL_Param_Flags] | (image_get(assembly->image, TABLE_Param,
                                                           rid, COL_Param_Flags) &
                                                 PARAM_RESERVED)) ||
             !emit_set(assembly, TABLE_Param, rid, COL_Param_Name,
                       cells[COL_Param_Name]))
        return 0;
    return rid ? (int32_t)TOKEN(TABLE_Param, rid) : 0;
}

/* -- properties and events ----------------------------------------------------- */

/* The row of a type in PropertyMap or EventMap. */
static uint32_t map_row(Assembly *assembly, TableId table, uint32_t type)
{
    const uint32_t cells[EMIT_CELLS] = {type};
    return emit_row_once(assembly, table, cells);
}

static int32_t define_property(Object **keep, Assembly *assembly, int32_t type,
                               const uint16_t *name, int32_t flags, const uint8_t *sig,
                               int32_t size)
{
    (void)keep;
    uint32_t cells[EMIT_CELLS] = {open_flags(flags, PROPERTY_RESERVED)};
    if (!emit_string(assembly, name, &cells[COL_Property_Name]) ||
        !emit_blob(assembly, sig, size, &cells[COL_Property_Type]))
        return 0;
    uint32_t map = map_row(assembly, TABLE_PropertyMap, TOKEN_RID((uint32_t)type));
    uint32_t rid = map ? emit_child(assembly, TABLE_Property, map, cells) : 0;
    return rid ? (int32_t)TOKEN(TABLE_Property, rid) : 0;
}

static int32_t define_event(Object **keep, Assembly *assembly, int32_t type,
                            const uint16_t *name, int32_t flags, int32_t event_type)
{
    (void)keep;
    uint32_t cells[EMIT_CELLS] = {open_flags(flags, EVENT_RESERVED), 0,
                                  (uint32_t)event_type};
    if (!emit_string(assembly, name, &cells[COL_Event_Name]))
        return 0;
    uint32_t map = map_row(assembly, TABLE_EventMap, TOKEN_RID((uint32_t)type));
    uint32_t rid = map ? emit_child(assembly, TABLE_Event, map, cells) : 0;
    return rid ? (int32_t)TOKEN(TABLE_Event, rid) : 0;
}

static void define_semantics(Object **keep, Assembly *assembly, int32_t association,
                             int32_t semantics, int32_t method)
{
    (void)keep;
    const uint32_t cells[EMIT_CELLS] = {
        (uint32_t)semantics, TOKEN_RID((uint32_t)method), (uint32_t)association};
    emit_row(assembly, TABLE_MethodSemantics, cells);
}

/* -- constants ----------------------------------------------------------------- */

static int32_t constant_size(int32_t element, const void *value)
{
    static const uint8_t sizes[] = {
        [ELEMENT_BOOLEAN] = 1, [ELEMENT_CHAR] = 2, [ELEMENT_I1] = 1, [ELEMENT_U1] = 1,
        [ELEMENT_I2] = 2,      [ELEMENT_U2] = 2,   [ELEMENT_I4] = 4, [ELEMENT_U4] = 4,
        [ELEMENT_I8] = 8,      [ELEMENT_U8] = 8,   [ELEMENT_R4] = 4, [ELEMENT_R8] = 8,
    };
    if (element == ELEMENT_STRING) {
        const uint16_t *units = value;
        int32_t n = 0;
        while (units && units[n])
            n++;
        return 2 * n;
    }
    return element > 0 && element < (int32_t)sizeof sizes ? sizes[element] : 0;
}

/* The flag that says so in what has one. */
static bool mark_constant(Assembly *assembly, uint32_t token)
{
    switch (TOKEN_TABLE(token)) {
    case TABLE_Field:
        return emit_set_flags(assembly, token, COL_Field_Flags, FIELD_HASDEFAULT);
    case TABLE_Property:
        return emit_set_flags(assembly, token, COL_Property_Flags, PROPERTY_HASDEFAULT);
    default:
        return emit_set_flags(assembly, token, COL_Param_Flags, PARAM_HASDEFAULT);
    }
}

static void set_constant(Object **keep, Assembly *assembly, int32_t token,
                         int32_t element, const void *value)
{
    (void)keep;
    static const uint8_t null_reference[4] = {0};
    uint32_t cells[EMIT_CELLS] = {(uint32_t)element, (uint32_t)token};
    bool is_null = element == ELEMENT_CLASS;
    int32_t size = is_null ? 4 : constant_size(element, value);
    if (emit_blob(assembly, is_null ? null_reference : value, size,
                  &cells[COL_Constant_Value]) &&
        emit_only_row(assembly, TABLE_Constant, COL_Constant_Parent, cells))
        mark_constant(assembly, (uint32_t)token);
}

const QcallRow qcalls_emit_member[] = {
    QCALL(TypeBuilder_DefineEvent, define_event),
    QCALL(TypeBuilder_DefineField, define_field),
    QCALL(TypeBuilder_DefineMethod, define_method),
    QCALL(TypeBuilder_DefineMethodSemantics, define_semantics),
    QCALL(TypeBuilder_DefineProperty, define_property),
    QCALL(TypeBuilder_SetConstantValue, set_constant),
    QCALL(TypeBuilder_SetFieldLayoutOffset, set_field_offset),
    QCALL(TypeBuilder_SetMethodImpl, set_method_impl),
    QCALL(TypeBuilder_SetPInvokeData, set_pinvoke),
    QCALL(TypeBuilder_SetParamInfo, set_param),
    QCALLS_END,
};
