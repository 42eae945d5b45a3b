/* test_types.c - type descriptors over the real class libraries, over shapes.cs, whose
 * types have a known layout, and over bad.il, whose types can't be loaded. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/types/types.h"
#include "tests/run.h"

#define MONO_LIB "/usr/lib/mono/4.5"
#define COUNT(array) (sizeof(array) / sizeof *(array))

Suite *suite_types(void);

static World *world;
static Assembly *shapes, *bad;
static Arena scratch;
static char directory[32];

/* -- Fixtures ---------------------------------------------------------------------- */

static void world_setup(void)
{
    Err err = ERR_INIT;
    world = world_open();
    world_set_library_dir(world, MONO_LIB);
    ck_assert_msg(world_load_corlib(world, &err), "%s", err.text);
}

static void world_teardown(void)
{
    world_close(world);
    arena_free(&scratch);
}

static Assembly *compile(const char *command, const char *name)
{
    char line[512], path[128];
    Err err = ERR_INIT;
    snprintf(path, sizeof path, "%s/%s", directory, name);
    snprintf(line, sizeof line, "%s%s >/dev/null 2>&1", command, path);
    ck_assert_msg(!system(line), "failed: %s", line);
    File file;
    ck_assert_msg(file_open(&file, path, false, &err), "%s", err.text);
    Bytes copy = {arena_copy(&world->perm, file.bytes.data, file.bytes.size),
                  file.bytes.size};
    file_close(&file);
    unlink(path);
    Image *image = image_open_bytes(copy, name, &err);
    ck_assert_msg(image, "%s", err.text);
    return world_add_image(world, image, &err);
}

