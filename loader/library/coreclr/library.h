/* library.h - .NET's class library: what it asks of the runtime. */
#ifndef LOADER_LIBRARY_CORECLR_LIBRARY_H
#define LOADER_LIBRARY_CORECLR_LIBRARY_H

/* Before the first method is wanted. */
void coreclr_plug_in(void);

#endif
