/* metadata_import.c - System.Reflection.MetadataImport: cells of metadata by token.
 *
 * Everything is bounded by common/metadata; here only tokens are looked at, so that
 * what a row does not have, or a table without that row, becomes the HRESULT of which
 * managed code makes a BadImageFormatException. Strings and blobs are borrowed from the
 * image, which stays.
 */
#include "loader/library/coreclr/reflection/metadata_import.h"

#include <string.h>

#include "common/metadata/marshal.h"
#include "common/metadata/sig.h"
#include "loader/library/coreclr/reflection/objects.h"
#include "loader/library/coreclr/table.h"

static bool is_row(const Image *image, uint32_t token, TableId table)
{
    uint32_t rid = TOKEN_RID(token);
    return TOKEN_TABLE(token) == table && rid && rid <= image_rows(image, table);
}

static const Image *import_of(Object *module)
{
    return assembly_of_module_object(module)->image;
}

static int32_t is_valid(const Image *image, uint32_t token)
{
    uint32_t table = TOKEN_TABLE(token);
    Bytes text;
    if (table == TOKEN_UserString)
        return TOKEN_RID(token) && image_user_string(image, TOKEN_RID(token), &text);
    return is_row(image, token, (TableId)table);
}

/* -- strings ------------------------------------------------------------------- */

/* Where the rows of a table have their name. */
static const struct {
    TableId table;
    int column;
} names[] = {
    {TABLE_MethodDef, COL_MethodDef_Name}, {TABLE_Param, COL_Param_Name},
    {TABLE_Field, COL_Field_Name},         {TABLE_Property, COL_Property_Name},
    {TABLE_Event, COL_Event_Name},         {TABLE_TypeDef, COL_TypeDef_TypeName},
};

static int32_t get_name(const Image *image, uint32_t token, const char **name)
{
    *name = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (is_row(image, token, names[i].table)) {
            *name = image_get_string(image, names[i].table, TOKEN_RID(token),
                                     names[i].column);
            return METADATA_OK;
        }
    return METADATA_BAD;
}

static int32_t get_namespace(const Image *image, uint32_t token, const char **name)
{
    *name = NULL;
    if (!is_row(image, token, TABLE_TypeDef))
        return METADATA_BAD;
    *name = image_get_string(image, TABLE_TypeDef, TOKEN_RID(token),
                             COL_TypeDef_TypeNamespace);
    return METADATA_OK;
}

/* An empty string has an address, too: without one there is none. */
static const void *units(Bytes utf16)
{
    return utf16.size ? (const void *)utf16.data : u"";
}

static int32_t get_user_string(const Image *image, uint32_t token, const void **text,
                               int32_t *length)
{
    Bytes utf16 = {NULL, 0};
    *text = NULL;
    *length = 0;
    if (TOKEN_TABLE(token) != TOKEN_UserString ||
        !image_user_string(image, TOKEN_RID(token), &utf16))
        return METADATA_BAD;
    *text = units(utf16);
    *length = (int32_t)(utf16.size / 2);
    return METADATA_OK;
}

/* -- constants ----------------------------------------------------------------- */

static int32_t get_default(const Image *image, uint32_t token, int64_t *value,
                           const void **text, int32_t *length, int32_t *element)
{
    uint32_t row, end;
    *value = 0;
    *text = NULL;
    *length = 0;
    *element = ELEMENT_VOID; /* there is no constant */
    if (!image_find_rows(image, TABLE_Constant, COL_Constant_Parent, token, &row, &end))
        return METADATA_OK;
    Bytes bytes = image_get_blob(image, TABLE_Constant, row, COL_Constant_Value);
    *element = (int32_t)image_get(image, TABLE_Constant, row, COL_Constant_Type) & 0xff;
    *length = (int32_t)bytes.size;
    if (*element == ELEMENT_STRING) {
        *text = units(bytes);
        *length /= 2;
    } else if (bytes.size) {
        memcpy(value, bytes.data, bytes.size < sizeof *value ? bytes.size : 8);
    }
    return METADATA_OK;
}

/* -- blobs --------------------------------------------------------------------- */

static int32_t give_blob(Bytes blob, ConstArray *out)
{
    *out = (ConstArray){(int32_t)blob.size, blob.data};
    return METADATA_OK;
}

static int32_t row_blob(const Image *image, uint32_t token, TableId table, int column,
                        ConstArray *out)
{
    *out = (ConstArray){0, NULL};
    if (!is_row(image, token, table))
        return METADATA_BAD;
    return give_blob(image_get_blob(image, table, TOKEN_RID(token), column), out);
}

static int32_t method_signature(const Image *image, uint32_t token, ConstArray *out)
{
    return row_blob(image, token, TABLE_MethodDef, COL_MethodDef_Signature, out);
}

static int32_t field_signature(const Image *image, uint32_t token, ConstArray *out)
{
    return row_blob(image, token, TABLE_Field, COL_Field_Signature, out);
}

