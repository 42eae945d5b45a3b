/* test_layout.c - the form of objects and vtables that class libraries read without
 * asking. What is expected of flags and sizes is what .NET 10 itself has for its types
 * of these names; where the runtimes differ, the row says so. */
#include <check.h>
#include <string.h>

#include "loader/gc/gc_private.h"
#include "loader/host/startup.h"
#include "loader/vm/array.h"
#include "loader/vm/object.h"
#include "loader/vm/typert.h"
#include "loader/vm/vm.h"
#include "tests/run.h"

Suite *suite_layout(void);

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void start(void)
{
    Err err = ERR_INIT;
    vm.mode = VM_INTERP;
    vm.no_cache = true;
    ck_assert_msg(vm_start(&err), "%s", err.text);
}

static Type *named(const char *ns, const char *name)
{
    Err err = ERR_INIT;
    Type *type = assembly_find_type(vm.world->corlib, ns, name, &err);
    ck_assert_msg(type, "%s", err.text);
    return type;
}

static Type *generic(const char *ns, const char *name, Type *arg)
{
    Err err = ERR_INIT;
    Type *type = type_instance(named(ns, name), &arg, 1, &err);
    ck_assert_msg(type, "%s", err.text);
    return type;
}

static Type *nullable(Type *arg)
{
    return generic("System", "Nullable`1", arg);
}

/* -- types by a short text ------------------------------------------------------ */

typedef struct Row {
    const char *type;
    uint32_t flags, base_size;
    const char *parent; /* name; NULL: none */
} Row;

#define COLLECTIONS "System.Collections.Generic"

static Type *type_of_row(const char *text)
{
    const KnownTypes *known = &vm.world->known;
    struct {
        const char *text;
        Type *type;
    } types[] = {
        {"object", known->object},
        {"string", known->string},
        {"int", known->i4},
        {"bool", known->boolean},
        {"IntPtr", known->i},
        {"ValueType", known->valuetype},
        {"Enum", known->enum_},
        {"Array", known->array},
        {"int[]", type_szarray(known->i4)},
        {"int[,]", type_array(known->i4, 2)},
        {"int[*]", type_array(known->i4, 1)},
        {"int[][]", type_szarray(type_szarray(known->i4))},
        {"int*[]", type_szarray(type_ptr(known->i4))},
        {"string[]", type_szarray(known->string)},
        {"string[,,]", type_array(known->string, 3)},
        {"IComparable[]", type_szarray(named("System", "IComparable"))},
        {"decimal[]", type_szarray(named("System", "Decimal"))},
        {"List<int>", generic(COLLECTIONS, "List`1", known->i4)},
        {"IList<string>", generic(COLLECTIONS, "IList`1", known->string)},
        {"IDisposable", named("System", "IDisposable")},
        {"DateTime", named("System", "DateTime")},
        {"DictionaryEntry", named("System.Collections", "DictionaryEntry")},
        {"DayOfWeek", named("System", "DayOfWeek")},
        {"int?", nullable(known->i4)},
        {"byte?", nullable(known->u1)},
        {"DateTime?", nullable(named("System", "DateTime"))},
        {"DictionaryEntry?", nullable(named("System.Collections", "DictionaryEntry"))},
        {"Action", named("System", "Action")},
        {"Span<int>", generic("System", "Span`1", known->i4)},
        {"WeakReference", named("System", "WeakReference")},
    };
    for (size_t i = 0; i < COUNT(types); i++)
        if (!strcmp(types[i].text, text))
            return types[i].type;
    ck_abort_msg("no type %s", text);
}

static VTable *vtable_of_row(const char *text)
{
    VTable *vtable = type_vtable(type_of_row(text));
    ck_assert_ptr_nonnull(vtable);
    return vtable;
}

