/* web_util_icalls.c - System.Web.Util.ICalls. */
#include "common/metadata/pe_resource.h"
#include "loader/reflect/reflect.h"
#include "loader/library/mono/table.h"
#include "loader/gc/object.h"
#include "loader/vm/string.h"
#include "loader/library/mono/reflection/objects.h"

static String *machine_config_path(void)
{
    return string_from_utf8("/etc/mono/4.5/machine.config");
}

/* What /etc, with the configuration, lies in. */
static String *machine_install_directory(void)
{
    return string_from_utf8("/");
}

/* The strings of precompiled pages. */
static int32_t resources_ptr(Object *assembly, const void **data, int32_t *size)
{
    Bytes found;
    if (!assembly)
        return 0;
    const Image *image = reflection_assembly_of(assembly)->image;
    if (!pe_resource_find(image, PE_RESOURCE_ASPNET_STRING, &found))
        return 0;
    *data = found.data;
    *size = (int32_t)found.size;
    return 1;
}

const IcallRow icalls_web[] = {
    ICALL("GetMachineConfigPath", NULL, machine_config_path),
    ICALL("GetMachineInstallDirectory", NULL, machine_install_directory),
    ICALL("GetUnmanagedResourcesPtr", NULL, resources_ptr),
    ICALLS_END,
};