static void compiled_setup(void)
{
    world_setup();
    strcpy(directory, "/tmp/codicil-types-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(directory));
    shapes = compile("mcs -nologo -unsafe -target:library -warn:0 "
                     "tests/unit/types/shapes.cs -out:",
                     "shapes.dll");
    bad = compile("ilasm /quiet /dll tests/unit/types/bad.il /output:", "bad.dll");
    rmdir(directory);
}

/* -- Types by name: "Ns.Name`1[Arg,Arg][]", "Outer+Inner", "X&", "X*" ---------- */

static Type *parse_type(const char **at);

static Type *find_named(const char *name)
{
    Assembly *assemblies[] = {shapes, bad, world->corlib};
    char *copy = arena_strdup(&scratch, name);
    char *plus = strchr(copy, '+');
    if (plus)
        *plus++ = 0;
    char *dot = strrchr(copy, '.');
    const char *ns = dot ? copy : "";
    if (dot)
        *dot = 0;
    for (size_t i = 0; i < COUNT(assemblies); i++) {
        Err err = ERR_INIT;
        Type *type = assemblies[i] ? assembly_find_type(assemblies[i], ns,
                                                        dot ? dot + 1 : copy, &err)
                                   : NULL;
        if (type)
            return plus ? type_find_nested(type, plus) : type;
    }
    return !strcmp(name, "System.__Canon") ? world->canon : NULL;
}

static Type *parse_args(Type *def, const char **at)
{
    Type *args[8];
    uint32_t n = 0;
    Err err = ERR_INIT;
    do {
        ++*at;
        args[n++] = parse_type(at);
    } while (**at == ',');
    ++*at;
    Type *type = type_instance(def, args, n, &err);
    ck_assert_msg(type, "%s", err.text);
    return type;
}

static Type *parse_type(const char **at)
{
    size_t n = strcspn(*at, "[],&*");
    const char *name = arena_strndup(&scratch, *at, n);
    *at += n;
    Type *type = find_named(name);
    ck_assert_msg(type, "no type %s", name);
    if (**at == '[' && (*at)[1] != ']' && (*at)[1] != ',')
        type = parse_args(type, at);
    for (;;) {
        if (**at == '&' || **at == '*') {
            type = *(*at)++ == '&' ? type_byref(type) : type_ptr(type);
        } else if (**at == '[') {
            uint32_t rank = (uint32_t)strspn(*at + 1, ",") + 1;
            type = rank > 1 ? type_array(type, rank) : type_szarray(type);
            *at += rank + 1;
        } else {
            return type;
        }
    }
}

static Type *T(const char *name)
{
    const char *at = name;
    Type *type = parse_type(&at);
    ck_assert_msg(!*at, "%s", name);
    return type;
}

static Type *ready(const char *name)
{
    Err err = ERR_INIT;
    Type *type = T(name);
    ck_assert_msg(type_load(type, LEVEL_READY, &err), "%s: %s", name, err.text);
    return type;
}

static Method *method_of(const char *type, const char *name)
{
    Method *method = type_find_method(ready(type), name, -1);
    ck_assert_msg(method, "%s.%s", type, name);
    return method;
}

#define LIST "System.Collections.Generic.List`1"
#define PAIR "System.Collections.Generic.KeyValuePair`2"
#define DICTIONARY "System.Collections.Generic.Dictionary`2"
#define IENUMERABLE "System.Collections.Generic.IEnumerable`1"
#define ILIST "System.Collections.Generic.IList`1"
#define I4 "System.Int32"
#define STRING "System.String"
#define OBJECT "System.Object"

/* -- Whole libraries --------------------------------------------------------------- */

static const char *const libraries[] = {"mscorlib", "System", "System.Core",
                                        "System.Xml"};

START_TEST(every_type_of_a_library_gets_ready)
{
    Err err = ERR_INIT;
    Assembly *assembly = world_load_name(world, libraries[_i], NULL, &err);
    ck_assert_msg(assembly, "%s", err.text);
    uint32_t n = image_rows(assembly->image, TABLE_TypeDef);
    for (uint32_t rid = 1; rid <= n; rid++)
        ck_assert_msg(type_load(assembly_type(assembly, rid), LEVEL_READY, &err), "%s",
                      err.text);
    if (assembly == world->corlib)
        ck_assert_uint_eq(n, 2931);
}
END_TEST

START_TEST(every_reference_of_a_library_is_found)
{
    Err err = ERR_INIT;
    Assembly *assembly = world_load_name(world, libraries[_i], NULL, &err);
    ck_assert_msg(assembly, "%s", err.text);
    const Image *image = assembly->image;
    for (uint32_t rid = 1; rid <= image_rows(image, TABLE_MemberRef); rid++) {
        Bytes sig =
            image_get_blob(image, TABLE_MemberRef, rid, COL_MemberRef_Signature);
        uint32_t token = TOKEN(TABLE_MemberRef, rid);
        bool field = sig.size && (sig.data[0] & SIG_KIND_MASK) == SIG_FIELD;
        const void *member =
            field ? (void *)field_from_token(assembly, token, NULL, &err)
                  : (void *)method_from_token(assembly, token, NULL, NULL, &err);
        ck_assert_msg(member, "%08x: %s", token, err.text);
    }
    for (uint32_t rid = 1; rid <= image_rows(image, TABLE_MethodSpec); rid++)
        ck_assert_msg(
            method_from_token(assembly, TOKEN(TABLE_MethodSpec, rid), NULL, NULL, &err),
            "%s", err.text);
}
END_TEST

/* -- Layout -------------------------------------------------------------------- */

static const struct {
    const char *type;
    uint32_t size, align;
} sizes[] = {
    {"System.Int32", 4, 4},
    {"System.Boolean", 1, 1},
    {"System.Char", 2, 2},
    {"System.IntPtr", 8, 8},
    {"System.DateTime", 8, 8},
    {"System.Decimal", 16, 8},
    {"System.Guid", 16, 4},
    {"System.DayOfWeek", 4, 4},
    {"System.Nullable`1[System.Int32]", 8, 4},
    {"System.Nullable`1[System.Byte]", 2, 1},
    {"System.Nullable`1[System.Int64]", 16, 8},
    {PAIR "[System.String,System.Int32]", 16, 8},
    {"System.Object", 16, 8},
    {"System.String", 24, 8},
    {"System.Array", 16, 8},
    {"System.Int32[]", 24, 8},
    {"System.Int32[,]", 40, 8},
    {"Mixed", 24, 8},
    {"MixedClass", 48, 8},
    {"Empty", 1, 1},
    {"Packed", 7, 1},
    {"Sized", 40, 4},
    {"Union", 16, 8},
    {"Small", 1, 1},
    {"StaticSelf", 4, 4},
    {"OuterValue", 8, 4},
    {"Nested", 24, 8},
    {"Two`2[System.Byte,System.Int16]", 4, 2},
};

START_TEST(instances_have_the_size_that_is_known)
{
    Type *type = ready(sizes[_i].type);
    ck_assert_uint_eq(type->size, sizes[_i].size);
    ck_assert_uint_eq(type->align, sizes[_i].align);
}
END_TEST

static const struct {
    const char *type, *field;
    uint32_t offset;
} offsets[] = {
    {"System.String", "_stringLength", STRING_LENGTH_OFFSET},
    {"System.String", "_firstChar", STRING_CHARS_OFFSET},
    {"System.Array+RawData", "Count", ARRAY_LENGTH_OFFSET},
    {"System.Array+RawData", "Data", ARRAY_DATA_OFFSET},
    {PAIR "[System.String,System.Int32]", "value", 8},
    {"Mixed", "O", 8},
    {"Mixed", "B", 16},
    {"Mixed", "C", 20},
    {"MixedClass", "O", 16},
    {"MixedClass", "S", 24},
    {"MixedClass", "C", 32},
    {"MixedClass", "B", 40},
    {"MixedClass", "A", 42},
    {"MixedChild", "P", 48},
    {"MixedChild", "D", 56},
    {"Packed", "B", 1},
    {"Packed", "C", 5},
    {"Union", "F", 0},
    {"Union", "S", 8},
    {"Nested", "Z", 16},
    {"Statics", "O", 0},
    {"Statics", "T", 0},
    {"Statics", "I", 8},
};

START_TEST(fields_lie_where_they_should)
{
    Field *field = type_find_field(ready(offsets[_i].type), offsets[_i].field);
    ck_assert_ptr_nonnull(field);
    ck_assert_uint_eq(field->offset, offsets[_i].offset);
}
END_TEST

static const struct {
    const char *type;
    uint64_t map;
} maps[] = {
    {"Mixed", 1 << 1},
    {"MixedClass", 1 << 2 | 1 << 3},
    {"MixedChild", 1 << 2 | 1 << 3 | 1 << 6},
    {"Union", 1 << 1},
    {"Nested", 1 << 0},
    {"System.Guid", 0},
    {"System.ByReference`1[System.Int32]", 1},
    {"System.Span`1[System.Int32]", 1},
    {"Two`2[Mixed,System.String]", 1 << 1 | 1 << 3},
};

START_TEST(reference_maps_show_every_reference)
{
    Type *type = ready(maps[_i].type);
    ck_assert_uint_eq(type->ref_map[0], maps[_i].map);
    ck_assert_int_eq((type->bits & TYPE_BIT_HAS_REFS) != 0, maps[_i].map != 0);
}
END_TEST

START_TEST(static_blocks_hold_statics_apart_by_thread)
{
    Type *type = ready("Statics");
    ck_assert_uint_eq(type->thread_static_size, 16);
    ck_assert_uint_eq(type->thread_static_ref_map[0], 1);
    ck_assert(type_find_field(type, "T")->is_thread_static);
    ck_assert(!type_find_field(type, "B")->is_thread_static);
    uint32_t m = type_find_field(type, "M")->offset;
    uint64_t expected = 1ull << (type_find_field(type, "O")->offset / 8) |
                        1ull << (type_find_field(type, "Data")->offset / 8) |
                        1ull << (m / 8 + 1);
    ck_assert_uint_eq(type->static_ref_map[0], expected);
}
END_TEST

START_TEST(data_fields_keep_their_rva_and_are_aligned)
{
    Type *details = ready("<PrivateImplementationDetails>");
    uint32_t with_rva = 0;
    for (uint32_t i = 0; i < details->n_fields; i++)
        if (details->fields[i].flags & FIELD_HASRVA) {
            with_rva++;
            ck_assert_uint_ne(details->fields[i].rva, 0);
            ck_assert_uint_eq(details->fields[i].offset % 8, 0);
        }
    ck_assert_uint_gt(with_rva, 0);
}
END_TEST

static const char *const shared[][2] = {
    {LIST "[System.String]", LIST "[System.__Canon]"},
    {DICTIONARY "[System.String,System.Object]",
     DICTIONARY "[System.__Canon,System.__Canon]"},
    {DICTIONARY "[System.Int32,System.Int32[]]",
     DICTIONARY "[System.Int32,System.__Canon]"},
    {PAIR "[System.String," PAIR "[System.Object,System.Int32]]",
     PAIR "[System.__Canon," PAIR "[System.__Canon,System.Int32]]"},
    {LIST "[" LIST "[System.Int32]]", LIST "[System.__Canon]"},
    {LIST "[System.Int32]", LIST "[System.Int32]"},
    {"System.String", "System.String"},
};

START_TEST(shared_instantiations_have_one_layout)
{
    Type *exact = ready(shared[_i][0]), *canon = ready(shared[_i][1]);
    ck_assert_ptr_eq(type_canonical(exact), canon);
    ck_assert_uint_eq(exact->size, canon->size);
    ck_assert_uint_eq(exact->static_size, canon->static_size);
    ck_assert_uint_eq(exact->n_slots, canon->n_slots);
    for (uint32_t i = 0; i < exact->n_fields; i++)
        ck_assert_uint_eq(exact->fields[i].offset, canon->fields[i].offset);
    ck_assert_mem_eq(exact->ref_map, canon->ref_map, (exact->ref_words + 63) / 64 * 8);
}
END_TEST

/* What holds T may hold references, what holds numbers does not. */
START_TEST(instances_are_not_laid_out_as_their_definition)
{
    Type *def = ready(PAIR);
    ck_assert(def->bits & TYPE_BIT_HAS_REFS);
    Type *instance = ready(PAIR "[System.SByte,System.UInt16]");
    ck_assert(!(instance->bits & TYPE_BIT_HAS_REFS));
    ck_assert(ready(PAIR "[System.SByte,System.Version]")->bits & TYPE_BIT_HAS_REFS);
}
END_TEST

START_TEST(enums_have_an_underlying_type)
{
    ck_assert_ptr_eq(type_underlying(T("Small")), world->known.u1);
    ck_assert_ptr_eq(type_underlying(T("System.DayOfWeek")), world->known.i4);
    ck_assert_ptr_eq(type_underlying(T(I4)), T(I4));
    ck_assert(!(T("System.Enum")->bits & (TYPE_BIT_VALUETYPE | TYPE_BIT_ENUM)));
}
END_TEST

/* -- Slots and interfaces ---------------------------------------------------------- */

START_TEST(object_has_its_four_slots)
{
    static const char *const names[] = {"Equals", "Finalize", "GetHashCode",
                                        "ToString"};
    Type *object = ready(OBJECT);
    ck_assert_uint_eq(object->n_slots, 4);
    for (size_t i = 0; i < COUNT(names); i++) {
        bool found = false;
        for (uint32_t k = 0; k < object->n_slots; k++)
            found |= !strcmp(object->slots[k]->name, names[i]);
        ck_assert_msg(found, "%s", names[i]);
    }
}
END_TEST

START_TEST(finalizers_are_those_that_override_the_one_of_object)
{
    ck_assert_ptr_null(ready(OBJECT)->finalizer);
    ck_assert_ptr_null(ready(STRING)->finalizer);
    Type *type = ready("Finalized");
    ck_assert(type->bits & TYPE_BIT_FINALIZER);
    ck_assert_ptr_eq(type->finalizer->type, type);
}
END_TEST

static const struct {
    const char *type, *decl_type, *decl, *impl;
} calls[] = {
    {"Explicit", "IWork", "Work", "Explicit:IWork.Work ()"},
    {"Redeclares", "IWork", "Work", "Explicit:IWork.Work ()"},
    {"Reimplements", "IWork", "Work", "Reimplements:Work ()"},
    {"Overrides", "IWork", "Work", "Explicit:IWork.Work ()"},
    {"Overrides", "Explicit", "Work", "Overrides:Work ()"},
    {"PublicOverride", "IWork", "Work", "PublicOverride:Work ()"},
    {"Hides", "IWork", "Work", "Public:Work ()"},
    {"Hides", "Public", "Work", "Public:Work ()"},
    {"Closed", "IWork", "Work", "Closed:Work ()"},
    {"Giver`1[System.Int32]", "IGive`1[System.Int32]", "Give", "Giver`1<int>:Give ()"},
    {"Giver`1[System.String]", "IGive`1[System.Object]", "Give",
     "Giver`1<string>:Give ()"},
    {"Giver`1[System.Object]", "ITake`1[System.String]", "Take",
     "Giver`1<object>:Take (object)"},
    {"IntGiver", OBJECT, "ToString", "System.Object:ToString ()"},
    {LIST "[System.Int32]", IENUMERABLE "[System.Int32]", "GetEnumerator",
     "System.Collections.Generic.List`1<int>:System.Collections.Generic.IEnumerable<T>."
     "GetEnumerator ()"},
    {LIST "[System.String]", "System.Collections.IEnumerable", "GetEnumerator",
     "System.Collections.Generic.List`1<string>:System.Collections.IEnumerable."
     "GetEnumerator ()"},
    {"System.Int32[]", ILIST "[System.Int32]", "get_Item",
     "System.Array:InternalArray__get_Item<int> (int)"},
    {"System.String[]", ILIST "[System.Object]", "IndexOf",
     "System.Array:InternalArray__IndexOf<object> (object)"},
    {"System.String[]", "System.Collections.Generic.ICollection`1[System.String]",
     "get_Count", "System.Array:InternalArray__ICollection_get_Count ()"},
    {"System.DayOfWeek[]", "System.Collections.Generic.IReadOnlyList`1[System.Int32]",
     "get_Item", "System.Array:InternalArray__IReadOnlyList_get_Item<int> (int)"},
    {"System.Int32[,]", "System.Collections.ICollection", "get_Count",
     "System.Array:System.Collections.ICollection.get_Count ()"},
    {"System.Int32", OBJECT, "ToString", "System.Int32:ToString ()"},
    {"System.DayOfWeek", OBJECT, "GetHashCode", "System.Enum:GetHashCode ()"},
};

START_TEST(virtual_calls_run_the_right_method)
{
    Err err = ERR_INIT;
    Method *decl = method_of(calls[_i].decl_type, calls[_i].decl);
    for (uint32_t i = 0; i < decl->type->n_methods; i++) /* the virtual one */
        if (!strcmp(decl->type->methods[i]->name, calls[_i].decl) &&
            decl->type->methods[i]->flags & METHOD_VIRTUAL)
            decl = decl->type->methods[i];
    Method *impl = type_virtual_impl(T(calls[_i].type), decl, &err);
    ck_assert_msg(impl, "%s", err.text);
    ck_assert_str_eq(method_name(&scratch, impl), calls[_i].impl);
}
END_TEST

START_TEST(generic_virtual_calls_keep_their_arguments)
{
    Err err = ERR_INIT;
    Type *args[] = {T(I4)};
    Method *decl = method_of("IGive`1[System.String]", "As");
    decl = method_instance(decl, args, 1, &err);
    Method *impl = type_virtual_impl(T("Giver`1[System.String]"), decl, &err);
    ck_assert_msg(impl, "%s", err.text);
    ck_assert_str_eq(method_name(&scratch, impl), "Giver`1<string>:As<int> (int)");
}
END_TEST

START_TEST(class_methods_that_are_not_virtual_implement_through_the_compiler)
{
    Type *type = ready("FromBase");
    ck_assert_uint_eq(type->n_interfaces, 1);
    ck_assert_str_eq(type->iface_map[0].impls[0]->name, "Work");
}
END_TEST

/* -- Relations --------------------------------------------------------------------- */

static const struct {
    const char *from, *to;
    bool yes;
} assignments[] = {
    {STRING, OBJECT, true},
    {OBJECT, STRING, false},
    {STRING, "System.IComparable", true},
    {STRING, "System.IComparable`1[System.String]", true},
    {STRING, "System.IComparable`1[System.Object]", false},
    {I4, OBJECT, true},
    {I4, "System.ValueType", true},
    {I4, "System.Enum", false},
    {"System.DayOfWeek", "System.Enum", true},
    {"System.DayOfWeek", I4, false},
    {I4, "System.Nullable`1[System.Int32]", true},
    {"System.Nullable`1[System.Int32]", I4, false},
    {"System.Nullable`1[System.Int32]", "System.Nullable`1[System.Int64]", false},
    {"System.String[]", "System.Object[]", true},
    {"System.Object[]", "System.String[]", false},
    {"System.String[]", "System.Array", true},
    {"System.String[]", "System.String[,]", false},
    {"System.String[,]", "System.Object[,]", true},
    {"System.String[][]", "System.Object[]", true},
    {"System.String[][]", "System.Object[][]", true},
    {"System.Int32[]", "System.Object[]", false},
    {"System.Int32[]", "System.UInt32[]", true},
    {"System.Int32[]", "System.Int16[]", false},
    {"System.Int32[]", "System.DayOfWeek[]", true},
    {"System.DayOfWeek[]", "System.UInt32[]", true},
    {"System.Boolean[]", "System.Byte[]", false},
    {"System.Int32[]", "System.Single[]", false},
    {"System.Int32[][]", "System.UInt32[][]", true},
    {"System.String[]", ILIST "[System.Object]", true},
    {"System.String[]", IENUMERABLE "[System.Object]", true},
    {"System.Int32[]", ILIST "[System.UInt32]", true},
    {"System.Int32[]", IENUMERABLE "[System.Object]", false},
    {"System.Object[]", ILIST "[System.String]", false},
    {"System.String[,]", ILIST "[System.String]", false},
    {LIST "[System.String]", IENUMERABLE "[System.Object]", true},
    {LIST "[System.Int32]", IENUMERABLE "[System.Object]", false},
    {LIST "[System.String]", ILIST "[System.Object]", false},
    {IENUMERABLE "[System.String]", IENUMERABLE "[System.Object]", true},
    {IENUMERABLE "[" IENUMERABLE "[System.String]]",
     IENUMERABLE "[" IENUMERABLE "[System.Object]]", true},
    {IENUMERABLE "[System.String]", OBJECT, true},
    {"Fun`2[System.Object,System.String]", "Fun`2[System.String,System.Object]", true},
    {"Fun`2[System.String,System.String]", "Fun`2[System.Object,System.String]", false},
    {"Fun`2[System.Int32,System.String]", "Fun`2[System.Int32,System.Object]", true},
    {"MixedChild", "MixedClass", true},
    {"MixedClass", "MixedChild", false},
    {"System.Int32&", OBJECT, false},
    {"System.Int32*", OBJECT, false},
};

START_TEST(values_are_usable_as_castclass_says)
{
    Err err = ERR_INIT;
    bool yes = type_assignable(T(assignments[_i].from), T(assignments[_i].to), &err);
    ck_assert_int_eq(err.kind, ERR_NONE);
    ck_assert_msg(yes == assignments[_i].yes, "%s -> %s", assignments[_i].from,
                  assignments[_i].to);
}
END_TEST

START_TEST(constraints_are_checked)
{
    Err err = ERR_INIT;
    ck_assert(type_check_constraints(T("Node`1[System.String]"), &err));
    ck_assert(!type_check_constraints(T("Node`1[System.Object]"), &err));
    ck_assert_int_eq(err.kind, ERR_TYPE_LOAD);
}
END_TEST

/* -- Names and identity ------------------------------------------------------------ */

static const char *const names[] = {
    "System.String",
    LIST "[System.String]",
    DICTIONARY "[System.String," LIST "[System.Int32[]]]",
    DICTIONARY "+Entry[System.Int32,System.String]",
    "System.Int32[]",
    "System.Int32[,][]",
    "System.Int32*",
    "System.String&",
    "System.Array+RawData",
};

START_TEST(names_are_those_of_reflection_and_identify)
{
    ck_assert_str_eq(type_name(&scratch, T(names[_i])), names[_i]);
    ck_assert_ptr_eq(T(names[_i]), T(names[_i]));
}
END_TEST

START_TEST(definitions_are_their_own_instances)
{
    Err err = ERR_INIT;
    Type *list = T(LIST);
    Type *vars[] = {type_var(world, false, 0)};
    ck_assert_ptr_eq(type_instance(list, vars, 1, &err), list);
    Type *args[] = {T(STRING)};
    GenericContext ctx = {args, 1, NULL, 0};
    ck_assert_ptr_eq(type_substitute(list, &ctx, &err), T(LIST "[System.String]"));
    Type *open = type_szarray(vars[0]);
    ck_assert_ptr_eq(type_substitute(open, &ctx, &err), T("System.String[]"));
    ck_assert_ptr_eq(type_substitute(T(I4), &ctx, &err), T(I4));
}
END_TEST

static const struct {
    const char *type, *method, *arg; /* arg: of the method, or NULL */
    ContextKind kind;
} contexts[] = {
    {LIST "[System.String]", "Add", NULL, CONTEXT_THIS},
    {LIST "[System.String]", ".cctor", NULL, CONTEXT_TYPE},
    {LIST "[System.Int32]", ".cctor", NULL, CONTEXT_NONE},
    {LIST "[System.Int32]", "Add", NULL, CONTEXT_NONE},
    {LIST "[" PAIR "[System.Int32,System.String]]", "Add", NULL, CONTEXT_THIS},
    {LIST "[System.String]", "ConvertAll", I4, CONTEXT_METHOD},
    {LIST "[System.Int32]", "ConvertAll", STRING, CONTEXT_METHOD},
    {LIST "[System.Int32]", "ConvertAll", I4, CONTEXT_NONE},
    {PAIR "[System.String,System.Int32]", "get_Key", NULL, CONTEXT_TYPE},
    {"System.Array", "Empty", STRING, CONTEXT_METHOD},
    {"System.Array", "Empty", I4, CONTEXT_NONE},
    {STRING, "get_Length", NULL, CONTEXT_NONE},
};

START_TEST(shared_code_takes_the_context_that_it_needs)
{
    Err err = ERR_INIT;
    Method *method = method_of(contexts[_i].type, contexts[_i].method);
    if (contexts[_i].arg) {
        Type *args[] = {T(contexts[_i].arg)};
        method = method_instance(method, args, 1, &err);
    }
    Method *canonical = method_canonical(method);
    ck_assert_int_eq(method_context_kind(method), contexts[_i].kind);
    ck_assert_int_eq(method_context_kind(canonical), contexts[_i].kind);
    ck_assert_int_eq(canonical == method, contexts[_i].kind == CONTEXT_NONE);
    ck_assert_ptr_eq(method_canonical(canonical), canonical);
}
END_TEST

/* -- Arrays and call sites --------------------------------------------------------- */

START_TEST(arrays_have_synthesised_methods)
{
    static const struct {
        const char *name;
        SynthKind kind;
        int n_params;
    } expected[] = {
        {".ctor", SYNTH_ARRAY_CTOR, 2},      {".ctor", SYNTH_ARRAY_CTOR_LB, 4},
        {"Get", SYNTH_ARRAY_GET, 2},         {"Set", SYNTH_ARRAY_SET, 3},
        {"Address", SYNTH_ARRAY_ADDRESS, 2},
    };
    Type *type = ready("System.String[,]");
    for (size_t i = 0; i < COUNT(expected); i++) {
        Method *m = type_find_method(type, expected[i].name, expected[i].n_params);
        ck_assert_ptr_nonnull(m);
        ck_assert_int_eq(m->synth, expected[i].kind);
    }
}
END_TEST

START_TEST(references_to_members_of_arrays_take_the_callers_context)
{
    Err err = ERR_INIT;
    Type *args[] = {T(STRING)};
    GenericContext ctx = {args, 1, NULL, 0};
    uint32_t synth = 0;
    for (uint32_t i = 1; i <= image_rows(shapes->image, TABLE_MemberRef); i++) {
        Bytes sig =
            image_get_blob(shapes->image, TABLE_MemberRef, i, COL_MemberRef_Signature);
        if ((sig.data[0] & SIG_KIND_MASK) == SIG_FIELD)
            continue;
        Method *m =
            method_from_token(shapes, TOKEN(TABLE_MemberRef, i), &ctx, NULL, &err);
        ck_assert_msg(m, "%s", err.text);
        synth += m->type == T("System.String[,]");
    }
    ck_assert_uint_eq(synth, 4);
}
END_TEST

START_TEST(vararg_call_sites_have_their_own_signature)
{
    Err err = ERR_INIT;
    uint32_t sites = 0;
    for (uint32_t i = 1; i <= image_rows(shapes->image, TABLE_MemberRef); i++) {
        MethodSig *site = NULL;
        Bytes sig =
            image_get_blob(shapes->image, TABLE_MemberRef, i, COL_MemberRef_Signature);
        if ((sig.data[0] & SIG_KIND_MASK) != SIG_VARARG)
            continue;
        Method *m =
            method_from_token(shapes, TOKEN(TABLE_MemberRef, i), NULL, &site, &err);
        ck_assert_msg(m && site, "%s", err.text);
        ck_assert_int_eq(site->n_params, 3);
        ck_assert_int_eq(site->sentinel, 0);
        sites++;
    }
    ck_assert_uint_eq(sites, 1);
}
END_TEST

START_TEST(bodies_and_locals_are_read)
{
    Err err = ERR_INIT;
    IlBody body;
    Type **locals;
    bool *pinned;
    uint32_t n, bodies = 0;
    for (uint32_t rid = 1; rid <= image_rows(shapes->image, TABLE_MethodDef); rid++) {
        Method *m = assembly_method(shapes, rid, &err);
        GenericContext ctx = method_context(m);
        if (!method_body(m, &scratch, &body, &err))
            continue;
        bodies++;
        ck_assert_msg(locals_from_token(shapes, body.locals_token, &ctx, &scratch,
                                        &locals, &pinned, &n, &err),
                      "%s", err.text);
    }
    ck_assert_int_eq(err.kind, ERR_NONE);
    ck_assert_uint_gt(bodies, 20);
    ck_assert(!method_body(method_of("IWork", "Work"), &scratch, &body, &err));
    ck_assert_int_eq(err.kind, ERR_NONE);
}
END_TEST

/* -- Assemblies -------------------------------------------------------------------- */

START_TEST(facades_forward_to_the_class_library)
{
    static const char *const facades[] = {"System.Runtime", "netstandard"};
    for (size_t i = 0; i < COUNT(facades); i++) {
        Err err = ERR_INIT;
        Assembly *facade = world_load_name(world, facades[i], NULL, &err);
        ck_assert_msg(facade, "%s", err.text);
        ck_assert_ptr_eq(assembly_find_type(facade, "System", "Object", &err),
                         T(OBJECT));
        ck_assert_ptr_null(assembly_find_type(facade, "System", "NoSuch", &err));
        ck_assert_int_eq(err.kind, ERR_NONE);
    }
}
END_TEST

START_TEST(missing_assemblies_fail_and_present_ones_load_once)
{
    Err err = ERR_INIT, none = ERR_INIT;
    ck_assert_ptr_null(world_load_name(world, "System.Private.CoreLib", NULL, &err));
    ck_assert_int_eq(err.kind, ERR_IO);
    Assembly *xml = world_load_name(world, "System.Xml", NULL, &none);
    ck_assert_msg(xml, "%s", none.text);
    ck_assert_ptr_eq(world_load_file(world, MONO_LIB "/System.Xml.dll", &none), xml);
    ck_assert_ptr_eq(world_load_name(world, "mscorlib", xml, &none), world->corlib);
}
END_TEST

START_TEST(the_assembly_cache_serves_what_the_directories_lack)
{
    Err err = ERR_INIT;
    World *other = world_open();
    Assembly *xml = world_load_name(other, "System.Xml", NULL, &err);
    ck_assert_msg(xml, "%s", err.text);
    ck_assert_ptr_nonnull(strstr(xml->image->path, "/gac/"));
    world_close(other);
}
END_TEST

/* -- Bad metadata ------------------------------------------------------------------ */

static const struct {
    const char *type;
    ErrKind kind;
    const char *text;
} failures[] = {
    {"CycleA", ERR_TYPE_LOAD, "needs itself"},
    {"CycleB", ERR_TYPE_LOAD, "needs itself"},
    {"ICycleB", ERR_TYPE_LOAD, "needs itself"},
    {"Self", ERR_TYPE_LOAD, "needs itself"},
    {"MutualB", ERR_TYPE_LOAD, "needs itself"},
    {"Expanding`1", ERR_TYPE_LOAD, "needs itself"},
    {"UsesExpandingField", ERR_TYPE_LOAD, "without end"},
    {"Unimplemented", ERR_TYPE_LOAD, "no implementation of System.IDisposable.Dispose"},
    {"OfString", ERR_TYPE_LOAD, "sealed"},
    {"OfInterface", ERR_TYPE_LOAD, "its parent is an interface"},
    {"ImplementsClass", ERR_TYPE_LOAD, "not an interface"},
    {"Missing", ERR_TYPE_LOAD, "System.NoSuchType"},
    {"VarRange`1", ERR_BAD_IMAGE, "out of range"},
    {"Overlap", ERR_TYPE_LOAD, "overlaps"},
    {"OddReference", ERR_TYPE_LOAD, "odd offset"},
    {"NoValue", ERR_TYPE_LOAD, "enum"},
    {"OverridesFinal", ERR_TYPE_LOAD, "final"},
    {"NotAbstract", ERR_TYPE_LOAD, "not abstract"},
};

/* Overwrites a cell in the bytes behind an image. */
static void patch(Assembly *assembly, uint32_t token, int column, uint32_t raw)
{
    const ImageTable *table = &assembly->image->tables[TOKEN_TABLE(token)];
    uint8_t *cell = (uint8_t *)table->rows +
                    (size_t)(TOKEN_RID(token) - 1) * table->row_size +
                    table->offset[column];
    memcpy(cell, &raw, table->width[column]);
}

static uint32_t rid_of(const char *name)
{
    return TOKEN_RID(T(name)->token);
}

static uint32_t expanding_spec(void)
{
    for (uint32_t i = 1; i <= image_rows(bad->image, TABLE_TypeSpec); i++) {
        Err err = ERR_INIT;
        Type *type = type_from_token(bad, TOKEN(TABLE_TypeSpec, i), NULL, &err);
        if (type && !strcmp(type_name(&scratch, type), "Expanding`1[Expanding`1]"))
            return i;
    }
    ck_abort_msg("no such TypeSpec");
    return 0;
}

/* What ilasm refuses to write. */
static void bad_setup(void)
{
    uint32_t spec, row, end;
    Image *image;
    compiled_setup();
    image = bad->image;
    patch(bad, TOKEN(TABLE_NestedClass, 1), COL_NestedClass_EnclosingClass,
          image_get(image, TABLE_NestedClass, 2, COL_NestedClass_NestedClass));
    spec = expanding_spec();
    patch(bad, TOKEN(TABLE_TypeDef, rid_of("CycleA")), COL_TypeDef_Extends,
          rid_of("CycleB") << 2);
    patch(bad, TOKEN(TABLE_TypeDef, rid_of("Expanding`1")), COL_TypeDef_Extends,
          spec << 2 | 2);
    patch(bad, T("NotAbstract")->token, COL_TypeDef_Flags, TYPE_PUBLIC);
    T("NotAbstract")->bits &= ~(uint32_t)TYPE_BIT_ABSTRACT;
    ck_assert(image_find_rows(image, TABLE_InterfaceImpl, COL_InterfaceImpl_Class,
                              rid_of("ICycleB"), &row, &end));
    patch(bad, TOKEN(TABLE_InterfaceImpl, row), COL_InterfaceImpl_Interface,
          rid_of("ICycleB") << 2); /* an interface that implements itself */
}

START_TEST(bad_types_fail_with_a_reason_each_time)
{
    Type *type = T(failures[_i].type);
    for (int again = 0; again < 2; again++) {
        Err err = ERR_INIT;
        ck_assert(!type_load(type, LEVEL_READY, &err));
        ck_assert_int_eq(err.kind, failures[_i].kind);
        ck_assert_msg(strstr(err.text, failures[_i].text), "%s", err.text);
    }
}
END_TEST

START_TEST(enclosing_types_that_are_a_cycle_fail)
{
    for (uint32_t row = 1; row <= 2; row++) {
        Err err = ERR_INIT;
        uint32_t rid =
            image_get(bad->image, TABLE_NestedClass, row, COL_NestedClass_NestedClass);
        ck_assert(!type_load(assembly_type(bad, rid), LEVEL_PARENTS, &err));
        ck_assert_msg(strstr(err.text, "enclosing types are a cycle"), "%s", err.text);
    }
}
END_TEST

START_TEST(bad_tokens_fail)
{
    static const uint32_t tokens[] = {
        0,          0x01000000, 0x01ffffff, 0x02000000, 0x02ffffff, 0x04ffffff,
        0x06000000, 0x06ffffff, 0x0a000000, 0x0affffff, 0x11000001, 0x1bffffff,
        0x2b000000, 0x2bffffff, 0x70000001, 0xffffffff,
    };
    uint32_t token = tokens[_i];
    Err type = ERR_INIT, method = ERR_INIT, field = ERR_INIT;
    ck_assert_ptr_null(type_from_token(world->corlib, token, NULL, &type));
    ck_assert_ptr_null(method_from_token(world->corlib, token, NULL, NULL, &method));
    ck_assert_ptr_null(field_from_token(world->corlib, token, NULL, &field));
    ck_assert_int_eq(type.kind, ERR_BAD_IMAGE);
    ck_assert_int_eq(method.kind, ERR_BAD_IMAGE);
    ck_assert_int_eq(field.kind, ERR_BAD_IMAGE);
}
END_TEST

static const struct {
    uint8_t bytes[12];
    uint8_t n;
} bad_sigs[] = {
    {{0}, 0},
    {{0x1d}, 1},                         /* array of nothing */
    {{0x1d, 0x01}, 2},                   /* array of void */
    {{0x10, 0x10, 0x08}, 3},             /* reference to a reference */
    {{0x14, 0x08, 0x00, 0x00, 0x00}, 5}, /* rank 0 */
    {{0x14, 0x08, 0x21, 0x00, 0x00}, 5}, /* rank 33 */
    {{0x12, 0xff}, 2},                   /* token cut off */
    {{0x12, 0x02}, 2},                   /* TypeSpec as a class */
    {{0x15, 0x08}, 2},                   /* instance of a primitive */
    {{0x13, 0x09}, 2},                   /* VAR out of range */
    {{0x1e, 0x00}, 2},                   /* MVAR without method */
    {{0x45, 0x1f}, 2},                   /* modifiers and no type */
    {{0x7f}, 1},
    {{0x1b, 0x00, 0x7f, 0x01}, 4}, /* parameters cut off */
};

START_TEST(bad_signatures_fail)
{
    Err err = ERR_INIT;
    Type *args[] = {world->known.i4};
    GenericContext ctx = {args, 1, args, 0};
    Cursor c = cursor_of(bad_sigs[_i].bytes, bad_sigs[_i].n);
    ck_assert_ptr_null(type_from_sig(world->corlib, &c, &ctx, NULL, &err));
    ck_assert_int_ne(err.kind, ERR_NONE);
}
END_TEST

START_TEST(signatures_nest_up_to_a_limit)
{
    Err err = ERR_INIT;
    uint8_t bytes[5000];
    memset(bytes, ELEMENT_SZARRAY, sizeof bytes);
    bytes[sizeof bytes - 1] = ELEMENT_I4;
    Cursor c = cursor_of(bytes, sizeof bytes);
    ck_assert_ptr_null(type_from_sig(world->corlib, &c, NULL, NULL, &err));
    ck_assert_int_eq(err.kind, ERR_BAD_IMAGE);
}
END_TEST

START_TEST(instantiations_without_end_fail)
{
    Err err = ERR_INIT;
    Type *type = T(I4), *pair[2];
    int n = 0;
    for (; type && n < 1000; n++) {
        pair[0] = pair[1] = type;
        type = type_instance(T(PAIR), pair, 2, &err);
    }
    ck_assert_int_lt(n, 20);
    ck_assert_int_eq(err.kind, ERR_TYPE_LOAD);
}
END_TEST

/* -- Suite ------------------------------------------------------------------------- */

#define LOOP(tcase, test, table) tcase_add_loop_test(tcase, test, 0, (int)COUNT(table))

static TCase *library_tests(void)
{
    TCase *tcase = tcase_create("libraries");
    tcase_add_unchecked_fixture(tcase, world_setup, world_teardown);
    tcase_set_timeout(tcase, 60);
    LOOP(tcase, every_type_of_a_library_gets_ready, libraries);
    LOOP(tcase, every_reference_of_a_library_is_found, libraries);
    tcase_add_test(tcase, object_has_its_four_slots);
    tcase_add_test(tcase, data_fields_keep_their_rva_and_are_aligned);
    LOOP(tcase, names_are_those_of_reflection_and_identify, names);
    tcase_add_test(tcase, definitions_are_their_own_instances);
    LOOP(tcase, shared_code_takes_the_context_that_it_needs, contexts);
    LOOP(tcase, shared_instantiations_have_one_layout, shared);
    tcase_add_test(tcase, arrays_have_synthesised_methods);
    tcase_add_test(tcase, facades_forward_to_the_class_library);
    tcase_add_test(tcase, missing_assemblies_fail_and_present_ones_load_once);
    tcase_add_test(tcase, the_assembly_cache_serves_what_the_directories_lack);
    tcase_add_loop_test(tcase, bad_tokens_fail, 0, 16);
    LOOP(tcase, bad_signatures_fail, bad_sigs);
    tcase_add_test(tcase, signatures_nest_up_to_a_limit);
    tcase_add_test(tcase, instantiations_without_end_fail);
    return tcase;
}

static TCase *shape_tests(void)
{
    TCase *tcase = tcase_create("shapes");
    tcase_add_unchecked_fixture(tcase, compiled_setup, world_teardown);
    LOOP(tcase, instances_have_the_size_that_is_known, sizes);
    LOOP(tcase, fields_lie_where_they_should, offsets);
    LOOP(tcase, reference_maps_show_every_reference, maps);
    tcase_add_test(tcase, static_blocks_hold_statics_apart_by_thread);
    tcase_add_test(tcase, instances_are_not_laid_out_as_their_definition);
    tcase_add_test(tcase, enums_have_an_underlying_type);
    tcase_add_test(tcase, finalizers_are_those_that_override_the_one_of_object);
    LOOP(tcase, virtual_calls_run_the_right_method, calls);
    tcase_add_test(tcase, generic_virtual_calls_keep_their_arguments);
    tcase_add_test(tcase,
                   class_methods_that_are_not_virtual_implement_through_the_compiler);
    LOOP(tcase, values_are_usable_as_castclass_says, assignments);
    tcase_add_test(tcase, constraints_are_checked);
    tcase_add_test(tcase, references_to_members_of_arrays_take_the_callers_context);
    tcase_add_test(tcase, vararg_call_sites_have_their_own_signature);
    tcase_add_test(tcase, bodies_and_locals_are_read);
    return tcase;
}

static TCase *bad_tests(void)
{
    TCase *tcase = tcase_create("bad");
    tcase_add_unchecked_fixture(tcase, bad_setup, world_teardown);
    LOOP(tcase, bad_types_fail_with_a_reason_each_time, failures);
    tcase_add_test(tcase, enclosing_types_that_are_a_cycle_fail);
    return tcase;
}

Suite *suite_types(void)
{
    Suite *suite = suite_create("types");
    suite_add_tcase(suite, library_tests());
    suite_add_tcase(suite, shape_tests());
    suite_add_tcase(suite, bad_tests());
    return suite;
}
