#include "common/base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static LogLevel current = LOG_WARN;
static LogSink *sink;
static void *sink_user;
static const char *program = "codicil";

void log_set_level(LogLevel level)
{
    current = level;
}

bool log_level_parse(const char *name, LogLevel *level)
{
    static const char *const names[] = {"error", "warn", "info", "debug"};
    for (int i = 0; i < 4; i++)
        if (!strcmp(name, names[i])) {
            *level = (LogLevel)i;
            return true;
        }
    return false;
}

void log_set_sink(LogSink *new_sink, void *user)
{
    sink = new_sink;
    sink_user = user;
}

void log_set_program(const char *name)
{
    program = name;
}

bool log_enabled(LogLevel level)
{
    return level <= current;
}

void log_line(LogLevel level, const char *format, ...)
{
    char line[2048];
    va_list args;
    if (!log_enabled(level))
        return;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (sink)
        sink(sink_user, level, line);
    else
        fprintf(stderr, "%s: %s\n", program, line);
}

static void last_line(const char *kind, const char *format, va_list args)
{
    char line[1024];
    vsnprintf(line, sizeof line, format, args);
    dprintf(STDERR_FILENO, "%s: %s%s\n", program, kind, line);
}

void log_final(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    last_line("", format, args);
    va_end(args);
}

void log_fatal(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    last_line("fatal: ", format, args);
    va_end(args);
    abort();
}
