/* inputs.h - which assemblies a command line means: files, published folders, and the
 * shared framework that is installed.
 */
#ifndef CROSSGEN_INPUTS_H
#define CROSSGEN_INPUTS_H

#include "common/base/err.h"
#include "crossgen/options.h"

/* Puts, in place of each directory among the options' assemblies, the assemblies in it
 * and below, by name; what else there is of .dll and .exe goes to options->others. With
 * --framework the names become files of the framework, and the output the place where
 * loaders look for its images. False: there is no such directory, framework or
 * assembly. */
bool inputs_expand(Options *options, Err *err);
void inputs_free(Options *options);

#endif
