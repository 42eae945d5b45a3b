/* worker.c - see worker_private.h. */
#include "loader/exec/worker_private.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/hash.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "loader/exec/bind.h"
#include "loader/vm/vm.h"

#ifndef CODICIL_BINDIR
#define CODICIL_BINDIR "/usr/local/bin"
#endif

enum { WORKER_FD = 3, PATH_ROOM = 4096, ANSWER_SECONDS = 60 };

static struct {
    int socket; /* -1: no worker */
    pid_t pid;  /* 0: none to be waited for; atomic */
    uint32_t id, served;
    bool ending; /* the process is about to end: start no other; atomic */
    char *dir;   /* the worker's, malloc; NULL: it has not told; atomic */
} worker = {.socket = -1};

/* The worker's directory becomes known (NULL: to nobody). Whole at once, since
 * worker_kill may remove it at any time. Returns the one before; free. */
static char *worker_set_dir(char *dir)
{
    return __atomic_exchange_n(&worker.dir, dir, __ATOMIC_ACQ_REL);
}

/* -- its start ----------------------------------------------------------------- */

static bool worker_path(char *out, size_t size)
{
    const char *given = secure_getenv("CODICIL_CROSSGEN");
    if (given && *given)
        return snprintf(out, size, "%s", given) < (int)size;
    ssize_t n = readlink("/proc/self/exe", out, size - 16);
    if (n > 0) {
        out[n] = '\0';
        char *slash = strrchr(out, '/');
        strcpy(slash ? slash + 1 : out, "crossgen");
        if (!access(out, X_OK))
            return true;
    }
    return snprintf(out, size, "%s", CODICIL_BINDIR "/crossgen") < (int)size &&
           !access(out, X_OK);
}

uint32_t worker_identity(void)
{
    char path[PATH_ROOM];
    struct stat st;
    if (!worker_path(path, sizeof path) || stat(path, &st))
        return 0;
    int64_t facts[] = {st.st_size, st.st_mtim.tv_sec, st.st_mtim.tv_nsec};
    return (uint32_t)hash_bytes(facts, sizeof facts);
}

/* A clean environment: PATH chooses the assembler that is run. */
static bool worker_spawn(int socket, Err *err)
{
    char path[PATH_ROOM], number[16];
    char *env[] = {"PATH=/usr/bin:/bin", "LC_ALL=C", NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attr;
    sigset_t none;
    pid_t pid;
    if (!worker_path(path, sizeof path))
        return err_set(err, ERR_IO, "no crossgen program beside codicil");
    snprintf(number, sizeof number, "%d", WORKER_FD);
    char *argv[] = {path, "--worker", number, NULL};
    sigemptyset(&none);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, socket, WORKER_FD);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", 0, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    /* What the assembler says of a full disk is no output of the program. */
    if (!log_enabled(LOG_DEBUG))
        posix_spawn_file_actions_adddup2(&actions, 1, 2);
    posix_spawnattr_init(&attr);
    posix_spawnattr_setsigmask(&attr, &none);
    posix_spawnattr_setpgroup(&attr, 0); /* the terminal's signals are the program's */
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
    int code = posix_spawn(&pid, path, &actions, &attr, argv, env);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attr);
    if (code)
        return err_set(err, ERR_IO, "%s: %s", path, strerror(code));
    __atomic_store_n(&worker.pid, pid, __ATOMIC_RELEASE);
    return true;
}

static bool worker_greet(Err *err)
{
    Buffer payload = BUFFER_INIT;
    JitHello hello = {.isa = cpu_level_name(cpu_level_of(bind_host()->features)),
                      .library = vm.world->library->name,
                      .library_dir = vm.world->library_dir,
                      .trusted = world_trusted(vm.world),
                      .n_dirs = (uint32_t)vm.world->search_dirs.n,
                      .dirs = (const char **)vm.world->search_dirs.at};
    jit_hello_write(&payload, &hello);
    bool ok = jit_send(worker.socket, JIT_HELLO, 0, buffer_bytes(&payload), -1, err);
    buffer_free(&payload);
    return ok;
}

