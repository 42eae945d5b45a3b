/* fuzz_answer.c - any bytes as a kept answer of the .NET host. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/framework/answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile size_t sink;

/* The question is that of the inputs in the corpus. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    HostProperties properties;
    Question question = {.app = "/a/b.dll", .root = "/n", .variables = BUFFER_INIT};
    buffer_u32(&question.variables, 0);
    if (answer_read((Bytes){data, size}, &question, &properties)) {
        for (uint32_t i = 0; i < properties.n; i++)
            sink += strlen(properties.names[i]) + strlen(properties.values[i]);
        properties_free(&properties);
    }
    question_close(&question);
    return 0;
}
