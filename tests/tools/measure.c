/* measure COMMAND...: runs it and ends with its exit code; the last line on stderr is
 * `measure WALL_US MAX_RSS_KB USER_US SYSTEM_US`. With -q the command's own output is
 * dropped. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long microseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static long long of_timeval(struct timeval time)
{
    return (long long)time.tv_sec * 1000000 + time.tv_usec;
}

static void run_child(char **command, int quiet)
{
    if (quiet) {
        int null = open("/dev/null", O_RDWR);
        dup2(null, STDOUT_FILENO);
        dup2(null, STDERR_FILENO);
    }
    execvp(command[0], command);
    perror(command[0]);
    _exit(127);
}

int main(int argc, char **argv)
{
    int quiet = argc > 1 && !strcmp(argv[1], "-q");
    if (argc < 2 + quiet) {
        fprintf(stderr, "usage: measure [-q] COMMAND...\n");
        return 2;
    }
    long long start = microseconds();
    pid_t child = fork();
    if (child < 0) {
        perror("fork");
        return 2;
    }
    if (child == 0)
        run_child(argv + 1 + quiet, quiet);
    int status;
    struct rusage usage;
    if (wait4(child, &status, 0, &usage) < 0) {
        perror("wait4");
        return 2;
    }
    fprintf(stderr, "measure %lld %ld %lld %lld\n", microseconds() - start,
            usage.ru_maxrss, of_timeval(usage.ru_utime), of_timeval(usage.ru_stime));
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
