/* library.h - what a class library is to the rest of Codicil.
 *
 * common/types, common/ir, format, crossgen and the loader's engine know no class
 * library by name: what one calls its files, types and members, and what it leaves to
 * the runtime, they ask world->library. Each library has a folder here, whose library.c
 * makes a struct Library of its tables; nobody else includes those. Both halves have
 * the same data, so what crossgen compiled for a library is what the loader runs.
 * Constant data alone: no function works here, nothing changes.
 */
#ifndef COMMON_LIBRARY_LIBRARY_H
#define COMMON_LIBRARY_LIBRARY_H

#include <stdbool.h>
#include <stdint.h>

/* -- Known types ----------------------------------------------------------------- */

/* By number; world->known has each as a member, too (types.h). */
typedef enum KnownId {
#define STANDARD(member, name_space, name) KNOWN_##member,
#define OWN(member) KNOWN_##member,
#include "common/library/known_types.def"
#undef STANDARD
#undef OWN
    KNOWN_COUNT,
} KnownId;

typedef struct LibraryName {
    const char *name_space, *name; /* NULL: the library has no such type */
} LibraryName;

/* -- Where assemblies are -------------------------------------------------------- */

typedef struct LibrarySearch {
    const char *dir;       /* where the library lies if nobody says otherwise */
    const char *framework; /* the shared framework of .NET that it is, so that the .NET
                            * host says where (common/framework); NULL: it is none */
    const char *facade;    /* subdirectory that is looked into after it; NULL: none */
    const char
        *cache; /* CACHE/NAME/VERSION__TOKEN/NAME.dll, looked into last; or NULL */
    const char *const *own; /* NULL-terminated: names that are taken from the library
                             * even where the program's directory has them */
} LibrarySearch;

/* Who refers to that assembly, of at least that major version, is written for the
 * library. */
typedef struct LibraryReference {
    const char *assembly;
    uint32_t min_major;
} LibraryReference;

/* Which build of the core assembly everything here was written for: a string constant
 * in it says so, or the major number of its version. */
typedef struct LibraryBuild {
    const char *name_space, *type, *field; /* NULL: the version */
    const char *value;
    uint16_t major;
} LibraryBuild;

/* -- Methods that are imported as something else ---------------------------------- */

/* What the importer can make of a call, handlers.def. */
typedef enum LibraryHandler {
#define HANDLER(tag, function, argument) HANDLER_##tag,
#include "common/library/handlers.def"
#undef HANDLER
    HANDLER_COUNT,
} LibraryHandler;

typedef enum LibraryBody {
    BODY_HANDLER,  /* the call becomes what a handler of the importer makes of it */
    BODY_CONSTANT, /* the call becomes an integer */
    BODY_METHOD,   /* another method of the core assembly is called, same signature */
    BODY_NATIVE,   /* whatever IL it has: the loader has a C function, as for methods
                    * that are declared as internal calls */
} LibraryBody;

/* A row of intrinsics.def: INTRINSIC(namespace, type, method, number of parameters,
 * body), the body one of the macros below. Sorted by type, then method. */
typedef struct LibraryIntrinsic {
    const char *name_space, *type, *method;
    uint8_t n_params;
    uint8_t body;      /* LibraryBody */
    uint16_t handler;  /* BODY_HANDLER: LibraryHandler */
    int32_t constant;  /* BODY_CONSTANT */
    LibraryName other; /* BODY_METHOD: its type */
    const char *other_method;
} LibraryIntrinsic;

#define BY_HANDLER(tag) .body = BODY_HANDLER, .handler = HANDLER_##tag
#define BY_CONSTANT(value) .body = BODY_CONSTANT, .constant = (value)
#define BY_METHOD(ns, type, name)                                                      \
    .body = BODY_METHOD, .other = {ns, type}, .other_method = (name)
#define BY_NATIVE .body = BODY_NATIVE

/* Methods that the library leaves to the runtime: they are marked, and call themselves.
 * What no row above knows is not supported: getters of these names answer false, all
 * others throw. */
typedef struct LibraryOpen {
    LibraryName mark;            /* attribute of the method or its type; NULL: none */
    const char *const *features; /* NULL-terminated */
} LibraryOpen;

/* -- What the core assembly's image holds for everybody --------------------------- */

/* A row of seeds.def. */
typedef struct LibrarySeed {
    const char *name_space, *name, *nested, *args;
} LibrarySeed;

/* A generic type whose instances create those of another by reflection. */
typedef struct LibraryMade {
    const char *seen, *made; /* of one namespace */
} LibraryMade;

/* -- Arrays ------------------------------------------------------------------------ */

/* A generic interface of T[]: method M of it is method PREFIX + M of the provider, with
 * T as its type argument. */
typedef struct LibraryArrayInterface {
    KnownId interface;
    const char *prefix;
} LibraryArrayInterface;

enum { LIBRARY_ARRAY_INTERFACES = 5 };

