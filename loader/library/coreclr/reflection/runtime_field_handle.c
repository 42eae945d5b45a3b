/* runtime_field_handle.c - System.RuntimeFieldHandle: what a field is, and its value.
 *
 * Managed code reads and writes most fields itself, by an offset or an address that it
 * asks for once. It expects structures in static fields to be boxed, which they are not
 * here, and knows no way for fields of threads: for these it calls each time
 * (IsFastPathSupported).
 */
#include "loader/library/coreclr/core/type_handle.h"
#include "loader/library/coreclr/members.h"
#include "loader/library/coreclr/table.h"
#include "loader/reflect/invoke.h"
#include "loader/vm/exception.h"
#include "loader/vm/typert.h"

static Field *field_of_object(Object *object)
{
    return *field_runtime_field_handle(object);
}

/* -- what it is ---------------------------------------------------------------- */

static int32_t get_attributes(Field *field)
{
    return (int32_t)reflection_field_attributes(field);
}

static int32_t get_token(Field *field)
{
    return (int32_t)field->token;
}

static const char *utf8_name(Field *field)
{
    return field->name;
}

static void *declaring_table(Field *field)
{
    return type_handle(reflection_closed_over_itself(field->owner));
}

static int32_t needs_context(Field *field)
{
    (void)field; /* each instance of a type has its own */
    return 0;
}

static Object *no_loader_allocator(Field *field)
{
    (void)field;
    return NULL;
}

static bool is_static(const Field *field)
{
    return (field->flags & FIELD_STATIC) != 0;
}

static int32_t is_fast(Object *object)
{
    const Field *field = field_of_object(object);
    if (!is_static(field))
        return 1;
    return !field->is_thread_static &&
           (type_underlying(field->type)->element != ELEMENT_VALUETYPE);
}

/* From the first byte behind the header; of values from their start. */
static uint32_t data_offset(const Field *field)
{
    return type_is_valuetype(field->owner) ? field->offset
                                           : field->offset - OBJECT_HEADER_SIZE;
}

static int32_t instance_offset(Object *object)
{
    return (int32_t)data_offset(field_of_object(object));
}

/* Its class is initialised by who asks. */
static void *static_address(Object *object)
{
    const Field *field = field_of_object(object);
    char *block = type_statics(field->owner);
    return block ? block + field->offset : NULL;
}

static Field *field_on(Field *field, VTable *vtable)
{
    Type *type = vtable->type;
    if (!type_reach(type, LEVEL_LAYOUT))
        return NULL;
    for (uint32_t i = 0; i < type->n_fields; i++)
        if (type->fields[i].token == field->token)
            return &type->fields[i];
    return field;
}

const FcallRow fcalls_runtime_field_handle[] = {
    FCALL("AcquiresContextFromThis", NULL, needs_context),
    FCALL("GetApproxDeclaringMethodTable", NULL, declaring_table),
    FCALL("GetAttributes", NULL, get_attributes),
    FCALL("GetInstanceFieldOffset", NULL, instance_offset),
    FCALL("GetLoaderAllocatorInternal", NULL, no_loader_allocator),
    FCALL("GetStaticFieldAddress", NULL, static_address),
    FCALL("GetStaticFieldForGenericType", NULL, field_on),
    FCALL("GetToken", NULL, get_token),
    FCALL("GetUtf8NameInternal", NULL, utf8_name),
    FCALL("IsFastPathSupported", NULL, is_fast),
    FCALLS_END,
};

/* -- values -------------------------------------------------------------------- */

/* Who reflects on a static field sees what its class's initializer threw as a call's
 * target would have. False: pending. */
static bool init_owner(const Field *field)
{
    if (!is_static(field) || field->flags & FIELD_LITERAL || type_init(field->owner))
        return true;
    Object *cause = exception_take();
    Object *wrapped = exception_new_inner(
        "System.Reflection.TargetInvocationException",
        "Exception has been thrown by the target of an invocation.", cause);
    if (wrapped)
        exception_set_object(wrapped);
    return false;
}

static int32_t is_initialized(const Field *field)
{
    return __atomic_load_n(&type_rt(field->owner)->cctor_state, __ATOMIC_ACQUIRE) ==
           CCTOR_DONE;
}

