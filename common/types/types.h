/* types.h - type descriptors: what crossgen and the runtime both know of a program.
 *
 * A World holds the loaded assemblies and the one canonical descriptor of every type,
 * method instance and field: pointer equality is identity. Nothing here runs code. The
 * loader hangs its mutable part (vtable, statics, state of the static constructor) on
 * the `rt` pointers, which this module never reads.
 *
 * Types load by levels; a level is reached by type_load and published by release, under
 * the world's one recursive lock; reading a level that is reached needs no lock.
 *
 * Open types (with VAR or MVAR in them) are descriptors too: List<!0> is canonical, and
 * type_substitute closes it. A generic TypeDef itself is the descriptor whose args are
 * its own VARs ("definition"); its instantiations share `def`.
 *
 * Shared code: world->canon is the synthetic type System.__Canon, a reference type;
 * type_canonical(List<string>) is List<__Canon>.
 */
#ifndef COMMON_TYPES_TYPES_H
#define COMMON_TYPES_TYPES_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/err.h"
#include "common/base/lock.h"
#include "common/base/map.h"
#include "common/base/vec.h"
#include "common/il/il.h"
#include "common/library/library.h"
#include "common/metadata/image.h"
#include "common/metadata/sig.h"

typedef struct World World;
typedef struct Assembly Assembly;
typedef struct Type Type;
typedef struct Method Method;
typedef struct Field Field;

/* Object layout that managed code computes with (format/layout.h repeats them for C).
 */
enum {
    OBJECT_HEADER_SIZE = 16,     /* {vtable, monitor} */
    OBJECT_VTABLE_OFFSET = 0,    /* VTable * */
    VTABLE_BASE_SIZE_OFFSET = 4, /* uint32: of arrays, where the elements begin */
    ARRAY_LENGTH_OFFSET = 16,    /* uint32 total length in an 8-byte slot */
    ARRAY_DATA_OFFSET = 24,      /* of a vector; type_array_data() is right for all */
    ARRAY_LENGTHS_OFFSET = 24,   /* other arrays: int32 a dimension, then as many ... */
    ARRAY_DIMENSION_SIZE = 8,    /* ... lower bounds: what a dimension takes in all */
    STRING_LENGTH_OFFSET = 16,   /* int32 */
    STRING_CHARS_OFFSET = 20,
};

typedef enum TypeLevel {
    LEVEL_NAMED,   /* identity: name, flags of the TypeDef, args, element, assembly */
    LEVEL_PARENTS, /* parent and interfaces (each at LEVEL_NAMED or higher) */
    LEVEL_LAYOUT,  /* fields, sizes, reference map; parents laid out */
    LEVEL_READY,   /* methods, virtual slots, interface map */
} TypeLevel;

/* Type.bits. */
enum {
    TYPE_BIT_VALUETYPE = 1 << 0, /* is a value type (also primitives and enums) */
    TYPE_BIT_ENUM = 1 << 1,
    TYPE_BIT_INTERFACE = 1 << 2,
    TYPE_BIT_DELEGATE = 1 << 3, /* derives from MulticastDelegate */
    TYPE_BIT_OPEN = 1 << 4,     /* has a VAR or MVAR somewhere in it */
    TYPE_BIT_SHARED = 1 << 5,   /* has __Canon somewhere in it */
    TYPE_BIT_GENERIC_DEF = 1 << 6,
    TYPE_BIT_HAS_REFS = 1 << 7, /* LAYOUT: instances hold references */
    TYPE_BIT_CCTOR = 1 << 8,    /* TypeDef has a .cctor (valid at NAMED) */
    TYPE_BIT_BEFOREFIELDINIT = 1 << 9,
    TYPE_BIT_FINALIZER = 1 << 10, /* READY: overrides Object.Finalize */
    TYPE_BIT_BYREFLIKE = 1 << 11, /* ref struct, ByReference<T>, TypedReference */
    TYPE_BIT_ABSTRACT = 1 << 12,
    TYPE_BIT_SEALED = 1 << 13,
    TYPE_BIT_BLITTABLE = 1 << 14, /* LAYOUT: same bytes in native code */
    TYPE_BIT_NULLABLE = 1 << 15,  /* an instantiation of System.Nullable`1 */
    TYPE_BIT_EXPLICIT = 1 << 16,
    TYPE_BIT_UNMADE = 1 << 17, /* its builder is not done with it: only a name so far */
    TYPE_BIT_RESULTS = 1 << 18, /* READY, of a definition: whether its methods' results
                                 * fit shows in its instances */
};

