/* library.c - .NET 10's class library: the shared framework Microsoft.NETCore.App. */
#include "common/library/coreclr/members.h"

#include <assert.h>
#include <stddef.h>

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

/* -- Known types ----------------------------------------------------------------- */

static const LibraryName known[KNOWN_COUNT] = {
#define STANDARD(member, name_space, name) [KNOWN_##member] = {name_space, name},
#define OWN(member)
#include "common/library/known_types.def"
#undef STANDARD
#undef OWN
#define KNOWN(member, name_space, name) [KNOWN_##member] = {name_space, name},
#define LACKS(member) [KNOWN_##member] = {NULL, NULL},
#include "common/library/coreclr/known.def"
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
#include "common/library/coreclr/known.def"
#undef KNOWN
#undef LACKS
};
static_assert(KNOWN_ROWS == (int)KNOWN_COUNT, "a row for each OWN member");

/* -- Tables ---------------------------------------------------------------------- */

static const LibraryIntrinsic intrinsics[] = {
#define INTRINSIC(ns, class, name, n, by)                                              \
    {.name_space = ns, .type = class, .method = name, .n_params = n, by},
#include "common/library/coreclr/intrinsics.def"
#undef INTRINSIC
};

static const char *const words[WORDS_COUNT] = {
#define WORDS(tag, text) [WORDS_##tag] = (text),
#include "common/library/coreclr/words.def"
#undef WORDS
};

static const LibrarySeed seeds[] = {
#define SEED(name_space, name, nested, args) {name_space, name, nested, args},
#include "common/library/coreclr/seeds.def"
#undef SEED
};

static const char *const open_features[] = {
    "get_IsSupported",
    "get_IsHardwareAccelerated",
    NULL,
};

static const LibraryMade made[] = {
    {"EqualityComparer`1", "GenericEqualityComparer`1"},
    {"Comparer`1", "GenericComparer`1"},
};

/* Packages for .NET Standard refer to neither, those for .NET Framework to older ones.
 */
static const LibraryReference references[] = {
    {"System.Runtime", 5},
    {"System.Private.CoreLib", 5},
};

static const LibraryAlignment alignments[] = {
    {"System", "Int128", 16},
    {"System", "UInt128", 16},
    {"System.Runtime.Intrinsics", "Vector128`1", 16},
    {"System.Runtime.Intrinsics", "Vector256`1", 32},
    {"System.Runtime.Intrinsics", "Vector512`1", 64},
};

/* -- The library ----------------------------------------------------------------- */

const Library library_coreclr = {
    .name = "coreclr",
    .title = ".NET 10",
    .identity = "coreclr 10.0",
    .core = "System.Private.CoreLib",
    .build = {.major = 10},
    .search = {.framework = "Microsoft.NETCore.App",
               .dir = "/usr/share/dotnet/shared/Microsoft.NETCore.App/10.0.12"},
    .references = references,
    .n_references = COUNT(references),
    .known = known,
    .intrinsics = intrinsics,
    .n_intrinsics = COUNT(intrinsics),
    .open = {.mark = {"System.Runtime.CompilerServices", "IntrinsicAttribute"},
             .features = open_features},
    .seeds = seeds,
    .n_seeds = COUNT(seeds),
    .made = made,
    .n_made = COUNT(made),
    .alignments = alignments,
    .n_alignments = COUNT(alignments),
    .free_references = true,
    .saturates = true,
    .string_factory = "Ctor",
    .token_objects = true,
    .null_text = "Object reference not set to an instance of an object.",
    .array_text = "Array dimensions exceeded supported range.",
    .words = words,
    .message_style = STYLE_PLAIN,
    .arrays = {.provider = KNOWN_array_provider,
               .interfaces = {{KNOWN_ilist, ""},
                              {KNOWN_icollection, ""},
                              {KNOWN_ienumerable, ""},
                              {KNOWN_ireadonlylist, ""},
                              {KNOWN_ireadonlycollection, ""}}},
    .members = &coreclr_members,
};
