/* fuzz_version.c - any bytes as a version resource: its texts lie inside.
 * options: -max_len=2048 */
#include "common/base/log.h"
#include "loader/library/mono/services/version_resource.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    VersionResource version;
    version_resource_read((Bytes){data, size}, &version);
    for (int i = 0; i < VERSION_TEXTS; i++) {
        Bytes text = version.texts[i];
        if (text.data && (text.data < data || text.size > 2 * VERSION_TEXT_MOST ||
                          text.data + text.size > data + size))
            log_fatal("text %d lies outside", i);
    }
    return 0;
}
