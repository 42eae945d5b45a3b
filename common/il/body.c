/* body.c - headers and sections of method bodies (ECMA-335 II.25.4). */
#include "common/il/il.h"

enum {
    HEADER_MASK = 0x3,
    HEADER_TINY = 0x2,
    HEADER_FAT = 0x3,
    FAT_MORE_SECTIONS = 0x8,
    FAT_INIT_LOCALS = 0x10,
    FAT_WORDS = 3, /* size of the header, in words */
    TINY_MAX_STACK = 8,
    SECTION_KIND_MASK = 0x3f,
    SECTION_EH = 0x01,
    SECTION_FAT = 0x40,
    SECTION_MORE = 0x80,
    SMALL_CLAUSE = 12,
    FAT_CLAUSE = 24,
};

typedef struct Section {
    bool is_eh, is_fat, more;
    uint32_t n; /* clauses, if is_eh */
} Section;

/* Where a body is read: a cursor at its RVA, which tells the alignment of sections. */
typedef struct Reader {
    Cursor c;
    uint32_t rva;
} Reader;

static bool header_read(Reader *r, IlBody *body, bool *more, Err *err)
{
    Cursor *c = &r->c;
    uint32_t first = cursor_u8(c), size = first >> 2;
    *more = false;
    body->max_stack = TINY_MAX_STACK;
    if ((first & HEADER_MASK) == HEADER_FAT) {
        uint32_t words = cursor_u8(c) >> 4;
        body->max_stack = cursor_u16(c);
        size = cursor_u32(c);
        body->locals_token = cursor_u32(c);
        body->init_locals = first & FAT_INIT_LOCALS;
        *more = first & FAT_MORE_SECTIONS;
        if (words < FAT_WORDS)
            return err_set(err, ERR_BAD_IMAGE, "method header of %u words", words);
        cursor_skip(c, (words - FAT_WORDS) * 4);
    } else if ((first & HEADER_MASK) != HEADER_TINY) {
        return err_set(err, ERR_BAD_IMAGE, "unknown method header %#x", first);
    }
    body->code = cursor_bytes(c, size);
    if (c->failed)
        return err_set(err, ERR_BAD_IMAGE, "truncated method body");
    if (!size)
        return err_set(err, ERR_INVALID_PROGRAM, "method body without code");
    return true;
}

/* Leaves the cursor at the first clause of an EH section. Data sizes count the header
 * of 4 bytes, but some compilers leave it out; both give the same number of clauses. */
static bool section_read(Reader *r, Section *section, Err *err)
{
    Cursor *c = &r->c;
    cursor_skip(c, -(r->rva + (uint32_t)cursor_offset(c)) & 3);
    uint32_t kind = cursor_u8(c), size = cursor_u8(c);
    uint32_t high = cursor_u16(c);
    section->is_eh = (kind & SECTION_KIND_MASK) == SECTION_EH;
    section->is_fat = kind & SECTION_FAT;
    section->more = kind & SECTION_MORE;
    size |= section->is_fat ? high << 8 : 0;
    section->n =
        section->is_eh ? size / (section->is_fat ? FAT_CLAUSE : SMALL_CLAUSE) : 0;
    uint32_t clauses = section->n * (section->is_fat ? FAT_CLAUSE : SMALL_CLAUSE);
    uint32_t left = section->is_eh ? clauses : size < 4 ? 0 : size - 4;
    if (c->failed || cursor_left(c) < left)
        return err_set(err, ERR_BAD_IMAGE, "truncated section of a method body");
    if (!section->is_eh)
        cursor_skip(c, left);
    return true;
}

static bool range_check(uint32_t start, uint32_t length, size_t size, uint32_t *end)
{
    uint64_t sum = (uint64_t)start + length;
    *end = (uint32_t)sum;
    return sum <= size;
}

static bool clause_read(Cursor *c, bool is_fat, size_t size, IlClause *clause)
{
    uint32_t kind = is_fat ? cursor_u32(c) : cursor_u16(c);
    uint32_t start = is_fat ? cursor_u32(c) : cursor_u16(c);
    uint32_t length = is_fat ? cursor_u32(c) : cursor_u8(c);
    uint32_t handler = is_fat ? cursor_u32(c) : cursor_u16(c);
    uint32_t handler_length = is_fat ? cursor_u32(c) : cursor_u8(c);
    uint32_t extra = cursor_u32(c);
    *clause = (IlClause){.kind = kind, .try_start = start, .handler_start = handler};
    if (!range_check(start, length, size, &clause->try_end) || !handler_length ||
        !range_check(handler, handler_length, size, &clause->handler_end))
        return false;
    switch (kind) {
    case IL_CLAUSE_CATCH:
        clause->token = extra;
        return true;
    case IL_CLAUSE_FILTER: /* lies right before its handler */
        clause->filter_start = extra;
        return extra < handler;
    case IL_CLAUSE_FINALLY:
    case IL_CLAUSE_FAULT:
        return true;
    default:
        return false;
    }
}

/* The cursor stands after the code; body->clauses has room for all clauses or is NULL,
 * when they are only counted. */
static bool sections_read(Reader *r, IlBody *body, Err *err)
{
    Section section = {.more = true};
    body->n_clauses = 0;
    while (section.more) {
        if (!section_read(r, &section, err))
            return false;
        uint32_t clause_size = section.is_fat ? FAT_CLAUSE : SMALL_CLAUSE;
        if (!body->clauses) {
            body->n_clauses += section.n;
            cursor_skip(&r->c, section.n * clause_size);
            continue;
        }
        for (uint32_t i = 0; i < section.n; i++, body->n_clauses++)
            if (!clause_read(&r->c, section.is_fat, body->code.size,
                             &body->clauses[body->n_clauses]))
                return err_set(err, ERR_INVALID_PROGRAM, "bad exception clause %u",
                               body->n_clauses);
    }
    return true;
}

bool il_body_raw(const Image *image, uint32_t rva, Bytes *raw)
{
    Bytes bytes;
    IlBody body = {.n_clauses = 0};
    bool more;
    Err ignored = ERR_INIT;
    if (!rva || !image_rva(image, rva, 1, &bytes))
        return false;
    Reader r = {cursor_open(bytes), rva};
    if (!header_read(&r, &body, &more, &ignored) ||
        (more && !sections_read(&r, &body, &ignored)))
        return false;
    *raw = (Bytes){bytes.data, cursor_offset(&r.c)};
    return true;
}

bool il_body_read(const Image *image, uint32_t rva, Arena *arena, IlBody *body,
                  Err *err)
{
    Bytes bytes;
    bool more;
    *body = (IlBody){.n_clauses = 0};
    if (!rva || !image_rva(image, rva, 1, &bytes))
        return err_set(err, ERR_BAD_IMAGE, "%s: no method body at RVA %#x", image->path,
                       rva);
    Reader r = {cursor_open(bytes), rva};
    bool ok = header_read(&r, body, &more, err);
    if (ok && more) {
        Reader counter = r;
        ok = sections_read(&counter, body, err);
        if (ok && body->n_clauses) {
            body->clauses = arena_array(arena, IlClause, body->n_clauses);
            ok = sections_read(&r, body, err);
        }
        r = ok ? counter : r;
    }
    if (!ok)
        return err_context(err, "%s: method body at RVA %#x", image->path, rva);
    body->raw = (Bytes){bytes.data, cursor_offset(&r.c)};
    return true;
}
