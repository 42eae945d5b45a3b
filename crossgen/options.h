/* options.h - what the command line of crossgen asks for. */
#ifndef CROSSGEN_OPTIONS_H
#define CROSSGEN_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/vec.h"

typedef VEC(char *) Paths;

/* A file of a folder that is no assembly. */
typedef struct OtherFile {
    char *path, *reason; /* owned */
} OtherFile;

typedef struct Options {
    Paths dirs;       /* -r */
    Paths profiles;   /* --profile */
    Paths assemblies; /* owned, once inputs_expand has been */
    VEC(OtherFile) others;
    bool framework;            /* --framework: the assemblies are names of its own */
    const char *framework_dir; /* NULL: the newest that is installed */
    char *images;    /* owned: then `out`, where images of frameworks lie by version */
    const char *out; /* -o: file, or directory; NULL: beside each assembly */
    bool out_is_dir;
    const char *report, *depfile;
    uint32_t levels[4]; /* --isa, by rising level */
    uint32_t n_levels;
    int opt_level;
    unsigned jobs;
    unsigned inline_limit;
    unsigned timeout; /* seconds for one batch */
    bool verbose;
    bool keep;     /* --keep: intermediate files stay */
    int worker_fd; /* --worker: -1 none */
} Options;

#endif
