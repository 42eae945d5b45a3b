/* diagnostics.c - Debugger, FileVersionInfo, DefaultTraceListener, Mono.Runtime. */
#include <stdlib.h>
#include <string.h>

#include "loader/icall/assembly.h"
#include "loader/icall/table.h"

static int32_t no(void)
{
    return 0;
}

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

/* -- FileVersionInfo: from the assembly's own identity ------------------------- */

static void set_string(Object *info, const char *field, const char *text)
{
    FIELD(info, field_of(object_type(info), field), String *) = string_from_utf8(text);
}

static void set_int(Object *info, const char *field, int32_t value)
{
    FIELD(info, field_of(object_type(info), field), int32_t) = value;
}

static void version_info(Object *info, const uint16_t *chars, int32_t length)
{
    String *path = string_from_utf16(chars, (uint32_t)length);
    char *text = path ? string_to_utf8(path) : NULL;
    if (!text)
        return;
    Err err = ERR_INIT;
    Image *image = image_open(text, &err);
    const char *slash = strrchr(text, '/');
    set_string(info, "filename", text);
    if (image && image_rows(image, TABLE_Assembly)) {
        char version[48];
        int32_t v[4];
        for (int i = 0; i < 4; i++)
            v[i] = (int32_t)image_get(image, TABLE_Assembly, 1,
                                      COL_Assembly_MajorVersion + i);
        snprintf(version, sizeof version, "%d.%d.%d.%d", v[0], v[1], v[2], v[3]);
        set_string(info, "fileversion", version);
        set_string(info, "productversion", version);
        set_string(info, "internalname", slash ? slash + 1 : text);
        set_string(info, "originalfilename", slash ? slash + 1 : text);
        static const char *const parts[] = {"majorpart", "minorpart", "buildpart",
                                            "privatepart"};
        for (int i = 0; i < 4; i++) {
            char name[32];
            snprintf(name, sizeof name, "file%s", parts[i]);
            set_int(info, name, v[i]);
            snprintf(name, sizeof name, "product%s", parts[i]);
            set_int(info, name, v[i]);
        }
    }
    if (image)
        image_close(image);
    free(text);
}

const IcallRow icalls_debugger[] = {
    ICALL("IsAttached_internal", NULL, no),
    ICALL("IsLogging", NULL, no),
    ICALL("Log", NULL, nothing),
    ICALLS_END,
};

const IcallRow icalls_trace_listener[] = {
    ICALL("WriteWindowsDebugString", NULL, nothing),
    ICALLS_END,
};

const IcallRow icalls_file_version_info[] = {
    ICALL("GetVersionInfo_icall", NULL, version_info),
    ICALLS_END,
};

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
