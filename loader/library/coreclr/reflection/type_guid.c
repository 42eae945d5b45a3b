/* type_guid.c - System.RuntimeType.GUID.
 *
 * What GuidAttribute says; else a UUID of version 3 (RFC 4122: MD5 of a name space and
 * a name), with .NET's own name space. The name is UTF-16 and then bytes as they come:
 *
 *     class       "Outer+Inner", its assembly's "my_library" (lower case), "TypeLib",
 *                 major, major, build and revision, minor unless 0, public key
 *     interface   its name, then of each public method and field
 *                 "instance int32(class System.String,unsigned int8[])" and a byte of
 *                 flags a parameter
 *
 * Programs keep such GUIDs, so what is odd in CoreCLR's text is done here, too.
 */
#include <ctype.h>
#include <nettle/md5.h>
#include <stdio.h>
#include <string.h>

#include "loader/library/coreclr/core/type_handle.h"
#include "loader/library/coreclr/members.h"
#include "loader/library/coreclr/table.h"
#include "loader/reflect/assembly.h"
#include "loader/reflect/attribute.h"
#include "loader/vm/exception.h"
#include "loader/vm/string.h"

enum { GUID_SIZE = 16, GUID_TEXT = 36, MAX_DEPTH = 64 };

/* -- what attributes say ------------------------------------------------------- */

/* As it lies in memory: the first three groups are numbers. */
static bool guid_parse(const char *text, uint8_t *guid)
{
    static const uint8_t place[GUID_SIZE] = {3, 2, 1,  0,  5,  4,  7,  6,
                                             8, 9, 10, 11, 12, 13, 14, 15};
    uint32_t n = 0;
    for (int i = 0; i < GUID_TEXT; i++) {
        if (i == 8 || i == 13 || i == 18 || i == 23) {
            if (text[i] != '-')
                return false;
            continue;
        }
        unsigned byte;
        char pair[3] = {text[i], text[i + 1], 0};
        if (!isxdigit((uint8_t)pair[0]) || !isxdigit((uint8_t)pair[1]) ||
            sscanf(pair, "%2x", &byte) != 1)
            return false;
        guid[place[n++]] = (uint8_t)byte;
        i++;
    }
    return true;
}

/* The first attribute of a type with one argument. False: there is none, or pending. */
static bool find_argument(const AttrTarget *target, Type *wanted, Arena *scratch,
                          AttrValue *value)
{
    Attribute decoded;
    size_t end;
    Bytes blob;
    AttrRows rows = attr_rows_open(target, wanted);
    Method *ctor = attr_rows_next(&rows, &blob);
    if (!ctor ||
        !attr_decode_fixed(ctor, blob, target->assembly, scratch, &decoded, &end) ||
        decoded.n_fixed != 1)
        return false;
    *value = decoded.fixed[0];
    return true;
}

static bool guid_of_attribute(const Type *type, uint8_t *guid)
{
    Arena scratch = ARENA_INIT;
    AttrTarget target = {type->assembly, type->token};
    AttrValue value;
    bool is = find_argument(&target, known_guid_attribute(), &scratch, &value) &&
              !value.is_null && value.type.kind == ELEMENT_STRING &&
              value.u.text.size == GUID_TEXT && guid_parse(value.u.text.at, guid);
    arena_free(&scratch);
    return is;
}

/* ComVisible(false) on it: it is no part of the name. */
static bool is_hidden(Assembly *assembly, uint32_t token)
{
    Arena scratch = ARENA_INIT;
    AttrTarget target = {assembly, token};
    AttrValue value;
    bool hidden = find_argument(&target, known_com_visible(), &scratch, &value) &&
                  value.type.kind == ELEMENT_BOOLEAN && !value.u.i;
    arena_free(&scratch);
    return hidden;
}

/* -- signatures ---------------------------------------------------------------- */

typedef struct Printer {
    const Image *image;
    Cursor sig;
    Buffer text;
} Printer;

static void print_type(Printer *p, int depth);

static const char *simple_name(uint8_t element)
{
    static const char *const names[] = {
        [ELEMENT_VOID] = "void",
        [ELEMENT_BOOLEAN] = "bool",
        [ELEMENT_CHAR] = "wchar",
        [ELEMENT_I1] = "int8",
        [ELEMENT_U1] = "unsigned int8",
        [ELEMENT_I2] = "int16",
        [ELEMENT_U2] = "unsigned int16",
        [ELEMENT_I4] = "int32",
        [ELEMENT_U4] = "unsigned int32",
        [ELEMENT_I8] = "int64",
        [ELEMENT_U8] = "unsigned int64",
        [ELEMENT_R4] = "float32",
        [ELEMENT_R8] = "float64",
        [ELEMENT_I] = "int",
        [ELEMENT_U] = "unsigned int",
        [ELEMENT_OBJECT] = "class System.Object",
        [ELEMENT_STRING] = "class System.String",
        [ELEMENT_TYPEDBYREF] = "refany",
    };
    return element < sizeof names / sizeof *names ? names[element] : NULL;
}

