/* console_driver.c - System.ConsoleDriver.
 *
 * Managed code knows the terminal's capabilities (TermInfoDriver) and asks here for its
 * modes, size and signals. All of it starts when a program uses more of the console
 * than plain text: until then the terminal and its signals are left as they are.
 */
#include <unistd.h>

#include "common/base/log.h"
#include "loader/gc/barrier.h"
#include "loader/library/mono/members.h"
#include "loader/library/mono/services/terminal.h"
#include "loader/library/mono/table.h"
#include "loader/vm/shutdown.h"
#include "loader/vm/thread.h"
#include "loader/exec/invoke.h"
#include "loader/gc/object.h"
#include "loader/vm/array.h"
#include "loader/vm/string.h"
#include "loader/vm/vm.h"

static int32_t is_a_tty(int64_t handle)
{
    return isatty((int)handle);
}

static int32_t set_echo(int32_t on)
{
    return terminal_set_echo(on);
}

static int32_t set_break(int32_t break_is_input)
{
    return terminal_set_break(break_is_input);
}

static int32_t key_available(int32_t ms)
{
    return terminal_bytes_ready(ms);
}

/* Each interrupt becomes an item of the thread pool: the handlers of CancelKeyPress run
 * there, and then, unless one of them cancels it, Environment.Exit(58). */
static void interrupt_main(void *arg)
{
    (void)arg;
    uint64_t result[2];
    for (;;) {
        terminal_wait_interrupt();
        if (!method_invoke(method_console_cancel(), NULL, result))
            vm_die(DIED_IN_RUNTIME_THREAD);
    }
}

static Array *control_characters(void)
{
    Array *array = array_new_of(vm.world->known.u1, N_CONTROL_CHARACTERS);
    if (array)
        terminal_control_characters(array->data);
    return array;
}

/* *size: changes with the window. TermInfoDriver calls it once. */
static int32_t tty_setup(String *keypad, String *teardown, Array **characters,
                         int32_t **size)
{
    *size = terminal_dimensions();
    *characters = NULL;
    Array *made = terminal_set_modes() ? control_characters() : NULL;
    if (!made)
        return 0;
    gc_store(characters, made);
    if (terminal_is_started())
        return 1;
    terminal_prepare(string_to_utf8(keypad), string_to_utf8(teardown));
    if (!thread_run("Console", interrupt_main, NULL))
        log_line(LOG_WARN, "no thread for Ctrl-C can be started");
    vm_at_crash = terminal_restore;
    terminal_start();
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
