#include "loader/library/mono/library.h"

#include "loader/exec/natives.h"
#include "loader/interop/interop.h"
#include "loader/library/mono/icall.h"
#include "loader/library/mono/core/program.h"
#include "loader/library/mono/interop/native_names.h"
#include "loader/library/mono/reflection/assembly.h"
#include "loader/library/mono/threading/async.h"

static Type *type_named(const char *name, Assembly *from)
{
    return reflection_parse_type(name, from, false);
}

void mono_plug_in(void)
{
    vm_library_hooks = &program_hooks;
    exec_natives[NATIVE_INTERNAL_CALL] = icall_find;
    exec_natives[NATIVE_RUNTIME] = async_stub;
    interop_type_named = type_named;
    interop_native_name = native_name;
    reflect_library = &assembly_events;
}
