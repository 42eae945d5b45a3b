/* codicil.h - run .NET assemblies from a C program.
 *
 * There is one runtime in a process. A thread that opens it, calls a function of it, or
 * a function pointer that managed code has given away, is attached to it: a background
 * thread of managed code until it detaches or ends.
 * The library prints nothing and does not end the process - but a program that it runs
 * may: Environment.Exit does.
 *
 * Functions that can fail take a codicil_error ** last. It may be NULL; else it is set
 * to NULL or to an error that the caller frees. Strings are UTF-8.
 *
 * samples/embed.c is an example.
 */
#ifndef CODICIL_H
#define CODICIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CODICIL_API_VERSION 1
#if defined(__GNUC__)
#define CODICIL_API __attribute__((visibility("default")))
#else
#define CODICIL_API
#endif

typedef struct codicil_runtime codicil_runtime;
typedef struct codicil_assembly codicil_assembly;
typedef struct codicil_method codicil_method;
typedef struct codicil_error codicil_error;

/* The CODICIL_API_VERSION that the library was built with. */
CODICIL_API int codicil_api_version(void);

/* -- errors -------------------------------------------------------------------- */

typedef enum codicil_error_kind {
    CODICIL_ERROR_USAGE,     /* the call itself is wrong */
    CODICIL_ERROR_FILE,      /* a file is missing, unreadable or not an assembly */
    CODICIL_ERROR_NOT_FOUND, /* no such type or method */
    CODICIL_ERROR_EXCEPTION, /* managed code threw; the message is its ToString() */
    CODICIL_ERROR_AMBIGUOUS, /* a name of several methods; the message lists them */
} codicil_error_kind;

CODICIL_API codicil_error_kind codicil_error_get_kind(const codicil_error *error);
CODICIL_API const char *codicil_error_message(const codicil_error *error);
CODICIL_API void codicil_error_free(codicil_error *error); /* NULL is fine */

/* -- the runtime --------------------------------------------------------------- */

/* level: 0 error, 1 warning, 2 information, 3 detail. line has no line end. */
typedef void codicil_log(void *user, int level, const char *line);

typedef struct codicil_options {
    size_t size;             /* sizeof(codicil_options) */
    const char *mode;        /* "mixed" (NULL), "aot", "jit", "interp" */
    const char *library_dir; /* of the core assembly, which chooses the class
                                library; NULL: the system's, of Mono */
    bool no_cache;           /* neither use nor fill the cache of compiled code */
    bool verify_full;        /* check native images as a whole when they are opened */
    codicil_log *log;        /* NULL: log lines are dropped */
    void *log_user;
    int log_level; /* highest level that is passed to log */
} codicil_options;

/* options NULL: defaults. NULL on failure; a failed open can't be tried again. */
CODICIL_API codicil_runtime *codicil_open(const codicil_options *options,
                                          codicil_error **error);
/* Raises ProcessExit, runs all finalizers. The runtime can't be opened again. */
CODICIL_API void codicil_close(codicil_runtime *runtime);
/* Attaching may be nested: the last detaching counts, and none while managed code runs
 * on the thread's stack. */
CODICIL_API bool codicil_attach_thread(codicil_runtime *runtime, codicil_error **error);
CODICIL_API void codicil_detach_thread(codicil_runtime *runtime);

/* JSON, as `codicil --stats` writes it; its images[] hold the verdict on each native
 * image with all reasons, its rejected[] the methods of accepted ones that do not
 * match. The caller frees it with codicil_free. */
CODICIL_API char *codicil_stats(codicil_runtime *runtime);
CODICIL_API void codicil_free(void *memory);

/* -- programs ------------------------------------------------------------------ */

/* The assembly's directory becomes one in which its references are looked for.
 * Assemblies live as long as the runtime. */
CODICIL_API codicil_assembly *codicil_load(codicil_runtime *runtime, const char *path,
                                           codicil_error **error);
/* Calls Main with these arguments (the program's own name is not one of them) and waits
 * for its foreground threads. False: an exception left Main, or there is no Main. */
CODICIL_API bool codicil_run_main(codicil_assembly *assembly, int argc, char **argv,
                                  int *exit_code, codicil_error **error);

typedef enum codicil_kind {
    CODICIL_VOID,
    CODICIL_INT,    /* bool, char, integers and enums of any size */
    CODICIL_DOUBLE, /* float and double */
    CODICIL_STRING, /* NULL is null */
} codicil_kind;

typedef struct codicil_value {
    codicil_kind kind;
    union {
        int64_t i;
        double d;
        char *s;
    };
} codicil_value;

/* A static method of a type ("Namespace.Type") with that many parameters, all of kinds
 * that codicil_value has. Of overloads with as many parameters the caller says which:
 * "Parse(string)", with C#'s words or full names ("Add(int, System.Double)"). */
CODICIL_API codicil_method *codicil_find_method(codicil_assembly *assembly,
                                                const char *type, const char *method,
                                                int n_params, codicil_error **error);
/* args: one for each parameter, of its kind. result may be NULL; the caller frees a
 * string result with codicil_free. */
CODICIL_API bool codicil_invoke(codicil_method *method, const codicil_value *args,
                                codicil_value *result, codicil_error **error);

#ifdef __cplusplus
}
#endif
#endif
