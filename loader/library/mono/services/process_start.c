/* process_start.c - starting other programs. */
#include "loader/library/mono/services/process.h"

#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "common/base/bytes.h"

void shell_words_free(ShellWords *words)
{
    for (size_t i = 0; i < words->n; i++)
        free(words->at[i]);
    vec_free(words);
}

void shell_words_split(const char *text, ShellWords *out)
{
    while (*text) {
        while (isspace((unsigned char)*text))
            text++;
        if (!*text)
            break;
        Buffer word = BUFFER_INIT;
        char quote = 0;
        for (; *text && (quote || !isspace((unsigned char)*text)); text++) {
            if (quote ? *text == quote : (*text == '"' || *text == '\''))
                quote = quote ? 0 : *text;
            else if (*text == '\\' && text[1] && quote != '\'' &&
                     (!quote || text[1] == '"' || text[1] == '\\'))
                buffer_u8(&word, (uint8_t) * ++text);
            else
                buffer_u8(&word, (uint8_t)*text);
        }
        buffer_u8(&word, 0);
        *vec_push(out) = (char *)word.data;
    }
}

int process_start(char **argv, char **variables, const char *directory,
                  const int64_t fds[3], pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attr;
    sigset_t none, defaults;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attr);
    sigemptyset(&none);
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    sigaddset(&defaults, SIGXFSZ);
    posix_spawnattr_setsigmask(&attr, &none);
    posix_spawnattr_setsigdefault(&attr, &defaults);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    for (int i = 0; i < 3; i++)
        if (fds[i] != i)
            posix_spawn_file_actions_adddup2(&actions, (int)fds[i], i);
    if (directory && *directory)
        posix_spawn_file_actions_addchdir_np(&actions, directory);
    int error = posix_spawnp(pid, argv[0], &actions, &attr, argv, variables);
    struct stat st;
    if (error == EACCES && !stat(argv[0], &st) && S_ISDIR(st.st_mode))
        error = ENOENT;
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attr);
    return error;
}
