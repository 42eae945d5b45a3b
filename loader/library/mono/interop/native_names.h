/* native_names.h - how Mono's class library, and programs written for Mono, name native
 * libraries. */
#ifndef LOADER_LIBRARY_MONO_INTEROP_NATIVE_NAMES_H
#define LOADER_LIBRARY_MONO_INTEROP_NATIVE_NAMES_H

/* The file that a name in a DllImport stands for, or the name itself. It is about to be
 * opened: what it looks for in this process is there from now on. */
const char *native_name(const char *dll);

/* mono_host.c: before libmono-native.so is opened. */
void mono_host_start(void);

#endif
