/* library.h - Mono's class library as the rest of the runtime sees it. */
#ifndef LOADER_LIBRARY_MONO_LIBRARY_H
#define LOADER_LIBRARY_MONO_LIBRARY_H

/* Tells the engine, interop and reflect where to find what they ask a class library
 * for: its internal calls, asynchronous calls of delegates, types by their names, the
 * files that names of native libraries stand for, events about assemblies. */
void mono_plug_in(void);

#endif
