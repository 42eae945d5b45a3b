/* hostpolicy.h - the .NET host's own library, for programs that ask it. */
#ifndef LOADER_LIBRARY_CORECLR_INTEROP_HOSTPOLICY_H
#define LOADER_LIBRARY_CORECLR_INTEROP_HOSTPOLICY_H

/* A native library of that name is about to be looked for. */
void hostpolicy_look_up(const char *dll);

#endif
