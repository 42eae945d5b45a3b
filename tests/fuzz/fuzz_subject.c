/* fuzz_subject.c - any bytes as the subjects of a unit, read in a world: every offset
 * as a type, method, field and cell of each kind, and what facts say of them.
 *
 * Input: the subjects; bit 0 of the byte in front of them: the builds are the recorded
 * ones. The names are given, since few bytes are one that exists. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "format/facts.h"
#include "format/subject.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { WORLD_INPUTS = 5000, MOST_OFFSETS = 64 };

static const char names[] =
    "\0mscorlib\0System\0System.Core\0Object\0String\0Int32\0List`1\0Dictionary`"
    "2\0Enumerator\0"
    "System.Collections.Generic\0Nullable`1\0Add\0.ctor\0Get\0Invoke\0Action`1\0_"
    "items\0Empty\0"
    "Array\0Enum\0ValueType\0TypedReference\0Span`1\0IEnumerable`1\0Comparer`1\0throw_"
    "null\0"
    "void()\0Main\0DayOfWeek\0value__\0Void\0__Canon\0ArgIterator";

static volatile size_t sink;

/* It keeps all types, so it is made anew now and then. */
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

static void read_facts(const Fixup *subject)
{
    if (subject->kind == FIX_METHOD)
        sink += subject_method_key(subject->method);
    for (FactKind kind = 0; kind < FACT_COUNT; kind++) {
        Err err = ERR_INIT;
        uint64_t value = 0;
        Fact fact = {.kind = kind};
        if (fact_rows[kind].subject != subject->kind ||
            !fact_set_subject(&fact, subject))
            continue;
        sink += fact_spans(&fact);
        if (fact_value(&fact, &value, &err))
            sink += value;
    }
}

static void read_offset(const SubjectReader *reader, uint32_t offset, Arena *arena)
{
    Buffer text = BUFFER_INIT;
    for (int kind = 0; kind < FIX_COUNT; kind++) {
        Err err = ERR_INIT;
        Fixup fixup = {.kind = (FixupKind)kind};
        if (subject_read_fixup(reader, offset, arena, &fixup, &err))
            read_facts(&fixup);
        else if (err.kind == ERR_NONE)
            abort();
    }
    subject_print(reader, offset, &text);
    sink += text.size;
    buffer_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SubjectReader reader;
    Arena arena = ARENA_INIT;
    World *world = world_fresh();
    ImageDep deps[3] = {{.name = 1}, {.name = 10}, {.name = 17}};
    memcpy(deps[0].mvid, world->corlib->image->mvid, 16);
    if (!size)
        return 0;
    bool known = data[0] & 1; /* builds: tokens hold, or names do */
    if (!known)
        deps[0].mvid[0] ^= 1;
    if (subject_reader_open(&reader, (Bytes){(const uint8_t *)deps, sizeof deps},
                            (Bytes){(const uint8_t *)names, sizeof names},
                            (Bytes){data, size})) {
        subject_reader_bind(&reader, world, world->corlib);
        for (uint32_t i = 1; i < size && i < MOST_OFFSETS; i++)
            read_offset(&reader, i, &arena);
        subject_reader_close(&reader);
    }
    arena_free(&arena);
    return 0;
}
