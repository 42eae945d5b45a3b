/* outputs.h - which files a run writes, and that none of them is one it reads.
 *
 * All is decided and refused before anything is written: an output that is an input, an
 * assembly at all, or another output, by path or by what a link leads to.
 */
#ifndef CROSSGEN_OUTPUTS_H
#define CROSSGEN_OUTPUTS_H

#include "common/base/err.h"
#include "crossgen/options.h"

/* What is written for one assembly; paths are owned. */
typedef struct Output {
    char *image;
    char
        *copy; /* of the assembly, beside the image in a directory; NULL: it is there */
    char *config,
        *config_copy; /* its .config file; NULL: it has none, or it is there */
} Output;

/* One for each of the options' assemblies. False: refused, err says which and why. */
bool outputs_plan(const Options *options, Output *outputs, Err *err);
/* Makes the directory that --output names, if it does, or those of frameworks. */
bool outputs_make_dir(const Options *options, const Output *outputs, Err *err);
/* Puts the assembly beside its image, with its times, where outputs_plan said so; a
 * copy that is there and the same stays. */
bool outputs_copy(const Output *output, const char *assembly, Err *err);
void outputs_free(Output *outputs, size_t n);

#endif
