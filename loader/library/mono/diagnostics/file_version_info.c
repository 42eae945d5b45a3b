/* file_version_info.c - System.Diagnostics.FileVersionInfo: the version resource of a
 * PE file (VS_VERSIONINFO of the Windows headers). What is malformed is as if it were
 * missing.
 *
 *     block  = length16 value-length16 is-text16 key pad value pad block*
 *     root   = block "VS_VERSION_INFO", its value the fixed part
 *     texts  = block "StringFileInfo" of a block per language of a block per text
 *     others = block "VarFileInfo" of a block "Translation", its value language16
 * page16
 */
#include <stdlib.h>
#include <string.h>

#include "common/metadata/image.h"
#include "loader/library/mono/members.h"
#include "loader/library/mono/reflection/pe_resource.h"
#include "loader/library/mono/table.h"
#include "loader/gc/object.h"
#include "loader/vm/member.h"
#include "loader/vm/string.h"

enum { KEY_MOST = 64 };

typedef struct VersionBlock {
    char key[KEY_MOST];
    Bytes value, children;
} VersionBlock;

static void pad(Cursor *c)
{
    while (cursor_offset(c) % 4 && cursor_left(c))
        cursor_skip(c, 1);
}

/* The next block of a list; false: no more. */
static bool block_next(Cursor *list, VersionBlock *out)
{
    pad(list);
    size_t start = cursor_offset(list);
    uint32_t length = cursor_u16(list), value = cursor_u16(list),
             text = cursor_u16(list);
    size_t n = 0;
    for (uint16_t c; (c = cursor_u16(list)) && !list->failed;)
        if (n < KEY_MOST - 1)
            out->key[n++] = (char)c;
    out->key[n] = 0;
    pad(list);
    out->value = cursor_bytes(list, text ? value * 2 : value);
    pad(list);
    size_t used = cursor_offset(list) - start;
    out->children = cursor_bytes(list, length > used ? length - used : 0);
    return !list->failed && length;
}

/* -- finding the resource ---------------------------------------------------- */

static uint32_t resource_root(const Image *image)
{
    enum { PE_OFFSET = 0x3c, OPTIONAL = 24, DIRECTORIES = 96, PLUS = 16, ENTRY = 8 };
    Cursor c = cursor_open(image->file.bytes);
    cursor_seek(&c, PE_OFFSET);
    size_t at = cursor_u32(&c);
    at += OPTIONAL + DIRECTORIES + (image->is_pe32_plus ? PLUS : 0) + 2 * ENTRY;
    cursor_seek(&c, at);
    uint32_t root = cursor_u32(&c);
    return c.failed ? 0 : root;
}

/* The offset in the entry of a directory with that number, -1: the first. 0: none. */
static uint32_t resource_entry(Bytes tree, uint32_t directory, int64_t number)
{
    enum { HEADER = 12, SUBDIRECTORY = 0x7fffffff };
    Cursor c = cursor_open(tree);
    cursor_seek(&c, directory + HEADER);
    uint32_t n = cursor_u16(&c);
    n += cursor_u16(&c);
    for (uint32_t i = 0; i < n && !c.failed; i++) {
        uint32_t id = cursor_u32(&c), offset = cursor_u32(&c);
        if (!c.failed && (number < 0 || id == number))
            return offset & SUBDIRECTORY;
    }
    return 0;
}

bool pe_resource_find(const Image *image, uint32_t type, Bytes *out)
{
    Bytes tree;
    uint32_t root = resource_root(image);
    if (!root || !image_rva(image, root, 1, &tree))
        return false;
    uint32_t names = resource_entry(tree, 0, type);
    uint32_t languages = names ? resource_entry(tree, names, -1) : 0;
    uint32_t data = languages ? resource_entry(tree, languages, -1) : 0;
    Cursor c = cursor_open(tree);
    cursor_seek(&c, data);
    uint32_t rva = cursor_u32(&c), size = cursor_u32(&c);
    if (!data || c.failed || !image_rva(image, rva, size, out))
        return false;
    out->size = size;
    return true;
}

/* -- filling the object ------------------------------------------------------ */

/* numbers: of the file, then of the product, each two times 32 bits. */
static void set_numbers(Object *info, const uint32_t numbers[4])
{
    *field_file_version_file_major(info) = (int32_t)(numbers[0] >> 16);
    *field_file_version_file_minor(info) = (int32_t)(numbers[0] & 0xffff);
    *field_file_version_file_build(info) = (int32_t)(numbers[1] >> 16);
    *field_file_version_file_private(info) = (int32_t)(numbers[1] & 0xffff);
    *field_file_version_product_major(info) = (int32_t)(numbers[2] >> 16);
    *field_file_version_product_minor(info) = (int32_t)(numbers[2] & 0xffff);
    *field_file_version_product_build(info) = (int32_t)(numbers[3] >> 16);
    *field_file_version_product_private(info) = (int32_t)(numbers[3] & 0xffff);
}

