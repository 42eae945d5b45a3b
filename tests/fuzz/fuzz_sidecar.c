/* fuzz_sidecar.c - any bytes as a sidecar: opening without an assembly, every row, name
 * and cell.
 * seeds: build/sidecars/samples */
#include <string.h>

#include "format/sidecar.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST = 500 };

static void read_methods(Sidecar *sidecar, Arena *arena)
{
    for (uint32_t row = 0; row <= sidecar->n_rows && row < MOST; row++) {
        SidecarMethod method;
        uint32_t cells[16], rva;
        Bytes code;
        if (!sidecar_method(sidecar, row, &method))
            continue;
        sidecar_method_name(&method, arena);
        sidecar_uses(&method, cells, 16);
        for (uint32_t i = 0; i < 8 && sidecar_range(&method, i, &rva, &code); i++)
            ;
    }
}

static void read_cells(const Sidecar *sidecar, Arena *arena)
{
    for (uint32_t i = 0; i < sidecar->n_units && i < MOST; i++) {
        const SidecarUnit *unit = &sidecar->units[i];
        for (uint32_t cell = 0; cell <= unit->n_cells && cell < MOST; cell++) {
            sidecar_cell_kind(unit, cell);
            sidecar_cell_name(unit, cell, arena);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena = ARENA_INIT;
    Verdict verdict;
    memset(&verdict, 0, sizeof verdict);
    Sidecar *sidecar = sidecar_open_bytes((Bytes){data, size}, "fuzz", &verdict);
    if (sidecar) {
        SidecarDep dep;
        for (uint32_t i = 0; i <= sidecar->n_deps && i < MOST; i++)
            sidecar_dep(sidecar, i, &dep);
        read_methods(sidecar, &arena);
        read_cells(sidecar, &arena);
        sidecar_close(sidecar);
    }
    verdict_free(&verdict);
    arena_free(&arena);
    return 0;
}
