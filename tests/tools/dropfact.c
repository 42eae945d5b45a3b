/* dropfact.c - dropfact IN OUT METHOD N: an image in which METHOD ("Type:Name") does
 * not say its fact number N, from 1, under hashes that are right. 1: it can't be left
 * out. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/file.h"
#include "format/sidecar_private.h"

static bool find_row(Sidecar *s, const char *name, SidecarMethod *m)
{
    Arena scratch = ARENA_INIT;
    bool found = false;
    for (uint32_t i = 0; i < s->n_rows && !found; i++)
        found =
            sidecar_method(s, i, m) && !strcmp(sidecar_method_name(m, &scratch), name);
    arena_free(&scratch);
    return found;
}

/* Indexes of facts are written as differences: a difference of zero says the one before
 * again. Those of one byte alone are changed. */
static bool drop(Sidecar *s, const SidecarMethod *m, uint32_t wanted, Buffer *image)
{
    Cursor c = sidecar_uses_of(m, USES_FACTS);
    uint32_t n = cursor_compressed(&c);
    uint8_t *at[2] = {NULL, NULL}; /* the fact and the one behind it */
    for (uint32_t i = 1; i <= n; i++) {
        if (i == wanted || i == wanted + 1)
            at[i - wanted] = image->data + (c.at - s->file.bytes.data);
        cursor_compressed(&c);
    }
    if (!at[0] || n < 2 || *at[0] >= 0x80 || (at[1] && *at[0] + *at[1] >= 0x80))
        return false;
    if (at[1])
        *at[1] = (uint8_t)(*at[0] + *at[1]);
    *at[0] = 0;
    if (wanted == 1) { /* the second one twice */
        *at[0] = *at[1];
        *at[1] = 0;
    }
    return true;
}

int main(int argc, char **argv)
{
    Verdict verdict = {.kind = VERDICT_ACCEPTED};
    Err err = ERR_INIT;
    Buffer image = BUFFER_INIT;
    SidecarMethod m;
    if (argc < 5)
        return 2;
    Sidecar *s = sidecar_open(argv[1], SIDECAR_ANY_OWNER, &verdict);
    if (!s || !find_row(s, argv[3], &m))
        return 2;
    buffer_put(&image, s->file.bytes.data, s->file.bytes.size);
    bool ok = drop(s, &m, (uint32_t)atoi(argv[4]), &image) &&
              sidecar_put_hashes(&image, NULL) &&
              file_write(argv[2], buffer_bytes(&image), 0644, &err);
    buffer_free(&image);
    sidecar_close(s);
    verdict_free(&verdict);
    return ok ? 0 : 1;
}
