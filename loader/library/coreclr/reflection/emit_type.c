/* emit_type.c - System.Reflection.Emit.RuntimeTypeBuilder: types and what they are made
 * of. common/types/emitted.c says when a type may be loaded. */
#include <stdlib.h>
#include <string.h>

#include "common/metadata/sig.h"
#include "loader/library/coreclr/members.h"
#include "loader/library/coreclr/reflection/assembly_parts.h"
#include "loader/library/coreclr/reflection/emit.h"
#include "loader/library/coreclr/reflection/objects.h"
#include "loader/library/coreclr/table.h"
#include "loader/reflect/reflect.h"
#include "loader/vm/exception.h"
#include "loader/vm/methods.h"
#include "loader/vm/string.h"
#include "loader/vm/vm.h"

enum { TYPE_RESERVED = 0x40800 }; /* RTSpecialName, HasSecurity: nobody sets them */

/* -- rows ---------------------------------------------------------------------- */

static bool add_interface(Assembly *assembly, uint32_t type, uint32_t interface)
{
    const uint32_t cells[EMIT_CELLS] = {type, interface};
    return emit_row_once(assembly, TABLE_InterfaceImpl, cells);
}

/* Namespaces are of top-level types. */
static uint32_t add_type(Assembly *assembly, const char *full, uint32_t flags,
                         uint32_t extends, uint32_t enclosing)
{
    Err err = ERR_INIT;
    EmitName name = {0, 0};
    if (enclosing ? !growing_string(assembly->image, full, &name.name, &err) &&
                        !exception_set_err(&err)
                  : !emit_type_name(assembly, full, &name))
        return 0;
    const uint32_t cells[EMIT_CELLS] = {
        [COL_TypeDef_Flags] = flags,
        [COL_TypeDef_TypeName] = name.name,
        [COL_TypeDef_TypeNamespace] = name.space,
        [COL_TypeDef_Extends] = TOKEN_RID(extends) ? extends : 0,
    };
    uint32_t rid = emit_row(assembly, TABLE_TypeDef, cells);
    const uint32_t nested[EMIT_CELLS] = {rid, enclosing};
    if (rid && enclosing && !emit_row(assembly, TABLE_NestedClass, nested))
        return 0;
    return rid;
}

/* interfaces: tokens up to 0; NULL: none. */
static int32_t define_type(Object **keep, Assembly *assembly, const uint16_t *name,
                           int32_t extends, int32_t flags, int32_t enclosing,
                           const int32_t *interfaces)
{
    (void)keep;
    char *full = name ? utf8_of_units(name) : NULL;
    uint32_t rid = full ? add_type(assembly, full, (uint32_t)flags & ~TYPE_RESERVED,
                                   (uint32_t)extends, TOKEN_RID((uint32_t)enclosing))
                        : 0;
    free(full);
    for (; rid && interfaces && *interfaces; interfaces++)
        if (!add_interface(assembly, rid, (uint32_t)*interfaces))
            return 0;
    return rid ? (int32_t)TOKEN(TABLE_TypeDef, rid) : 0;
}

static void set_parent(Object **keep, Assembly *assembly, int32_t type, int32_t parent)
{
    (void)keep;
    emit_set(assembly, TABLE_TypeDef, TOKEN_RID((uint32_t)type), COL_TypeDef_Extends,
             (uint32_t)parent);
}

static void add_interface_impl(Object **keep, Assembly *assembly, int32_t type,
                               int32_t interface)
{
    (void)keep;
    add_interface(assembly, TOKEN_RID((uint32_t)type), (uint32_t)interface);
}

static int32_t define_generic_param(Object **keep, Assembly *assembly,
                                    const uint16_t *name, int32_t owner, int32_t flags,
                                    int32_t number, const int32_t *constraints)
{
    (void)keep;
    uint32_t cells[EMIT_CELLS] = {(uint32_t)number, (uint32_t)flags, (uint32_t)owner};
    uint32_t rid = emit_string(assembly, name, &cells[COL_GenericParam_Name])
                       ? emit_row(assembly, TABLE_GenericParam, cells)
                       : 0;
    for (; rid && constraints && *constraints; constraints++) {
        const uint32_t constraint[EMIT_CELLS] = {rid, (uint32_t)*constraints};
        if (!emit_row(assembly, TABLE_GenericParamConstraint, constraint))
            return 0;
    }
    return rid ? (int32_t)TOKEN(TABLE_GenericParam, rid) : 0;
}

static void set_class_layout(Object **keep, Assembly *assembly, int32_t type,
                             int32_t pack, int32_t size)
{
    (void)keep;
    const uint32_t cells[EMIT_CELLS] = {(uint32_t)pack, (uint32_t)size,
                                        TOKEN_RID((uint32_t)type)};
    emit_only_row(assembly, TABLE_ClassLayout, COL_ClassLayout_Parent, cells);
}

