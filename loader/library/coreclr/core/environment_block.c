/* environment_block.c - environment variables, by the names that Windows has for it.
 *
 * The class library's own copy of what the process was started with: programs change
 * it at any time on any thread, while native code may read the process's.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/lock.h"
#include "common/base/mem.h"
#include "loader/library/coreclr/table.h"
#include "loader/library/coreclr/threading/wait_table.h"
#include "loader/vm/string.h"

extern char **environ;

static Lock lock = LOCK_INIT(LOCK_LEAF);
static char **variables; /* "NAME=value", UTF-8 */
static size_t n_variables, room;
static bool copied;

/* -- with the lock held -------------------------------------------------------- */

static void add(char *variable)
{
    if (n_variables == room) {
        room = room ? room * 2 : 64;
        variables = mem_resize(variables, room, sizeof *variables);
    }
    variables[n_variables++] = variable;
}

static void copy_once(void)
{
    for (char **at = environ; !copied && at && *at; at++)
        add(mem_strdup(*at));
    copied = true;
}

static char **find(const char *name)
{
    size_t n = strlen(name);
    copy_once();
    for (size_t i = 0; i < n_variables; i++)
        if (!strncmp(variables[i], name, n) && variables[i][n] == '=')
            return &variables[i];
    return NULL;
}

/* value NULL: it goes. False: there was none to go. */
static bool put(const char *name, const char *value)
{
    char **at = find(name);
    if (!value && !at)
        return false;
    if (at)
        free(*at);
    if (!value) {
        *at = variables[--n_variables];
        return true;
    }
    size_t size = strlen(name) + strlen(value) + 2;
    char *variable = mem_alloc(size);
    stpcpy(stpcpy(stpcpy(variable, name), "="), value);
    if (at)
        *at = variable;
    else
        add(variable);
    return true;
}

/* -- texts --------------------------------------------------------------------- */

static char *utf8_of(const uint16_t *chars)
{
    uint32_t n = 0;
    while (chars[n])
        n++;
    String *string = string_from_utf16(chars, n);
    return string ? string_to_utf8(string) : NULL;
}

/* A copy of "NAME=value"'s value; NULL: there is none. */
static char *value_of(const char *name)
{
    lock_acquire(&lock);
    char **at = find(name);
    char *value = at ? mem_strdup(*at + strlen(name) + 1) : NULL;
    lock_release(&lock);
    return value;
}

/* -- QCalls -------------------------------------------------------------------- */

/* The length, or, when that and a NUL do not fit, the room it takes. 0 may also be an
 * error. */
static uint32_t get_variable(const uint16_t *name, uint16_t *buffer, uint32_t size)
{
    char *name8 = utf8_of(name);
    char *value8 = name8 ? value_of(name8) : NULL;
    free(name8);
    if (!value8) {
        errno = ERROR_ENVVAR_NOT_FOUND;
        return 0;
    }
    const String *value = string_from_utf8(value8);
    free(value8);
    if (!value)
        return 0; /* with an exception */
    errno = 0;
    uint32_t n = (uint32_t)value->length;
    if (n >= size)
        return n + 1;
    memcpy(buffer, value->chars, (n + 1) * sizeof *buffer);
    return n;
}

static int32_t set_variable(const uint16_t *name, const uint16_t *value)
{
    char *name8 = utf8_of(name);
    char *value8 = name8 && value ? utf8_of(value) : NULL;
    bool ok = name8 && (!value || value8);
    if (ok) {
        lock_acquire(&lock);
        ok = put(name8, value8);
        lock_release(&lock);
    }
    free(name8);
    free(value8);
    if (!ok)
        errno = ERROR_ENVVAR_NOT_FOUND;
    return ok;
}

/* All variables one after the other, each with a NUL, another one at the end; malloc.
 */
static uint16_t *get_block(void)
{
    uint16_t *block = NULL;
    size_t n = 0;
    lock_acquire(&lock);
    copy_once();
    size_t n_copies = n_variables;
    char **copies = mem_array(n_copies + 1, sizeof *copies);
    for (size_t i = 0; i < n_copies; i++)
        copies[i] = mem_strdup(variables[i]);
    lock_release(&lock);
    for (size_t i = 0; i < n_copies; i++) {
        const String *text = string_from_utf8(copies[i]);
        free(copies[i]);
        if (!text)
            continue; /* with an exception */
        size_t chars = (size_t)text->length + 1;
        block = mem_resize(block, n + chars + 1, sizeof *block);
        memcpy(block + n, text->chars, chars * sizeof *block);
        n += chars;
    }
    free(copies);
    block = mem_resize(block, n + 1, sizeof *block);
    block[n] = 0;
    return block;
}

static int32_t free_block(uint16_t *block)
{
    free(block);
    return true;
}

const QcallRow qcalls_environment_block[] = {
    QCALL(GetEnvironmentVariableW, get_variable),
    QCALL(SetEnvironmentVariableW, set_variable),
    QCALL(GetEnvironmentStringsW, get_block),
    QCALL(FreeEnvironmentStringsW, free_block),
    QCALLS_END,
};
