/* load_context.h - System.Runtime.Loader.AssemblyLoadContext as the runtime has it.
 *
 * An assembly is in one context. Who needs another assembly asks the own context's Load
 * (all but the default one have it), then the default context, which has what the host
 * has listed, and its Resolving, then the own context's Resolving, at last
 * AppDomain.AssemblyResolve.
 *
 * References of assemblies in the default context are resolved when they are met, under
 * the world's lock, in which no managed code can be asked: what is not there is asked
 * for before the method that needs it is tried again (common/types/missing.h). Those of
 * other assemblies, whose context's Load is to be asked first, are resolved when they
 * are loaded.
 */
#ifndef LOADER_LIBRARY_CORECLR_REFLECTION_LOAD_CONTEXT_H
#define LOADER_LIBRARY_CORECLR_REFLECTION_LOAD_CONTEXT_H

#include "loader/library/coreclr/reflection/assembly_parts.h"
#include "loader/reflect/reflect.h"

typedef struct LoadContext LoadContext;

LoadContext *load_context_of(const Assembly *assembly); /* never NULL */
/* Assembly.context of what an AssemblyLoadContext holds. */
void *load_context_mark(Object *context);
bool load_context_is_collectible(const LoadContext *context);
bool load_context_is_default(const LoadContext *context);
/* GCHandle of the AssemblyLoadContext; NULL: nobody has asked for the default one yet.
 */
void *load_context_handle(const LoadContext *context);
/* `from`: who asks (NULL: nobody). NULL without a pending exception: nobody has it. */
Assembly *load_context_bind(LoadContext *context, const AssemblyParts *parts,
                            Assembly *from);
bool load_context_find_missing(void); /* exec_find_missing */
/* Leaves a FileNotFoundException pending unless there is an exception. */
void load_context_not_found(const AssemblyParts *parts);

extern const ReflectLibrary reflect_coreclr;

#endif
