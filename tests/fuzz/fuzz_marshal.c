/* fuzz_marshal.c - any bytes as the blob of a FieldMarshal row: read alone, and as what
 * a structure's string, array, number and object are converted by. options:
 * -max_len=128 */
#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"
#include "loader/host/startup.h"
#include "loader/interop/native_private.h"
#include "loader/vm/vm.h"
#include "loader/vm/exception.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void start(void)
{
    Err err = ERR_INIT;
    vm.mode = VM_INTERP;
    vm.no_cache = true;
    if (!vm_start(&err))
        log_fatal("%s", err.text);
}

static bool within(Bytes part, const uint8_t *data, size_t size)
{
    return !part.size || (part.data >= data && part.data + part.size <= data + size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool started;
    if (!started)
        start();
    started = true;
    MarshalBlob blob = marshal_blob_read((Bytes){data, size});
    if (!within(blob.type, data, size) || !within(blob.cookie, data, size))
        log_fatal("text outside the blob");
    const KnownTypes *k = &vm.world->known;
    Type *types[] = {k->string,
                     k->i4,
                     k->boolean,
                     k->object,
                     k->char_,
                     type_szarray(k->i4),
                     type_szarray(k->string),
                     k->i};
    MarshalAs as = marshal_as_of(&blob, vm.world->corlib);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        Conv conv;
        uint8_t value[16] = {0};
        bool ok = conv_of(types[i], as, i & 1, &conv);
        if (ok == exception_pending())
            log_fatal("kind %zu: %d", i, ok);
        exception_take();
        void *native = ok ? calloc(1, conv.size + 1) : NULL;
        if (ok && conv_to_native(&conv, value, native))
            conv_release(&conv, native);
        exception_take();
        free(native);
    }
    return 0;
}
