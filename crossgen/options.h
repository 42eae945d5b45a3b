/* options.h - what the command line of crossgen asks for. */
#ifndef CROSSGEN_OPTIONS_H
#define CROSSGEN_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/vec.h"

typedef struct Options {
    VEC(char *) dirs; /* -r */
    VEC(char *) assemblies;
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
