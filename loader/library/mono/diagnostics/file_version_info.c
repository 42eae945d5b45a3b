/* file_version_info.c - System.Diagnostics.FileVersionInfo: what the version resource
 * of a file says. */
#include <stdlib.h>
#include <string.h>

#include "common/metadata/pe_resource.h"
#include "loader/library/mono/members.h"
#include "loader/library/mono/services/version_resource.h"
#include "loader/library/mono/table.h"
#include "loader/gc/object.h"
#include "loader/vm/member.h"
#include "loader/vm/string.h"

static void set_numbers(Object *info, const VersionResource *version)
{
    *field_file_version_file_major(info) = version->file[0];
    *field_file_version_file_minor(info) = version->file[1];
    *field_file_version_file_build(info) = version->file[2];
    *field_file_version_file_private(info) = version->file[3];
    *field_file_version_product_major(info) = version->product[0];
    *field_file_version_product_minor(info) = version->product[1];
    *field_file_version_product_build(info) = version->product[2];
    *field_file_version_product_private(info) = version->product[3];
    uint32_t flags = version->flags;
    *field_file_version_is_debug(info) = (flags & VERSION_IS_DEBUG) != 0;
    *field_file_version_is_prerelease(info) = (flags & VERSION_IS_PRERELEASE) != 0;
    *field_file_version_is_patched(info) = (flags & VERSION_IS_PATCHED) != 0;
    *field_file_version_is_private(info) = (flags & VERSION_IS_PRIVATE) != 0;
    *field_file_version_is_special(info) = (flags & VERSION_IS_SPECIAL) != 0;
}

static void set_texts(Object *info, const Bytes texts[VERSION_TEXTS])
{
    static const uint16_t members[VERSION_TEXTS] = {
        [VERSION_COMMENTS] = MEMBER_file_version_comments,
        [VERSION_COMPANY] = MEMBER_file_version_company,
        [VERSION_DESCRIPTION] = MEMBER_file_version_description,
        [VERSION_FILE] = MEMBER_file_version_version,
        [VERSION_INTERNAL_NAME] = MEMBER_file_version_internal_name,
        [VERSION_COPYRIGHT] = MEMBER_file_version_copyright,
        [VERSION_TRADEMARKS] = MEMBER_file_version_trademarks,
        [VERSION_ORIGINAL_NAME] = MEMBER_file_version_original_name,
        [VERSION_PRIVATE] = MEMBER_file_version_private_text,
        [VERSION_PRODUCT] = MEMBER_file_version_product,
        [VERSION_PRODUCT_VERSION] = MEMBER_file_version_product_version,
        [VERSION_SPECIAL] = MEMBER_file_version_special_text,
    };
    for (int i = 0; i < VERSION_TEXTS; i++) {
        uint16_t chars[VERSION_TEXT_MOST];
        if (!texts[i].data)
            continue;
        memcpy(chars, texts[i].data, texts[i].size);
        gc_store(member_at(info, members[i], SHAPE_STRING),
                 string_from_utf16(chars, (uint32_t)(texts[i].size / sizeof *chars)));
    }
}

static void set_language(Object *info, int32_t language)
{
    enum { NEUTRAL = 0, INVARIANT = 0x7f, ENGLISH_US = 0x409 };
    const char *name = language == NEUTRAL ? "Language Neutral"
                       : language == INVARIANT
                           ? "Invariant Language (Invariant Country)"
                       : language == ENGLISH_US ? "English (United States)"
                                                : NULL;
    if (name)
        field_file_version_language_set(info, string_from_utf8(name));
}

static void version_info(Object *info, const uint16_t *chars, int32_t length)
{
    String *path = string_from_utf16(chars, (uint32_t)length);
    char *text = path ? string_to_utf8(path) : NULL;
    if (!text)
        return;
    Err err = ERR_INIT;
    Bytes resource;
    VersionResource version;
    Image *image = image_open(text, &err);
    field_file_version_file_set(info, path);
    if (image && pe_resource_find(image, PE_RESOURCE_VERSION, &resource)) {
        version_resource_read(resource, &version);
        set_numbers(info, &version);
        set_texts(info, version.texts);
        set_language(info, version.language);
    }
    if (image)
        image_close(image);
    free(text);
}

const IcallRow icalls_file_version_info[] = {
    ICALL("GetVersionInfo_icall", NULL, version_info),
    ICALLS_END,
};
