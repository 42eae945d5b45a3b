/* mutex.c - System.Threading.Mutex. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "loader/library/coreclr/table.h"
#include "loader/library/coreclr/threading/wait_table.h"
#include "loader/vm/string.h"

/* UTF-8, malloc. NULL: none is given, or errno says why it is no name. */
static char *name_of(const uint16_t *chars)
{
    enum { LONGEST = 260 };
    uint32_t n = 0;
    while (chars[n])
        n++;
    String *string = string_from_utf16(chars, n);
    char *name = string ? string_to_utf8(string) : NULL;
    const char *end = name ? name : "";
    if (!strncmp(end, "Global\\", 7))
        end += 7;
    else if (!strncmp(end, "Local\\", 6))
        end += 6;
    if (strlen(end) > LONGEST)
        errno = ERROR_FILENAME_EXCED_RANGE;
    else if (!*end || strpbrk(end, "/\\"))
        errno = ERROR_INVALID_NAME;
    else
        return name;
    free(name);
    return NULL;
}

static void *create_unnamed(bool owned)
{
    bool created;
    return wait_table_add(mutex_create(owned, NULL, &created));
}

static void *create(int32_t owned, const uint16_t *chars, int32_t own_user,
                    void *error_text, uint32_t error_size)
{
    (void)own_user;
    if (error_size)
        *(char *)error_text = '\0';
    if (!chars || !*chars)
        return create_unnamed(owned);
    char *name = name_of(chars);
    if (!name)
        return NULL;
    bool created;
    void *handle = wait_table_add(mutex_create(owned, name, &created));
    free(name);
    errno = created ? 0 : ERROR_ALREADY_EXISTS;
    return handle;
}

static void *open_existing(const uint16_t *chars, int32_t own_user, void *error_text,
                           uint32_t error_size)
{
    (void)own_user;
    if (error_size)
        *(char *)error_text = '\0';
    char *name = name_of(chars);
    if (!name)
        return NULL;
    WaitObject *mutex = wait_object_open('m', name);
    free(name);
    if (mutex)
        return wait_table_add(mutex);
    errno = ERROR_FILE_NOT_FOUND;
    return NULL;
}

const QcallRow qcalls_mutex[] = {
    QCALL(PAL_CreateMutexW, create),
    QCALL(PAL_OpenMutexW, open_existing),
    QCALLS_END,
};
