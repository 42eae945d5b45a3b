#include "crossgen/assembler.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* The options are those that libgccjit's driver passes on (codegen/context.c). */
static int assembler_spawn(pid_t *pid, int input, const char *object)
{
    char *argv[] = {"as", "--64", "-mx86-used-note=yes", "-o", (char *)(size_t)object,
                    NULL};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    int code = posix_spawnp(pid, "as", &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    return code;
}

bool assembler_start(Assembler *as, const char *object, Err *err)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC))
        return err_set(err, ERR_IO, "pipe: %s", strerror(errno));
    int code = assembler_spawn(&as->pid, ends[0], object);
    close(ends[0]);
    if (code) {
        close(ends[1]);
        return err_set(err, ERR_IO, "as: %s", strerror(code));
    }
    as->pipe = ends[1];
    snprintf(as->input, sizeof as->input, "/proc/self/fd/%d", ends[1]);
    return true;
}

bool assembler_finish(Assembler *as, Err *err)
{
    int status = 0;
    close(as->pipe);
    while (waitpid(as->pid, &status, 0) < 0 && errno == EINTR)
        ;
    return (WIFEXITED(status) && !WEXITSTATUS(status)) ||
           err_set(err, ERR_UNSUPPORTED, "the assembler failed");
}
