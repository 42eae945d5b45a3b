/* test_il.c - the instruction decoder and method bodies, real, made-up and malformed.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "common/il/il.h"
#include "tests/run.h"
#include "tests/unit/image_builder.h"

#define TEXT(s) ((Bytes){(const uint8_t *)(s), sizeof(s) - 1})

Suite *suite_il(void);

/* -- Real bodies ------------------------------------------------------------------- */

typedef struct Counts {
    uint32_t bodies, instructions, clauses;
} Counts;

/* Asserts once a body: an assertion of Check costs as much as decoding one. */
static void body_count(const Image *image, uint32_t rva, Counts *counts)
{
    Err err = ERR_INIT;
    Arena arena = ARENA_INIT;
    IlBody body;
    IlInsn insn;
    uint32_t at = 0;
    bool ok = il_body_read(image, rva, &arena, &body, &err);
    for (; ok && at < body.code.size; at = insn.next, counts->instructions++)
        ok = il_decode(body.code, at, &insn);
    Bytes raw;
    ok = ok && il_body_raw(image, rva, &raw) && raw.data == body.raw.data &&
         raw.size == body.raw.size;
    if (!ok)
        ck_abort_msg("RVA %#x: offset %u: %s", rva, at, err.text);
    counts->bodies++;
    counts->clauses += body.n_clauses;
    arena_free(&arena);
}

static const struct Program {
    const char *path;
    Counts counts;
} programs[] = {
    {"/usr/lib/mono/4.5/mscorlib.dll", {24395, 584248, 1554}},
    {"/usr/lib/mono/4.5/mcs.exe", {10353, 280178, 661}},
};

START_TEST(all_bodies_of_real_programs_decode)
{
    Err err = ERR_INIT;
    Counts counts = {0, 0, 0};
    Image *image = image_open(programs[_i].path, &err);
    ck_assert_msg(image, "%s", err.text);
    for (uint32_t rid = 1; rid <= image_rows(image, TABLE_MethodDef); rid++) {
        uint32_t rva = image_get(image, TABLE_MethodDef, rid, COL_MethodDef_RVA);
        if (rva)
            body_count(image, rva, &counts);
    }
    ck_assert_uint_eq(counts.bodies, programs[_i].counts.bodies);
    ck_assert_uint_eq(counts.instructions, programs[_i].counts.instructions);
    ck_assert_uint_eq(counts.clauses, programs[_i].counts.clauses);
    image_close(image);
}
END_TEST

/* -- Instructions ------------------------------------------------------------------ */

static const struct Decoded {
    Bytes code;
    IlOp op;
    uint32_t next;
    int64_t i; /* of integers */
    const char *name;
} decoded[] = {
    {TEXT("\x00"), CIL_NOP, 1, 0, "nop"},
    {TEXT("\x0e\xff"), CIL_LDARG_S, 2, 255, "ldarg.s"},
    {TEXT("\xfe\x09\xff\xff"), CIL_LDARG, 4, 0xffff, "ldarg"},
    {TEXT("\x1f\xff"), CIL_LDC_I4_S, 2, -1, "ldc.i4.s"},
    {TEXT("\x20\xfe\xff\xff\xff"), CIL_LDC_I4, 5, -2, "ldc.i4"},
    {TEXT("\x21\x01\x00\x00\x00\x00\x00\x00\x80"), CIL_LDC_I8, 9, INT64_MIN + 1,
     "ldc.i8"},
    {TEXT("\xfe\x12\x04"), CIL_UNALIGNED, 3, 4, "unaligned."},
    {TEXT("\xfe\x19\x07"), CIL_NO, 3, 7, "no."},
    {TEXT("\xfe\x13"), CIL_VOLATILE, 2, 0, "volatile."},
    {TEXT("\xfe\x14"), CIL_TAIL, 2, 0, "tail."},
    {TEXT("\xfe\x1e"), CIL_READONLY, 2, 0, "readonly."},
    {TEXT("\xfe\x00"), CIL_ARGLIST, 2, 0, "arglist"},
    {TEXT("\xfe\x01"), CIL_CEQ, 2, 0, "ceq"},
    {TEXT("\xfe\x17"), CIL_CPBLK, 2, 0, "cpblk"},
    {TEXT("\xfe\x18"), CIL_INITBLK, 2, 0, "initblk"},
    {TEXT("\xfe\x0f"), CIL_LOCALLOC, 2, 0, "localloc"},
    {TEXT("\xfe\x1d"), CIL_REFANYTYPE, 2, 0, "refanytype"},
    {TEXT("\x82"), CIL_CONV_OVF_I1_UN, 1, 0, "conv.ovf.i1.un"},
    {TEXT("\x90"), CIL_LDELEM_I1, 1, 0, "ldelem.i1"},
    {TEXT("\xc3"), CIL_CKFINITE, 1, 0, "ckfinite"},
    {TEXT("\xe0"), CIL_CONV_U, 1, 0, "conv.u"},
};

