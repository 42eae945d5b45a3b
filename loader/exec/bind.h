/* bind.h - between the binder (bind.c) and the JIT client (jit.c). See exec.h. */
#ifndef LOADER_EXEC_BIND_H
#define LOADER_EXEC_BIND_H

#include "format/sidecar.h"
#include "loader/exec/exec.h"

#ifndef CODICIL_LIBDIR
#define CODICIL_LIBDIR "/usr/local/lib"
#endif

const HostFacts *bind_host(void);
/* Looks for the assembly's images now; true: one of them is usable. */
bool bind_search(Assembly *assembly);
/* The method for whose sake a synthesised one exists; others themselves. */
const Method *synth_base(const Method *method);
/* The assembly to whose images a method's JITted code belongs. */
Assembly *bind_home(const Method *method);
/* Adds an image of JITted code; ran: RAN_JITTED or RAN_CACHED. Takes it over. */
void bind_add_jitted(Sidecar *sidecar, uint8_t ran);
/* Code of a canonical method (osr_il: of its loop) in the JIT images; NULL. */
void *bind_find_jitted(Method *method, uint32_t osr_il);

#endif
