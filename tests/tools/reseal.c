/* reseal.c - reseal IN OUT SEED [SECTION...]: an image with lies in its tables, or in
 * those that are named, under hashes that are right. SEED 0: no lies. */
#include <stdio.h>
#include <stdlib.h>

#include "common/base/file.h"
#include "tests/fuzz/reseal.h"

int main(int argc, char **argv)
{
    File file;
    Err err = ERR_INIT;
    Buffer image = BUFFER_INIT, script = BUFFER_INIT;
    uint32_t tables = argc > 4 ? 0 : RESEAL_ALL;
    if (argc < 4)
        return 2;
    for (int i = 4; i < argc; i++)
        tables |= reseal_table(argv[i]);
    if (!file_open(&file, argv[1], false, &err)) {
        fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    buffer_put(&image, file.bytes.data, file.bytes.size);
    file_close(&file);
    if (atoll(argv[3]))
        reseal_script(&script, (uint64_t)atoll(argv[3]));
    reseal(&image, buffer_bytes(&script), tables);
    bool ok = file_write(argv[2], buffer_bytes(&image), 0644, &err);
    if (!ok)
        fprintf(stderr, "%s\n", err.text);
    buffer_free(&image);
    buffer_free(&script);
    return ok ? 0 : 1;
}