START_TEST(instructions_decode_to_opcode_operand_and_end)
{
    IlInsn insn;
    ck_assert(il_decode(decoded[_i].code, 0, &insn));
    ck_assert_int_eq(insn.op, decoded[_i].op);
    ck_assert_uint_eq(insn.offset, 0);
    ck_assert_uint_eq(insn.next, decoded[_i].next);
    ck_assert_int_eq(insn.u.i, decoded[_i].i);
    ck_assert_str_eq(il_name(insn.op), decoded[_i].name);
}
END_TEST

START_TEST(tokens_decode)
{
    static const IlOp ops[] = {CIL_JMP,    CIL_CALL,  CIL_CALLI,  CIL_LDELEM,
                               CIL_STELEM, CIL_LDSTR, CIL_LDTOKEN};
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        IlInsn insn;
        uint8_t code[] = {(uint8_t)ops[i], 0x04, 0x03, 0x02, 0x0a};
        ck_assert(il_decode((Bytes){code, sizeof code}, 0, &insn));
        ck_assert_int_eq(insn.op, ops[i]);
        ck_assert_uint_eq(insn.u.token, 0x0a020304);
        ck_assert_uint_eq(insn.next, 5);
    }
}
END_TEST

START_TEST(two_byte_opcodes_with_tokens_decode)
{
    IlInsn insn;
    ck_assert(il_decode(TEXT("\x00\xfe\x16\x01\x00\x00\x1b"), 1, &insn));
    ck_assert_int_eq(insn.op, CIL_CONSTRAINED);
    ck_assert_uint_eq(insn.u.token, 0x1b000001);
    ck_assert_uint_eq(insn.next, 7);
    ck_assert(il_decode(TEXT("\xfe\x1c\x01\x00\x00\x1b"), 0, &insn));
    ck_assert_int_eq(insn.op, CIL_SIZEOF);
}
END_TEST

START_TEST(floating_point_constants_decode)
{
    IlInsn insn;
    ck_assert(il_decode(TEXT("\x22\x00\x00\xc0\xbf"), 0, &insn));
    ck_assert_double_eq(insn.u.r, -1.5);
    ck_assert(il_decode(TEXT("\x23\x00\x00\x00\x00\x00\x00\xf8\x3f"), 0, &insn));
    ck_assert_double_eq(insn.u.r, 1.5);
}
END_TEST

START_TEST(branch_targets_are_absolute)
{
    IlInsn insn;
    Bytes code = TEXT("\x00\x2d\xfd\x38\xf8\xff\xff\xff\xde\x7f");
    ck_assert(il_decode(code, 1, &insn));
    ck_assert_int_eq(insn.op, CIL_BRTRUE_S);
    ck_assert_uint_eq(insn.u.target, 0);
    ck_assert(il_decode(code, 3, &insn));
    ck_assert_uint_eq(insn.u.target, 0);
    ck_assert(il_decode(code, 8, &insn));
    ck_assert_int_eq(insn.op, CIL_LEAVE_S);
    ck_assert_uint_eq(insn.u.target, 137); /* outside: the caller checks */
}
END_TEST

