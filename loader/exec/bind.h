/* bind.h - from a method to its compiled code. */
#ifndef LOADER_EXEC_BIND_H
#define LOADER_EXEC_BIND_H

#include "format/sidecar.h"

bool bind_start(Err *err); /* host facts; bad CODICIL_CPU or CODICIL_OS */
const HostFacts *bind_host(void);

/* A sidecar's code for the method (canonical form), bound and checked, or NULL. Not
 * called for icalls, P/Invokes. Each found or refused row sets RAN_* bits. */
void *bind_find_code(Method *method);
/* Code of a canonical method (osr_il: of its loop) in the JIT images; NULL. */
void *bind_find_jitted(Method *method, uint32_t osr_il);
/* The assembly to whose images a method's JITted code belongs. */
Assembly *bind_home(const Method *method);
/* Can code of the method be told by the names of its assembly and of its arguments'?
 * No: it was made at run time, assemblies of one name are in several contexts, or the
 * program has said what the assembly's references are for. */
bool bind_is_named(Method *method);

/* Methods whose native code was refused, for --stats and embedders; false: none of that
 * number. Texts are borrowed. */
typedef struct BindRejected {
    Assembly *assembly; /* of the image */
    const char *path;   /* the image */
    const char *method;
    const struct Verdict *verdict;
} BindRejected;
bool bind_rejected(uint32_t number, BindRejected *out);
/* Judges all methods of all images found so far, not only those that are wanted; their
 * number. */
uint32_t bind_check_all(void);

#endif
