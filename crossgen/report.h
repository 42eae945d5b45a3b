/* report.h - what crossgen did, as JSON for build pipelines and as a depfile for make.
 */
#ifndef CROSSGEN_REPORT_H
#define CROSSGEN_REPORT_H

#include "crossgen/assembly.h"

/* The sum over all assemblies at the top, each one in assemblies[]. */
bool report_write(const Options *options, const AssemblyReport *reports, Err *err);
bool report_write_depfile(const char *path, const AssemblyReport *reports, size_t n,
                          Err *err);
/* One line an assembly on stdout; with verbose every skipped method. */
void report_print_others(const Options *options); /* what was no assembly */
void report_print(const AssemblyReport *report, bool verbose);

#endif
