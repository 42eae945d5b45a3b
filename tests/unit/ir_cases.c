#include "tests/unit/ir_cases.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/file.h"

World *cases_world;
Assembly *cases_assembly;
Arena cases_arena;

/* Made once, also when both suites run. */
static Bytes cases_image(void)
{
    static uint8_t *image;
    static size_t size;
    if (image)
        return (Bytes){image, size};
    char path[] = "/tmp/codicil-ir-XXXXXX", command[256];
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    close(fd);
    snprintf(command, sizeof command,
             "ilasm /quiet /dll /output:%s tests/unit/ir/cases.il >/dev/null 2>&1",
             path);
    ck_assert_msg(!system(command), "failed: %s", command);
    Err err = ERR_INIT;
    File file;
    ck_assert_msg(file_open(&file, path, false, &err), "%s", err.text);
    size = file.bytes.size;
    image = malloc(size);
    ck_assert_ptr_nonnull(image);
    memcpy(image, file.bytes.data, size);
    file_close(&file);
    unlink(path);
    return (Bytes){image, size};
}

void cases_setup(void)
{
    Err err = ERR_INIT;
    cases_world = world_open();
    world_set_library_dir(cases_world, "/usr/lib/mono/4.5");
    ck_assert_msg(world_load_corlib(cases_world, &err), "%s", err.text);
    Image *image = image_open_bytes(cases_image(), "cases.dll", &err);
    ck_assert_msg(image, "%s", err.text);
    cases_assembly = world_add_image(cases_world, image, &err);
    ck_assert_msg(cases_assembly, "%s", err.text);
}

void cases_teardown(void)
{
    world_close(cases_world);
    arena_free(&cases_arena);
}

static Method *find_method(Assembly *assembly, const char *name_space,
                           const char *type_name_, const char *name, int n_params)
{
    Err err = ERR_INIT;
    Type *type = assembly_find_type(assembly, name_space, type_name_, &err);
    ck_assert_msg(type && type_load(type, LEVEL_READY, &err), "%s: %s", type_name_,
                  err.text);
    Method *method = type_find_method(type, name, n_params);
    ck_assert_msg(method, "no method %s.%s", type_name_, name);
    return method;
}

Method *cases_method(const char *type, const char *name)
{
    Err err = ERR_INIT;
    Method *method = find_method(cases_assembly, "", type, name, -1);
    if (method->n_args)
        method = method_instance(method, &cases_world->canon, 1, &err);
    ck_assert_msg(method, "%s", err.text);
    return method;
}

Method *cases_corlib_method(const char *name_space, const char *type, const char *name,
                            int n_params)
{
    return find_method(cases_world->corlib, name_space, type, name, n_params);
}
