/* version.c - the hashes of version.h. */
#include "format/version.h"

#include "common/base/hash.h"
#include "format/layout.h"

extern const uint8_t version_format_start[], version_format_end[];
extern const uint8_t version_abi_start[], version_abi_end[];

static const struct LayoutRow {
    const char *name;
    uint64_t value;
} layout_rows[] = {
#define LAYOUT(name, value) {#name, value},
#define LAYOUT_OF LAYOUT
#include "format/layout.def"
#undef LAYOUT
#undef LAYOUT_OF
};

static Bytes text_between(const uint8_t *start, const uint8_t *end)
{
    return (Bytes){start, (size_t)((uintptr_t)end - (uintptr_t)start)};
}

Bytes version_format_text(void)
{
    return text_between(version_format_start, version_format_end);
}

Bytes version_abi_text(void)
{
    return text_between(version_abi_start, version_abi_end);
}

uint64_t image_format_version(void)
{
    static uint64_t known; /* atomic; 0: not yet */
    uint64_t hash = __atomic_load_n(&known, __ATOMIC_RELAXED);
    if (!hash) {
        Bytes text = version_format_text();
        hash = hash_bytes(text.data, text.size) | 1;
        __atomic_store_n(&known, hash, __ATOMIC_RELAXED);
    }
    return hash;
}

uint64_t image_runtime_abi(void)
{
    static uint64_t known;
    uint64_t hash = __atomic_load_n(&known, __ATOMIC_RELAXED);
    if (!hash) {
        Bytes text = version_abi_text();
        hash = hash_bytes(text.data, text.size);
        for (size_t i = 0; i < sizeof layout_rows / sizeof *layout_rows; i++)
            hash = hash_mix(hash_mix(hash, hash_str(layout_rows[i].name)),
                            layout_rows[i].value);
        hash |= 1;
        __atomic_store_n(&known, hash, __ATOMIC_RELAXED);
    }
    return hash;
}