static const Row rows[] = {
    {"object", 0x200, 16, NULL}, /* .NET: at least 24 */
    {"string", 0x80000002, 22, "Object"},
    {"int", 0x70000, 24, "ValueType"},
    {"bool", 0x70000, 24, "ValueType"},
    {"IntPtr", 0x70000, 24, "ValueType"},
    {"ValueType", 0x200, 16, "Object"},
    {"Enum", 0x200, 16, "ValueType"},
    {"Array", 0x200, 16, "Object"}, /* .NET's has no such constructor */
    {"int[]", 0x800a0004, 24, "Array"},
    {"int[,]", 0x80080004, 40, "Array"},
    {"int[*]", 0x80080004, 32, "Array"},
    {"int[][]", 0x810a0008, 24, "Array"},
    {"int*[]", 0x800a0008, 24, "Array"},
    {"string[]", 0x810a0008, 24, "Array"},
    {"string[,,]", 0x81080008, 48, "Array"},
    {"IComparable[]", 0x810a0008, 24, "Array"},
    {"decimal[]", 0x800a0010, 24, "Array"},
    {"List<int>", 0x1000210, 40, "Object"}, /* mscorlib's has one field more */
    {"IList<string>", 0xc0010, 0, "Object"},
    {"IDisposable", 0xc0000, 0, "Object"},
    {"DateTime", 0x40000, 24, "ValueType"},
    {"DictionaryEntry", 0x1040000, 32, "ValueType"},
    {"DayOfWeek", 0x60000, 24, "Enum"},
    {"int?", 0x50010, 24, "ValueType"},
    {"byte?", 0x50010, 24, "ValueType"},
    {"DateTime?", 0x50010, 32, "ValueType"},
    {"DictionaryEntry?", 0x1050010, 40, "ValueType"},
    {"Span<int>", 0x1041010, 32,
     "ValueType"}, /* here a reference that the GC follows */
};

START_TEST(a_vtable_begins_as_a_method_table)
{
    const Row *row = &rows[_i];
    const uint8_t *bytes = (const uint8_t *)vtable_of_row(row->type);
    uint32_t flags, base_size;
    uint16_t component;
    VTable *parent;
    memcpy(&flags, bytes, sizeof flags);
    memcpy(&component, bytes, sizeof component);
    memcpy(&base_size, bytes + 4, sizeof base_size);
    memcpy(&parent, bytes + 16, sizeof parent);
    ck_assert_msg(flags == row->flags, "%s: flags %x", row->type, flags);
    ck_assert_uint_eq(component, row->flags & 0xffff);
    ck_assert_msg(base_size == row->base_size, "%s: base size %u", row->type,
                  base_size);
    if (!row->parent)
        ck_assert_ptr_null(parent);
    else
        ck_assert_str_eq(parent->type->name, row->parent);
}
END_TEST

START_TEST(delegates_and_finalizers_show)
{
    const VTable *action = vtable_of_row("Action");
    ck_assert_uint_eq(action->flags, VTABLE_HAS_REFERENCES);
    ck_assert_str_eq(action->parent->type->name, "MulticastDelegate");
    ck_assert_uint_eq(vtable_of_row("WeakReference")->flags & 0x100000, 0x100000);
}
END_TEST

START_TEST(interfaces_are_listed)
{
    static const char *const types[] = {"object",        "string", "int[]", "List<int>",
                                        "IList<string>", "Action", "int?"};
    for (size_t i = 0; i < COUNT(types); i++) {
        const VTable *vtable = vtable_of_row(types[i]);
        const Type *type = vtable->type;
        uint16_t n;
        VTable *const *map;
        memcpy(&n, (const char *)vtable + 14, sizeof n);
        memcpy(&map, (const char *)vtable + 56, sizeof map);
        ck_assert_uint_eq(n, type->n_interfaces);
        for (uint32_t k = 0; k < n; k++)
            ck_assert_ptr_eq(map[k], type_vtable(type->interfaces[k]));
    }
    ck_assert_uint_gt(vtable_of_row("string")->n_interfaces, 5);
    ck_assert_uint_eq(vtable_of_row("int?")->n_interfaces, 0);
}
END_TEST

START_TEST(arrays_lead_to_their_elements)
{
    static const char *const pairs[][2] = {{"int[]", "int"},
                                           {"int[,]", "int"},
                                           {"int[][]", "int[]"},
                                           {"string[]", "string"}};
    for (size_t i = 0; i < COUNT(pairs); i++) {
        VTable *element;
        memcpy(&element, (const char *)vtable_of_row(pairs[i][0]) + 48, sizeof element);
        ck_assert_ptr_eq(element, vtable_of_row(pairs[i][1]));
    }
    ck_assert_str_eq(vtable_of_row("IComparable[]")->element->type->name,
                     "IComparable");
    /* It has no vtable: what the class library knows it by. */
    ck_assert_ptr_nonnull(vtable_of_row("int*[]")->element);
}
END_TEST

static const struct {
    const char *type, *value;
    uint32_t offset, size;
} nullables[] = {
    {"int?", "int", 4, 4},
    {"DateTime?", "DateTime", 8, 8},
    {"DictionaryEntry?", "DictionaryEntry", 8, 16},
};

START_TEST(nullables_lead_to_their_value)
{
    VTable *vtable = vtable_of_row(nullables[_i].type);
    VTable *const *const *args;
    uint32_t offset, size;
    memcpy(&args, (const char *)vtable + 48, sizeof args);
    memcpy(&offset, (const char *)vtable + 56, sizeof offset);
    memcpy(&size, (const char *)vtable + 60, sizeof size);
    ck_assert_ptr_eq(args[0][0], vtable_of_row(nullables[_i].value));
    ck_assert_uint_eq(offset, nullable_field(vtable->type, true)->offset);
    ck_assert_uint_eq(size, nullables[_i].size);
}
END_TEST

