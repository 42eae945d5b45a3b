/* Call frames that GCC writes are known, and others are not. */
#include <check.h>
#include <string.h>

#include "format/callframe.h"

Suite *suite_callframe(void);

static const uint8_t cie[] = {0x14, 0,    0,    0, 0,    0,    0, 0, 1,    'z', 'R', 0,
                              1,    0x78, 0x10, 1, 0x1b, 0x0c, 7, 8, 0x90, 1,   0,   0};
enum { HEAD = 16, LAST_SIZE = 0x744 };

/* Instructions behind a CIE, with length, way back, address, size, no augmentation. */
static bool known(const uint8_t *instructions, size_t n)
{
    Buffer section = BUFFER_INIT;
    buffer_put(&section, cie, sizeof cie);
    buffer_u32(&section, (uint32_t)(HEAD - 3 + n));
    buffer_u32(&section, sizeof cie + 4);
    buffer_u32(&section, 0);
    buffer_u32(&section, LAST_SIZE);
    buffer_u8(&section, 0);
    buffer_put(&section, instructions, n);
    bool ok = callframe_all_known(buffer_bytes(&section));
    buffer_free(&section);
    return ok;
}

#define KNOWN(...)                                                                     \
    known((const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

START_TEST(a_frame_with_rbp_is_known)
{
    ck_assert(KNOWN(0x41, 0x0e, 0x10, 0x86, 2, 0x43, 0x0d, 6, 0x41, 0x83, 3, 0x0a, 0x0c,
                    7, 8, 0x44, 0x0b, 0, 0));
}
END_TEST

/* Of code for AVX: the register that led to the arguments while the stack was aligned
 * is kept with the others. */
START_TEST(a_frame_that_keeps_r10_is_known)
{
    ck_assert(KNOWN(0x41, 0x0e, 0x10, 0x86, 2, 0x43, 0x0d, 6, 0x4f, 0x8f, 3, 0x8e, 4,
                    0x8d, 5, 0x8c, 6, 0x8a, 7, 0x83, 8, 3, 9, 3, 0x0a, 0x0c, 7, 8, 0x44,
                    0x0b, 0));
}
END_TEST

START_TEST(other_frames_are_not)
{
    ck_assert(!KNOWN(0x81, 2));             /* RDX is nobody's to keep */
    ck_assert(!KNOWN(0x41, 0x0d, 3));       /* RBX is no base */
    ck_assert(!KNOWN(0x0f, 2, 0x77, 0x91)); /* an expression that is no address */
    ck_assert(!KNOWN(0x0b));                /* nothing was remembered */
    ck_assert(!KNOWN(0x3f));                /* no instruction */
    ck_assert(!KNOWN(4, 0xff, 0xff, 0xff, 0x7f));
}
END_TEST

START_TEST(what_is_cut_off_is_not)
{
    ck_assert(callframe_all_known((Bytes){cie, sizeof cie}));
    ck_assert(callframe_all_known((Bytes){cie, 0}));
    for (size_t n = 1; n < sizeof cie; n++)
        ck_assert(!callframe_all_known((Bytes){cie, n}));
}
END_TEST

Suite *suite_callframe(void)
{
    Suite *suite = suite_create("callframe");
    TCase *all = tcase_create("all");
    tcase_add_test(all, a_frame_with_rbp_is_known);
    tcase_add_test(all, a_frame_that_keeps_r10_is_known);
    tcase_add_test(all, other_frames_are_not);
    tcase_add_test(all, what_is_cut_off_is_not);
    suite_add_tcase(suite, all);
    return suite;
}