struct Field {
    Type *owner;
    Field *def;     /* the field of the definition; self when not instantiated */
    uint32_t token; /* FieldDef token in owner->assembly */
    uint16_t flags; /* FIELD_* */
    bool is_thread_static;
    bool is_missing; /* its type, a class that was not found; field_find_type. Atomic */
    const char *name;
    Type *type;      /* substituted for the owner's instantiation */
    uint64_t mods;   /* as MethodSig.mods */
    uint32_t offset; /* instance: from the object's start (classes: >= 16) or from the
                      * value's start (value types); static: in the static block, or
                      * in the thread-static block */
    uint32_t rva;    /* FIELD_HASRVA */
    void *rt;
};

typedef struct MethodSig {
    uint8_t kind; /* SIG_* of the first byte */
    bool has_this, explicit_this;
    uint16_t n_generic;
    uint16_t n_params;
    int16_t sentinel; /* index of the first vararg argument, -1: none */
    uint64_t mods; /* hash of its custom modifiers with their places, 0: none; they tell
                    * methods apart, and no types */
    Type *ret;     /* world->known.void_ for none */
    Type **params; /* without this; a vararg method's own end with an Object, the array
                    * of its variable arguments (common/ir/import_vararg.c) */
} MethodSig;

struct Method {
    Type *type;  /* exact declaring type */
    Method *def; /* the MethodDef on type->def, uninstantiated; self if it is that */
    Type **args; /* method instantiation; for a generic definition: its MVARs */
    const char *name;
    MethodSig *sig; /* use method_sig(); NULL until first asked */
    void *rt;       /* loader's state, atomically set */
    uint32_t token; /* MethodDef token in type->assembly; 0: synthesised (arrays) */
    int32_t slot;   /* virtual slot in type's vtable (READY), -1: none */
    uint16_t n_args;
    uint16_t flags;      /* METHOD_* */
    uint16_t impl_flags; /* IMPL_* */
    uint8_t synth;       /* SynthKind; 0: real */
};

typedef enum SynthKind {
#define SYNTH(kind, number) SYNTH_##kind = number,
#include "common/types/synths.def"
#undef SYNTH
} SynthKind;

/* Ranges of them are compared. */
static_assert(SYNTH_NONE < SYNTH_ARRAY_CTOR && SYNTH_ARRAY_CTOR < SYNTH_ARRAY_CTOR_LB &&
                  SYNTH_ARRAY_CTOR_LB < SYNTH_ARRAY_GET &&
                  SYNTH_ARRAY_ADDRESS < SYNTH_DELEGATE_INVOKE,
              "arrays' come first, their constructors before the rest");
static_assert(SYNTH_DELEGATE_INVOKE < SYNTH_DELEGATE_STATIC &&
                  SYNTH_DELEGATE_STATIC < SYNTH_DELEGATE_MULTICAST &&
                  SYNTH_DELEGATE_MULTICAST < SYNTH_UNBOX && SYNTH_UNBOX < SYNTH_VIRTUAL,
              "Invoke is its own subject, then come those that have another; first the "
              "delegates'");

typedef struct InterfaceEntry {
    Type *interface;
    Method **impls; /* READY: implementation per virtual method of the interface, in the
                     * interface's slot order; NULL: abstract class leaves it open */
    bool own; /* declared by the class itself, or one of its MethodImpls is for it */
    bool declared; /* by the class itself, or by what it declares */
} InterfaceEntry;

