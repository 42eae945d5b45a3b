/* string.c - System.String, Mono.SafeStringMarshal, System.Text.EncodingHelper,
 * Interop.Sys.
 *
 * String's internal constructors never run: newobj calls String.CreateString instead.
 */
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "loader/library/mono/table.h"
#include "loader/interop/interop.h"
#include "loader/vm/vm.h"
#include "loader/gc/object.h"
#include "loader/vm/exception.h"
#include "loader/vm/string.h"

static String *fast_allocate(int32_t length)
{
    if (length < 0) {
        exception_set_object(vm.out_of_memory);
        return NULL;
    }
    return string_new((uint32_t)length);
}

static String *intern(String *self)
{
    return string_intern(self);
}

static String *is_interned(String *self)
{
    return string_is_interned(self);
}

static char *string_to_utf8_icall(String *string)
{
    return string_to_utf8(string);
}

static void g_free(void *p)
{
    free(p);
}

/* The locale of the process is its embedder's: it is neither asked nor changed. */
static locale_t environment_locale, c_locale;

static void open_locales(void)
{
    c_locale = newlocale(LC_ALL_MASK, "C", NULL);
    environment_locale = newlocale(LC_CTYPE_MASK, "", NULL);
    if (!environment_locale) /* names one that is not installed */
        environment_locale = c_locale;
}

static void need_locales(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, open_locales);
}

/* Code page numbers of Mono's EncodingHelper; -1: look the charset's name up. */
static String *internal_code_page(int32_t *code)
{
    static const struct {
        const char *name;
        int32_t code;
    } known[] = {
        {"ANSI_X3.4-1968", 1}, {"US-ASCII", 1}, {"ASCII", 1},    {"UTF-7", 2},
        {"UTF-8", 3},          {"UTF-16", 4},   {"UTF-16BE", 5}, {"ISO-8859-1", 6},
    };
    enum { HAS_PREAMBLE_OFF = 0x10000000 };
    need_locales();
    const char *charset = nl_langinfo_l(CODESET, environment_locale);
    bool want_name = *code == 1;
    *code = -1;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (!strcmp(charset, known[i].name))
            *code = known[i].code == 3 ? 3 | HAS_PREAMBLE_OFF : known[i].code;
    return want_name && *code == -1 ? string_from_utf8(charset) : NULL;
}

static int32_t double_to_string(double value, const char *format, char *out,
                                int32_t room)
{
    need_locales();
    locale_t before = uselocale(c_locale);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    int n = snprintf(out, (size_t)room, format, value);
#pragma GCC diagnostic pop
    uselocale(before);
    return n;
}

const IcallRow icalls_string[] = {
    ICALL("FastAllocateString", NULL, fast_allocate),
    ICALL("InternalIntern", NULL, intern),
    ICALL("InternalIsInterned", NULL, is_interned),
    ICALLS_END,
};

const IcallRow icalls_safe_string_marshal[] = {
    ICALL("StringToUtf8", NULL, string_to_utf8_icall),
    ICALL("GFree", NULL, g_free),
    ICALLS_END,
};

const IcallRow icalls_encoding_helper[] = {
    ICALL("InternalCodePage", NULL, internal_code_page),
    ICALLS_END,
};

static int32_t sys_read(int64_t fd, uint8_t *into, int32_t count)
{
    ssize_t n;
    do
        n = read((int)fd, into, (size_t)count);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        interop_set_last_error(errno);
    return (int32_t)n;
}

const IcallRow icalls_interop_sys[] = {
    ICALL("DoubleToString", NULL, double_to_string),
    ICALL("Read", NULL, sys_read),
    ICALLS_END,
};
