/* stubs_private.h - entry stubs: 16 bytes of code in an RX page, 16 bytes of data
 * behind it.
 *
 * A stub loads its argument into r10 and jumps to its target. The code of all pages is
 * the same and comes from a file (stubs_code.S); only the data is written, so no page
 * is ever made executable. Stubs of methods live as long as these, most of them for
 * ever. Included by assembly: only macros outside of the guard.
 */
#ifndef LOADER_EXEC_STUBS_PRIVATE_H
#define LOADER_EXEC_STUBS_PRIVATE_H

#define STUB_BYTES 16
#define STUB_CODE_BYTES 16384 /* of a chunk; the same of data behind it */
/* StubData */
#define STUB_TARGET 0
#define STUB_ARG 8

#ifndef __ASSEMBLER__

typedef enum StubKind { STUB_METHOD, STUB_DELAYED, STUB_NATIVE, STUB_KINDS } StubKind;

typedef struct StubData {
    void *target; /* read and written whole; release */
    void *arg;    /* METHOD: MethodRt *; stays as long as the method does */
} StubData;

void stubs_start(void);
void *stub_new(StubKind kind, void *target, void *arg); /* thread-safe */
/* It may be given out again; until then it goes to target(arg). */
void stub_free(StubKind kind, void *code, void *target, void *arg);
/* Data of the stub that starts at code; NULL when there is no stub of that kind. */
StubData *stub_data(StubKind kind, const void *code);

#endif
#endif