static void define_method_impl(Object **keep, Assembly *assembly, int32_t type,
                               int32_t body, int32_t declaration)
{
    (void)keep;
    const uint32_t cells[EMIT_CELLS] = {TOKEN_RID((uint32_t)type), (uint32_t)body,
                                        (uint32_t)declaration};
    emit_row(assembly, TABLE_MethodImpl, cells);
}

/* -- the end of a builder ------------------------------------------------------ */

/* Of a TypeDef, with those that enclose it: "Space.Outer+Inner". */
static void print_name(const Image *image, uint32_t rid, Buffer *out)
{
    enum { MAX_ENCLOSING = 64 };
    uint32_t chain[MAX_ENCLOSING], n = 0;
    for (; rid && n < MAX_ENCLOSING; rid = image_enclosing(image, rid))
        chain[n++] = rid;
    const char *space =
        image_get_string(image, TABLE_TypeDef, chain[n - 1], COL_TypeDef_TypeNamespace);
    buffer_printf(out, "%s%s", space, *space ? "." : "");
    while (n--)
        buffer_printf(
            out, "%s%s",
            image_get_string(image, TABLE_TypeDef, chain[n], COL_TypeDef_TypeName),
            n ? "+" : "");
}

/* Asks handlers of AppDomain.TypeResolve for a type that is needed and not made; they
 * make it. False: nobody has. */
static bool resolve(Assembly *assembly, uint32_t token)
{
    uint32_t rid = TOKEN_RID(token);
    if (TOKEN_TABLE(token) != TABLE_TypeDef || !rid ||
        rid > image_rows(assembly->image, TABLE_TypeDef) ||
        assembly_has_type(assembly, rid))
        return true;
    Buffer full = BUFFER_INIT;
    print_name(assembly->image, rid, &full);
    Object *requesting = assembly_object(assembly), *answer[2];
    String *name = string_from_utf8n((const char *)full.data, full.size);
    buffer_free(&full);
    void *args[] = {&requesting, &name};
    return requesting && name &&
           vm_methods->invoke(method_load_context_type_resolve(), args, answer) &&
           assembly_has_type(assembly, rid);
}

/* What a type can't be loaded without: what it derives from, lies in and is laid out
 * of. */
static bool resolve_needs(Assembly *assembly, uint32_t rid)
{
    const Image *image = assembly->image;
    uint32_t first, end, enclosing = image_enclosing(image, rid);
    bool ok =
        resolve(assembly, image_get(image, TABLE_TypeDef, rid, COL_TypeDef_Extends)) &&
        resolve(assembly, enclosing ? TOKEN(TABLE_TypeDef, enclosing) : 0);
    if (image_find_rows(image, TABLE_InterfaceImpl, COL_InterfaceImpl_Class, rid,
                        &first, &end))
        for (; ok && first < end; first++)
            ok = resolve(assembly, image_get(image, TABLE_InterfaceImpl, first,
                                             COL_InterfaceImpl_Interface));
    image_list(image, TABLE_TypeDef, rid, COL_TypeDef_FieldList, TABLE_Field, &first,
               &end);
    for (; ok && first < end; first++) {
        uint32_t value, field = image_list_row(image, TABLE_Field, first);
        emit_sig_value_type(
            image_get_blob(image, TABLE_Field, field, COL_Field_Signature), &value);
        ok = TOKEN_RID(value) == rid || resolve(assembly, value);
    }
    return ok;
}

/* A type that names others which are not made may be loaded later. */
static Type *make(Assembly *assembly, uint32_t rid)
{
    Err err = ERR_INIT;
    bool has_needs = resolve_needs(assembly, rid);
    if (exception_pending())
        return NULL;
    uint32_t n_unmade = __atomic_load_n(&vm.world->n_unmade, __ATOMIC_RELAXED);
    bool ok = assembly_make_type(assembly, rid, &err);
    Type *type = assembly_type(assembly, rid);
    ok = ok && type_load(type, LEVEL_READY, &err);
    bool waits = n_unmade != __atomic_load_n(&vm.world->n_unmade, __ATOMIC_RELAXED);
    if (ok || (has_needs && waits))
        return type;
    exception_set_err(&err);
    return NULL;
}

static void term_create_class(Object **keep, Assembly *assembly, int32_t token,
                              Object **result)
{
    (void)keep;
    Type *type = make(assembly, emit_type_rid((uint32_t)token));
    if (type && TOKEN_RID((uint32_t)token))
        *result = reflection_type(type);
}

const QcallRow qcalls_emit_type[] = {
    QCALL(TypeBuilder_AddInterfaceImpl, add_interface_impl),
    QCALL(TypeBuilder_DefineGenericParam, define_generic_param),
    QCALL(TypeBuilder_DefineMethodImpl, define_method_impl),
    QCALL(TypeBuilder_DefineType, define_type),
    QCALL(TypeBuilder_SetClassLayout, set_class_layout),
    QCALL(TypeBuilder_SetParentType, set_parent),
    QCALL(TypeBuilder_TermCreateClass, term_create_class),
    QCALLS_END,
};
