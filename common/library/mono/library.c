/* library.c - Mono 6.8's class library, as Debian 12 has it. */
#include "common/library/mono/members.h"

#include <stddef.h>

#define BUILD "ABB721D6-116A-4555-B4FD-9248146D2051"

#define KNOWN_DEF "common/library/mono/known.def"
#define INTRINSICS_DEF "common/library/mono/intrinsics.def"
#define SEEDS_DEF "common/library/mono/seeds.def"
#define WORDS_DEF "common/library/mono/words.def"
#include "common/library/tables.h"

/* -- Tables ---------------------------------------------------------------------- */

static const LibraryOverlay overlays[] = {
#define OVERLAY(name_space, type, nested, field, offset)                               \
    {name_space, type, nested, field, offset},
#include "common/library/mono/overlays.def"
#undef OVERLAY
};

static const LibraryMade made[] = {
    {"EqualityComparer`1", "GenericEqualityComparer`1"},
    {"Comparer`1", "GenericComparer`1"},
};

/* Packages that come with programs and whose build for the .NET Framework calls into
 * Windows: the library's own is taken instead, as mono does. */
static const char *const own[] = {
    "System.Globalization.Extensions",
    "System.IO.Compression",
    "System.Net.Http",
    "System.Reflection.DispatchProxy",
    "System.Runtime.InteropServices.RuntimeInformation",
    "System.Text.Encoding.CodePages",
    "System.Threading.Overlapped",
    NULL,
};

/* -- The library ----------------------------------------------------------------- */

const Library library_mono = {
    .name = "mono",
    .title = "Mono 6.8",
    .identity = "mono " BUILD,
    .core = "mscorlib",
    .build = {"System", "Environment", "mono_corlib_version", BUILD},
    .search = {.dir = "/usr/lib/mono/4.5",
               .facade = "Facades",
               .cache = "/usr/lib/mono/gac",
               .own = own},
    .known = known,
    .intrinsics = intrinsics,
    .n_intrinsics = COUNT(intrinsics),
    .start = library_start_mono,
    .seeds = seeds,
    .n_seeds = COUNT(seeds),
    .made = made,
    .n_made = COUNT(made),
    .overlays = overlays,
    .n_overlays = COUNT(overlays),
    .localloc_anywhere = true,
    .string_factory = "CreateString",
    .null_text = "Object reference not set to an instance of an object",
    .memory_text = "Insufficient memory to continue the execution of the program.",
    .overrides_bodies = true,
    .words = words,
    .message_style = STYLE_SHORT,
    .arrays = {.provider = KNOWN_array_provider,
               .interfaces = {{KNOWN_ilist, "InternalArray__"},
                              {KNOWN_icollection, "InternalArray__ICollection_"},
                              {KNOWN_ienumerable, "InternalArray__IEnumerable_"},
                              {KNOWN_ireadonlylist, "InternalArray__IReadOnlyList_"},
                              {KNOWN_ireadonlycollection,
                               "InternalArray__IReadOnlyCollection_"}}},
    .members = &mono_members,
};