/* Starts the worker unless it runs. */
static bool worker_start(Err *err)
{
    int pair[2];
    struct timeval patience = {.tv_sec = ANSWER_SECONDS};
    if (worker.socket >= 0)
        return true;
    if (__atomic_load_n(&worker.ending, __ATOMIC_ACQUIRE))
        return err_set(err, ERR_IO, "the program ends");
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
        return err_set(err, ERR_IO, "socketpair: %s", strerror(errno));
    setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    worker.served = 0;
    free(worker_set_dir(NULL));
    bool ok = worker_spawn(pair[1], err);
    close(pair[1]);
    if (ok)
        worker.socket = pair[0];
    else
        close(pair[0]);
    return ok;
}

/* -- its end ------------------------------------------------------------------- */

/* Ends it and takes away what it leaves. Returns how it ended, as waitpid says. */
static int worker_reap(void)
{
    int status = 0;
    pid_t pid = __atomic_exchange_n(&worker.pid, 0, __ATOMIC_ACQ_REL);
    if (!pid)
        return 0;
    kill(-pid, SIGKILL); /* and the assembler that it may have started */
    kill(pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    char *dir = worker_set_dir(NULL);
    if (dir && *dir)
        file_remove_tree(dir);
    free(dir);
    return status;
}

void worker_close(void)
{
    if (worker.socket >= 0)
        close(worker.socket);
    worker.socket = -1;
}

/* After a failed request. Says how the worker ended where that is the reason. */
static void worker_drop(Err *err)
{
    worker_close();
    int status = worker_reap();
    if (err->kind != ERR_IO)
        return;
    *err = (Err)ERR_INIT;
    if (WIFSIGNALED(status))
        err_set(err, ERR_IO, "the JIT worker was killed by signal %d (%s)",
                WTERMSIG(status), strsignal(WTERMSIG(status)));
    else
        err_set(err, ERR_IO, "the JIT worker ended with exit code %d",
                WEXITSTATUS(status));
}

void worker_kill(void)
{
    __atomic_store_n(&worker.ending, true, __ATOMIC_RELEASE);
    worker_reap();
}

/* -- requests ------------------------------------------------------------------ */

static bool receive_answer(JitMessage *answer, Err *err)
{
    for (;;) {
        if (!jit_receive(worker.socket, answer, err))
            return false;
        if (answer->kind == JIT_ANSWER && answer->id == worker.id)
            return true;
        bool ready = answer->kind == JIT_READY;
        if (ready) {
            Cursor c = cursor_open(buffer_bytes(&answer->payload));
            free(worker_set_dir(mem_strdup(cursor_cstr(&c))));
        }
        jit_message_free(answer);
        if (!ready)
            return err_set(err, ERR_BAD_IMAGE,
                           "the JIT worker answered what was not asked");
    }
}

static bool ask_once(Bytes request, JitMessage *answer, Err *err)
{
    bool greeted = worker.served || worker_greet(err);
    worker.id++;
    return greeted &&
           jit_send(worker.socket, JIT_COMPILE, worker.id, request, -1, err) &&
           receive_answer(answer, err);
}

/* A worker that has served before may end for reasons of its own (its size, a person's
 * kill), so the request deserves a fresh one. */
bool worker_ask(Bytes request, JitMessage *answer, bool *started, Err *err)
{
    for (;;) {
        *started = worker_start(err);
        if (!*started)
            return false;
        if (ask_once(request, answer, err)) {
            worker.served++;
            return true;
        }
        bool again = worker.served && err->kind == ERR_IO;
        worker_drop(err);
        if (!again)
            return false;
        *err = (Err)ERR_INIT;
    }
}

void worker_tell(JitKind kind, Bytes payload, int fd)
{
    Err ignored = ERR_INIT;
    __atomic_store_n(&worker.ending, false, __ATOMIC_RELEASE); /* but for this one */
    if (worker_start(&ignored)) {
        shutdown(worker.socket, SHUT_RD); /* what comes unread would break the rest */
        if (worker.served || worker_greet(&ignored))
            jit_send(worker.socket, kind, ++worker.id, payload, fd, &ignored);
    }
    worker_close();
}
