/* test_framework.c - what the .NET host answers and what is kept of it: an installation
 * and a program that are made up, whose every deciding file then changes. */
#include <check.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/framework/answer.h"
#include "common/framework/framework.h"
#include "common/framework/hostfxr.h"

Suite *suite_framework(void);

#define COUNT(array) (sizeof(array) / sizeof *(array))

static char top[64];
static Question question;
static HostProperties answer;
static char app[600], root[600], cache[600];

/* -- The made-up installation ---------------------------------------------------------
 */

static const char *at(const char *name)
{
    static char path[600];
    snprintf(path, sizeof path, "%s/%s", top, name);
    return path;
}

static void put(const char *name, const char *text)
{
    Err err = ERR_INIT;
    char path[600];
    snprintf(path, sizeof path, "%s", at(name));
    char *slash = strrchr(path, '/');
    *slash = '\0';
    ck_assert_msg(file_make_dirs(path, 0755, &err), "%s", err.text);
    *slash = '/';
    ck_assert(
        file_write(path, (Bytes){(const uint8_t *)text, strlen(text)}, 0644, &err));
}

static void add(const char *name, const char *format, ...)
{
    char value[1000];
    va_list args;
    va_start(args, format);
    vsnprintf(value, sizeof value, format, args);
    va_end(args);
    properties_add(&answer, name, value);
}

static const char *const files[] = {
    "app/app.dll",       "app/app.runtimeconfig.json",
    "app/app.deps.json", "net/host/fxr/10.0.1/libhostfxr.so",
    "pack/Package.dll",  "net/shared/Core/10.0.1/Core.deps.json",
    "app/Own.dll",       "net/shared/Core/10.0.1/System.Core.dll",
};

