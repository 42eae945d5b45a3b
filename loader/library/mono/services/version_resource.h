/* version_resource.h - the version resource of a PE file (VS_VERSIONINFO of the Windows
 * headers).
 *
 *     block  = length16 value-length16 is-text16 key pad value pad block*
 *     root   = block "VS_VERSION_INFO", its value the fixed part
 *     texts  = block "StringFileInfo" of a block per language of a block per text
 *     others = block "VarFileInfo" of a block "Translation", its value language16
 * page16
 *
 * What is malformed is as if it were missing.
 */
#ifndef LOADER_LIBRARY_MONO_SERVICES_VERSION_RESOURCE_H
#define LOADER_LIBRARY_MONO_SERVICES_VERSION_RESOURCE_H

#include "common/base/bytes.h"

typedef enum VersionText {
#define TEXT(tag, key) VERSION_##tag,
#include "loader/library/mono/services/version_texts.def"
#undef TEXT
    VERSION_TEXTS,
} VersionText;

enum {
    VERSION_IS_DEBUG = 1,
    VERSION_IS_PRERELEASE = 2,
    VERSION_IS_PATCHED = 4,
    VERSION_IS_PRIVATE = 8,
    VERSION_IS_SPECIAL = 32,
};

enum { VERSION_TEXT_MOST = 1024 }; /* characters; what is longer is cut */

typedef struct VersionResource {
    uint16_t file[4], product[4]; /* major, minor, build, private part */
    uint32_t flags;
    int32_t language;           /* LCID; -1: not said */
    Bytes texts[VERSION_TEXTS]; /* UTF-16, borrowed, unaligned; .data NULL: missing */
} VersionResource;

void version_resource_read(Bytes resource, VersionResource *out);

#endif