/* Of nested types without what they are nested in. */
static void print_row(Printer *p, TableId table, uint32_t rid)
{
    bool def = table == TABLE_TypeDef;
    const char *space =
        image_get_string(p->image, table, rid,
                         def ? COL_TypeDef_TypeNamespace : COL_TypeRef_TypeNamespace);
    if (*space)
        buffer_printf(&p->text, "%s.", space);
    buffer_printf(&p->text, "%s",
                  image_get_string(p->image, table, rid,
                                   def ? COL_TypeDef_TypeName : COL_TypeRef_TypeName));
}

static void print_class(Printer *p, int depth)
{
    static const TableId tables[] = {TABLE_TypeDef, TABLE_TypeRef, TABLE_TypeSpec};
    uint32_t coded = cursor_compressed(&p->sig), rid = coded >> 2;
    if ((coded & 3) == 3) {
        p->sig.failed = true;
    } else if (tables[coded & 3] != TABLE_TypeSpec) {
        print_row(p, tables[coded & 3], rid);
    } else {
        Cursor rest = p->sig;
        p->sig = cursor_open(
            image_get_blob(p->image, TABLE_TypeSpec, rid, COL_TypeSpec_Signature));
        print_type(p, depth + 1);
        rest.failed |= p->sig.failed;
        p->sig = rest;
    }
}

/* Sizes without lower bounds are not shown, nor bounds without sizes. */
static void print_rank(Printer *p)
{
    int32_t sizes[32] = {0}, lows[32] = {0};
    uint32_t rank = cursor_compressed(&p->sig), n = cursor_compressed(&p->sig);
    for (uint32_t i = 0; i < n && !p->sig.failed; i++)
        sizes[i % 32] = (int32_t)cursor_compressed(&p->sig);
    n = cursor_compressed(&p->sig);
    for (uint32_t i = 0; i < n && !p->sig.failed; i++)
        lows[i % 32] = (int32_t)cursor_compressed(&p->sig);
    if (rank > 32)
        p->sig.failed = true;
    buffer_u8(&p->text, '[');
    for (uint32_t i = 0; i < rank && !p->sig.failed; i++) {
        if (sizes[i] && lows[i])
            buffer_printf(&p->text, "%d...%d", lows[i], lows[i] + sizes[i] + 1);
        if (i + 1 < rank)
            buffer_u8(&p->text, ',');
    }
    buffer_u8(&p->text, ']');
}

static void print_list(Printer *p, uint32_t n, const char *brackets, int depth)
{
    buffer_u8(&p->text, (uint8_t)brackets[0]);
    for (uint32_t i = 0; i < n && cursor_left(&p->sig); i++) {
        if (i)
            buffer_u8(&p->text, ',');
        print_type(p, depth);
    }
    buffer_u8(&p->text, (uint8_t)brackets[1]);
}

static void print_method(Printer *p, int depth)
{
    static const char *const conventions[SIG_KIND_MASK + 1] = {
        [SIG_C] = "unmanaged cdecl ",
        [SIG_STDCALL] = "unmanaged stdcall ",
        [SIG_THISCALL] = "unmanaged thiscall ",
        [SIG_FASTCALL] = "unmanaged fastcall ",
        [SIG_VARARG] = "vararg ",
        [SIG_FIELD] = "<error> ",
        [SIG_LOCALS] = "<error> ",
        [0xb] = "native vararg ",
    };
    uint8_t kind = cursor_u8(&p->sig);
    if (kind & SIG_HASTHIS)
        buffer_printf(&p->text, "instance ");
    if (kind & SIG_GENERIC) {
        buffer_printf(&p->text, "generic ");
        cursor_compressed(&p->sig);
    }
    if (conventions[kind & SIG_KIND_MASK])
        buffer_printf(&p->text, "%s", conventions[kind & SIG_KIND_MASK]);
    uint32_t n = cursor_compressed(&p->sig);
    print_type(p, depth + 1);
    print_list(p, n, "()", depth + 1);
}

static void print_suffixed(Printer *p, const char *suffix, int depth)
{
    print_type(p, depth + 1);
    buffer_printf(&p->text, "%s", suffix);
}

