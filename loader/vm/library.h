/* library.h - what this floor asks of the class library's part of the runtime.
 *
 * loader/library lies above; its plug-in (loader/host/startup.c calls it) fills this in
 * before the first object is made.
 */
#ifndef LOADER_VM_LIBRARY_H
#define LOADER_VM_LIBRARY_H

#include "loader/vm/thread.h"

typedef struct VmLibrary {
    /* What an object of System.Type holds of its type. NULL: pending exception. */
    void *(*type_word)(Type *type);
    Type *(*type_of_word)(void *word);
    /* The base of an open type as programs see it, if they read it in vtables. */
    Type *(*shown_parent)(Type *type);
    /* Objects that stand for the program, once its main thread is attached. False: err
     * or a pending exception. */
    bool (*start)(Err *err);
    bool (*before_main)(void); /* false: pending exception */
    /* Before code reaches the static fields of a type for the first time: what the
     * runtime has to put there. False: pending exception. NULL: nothing. */
    bool (*before_statics)(const Type *type);
    Array *(*main_args)(void); /* of Main; NULL: pending exception */
    void (*process_exit)(void);
    bool finalizes_at_exit; /* all objects, after that */
    /* Runs the finalizer of an object that has one. False: pending. NULL: as it is. */
    bool (*finalize)(Object *object);
    /* Tells the program of an exception that ends it. True: it had asked to be told. */
    bool (*unhandled)(Object *exception);
    void (*print_unhandled)(Object *exception, bool told);
    /* An exception that nobody catches is told of where it is raised, before finally
     * handlers run, and then SIGABRT ends the process. Else the thread is unwound
     * first, and it ends with an exit code. */
    bool fails_fast;
    bool finalizes_all; /* what is alive when the program ends */
    /* Tells the program of an exception that is raised, when it wants to be told: the
     * handler runs before anybody is searched that catches it. NULL: never. */
    bool (*first_chance_wanted)(void);
    void (*first_chance)(Object *exception);
    /* The stack has no more room: ends the process. NULL: an exception like others. */
    __attribute__((noreturn)) void (*stack_overflow)(void);
    /* Managed code used an address that is none: the same. NULL: the signal ends it. */
    __attribute__((noreturn)) void (*bad_address)(void);
    /* What a failure becomes where it is more than its kind's exception with its text:
     * NULL: pending, or not more. */
    Object *(*exception_of_err)(const Err *err);
    /* What a cast throws, NULL: pending. NULL: words of the exception's own. */
    Object *(*invalid_cast)(Type *from, Type *to);
    /* Objects that say themselves which interfaces they have. NULL: there are none. */
    bool (*casts_itself)(Type *type);
    /* Has it the interface? False: or pending, which it is when it must. */
    bool (*has_interface)(Object *object, Type *interface, bool must);
    /* Where its methods are, an interface, too. NULL: pending. */
    Type *(*interface_methods)(Object *object, Type *interface);
} VmLibrary;

extern const VmLibrary *vm_library_hooks;

#endif