static int32_t alone_signature(const Image *image, uint32_t token, ConstArray *out)
{
    return row_blob(image, token, TABLE_StandAloneSig, COL_StandAloneSig_Signature,
                    out);
}

static int32_t member_ref(const Image *image, uint32_t token, ConstArray *out)
{
    return row_blob(image, token, TABLE_MemberRef, COL_MemberRef_Signature, out);
}

static int32_t custom_attribute(const Image *image, uint32_t token, uint32_t *ctor,
                                ConstArray *blob)
{
    int32_t code =
        row_blob(image, token, TABLE_CustomAttribute, COL_CustomAttribute_Value, blob);
    *ctor = image_get(image, TABLE_CustomAttribute, TOKEN_RID(token),
                      COL_CustomAttribute_Type);
    return code;
}

static int32_t field_marshal(const Image *image, uint32_t token, ConstArray *out)
{
    uint32_t row, end;
    Bytes blob = {NULL, 0};
    if (image_find_rows(image, TABLE_FieldMarshal, COL_FieldMarshal_Parent, token, &row,
                        &end))
        blob =
            image_get_blob(image, TABLE_FieldMarshal, row, COL_FieldMarshal_NativeType);
    return give_blob(blob, out);
}

/* -- properties of rows -------------------------------------------------------- */

static int32_t row_cell(const Image *image, uint32_t token, TableId table, int column,
                        int32_t *out)
{
    *out = 0;
    if (!is_row(image, token, table))
        return METADATA_BAD;
    *out = (int32_t)image_get(image, table, TOKEN_RID(token), column);
    return METADATA_OK;
}

static int32_t event_props(const Image *image, uint32_t token, const char **name,
                           int32_t *flags)
{
    int32_t code = row_cell(image, token, TABLE_Event, COL_Event_EventFlags, flags);
    return code ? code : get_name(image, token, name);
}

static int32_t property_props(const Image *image, uint32_t token, const char **name,
                              int32_t *flags, ConstArray *signature)
{
    int32_t code = row_cell(image, token, TABLE_Property, COL_Property_Flags, flags);
    row_blob(image, token, TABLE_Property, COL_Property_Type, signature);
    return code ? code : get_name(image, token, name);
}

static int32_t field_props(const Image *image, uint32_t token, int32_t *flags)
{
    return row_cell(image, token, TABLE_Field, COL_Field_Flags, flags);
}

static int32_t generic_props(const Image *image, uint32_t token, int32_t *flags)
{
    return row_cell(image, token, TABLE_GenericParam, COL_GenericParam_Flags, flags);
}

static int32_t param_props(const Image *image, uint32_t token, int32_t *sequence,
                           int32_t *flags)
{
    int32_t code = row_cell(image, token, TABLE_Param, COL_Param_Sequence, sequence);
    return code ? code : row_cell(image, token, TABLE_Param, COL_Param_Flags, flags);
}

typedef struct Mvid {
    uint8_t bytes[16];
} Mvid;

static int32_t scope_props(const Image *image, Mvid *mvid)
{
    memcpy(mvid->bytes, image->mvid, sizeof mvid->bytes);
    return METADATA_OK;
}

static int32_t pinvoke_map(const Image *image, uint32_t token, int32_t *flags,
                           const char **name, const char **library)
{
    uint32_t row, end;
    *flags = 0;
    *name = *library = NULL;
    if (!image_find_rows(image, TABLE_ImplMap, COL_ImplMap_MemberForwarded, token, &row,
                         &end))
        return METADATA_OK;
    *flags = (int32_t)image_get(image, TABLE_ImplMap, row, COL_ImplMap_MappingFlags);
    *name = image_get_string(image, TABLE_ImplMap, row, COL_ImplMap_ImportName);
    uint32_t scope = image_get(image, TABLE_ImplMap, row, COL_ImplMap_ImportScope);
    *library = image_get_string(image, TABLE_ModuleRef, scope, COL_ModuleRef_Name);
    return METADATA_OK;
}

/* -- layout -------------------------------------------------------------------- */

static int32_t class_layout(const Image *image, uint32_t token, int32_t *pack,
                            int32_t *size)
{
    uint32_t row, end;
    *pack = *size = 0;
    if (token >> 24 != TABLE_TypeDef)
        return METADATA_BAD;
    /* A token of no row has no layout: a function pointer's, which is nil. */
    if (image_find_rows(image, TABLE_ClassLayout, COL_ClassLayout_Parent,
                        TOKEN_RID(token), &row, &end)) {
        *pack = (int32_t)image_get(image, TABLE_ClassLayout, row,
                                   COL_ClassLayout_PackingSize);
        *size = (int32_t)image_get(image, TABLE_ClassLayout, row,
                                   COL_ClassLayout_ClassSize);
    }
    return METADATA_OK;
}

