/* answer.c - the file of an answer: what is watched, writing, reading. */
#include "common/framework/answer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/hash.h"
#include "common/base/mem.h"
#include "common/base/vec.h"

enum { MAGIC = 0x31485843, PATH_SIZE = 4096, MAX_ITEMS = 4096, IDENTITY = 5 };

/* -- The question ------------------------------------------------------------------ */

/* Of the DOTNET_ variables all but those of the command-line tools count: one too many
 * only makes the host be asked again. */
static bool decides(const char *variable)
{
    return !strncmp(variable, "DOTNET_", 7) &&
           strncmp(variable, "DOTNET_CLI_", 11) != 0;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* These two name directories of more deps files and packages. */
static bool is_unwatched(const char *variable)
{
    return !strncmp(variable, "DOTNET_ADDITIONAL_DEPS=", 23) ||
           !strncmp(variable, "DOTNET_SHARED_STORE=", 20);
}

bool question_open(Question *question, const char *app, const char *root)
{
    VEC(char *) found = {0};
    bool watched = true;
    *question = (Question){.app = app, .root = root, .variables = BUFFER_INIT};
    for (char **variable = environ; variable && *variable; variable++)
        if (decides(*variable)) {
            watched = watched && !is_unwatched(*variable);
            *vec_push(&found) = *variable;
        }
    if (found.n)
        qsort(found.at, found.n, sizeof *found.at, compare_texts);
    buffer_u32(&question->variables, (uint32_t)found.n);
    for (size_t i = 0; i < found.n; i++)
        buffer_cstr(&question->variables, found.at[i]);
    vec_free(&found);
    return watched;
}

void question_close(Question *question)
{
    buffer_free(&question->variables);
}

static void question_write(Buffer *out, const Question *question)
{
    buffer_cstr(out, question->app);
    buffer_cstr(out, question->root);
    buffer_put(out, question->variables.data, question->variables.size);
}

void question_name(const Question *question, char name[ANSWER_NAME])
{
    Buffer bytes = BUFFER_INIT;
    question_write(&bytes, question);
    snprintf(name, ANSWER_NAME, "%016llx.host",
             (unsigned long long)hash_bytes(bytes.data, bytes.size));
    buffer_free(&bytes);
}

/* -- What decides ------------------------------------------------------------------ */

typedef struct Identity {
    uint64_t exists, value[IDENTITY];
} Identity;

static Identity identity_of(const char *path)
{
    struct stat st;
    Identity id = {.exists = 0};
    if (stat(path, &st))
        return id;
    const uint64_t value[IDENTITY] = {
        st.st_dev, st.st_ino, S_ISDIR(st.st_mode) ? 0 : (uint64_t)st.st_size,
        (uint64_t)st.st_mtim.tv_sec, (uint64_t)st.st_mtim.tv_nsec};
    id.exists = 1;
    memcpy(id.value, value, sizeof value);
    return id;
}

typedef struct Watch {
    Buffer out; /* the rows */
    uint32_t n;
    VEC(char *) paths;
    struct timespec asked;
    bool late; /* one has changed since */
} Watch;

static void watch_add(Watch *watch, const char *path)
{
    for (size_t i = 0; i < watch->paths.n; i++)
        if (!strcmp(watch->paths.at[i], path))
            return;
    *vec_push(&watch->paths) = mem_strdup(path);
    Identity id = identity_of(path);
    int64_t s = (int64_t)id.value[3], ns = (int64_t)id.value[4];
    watch->late = watch->late || s > watch->asked.tv_sec ||
                  (s == watch->asked.tv_sec && ns >= watch->asked.tv_nsec);
    buffer_cstr(&watch->out, path);
    buffer_u8(&watch->out, (uint8_t)id.exists);
    for (int i = 0; i < IDENTITY; i++)
        buffer_u64(&watch->out, id.value[i]);
    watch->n++;
}

/* The directory of a file, into PATH_SIZE bytes; "" when it has none. */
static void dir_of(char *dir, const char *path, size_t length)
{
    int n = snprintf(dir, PATH_SIZE, "%.*s", (int)length, path);
    char *slash = n < PATH_SIZE ? strrchr(dir, '/') : NULL;
    *(slash ? slash : dir) = '\0';
}

/* A framework's own file, what lies beside it, and which versions there are. */
static void watch_framework(Watch *watch, const char *deps, size_t n)
{
    char path[PATH_SIZE];
    if ((size_t)snprintf(path, sizeof path, "%.*s", (int)n, deps) >= sizeof path)
        return;
    watch_add(watch, path);
    for (int i = 0; i < 2; i++) {
        char *slash = strrchr(path, '/');
        *(slash ? slash : path) = '\0';
        watch_add(watch, path);
    }
}

static void watch_all(Watch *watch, const Question *question,
                      const HostProperties *properties)
{
    static const char *const own[] = {".runtimeconfig.json", ".runtimeconfig.dev.json",
                                      ".deps.json"};
    char path[PATH_SIZE], app_deps[PATH_SIZE];
    const char *deps, *list = properties_get(properties, PROPERTY_DEPS);
    size_t n;
    watch_add(watch, question->app);
    for (int i = 0; i < 3; i++) {
        file_sibling(path, sizeof path, question->app, own[i]);
        watch_add(watch, path);
    }
    strcpy(app_deps, path);
    if (access(app_deps, F_OK)) { /* then what lies beside the program decides */
        dir_of(path, question->app, strlen(question->app));
        watch_add(watch, path);
    }
    snprintf(path, sizeof path, "%s/host/fxr", question->root);
    watch_add(watch, path);
    while ((deps = properties_next(&list, ';', &n)))
        if (n != strlen(app_deps) || strncmp(deps, app_deps, n) != 0)
            watch_framework(watch, deps, n);
}

/* -- Files that lie elsewhere --------------------------------------------------------
 */

/* Assemblies in a directory that is watched are there. Of the others the program's own
 * must be, and one from elsewhere would not be taken if the program had it. */
static bool assembly_holds(const char *path, const char *app_dir)
{
    char beside[PATH_SIZE];
    const char *name = strrchr(path, '/');
    size_t n = strlen(app_dir);
    if (!name || access(path, F_OK))
        return false;
    if (!strncmp(path, app_dir, n) && path[n] == '/')
        return true;
    return snprintf(beside, sizeof beside, "%s%s", app_dir, name) < PATH_SIZE &&
           access(beside, F_OK) != 0;
}

typedef VEC(const char *) Paths;

static bool is_in(const Paths *watched, const char *path)
{
    char dir[PATH_SIZE];
    dir_of(dir, path, strlen(path));
    for (size_t i = 0; i < watched->n; i++)
        if (!strcmp(watched->at[i], dir))
            return true;
    return false;
}

static bool assemblies_hold(const HostProperties *properties, const Paths *watched,
                            const char *app)
{
    char app_dir[PATH_SIZE], path[PATH_SIZE];
    const char *at, *list = properties_get(properties, PROPERTY_TRUSTED);
    size_t n;
    dir_of(app_dir, app, strlen(app));
    while ((at = properties_next(&list, ':', &n))) {
        if (snprintf(path, sizeof path, "%.*s", (int)n, at) >= PATH_SIZE)
            return false;
        if (!is_in(watched, path) && !assembly_holds(path, app_dir))
            return false;
    }
    return true;
}

/* -- Writing and reading -------------------------------------------------------------
 */

bool answer_write(Buffer *out, const Question *question,
                  const HostProperties *properties, struct timespec asked)
{
    Watch watch = {.out = BUFFER_INIT, .asked = asked};
    Buffer body = BUFFER_INIT;
    watch_all(&watch, question, properties);
    question_write(&body, question);
    buffer_u32(&body, watch.n);
    buffer_put(&body, watch.out.data, watch.out.size);
    buffer_u32(&body, properties->n);
    for (uint32_t i = 0; i < properties->n; i++) {
        buffer_cstr(&body, properties->names[i]);
        buffer_cstr(&body, properties->values[i]);
    }
    buffer_u32(out, MAGIC);
    buffer_u64(out, hash_bytes(body.data, body.size));
    buffer_put(out, body.data, body.size);
    for (size_t i = 0; i < watch.paths.n; i++)
        free(watch.paths.at[i]);
    vec_free(&watch.paths);
    buffer_free(&watch.out);
    buffer_free(&body);
    return !watch.late;
}

static bool read_question(Cursor *c, const Question *question)
{
    Buffer wanted = BUFFER_INIT;
    question_write(&wanted, question);
    bool same = bytes_equal(cursor_bytes(c, wanted.size), buffer_bytes(&wanted));
    buffer_free(&wanted);
    return same;
}

static bool read_watched(Cursor *c, Paths *watched)
{
    uint32_t n = cursor_u32(c);
    for (uint32_t i = 0; i < n && n <= MAX_ITEMS; i++) {
        const char *path = cursor_cstr(c);
        Identity id = {.exists = cursor_u8(c)};
        for (int k = 0; k < IDENTITY; k++)
            id.value[k] = cursor_u64(c);
        Identity now = identity_of(path);
        if (c->failed || memcmp(&id, &now, sizeof id) != 0)
            return false;
        *vec_push(watched) = path;
    }
    return n <= MAX_ITEMS && !c->failed;
}

static bool read_properties(Cursor *c, HostProperties *properties)
{
    uint32_t n = cursor_u32(c);
    for (uint32_t i = 0; i < n && n <= MAX_ITEMS && !c->failed; i++) {
        const char *name = cursor_cstr(c), *value = cursor_cstr(c);
        if (!c->failed)
            properties_add(properties, name, value);
    }
    return n <= MAX_ITEMS && !c->failed && !cursor_left(c);
}

/* A fuzzer shall get behind the hash. */
static bool hash_holds(Bytes body, uint64_t wanted)
{
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
    (void)body;
    (void)wanted;
    return true;
#else
    return hash_bytes(body.data, body.size) == wanted;
#endif
}

bool answer_read(Bytes file, const Question *question, HostProperties *properties)
{
    Paths watched = {0};
    Cursor c = cursor_open(file);
    bool magic = cursor_u32(&c) == MAGIC;
    uint64_t hash = cursor_u64(&c);
    *properties = (HostProperties){.n = 0};
    bool ok = magic && !c.failed && hash_holds((Bytes){c.at, cursor_left(&c)}, hash) &&
              read_question(&c, question) && read_watched(&c, &watched) &&
              read_properties(&c, properties) &&
              assemblies_hold(properties, &watched, question->app);
    vec_free(&watched);
    if (!ok)
        properties_free(properties);
    return ok;
}