/* In whatever order they are made. */
START_TEST(the_type_object_is_found_behind_the_vtable)
{
    Type *types[] = {type_of_row("DayOfWeek"), type_of_row("string[,,]")};
    Object *objects[2];
    objects[0] = type_object(types[0]);
    VTable *vtables[] = {type_vtable(types[0]), type_vtable(types[1])};
    objects[1] = type_object(types[1]);
    for (int i = 0; i < 2; i++) {
        char *more;
        Object *found;
        memcpy(&more, (char *)vtables[i] + 32, sizeof more);
        memcpy(&found, more + 16, sizeof found);
        ck_assert_ptr_nonnull(found);
        ck_assert_ptr_eq(found, objects[i]);
    }
}
END_TEST

START_TEST(no_static_constructor_runs_for_a_vtable)
{
    Type *type = NULL;
    for (uint32_t rid = 1; !type && rid < 3000; rid++) { /* one that nobody has used */
        Type *at = assembly_type(vm.world->corlib, rid);
        if (at && at->bits & TYPE_BIT_CCTOR && !at->n_args && !at->rt &&
            !(at->bits & (TYPE_BIT_OPEN | TYPE_BIT_GENERIC_DEF)))
            type = at;
    }
    ck_assert_ptr_nonnull(type);
    ck_assert_ptr_nonnull(type_vtable(type_szarray(type)));
    ck_assert_ptr_nonnull(type_rt(type)->vtable);
    ck_assert_int_eq(type_rt(type)->cctor_state, CCTOR_NEEDED);
}
END_TEST

/* -- sizes of arrays ------------------------------------------------------------- */

static size_t granules(size_t size)
{
    return (size + 15) & ~(size_t)15;
}

START_TEST(a_vector_takes_24_bytes_and_its_elements)
{
    const KnownTypes *known = &vm.world->known;
    Type *elements[] = {known->u1, known->i2, known->i4, known->object,
                        named("System", "Decimal")};
    for (size_t e = 0; e < COUNT(elements); e++)
        for (uint32_t n = 0; n < 25; n++) {
            Array *array = array_new_of(elements[e], n);
            uint32_t size = type_value_size(elements[e]);
            ck_assert_uint_eq(array->object.vtable->base_size + n * size,
                              24 + n * size);
            ck_assert_uint_eq(heap_object_size(array), granules(24 + n * size));
        }
    ck_assert_uint_eq(heap_object_size(array_new_of(known->u1, 8)), 32);
}
END_TEST

START_TEST(other_arrays_take_8_bytes_a_dimension_more)
{
    int32_t lengths[] = {1, 2, 3, 1};
    for (uint32_t rank = 1; rank <= 4; rank++) {
        Type *type = type_array(vm.world->known.i8, rank);
        Array *array = array_new_md(type, lengths, NULL);
        ck_assert_uint_eq(heap_object_size(array),
                          granules(24 + 8 * rank + 8 * array->length));
        ck_assert_ptr_eq(array_data(array), (uint8_t *)array + 24 + 8 * rank);
        ck_assert_uint_eq((uintptr_t)array_data(array) % 8, 0);
        for (uint32_t i = 0; i < rank; i++) {
            ck_assert_int_eq(array_lengths(array)[i], lengths[i]);
            ck_assert_int_eq(array_lower_bounds(array)[i], 0);
        }
    }
}
END_TEST

Suite *suite_layout(void)
{
    Suite *suite = suite_create("layout");
    TCase *tcase = tcase_create("layout");
    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, start, NULL);
    tcase_add_loop_test(tcase, a_vtable_begins_as_a_method_table, 0, (int)COUNT(rows));
    tcase_add_test(tcase, delegates_and_finalizers_show);
    tcase_add_test(tcase, interfaces_are_listed);
    tcase_add_test(tcase, arrays_lead_to_their_elements);
    tcase_add_loop_test(tcase, nullables_lead_to_their_value, 0, (int)COUNT(nullables));
    tcase_add_test(tcase, the_type_object_is_found_behind_the_vtable);
    tcase_add_test(tcase, no_static_constructor_runs_for_a_vtable);
    tcase_add_test(tcase, a_vector_takes_24_bytes_and_its_elements);
    tcase_add_test(tcase, other_arrays_take_8_bytes_a_dimension_more);
    suite_add_tcase(suite, tcase);
    return suite;
}
