/* log.h - diagnostics for the person at the terminal or the log file.
 *
 * CODICIL_LOG selects: "error", "warn" (default), "info", "debug". Lines go to stderr
 * or, for an embedded library, to the sink that its host sets. A library never prints
 * on its own: libcodicil's default sink drops everything.
 */
#ifndef COMMON_BASE_LOG_H
#define COMMON_BASE_LOG_H

#include <stdbool.h>

typedef enum LogLevel { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG } LogLevel;
typedef void LogSink(void *user, LogLevel level, const char *line);

void log_set_level(LogLevel level);
bool log_level_parse(const char *name, LogLevel *level);
void log_set_sink(LogSink *sink, void *user); /* NULL: stderr with the program's name */
void log_set_program(const char *name);       /* prefix of stderr lines */
bool log_enabled(LogLevel level);
void log_line(LogLevel level, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The last line of a process that its caller ends now: on stderr, without allocating.
 */
void log_final(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* A broken invariant: says so and aborts. */
void log_fatal(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

#endif
