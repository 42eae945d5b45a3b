/* fuzz_signature.c - any bytes as a signature of mscorlib: of a type, a method, locals.
 * What resolves is laid out, too. The world is made anew now and then: it keeps all
 * types. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "common/types/types.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { WORLD_INPUTS = 20000 };

static World *world_fresh(void)
{
    static World *world;
    static unsigned inputs;
    Err err = ERR_INIT;
    if (world && inputs++ % WORLD_INPUTS)
        return world;
    if (world)
        world_close(world);
    world = world_open();
    world_set_library_dir(world, "/usr/lib/mono/4.5");
    if (!world_load_corlib(world, &err))
        abort();
    return world;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    World *world = world_fresh();
    Err type_err = ERR_INIT, sig_err = ERR_INIT, load_err = ERR_INIT;
    Type *args[2] = {world->known.string, world->known.i4};
    GenericContext ctx = {args, 2, args, 2};
    Cursor c = cursor_of(data, size);
    bool pinned;
    Type *type = type_from_sig(world->corlib, &c, &ctx, &pinned, &type_err);
    if (!type == (type_err.kind == ERR_NONE))
        abort();
    if (type && type_load(type, LEVEL_LAYOUT, &load_err) &&
        type_value_size(type) > 1 << 28)
        abort();
    MethodSig *sig = sig_from_blob(world->corlib, (Bytes){data, size}, &ctx, &sig_err);
    if (!sig == (sig_err.kind == ERR_NONE))
        abort();
    return 0;
}
