/* file_version.c - System.Diagnostics.FileVersionInfo: the version resource of a PE
 * file (VS_VERSIONINFO of the Windows headers). What is malformed is as if it were
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
#include "loader/library/mono/reflection/pe_resource.h"
#include "loader/library/mono/table.h"
#include "loader/vm/vm.h"

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

static void set_text(Object *info, const char *field, String *text)
{
    FIELD(info, field_of(object_type(info), field), String *) = text;
}

static void set_parts(Object *info, const char *prefix, uint32_t high, uint32_t low)
{
    static const char *const parts[] = {"majorpart", "minorpart", "buildpart",
                                        "privatepart"};
    const uint32_t values[] = {high >> 16, high & 0xffff, low >> 16, low & 0xffff};
    for (int i = 0; i < 4; i++) {
        char name[32];
        snprintf(name, sizeof name, "%s%s", prefix, parts[i]);
        FIELD(info, field_of(object_type(info), name), int32_t) = (int32_t)values[i];
    }
}

static void set_fixed(Object *info, Bytes fixed)
{
    static const struct {
        const char *field;
        uint32_t bit;
    } flags[] = {{"isdebug", 1},
                 {"isprerelease", 2},
                 {"ispatched", 4},
                 {"isprivatebuild", 8},
                 {"isspecialbuild", 32}};
    enum { VERSIONS = 8, SIGNATURE = (int)0xfeef04bd };
    Cursor c = cursor_open(fixed);
    if (cursor_u32(&c) != (uint32_t)SIGNATURE)
        return;
    cursor_seek(&c, VERSIONS);
    uint32_t numbers[6]; /* file, product, mask of flags, flags */
    for (int i = 0; i < 6; i++)
        numbers[i] = cursor_u32(&c);
    if (c.failed)
        return;
    set_parts(info, "file", numbers[0], numbers[1]);
    set_parts(info, "product", numbers[2], numbers[3]);
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        FIELD(info, field_of(object_type(info), flags[i].field), uint8_t) =
            (numbers[4] & numbers[5] & flags[i].bit) != 0;
}

static void set_texts(Object *info, Bytes table)
{
    static const char *const names[][2] = {
        {"Comments", "comments"},
        {"CompanyName", "companyname"},
        {"FileDescription", "filedescription"},
        {"FileVersion", "fileversion"},
        {"InternalName", "internalname"},
        {"LegalCopyright", "legalcopyright"},
        {"LegalTrademarks", "legaltrademarks"},
        {"OriginalFilename", "originalfilename"},
        {"PrivateBuild", "privatebuild"},
        {"ProductName", "productname"},
        {"ProductVersion", "productversion"},
        {"SpecialBuild", "specialbuild"},
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
            if (!strcmp(names[i][0], text.key))
                set_text(info, names[i][1], string_from_utf16(chars, n));
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
        set_text(info, "language", string_from_utf8(name));
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
    set_text(info, "filename", path);
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
