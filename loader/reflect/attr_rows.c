/* attr_rows.c - the rows of CustomAttribute that a program can see (ECMA-335 II.22.10).
 */
#include <string.h>

#include "loader/reflect/attribute.h"
#include "loader/vm/exception.h"
#include "loader/vm/typert.h"
#include "loader/vm/vm.h"

AttrRows attr_rows_open(const AttrTarget *target, Type *wanted)
{
    AttrRows rows = {.target = *target, .wanted = wanted};
    if (!image_find_rows(target->assembly->image, TABLE_CustomAttribute,
                         COL_CustomAttribute_Parent, target->token, &rows.at,
                         &rows.end))
        rows.at = rows.end = 0;
    return rows;
}

/* II.22.10: of a class that there can be objects of, derived from Attribute. */
static bool is_attribute_ctor(const Method *ctor)
{
    return !(ctor->flags & METHOD_STATIC) && !strcmp(ctor->name, ".ctor") &&
           !ctor->n_args && !(ctor->type->bits & (TYPE_BIT_ABSTRACT | TYPE_BIT_OPEN)) &&
           type_castable(ctor->type, vm.world->known.attribute);
}

Method *attr_rows_next(AttrRows *rows, Bytes *blob)
{
    Assembly *assembly = rows->target.assembly;
    while (rows->at < rows->end) {
        Err err = ERR_INIT;
        uint32_t row = rows->at++;
        uint32_t token = image_get(assembly->image, TABLE_CustomAttribute, row,
                                   COL_CustomAttribute_Type);
        Method *ctor = method_from_token(assembly, token, NULL, NULL, &err);
        if (!ctor) {
            if (rows->wanted)
                continue; /* a type that is missing is not the one that is wanted */
            exception_set_err(&err);
            return NULL;
        }
        if (rows->wanted && !type_castable(ctor->type, rows->wanted))
            continue;
        if (!is_attribute_ctor(ctor)) {
            exception_set(
                "System.BadImageFormatException",
                "%.100s: row %u of CustomAttribute names no constructor of an "
                "attribute (ECMA-335 II.22.10)",
                assembly->name, row);
            return NULL;
        }
        *blob = image_get_blob(assembly->image, TABLE_CustomAttribute, row,
                               COL_CustomAttribute_Value);
        return ctor;
    }
    return NULL;
}
