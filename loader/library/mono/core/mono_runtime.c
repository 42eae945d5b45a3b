/* mono_runtime.c - Mono.Runtime, System.Runtime.Versioning.VersioningHelper. */
#include "loader/library/mono/table.h"
#include "loader/gc/object.h"
#include "loader/vm/string.h"

static void nothing(void)
{
}

static Object *no_object(void)
{
    return NULL;
}

/* A name that programs look for to see whether they run on Mono's class libraries. */
static String *display_name(void)
{
    return string_from_utf8("6.8.0.105 (Codicil)");
}

static int32_t runtime_id(void)
{
    return 3;
}

const IcallRow icalls_mono_runtime[] = {
    ICALL("mono_runtime_install_handlers", NULL, nothing),
    ICALL("GetDisplayName", NULL, display_name),
    ICALL("GetNativeStackTrace", NULL, no_object),
    ICALL("DisableMicrosoftTelemetry", NULL, nothing),
    ICALLS_END,
};

const IcallRow icalls_versioning_helper[] = {
    ICALL("GetRuntimeId", NULL, runtime_id),
    ICALLS_END,
};
