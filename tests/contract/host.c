/* host.c - a program that embeds the library: host ASSEMBLY MODE LIBRARY FLAG...
 *
 * Opens LIBRARY with dlopen and the FLAGs (gone: the file is removed then; another: the
 * file "other" takes its place; unload: it is closed at the end), and calls the methods
 * of Hosted.cs; with -DLINKED it is linked with the library and takes neither.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "loader/codicil.h"

#ifdef LINKED
#define API(name) codicil_##name
#else
static void *library;

static void *function(const char *name)
{
    void *found = dlsym(library, name);
    if (!found) {
        fprintf(stderr, "host: %s\n", dlerror());
        exit(2);
    }
    return found;
}
#define API(name) ((__typeof__(&codicil_##name))function("codicil_" #name))

static int flag_of(const char *name)
{
    static const struct {
        const char *name;
        int flag;
    } flags[] = {
        {"lazy", RTLD_LAZY},     {"now", RTLD_NOW},       {"local", RTLD_LOCAL},
        {"global", RTLD_GLOBAL}, {"deep", RTLD_DEEPBIND},
    };
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        if (!strcmp(flags[i].name, name))
            return flags[i].flag;
    return 0;
}
#endif

static codicil_assembly *the_assembly;

static void library_open(int argc, char **argv)
{
#ifdef LINKED
    (void)argc, (void)argv;
#else
    int flags = 0;
    for (int i = 4; i < argc; i++)
        flags |= flag_of(argv[i]);
    library = argc > 4 ? dlopen(argv[3], flags) : NULL;
    for (int i = 4; i < argc; i++)
        if (!strcmp(argv[i], "gone"))
            unlink(argv[3]);
        else if (!strcmp(argv[i], "another"))
            rename("other", argv[3]);
    if (!library) {
        fprintf(stderr, "host: %s\n", dlerror());
        exit(2);
    }
#endif
}

static void say_error(const char *what, codicil_error *error)
{
    const char *text = API(error_message)(error);
    printf("%s: error %d, %.*s\n", what, API(error_get_kind)(error),
           (int)strcspn(text, "\n"), text);
    API(error_free)(error);
}

static void call(codicil_assembly *assembly, const char *name, int n)
{
    codicil_error *error;
    codicil_value arg = {.kind = CODICIL_INT, .i = n}, result;
    codicil_method *method = API(find_method)(assembly, "Hosted", name, 1, &error);
    if (!method || !API(invoke)(method, &arg, &result, &error)) {
        say_error(name, error);
        return;
    }
    printf("%s: %s\n", name, result.s);
    API(free)(result.s);
}

/* A thread of the host's own: known by its first call, gone with its end. */
static void *other_thread(void *assembly)
{
    call(assembly, "Here", 3);
    call(assembly, "Catch", 3);
    call(assembly, "Overflow", 3);
    return NULL;
}

/* Attached twice, detached once: the thread is the same one still. */
static void *nested_thread(void *runtime)
{
    codicil_error *error;
    API(attach_thread)(runtime, &error);
    call(the_assembly, "Count", 3);
    API(attach_thread)(runtime, &error);
    call(the_assembly, "Count", 3);
    API(detach_thread)(runtime);
    call(the_assembly, "Count", 3);
    API(detach_thread)(runtime);
    call(the_assembly, "Count", 3);
    return NULL;
}

static void on_thread(void *(*body)(void *), void *arg)
{
    pthread_t thread;
    pthread_create(&thread, NULL, body, arg);
    pthread_join(thread, NULL);
}

static void write_stats(codicil_runtime *runtime)
{
    char *stats = API(stats)(runtime);
    FILE *file = fopen("stats.json", "w");
    if (file) {
        fputs(stats, file);
        fclose(file);
    }
    API(free)(stats);
}

int main(int argc, char **argv)
{
    static const char *const names[] = {
        "Catch",   "Unhandled", "AfterUnhandled", "Overflow", "Null", "Through",
        "Library", "Collect",   "Overflow",       "Catch",    "Here"};
    library_open(argc, argv);
    codicil_error *error;
    codicil_options options = {
        .size = sizeof options, .mode = argv[2], .no_cache = true};
    codicil_runtime *runtime = API(open)(&options, &error);
    codicil_assembly *assembly = runtime ? API(load)(runtime, argv[1], &error) : NULL;
    if (!assembly) {
        say_error("host", error);
        return 1;
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        call(assembly, names[i], 3);
    the_assembly = assembly;
    on_thread(other_thread, assembly);
    on_thread(nested_thread, runtime);
    fflush(stdout);
    write_stats(runtime);
    API(close)(runtime);
#ifndef LINKED
    if (argc > 5 && !strcmp(argv[5], "unload")) {
        dlclose(library);
        usleep(100000); /* its threads go on */
    }
#endif
    return 0;
}