struct Type {
    World *world;
    uint8_t element;    /* ElementType; generic instances: CLASS or VALUETYPE; named
                         * primitives have their own element type */
    uint8_t rank;       /* ARRAY: rank; SZARRAY: 1 */
    uint8_t level;      /* TypeLevel reached; read with type_level() */
    uint32_t bits;      /* TYPE_BIT_* */
    uint32_t flags;     /* TypeDef flags */
    Assembly *assembly; /* of the TypeDef; arrays, ptr, byref: their element's */
    uint32_t token;     /* TypeDef token; 0 for constructed non-instance types */
    const char *name, *name_space; /* of the TypeDef ("List`1"); constructed: "" */
#ifdef CODICIL_MOVED_TYPE_DEF      /* a build for tests, whose images fit no other */
    void *moves_def;
#endif
    Type *def; /* definition; self if not an instantiation */
    Type **args;
    uint32_t n_args; /* generic arguments incl. those of enclosing types; VAR/MVAR: 0 */
    uint32_t var_index; /* VAR, MVAR: number */
    Type *elem; /* arrays, PTR, BYREF: element; enums (LAYOUT): underlying type */
    MethodSig *fn_sig; /* FNPTR */
    Type *declaring;   /* definition of the enclosing type, or NULL */
    uint64_t hash;
    /* LEVEL_PARENTS */
    Type *parent;      /* NULL: Object, interfaces, byref, ptr, ... */
    Type **interfaces; /* all, own and inherited, each once */
    uint32_t n_interfaces;
    /* LEVEL_LAYOUT */
    uint32_t
        size; /* class: bytes of an instance with header; value type: of the value */
    uint32_t align; /* of the value or of the instance data */
    uint32_t static_size,
        thread_static_size; /* bytes of the blocks; 0: no such fields */
    uint32_t n_fields;      /* own fields, instance and static, in metadata order */
    Field *fields;
    uint64_t *ref_map;  /* bit i: word i holds a reference (or interior pointer); words
                         * counted from the object's start (class) or value's start */
    uint32_t ref_words; /* number of words that ref_map covers */
    uint64_t *static_ref_map, *thread_static_ref_map; /* static_size / 8 words */
    uint32_t elem_size;                               /* arrays: bytes of an element */
    uint32_t inline_length; /* how often the only field of an InlineArray stands in it;
                             * 0: it is none */
    /* LEVEL_READY */
    uint32_t n_methods;
    Method **methods; /* own methods in metadata order; arrays: synthesised ones */
    uint32_t n_slots;
    Method **slots; /* implementation per virtual slot, inherited ones first */
    InterfaceEntry *iface_map; /* parallel to interfaces */
    Method *cctor, *finalizer;
    void *rt; /* loader's state, atomically set */
    /* Private to common/types */
    uint32_t phases, loading; /* TypePhase sets: done; under way */
    uint32_t depth, weight;   /* nesting and number of nodes of a constructed type */
    const Err *failure;       /* why a phase failed; repeated for those not reached */
    const uint8_t *variance;  /* GENPARAM_VARIANCE_MASK per argument; NULL: invariant */
};

/* A method that was made at run time: its body, and what its tokens stand for. A token
 * is 1 + the index of its reference, whatever the instruction. */
typedef enum DynamicKind {
    DYNAMIC_NONE,
    DYNAMIC_TYPE,
    DYNAMIC_METHOD,
    DYNAMIC_FIELD,
    DYNAMIC_STRING,
    DYNAMIC_SIGNATURE
} DynamicKind;

typedef struct DynamicRef {
    DynamicKind kind;
    void *item; /* Type, Method, Field or MethodSig; STRING: the loader's */
} DynamicRef;

