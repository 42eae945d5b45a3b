/* fuzz_sealed.c - scripts of lies in the tables of an image whose hashes are right
 * (reseal.h): all that is read behind the seal.
 * options: -max_len=128 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "common/base/file.h"
#include "tests/fuzz/reseal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PROGRAM "build/samples/exceptions.exe"
#define SIDECAR "build/sidecars/samples/exceptions.exe.r2r"

static struct {
    World *world;
    Assembly *home;
    HostFacts host;
    File sidecar;
} fx;

static void start(void)
{
    Err err = ERR_INIT;
    fx.world = world_open();
    world_set_library_dir(fx.world, "/usr/lib/mono/4.5");
    if (!world_load_corlib(fx.world, &err) || !host_detect(&fx.host, &err) ||
        !file_open(&fx.sidecar, SIDECAR, false, &err) ||
        !(fx.home = world_load_file(fx.world, PROGRAM, &err)))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Buffer image = BUFFER_INIT;
    if (!fx.world)
        start();
    buffer_put(&image, fx.sidecar.bytes.data, fx.sidecar.bytes.size);
    reseal(&image, (Bytes){data, size}, RESEAL_ALL);
    reseal_read(buffer_bytes(&image), &fx.host, fx.home);
    buffer_free(&image);
    return 0;
}
