#include "loader/library/coreclr/library.h"

#include "loader/exec/natives.h"
#include "loader/interop/interop.h"
#include "loader/library/coreclr/core/program.h"
#include "loader/library/coreclr/interop/native_library.h"
#include "loader/library/coreclr/natives.h"
#include "loader/library/coreclr/reflection/load_context.h"
#include "loader/reflect/reflect.h"

static Type *type_named(const char *name, Assembly *from)
{
    return reflection_parse_type(name, from, false);
}

void coreclr_plug_in(void)
{
    vm_library_hooks = &program_hooks_coreclr;
    exec_natives[NATIVE_INTERNAL_CALL] = fcall_find;
    exec_natives[NATIVE_PINVOKE] = qcall_or_pinvoke_find;
    reflect_library = &reflect_coreclr;
    exec_find_missing = load_context_find_missing;
    interop_type_named = type_named;
    interop_open_library = native_library_open;
}