typedef struct DynamicCode {
    IlBody body; /* locals_token: 1 when there are locals */
    DynamicRef *refs;
    void *prepared;          /* what the interpreter made of it */
    bool (*read)(Method *);  /* fills in the above when it is first wanted, then NULL;
                              * false: a pending exception of the loader's */
    Arena memory;            /* of the body and of what is prepared */
    Arena convention_memory; /* of the method's AbiSig */
    uint32_t n_refs, n_locals;
    Type **locals;
    bool *pinned;
    const Assembly *host; /* among whose methods it counts; NULL: the class library's */
} DynamicCode;

struct Assembly {
    World *world;
    Image *image;
    uint32_t index;      /* in world->assemblies */
    const char *name;    /* simple name */
    Assembly **refs;     /* per AssemblyRef rid - 1; NULL until resolved */
    Type **typedefs;     /* per TypeDef rid - 1; NULL until named */
    Type **typerefs;     /* per TypeRef rid - 1; NULL until resolved */
    Method **methoddefs; /* per MethodDef rid - 1; NULL until asked for */
    void *names;         /* private: name table of the TypeDefs, built on first use */
    const struct Friend *friends; /* private: assemblies that asked */
    void *rt;
    DynamicCode *dynamic; /* the scope of one method made at run time; else NULL */
    uint8_t of_library;   /* private: 1 + assembly_is_of_library, once asked */
    uint32_t room[4];     /* private: of the four arrays above, where the image grows */
    bool is_collectible;  /* made at run time, to be unloaded (which it is not) */
    void *context; /* assemblies of one name live in contexts, the loader's; NULL: the
                    * default one, in which references are looked for last */
};

/* The core assembly's types that are known by name, as members and by number; NULL:
 * this class library has no such type. They are at LEVEL_NAMED once the corlib is
 * loaded. */
typedef union KnownTypes {
    struct {
#define STANDARD(member, ns, name) Type *member;
#define OWN(member) Type *member;
#include "common/library/known_types.def"
#undef STANDARD
#undef OWN
    };
    Type *at[KNOWN_COUNT];
} KnownTypes;

typedef Assembly *AssemblyResolver(World *world, const char *name, Assembly *from,
                                   Err *err);

struct World {
    Lock lock;              /* recursive */
    const Library *library; /* what its assemblies are written for */
    Arena perm;             /* under lock */
    VEC(Assembly *) assemblies;
    VEC(char *) search_dirs; /* the program's own */
    char *library_dir;       /* the class library's */
    struct Trusted *trusted; /* trusted.c; NULL: directories say where assemblies are */
    Assembly *corlib;
    KnownTypes known;
    Type *canon;       /* System.__Canon */
    Map types;         /* constructed types by structure */
    Map methods;       /* method instances by (def, type, args) */
    Map synths;        /* ir/synth.c: made-up methods by (kind, subject) */
    bool has_contexts; /* some assembly is of one, or made at run time; atomic */
    uint32_t n_unmade; /* how often a type was asked for that is not made; atomic */
    AssemblyResolver *resolver; /* asked when no directory has it; may be NULL */
    /* Private to common/types */
    uint32_t load_depth; /* nested loads under way */
    Type **vars[2];      /* the first n_vars of VAR (0) and MVAR (1) */
    uint32_t n_vars[2];
    Method **array_impls[LIBRARY_ARRAY_INTERFACES]; /* by slot: the provider's method */
};

/* Generic arguments that VAR and MVAR stand for. */
typedef struct GenericContext {
    Type **class_args;
    uint32_t n_class;
    Type **method_args;
    uint32_t n_method;
} GenericContext;

/* -- world.c ------------------------------------------------------------------- */
/* Of the default class library, in its own directory. */
World *world_open(void);
void world_close(World *world);
void world_add_search_dir(World *world, const char *dir); /* tried in order */
/* Of another one; before the corlib is loaded. */
void world_set_library(World *world, const Library *library);
void world_set_library_dir(World *world, const char *dir);
/* trusted.c: assemblies are where these ':'-joined lists say, and nowhere else: files
 * by their names, then directories, of which the first two may be NULL; resources: with
 * CULTURE/NAME.dll. The core assembly's directory is the library's. Before the corlib
 * is loaded. */
