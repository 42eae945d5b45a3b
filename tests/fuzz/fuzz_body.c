/* fuzz_body.c - any bytes as a method body, inside a small image that is well-formed;
 * the first byte shifts the body, so that its sections start at any alignment. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/il/il.h"
#include "common/metadata/image_private.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile size_t sink;

static void body_walk(const IlBody *body)
{
    IlInsn insn;
    for (uint32_t at = 0; il_decode(body->code, at, &insn); at = insn.next) {
        if (insn.next <= at || insn.next > body->code.size)
            abort();
        sink += strlen(il_name(insn.op));
        for (uint32_t i = 0; insn.op == CIL_SWITCH && i < insn.u.sw.n; i++)
            sink += il_switch_target(body->code, &insn, i);
    }
    for (uint32_t i = 0; i < body->n_clauses; i++) {
        const IlClause *c = &body->clauses[i];
        if (c->try_start > c->try_end || c->try_end > body->code.size ||
            c->handler_start >= c->handler_end || c->handler_end > body->code.size)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Err err = ERR_INIT;
    Arena arena = ARENA_INIT;
    IlBody body;
    if (!size)
        return 0;
    /* Bodies are found by section alone: the rest of an image is not needed. */
    ImageSection section = {0x2000 + (data[0] & 3), {data + 1, size - 1}};
    Image image = {.path = "fuzz.dll", .sections = &section, .n_sections = 1};
    if (il_body_read(&image, section.rva, &arena, &body, &err))
        body_walk(&body);
    arena_free(&arena);
    return 0;
}