static void set_fixed(Object *info, Bytes fixed)
{
    enum { VERSIONS = 8, SIGNATURE = (int)0xfeef04bd };
    enum {
        IS_DEBUG = 1,
        IS_PRERELEASE = 2,
        IS_PATCHED = 4,
        IS_PRIVATE = 8,
        IS_SPECIAL = 32
    };
    Cursor c = cursor_open(fixed);
    if (cursor_u32(&c) != (uint32_t)SIGNATURE)
        return;
    cursor_seek(&c, VERSIONS);
    uint32_t numbers[6]; /* file, product, mask of flags, flags */
    for (int i = 0; i < 6; i++)
        numbers[i] = cursor_u32(&c);
    if (c.failed)
        return;
    set_numbers(info, numbers);
    uint32_t flags = numbers[4] & numbers[5];
    *field_file_version_is_debug(info) = (flags & IS_DEBUG) != 0;
    *field_file_version_is_prerelease(info) = (flags & IS_PRERELEASE) != 0;
    *field_file_version_is_patched(info) = (flags & IS_PATCHED) != 0;
    *field_file_version_is_private(info) = (flags & IS_PRIVATE) != 0;
    *field_file_version_is_special(info) = (flags & IS_SPECIAL) != 0;
}

static void set_texts(Object *info, Bytes table)
{
    static const struct {
        const char *key;
        uint16_t member;
    } names[] = {
        {"Comments", MEMBER_file_version_comments},
        {"CompanyName", MEMBER_file_version_company},
        {"FileDescription", MEMBER_file_version_description},
        {"FileVersion", MEMBER_file_version_version},
        {"InternalName", MEMBER_file_version_internal_name},
        {"LegalCopyright", MEMBER_file_version_copyright},
        {"LegalTrademarks", MEMBER_file_version_trademarks},
        {"OriginalFilename", MEMBER_file_version_original_name},
        {"PrivateBuild", MEMBER_file_version_private_text},
        {"ProductName", MEMBER_file_version_product},
        {"ProductVersion", MEMBER_file_version_product_version},
        {"SpecialBuild", MEMBER_file_version_special_text},
    };
    VersionBlock text;
    for (Cursor c = cursor_open(table); block_next(&c, &text);) {
        uint32_t n = 0;
        uint16_t chars[1024];
        while (n < 1024 && n < text.value.size / 2) {
            memcpy(&chars[n], text.value.data + 2 * n, sizeof *chars);
            if (!chars[n])
                break;
            n++;
        }
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            if (!strcmp(names[i].key, text.key))
                *(String **)member_at(info, names[i].member, SHAPE_STRING) =
                    string_from_utf16(chars, n);
    }
}

static void set_language(Object *info, Bytes translation)
{
    enum { NEUTRAL = 0, INVARIANT = 0x7f, ENGLISH_US = 0x409 };
    Cursor c = cursor_open(translation);
    int language = cursor_u16(&c);
    const char *name = language == NEUTRAL ? "Language Neutral"
                       : language == INVARIANT
                           ? "Invariant Language (Invariant Country)"
                       : language == ENGLISH_US ? "English (United States)"
                                                : NULL;
    if (name && !c.failed)
        *field_file_version_language(info) = string_from_utf8(name);
}

static void fill(Object *info, Bytes resource)
{
    VersionBlock root, part, table;
    Cursor c = cursor_open(resource);
    if (!block_next(&c, &root) || strcmp(root.key, "VS_VERSION_INFO"))
        return;
    set_fixed(info, root.value);
    for (c = cursor_open(root.children); block_next(&c, &part);)
        for (Cursor t = cursor_open(part.children); block_next(&t, &table);)
            if (!strcmp(part.key, "StringFileInfo"))
                set_texts(info, table.children);
            else if (!strcmp(table.key, "Translation"))
                set_language(info, table.value);
}

static void version_info(Object *info, const uint16_t *chars, int32_t length)
{
    String *path = string_from_utf16(chars, (uint32_t)length);
    char *text = path ? string_to_utf8(path) : NULL;
    if (!text)
        return;
    Err err = ERR_INIT;
    Bytes resource;
    Image *image = image_open(text, &err);
    *field_file_version_file(info) = path;
    if (image && pe_resource_find(image, PE_RESOURCE_VERSION, &resource))
        fill(info, resource);
    if (image)
        image_close(image);
    free(text);
}

const IcallRow icalls_file_version_info[] = {
    ICALL("GetVersionInfo_icall", NULL, version_info),
    ICALLS_END,
};