static int32_t field_offset(const Image *image, uint32_t type, uint32_t field,
                            int32_t *offset, uint8_t *found)
{
    uint32_t row, end, owner;
    *offset = 0;
    *found = 0;
    if (!is_row(image, type, TABLE_TypeDef))
        return METADATA_BAD;
    if (is_row(image, field, TABLE_Field) && metadata_parent(image, field, &owner) &&
        owner == type &&
        image_find_rows(image, TABLE_FieldLayout, COL_FieldLayout_Field,
                        TOKEN_RID(field), &row, &end)) {
        *offset =
            (int32_t)image_get(image, TABLE_FieldLayout, row, COL_FieldLayout_Offset);
        *found = 1;
    }
    return METADATA_OK;
}

/* -- owners -------------------------------------------------------------------- */

/* Rows that say themselves what they belong to. */
static const struct {
    TableId table;
    int column;
} owner_cells[] = {
    {TABLE_GenericParam, COL_GenericParam_Owner},
    {TABLE_MemberRef, COL_MemberRef_Class},
    {TABLE_MethodSpec, COL_MethodSpec_Method},
    {TABLE_CustomAttribute, COL_CustomAttribute_Parent},
};

/* Lists of whose rows an owner says where they start; `parent`: the owner's cell with
 * the type, -1: it is that itself. */
static const struct {
    TableId child, owner;
    int list, parent;
} owner_lists[] = {
    {TABLE_MethodDef, TABLE_TypeDef, COL_TypeDef_MethodList, -1},
    {TABLE_Field, TABLE_TypeDef, COL_TypeDef_FieldList, -1},
    {TABLE_Param, TABLE_MethodDef, COL_MethodDef_ParamList, -1},
    {TABLE_Event, TABLE_EventMap, COL_EventMap_EventList, COL_EventMap_Parent},
    {TABLE_Property, TABLE_PropertyMap, COL_PropertyMap_PropertyList,
     COL_PropertyMap_Parent},
};

static uint32_t list_owner(const Image *image, size_t list, uint32_t rid)
{
    TableId owner = owner_lists[list].owner;
    uint32_t row = image_list_owner(image, owner, owner_lists[list].list,
                                    owner_lists[list].child, rid);
    if (!row || owner_lists[list].parent < 0)
        return row ? TOKEN(owner, row) : 0;
    uint32_t type = image_get(image, owner, row, owner_lists[list].parent);
    return type ? TOKEN(TABLE_TypeDef, type) : 0;
}

bool metadata_parent(const Image *image, uint32_t token, uint32_t *parent)
{
    uint32_t rid = TOKEN_RID(token);
    *parent = 0;
    if (is_row(image, token, TABLE_TypeDef)) {
        *parent = TOKEN(TABLE_TypeDef, image_enclosing(image, rid));
        return true;
    }
    for (size_t i = 0; i < sizeof owner_cells / sizeof *owner_cells; i++)
        if (is_row(image, token, owner_cells[i].table)) {
            *parent =
                image_get(image, owner_cells[i].table, rid, owner_cells[i].column);
            return *parent != 0;
        }
    for (size_t i = 0; i < sizeof owner_lists / sizeof *owner_lists; i++)
        if (is_row(image, token, owner_lists[i].child)) {
            *parent = list_owner(image, i, rid);
            return *parent != 0;
        }
    return false;
}

static int32_t get_parent(const Image *image, uint32_t token, uint32_t *parent)
{
    return metadata_parent(image, token, parent) ? METADATA_OK : METADATA_BAD;
}

const FcallRow fcalls_metadata_import[] = {
    FCALL("GetClassLayout", NULL, class_layout),
    FCALL("GetCustomAttributeProps", NULL, custom_attribute),
    FCALL("GetDefaultValue", NULL, get_default),
    FCALL("GetEventProps", NULL, event_props),
    FCALL("GetFieldDefProps", NULL, field_props),
    FCALL("GetFieldMarshal", NULL, field_marshal),
    FCALL("GetFieldOffset", NULL, field_offset),
    FCALL("GetGenericParamProps", NULL, generic_props),
    FCALL("GetMemberRefProps", NULL, member_ref),
    FCALL("GetMetadataImport", NULL, import_of),
    FCALL("GetName", NULL, get_name),
    FCALL("GetNamespace", NULL, get_namespace),
    FCALL("GetPInvokeMap", NULL, pinvoke_map),
    FCALL("GetParamDefProps", NULL, param_props),
    FCALL("GetParentToken", NULL, get_parent),
    FCALL("GetPropertyProps", NULL, property_props),
    FCALL("GetScopeProps", NULL, scope_props),
    FCALL("GetSigOfFieldDef", NULL, field_signature),
    FCALL("GetSigOfMethodDef", NULL, method_signature),
    FCALL("GetSignatureFromToken", NULL, alone_signature),
    FCALL("GetUserString", NULL, get_user_string),
    FCALL("IsValidToken", NULL, is_valid),
    FCALLS_END,
};
