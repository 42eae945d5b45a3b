/* callframe.c - call frames as GCC writes them for functions, and no others.
 *
 * The unwinder believes what it is given: it ends the process where it does not know an
 * instruction, and reads wherever an expression leads. So it is given records of a shape
 * that is known.
 */
#include <dwarf.h>
#include <string.h>
#include <sys/mman.h>

#include "format/sidecar_private.h"

enum {
    LAST_REGISTER = 15,
    RETURN_COLUMN = 16,
    MOST_REMEMBERED = 16,
    MOST_OFFSET = 1 << 28,
    OP_MASK = 0xc0, /* the rest of such an instruction is its operand */
};

/* A record: an FDE or a CIE, with its length. */
static bool read_record(const Sidecar *s, uint64_t rva, Bytes *out)
{
    const ImageHead *h = &s->tables->head;
    uint32_t length;
    Bytes start;
    uint64_t at = rva - h->eh_frame_rva;
    if (rva < h->eh_frame_rva || at + 8 > h->eh_frame_size ||
        !sidecar_loaded(s, rva, 8, PROT_READ, &start))
        return false;
    memcpy(&length, start.data, sizeof length);
    return length >= 4 && at + 4 + length <= h->eh_frame_size &&
           sidecar_loaded(s, rva, 4 + (uint64_t)length, PROT_READ, out);
}

static uint64_t read_uleb(Cursor *c)
{
    uint64_t value = 0;
    for (int shift = 0; shift < 63; shift += 7) {
        uint8_t byte = cursor_u8(c);
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return value;
    }
    c->failed = true;
    return 0;
}

static bool read_register(Cursor *c)
{
    return read_uleb(c) <= LAST_REGISTER;
}

/* Of the stack: whole words. */
static bool read_offset(Cursor *c)
{
    uint64_t offset = read_uleb(c);
    return offset % 8 == 0 && offset <= MOST_OFFSET;
}

/* What GCC says of a stack that it aligns: the word at an offset of a register, or,
 * after deref, what it points at. */
static bool read_expression(Cursor *c, bool may_deref)
{
    Bytes block = cursor_bytes(c, read_uleb(c));
    Cursor e = cursor_open(block);
    uint8_t op = cursor_u8(&e);
    uint64_t offset = read_uleb(&e); /* signed: any of the size is good */
    if (op < DW_OP_breg0 || op > DW_OP_breg0 + LAST_REGISTER || offset > MOST_OFFSET)
        return false;
    if (may_deref && cursor_left(&e))
        return cursor_u8(&e) == DW_OP_deref && !e.failed && !cursor_left(&e);
    return !e.failed && !cursor_left(&e);
}

typedef struct Program {
    Cursor c;
    uint64_t at, size; /* in the function */
    uint32_t remembered;
} Program;

static bool run_advance(Program *p, uint64_t by)
{
    p->at += by;
    return p->at < p->size;
}

static bool run_other(Program *p, uint8_t op)
{
    Cursor *c = &p->c;
    switch (op) {
    case DW_CFA_nop:
        return true;
    case DW_CFA_advance_loc1:
        return run_advance(p, cursor_u8(c));
    case DW_CFA_advance_loc2:
        return run_advance(p, cursor_u16(c));
    case DW_CFA_advance_loc4:
        return run_advance(p, cursor_u32(c));
    case DW_CFA_def_cfa:
        return read_register(c) && read_offset(c);
    case DW_CFA_def_cfa_register:
        return read_register(c);
    case DW_CFA_def_cfa_offset:
    case DW_CFA_GNU_args_size:
        return read_offset(c);
    case DW_CFA_def_cfa_expression:
        return read_expression(c, true);
    case DW_CFA_expression:
        return read_register(c) && read_expression(c, false);
    case DW_CFA_remember_state:
        return p->remembered++ < MOST_REMEMBERED;
    case DW_CFA_restore_state:
        return p->remembered-- > 0;
    default:
        return false;
    }
}

static bool run_instruction(Program *p)
{
    uint8_t op = cursor_u8(&p->c), operand = op & (uint8_t)~OP_MASK;
    switch (op & OP_MASK) {
    case DW_CFA_advance_loc:
        return run_advance(p, operand);
    case DW_CFA_offset:
        return operand <= LAST_REGISTER && read_uleb(&p->c) <= MOST_OFFSET / 8;
    case DW_CFA_restore:
        return operand <= LAST_REGISTER;
    default:
        return run_other(p, op);
    }
}

static bool check_fde(Bytes fde, const ImageRange *range)
{
    Cursor c = cursor_open(fde);
    cursor_skip(&c, 8);
    uint32_t start = range->fde + 8 + cursor_u32(&c), size = cursor_u32(&c);
    if (start != range->rva || size != range->size || cursor_u8(&c))
        return false;
    Program program = {.c = c, .size = size};
    while (cursor_left(&program.c))
        if (!run_instruction(&program) || program.c.failed)
            return false;
    return !c.failed;
}

/* The one that GCC writes for x86-64: addresses are relative in 4 bytes, the frame
 * starts above the return address. */
static bool check_cie(Bytes cie)
{
    static const uint8_t usual[] = {0, 0, 0, 0, 1, 'z', 'R', 0, 1, 0x78,
                                    RETURN_COLUMN, 1, DW_EH_PE_pcrel | DW_EH_PE_sdata4,
                                    DW_CFA_def_cfa, 7, 8,
                                    DW_CFA_offset | RETURN_COLUMN, 1};
    Bytes content = {cie.data + 4, cie.size - 4};
    if (content.size < sizeof usual || memcmp(content.data, usual, sizeof usual) != 0)
        return false;
    for (size_t i = sizeof usual; i < content.size; i++)
        if (content.data[i] != DW_CFA_nop)
            return false;
    return true;
}

bool sidecar_call_frame(const Sidecar *s, const ImageRange *range, Bytes *fde, Bytes *cie)
{
    uint32_t back; /* from here to its CIE */
    if (!read_record(s, range->fde, fde))
        return false;
    memcpy(&back, fde->data + 4, sizeof back);
    return back <= range->fde + 4 && read_record(s, range->fde + 4 - back, cie) &&
           check_cie(*cie) && check_fde(*fde, range);
}
