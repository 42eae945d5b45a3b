/* onpty STEP... -- COMMAND...: runs it on a terminal of its own and says what happened.
 * Steps, one after the other:
 *   size:COLUMNSxLINES   of the window
 *   wait:TEXT            until the output since the last step has it; 60 s at most
 *   send:TEXT            types it; a cursor's position is answered for by send, too
 *   signal:NUMBER        to the process
 *   group:NUMBER         to all that runs in the foreground
 *   modes:               prints the modes that the terminal has now
 *   stopped:             until the process has stopped
 *   set:MODE, clear:MODE echo, icanon or isig: as a shell would
 * Whoever asks where the cursor is gets an answer, as from a terminal.
 * Then the output until the end, its escapes made visible, the modes that are left, and
 * how the process ended. */
#include <ctype.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <utmp.h>

enum { LIMIT_MS = 60000, ROOM = 1 << 16 };

static int terminal;
static pid_t child;
static char output[ROOM];
static size_t length, searched;

static long long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void type(const char *text)
{
    if (write(terminal, text, strlen(text)) < 0)
        perror("terminal");
}

static void answer(const char *asked)
{
    while ((asked = strstr(asked, "\x1b[6n"))) {
        type("\x1b[5;1R");
        asked++;
    }
}

/* False: the other end is closed. */
static int read_some(int ms)
{
    struct pollfd in = {.fd = terminal, .events = POLLIN};
    if (poll(&in, 1, ms) <= 0)
        return 1;
    ssize_t n = read(terminal, output + length, ROOM - 1 - length);
    if (n <= 0)
        return 0;
    output[length + (size_t)n] = '\0';
    answer(output + length);
    length += (size_t)n;
    return 1;
}

static void wait_for(const char *text)
{
    long long end = now_ms() + LIMIT_MS;
    const char *found = NULL;
    while (!(found = strstr(output + searched, text)) && now_ms() < end)
        if (!read_some(100))
            break;
    if (found)
        searched = (size_t)(found - output) + strlen(text);
    else
        printf("never came: %s\n", text);
}

static tcflag_t mode_named(const char *name)
{
    return !strcmp(name, "echo") ? ECHO : !strcmp(name, "icanon") ? ICANON : ISIG;
}

static void print_modes(void)
{
    static const char *const names[] = {"echo", "icanon", "isig"};
    struct termios modes;
    if (tcgetattr(terminal, &modes))
        return;
    printf("modes:");
    for (int i = 0; i < 3; i++)
        printf(" %s%s", modes.c_lflag & mode_named(names[i]) ? "" : "-", names[i]);
    putchar('\n');
}

static void change_mode(const char *name, int on)
{
    struct termios modes;
    tcgetattr(terminal, &modes);
    modes.c_lflag =
        on ? modes.c_lflag | mode_named(name) : modes.c_lflag & ~mode_named(name);
    tcsetattr(terminal, TCSANOW, &modes);
}

static void set_size(const char *text)
{
    struct winsize size = {0};
    sscanf(text, "%hux%hu", &size.ws_col, &size.ws_row);
    ioctl(terminal, TIOCSWINSZ, &size);
}

static void wait_stopped(void)
{
    int status;
    if (waitpid(child, &status, WUNTRACED) == child && WIFSTOPPED(status))
        puts("stopped");
}

static void run_step(const char *step)
{
    const char *value = strchr(step, ':');
    if (!value++)
        return;
    switch (*step) {
    case 'w':
        wait_for(value);
        break;
    case 'm':
        print_modes();
        break;
    case 'g':
        kill(-tcgetpgrp(terminal), atoi(value));
        break;
    case 'p':
        for (long long end = now_ms() + atoi(value); now_ms() < end;)
            read_some(20);
        break;
    case 'c':
        change_mode(value, 0);
        break;
    default:
        if (!strncmp(step, "size", 4))
            set_size(value);
        else if (!strncmp(step, "set:", 4))
            change_mode(value, 1);
        else if (!strncmp(step, "send", 4) && write(terminal, value, strlen(value)) < 0)
            perror("send");
        else if (!strncmp(step, "signal", 6))
            kill(child, atoi(value));
        else if (!strncmp(step, "stopped", 7))
            wait_stopped();
    }
}

static void print_output(void)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)output[i];
        if (c == '\n' || (isprint(c) && c < 128))
            putchar(c);
        else if (c != '\r')
            printf("\\x%02x", c);
    }
}

/* The terminal is kept open, so that its modes can be read when the child is gone. */
static void run_child(char **command, int slave)
{
    close(terminal);
    login_tty(slave);
    execvp(command[0], command);
    perror(command[0]);
    _exit(127);
}

int main(int argc, char **argv)
{
    int slave, status, dashes = 1;
    while (dashes < argc && strcmp(argv[dashes], "--"))
        dashes++;
    if (dashes + 1 >= argc || openpty(&terminal, &slave, NULL, NULL, NULL))
        return 2;
    for (int i = 1; i < dashes && !strncmp(argv[i], "size", 4); i++)
        set_size(strchr(argv[i], ':') + 1);
    child = fork();
    if (!child)
        run_child(argv + dashes + 1, slave);
    for (int i = 1; i < dashes; i++)
        run_step(argv[i]);
    long long end = now_ms() + LIMIT_MS;
    while (!waitpid(child, &status, WNOHANG))
        if (now_ms() < end) {
            read_some(50);
        } else {
            puts("never ended");
            kill(child, SIGKILL);
            waitpid(child, &status, 0);
            break;
        }
    while (length < ROOM - 1) {
        size_t before = length;
        read_some(20);
        if (length == before)
            break;
    }
    print_output();
    print_modes();
    if (WIFSIGNALED(status))
        printf("signal %d\n", WTERMSIG(status));
    else
        printf("exit %d\n", WEXITSTATUS(status));
    return 0;
}