static void get_value(Field *field, Object **object, Object **keep_type, void *type,
                      Object **keep_owner, void *owner, int32_t *initialized,
                      Object **result)
{
    (void)keep_type, (void)type, (void)keep_owner, (void)owner;
    if (init_owner(field))
        *result = reflection_field_get(field, *object);
    *initialized = is_initialized(field);
}

/* False: pending. */
static bool check_writable(Field *field)
{
    if (!is_static(field) || !(field->flags & FIELD_INITONLY))
        return true;
    if (!is_initialized(field))
        return true;
    Arena scratch = ARENA_INIT;
    exception_set("System.FieldAccessException",
                  "Cannot set initonly static field '%s' after type '%s' is "
                  "initialized.",
                  field->name, type_name(&scratch, field->owner));
    arena_free(&scratch);
    return false;
}

static void set_value(Field *field, Object **object, Object **value, Object **keep_type,
                      void *type, Object **keep_owner, void *owner,
                      int32_t *initialized)
{
    (void)keep_type, (void)type, (void)keep_owner, (void)owner;
    if (init_owner(field) && check_writable(field))
        reflection_field_set(field, *object, *value);
    *initialized = is_initialized(field);
}

static void data_reference(Field *field, Object **target, void **result)
{
    *result = (char *)object_value(*target) + data_offset(field);
}

static void *refuse_reference(const Type *type)
{
    if (type_is_valuetype(type))
        exception_argument("System.ArgumentException", "obj",
                           "Value does not fall within the expected range.");
    else
        exception_set("System.ArgumentException",
                      "Object type cannot be converted to target type.");
    return NULL;
}

/* A TypedReference of an object, or of a value that the field is in. NULL: pending. */
static void *address_in(const Field *field, const void *reference)
{
    if (is_static(field)) {
        bool done;
        char *block = field->is_thread_static ? type_thread_static_base(field->owner)
                                              : type_static_base(field->owner, &done);
        return block ? block + field->offset : NULL;
    }
    Type *type = type_of_handle(*(void **)field_typed_reference_type(reference));
    if (!type_castable(type, field->owner))
        return refuse_reference(type);
    char *at = *field_typed_reference_value(reference);
    if (!type_is_valuetype(field->owner))
        at = *(char **)(void *)at;
    if (at)
        return at + field->offset;
    exception_set("System.NullReferenceException", NULL);
    return NULL;
}

static void get_direct(Field *field, const void *reference, Object **keep_type,
                       void *type, Object **keep_owner, void *owner, Object **result)
{
    (void)keep_type, (void)type, (void)keep_owner, (void)owner;
    void *at = init_owner(field) ? address_in(field, reference) : NULL;
    if (at)
        *result = reflection_box(field->type, at);
}

static void set_direct(Field *field, const void *reference, Object **value,
                       Object **keep_type, void *type, Object **keep_owner, void *owner)
{
    (void)keep_type, (void)type, (void)keep_owner, (void)owner;
    bool ready = init_owner(field) && check_writable(field);
    void *at = ready ? address_in(field, reference) : NULL;
    if (at)
        reflection_unbox(field->type, *value, at);
}

/* Data that lie in the file. */
static int32_t rva_info(Field *field, const void **address, uint32_t *size)
{
    Bytes bytes;
    if (!(field->flags & FIELD_HASRVA) || !reflection_load(field->owner, LEVEL_LAYOUT))
        return 0;
    *size = type_value_size(field->type);
    if (!image_rva(field->owner->assembly->image, field->rva, *size, &bytes))
        return 0;
    *address = bytes.data;
    return 1;
}

const QcallRow qcalls_runtime_field_handle[] = {
    QCALL(RuntimeFieldHandle_GetFieldDataReference, data_reference),
    QCALL(RuntimeFieldHandle_GetRVAFieldInfo, rva_info),
    QCALL(RuntimeFieldHandle_GetValue, get_value),
    QCALL(RuntimeFieldHandle_GetValueDirect, get_direct),
    QCALL(RuntimeFieldHandle_SetValue, set_value),
    QCALL(RuntimeFieldHandle_SetValueDirect, set_direct),
    QCALLS_END,
};
