/* prototypes.h - C functions that managed code calls, against the managed signatures.
 *
 * Tables of such functions hold untyped pointers, so the C compiler sees no difference
 * between what a function takes and what its managed declaration passes. Here both
 * become the words of common/ir/abi.h: the C side from the DWARF of this program, the
 * managed side from the lowered signature; words must be equal one by one.
 */
#ifndef TESTS_UNIT_PROTOTYPES_H
#define TESTS_UNIT_PROTOTYPES_H

#include "common/types/types.h"

typedef enum WordKind {
    WORD_INT32 = 'i',
    WORD_INT64 = 'l',
    WORD_POINTER = 'p',
    WORD_ADDRESS = 'a', /* managed: IntPtr and words of structures: INT64 or POINTER */
    WORD_FLOAT = 'f',
    WORD_DOUBLE = 'd',
    WORD_NARROW =
        'n', /* C: an integer of less than 32 bits; no word of the convention */
    WORD_OTHER = 'o', /* C: bytes that go by no single register; never right */
} WordKind;

typedef struct Word {
    WordKind kind;
    uint32_t
        target; /* POINTER: bytes of what it points at; 0: not known, or anything */
} Word;

enum { PROTOTYPE_WORDS = 32 };

typedef struct Prototype {
    Word words[PROTOTYPE_WORDS]; /* with the pointer to a result in memory first */
    uint32_t n;
    Word ret[2];
    uint32_t n_ret;
    bool in_memory; /* the result; managed side only */
} Prototype;

/* Reads the DWARF of the running program. False: it has none. */
bool prototypes_open(void);
void prototypes_close(void);
/* Of a C function of this program by its address; false: DWARF does not know it. */
bool prototype_of_function(const void *function, Prototype *out);
/* Of a managed method's own entry, without the generic context at its end. */
bool prototype_of_method(Method *method, Prototype *out, Err *err);
/* "pil:v": words, result; with the size of what pointers point at: "p4". */
char *prototype_text(Arena *arena, const Prototype *prototype);
/* Can a call that passes `managed` be served by a function of prototype c? */
bool prototype_serves(const Prototype *c, const Prototype *managed);

#endif