/* Nothing in it is as new as what is asked next. */
static void setup(void)
{
    strcpy(top, "/tmp/codicil-framework-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(top));
    for (size_t i = 0; i < COUNT(files); i++)
        put(files[i], "{}");
    snprintf(app, sizeof app, "%s", at("app/app.dll"));
    snprintf(root, sizeof root, "%s", at("net"));
    snprintf(cache, sizeof cache, "%s", at("cache/codicil"));
    ck_assert(!setenv("DOTNET_ROLL_FORWARD", "Minor", 1));
    unsetenv("DOTNET_ADDITIONAL_DEPS");
    unsetenv("DOTNET_SHARED_STORE");
    ck_assert(question_open(&question, app, root));
    add(PROPERTY_DEPS, "%s/app/app.deps.json;%s/shared/Core/10.0.1/Core.deps.json", top,
        root);
    add(PROPERTY_TRUSTED,
        "%s:%s/app/Own.dll:%s/pack/Package.dll:%s/shared/Core/10.0.1/System.Core.dll",
        app, top, top, root);
    add("System.GC.Server", "true");
}

static void teardown(void)
{
    question_close(&question);
    properties_free(&answer);
    file_remove_tree(top);
}

static struct timespec later(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    now.tv_sec += 60;
    return now;
}

static Buffer written(void)
{
    Buffer out = BUFFER_INIT;
    ck_assert(answer_write(&out, &question, &answer, later()));
    return out;
}

static bool is_read(Bytes bytes)
{
    HostProperties back;
    bool ok = answer_read(bytes, &question, &back);
    if (ok)
        properties_free(&back);
    return ok;
}

/* -- Properties
 * ------------------------------------------------------------------------ */

START_TEST(a_later_value_takes_the_place_of_one_before)
{
    uint32_t n = answer.n;
    properties_add(&answer, "System.GC.Server", "false");
    ck_assert_uint_eq(answer.n, n);
    ck_assert_str_eq(properties_get(&answer, "System.GC.Server"), "false");
    ck_assert_ptr_null(properties_get(&answer, "System.GC"));
}
END_TEST

START_TEST(empty_items_of_a_list_are_none)
{
    const char *list = "::/a:/b c::", *item;
    size_t n, count = 0;
    while ((item = properties_next(&list, ':', &n)))
        ck_assert(count++ ? !strncmp(item, "/b c", n) && n == 4
                          : !strncmp(item, "/a", n) && n == 2);
    ck_assert_uint_eq(count, 2);
    list = NULL;
    ck_assert_ptr_null(properties_next(&list, ':', &n));
}
END_TEST

/* -- Versions
 * -------------------------------------------------------------------------- */

static const struct {
    const char *versions[4], *newest;
    unsigned min_major;
} lists[] = {
    {{"9.0.1", "10.0.0", "8.0.30"}, "10.0.0", 0},
    {{"10.0.2", "10.0.12", "10.0.3"}, "10.0.12", 0},
    {{"10.0.0-rc.1", "10.0.0", "10.0.0-rc.2"}, "10.0.0", 0},
    {{"10.0.0-preview.9", "10.0.0-preview.10"}, "10.0.0-preview.10", 0},
    {{"9.0.1", "8.0.1"}, "", 10},
    {{"notes", ".x"}, "", 0},
};

START_TEST(the_newest_version_is_found_by_its_numbers)
{
    char name[300], version[256];
    for (int i = 0; i < 4 && lists[_i].versions[i]; i++) {
        snprintf(name, sizeof name, "list/%s/file", lists[_i].versions[i]);
        put(name, "");
    }
    bool found = hostfxr_newest(at("list"), lists[_i].min_major, version);
    ck_assert_int_eq(found, *lists[_i].newest != 0);
    ck_assert_str_eq(version, lists[_i].newest);
}
END_TEST

/* -- The file of an answer
 * --------------------------------------------------------------- */

START_TEST(an_answer_survives)
{
    HostProperties back;
    Buffer out = written();
    ck_assert(answer_read(buffer_bytes(&out), &question, &back));
    ck_assert_uint_eq(back.n, answer.n);
    for (uint32_t i = 0; i < back.n; i++) {
        ck_assert_str_eq(back.names[i], answer.names[i]);
        ck_assert_str_eq(back.values[i], answer.values[i]);
    }
    properties_free(&back);
    buffer_free(&out);
}
END_TEST

START_TEST(an_answer_that_is_cut_off_or_damaged_is_none)
{
    Buffer out = written();
    for (size_t size = 0; size < out.size; size++) {
        uint8_t *copy = malloc(size + 1);
        memcpy(copy, out.data, size);
        ck_assert_msg(!is_read((Bytes){copy, size}), "%zu", size);
        free(copy);
        out.data[size] ^= 0x20;
        ck_assert_msg(!is_read(buffer_bytes(&out)), "%zu", size);
        out.data[size] ^= 0x20;
    }
    buffer_u8(&out, 0);
    ck_assert(!is_read(buffer_bytes(&out)));
    buffer_free(&out);
}
END_TEST

static void program_built(void)
{
    put("app/app.dll", "{} ");
}
static void config_changed(void)
{
    put("app/app.runtimeconfig.json", "{ }");
}
static void config_copied(void)
{
    put("app/app.runtimeconfig.json", "{}");
}
static void dev_appeared(void)
{
    put("app/app.runtimeconfig.dev.json", "{}");
}
static void deps_gone(void)
{
    unlink(at("app/app.deps.json"));
}
static void framework_deps(void)
{
    put("net/shared/Core/10.0.1/Core.deps.json", "{ }");
}
static void framework_file(void)
{
    put("net/shared/Core/10.0.1/New.dll", "");
}
static void framework_serviced(void)
{
    put("net/shared/Core/10.0.2/Core.deps.json", "");
}
static void host_serviced(void)
{
    put("net/host/fxr/10.0.2/libhostfxr.so", "");
}
static void package_gone(void)
{
    unlink(at("pack/Package.dll"));
}
static void own_gone(void)
{
    unlink(at("app/Own.dll"));
}
static void package_nearer(void)
{
    put("app/Package.dll", "");
}

static const struct {
    const char *what;
    void (*change)(void);
} changes[] = {
    {"the program", program_built},
    {"its configuration", config_changed},
    {"the file of its configuration", config_copied},
    {"a developer's configuration", dev_appeared},
    {"its dependencies", deps_gone},
    {"a framework's dependencies", framework_deps},
    {"a framework's files", framework_file},
    {"a framework's versions", framework_serviced},
    {"the host's versions", host_serviced},
    {"a package", package_gone},
    {"an assembly beside the program", own_gone},
    {"a package that came to lie beside the program", package_nearer},
};

START_TEST(an_answer_holds_until_what_decides_it_changes)
{
    Buffer out = written();
    ck_assert(is_read(buffer_bytes(&out)));
    changes[_i].change();
    ck_assert_msg(!is_read(buffer_bytes(&out)), "%s", changes[_i].what);
    buffer_free(&out);
}
END_TEST

START_TEST(what_lies_beside_a_program_without_deps_decides)
{
    unlink(at("app/app.deps.json"));
    Buffer out = written();
    ck_assert(is_read(buffer_bytes(&out)));
    put("app/More.dll", "");
    ck_assert(!is_read(buffer_bytes(&out)));
    buffer_free(&out);
}
END_TEST

START_TEST(an_answer_is_of_its_question)
{
    Buffer out = written();
    char name[ANSWER_NAME], other[ANSWER_NAME];
    question_name(&question, name);
    question_close(&question);
    setenv("DOTNET_ROLL_FORWARD", "Major", 1);
    ck_assert(question_open(&question, app, root));
    question_name(&question, other);
    ck_assert_str_ne(name, other);
    ck_assert(!is_read(buffer_bytes(&out)));
    question_close(&question);
    setenv("DOTNET_ROLL_FORWARD", "Minor", 1);
    setenv("DOTNET_CLI_HOME", "/elsewhere", 1); /* of the command-line tools */
    ck_assert(question_open(&question, app, root));
    ck_assert(is_read(buffer_bytes(&out)));
    question.root = "/usr/share/dotnet";
    ck_assert(!is_read(buffer_bytes(&out)));
    unsetenv("DOTNET_CLI_HOME");
    buffer_free(&out);
}
END_TEST

START_TEST(directories_of_more_packages_are_not_watched)
{
    question_close(&question);
    setenv("DOTNET_SHARED_STORE", "/store", 1);
    ck_assert(!question_open(&question, app, root));
    unsetenv("DOTNET_SHARED_STORE");
}
END_TEST

START_TEST(what_changed_while_it_was_asked_is_not_kept)
{
    struct timespec asked;
    Buffer out = BUFFER_INIT;
    clock_gettime(CLOCK_REALTIME_COARSE, &asked);
    put("app/app.deps.json", "{ }");
    ck_assert(!answer_write(&out, &question, &answer, asked));
    buffer_free(&out);
}
END_TEST

/* -- The cache
 * ---------------------------------------------------------------------------- */

static bool is_kept(void)
{
    HostProperties back;
    bool ok = answer_load(cache, &question, &back);
    if (ok)
        properties_free(&back);
    return ok;
}

static void keep(void)
{
    Err err = ERR_INIT;
    ck_assert_msg(answer_store(cache, &question, &answer, later(), &err), "%s",
                  err.text);
    ck_assert(is_kept());
}

/* Of the one answer that is kept. */
static const char *kept_file(void)
{
    static char path[700];
    char name[ANSWER_NAME];
    question_name(&question, name);
    snprintf(path, sizeof path, "%s/host/%s", cache, name);
    return path;
}

START_TEST(an_answer_is_kept_for_its_owner_alone)
{
    struct stat st;
    ck_assert(!is_kept());
    keep();
    ck_assert(!stat(kept_file(), &st));
    ck_assert_uint_eq(st.st_mode & 07777, 0600);
    ck_assert(!chmod(cache, 0777));
    ck_assert(!is_kept());
    ck_assert(!chmod(cache, 0700));
    ck_assert(is_kept());
    ck_assert(!chmod(at("cache/codicil/host"), 0770));
    ck_assert(!is_kept());
}
END_TEST

START_TEST(an_answer_that_others_may_have_written_goes)
{
    keep();
    ck_assert(!chmod(kept_file(), 0666));
    ck_assert(!is_kept());
    ck_assert(access(kept_file(), F_OK) != 0);
    keep();
    ck_assert(!truncate(kept_file(), 100));
    ck_assert(!is_kept());
    ck_assert(access(kept_file(), F_OK) != 0);
    keep();
}
END_TEST

START_TEST(no_symbolic_link_is_followed)
{
    char moved[800];
    keep();
    snprintf(moved, sizeof moved, "%s.moved", kept_file());
    ck_assert(!rename(kept_file(), moved));
    ck_assert(!symlink(moved, kept_file()));
    ck_assert(!is_kept());
}
END_TEST

START_TEST(old_answers_make_room)
{
    Err err = ERR_INIT;
    char name[300];
    for (int i = 0; i < 200; i++) {
        snprintf(name, sizeof name, "cache/codicil/host/%016x.host", i);
        put(name, "old");
    }
    ck_assert(!chmod(at("cache/codicil"), 0700));
    ck_assert(!chmod(at("cache/codicil/host"), 0700));
    ck_assert_msg(answer_store(cache, &question, &answer, later(), &err), "%s",
                  err.text);
    int n = 0;
    for (int i = 0; i < 200; i++) {
        snprintf(name, sizeof name, "cache/codicil/host/%016x.host", i);
        n += !access(at(name), F_OK);
    }
    ck_assert_int_lt(n, 130);
    ck_assert_int_gt(n, 100);
    ck_assert(is_kept());
}
END_TEST

/* -- What the host says of a program that it refuses
 * ----------------------------------------- */

static const struct {
    unsigned code;
    const char *words, *line;
} refusals[] = {
    {0x80008096,
     "You must install or update .NET to run this application.\n\nApp: /a/app.dll\n"
     "Architecture: x64\nFramework: 'Microsoft.NETCore.App', version '11.0.0' (x64)\n"
     ".NET location: /usr/share/dotnet/\n\nThe following frameworks were found:\n"
     "  9.0.4 at [/usr/share/dotnet/shared/Microsoft.NETCore.App]\n"
     "  10.0.12 at [/usr/share/dotnet/shared/Microsoft.NETCore.App]\n",
     "app: no framework Microsoft.NETCore.App 11.0.0 in /usr/share/dotnet/ (found: "
     "9.0.4, "
     "10.0.12); install it"},
    {0x80008096, "Framework: 'X', version '1.0.0' (x64)\n.NET location: /n\n",
     "app: no framework X 1.0.0 in /n (found: none); install it"},
    {0x8000808c,
     "Error:\n  An assembly specified in the application dependencies manifest "
     "(app.deps.json) was not found:\n    package: 'P', version: '1.0.0'\n    path: "
     "'lib/P.dll'\n",
     "app: a dependency is missing: An assembly specified in the application "
     "dependencies manifest (app.deps.json) was not found: package: 'P', version: "
     "'1.0.0' path: 'lib/P.dll'; publish the program"},
    {0x80008093, "Failed to parse file [/a/b.json].\nInvalid runtimeconfig.json\n",
     "app: the host can't read what the program runs on: Failed to parse file "
     "[/a/b.json].; build"},
    {0x80008083, "A fatal error was encountered.\n",
     "app: no .runtimeconfig.json beside the program says which framework it runs on"},
    {0x8000ffff, "Some\n\n words \n",
     "app: the .NET host refuses it (0x8000ffff): Some "
     "words"},
};

START_TEST(a_refusal_is_one_line)
{
    Err err = ERR_INIT;
    hostfxr_explain((int)refusals[_i].code, refusals[_i].words, "app", &err);
    ck_assert_int_ne(err.kind, ERR_NONE);
    ck_assert_msg(!strncmp(err.text, refusals[_i].line, strlen(refusals[_i].line)),
                  "%s", err.text);
    ck_assert_ptr_null(strchr(err.text, '\n'));
}
END_TEST

START_TEST(what_helps_is_not_cut_off)
{
    char words[2000], long_app[200];
    Err err = ERR_INIT;
    memset(words, 'w', sizeof words - 1);
    words[sizeof words - 1] = '\0';
    memset(long_app, 'a', sizeof long_app - 1);
    long_app[sizeof long_app - 1] = '\0';
    hostfxr_explain((int)0x8000808c, words, long_app, &err);
    ck_assert_ptr_nonnull(strstr(err.text, "...; publish the program"));
    ck_assert_ptr_nonnull(strstr(err.text, "(dotnet restore)"));
}
END_TEST

START_TEST(a_root_that_is_named_is_the_only_one)
{
    char found[HOSTFXR_PATH];
    Err err = ERR_INIT;
    unsetenv("DOTNET_ROOT_X64");
    setenv("DOTNET_ROOT", root, 1);
    ck_assert_msg(hostfxr_find_root(found, &err), "%s", err.text);
    ck_assert_str_eq(found, root);
    setenv("DOTNET_ROOT_X64", at("nothing"), 1);
    ck_assert(!hostfxr_find_root(found, &err));
    ck_assert_ptr_nonnull(strstr(err.text, at("nothing")));
    ck_assert_ptr_nonnull(strstr(err.text, "DOTNET_ROOT_X64="));
    ck_assert_ptr_null(strstr(err.text, "/usr/share"));
    unsetenv("DOTNET_ROOT_X64");
    unsetenv("DOTNET_ROOT");
}
END_TEST

/* That libhostfxr.so is "{}". */
START_TEST(a_host_that_is_none_is_refused)
{
    Err err = ERR_INIT;
    HostProperties out = {.n = 0};
    ck_assert(!hostfxr_ask(root, app, &out, &err));
    ck_assert_msg(strstr(err.text, "libhostfxr.so"), "%s", err.text);
}
END_TEST

/* -- Assemblies that are listed
 * --------------------------------------------------------------- */

#define MONO_LIB "/usr/lib/mono/4.5/"

static void copy_library(const char *name, const char *to)
{
    char path[600];
    File file;
    Err err = ERR_INIT;
    snprintf(path, sizeof path, MONO_LIB "%s", name);
    ck_assert(file_open(&file, path, false, &err));
    put(to, "");
    ck_assert(file_write(at(to), file.bytes, 0644, &err));
    file_close(&file);
}

static const char *path_of(World *world, const char *name)
{
    Err err = ERR_INIT;
    Assembly *assembly = world_load_name(world, name, NULL, &err);
    return assembly ? assembly->image->path : "";
}

START_TEST(assemblies_are_where_the_list_says)
{
    HostProperties list = {.n = 0};
    char value[1000];
    Err err = ERR_INIT;
    copy_library("System.dll", "pack/System.dll");
    copy_library("System.Xml.dll", "more/System.Xml.dll");
    copy_library("System.Core.dll", "culture/de/System.Core.dll");
    copy_library("Mono.Posix.dll", "other/System.dll");
    snprintf(value, sizeof value,
             MONO_LIB "mscorlib.dll:%s/pack/System.dll:"
                      "%s/other/System.dll:/x/notes.txt",
             top, top);
    properties_add(&list, PROPERTY_TRUSTED, value);
    properties_add(&list, PROPERTY_APP_PATHS, at("more"));
    properties_add(&list, PROPERTY_RESOURCES, at("culture"));
    World *world = world_open();
    world_set_library(world, &library_mono);
    world_set_library_dir(world, "/nowhere");
    world_use_framework(world, &list);
    ck_assert_msg(world_load_corlib(world, &err), "%s", err.text);
    ck_assert_str_eq(path_of(world, "System"), at("pack/System.dll"));
    ck_assert_str_eq(path_of(world, "system"), at("pack/System.dll"));
    ck_assert_str_eq(path_of(world, "System.Xml"), at("more/System.Xml.dll"));
    ck_assert_str_eq(path_of(world, "System.Core"), ""); /* the library has one */
    ck_assert_str_eq(path_of(world, "notes"), "");
    ck_assert(world_load_satellite(world, "System.Core", "de", &err));
    ck_assert(!world_load_satellite(world, "System.Core", "fr", &err));
    ck_assert(!strncmp(world_trusted(world), MONO_LIB, strlen(MONO_LIB)));
    world_close(world);
    properties_free(&list);
}
END_TEST

static void add_answers(Suite *suite)
{
    TCase *tcase = tcase_create("answers");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, an_answer_survives);
    tcase_add_test(tcase, an_answer_that_is_cut_off_or_damaged_is_none);
    tcase_add_loop_test(tcase, an_answer_holds_until_what_decides_it_changes, 0,
                        COUNT(changes));
    tcase_add_test(tcase, what_lies_beside_a_program_without_deps_decides);
    tcase_add_test(tcase, an_answer_is_of_its_question);
    tcase_add_test(tcase, directories_of_more_packages_are_not_watched);
    tcase_add_test(tcase, what_changed_while_it_was_asked_is_not_kept);
    tcase_add_test(tcase, an_answer_is_kept_for_its_owner_alone);
    tcase_add_test(tcase, an_answer_that_others_may_have_written_goes);
    tcase_add_test(tcase, no_symbolic_link_is_followed);
    tcase_add_test(tcase, old_answers_make_room);
    suite_add_tcase(suite, tcase);
}

Suite *suite_framework(void)
{
    Suite *suite = suite_create("framework");
    TCase *tcase = tcase_create("host");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, a_later_value_takes_the_place_of_one_before);
    tcase_add_test(tcase, empty_items_of_a_list_are_none);
    tcase_add_loop_test(tcase, the_newest_version_is_found_by_its_numbers, 0,
                        COUNT(lists));
    tcase_add_loop_test(tcase, a_refusal_is_one_line, 0, COUNT(refusals));
    tcase_add_test(tcase, what_helps_is_not_cut_off);
    tcase_add_test(tcase, a_root_that_is_named_is_the_only_one);
    tcase_add_test(tcase, a_host_that_is_none_is_refused);
    tcase_add_test(tcase, assemblies_are_where_the_list_says);
    suite_add_tcase(suite, tcase);
    add_answers(suite);
    return suite;
}