START_TEST(switch_targets_are_absolute)
{
    IlInsn insn;
    Bytes code = TEXT("\x00\x45\x02\x00\x00\x00\x01\x00\x00\x00\xf2\xff\xff\xff");
    ck_assert(il_decode(code, 1, &insn));
    ck_assert_int_eq(insn.op, CIL_SWITCH);
    ck_assert_uint_eq(insn.u.sw.n, 2);
    ck_assert_uint_eq(insn.next, 14);
    ck_assert_uint_eq(il_switch_target(code, &insn, 0), 15);
    ck_assert_uint_eq(il_switch_target(code, &insn, 1), 0);
    ck_assert_uint_eq(il_switch_target(code, &insn, 2), UINT32_MAX);
}
END_TEST

static const Bytes undecodable[] = {
    TEXT(""),     /* the end */
    TEXT("\x24"), /* gaps between the opcodes */
    TEXT("\x77"),
    TEXT("\xff"),
    TEXT("\xfe"), /* half an opcode */
    TEXT("\xfe\x08"),
    TEXT("\xfe\xff"),
    TEXT("\x1f"), /* operands that are cut off */
    TEXT("\x20\x00\x00\x00"),
    TEXT("\x21\x00\x00\x00\x00\x00\x00\x00"),
    TEXT("\x28\x00\x00\x06"),
    TEXT("\xfe\x09\x00"),
    TEXT("\x45\x01\x00\x00"),
    TEXT("\x45\x01\x00\x00\x00"),
    TEXT("\x45\xff\xff\xff\x3f\x00\x00\x00"), /* 4 * n wraps */
    TEXT("\x45\xff\xff\xff\xff\x00\x00\x00"),
};

START_TEST(bad_instructions_are_refused)
{
    IlInsn insn;
    size_t size = undecodable[_i].size;
    uint8_t *copy = malloc(size ? size : 1);
    memcpy(copy, undecodable[_i].data, size);
    ck_assert(!il_decode((Bytes){copy, size}, 0, &insn));
    ck_assert(!il_decode((Bytes){copy, size}, UINT32_MAX, &insn));
    free(copy);
}
END_TEST

START_TEST(unknown_opcodes_have_no_name)
{
    ck_assert_str_eq(il_name((IlOp)0x24), "?");
    ck_assert_str_eq(il_name((IlOp)0x1234), "?");
    ck_assert_str_eq(il_name((IlOp)-1), "?");
}
END_TEST

/* -- Bodies ------------------------------------------------------------------------ */

typedef struct BodyTest {
    Buffer bytes;
    Image *image;
    Arena arena;
    IlBody body;
    Err err;
    bool ok;
} BodyTest;

static void body_read(BodyTest *t, Bytes code)
{
    Err err = ERR_INIT;
    *t = (BodyTest){.err = ERR_INIT};
    image_build_code(&t->bytes, code);
    t->image = image_open_bytes(buffer_bytes(&t->bytes), "test.dll", &err);
    ck_assert_msg(t->image, "%s", err.text);
    t->ok = il_body_read(t->image, BUILT_CODE_RVA, &t->arena, &t->body, &t->err);
}

static void body_free(BodyTest *t)
{
    image_close(t->image);
    arena_free(&t->arena);
    buffer_free(&t->bytes);
}

START_TEST(tiny_bodies_have_eight_stack_slots_and_no_locals)
{
    BodyTest t;
    body_read(&t, TEXT("\x0a\x17\x2a"));
    ck_assert_msg(t.ok, "%s", t.err.text);
    ck_assert(bytes_equal(t.body.code, TEXT("\x17\x2a")));
    ck_assert(bytes_equal(t.body.raw, TEXT("\x0a\x17\x2a")));
    ck_assert_uint_eq(t.body.max_stack, 8);
    ck_assert_uint_eq(t.body.locals_token, 0);
    ck_assert_uint_eq(t.body.n_clauses, 0);
    body_free(&t);
}
END_TEST

/* A fat header for size bytes of nop, with more sections or not. */
#define FAT(flags, size) flags "\x30\x04\x00" size "\x00\x00\x00\x02\x00\x00\x11"
#define NOPS8 "\x00\x00\x00\x00\x00\x00\x00\x00"

