/* metadata_enum.c - lists of rows, and the blobs of MarshalAs, for MetadataImport. */
#include <string.h>

#include "common/metadata/marshal.h"
#include "loader/library/coreclr/reflection/metadata_import.h"
#include "loader/library/coreclr/table.h"
#include "loader/vm/array.h"
#include "loader/vm/vm.h"

/* -- lists --------------------------------------------------------------------- */

static void push(TokenList *out, uint32_t token)
{
    *vec_push(out) = (int32_t)token;
}

/* The rows that row rid of `owner` has in its list column. */
static void push_list(const Image *image, uint32_t owner, int column, TableId child,
                      TokenList *out)
{
    uint32_t at, end, rid;
    image_list(image, (TableId)TOKEN_TABLE(owner), TOKEN_RID(owner), column, child, &at,
               &end);
    for (; at < end; at++)
        if ((rid = image_list_row(image, child, at)))
            push(out, TOKEN(child, rid));
}

/* The same where a table maps types to the lists. */
static void push_mapped(const Image *image, TableId map, uint32_t type, TableId child,
                        TokenList *out)
{
    enum { PARENT, LIST };
    uint32_t row, end;
    if (image_find_rows(image, map, PARENT, type, &row, &end))
        push_list(image, TOKEN(map, row), LIST, child, out);
}

static void push_rows(const Image *image, TableId table, int column, uint32_t value,
                      TokenList *out)
{
    uint32_t row, end;
    if (image_find_rows(image, table, column, value, &row, &end))
        for (; row < end; row++)
            push(out, TOKEN(table, row));
}

/* NestedClass is not sorted by what encloses. */
static void push_nested(const Image *image, uint32_t type, TokenList *out)
{
    for (uint32_t i = 1; i <= image_rows(image, TABLE_NestedClass); i++)
        if (image_get(image, TABLE_NestedClass, i, COL_NestedClass_EnclosingClass) ==
            type)
            push(out, TOKEN(TABLE_TypeDef, image_get(image, TABLE_NestedClass, i,
                                                     COL_NestedClass_NestedClass)));
}

/* Pairs of a method and what it is for. */
static void push_associates(const Image *image, uint32_t member, TokenList *out)
{
    uint32_t row, end;
    if (!image_find_rows(image, TABLE_MethodSemantics, COL_MethodSemantics_Association,
                         member, &row, &end))
        return;
    for (; row < end; row++) {
        push(out, TOKEN(TABLE_MethodDef, image_get(image, TABLE_MethodSemantics, row,
                                                   COL_MethodSemantics_Method)));
        push(out, image_get(image, TABLE_MethodSemantics, row,
                            COL_MethodSemantics_Semantics));
    }
}

static void push_of_type(const Image *image, uint32_t table, uint32_t type,
                         TokenList *out)
{
    uint32_t rid = TOKEN_RID(type);
    switch (table) {
    case TABLE_TypeDef:
        push_nested(image, rid, out);
        break;
    case TABLE_Field:
        push_list(image, type, COL_TypeDef_FieldList, TABLE_Field, out);
        break;
    case TABLE_MethodDef:
        push_list(image, type, COL_TypeDef_MethodList, TABLE_MethodDef, out);
        break;
    case TABLE_Property:
        push_mapped(image, TABLE_PropertyMap, rid, TABLE_Property, out);
        break;
    case TABLE_Event:
        push_mapped(image, TABLE_EventMap, rid, TABLE_Event, out);
        break;
    case TABLE_InterfaceImpl:
        push_rows(image, TABLE_InterfaceImpl, COL_InterfaceImpl_Class, rid, out);
        break;
    default:
        break;
    }
}

void metadata_list(const Image *image, uint32_t table, uint32_t parent, TokenList *out)
{
    uint32_t of = TOKEN_TABLE(parent);
    if (table == TABLE_CustomAttribute)
        push_rows(image, TABLE_CustomAttribute, COL_CustomAttribute_Parent, parent,
                  out);
    else if (table == TABLE_GenericParam)
        push_rows(image, TABLE_GenericParam, COL_GenericParam_Owner, parent, out);
    else if (!parent)
        for (uint32_t i = 1; i <= image_rows(image, (TableId)table); i++)
            push(out, TOKEN(table, i));
    else if (table == TABLE_MethodDef && (of == TABLE_Property || of == TABLE_Event))
        push_associates(image, parent, out);
    else if (table == TABLE_Param && of == TABLE_MethodDef)
        push_list(image, parent, COL_MethodDef_ParamList, TABLE_Param, out);
    else if (of == TABLE_TypeDef)
        push_of_type(image, table, parent, out);
}

/* Of up to *length tokens in `few`, of more in an array. type: a table's first token.
 */
static void list(const Image *image, uint32_t type, uint32_t parent, int32_t *length,
                 int32_t *few, Object **many)
{
    TokenList tokens = {0};
    metadata_list(image, TOKEN_TABLE(type), parent, &tokens);
    void *at = few;
    if ((int32_t)tokens.n > *length) {
        Array *array = array_new_of(vm.world->known.i4, (int64_t)tokens.n);
        at = array ? array->data : NULL;
        *many = (Object *)array;
    }
    if (at && tokens.n)
        memcpy(at, tokens.at, tokens.n * sizeof *tokens.at);
    *length = at ? (int32_t)tokens.n : 0;
    vec_free(&tokens);
}

/* -- MarshalAs ----------------------------------------------------------------- */

/* What a MarshalAsAttribute shows, with the addresses of its fields. COM's are as they
 * are where there is no COM. */
typedef struct MarshalOut {
    const char **text;
    int32_t *length;
} MarshalOut;

static void give_text(Bytes bytes, MarshalOut out)
{
    *out.text = (const char *)bytes.data;
    *out.length = (int32_t)bytes.size;
}

// NOLINTNEXTLINE(readability-function-size): the parameters are managed code's
static int32_t marshal_as(const uint8_t *blob, int32_t size, int32_t *native,
                          int32_t *variant, const char **user_type,
                          int32_t *user_type_length, int32_t *element, int32_t *param,
                          int32_t *count, const char **type, int32_t *type_length,
                          const char **cookie, int32_t *cookie_length, int32_t *iid)
{
    MarshalBlob info = {0};
    if (size > 0)
        info = marshal_blob_read((Bytes){blob, (size_t)size});
    *native = info.native;
    *variant = 0;
    give_text((Bytes){NULL, 0}, (MarshalOut){user_type, user_type_length});
    *element = info.elem;
    *param = (int32_t)info.param;
    *count = (int32_t)info.count;
    give_text(info.type, (MarshalOut){type, type_length});
    give_text(info.cookie, (MarshalOut){cookie, cookie_length});
    *iid = 0;
    return size > 0;
}

const QcallRow qcalls_metadata_enum[] = {
    QCALL(MetadataImport_Enum, list),
    QCALL(MetadataImport_GetMarshalAs, marshal_as),
    QCALLS_END,
};
