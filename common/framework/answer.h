/* answer.h - what the .NET host answered, kept for the next start.
 *
 * The host reads the runtimeconfig and deps files of a program and of its frameworks
 * and looks for some 200 files: 10 to 60 ms. So its answer is kept in the per-user
 * cache with the identity (size, time, inode) of every file and directory that decided
 * it:
 *
 *     ROOT/host/HASH.host     HASH: of the question, 16 digits
 *
 *     u32 magic, u64 hash of what follows
 *     question:   cstr program, cstr installation, u32 n { cstr variable }*
 *     deciders:   u32 n { cstr path, u8 exists, 5 * u64 device, inode, size, time }*
 *     properties: u32 n { cstr name, cstr value }*
 *
 * What decides and can't be told by a file that exists is looked at again: a file of
 * the program that lay elsewhere (in a cache of packages) is still there, and none of
 * its name has come to lie beside the program.
 *
 * The answer names the files that run. Its directory is opened by descriptor and used
 * only where it, and the file, are root's or this user's and nobody else can write
 * them; a file that is torn, of another question or out of date counts as none.
 */
#ifndef COMMON_FRAMEWORK_ANSWER_H
#define COMMON_FRAMEWORK_ANSWER_H

#include <stdbool.h>
#include <time.h>

#include "common/base/bytes.h"
#include "common/base/err.h"
#include "common/framework/properties.h"

enum { ANSWER_NAME = 32 };

typedef struct Question {
    const char *app;  /* real path of the program */
    const char *root; /* of the installation */
    Buffer variables; /* u32 n { cstr "NAME=VALUE" }*: what the host looks at */
} Question;

/* False: the answer may not be kept, for something decides that nobody watches. */
bool question_open(Question *question, const char *app, const char *root);
void question_close(Question *question);
void question_name(const Question *question, char name[ANSWER_NAME]);

/* Appends the file of an answer that was asked for since `asked` (CLOCK_REALTIME).
 * False: a file that decides has changed since, or may have. */
bool answer_write(Buffer *out, const Question *question,
                  const HostProperties *properties, struct timespec asked);
/* False: it is no answer to the question, or not what the host would say now. */
bool answer_read(Bytes file, const Question *question, HostProperties *properties);

/* The same by way of the cache at that path. */
bool answer_load(const char *cache, const Question *question,
                 HostProperties *properties);
bool answer_store(const char *cache, const Question *question,
                  const HostProperties *properties, struct timespec asked, Err *err);

#endif