START_TEST(fat_bodies_have_their_header)
{
    BodyTest t;
    body_read(&t, TEXT(FAT("\x13", "\x08") NOPS8));
    ck_assert_msg(t.ok, "%s", t.err.text);
    ck_assert_uint_eq(t.body.code.size, 8);
    ck_assert_uint_eq(t.body.raw.size, 20);
    ck_assert_uint_eq(t.body.max_stack, 4);
    ck_assert_uint_eq(t.body.locals_token, 0x11000002);
    ck_assert(t.body.init_locals);
    body_free(&t);
}
END_TEST

START_TEST(small_and_fat_clauses_of_two_sections_are_read_in_order)
{
    BodyTest t;
    body_read(
        &t,
        TEXT(FAT(
            "\x0b",
            "\x07") "\0\0\0\0\0\0\0\0" /* 7 bytes, padding */
                    "\x81\x10\x00\x00" /* small, more follow */
                    "\x00\x00\x00\x00\x02\x02\x00\x02\x01\x00\x00\x02"
                    "\x41\x34\x00\x00" /* fat, two clauses */
                    "\x02\0\0\0\x00\0\0\0\x04\0\0\0\x04\0\0\0\x03\0\0\0\0\0\0\0"
                    "\x01\0\0\0\x01\0\0\0\x02\0\0\0\x05\0\0\0\x02\0\0\0\x04\0\0\0"));
    ck_assert_msg(t.ok, "%s", t.err.text);
    ck_assert_uint_eq(t.body.n_clauses, 3);
    const IlClause *c = t.body.clauses;
    ck_assert_int_eq(c[0].kind, IL_CLAUSE_CATCH);
    ck_assert_uint_eq(c[0].token, 0x02000001);
    ck_assert_uint_eq(c[0].try_end, 2);
    ck_assert_uint_eq(c[0].handler_start, 2);
    ck_assert_uint_eq(c[0].handler_end, 4);
    ck_assert_int_eq(c[1].kind, IL_CLAUSE_FINALLY);
    ck_assert_uint_eq(c[1].handler_end, 7);
    ck_assert_int_eq(c[2].kind, IL_CLAUSE_FILTER);
    ck_assert_uint_eq(c[2].try_start, 1);
    ck_assert_uint_eq(c[2].try_end, 3);
    ck_assert_uint_eq(c[2].filter_start, 4);
    ck_assert_uint_eq(t.body.raw.size, 12 + 8 + 16 + 52);
    body_free(&t);
}
END_TEST

START_TEST(sizes_without_the_section_header_count_the_same)
{
    BodyTest t;
    body_read(&t, TEXT(FAT("\x0b", "\x08") NOPS8
                       "\x01\x0c\x00\x00\x04\x00\x00\x00\x02\x02\x00\x02\0\0\0\0"));
    ck_assert_msg(t.ok, "%s", t.err.text);
    ck_assert_uint_eq(t.body.n_clauses, 1);
    ck_assert_int_eq(t.body.clauses[0].kind, IL_CLAUSE_FAULT);
    body_free(&t);
}
END_TEST

#define SMALL(clause) FAT("\x0b", "\x08") NOPS8 "\x01\x10\x00\x00" clause

