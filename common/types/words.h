/* words.h - what failures say, in the words of the class library. */
#ifndef COMMON_TYPES_WORDS_H
#define COMMON_TYPES_WORDS_H

#include "common/types/types.h"

enum { WORDS_ARGS = 5 };

/* err_set with the library's text; args: what words.def says, NULL where it has no use
 * for one. False. */
bool err_words(Err *err, ErrKind kind, const World *world, LibraryWords words,
               const char *const args[WORDS_ARGS]);

/* The parts of such texts, as the library writes them. */
const char *words_type(Arena *arena, const Type *type);
const char *words_method(Arena *arena, Method *method);
/* The same of a type that is an argument. */
const char *words_argument(Arena *arena, const Type *type);
/* A definition with the names of its parameters; a method without its own. */
const char *words_definition(Arena *arena, const Type *def);
const char *words_method_name(Arena *arena, const Method *method);
/* Of the parameter of that number of a definition's or method's token. */
const char *words_param_name(const Assembly *assembly, uint32_t owner, uint32_t number);
/* A method that is only asked for, with its result. */
const char *words_signature(Arena *arena, const Type *type, const char *name,
                            const MethodSig *sig);
/* In the plain style whatever the library: a type with its own name first, or with its
 * enclosing types, and parameters. */
void words_put_plain(Buffer *out, const Type *type, bool enclosed);
void words_put_params(Buffer *out, const MethodSig *sig);
/* "Name, Version=1.0.0.0, Culture=neutral, PublicKeyToken=null"; of a reference: what
 * the row says. */
const char *words_assembly(Arena *arena, const Assembly *assembly);
const char *words_assembly_ref(Arena *arena, const Image *image, uint32_t rid);

#endif
