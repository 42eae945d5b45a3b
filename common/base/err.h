/* err.h - what is wrong with bad input: one message, first failure wins.
 *
 * Functions that can meet bad input take an Err * last and return bool (or a
 * pointer, NULL on failure). Context is put in front on the way out. At run time one
 * place (loader/vm/exception.c) turns an Err into a managed exception of its kind.
 */
#ifndef COMMON_BASE_ERR_H
#define COMMON_BASE_ERR_H

#include <stdbool.h>

/* The kinds name the managed exception that the failure becomes. */
typedef enum ErrKind {
#define ERROR_KIND(name) ERR_##name,
#include "common/base/errors.def"
#undef ERROR_KIND
    ERR_KINDS,
} ErrKind;

typedef struct Err {
    ErrKind kind; /* ERR_NONE: no failure so far */
    char text[480];
} Err;

#define ERR_INIT                                                                       \
    {                                                                                  \
        .kind = ERR_NONE, .text = ""                                                   \
    }

/* Sets the failure unless one is set already; always returns false. */
bool err_set(Err *err, ErrKind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "context: " in front of the text of a failure; always returns false. */
bool err_context(Err *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
