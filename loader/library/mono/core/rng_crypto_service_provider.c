/* rng_crypto_service_provider.c -
 * System.Security.Cryptography.RNGCryptoServiceProvider: the kernel's random numbers.
 * The handle is any value but 0. */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/random.h>

#include "loader/library/mono/table.h"

static int32_t yes(void)
{
    return 1;
}

static void nothing(void)
{
}

static void *rng_initialize(const uint8_t *seed, intptr_t size)
{
    (void)seed, (void)size;
    return (void *)1;
}

static void *rng_bytes(void *handle, uint8_t *out, intptr_t size)
{
    for (intptr_t at = 0; at < size;) {
        ssize_t n = getrandom(out + at, (size_t)(size - at), 0);
        if (n < 0 && errno != EINTR)
            return NULL; /* which the class library reports */
        at += n > 0 ? n : 0;
    }
    return handle;
}

const IcallRow icalls_rng[] = {
    ICALL("RngOpen", NULL, yes), /* one for all threads */
    ICALL("RngInitialize", NULL, rng_initialize),
    ICALL("RngGetBytes", NULL, rng_bytes),
    ICALL("RngClose", NULL, nothing),
    ICALLS_END,
};
