/* emit.c - rows and heap items of a module that is built, with failures as pending
 * exceptions. */
#include "loader/library/coreclr/reflection/emit.h"

#include <stdlib.h>
#include <string.h>

#include "loader/library/coreclr/reflection/assembly_parts.h"
#include "loader/vm/exception.h"

static bool string_offset(Assembly *assembly, const char *text, uint32_t *offset)
{
    Err err = ERR_INIT;
    return growing_string(assembly->image, text, offset, &err) ||
           exception_set_err(&err);
}

bool emit_string(Assembly *assembly, const uint16_t *units, uint32_t *offset)
{
    *offset = 0;
    char *text = units ? utf8_of_units(units) : NULL;
    bool ok = !units || (text && string_offset(assembly, text, offset));
    free(text);
    return ok;
}

bool emit_type_name(Assembly *assembly, const char *full, EmitName *out)
{
    const char *dot = strrchr(full, '.');
    if (!dot || dot == full) {
        out->space = 0;
        return string_offset(assembly, full, &out->name);
    }
    char *space = strndup(full, (size_t)(dot - full));
    bool ok = string_offset(assembly, space, &out->space) &&
              string_offset(assembly, dot + 1, &out->name);
    free(space);
    return ok;
}

bool emit_blob(Assembly *assembly, const uint8_t *data, int32_t size, uint32_t *offset)
{
    Err err = ERR_INIT;
    Bytes blob = {data, data && size > 0 ? (size_t)size : 0};
    return growing_blob(assembly->image, blob, offset, &err) || exception_set_err(&err);
}

static uint32_t checked(uint32_t rid, const Err *err)
{
    if (!rid)
        exception_set_err(err);
    return rid;
}

static bool has_slots(TableId table)
{
    return table == TABLE_TypeDef || table == TABLE_TypeRef ||
           table == TABLE_AssemblyRef;
}

uint32_t emit_row(Assembly *assembly, TableId table, const uint32_t *cells)
{
    Err err = ERR_INIT;
    uint32_t rid = has_slots(table) ? assembly_add_row(assembly, table, 0, cells, &err)
                                    : growing_add(assembly->image, table, cells, &err);
    return checked(rid, &err);
}

uint32_t emit_row_once(Assembly *assembly, TableId table, const uint32_t *cells)
{
    Err err = ERR_INIT;
    uint32_t rid = has_slots(table)
                       ? assembly_add_row(assembly, table, 0, cells, &err)
                       : growing_add_once(assembly->image, table, cells, &err);
    return checked(rid, &err);
}

uint32_t emit_child(Assembly *assembly, TableId child, uint32_t parent,
                    const uint32_t *cells)
{
    Err err = ERR_INIT;
    uint32_t rid = child == TABLE_MethodDef
                       ? assembly_add_row(assembly, child, parent, cells, &err)
                       : growing_add_child(assembly->image, child, parent, cells, &err);
    return checked(rid, &err);
}

bool emit_set(Assembly *assembly, TableId table, uint32_t rid, int column,
              uint32_t value)
{
    Err err = ERR_INIT;
    return growing_set(assembly->image, table, rid, column, value, &err) ||
           exception_set_err(&err);
}

bool emit_set_flags(Assembly *assembly, uint32_t token, int column, uint32_t flags)
{
    TableId table = (TableId)TOKEN_TABLE(token);
    uint32_t rid = TOKEN_RID(token);
    return emit_set(assembly, table, rid, column,
                    image_get(assembly->image, table, rid, column) | flags);
}

bool emit_only_row(Assembly *assembly, TableId table, int key_column,
                   const uint32_t *cells)
{
    uint32_t row, end;
    if (!image_find_rows(assembly->image, table, key_column, cells[key_column], &row,
                         &end))
        return emit_row(assembly, table, cells);
    for (int i = 0; i < assembly->image->tables[table].row_size / 4; i++)
        if (i != key_column && !emit_set(assembly, table, row, i, cells[i]))
            return false;
    return true;
}
