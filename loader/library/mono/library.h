/* library.h - Mono's class library as the rest of the runtime sees it. */
#ifndef LOADER_LIBRARY_MONO_LIBRARY_H
#define LOADER_LIBRARY_MONO_LIBRARY_H

/* Tells interop where to find what it asks a class library for: the files that names of
 * native libraries stand for. */
void mono_plug_in(void);

#endif
