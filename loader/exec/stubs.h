/* stubs.h - entry stubs: 16 bytes of code in an RX page, 16 bytes of data behind it.
 *
 * A stub loads its argument into r10 and jumps to its target. Code pages are written
 * once and made read-only; only the data changes. Stubs live for ever.
 */
#ifndef LOADER_EXEC_STUBS_H
#define LOADER_EXEC_STUBS_H

typedef enum StubKind { STUB_METHOD, STUB_DELAYED, STUB_KINDS } StubKind;

typedef struct StubData {
    void *target; /* read and written whole; release */
    void *arg;    /* METHOD: MethodRt *, never changes */
} StubData;

void stubs_start(void);
void *stub_new(StubKind kind, void *target, void *arg); /* thread-safe */
/* Data of the stub that starts at code; NULL when there is no stub of that kind. */
StubData *stub_data(StubKind kind, const void *code);

#endif
