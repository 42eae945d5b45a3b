/* fuzz_profile.c - any bytes as a profile of crossgen --profile.
 * options: -max_len=2048 */
#include "common/base/log.h"
#include "crossgen/profile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Profile profile = {.n = 0};
    Err err = ERR_INIT;
    if (!profile_add(&profile, (Bytes){data, size}, "input", &err) && !err.kind)
        log_fatal("a profile is refused without a reason");
    if (profile.n > size)
        log_fatal("more names than bytes");
    profile_free(&profile);
    return 0;
}
