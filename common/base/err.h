/* err.h - what is wrong with bad input: one message, first failure wins.
 *
 * Functions that can meet bad input take an Err * last and return bool (or a
 * pointer, NULL on failure). Context is put in front on the way out. At run time one
 * place (loader/vm/exception.c) turns an Err into a managed exception of its kind.
 */
#ifndef COMMON_BASE_ERR_H
#define COMMON_BASE_ERR_H

#include <stdbool.h>

/* The kinds name the managed exception that the failure becomes. Images have their
 * numbers (format/grammar.h): new ones go to the end. */
typedef enum ErrKind {
    ERR_NONE,
    ERR_IO,              /* System.IO.FileNotFoundException: a file can't be read */
    ERR_BAD_IMAGE,       /* System.BadImageFormatException */
    ERR_TYPE_LOAD,       /* System.TypeLoadException */
    ERR_MISSING_METHOD,  /* System.MissingMethodException */
    ERR_MISSING_FIELD,   /* System.MissingFieldException */
    ERR_INVALID_PROGRAM, /* System.InvalidProgramException */
    ERR_METHOD_ACCESS,   /* System.MethodAccessException */
    ERR_FIELD_ACCESS,    /* System.FieldAccessException */
    ERR_DLL_NOT_FOUND,   /* System.DllNotFoundException */
    ERR_ENTRY_POINT,     /* System.EntryPointNotFoundException */
    ERR_UNSUPPORTED,     /* System.NotSupportedException; crossgen: a skip reason */
    ERR_ARGUMENT,        /* System.ArgumentException */
    ERR_AMBIGUOUS,       /* System.Runtime.AmbiguousImplementationException */
    ERR_MEMBER_ACCESS,   /* System.MemberAccessException */
    ERR_TYPE_ACCESS,     /* System.TypeAccessException */
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