static const struct BadBody {
    const char *what;
    Bytes code;
    ErrKind kind;
    const char *text;
} bad_bodies[] = {
    {"header kind", TEXT("\x04\x2a"), ERR_BAD_IMAGE, "unknown method header"},
    {"header words", TEXT("\x03\x20\0\0\x01\0\0\0\0\0\0\0\x2a"), ERR_BAD_IMAGE,
     "method header of 2 words"},
    {"no code, tiny", TEXT("\x02\x2a"), ERR_INVALID_PROGRAM, "without code"},
    {"no code, fat", TEXT(FAT("\x03", "\x00")), ERR_INVALID_PROGRAM, "without code"},
    {"code beyond the section", TEXT("\x03\x30\0\0\xff\xff\xff\xff\0\0\0\0\x2a"),
     ERR_BAD_IMAGE, "truncated method body"},
    {"section beyond the end", TEXT(FAT("\x0b", "\x08") NOPS8 "\x41\xff\xff\xff"),
     ERR_BAD_IMAGE, "truncated section"},
    {"other section beyond the end", TEXT(FAT("\x0b", "\x08") NOPS8 "\x42\xff\xff\xff"),
     ERR_BAD_IMAGE, "truncated section"},
    {"clause kind", TEXT(SMALL("\x03\0\x00\0\x02\x02\0\x02\0\0\0\0")),
     ERR_INVALID_PROGRAM, "bad exception clause 0"},
    {"try beyond the code", TEXT(SMALL("\x02\0\x00\0\x09\x02\0\x02\0\0\0\0")),
     ERR_INVALID_PROGRAM, "bad exception clause 0"},
    {"handler beyond the code", TEXT(SMALL("\x02\0\x00\0\x02\x07\0\x02\0\0\0\0")),
     ERR_INVALID_PROGRAM, "bad exception clause 0"},
    {"empty handler", TEXT(SMALL("\x02\0\x00\0\x02\x02\0\x00\0\0\0\0")),
     ERR_INVALID_PROGRAM, "bad exception clause 0"},
    {"filter behind its handler", TEXT(SMALL("\x01\0\x00\0\x02\x02\0\x02\x02\0\0\0")),
     ERR_INVALID_PROGRAM, "bad exception clause 0"},
    {"ranges that wrap",
     TEXT(FAT("\x0b", "\x08") NOPS8 "\x41\x1c\x00\x00\x02\0\0\0\xff\xff\xff\xff"
                                    "\x02\0\0\0\x02\0\0\0\x02\0\0\0\0\0\0\0"),
     ERR_INVALID_PROGRAM, "bad exception clause 0"},
};

START_TEST(bad_bodies_are_rejected_with_a_reason)
{
    BodyTest t;
    body_read(&t, bad_bodies[_i].code);
    ck_assert(!t.ok);
    ck_assert_int_eq(t.err.kind, bad_bodies[_i].kind);
    ck_assert_msg(strstr(t.err.text, bad_bodies[_i].text), "%s: %s",
                  bad_bodies[_i].what, t.err.text);
    body_free(&t);
}
END_TEST

START_TEST(rvas_outside_are_rejected)
{
    static const uint32_t rvas[] = {0, 1, BUILT_RVA - 1, 0x100000, UINT32_MAX};
    BodyTest t;
    body_read(&t, TEXT("\x06\x2a"));
    for (size_t i = 0; i < sizeof rvas / sizeof *rvas; i++) {
        Err err = ERR_INIT;
        ck_assert(!il_body_read(t.image, rvas[i], &t.arena, &t.body, &err));
        ck_assert_int_eq(err.kind, ERR_BAD_IMAGE);
        ck_assert_msg(strstr(err.text, "test.dll: no method body at RVA"), "%s",
                      err.text);
    }
    body_free(&t);
}
END_TEST

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

Suite *suite_il(void)
{
    Suite *suite = suite_create("il");
    TCase *real = tcase_create("real");
    tcase_add_loop_test(real, all_bodies_of_real_programs_decode, 0, COUNT(programs));
    suite_add_tcase(suite, real);
    TCase *decode = tcase_create("decode");
    tcase_add_loop_test(decode, instructions_decode_to_opcode_operand_and_end, 0,
                        COUNT(decoded));
    tcase_add_test(decode, tokens_decode);
    tcase_add_test(decode, two_byte_opcodes_with_tokens_decode);
    tcase_add_test(decode, floating_point_constants_decode);
    tcase_add_test(decode, branch_targets_are_absolute);
    tcase_add_test(decode, switch_targets_are_absolute);
    tcase_add_loop_test(decode, bad_instructions_are_refused, 0, COUNT(undecodable));
    tcase_add_test(decode, unknown_opcodes_have_no_name);
    suite_add_tcase(suite, decode);
    TCase *body = tcase_create("body");
    tcase_add_test(body, tiny_bodies_have_eight_stack_slots_and_no_locals);
    tcase_add_test(body, fat_bodies_have_their_header);
    tcase_add_test(body, small_and_fat_clauses_of_two_sections_are_read_in_order);
    tcase_add_test(body, sizes_without_the_section_header_count_the_same);
    tcase_add_loop_test(body, bad_bodies_are_rejected_with_a_reason, 0,
                        COUNT(bad_bodies));
    tcase_add_test(body, rvas_outside_are_rejected);
    suite_add_tcase(suite, body);
    return suite;
}