static void print_composed(Printer *p, uint8_t element, int depth)
{
    switch (element) {
    case ELEMENT_VALUETYPE:
    case ELEMENT_CLASS:
        buffer_printf(&p->text, element == ELEMENT_CLASS ? "class " : "value class ");
        print_class(p, depth);
        break;
    case ELEMENT_CMOD_REQD:
    case ELEMENT_CMOD_OPT:
        buffer_printf(&p->text, element == ELEMENT_CMOD_OPT ? "optional_modifier "
                                                            : "required_modifier ");
        print_class(p, depth);
        buffer_u8(&p->text, ' ');
        print_type(p, depth + 1);
        break;
    case ELEMENT_ARRAY:
        print_type(p, depth + 1);
        print_rank(p);
        break;
    case ELEMENT_VAR:
    case ELEMENT_MVAR:
        buffer_printf(&p->text, element == ELEMENT_VAR ? "!%u" : "!!%u",
                      cursor_compressed(&p->sig));
        break;
    case ELEMENT_GENERICINST:
        print_type(p, depth + 1);
        print_list(p, cursor_compressed(&p->sig), "<>", depth + 1);
        break;
    case ELEMENT_FNPTR:
        buffer_printf(&p->text, "fnptr ");
        print_method(p, depth + 1);
        break;
    default:
        p->sig.failed = true;
        break;
    }
}

static void print_type(Printer *p, int depth)
{
    uint8_t element = cursor_u8(&p->sig);
    const char *name = simple_name(element);
    if (depth > MAX_DEPTH)
        p->sig.failed = true;
    if (p->sig.failed)
        return;
    if (name)
        buffer_printf(&p->text, "%s", name);
    else if (element == ELEMENT_SZARRAY)
        print_suffixed(p, "[]", depth);
    else if (element == ELEMENT_PTR)
        print_suffixed(p, "*", depth);
    else if (element == ELEMENT_BYREF)
        print_suffixed(p, "&", depth);
    else
        print_composed(p, element, depth);
}

/* Of a field's text the last letter is left off. */
static bool add_printed(Buffer *name, Printer *p, size_t left_off)
{
    bool ok = !p->sig.failed && p->text.size;
    if (ok)
        buffer_put(name, p->text.data, p->text.size - left_off);
    buffer_free(&p->text);
    return ok || exception_set("System.ArgumentException", NULL);
}

/* -- names --------------------------------------------------------------------- */

static bool add_utf16(Buffer *name, const char *text, size_t size, bool as_library)
{
    String *wide = string_from_utf8n(text, size);
    if (!wide)
        return false;
    for (int32_t i = 0; i < wide->length; i++) {
        uint16_t c = wide->chars[i];
        if (as_library)
            c = c == '.' || c == ' ' ? '_' : c < 128 ? (uint16_t)tolower(c) : c;
        buffer_put(name, &c, sizeof c);
    }
    return true;
}

static void print_full_name(Buffer *text, const Type *type)
{
    if (type->declaring) {
        print_full_name(text, type->declaring);
        buffer_u8(text, '+');
    } else if (*type->name_space) {
        buffer_printf(text, "%s.", type->name_space);
    }
    buffer_printf(text, "%s", type->name);
}

static bool add_type_name(Buffer *name, const Type *type)
{
    Buffer text = BUFFER_INIT;
    print_full_name(&text, type);
    bool ok = add_utf16(name, (const char *)text.data, text.size, false);
    buffer_free(&text);
    return ok;
}

static bool add_assembly(Buffer *name, Assembly *assembly)
{
    const AssemblyName *id = assembly_name_of(assembly);
    if (!add_utf16(name, assembly->name, strlen(assembly->name), true))
        return false;
    buffer_put(name, "TypeLib", 7);
    const uint16_t version[] = {(uint16_t)id->major, (uint16_t)id->major,
                                (uint16_t)id->build, (uint16_t)id->revision,
                                (uint16_t)id->minor};
    buffer_put(name, version, id->minor ? sizeof version : sizeof version - 2);
    Bytes key =
        image_get_blob(assembly->image, TABLE_Assembly, 1, COL_Assembly_PublicKey);
    buffer_put(name, key.data, key.size);
    return true;
}