typedef struct LibraryArrays {
    KnownId provider;
    LibraryArrayInterface interfaces[LIBRARY_ARRAY_INTERFACES];
} LibraryArrays;

/* A field that lies where the runtime has the value, whatever the layout of its class
 * would be. A row of overlays.def: OVERLAY(namespace, type, nested, field, offset). */
typedef struct LibraryOverlay {
    const char *name_space, *type, *nested, *field; /* nested: NULL, or in type */
    uint32_t offset;
} LibraryOverlay;

/* -- Messages --------------------------------------------------------------------- */

typedef enum LibraryWords {
#define WORDS(tag) WORDS_##tag,
#include "common/library/words.def"
#undef WORDS
    WORDS_COUNT,
} LibraryWords;

/* How types and methods stand in messages. */
typedef enum LibraryStyle {
    STYLE_SHORT, /* A/B:M<string> (int,object&) */
    STYLE_PLAIN, /* A+B.M(Int32, System.Object ByRef) */
} LibraryStyle;

/* Value types whose alignment is more than that of their fields. */
typedef struct LibraryAlignment {
    const char *name_space, *name;
    uint8_t align;
} LibraryAlignment;

/* A type that has no native form. */
typedef struct LibraryRefusal {
    const char *name_space, *name;
    const char *by_value; /* why it does not go so; NULL: it does not go, like generic
                           * types that are not blittable */
} LibraryRefusal;

/* -- A class library --------------------------------------------------------------- */

typedef struct LibraryMembers LibraryMembers;

typedef struct Library {
    const char *name;     /* "mono" */
    const char *title;    /* for people: "Mono 6.8" */
    const char *identity; /* images name it: name and build */
    const char *core;     /* simple name of the assembly that has System.Object */
    const LibraryReference *references; /* none: for those that no library claims */
    uint32_t n_references;
    LibraryBuild build;
    LibrarySearch search;
    const LibraryName *known; /* by KnownId */
    const LibraryIntrinsic *intrinsics;
    LibraryOpen open;
    const LibrarySeed *seeds;
    const char *start; /* methods that most programs run: start.S */
    const LibraryMade *made;
    const LibraryOverlay *overlays;
    const LibraryAlignment *alignments;
    uint32_t n_intrinsics, n_seeds, n_made, n_overlays, n_alignments;
    const char *string_factory; /* methods of String in place of constructors */
    bool token_objects; /* what ldtoken pushes holds objects: of System.Type, and what
                         * method_token_make and field_token_make give */
    bool localloc_anywhere;   /* in handlers, too (III.3.47 says no) */
    const char *type_factory; /* with token_objects: of the structure that ldtoken
                               * pushes, from the word that a typed reference has */
    const char *null_text;    /* of a NullReferenceException */
    const char *memory_text;  /* when memory is out; NULL: the exception's own */
    const char *array_text;  /* for arrays that no memory would hold; NULL: that, too */
    const char *string_text; /* the same for strings */
    const char *const *words; /* by LibraryWords */
    LibraryStyle message_style;
    bool free_references;    /* a sequential structure that holds references is laid out
                              * as if nothing was said; the size of any other is exact */
    bool saturates;          /* conversions of floating point to integers */
    bool rounds_once;        /* conv.r.un; conv.r4 is one conversion */
    bool widens_unsigned;    /* unsigned arithmetic with overflow takes an int beside a
                              * native integer for unsigned, too */
    bool exact_natives;      /* an array of native integers is none of 64-bit ones */
    bool pointers_convert;   /* assignable as arrays of what they point to would be */
    bool overrides_bodies;   /* an override takes all slots that hold the overridden
                              * body, where others tell a MethodImpl's from its own */
    bool frees_frames;       /* a tail call is one though the method has taken addresses
                              * of its variables */
    bool no_varargs;         /* calls with variable arguments are refused */
    bool strict_marshalling; /* MarshalAs has to fit its type (loader/interop/rules.c),
                              * ANSI is UTF-8 by character, LPTStr is UTF-16 */
    bool lazy_fields;        /* classes of fields are looked for when these are used */
    bool strict_types;       /* rules.c says what its loader refuses of types, too */
    bool calls_slots;        /* a call of a virtual method that is not virtual runs what
                              * a MethodImpl of its class has put into its slot */
    bool shares_data;        /* fields whose data is in one place are one memory */
    const LibraryRefusal *refusals;
    uint32_t n_refusals;
    LibraryArrays arrays;
    const LibraryMembers *members; /* what the runtime reaches by name, members.h */
} Library;

extern const Library library_mono, library_coreclr;
extern const char library_start_mono[], library_start_coreclr[];

/* All of them, NULL-terminated; the first that claims an assembly gets it. */
extern const Library *const library_list[];

/* The one that programs run on when nobody says otherwise. */
#define LIBRARY_DEFAULT (&library_mono)

#endif
