/* subject.h - types, methods, fields and the like as bytes that mean the same
 * elsewhere.
 *
 * A SubjectWriter collects the subjects of one unit or message, each once; a
 * SubjectReader finds them in a World of another process: by token where the assembly
 * is the same build, by name and signature otherwise. The grammar stands in grammar.h.
 */
#ifndef FORMAT_SUBJECT_H
#define FORMAT_SUBJECT_H

#include "common/types/types.h"
#include "format/grammar.h"
#include "format/unit.h"

/* -- Writing ------------------------------------------------------------------- */

typedef struct SubjectWriter {
    World *world;
    VEC(Assembly *) deps;
    Buffer names, blob;
    Map name_offsets; /* text -> offset + 1 */
    Map by_pointer;   /* Type, Method or Field -> offset */
    Map by_bytes;     /* for all others: hash of the bytes -> offset */
} SubjectWriter;

/* home becomes dep 0; NULL: none. */
void subject_writer_open(SubjectWriter *writer, World *world, Assembly *home);
void subject_writer_close(SubjectWriter *writer);
uint32_t subject_name(SubjectWriter *writer, const char *text);
uint32_t subject_dep(SubjectWriter *writer, Assembly *assembly);
uint32_t subject_write_type(SubjectWriter *writer, Type *type);
uint32_t subject_write_method(SubjectWriter *writer, Method *method);
uint32_t subject_write_field(SubjectWriter *writer, Field *field);
uint32_t subject_write_fixup(SubjectWriter *writer,
                             const Fixup *fixup);                  /* 0: no subject */
void subject_write_deps(const SubjectWriter *writer, Buffer *out); /* ImageDep* */

/* Hashes of names and structure, the same in every process. */
uint64_t subject_type_hash(const Type *type);
uint32_t subject_sig_hash(Method *def); /* 0: it does not load */
uint64_t subject_method_key(const Method *method);
uint64_t subject_string_hash(Bytes utf16);

/* -- Reading ------------------------------------------------------------------- */

typedef struct SubjectReader {
    Bytes deps, names, blob; /* as in a unit record */
    uint32_t n_deps;
    World *world;          /* NULL: only printing */
    Assembly **assemblies; /* per dep, owned; atomic; NULL until resolved */
} SubjectReader;

/* names must end with a NUL. home, if given, answers for dep 0. */
bool subject_reader_open(SubjectReader *reader, Bytes deps, Bytes names, Bytes blob);
void subject_reader_bind(SubjectReader *reader, World *world, Assembly *home);
void subject_reader_close(SubjectReader *reader);
const char *subject_reader_name(const SubjectReader *reader, uint32_t offset);
/* The assembly of a dep; *same: it is the recorded build. */
Assembly *subject_read_dep(const SubjectReader *reader, uint32_t dep, bool *same,
                           Err *err);
/* Is an assembly the build that a dep records? */
bool subject_is_build(const Assembly *assembly, const ImageDep *dep);
/* Of a method on a definition or its instance: the assembly and the recorded rid, which
 * holds if *same. Makes no descriptors. */
bool subject_read_rid(const SubjectReader *reader, uint32_t offset, Assembly **assembly,
                      uint32_t *rid, bool *same, Err *err);
Type *subject_read_type(const SubjectReader *reader, uint32_t offset, Err *err);
Method *subject_read_method(const SubjectReader *reader, uint32_t offset, Err *err);
Field *subject_read_field(const SubjectReader *reader, uint32_t offset, Err *err);
/* fixup->kind is set by the caller; fills its subject. IrLookup and IrError in arena.
 */
bool subject_read_fixup(const SubjectReader *reader, uint32_t offset, Arena *arena,
                        Fixup *fixup, Err *err);
/* As people read it: "System.Collections.Generic.List`1[System.Int32]:Add". */
void subject_print(const SubjectReader *reader, uint32_t offset, Buffer *out);

#endif
