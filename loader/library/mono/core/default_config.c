/* default_config.c - System.Configuration.DefaultConfig, InternalConfigurationHost. */
#include "loader/library/mono/table.h"
#include "loader/gc/object.h"
#include "loader/vm/string.h"

static String *no_string(void)
{
    return NULL;
}

static String *machine_config(void)
{
    return string_from_utf8("/etc/mono/4.5/machine.config");
}

const IcallRow icalls_default_config[] = {
    ICALL("get_bundled_machine_config", NULL, no_string),
    ICALL("get_machine_config_path", NULL, machine_config),
    ICALLS_END,
};

const IcallRow icalls_configuration_host[] = {
    ICALL("get_bundled_machine_config", NULL, no_string),
    ICALL("get_bundled_app_config", NULL, no_string),
    ICALLS_END,
};
