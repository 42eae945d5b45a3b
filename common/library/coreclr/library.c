/* library.c - .NET 10's class library: the shared framework Microsoft.NETCore.App. */
#include "common/library/coreclr/members.h"

#include <stddef.h>

#define KNOWN_DEF "common/library/coreclr/known.def"
#define INTRINSICS_DEF "common/library/coreclr/intrinsics.def"
#define SEEDS_DEF "common/library/coreclr/seeds.def"
#define WORDS_DEF "common/library/coreclr/words.def"
#include "common/library/tables.h"

/* -- Tables ---------------------------------------------------------------------- */

static const char *const open_features[] = {
    "get_IsSupported",
    "get_IsHardwareAccelerated",
    NULL,
};

static const LibraryMade made[] = {
    {"EqualityComparer`1", "GenericEqualityComparer`1"},
    {"Comparer`1", "GenericComparer`1"},
};

/* Packages for .NET Standard refer to neither, those for .NET Framework to an older
 * System.Runtime; the framework's own that forward types say no version. */
static const LibraryReference references[] = {
    {"System.Runtime", 5},
    {"System.Private.CoreLib", 0},
};

static const LibraryAlignment alignments[] = {
    {"System", "Int128", 16},
    {"System", "UInt128", 16},
    {"System.Runtime.Intrinsics", "Vector128`1", 16},
    {"System.Runtime.Intrinsics", "Vector256`1", 32},
    {"System.Runtime.Intrinsics", "Vector512`1", 64},
};

#define INT128 "System.Int128 and System.UInt128 cannot be passed by value to unmanaged"

static const LibraryRefusal refusals[] = {
    {"System", "Int128", INT128},
    {"System", "UInt128", INT128},
    {"System", "Nullable`1", NULL},
    {"System", "Span`1", NULL},
    {"System", "ReadOnlySpan`1", NULL},
    {"System.Numerics", "Vector`1", NULL},
    {"System.Runtime.Intrinsics", "Vector64`1", NULL},
    {"System.Runtime.Intrinsics", "Vector128`1", NULL},
    {"System.Runtime.Intrinsics", "Vector256`1", NULL},
    {"System.Runtime.Intrinsics", "Vector512`1", NULL},
};

/* -- The library ----------------------------------------------------------------- */

const Library library_coreclr = {
    .name = "coreclr",
    .title = ".NET 10",
    .identity = "coreclr 10.0",
    .core = "System.Private.CoreLib",
    .build = {.major = 10},
    .search = {.framework = "Microsoft.NETCore.App",
               .dir = "/usr/share/dotnet/shared/Microsoft.NETCore.App"},
    .references = references,
    .n_references = COUNT(references),
    .known = known,
    .intrinsics = intrinsics,
    .n_intrinsics = COUNT(intrinsics),
    .open = {.mark = {"System.Runtime.CompilerServices", "IntrinsicAttribute"},
             .features = open_features},
    .start = library_start_coreclr,
    .seeds = seeds,
    .n_seeds = COUNT(seeds),
    .made = made,
    .n_made = COUNT(made),
    .alignments = alignments,
    .n_alignments = COUNT(alignments),
    .free_references = true,
    .saturates = true,
    .rounds_once = true,
    .widens_unsigned = true,
    .exact_natives = true,
    .pointers_convert = true,
    .strict_types = true,
    .calls_slots = true,
    .shares_data = true,
    .frees_frames = true,
    .no_varargs = true,
    .strict_marshalling = true,
    .lazy_fields = true,
    .refusals = refusals,
    .n_refusals = COUNT(refusals),
    .string_factory = "Ctor",
    .token_objects = true,
    .type_factory = "FromIntPtr",
    .null_text = "Object reference not set to an instance of an object.",
    .array_text = "Array dimensions exceeded supported range.",
    .string_text = "Insufficient memory to continue the execution of the program.",
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
