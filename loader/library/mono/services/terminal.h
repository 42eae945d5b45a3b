/* terminal.h - the terminal behind standard input and output. */
#ifndef LOADER_LIBRARY_MONO_SERVICES_TERMINAL_H
#define LOADER_LIBRARY_MONO_SERVICES_TERMINAL_H

#include <stdbool.h>
#include <stdint.h>

bool terminal_set_echo(bool on);
bool terminal_set_break(bool break_is_input); /* Ctrl-C comes as a key */
int terminal_bytes_ready(int ms); /* that can be read within ms; -1: waits for ever */

/* Takes bytes as they are typed. False: standard input is no terminal. */
bool terminal_set_modes(void);
/* columns << 16 | lines, kept up to date once it has started; -1: not known. */
int32_t *terminal_dimensions(void);
/* In the order of ControlCharacters in Mono's class library. */
enum { N_CONTROL_CHARACTERS = 17 };
void terminal_control_characters(uint8_t out[N_CONTROL_CHARACTERS]);

/* keypad: sent again when the process continues; teardown: when it ends. Kept. */
void terminal_prepare(char *keypad, char *teardown);
/* From now on signals are handled, and the terminal is restored at every end of the
 * process but SIGKILL. */
void terminal_start(void);
bool terminal_is_started(void);
/* As it was found; also in a signal's handler. */
void terminal_restore(void);
void terminal_wait_interrupt(void); /* for the next Ctrl-C */

#endif
