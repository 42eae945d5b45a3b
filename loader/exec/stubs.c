/* stubs.c - see stubs.h. Each kind has a reserved range of addresses, filled chunk by
 * chunk: code pages first, as many data pages behind them. */
#include "loader/exec/stubs.h"

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "common/base/log.h"

enum {
    STUB_SIZE = 16,
    CHUNK_CODE = 4 * 4096, /* bytes of code; the same of data */
    CHUNK = 2 * CHUNK_CODE,
    RANGE = 1 << 27,     /* reserved for a kind: 4 million stubs */
    RANGE_MIN = 1 << 20, /* where address space is limited */
};

typedef struct StubRange {
    char *start;
    size_t size;   /* reserved */
    size_t mapped; /* bytes of whole chunks */
    size_t used;   /* stubs given out */
} StubRange;

static StubRange ranges[STUB_KINDS];
static pthread_mutex_t stubs_lock = PTHREAD_MUTEX_INITIALIZER;

static void range_reserve(StubRange *range)
{
    for (size_t size = RANGE; size >= RANGE_MIN; size /= 2) {
        void *at = mmap(NULL, size, PROT_NONE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (at == MAP_FAILED)
            continue;
        *range = (StubRange){.start = at, .size = size};
        return;
    }
    log_fatal("no address space for entry stubs");
}

void stubs_start(void)
{
    for (int i = 0; i < STUB_KINDS; i++)
        range_reserve(&ranges[i]);
}

static void put_i32(uint8_t *at, int32_t value)
{
    memcpy(at, &value, sizeof value);
}

/* mov r10, [rip + data.arg]; jmp [rip + data.target] */
static void stub_write(uint8_t *code)
{
    static const uint8_t load[] = {0x4c, 0x8b, 0x15}, jump[] = {0xff, 0x25};
    memset(code, 0xcc, STUB_SIZE);
    memcpy(code, load, sizeof load);
    put_i32(code + 3, CHUNK_CODE + (int32_t)offsetof(StubData, arg) - 7);
    memcpy(code + 7, jump, sizeof jump);
    put_i32(code + 9, CHUNK_CODE + (int32_t)offsetof(StubData, target) - 13);
}

static void range_grow(StubRange *range)
{
    char *at = range->start + range->mapped;
    if (range->mapped + CHUNK > range->size ||
        mprotect(at, CHUNK, PROT_READ | PROT_WRITE))
        log_fatal("no memory for entry stubs");
    for (int i = 0; i < CHUNK_CODE; i += STUB_SIZE)
        stub_write((uint8_t *)at + i);
    if (mprotect(at, CHUNK_CODE, PROT_READ | PROT_EXEC))
        log_fatal("entry stubs can't be made executable");
    __atomic_store_n(&range->mapped, range->mapped + CHUNK, __ATOMIC_RELEASE);
}

void *stub_new(StubKind kind, void *target, void *arg)
{
    StubRange *range = &ranges[kind];
    const size_t per_chunk = CHUNK_CODE / STUB_SIZE;
    pthread_mutex_lock(&stubs_lock);
    size_t index = range->used++;
    if (index / per_chunk * CHUNK >= range->mapped)
        range_grow(range);
    pthread_mutex_unlock(&stubs_lock);
    char *code =
        range->start + index / per_chunk * CHUNK + index % per_chunk * STUB_SIZE;
    StubData *data = (StubData *)(code + CHUNK_CODE);
    data->arg = arg;
    __atomic_store_n(&data->target, target, __ATOMIC_RELEASE);
    return code;
}

StubData *stub_data(StubKind kind, const void *code)
{
    const StubRange *range = &ranges[kind];
    size_t offset = (size_t)((const char *)code - range->start);
    if (offset >= __atomic_load_n(&range->mapped, __ATOMIC_ACQUIRE) ||
        offset % CHUNK >= CHUNK_CODE || offset % STUB_SIZE)
        return NULL;
    return (StubData *)((char *)(uintptr_t)code + CHUNK_CODE);
}
