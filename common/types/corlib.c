/* corlib.c - the core assembly of the class library: its build, the types that are
 * known by name, the methods that are not what their IL says. */
#include <stdlib.h>
#include <string.h>

#include "common/base/file.h"
#include "common/base/mem.h"
#include "common/base/search.h"
#include "common/types/types_private.h"

/* -- Loading --------------------------------------------------------------------- */

bool world_is_core_file(const World *world, const char *path)
{
    const char *name = file_name(path);
    size_t n = strlen(world->library->core);
    return !strncmp(name, world->library->core, n) && !strcmp(name + n, ".dll");
}

static bool know_types(World *world, Err *err)
{
    for (int i = 0; i < KNOWN_COUNT; i++) {
        const LibraryName *row = &world->library->known[i];
        if (!row->name)
            continue;
        world->known.at[i] =
            assembly_find_type(world->corlib, row->name_space, row->name, err);
        if (!world->known.at[i])
            return err_set(err, ERR_BAD_IMAGE,
                           "%s: the class library has no type %s.%s",
                           world->corlib->image->path, row->name_space, row->name);
    }
    return true;
}

/* The token of a field of a TypeDef; 0: none. */
static uint32_t find_field(const Image *image, uint32_t type, const char *name)
{
    uint32_t first, end;
    image_list(image, TABLE_TypeDef, type, COL_TypeDef_FieldList, TABLE_Field, &first,
               &end);
    for (uint32_t i = first; i < end; i++) {
        uint32_t row = image_list_row(image, TABLE_Field, i);
        if (!strcmp(image_get_string(image, TABLE_Field, row, COL_Field_Name), name))
            return TOKEN(TABLE_Field, row);
    }
    return 0;
}

/* Is the string constant of a field that text? */
static bool constant_is(const Image *image, uint32_t field, const char *text)
{
    uint32_t first, end;
    if (!image_find_rows(image, TABLE_Constant, COL_Constant_Parent, field, &first,
                         &end))
        return false;
    Bytes value = image_get_blob(image, TABLE_Constant, first, COL_Constant_Value);
    size_t n = strlen(text);
    if (value.size != 2 * n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (value.data[2 * i] != (uint8_t)text[i] || value.data[2 * i + 1])
            return false;
    return true;
}

/* Other builds have other fields and ask other things of the runtime. */
static bool check_build(World *world, Err *err)
{
    const LibraryBuild *build = &world->library->build;
    const Image *image = world->corlib->image;
    if (!build->type)
        return image_get(image, TABLE_Assembly, 1, COL_Assembly_MajorVersion) ==
                   build->major ||
               err_set(err, ERR_BAD_IMAGE, "%s: not the class library of %s",
                       image->path, world->library->title);
    uint32_t type = names_find(world->corlib, 0, build->name_space, build->type);
    uint32_t field = type ? find_field(image, type, build->field) : 0;
    return (field && constant_is(image, field, build->value)) ||
           err_set(err, ERR_BAD_IMAGE, "%s: not the class library of %s", image->path,
                   world->library->title);
}

static bool load_corlib(World *world, Err *err)
{
    char *path = world_find_in_library(world, world->library->core);
    if (!path)
        return err_set(err, ERR_IO, "%s.dll not found", world->library->core);
    world->corlib = world_load_file(world, path, err);
    free(path);
    if (world->corlib) { /* whose names are asked for all over */
        Bytes metadata = world->corlib->image->metadata;
        mem_populate(metadata.data, metadata.size, false);
    }
    if (world->corlib && check_build(world, err) && know_types(world, err)) {
        world_make_canon(world);
        return true;
    }
    world->corlib = NULL;
    return false;
}

bool world_load_corlib(World *world, Err *err)
{
    world_lock(world);
    bool ok = world->corlib || load_corlib(world, err);
    world_unlock(world);
    return ok;
}

/* -- Methods that are something else ----------------------------------------------- */

/* Rows are sorted by type, so those of one lie together: the first of them. */
static uint32_t first_row(const Library *library, const char *type)
{
    return search_first(i, 0, library->n_intrinsics,
                        strcmp(library->intrinsics[i].type, type) < 0);
}

const LibraryIntrinsic *corlib_intrinsic(const Type *type, const char *method,
                                         uint32_t n_params)
{
    const Library *library = type->world->library;
    if (type->assembly != type->world->corlib || type->declaring)
        return NULL;
    for (uint32_t i = first_row(library, type->name); i < library->n_intrinsics; i++) {
        const LibraryIntrinsic *row = &library->intrinsics[i];
        if (strcmp(row->type, type->name) != 0)
            break;
        if (row->n_params == n_params && !strcmp(row->method, method) &&
            !strcmp(row->name_space, type->name_space))
            return row;
    }
    return NULL;
}

bool corlib_has_intrinsics(const Type *type)
{
    const Library *library = type->world->library;
    uint32_t i = first_row(library, type->name);
    return type->assembly == type->world->corlib && i < library->n_intrinsics &&
           !strcmp(library->intrinsics[i].type, type->name);
}

/* -- Methods that are left to the runtime ------------------------------------------ */

bool corlib_is_marked(const Method *method)
{
    const World *world = method->type->world;
    const LibraryName *mark = &world->library->open.mark;
    const Image *image = method->type->assembly->image;
    return mark->name && method->type->assembly == world->corlib && !method->synth &&
           (image_has_attribute(image, method->token, mark->name_space, mark->name) ||
            image_has_attribute(image, method->type->token, mark->name_space,
                                mark->name));
}

static bool has_feature_name(const Method *method)
{
    const char *const *name = method->type->world->library->open.features;
    while (name && *name && strcmp(*name, method->name) != 0)
        name++;
    return name && *name;
}

/* call itself; ret */
static bool only_calls_itself(Method *method, Bytes code)
{
    Err ignored = ERR_INIT;
    IlInsn call, ret;
    if (!il_decode(code, 0, &call) || call.op != CIL_CALL ||
        !il_decode(code, call.next, &ret) || ret.op != CIL_RET)
        return false;
    const Method *callee =
        method_from_token(method->type->assembly, call.u.token, NULL, NULL, &ignored);
    return callee && callee->def == method->def;
}

bool corlib_is_feature(Method *method)
{
    Err ignored = ERR_INIT;
    Arena scratch = ARENA_INIT;
    IlBody body;
    if (!(method->flags & METHOD_STATIC) || !has_feature_name(method) ||
        !corlib_is_marked(method))
        return false;
    bool is = method_body(method, &scratch, &body, &ignored) &&
              only_calls_itself(method, body.code);
    arena_free(&scratch);
    return is;
}

/* -- Strings ----------------------------------------------------------------------- */

Method *corlib_string_factory(World *world, const MethodSig *sig, Err *err)
{
    Type *string = world->known.string;
    const char *name = world->library->string_factory;
    if (!type_load(string, LEVEL_READY, err))
        return NULL;
    for (uint32_t i = 0; i < string->n_methods; i++) {
        Method *method = string->methods[i];
        if (strcmp(method->name, name) != 0)
            continue;
        MethodSig *candidate = method_sig(method, err);
        if (!candidate)
            return NULL;
        if (candidate->n_params == sig->n_params &&
            !memcmp(candidate->params, sig->params,
                    sig->n_params * sizeof *sig->params))
            return method;
    }
    err_set(err, ERR_MISSING_METHOD, "System.String.%s", name);
    return NULL;
}
