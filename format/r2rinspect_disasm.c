/* r2rinspect_disasm.c - code of methods, with the cells that it uses by name. */
#include <capstone/capstone.h>
#include <stdio.h>
#include <string.h>

#include "format/r2rinspect.h"
#include "format/sidecar_private.h"

static const char *const kind_names[FIX_COUNT] = {
#define FIXUP(name, subject, binding) [FIX_##name] = #name,
#include "format/fixups.def"
#undef FIXUP
};

/* What lies at an address that an instruction refers to: a cell or a method. */
static const char *name_address(Sidecar *s, uint64_t rva, Arena *arena)
{
    for (uint32_t i = 0; i < s->n_units; i++) {
        ImageUnit row;
        sidecar_table_row(s->tables->units, i, &row, sizeof row);
        if (rva < row.cells_rva || rva >= row.cells_rva + row.n_cells * 8ull)
            continue;
        uint32_t cell = (uint32_t)((rva - row.cells_rva) / 8);
        FixupKind kind = sidecar_cell_kind(&s->units[i], cell);
        return arena_printf(arena, "%s %s", kind < FIX_COUNT ? kind_names[kind] : "?",
                            sidecar_cell_name(&s->units[i], cell, arena));
    }
    return NULL;
}

static const char *name_operand(Sidecar *s, const cs_insn *insn, Arena *arena)
{
    const cs_x86 *x86 = &insn->detail->x86;
    for (int i = 0; i < x86->op_count; i++)
        if (x86->operands[i].type == X86_OP_MEM &&
            x86->operands[i].mem.base == X86_REG_RIP)
            return name_address(
                s, insn->address + insn->size + (uint64_t)x86->operands[i].mem.disp,
                arena);
    return NULL;
}

static void disassemble(csh engine, Sidecar *s, uint32_t rva, Bytes code, Arena *arena)
{
    cs_insn *insns;
    size_t n = cs_disasm(engine, code.data, code.size, rva, 0, &insns);
    for (size_t i = 0; i < n; i++) {
        const char *name = name_operand(s, &insns[i], arena);
        printf("  %8llx  %-8s %s%s%s\n", (unsigned long long)insns[i].address,
               insns[i].mnemonic, insns[i].op_str, name ? "  ; " : "",
               name ? name : "");
    }
    if (n)
        cs_free(insns, n);
    else
        printf("  %8x  (no code)\n", rva);
}

static void print_method(csh engine, const SidecarMethod *m, const char *name)
{
    Arena arena = ARENA_INIT;
    uint32_t rva;
    Bytes code;
    printf("%s (%08x, %u bytes)\n", name, m->token, m->code_size);
    for (uint32_t i = 0; sidecar_range(m, i, &rva, &code); i++) {
        if (i)
            printf("  part\n");
        disassemble(engine, m->unit->sidecar, rva, code, &arena);
    }
    arena_free(&arena);
}

int inspect_disasm(const Inspect *in)
{
    Arena arena = ARENA_INIT;
    SidecarMethod m;
    csh engine;
    uint32_t printed = 0;
    const char *wanted = in->n_args > 1 ? in->args[1] : "";
    if (in->json)
        return inspect_fail("disasm has no JSON form");
    Sidecar *s = inspect_open(in->args[0]);
    if (!s)
        return INSPECT_BAD;
    if (cs_open(CS_ARCH_X86, CS_MODE_64, &engine) != CS_ERR_OK) {
        sidecar_close(s);
        return inspect_fail("no disassembler");
    }
    cs_option(engine, CS_OPT_DETAIL, CS_OPT_ON);
    cs_option(engine, CS_OPT_SYNTAX, CS_OPT_SYNTAX_ATT);
    for (uint32_t i = 0; i < s->n_rows; i++) {
        if (!sidecar_method(s, i, &m) || !inspect_wants(in, &m))
            continue;
        const char *name = sidecar_method_name(&m, &arena);
        if (!strstr(name, wanted))
            continue;
        print_method(engine, &m, name);
        printed++;
    }
    cs_close(&engine);
    sidecar_close(s);
    arena_free(&arena);
    return printed ? INSPECT_OK : INSPECT_NOT;
}