static bool add_method(Buffer *name, Assembly *assembly, uint32_t rid)
{
    const Image *image = assembly->image;
    uint32_t token = TOKEN(TABLE_MethodDef, rid), first, end;
    uint32_t flags = image_get(image, TABLE_MethodDef, rid, COL_MethodDef_Flags);
    if ((flags & METHOD_ACCESS_MASK) != METHOD_PUBLIC ||
        image_find_rows(image, TABLE_GenericParam, COL_GenericParam_Owner, token,
                        &first, &end) ||
        is_hidden(assembly, token) || exception_pending())
        return !exception_pending();
    Printer p = {.image = image};
    p.sig = cursor_open(
        image_get_blob(image, TABLE_MethodDef, rid, COL_MethodDef_Signature));
    print_method(&p, 0);
    if (!add_printed(name, &p, 0))
        return false;
    image_list(image, TABLE_MethodDef, rid, COL_MethodDef_ParamList, TABLE_Param,
               &first, &end);
    for (; first < end; first++) {
        uint32_t param = image_list_row(image, TABLE_Param, first);
        if (image_get(image, TABLE_Param, param, COL_Param_Sequence))
            buffer_u8(name,
                      (uint8_t)image_get(image, TABLE_Param, param, COL_Param_Flags));
    }
    return true;
}

static bool add_field(Buffer *name, Assembly *assembly, uint32_t rid)
{
    uint32_t flags = image_get(assembly->image, TABLE_Field, rid, COL_Field_Flags);
    if ((flags & FIELD_ACCESS_MASK) != FIELD_PUBLIC ||
        is_hidden(assembly, TOKEN(TABLE_Field, rid)) || exception_pending())
        return !exception_pending();
    Printer p = {.image = assembly->image};
    p.sig = cursor_open(
        image_get_blob(assembly->image, TABLE_Field, rid, COL_Field_Signature));
    cursor_u8(&p.sig);
    print_type(&p, 0);
    return add_printed(name, &p, 1);
}

static bool add_members(Buffer *name, const Type *type)
{
    Assembly *assembly = type->assembly;
    uint32_t first, end, rid = TOKEN_RID(type->token);
    bool ok = true;
    image_list(assembly->image, TABLE_TypeDef, rid, COL_TypeDef_MethodList,
               TABLE_MethodDef, &first, &end);
    for (; ok && first < end; first++)
        ok = add_method(name, assembly,
                        image_list_row(assembly->image, TABLE_MethodDef, first));
    image_list(assembly->image, TABLE_TypeDef, rid, COL_TypeDef_FieldList, TABLE_Field,
               &first, &end);
    for (; ok && first < end; first++)
        ok = add_field(name, assembly,
                       image_list_row(assembly->image, TABLE_Field, first));
    return ok;
}

/* -- GUIDs --------------------------------------------------------------------- */

static void swap(uint8_t *a, uint8_t *b)
{
    uint8_t kept = *a;
    *a = *b;
    *b = kept;
}

static void guid_of_name(const Buffer *name, uint8_t *guid)
{
    static const uint8_t space[GUID_SIZE] = {0x69, 0xf9, 0xcb, 0xc9, 0xda, 0x05,
                                             0x11, 0xd1, 0x94, 0x08, 0x00, 0x00,
                                             0xf8, 0x08, 0x34, 0x60};
    struct md5_ctx md5;
    md5_init(&md5);
    md5_update(&md5, sizeof space, space);
    md5_update(&md5, name->size, name->data);
    md5_digest(&md5, GUID_SIZE, guid);
    guid[6] = (uint8_t)((guid[6] & 0x0f) | 0x30);
    guid[8] = (uint8_t)((guid[8] & 0x3f) | 0x80);
    swap(&guid[0], &guid[3]);
    swap(&guid[1], &guid[2]);
    swap(&guid[4], &guid[5]);
    swap(&guid[6], &guid[7]);
}

typedef struct Guid {
    uint8_t bytes[GUID_SIZE];
} Guid;

static void get_guid(void *handle, Guid *out)
{
    const Type *type = type_of_handle(handle)->def;
    uint8_t *guid = out->bytes;
    memset(guid, 0, GUID_SIZE);
    if (!type->token || guid_of_attribute(type, guid) || exception_pending())
        return;
    Buffer name = BUFFER_INIT;
    bool is_interface = type->flags & TYPE_INTERFACE;
    if (add_type_name(&name, type) &&
        (is_interface ? add_members(&name, type)
                      : add_assembly(&name, type->assembly))) {
        if (name.size % 2)
            buffer_u8(&name, 0);
        guid_of_name(&name, guid);
    }
    buffer_free(&name);
}

const QcallRow qcalls_type_guid[] = {
    QCALL(ReflectionInvocation_GetGuid, get_guid),
    QCALLS_END,
};