void world_set_trusted(World *world, const char *assemblies, const char *app_paths,
                       const char *resources);
/* The first of those lists; NULL: nobody set it. */
const char *world_trusted(const World *world);
/* The file that it has for a simple name, or NULL. */
const char *world_trusted_file(const World *world, const char *name);
/* Opens an assembly file, or returns the one that is already loaded under that path. */
Assembly *world_load_file(World *world, const char *path, Err *err);
/* The same for a file that image_open has opened already, by its real path. Takes it
 * over. */
Assembly *world_load_image(World *world, Image *image, Err *err);
/* Adds an image that is open already (embedding, Assembly.Load(byte[])). Takes it over.
 */
Assembly *world_add_image(World *world, Image *image, Err *err);
/* By simple name: loaded ones first, then DIR/NAME.dll, DIR/NAME.exe of the search
 * dirs and of the library's, then its cache of assemblies, then the resolver; where
 * trusted ones are listed, that list in place of the library's. ERR_IO: "not found". */
Assembly *world_load_name(World *world, const char *name, Assembly *from, Err *err);
/* The loaded one of that name in a context (Assembly.context); NULL: none. */
Assembly *world_find_loaded(World *world, const char *name, const void *context);
/* Would world_load_name find it without the resolver? */
bool world_finds_name(World *world, const char *name);
/* world_load_file and world_add_image for a context. */
Assembly *world_load_file_into(World *world, const char *path, void *context, Err *err);
Assembly *world_add_image_into(World *world, Image *image, void *context, Err *err);
/* DIR/CULTURE/NAME.dll, of the directories in which others are looked for. */
Assembly *world_load_satellite(World *world, const char *name, const char *culture,
                               Err *err);
Assembly *assembly_ref(Assembly *assembly, uint32_t ref_rid, Err *err);
/* Is it one of the class library's: the file that is found in its directory or the GAC,
 * or a copy of that elsewhere, of the same name and public key? */
bool assembly_is_of_library(Assembly *assembly);

/* -- corlib.c: the core assembly ------------------------------------------------- */
/* Is that the name of its file? */
bool world_is_core_file(const World *world, const char *path);
/* Loads it from the library's directory and names the known types. ERR_BAD_IMAGE: it is
 * not the build that the library's tables are for. */
bool world_load_corlib(World *world, Err *err);
/* The row for a method of a top-level type; NULL: the method is what its IL says. */
const LibraryIntrinsic *corlib_intrinsic(const Type *type, const char *method,
                                         uint32_t n_params);
bool corlib_has_intrinsics(const Type *type); /* some type of that name has */
/* Does the library mark it as one that the runtime may know better? Where its body
 * calls itself, it is left to the runtime. */
bool corlib_is_marked(const Method *method);
/* A marked getter that asks whether something is supported, and that calls itself. */
bool corlib_is_feature(Method *method);
/* String's constructors have no bodies: the method with the parameters of one that
 * gives the string. Called on no object. NULL with err set: the library has none. */
Method *corlib_string_factory(World *world, const MethodSig *sig, Err *err);

/* -- load.c: types by name and token ------------------------------------------- */
Type *assembly_type(Assembly *assembly,
                    uint32_t typedef_rid); /* NAMED; asserts the rid */
/* <Module>, if it has a .cctor: that runs before anything of the assembly is used. */
Type *assembly_initializer(Assembly *assembly);
/* Namespace and name ("List`1"); nested types are found through their declaring type.
 * Follows ExportedType forwarders. NULL without error when there is none. */
Type *assembly_find_type(Assembly *assembly, const char *ns, const char *name,
                         Err *err);
Type *type_find_nested(Type *declaring_def, const char *name);
/* Row of the custom attribute of that type on what the token names; 0: none. */
uint32_t image_find_attribute(const Image *image, uint32_t token, const char *ns,
                              const char *name);
