/* fuzz_minilink.c - any bytes as an object of the compiler: linked, the result checked.
 * options: -max_len=8192 */
#include <elf.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "format/grammar.h"
#include "format/minilink.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_result(const Buffer *out)
{
    Elf64_Ehdr ehdr;
    Bytes part;
    if (out->size < sizeof ehdr)
        __builtin_trap();
    memcpy(&ehdr, out->data, sizeof ehdr);
    if (!bytes_slice(buffer_bytes(out), ehdr.e_shoff, ehdr.e_shnum * sizeof(Elf64_Shdr),
                     &part))
        __builtin_trap();
    for (uint32_t i = 1; i < ehdr.e_shnum; i++) {
        Elf64_Shdr s;
        Bytes content;
        memcpy(&s, part.data + i * sizeof s, sizeof s);
        if (s.sh_type != SHT_NOBITS &&
            !bytes_slice(buffer_bytes(out), s.sh_offset, s.sh_size, &content))
            __builtin_trap();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const LinkCells cells[] = {{"stubs", 8}, {"t", 7}};
    Buffer out = BUFFER_INIT;
    if (minilink((Bytes){data, size}, cells, 2, &out))
        check_result(&out);
    buffer_free(&out);
    return 0;
}
