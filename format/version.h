/* version.h - which form images have, and on what runtime their code runs.
 *
 * Both are hashes, so there is no number to raise. What they are made of:
 *
 * - the format: the text of grammar.h, whose comment is the grammar, of the tables with
 * numbers that images contain, and of reliance.c, since an image may lack facts that
 * are counted otherwise now;
 *
 * - the ABI: the rows of layout.def with their values, and the text of what says how
 * compiled code, the interpreter and C functions call each other.
 *
 * The lists of the texts are in version.S, which has them. A changed comment counts: to
 * tell what matters from what does not would be a judgement that can be wrong.
 */
#ifndef FORMAT_VERSION_H
#define FORMAT_VERSION_H

#include <stdint.h>

#include "common/base/bytes.h"

uint64_t image_format_version(void); /* ImageHead.version is its low half */
uint64_t image_runtime_abi(void);

/* The texts, version.S. */
Bytes version_format_text(void);
Bytes version_abi_text(void);

#endif