bool image_has_attribute(const Image *image, uint32_t token, const char *ns,
                         const char *name);
/* A TypeDef, TypeRef or TypeSpec token. ctx NULL: leaves VAR and MVAR in place. */
Type *type_from_token(Assembly *assembly, uint32_t token, const GenericContext *ctx,
                      Err *err);
/* One type of a signature blob at the cursor; custom modifiers and PINNED are skipped
 * (*pinned, if not NULL, tells). Depth is limited. */
Type *type_from_sig(Assembly *assembly, Cursor *sig, const GenericContext *ctx,
                    bool *pinned, Err *err);
/* Reaches level for the type and what it needs. Idempotent and thread-safe; a failure
 * is remembered and repeated. ERR_TYPE_LOAD, ERR_BAD_IMAGE, ERR_IO. */
bool type_load(Type *type, TypeLevel level, Err *err);
static inline TypeLevel type_level(const Type *type)
{
    return (TypeLevel)__atomic_load_n(&type->level, __ATOMIC_ACQUIRE);
}

/* -- construct.c: constructed types -------------------------------------------- */
Type *type_szarray(Type *elem);
Type *type_array(Type *elem, uint32_t rank);
Type *type_ptr(Type *elem);
Type *type_byref(Type *elem);
Type *type_fnptr(World *world, const MethodSig *sig);
Type *type_var(World *world, bool method, uint32_t index);
/* Instantiates a generic definition; n must equal def->n_args. Constraints are checked
 * by type_check_constraints, not here. */
Type *type_instance(Type *def, Type **args, uint32_t n, Err *err);
bool type_check_constraints(Type *type, Err *err);
/* The same of a closed method instance; false with ERR_NONE: an argument does not fit.
 */
bool method_check_constraints(Method *method, Err *err);
/* Sets err to what that says of the argument, in the library's words. */
void method_tell_constraint(Method *method, Err *err);
/* Of one parameter, by its GenericParam row. */
bool param_check_constraints(Assembly *assembly, uint32_t row,
                             const GenericContext *ctx, Type *arg, Err *err);
Type *type_substitute(Type *type, const GenericContext *ctx, Err *err);
GenericContext type_context(const Type *type);       /* borrowed args */
GenericContext method_context(const Method *method); /* class and method args */
Type *type_canonical(Type *type);

/* -- emitted.c: assemblies that are made at run time, whose images grow ------------ */
static inline bool assembly_is_emitted(const Assembly *assembly)
{
    return assembly && assembly->image && assembly->image->growing;
}
/* A row of AssemblyRef, TypeRef, TypeDef or MethodDef (of TypeDef `parent`): its rid; 0
 * with err set. All others are added as growing.h says. */
uint32_t assembly_add_row(Assembly *assembly, TableId table, uint32_t parent,
                          const uint32_t *cells, Err *err);
/* The AssemblyRef of another loaded assembly. */
uint32_t assembly_add_ref(Assembly *assembly, Assembly *to, Err *err);
/* Its rows are complete: from now on it may be loaded, and found by its name. Fails
 * where what its name was used as before does not hold. */
bool assembly_make_type(Assembly *assembly, uint32_t typedef_rid, Err *err);
/* Has the type been made? All of a file are. */
bool assembly_has_type(const Assembly *assembly, uint32_t typedef_rid);

/* -- dynamic.c ----------------------------------------------------------------- */
/* What a token of assembly->dynamic stands for. ERR_INVALID_PROGRAM: nothing of that
 * kind. */
void *dynamic_ref(const Assembly *assembly, uint32_t token, DynamicKind kind, Err *err);
/* The kind of a token; NONE: it stands for nothing. */
DynamicKind dynamic_kind(const Assembly *assembly, uint32_t token);

