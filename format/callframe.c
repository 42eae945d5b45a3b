/* callframe.c - call frames as GCC writes them for functions, and no others.
 *
 * The unwinder believes what it is given: it ends the process where it does not know an
 * instruction, and reads wherever an expression leads. So it is given records of a
 * shape that is known.
 */
#include <dwarf.h>
#include <string.h>
#include <sys/mman.h>

#include "format/callframe.h"
#include "format/sidecar_private.h"

enum {
    RBX = 3, /* numbers of DWARF */
    RBP = 6,
    RSP = 7,
    R10 = 10,
    R12 = 12,
    R15 = 15,
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

/* Of the stack: whole words. */
static uint32_t read_offset(Cursor *c)
{
    uint64_t offset = read_uleb(c);
    c->failed = c->failed || offset % 8 || offset > MOST_OFFSET;
    return c->failed ? 0 : (uint32_t)offset;
}

/* A function's instructions, and what is known of its frame where they stand. */
typedef struct Program {
    Cursor c;
    uint64_t at, size; /* in the function */
    struct FrameBase {
        uint8_t base;    /* register that the frame is counted from */
        uint32_t offset; /* from there to the frame's start */
    } state, states[MOST_REMEMBERED];
    uint32_t depth;
} Program;

/* What a function may use as the base of its frame; R10 while it aligns the stack. */
static bool is_base(uint64_t number)
{
    return number == RSP || number == RBP || (number >= R10 && number <= R15);
}

/* What a function keeps: for its caller, and R10 where that leads to its arguments. */
static bool is_kept(uint64_t number)
{
    return number == RBX || number == RBP || number == R10 ||
           (number >= R12 && number <= R15);
}

static bool set_base(Program *p, uint64_t number)
{
    p->state.base = (uint8_t)number;
    return is_base(number);
}

/* Where a register is kept: below the return address, above the stack pointer. */
static bool keep(Program *p, uint64_t number)
{
    uint64_t words = read_uleb(&p->c);
    return is_kept(number) && words >= 2 && words <= MOST_OFFSET / 8 &&
           (p->state.base != RSP || words * 8 <= p->state.offset);
}

/* What GCC says of a stack that it aligns: the word at an offset of a register, or,
 * after deref, what it points at. */
static bool read_expression(Cursor *c, bool may_deref)
{
    Bytes block = cursor_bytes(c, read_uleb(c));
    Cursor e = cursor_open(block);
    uint8_t op = cursor_u8(&e);
    uint64_t offset = read_uleb(&e); /* signed: any of the size is good */
    if (op < DW_OP_breg0 || !is_base(op - DW_OP_breg0) || offset > MOST_OFFSET)
        return false;
    if (may_deref && cursor_left(&e))
        return cursor_u8(&e) == DW_OP_deref && !e.failed && !cursor_left(&e);
    return !e.failed && !cursor_left(&e);
}

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
        if (!set_base(p, read_uleb(c)))
            return false;
        p->state.offset = read_offset(c);
        return true;
    case DW_CFA_def_cfa_register:
        return set_base(p, read_uleb(c));
    case DW_CFA_def_cfa_offset:
        p->state.offset = read_offset(c);
        return p->state.offset >= 8;
    case DW_CFA_GNU_args_size:
        read_offset(c);
        return true;
    case DW_CFA_def_cfa_expression:
        p->state.base = RBP;
        return read_expression(c, true);
    case DW_CFA_expression:
        return is_kept(read_uleb(c)) && read_expression(c, false);
    case DW_CFA_remember_state:
        if (p->depth == MOST_REMEMBERED)
            return false;
        p->states[p->depth++] = p->state;
        return true;
    case DW_CFA_restore_state:
        if (!p->depth)
            return false;
        p->state = p->states[--p->depth];
        return true;
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
        return keep(p, operand);
    case DW_CFA_restore:
        return is_kept(operand);
    default:
        return run_other(p, op);
    }
}

/* c: behind the function's size. */
static bool run(Cursor c, uint64_t size)
{
    if (cursor_u8(&c) || c.failed) /* augmentation data */
        return false;
    Program program = {.c = c, .size = size, .state = {RSP, 8}};
    while (cursor_left(&program.c))
        if (!run_instruction(&program) || program.c.failed)
            return false;
    return true;
}

static bool check_fde(Bytes fde, const ImageRange *range)
{
    Cursor c = cursor_open(fde);
    cursor_skip(&c, 8);
    uint32_t start = range->fde + 8 + cursor_u32(&c), size = cursor_u32(&c);
    return start == range->rva && size == range->size && run(c, size);
}

/* The one that GCC writes for x86-64: addresses are relative in 4 bytes, the frame
 * starts above the return address. */
static bool check_cie(Bytes cie)
{
    static const uint8_t usual[] = {0,
                                    0,
                                    0,
                                    0,
                                    1,
                                    'z',
                                    'R',
                                    0,
                                    1,
                                    0x78,
                                    RETURN_COLUMN,
                                    1,
                                    DW_EH_PE_pcrel | DW_EH_PE_sdata4,
                                    DW_CFA_def_cfa,
                                    7,
                                    8,
                                    DW_CFA_offset | RETURN_COLUMN,
                                    1};
    if (cie.size < 4)
        return false;
    Bytes content = {cie.data + 4, cie.size - 4};
    if (content.size < sizeof usual || memcmp(content.data, usual, sizeof usual) != 0)
        return false;
    for (size_t i = sizeof usual; i < content.size; i++)
        if (content.data[i] != DW_CFA_nop)
            return false;
    return true;
}

bool sidecar_call_frame(const Sidecar *s, const ImageRange *range, Bytes *fde,
                        Bytes *cie)
{
    uint32_t back; /* from here to its CIE */
    if (!read_record(s, range->fde, fde))
        return false;
    memcpy(&back, fde->data + 4, sizeof back);
    return back <= range->fde + 4 && read_record(s, range->fde + 4 - back, cie) &&
           check_cie(*cie) && check_fde(*fde, range);
}

static bool record_known(Bytes record)
{
    Cursor c = cursor_open(record);
    cursor_skip(&c, 4);
    if (!cursor_u32(&c)) /* no way back to a CIE: it is one */
        return !c.failed && check_cie(record);
    cursor_u32(&c); /* relocated */
    uint32_t size = cursor_u32(&c);
    return !c.failed && run(c, size);
}

bool callframe_all_known(Bytes section)
{
    Cursor c = cursor_open(section);
    while (cursor_left(&c)) {
        size_t start = cursor_offset(&c);
        uint32_t length = cursor_u32(&c);
        Bytes record;
        cursor_skip(&c, length);
        if (c.failed || !bytes_slice(section, start, 4 + (uint64_t)length, &record) ||
            (length && !record_known(record)))
            return false;
    }
    return true;
}
