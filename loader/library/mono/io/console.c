/* console.c - System.ConsoleDriver: the terminal behind standard input and output.
 *
 * Managed code knows the terminal's capabilities (TermInfoDriver) and asks here for its
 * modes, size and signals. All of it starts when a program uses more of the console
 * than plain text: until then the terminal and its signals are left as they are.
 */
#include <errno.h>
#include <poll.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "common/base/log.h"
#include "loader/library/mono/members.h"
#include "loader/library/mono/table.h"
#include "loader/vm/shutdown.h"
#include "loader/vm/thread.h"
#include "loader/exec/invoke.h"
#include "loader/gc/object.h"
#include "loader/vm/array.h"
#include "loader/vm/string.h"
#include "loader/vm/vm.h"

static struct termios initial, current; /* as found; as the program has it */
static volatile sig_atomic_t is_set_up;
static char *keypad_text, *teardown_text; /* written to the terminal; or NULL */
static int32_t columns_and_lines;         /* columns << 16 | lines; -1: not known */
static sem_t interrupts;

static int32_t is_a_tty(int64_t handle)
{
    return isatty((int)handle);
}

/* -- modes --------------------------------------------------------------------- */

static int32_t set_local_mode(tcflag_t flag, bool on)
{
    struct termios modes;
    if (tcgetattr(STDIN_FILENO, &modes))
        return 0;
    tcflag_t wanted = on ? modes.c_lflag | flag : modes.c_lflag & ~flag;
    if (wanted == modes.c_lflag)
        return 1;
    modes.c_lflag = wanted;
    if (tcsetattr(STDIN_FILENO, TCSANOW, &modes))
        return 0;
    current = modes;
    return 1;
}

static int32_t set_echo(int32_t on)
{
    return set_local_mode(ECHO, on);
}

/* break_is_input: Ctrl-C comes as a key. */
static int32_t set_break(int32_t break_is_input)
{
    return set_local_mode(ISIG, !break_is_input);
}

/* Bytes that can be read within ms, -1: for ever. */
static int32_t key_available(int32_t ms)
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

/* At every end of the process but SIGKILL. */
static void tear_down(void)
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
    {.signal = SIGHUP, .handle = tear_down, .ends = true},
    {.signal = SIGQUIT, .handle = tear_down, .ends = true},
    {.signal = SIGTERM, .handle = tear_down, .ends = true},
    {.signal = SIGABRT, .handle = tear_down, .ends = true},
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

/* -- Ctrl-C --------------------------------------------------------------------------
 */

/* Each interrupt becomes an item of the thread pool: the handlers of CancelKeyPress run
 * there, and then, unless one of them cancels it, Environment.Exit(58). */
static void interrupt_main(void *arg)
{
    (void)arg;
    uint64_t result[2];
    for (;;) {
        while (sem_wait(&interrupts))
            ;
        if (!method_invoke(method_console_cancel(), NULL, result))
            vm_die(DIED_IN_RUNTIME_THREAD);
    }
}

/* -- start ---------------------------------------------------------------------------
 */

/* By Mono's ControlCharacters. */
static Array *control_characters(const struct termios *modes)
{
    static const uint8_t which[] = {VINTR,    VQUIT,    VERASE,  VKILL,  VEOF,  VTIME,
                                    VMIN,     VSWTC,    VSTART,  VSTOP,  VSUSP, VEOL,
                                    VREPRINT, VDISCARD, VWERASE, VLNEXT, VEOL2};
    Array *array = array_new_of(vm.world->known.u1, sizeof which);
    for (size_t i = 0; array && i < sizeof which; i++)
        ARRAY_AT(array, uint8_t, i) = modes->c_cc[which[i]];
    return array;
}

static int32_t dimensions_by_environment(void)
{
    const char *columns = getenv("COLUMNS"), *lines = getenv("LINES");
    int width = columns ? atoi(columns) : 0, height = lines ? atoi(lines) : 0;
    return width && height ? width << 16 | height : -1;
}

static bool set_modes(void)
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

/* keypad: sent again when the process continues; teardown: when it ends. *size: changes
 * with the window. TermInfoDriver calls it once. */
static int32_t tty_setup(String *keypad, String *teardown, Array **characters,
                         int32_t **size)
{
    columns_and_lines = find_dimensions();
    if (columns_and_lines == -1)
        columns_and_lines = dimensions_by_environment();
    *size = &columns_and_lines;
    *characters = NULL;
    if (!set_modes() || !(*characters = control_characters(&current)))
        return 0;
    if (is_set_up)
        return 1;
    keypad_text = string_to_utf8(keypad);
    teardown_text = string_to_utf8(teardown);
    sem_init(&interrupts, 0, 0);
    if (!thread_run("Console", interrupt_main, NULL))
        log_line(LOG_WARN, "no thread for Ctrl-C can be started");
    is_set_up = true;
    vm_at_crash = tear_down;
    set_handlers();
    (void)atexit(tear_down);
    return 1;
}

const IcallRow icalls_console_driver[] = {
    ICALL("Isatty", NULL, is_a_tty),
    ICALL("InternalKeyAvailable", NULL, key_available),
    ICALL("TtySetup", NULL, tty_setup),
    ICALL("SetEcho", NULL, set_echo),
    ICALL("SetBreak", NULL, set_break),
    ICALLS_END,
};
