/* tables.h - a library's .def files as constant arrays, once for each library: its
 * library.c says where they are and includes this.
 *
 *     #define KNOWN_DEF "common/library/NAME/known.def"
 *     #define INTRINSICS_DEF, SEEDS_DEF, WORDS_DEF   the same
 *
 * gives known, intrinsics, seeds, words. No guard: it is no header like others.
 */
#include <assert.h>

#include "common/library/library.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

static const LibraryName known[KNOWN_COUNT] = {
#define STANDARD(member, name_space, name) [KNOWN_##member] = {name_space, name},
#define OWN(member)
#include "common/library/known_types.def"
#undef STANDARD
#undef OWN
#define KNOWN(member, name_space, name) [KNOWN_##member] = {name_space, name},
#define LACKS(member) [KNOWN_##member] = {NULL, NULL},
#include KNOWN_DEF
#undef KNOWN
#undef LACKS
};

/* Every member has a row; that none has two, -Woverride-init sees. */
enum {
    KNOWN_ROWS = 0
#define STANDARD(member, name_space, name) +1
#define OWN(member)
#include "common/library/known_types.def"
#undef STANDARD
#undef OWN
#define KNOWN(member, name_space, name) +1
#define LACKS(member) +1
#include KNOWN_DEF
#undef KNOWN
#undef LACKS
};
static_assert(KNOWN_ROWS == (int)KNOWN_COUNT, "a row for each OWN member");

static const LibraryIntrinsic intrinsics[] = {
#define INTRINSIC(ns, class, name, n, by)                                              \
    {.name_space = ns, .type = class, .method = name, .n_params = n, by},
#include INTRINSICS_DEF
#undef INTRINSIC
};

static const char *const words[WORDS_COUNT] = {
#define WORDS(tag, text) [WORDS_##tag] = (text),
#include WORDS_DEF
#undef WORDS
};

static const LibrarySeed seeds[] = {
#define SEED(name_space, name, nested, args) {name_space, name, nested, args},
#include SEEDS_DEF
#undef SEED
};
