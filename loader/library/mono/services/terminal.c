/* terminal.c - the terminal behind standard input and output: its modes, size and
 * signals. Until terminal_start all of them are left as they are.
 */
#include "loader/library/mono/services/terminal.h"

#include <errno.h>
#include <poll.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static struct termios initial, current; /* as found; as the program has it */
static volatile sig_atomic_t is_set_up;
static char *keypad_text, *teardown_text; /* written to the terminal; or NULL */
static int32_t columns_and_lines;         /* columns << 16 | lines; -1: not known */
static sem_t interrupts;

/* -- modes --------------------------------------------------------------------- */

static bool set_local_mode(tcflag_t flag, bool on)
{
    struct termios modes;
    if (tcgetattr(STDIN_FILENO, &modes))
        return false;
    tcflag_t wanted = on ? modes.c_lflag | flag : modes.c_lflag & ~flag;
    if (wanted == modes.c_lflag)
        return true;
    modes.c_lflag = wanted;
    if (tcsetattr(STDIN_FILENO, TCSANOW, &modes))
        return false;
    current = modes;
    return true;
}

bool terminal_set_echo(bool on)
{
    return set_local_mode(ECHO, on);
}

bool terminal_set_break(bool break_is_input)
{
    return set_local_mode(ISIG, !break_is_input);
}

int terminal_bytes_ready(int ms)
{
    struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
    int ready, n = 0;
    do
        ready = poll(&in, 1, ms);
    while (ready < 0 && errno == EINTR);
    return ready > 0 && !ioctl(STDIN_FILENO, FIONREAD, &n) ? n : 0;
}

/* -- signals: only what may be called in a handler -----------------------------------
 */

/* Another process group's terminal is not to be touched: that stops the process. */
static bool in_foreground(void)
{
    return tcgetpgrp(STDIN_FILENO) == getpgrp();
}

static void write_text(const char *text)
{
    if (!text)
        return;
    ssize_t ignored = write(STDOUT_FILENO, text, strlen(text));
    (void)ignored;
}

void terminal_restore(void)
{
    if (!is_set_up)
        return;
    is_set_up = false;
    if (!in_foreground())
        return;
    write_text(teardown_text);
    tcflush(STDIN_FILENO, TCIFLUSH);
    initial.c_lflag |= ECHO;
    tcsetattr(STDIN_FILENO, TCSANOW, &initial);
}

static int32_t find_dimensions(void)
{
    struct winsize size;
    return ioctl(STDIN_FILENO, TIOCGWINSZ, &size) ? -1
                                                  : size.ws_col << 16 | size.ws_row;
}

static void on_resize(void)
{
    int32_t dimensions = find_dimensions();
    if (dimensions != -1)
        __atomic_store_n(&columns_and_lines, dimensions, __ATOMIC_RELAXED);
}

/* A shell may have changed the modes while the program was stopped. */
static void on_continue(void)
{
    if (!is_set_up || !in_foreground())
        return;
    tcsetattr(STDIN_FILENO, TCSANOW, &current);
    write_text(keypad_text);
}

static void on_interrupt(void)
{
    sem_post(&interrupts);
}

static struct Handler {
    int signal;
    void (*handle)(void);
    bool ends; /* the process, unless somebody else handles it */
    struct sigaction before;
} handlers[] = {
    {.signal = SIGINT, .handle = on_interrupt},
    {.signal = SIGCONT, .handle = on_continue},
    {.signal = SIGWINCH, .handle = on_resize},
    {.signal = SIGHUP, .handle = terminal_restore, .ends = true},
    {.signal = SIGQUIT, .handle = terminal_restore, .ends = true},
    {.signal = SIGTERM, .handle = terminal_restore, .ends = true},
    {.signal = SIGABRT, .handle = terminal_restore, .ends = true},
};

enum { N_HANDLERS = sizeof handlers / sizeof *handlers };

static void on_signal(int signal, siginfo_t *info, void *context)
{
    int saved = errno;
    const struct Handler *h = handlers;
    while (h->signal != signal)
        h++;
    h->handle();
    if (h->ends) {
        struct sigaction none = {.sa_handler = SIG_DFL};
        sigaction(signal, &none, NULL);
        raise(signal); /* comes when this handler returns */
    } else if (h->before.sa_flags & SA_SIGINFO) {
        h->before.sa_sigaction(signal, info, context);
    } else if (h->before.sa_handler != SIG_DFL && h->before.sa_handler != SIG_IGN) {
        h->before.sa_handler(signal);
    }
    errno = saved;
}

static void set_handlers(void)
{
    struct sigaction action = {.sa_sigaction = on_signal,
                               .sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < N_HANDLERS; i++) {
        struct Handler *h = &handlers[i];
        sigaction(h->signal, NULL, &h->before);
        bool is_default =
            !(h->before.sa_flags & SA_SIGINFO) && h->before.sa_handler == SIG_DFL;
        if (!h->ends || is_default)
            sigaction(h->signal, &action, NULL);
    }
}

/* -- start --------------------------------------------------------------------- */

static int32_t dimensions_by_environment(void)
{
    const char *columns = getenv("COLUMNS"), *lines = getenv("LINES");
    int width = columns ? atoi(columns) : 0, height = lines ? atoi(lines) : 0;
    return width && height ? width << 16 | height : -1;
}

bool terminal_set_modes(void)
{
    if (tcgetattr(STDIN_FILENO, &initial))
        return false;
    current = initial;
    current.c_lflag &= ~(tcflag_t)ICANON;
    current.c_iflag &= ~(tcflag_t)(IXON | IXOFF);
    current.c_cc[VMIN] = 1;
    current.c_cc[VTIME] = 0;
    return !tcsetattr(STDIN_FILENO, TCSANOW, &current);
}

void terminal_control_characters(uint8_t out[N_CONTROL_CHARACTERS])
{
    static const uint8_t which[N_CONTROL_CHARACTERS] = {
        VINTR, VQUIT, VERASE, VKILL,    VEOF,     VTIME,   VMIN,   VSWTC, VSTART,
        VSTOP, VSUSP, VEOL,   VREPRINT, VDISCARD, VWERASE, VLNEXT, VEOL2};
    for (size_t i = 0; i < sizeof which; i++)
        out[i] = current.c_cc[which[i]];
}

int32_t *terminal_dimensions(void)
{
    columns_and_lines = find_dimensions();
    if (columns_and_lines == -1)
        columns_and_lines = dimensions_by_environment();
    return &columns_and_lines;
}

bool terminal_is_started(void)
{
    return is_set_up;
}

void terminal_prepare(char *keypad, char *teardown)
{
    keypad_text = keypad;
    teardown_text = teardown;
    sem_init(&interrupts, 0, 0);
}

void terminal_start(void)
{
    is_set_up = true;
    set_handlers();
    (void)atexit(terminal_restore);
}

void terminal_wait_interrupt(void)
{
    while (sem_wait(&interrupts))
        ;
}