/* -- member.c: methods and fields ---------------------------------------------- */
/* The method of rid on its definition type. */
Method *assembly_method(Assembly *assembly, uint32_t methoddef_rid, Err *err);
/* Method `def` as a member of exact type (an instantiation of def->type or itself). */
Method *method_on_type(Method *def, Type *type, Err *err);
/* Instantiates a generic method of an exact type. */
Method *method_instance(Method *method, Type **args, uint32_t n, Err *err);
Method *method_substitute(Method *method, const GenericContext *ctx, Err *err);
/* MethodDef, MemberRef or MethodSpec token. ERR_MISSING_METHOD when it does not exist.
 * For vararg call sites *site_sig gets the call site's signature (else NULL). */
Method *method_from_token(Assembly *assembly, uint32_t token, const GenericContext *ctx,
                          MethodSig **site_sig, Err *err);
Field *field_from_token(Assembly *assembly, uint32_t token, const GenericContext *ctx,
                        Err *err);               /* owner reaches LAYOUT */
MethodSig *method_sig(Method *method, Err *err); /* substituted; cached */
/* sig: of the method, or of a site that calls it. */
bool method_takes_varargs(const Method *method, const MethodSig *sig);
MethodSig *sig_from_blob(Assembly *assembly, Bytes blob, const GenericContext *ctx,
                         Err *err); /* method or standalone signature; perm memory */
void sig_add_param(World *world, MethodSig *sig, Type *type); /* at the end */
/* Local variable types of a LocalVarSig token into arena. */
bool locals_from_token(Assembly *assembly, uint32_t token, const GenericContext *ctx,
                       Arena *arena, Type ***types, bool **pinned, uint32_t *n,
                       Err *err);
/* May callvirt run another method than the one it names? */
bool method_is_overridable(const Method *method);
Method *method_canonical(Method *method); /* the one whose code is shared by method */
bool method_is_shared(const Method *method); /* has __Canon in it */
/* Shared code takes the exact type or method as a hidden last argument: static methods
 * and instance methods of value types and interfaces that are shared (a Type *), and
 * shared generic methods (a Method *). Instance methods of shared classes take it from
 * `this`. Decided from the exact method, so callers and callees agree. */
typedef enum ContextKind {
    CONTEXT_NONE,
    CONTEXT_THIS,
    CONTEXT_TYPE,
    CONTEXT_METHOD
} ContextKind;
ContextKind method_context_kind(const Method *method);
static inline bool method_has_context_arg(const Method *method)
{
    return method_context_kind(method) >= CONTEXT_TYPE;
}
/* The IL body. False with ERR_NONE when the method has none (abstract, runtime, icall).
 */
bool method_body(Method *method, Arena *arena, IlBody *body, Err *err);
/* Row of the Param table for parameter `sequence` (0: the result); 0: none. */
uint32_t method_param_row(const Method *method, uint32_t sequence);
Method *type_find_method(Type *type, const char *name,
                         int n_params); /* own, READY; -1: any */
Method *type_find_method_sig(Type *type, const char *name, const MethodSig *sig,
                             Err *err);               /* own and inherited */
Field *type_find_field(Type *type, const char *name); /* own; LAYOUT */
/* Where the class of a field was not found when its owner was loaded, it is looked for
 * again; until it is there, the field is of System.Object. */
bool field_find_type(Field *field, Err *err);
/* "System.Collections.Generic.List`1[System.String]" as reflection writes it. */
void type_print(Buffer *out, const Type *type);
char *type_name(Arena *arena, const Type *type);
/* "System.Collections.Generic.List`1<string>" as mono's messages write it. */
char *type_short_name(Arena *arena, const Type *type);
/* "Namespace.Type:Method (int,string)" as stack traces write it (mono's words). */
char *method_name(Arena *arena, Method *method);
/* Is that its parameter list, as method_name writes it ("(int,string)")? NULL: any is.
 */
bool method_takes(Method *method, const char *params);

