/* types_private.h - what the files of common/types share. */
#ifndef COMMON_TYPES_TYPES_PRIVATE_H
#define COMMON_TYPES_TYPES_PRIVATE_H

#include "common/base/lock.h"
#include "common/types/types.h"

/* The steps that the levels are made of. A step may need any step of another type that
 * comes before it here, and itself of its parent, its definition and (INSTANCE) its
 * fields' value types: what comes back to a step under way is a cycle in the metadata.
 */
typedef enum TypePhase {
    PHASE_PARENTS = 1 << 0,
    PHASE_METHODS = 1 << 1,  /* own Method descriptors; no signatures */
    PHASE_FIELDS = 1 << 2,   /* own Field descriptors with types; no offsets */
    PHASE_INSTANCE = 1 << 3, /* size, offsets and references of instances */
    PHASE_STATICS = 1 << 4,
    PHASE_SLOTS = 1 << 5,
} TypePhase;

enum {
    MAX_TYPE_DEPTH = 200,   /* of generic arguments, arrays and pointers */
    MAX_TYPE_WEIGHT = 4096, /* nodes of a type written out */
    MAX_LOAD_DEPTH = 1500,  /* parents of parents, fields of fields */
    MAX_NESTING = 128,      /* of signatures; forwarders; scopes of references */
    MAX_ENCLOSING = 1024,
    MAX_GENERIC_PARAMS = 0xffff,
    MAX_INSTANCE_SIZE = 1 << 27,
};

/* Assembly.room. */
enum { EMITTED_REFS, EMITTED_TYPEDEFS, EMITTED_TYPEREFS, EMITTED_METHODDEFS };

extern Type *const no_types[1]; /* the args of what is not generic */

static inline void world_lock(World *world)
{
    lock_acquire(&world->lock);
}
static inline void world_unlock(World *world)
{
    lock_release(&world->lock);
}
/* construct.c: the GenericParam row of a type's or method's parameter of that number;
 * 0: there is none. */
uint32_t param_row(const Image *image, uint32_t owner, uint32_t number);
/* constraints.c: an argument that does not fit; words: TYPE_ARGUMENT and the like. */
bool type_fail_argument(const Type *def, const Type *arg, uint32_t number,
                        LibraryWords words, Err *err);
/* May it be by-ref-like? */
bool param_takes_byreflike(const Image *image, uint32_t owner, uint32_t number);
/* The shared array of the first n VARs or MVARs. */
Type **world_vars(World *world, bool method, uint32_t n);
void world_make_canon(World *world);

/* trusted.c: the path of a simple name; NULL: it is not in the list. */
const char *trusted_find(const struct Trusted *trusted, const char *name);
/* Directory number i that has cultures; NULL: there are no more. */
const char *trusted_resources(const struct Trusted *trusted, size_t i);
void trusted_free(struct Trusted *trusted);
/* Notes a reference that was not found (missing.h). */
void trusted_miss(struct Trusted *trusted, Assembly *from, uint32_t rid);

/* world.c: allocated; NULL: the library has no such assembly. */
char *world_find_in_library(const World *world, const char *name);

/* levels.c: does a phase once; lock held. */
bool type_do(Type *type, TypePhase phase, Err *err);
/* The phases, for levels.c. */
bool parents_do(Type *type, Err *err);
bool methods_do(Type *type, Err *err);
bool fields_do(Type *type, Err *err);
bool instance_do(Type *type, Err *err);
bool statics_do(Type *type, Err *err);
bool slots_do(Type *type, Err *err);
bool slots_of_array(Type *type, Err *err);
/* "Could not load type 'T' from assembly 'A': reason". */
bool type_fail(const Type *type, Err *err, const char *reason);
/* The same for want of an implementation of the method. */
bool type_fail_undone(const Type *type, Err *err, const char *reason,
                      const Method *method);

/* load.c: all that LEVEL_NAMED has of a TypeDef, by what its rows say now. */
void typedef_name(Type *type, Assembly *assembly, uint32_t rid);
/* emitted.c: fails for a type that is not made yet; nobody remembers that. */
bool type_unmade(const Type *type, Err *err);

/* names.c */
void names_free(void *names);
/* A type that was made; lock held. */
void names_add_made(Assembly *assembly, uint32_t rid);
/* Rid of a top-level (enclosing 0) or nested TypeDef; 0: none. */
uint32_t names_find(Assembly *assembly, uint32_t enclosing, const char *ns,
                    const char *name);
uint32_t names_find_exported(Assembly *assembly, const char *ns, const char *name);

/* sig.c: a method signature into arena. */
MethodSig *sig_read(Assembly *assembly, Cursor *c, const GenericContext *ctx,
                    Arena *arena, Err *err);
void sig_add_param(World *world, MethodSig *sig, Type *type); /* at the end */
/* The type of a field's signature after its first byte. */
Type *sig_read_field(Assembly *assembly, Cursor *sig, const GenericContext *ctx,
                     uint64_t *mods, Err *err);
bool sig_equal(const MethodSig *a, const MethodSig *b); /* without sentinel */
MethodSig *sig_substitute(World *world, const MethodSig *sig, const GenericContext *ctx,
                          Err *err); /* perm memory */
uint64_t sig_hash(const MethodSig *sig);

/* load.c: is a row of the CustomAttribute table one of that type? */
bool image_attribute_is(const Image *image, uint32_t row, const char *ns,
                        const char *name);

/* arrays.c */
bool array_parents(Type *type, Err *err);
bool array_methods(Type *type, Err *err);
/* The class library's method behind a method of IList<T> and its kin; NULL: none. */
Method *array_interface_impl(World *world, const Method *decl, Err *err);

/* print.c: with the words that method_name uses; "(int,string)". */
void sig_print(Buffer *out, const MethodSig *sig);

/* layout.c */
bool type_has_reference(const Type *type); /* a value; size known */
bool value_size_known(Type *type, Err *err);
void map_add_references(uint64_t *map, uint32_t offset, const Type *type);

#endif
