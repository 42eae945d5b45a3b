#include "loader/library/mono/library.h"

#include "loader/interop/interop.h"
#include "loader/library/mono/interop/native_names.h"

void mono_plug_in(void)
{
    interop_native_name = native_name;
}
