/* stubs.c - see stubs_private.h. Each kind has a reserved range of addresses, filled
 * chunk by chunk: code pages first, as many data pages behind them. */
#include "loader/exec/stubs_private.h"

#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/lock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/base/vec.h"

enum {
    CHUNK = 2 * STUB_CODE_BYTES,
    PER_CHUNK = STUB_CODE_BYTES / STUB_BYTES,
    RANGE_MIN = 1 << 20, /* where address space is limited */
};

typedef struct StubRange {
    char *start;
    size_t size;   /* reserved */
    size_t mapped; /* bytes of whole chunks */
    size_t used;   /* stubs given out */
    VEC(void *) free;
} StubRange;

/* Reserved for a kind: 4 million stubs, of callbacks half a million. */
static const size_t range_sizes[STUB_KINDS] = {
    [STUB_METHOD] = 1 << 27, [STUB_DELAYED] = 1 << 27, [STUB_NATIVE] = 1 << 24};
static StubRange ranges[STUB_KINDS];
static Lock stubs_lock = LOCK_INIT(LOCK_LEAF);

extern const char stubs_code[];
_Static_assert(offsetof(StubData, target) == STUB_TARGET, "stubs_code.S");
_Static_assert(offsetof(StubData, arg) == STUB_ARG, "stubs_code.S");

/* Of a limited address space a small part. */
static void range_reserve(StubRange *range, size_t most)
{
    while (most > RANGE_MIN && most > mem_address_space() / 8)
        most /= 2;
    for (size_t size = most;; size /= 2) {
        if (size < RANGE_MIN) {
            mem_short(RANGE_MIN);
            size = most;
        }
        void *at = mmap(NULL, size, PROT_NONE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (at == MAP_FAILED)
            continue;
        *range = (StubRange){.start = at, .size = size};
        return;
    }
}

void stubs_start(void)
{
    for (int i = 0; i < STUB_KINDS; i++)
        range_reserve(&ranges[i], range_sizes[i]);
}

/* -- code ---------------------------------------------------------------------- */

typedef struct CodeFile { /* the file that stubs_code was mapped from */
    char path[4096];
    off_t offset;
} CodeFile;

static int find_file(struct dl_phdr_info *info, size_t size, void *user)
{
    CodeFile *file = user;
    (void)size;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
        uintptr_t offset = (uintptr_t)stubs_code - info->dlpi_addr - segment->p_vaddr;
        if (segment->p_type != PT_LOAD || offset >= segment->p_filesz)
            continue;
        snprintf(file->path, sizeof file->path, "%s",
                 *info->dlpi_name ? info->dlpi_name : "/proc/self/exe");
        file->offset = (off_t)(segment->p_offset + offset);
        return 1;
    }
    return 0;
}

/* Maps stub code from fd to `at`. What is there may be the file of another build by
 * now. */
static bool map_code(int fd, off_t offset, char *at)
{
    return mmap(at, STUB_CODE_BYTES, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_FIXED, fd,
                offset) != MAP_FAILED &&
           !memcmp(at, stubs_code, STUB_CODE_BYTES);
}

static bool map_from_binary(char *at)
{
    CodeFile file = {.offset = 0};
    if (!dl_iterate_phdr(find_file, &file) || *file.path != '/')
        return false;
    int fd = open(file.path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    bool ok = fd >= 0 && !fstat(fd, &status) &&
              status.st_size >= file.offset + STUB_CODE_BYTES &&
              map_code(fd, file.offset, at);
    if (fd >= 0)
        close(fd);
    return ok;
}

/* Our file is gone or another one. */
static bool map_from_memory(char *at)
{
    int fd = memfd_create("codicil-stubs", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    bool ok = fd >= 0 && write(fd, stubs_code, STUB_CODE_BYTES) == STUB_CODE_BYTES &&
              !fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK) &&
              map_code(fd, 0, at);
    if (fd >= 0)
        close(fd);
    return ok;
}

static void range_grow(StubRange *range)
{
    char *at = range->start + range->mapped;
    while (range->mapped + CHUNK > range->size ||
           mprotect(at + STUB_CODE_BYTES, STUB_CODE_BYTES, PROT_READ | PROT_WRITE))
        mem_short(CHUNK);
    if (!map_from_binary(at) && !map_from_memory(at))
        log_fatal("entry stubs can't be mapped: %m");
    __atomic_store_n(&range->mapped, range->mapped + CHUNK, __ATOMIC_RELEASE);
}

/* -- stubs --------------------------------------------------------------------- */

static void *range_take(StubRange *range)
{
    if (range->free.n)
        return range->free.at[--range->free.n];
    size_t index = range->used++;
    if (index / PER_CHUNK * CHUNK >= range->mapped)
        range_grow(range);
    return range->start + index / PER_CHUNK * CHUNK + index % PER_CHUNK * STUB_BYTES;
}

static void data_set(StubData *data, void *target, void *arg)
{
    data->arg = arg;
    __atomic_store_n(&data->target, target, __ATOMIC_RELEASE);
}

void *stub_new(StubKind kind, void *target, void *arg)
{
    lock_acquire(&stubs_lock);
    char *code = range_take(&ranges[kind]);
    lock_release(&stubs_lock);
    data_set((StubData *)(code + STUB_CODE_BYTES), target, arg);
    return code;
}

void stub_free(StubKind kind, void *code, void *target, void *arg)
{
    data_set(stub_data(kind, code), target, arg);
    lock_acquire(&stubs_lock);
    *vec_push(&ranges[kind].free) = code;
    lock_release(&stubs_lock);
}

StubData *stub_data(StubKind kind, const void *code)
{
    const StubRange *range = &ranges[kind];
    size_t offset = (size_t)((const char *)code - range->start);
    if (offset >= __atomic_load_n(&range->mapped, __ATOMIC_ACQUIRE) ||
        offset % CHUNK >= STUB_CODE_BYTES || offset % STUB_BYTES)
        return NULL;
    return (StubData *)((char *)(uintptr_t)code + STUB_CODE_BYTES);
}