/* -- access.c ------------------------------------------------------------------ */
/* May code of type `from` name a member with these METHOD_ or FIELD_ flags' access,
 * apart from its owner; may it name a type, with its arguments? */
bool member_is_accessible(uint32_t access, const Type *owner, Type *from);
bool type_is_accessible(const Type *type, Type *from);

/* -- typename.c ---------------------------------------------------------------- */
/* "Namespace.Outer+Inner`1[[Arg, Assembly]]&, Assembly"; "!0" and "!!0" are of ctx. */
Type *type_from_name(Assembly *from, const char *name, const GenericContext *ctx,
                     Err *err);

/* -- accessor.c ---------------------------------------------------------------- */
/* Numbers of System.Runtime.CompilerServices.UnsafeAccessorKind. */
typedef enum AccessorKind {
    ACCESSOR_CONSTRUCTOR,
    ACCESSOR_METHOD,
    ACCESSOR_STATIC_METHOD,
    ACCESSOR_FIELD,
    ACCESSOR_STATIC_FIELD
} AccessorKind;
typedef struct Accessor {
    AccessorKind kind;
    Method *method; /* or */
    Field *field;   /* what it reaches, of the exact type */
} Accessor;
/* Has no IL, but UnsafeAccessor. */
bool method_is_accessor(const Method *method);
/* Of a definition: the member in open form, named with its VARs and MVARs. */
bool accessor_resolve(Method *method, Accessor *out, Err *err);

/* -- statics.c ----------------------------------------------------------------- */
/* What a call of the static virtual method decl of an interface runs for type; keeps
 * decl's method instantiation. NULL with err set: nothing, or several interfaces have
 * one. */
Method *type_static_impl(Type *type, Method *decl, Err *err);
static inline bool method_is_static_virtual(const Method *method)
{
    return (method->flags & (METHOD_STATIC | METHOD_VIRTUAL)) ==
           (METHOD_STATIC | METHOD_VIRTUAL);
}

/* -- relations.c --------------------------------------------------------------- */
/* Is a value of `from` usable as `to` (castclass, ECMA-335 I.8.7; array covariance,
 * variance, mono's enum/int and signedness laxity for array elements). */
bool type_assignable(Type *from, Type *to, Err *err);
/* The same of the elements of arrays and of what references point at. */
bool type_element_assignable(Type *from, Type *to, Err *err);
bool type_is_subclass(const Type *type,
                      const Type *ancestor); /* PARENTS; exact chain */
/* The ancestor of type (or type itself) whose def is `def`; NULL: none. */
Type *type_ancestor(Type *type, const Type *def);
/* What a virtual or interface call of decl runs on an object of exact type: resolves
 * slots, interface maps and variance; keeps decl's method instantiation. */
Method *type_virtual_impl(Type *type, Method *decl, Err *err);
/* What a method's own class has in its slot: a MethodImpl may have put another one of
 * the class there. NULL: the class does not load. */
Method *method_in_slot(Method *method, Err *err);
static inline bool type_is_valuetype(const Type *type)
{
    return (type->bits & TYPE_BIT_VALUETYPE) != 0;
}
/* A reference on the evaluation stack: classes, interfaces, arrays, __Canon. */
bool type_is_reference(const Type *type);
/* Enums become their underlying primitive; others stay. */
Type *type_underlying(Type *type);
/* Bytes that a variable or field of this type takes, and its alignment (LAYOUT needed
 * for value types). */
uint32_t type_value_size(const Type *type);
uint32_t type_value_align(const Type *type);
/* What the class library's own structures are aligned to by their names, here and in
 * native code; 0: as their fields are. */
uint32_t type_library_align(const Type *type);
/* Where the elements of an array of this type begin. */
static inline uint32_t type_array_data(const Type *array)
{
    return array->element == ELEMENT_SZARRAY
               ? ARRAY_DATA_OFFSET
               : ARRAY_LENGTHS_OFFSET + ARRAY_DIMENSION_SIZE * (uint32_t)array->rank;
}

#endif
