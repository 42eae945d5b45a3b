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
    /* Objects that stand for the program, once its main thread is attached. False: err
     * or a pending exception. */
    bool (*start)(Err *err);
    bool (*before_main)(void); /* false: pending exception */
    Array *(*main_args)(void); /* of Main; NULL: pending exception */
    void (*process_exit)(void);
    /* Tells the program of an exception that ends it. True: it had asked to be told. */
    bool (*unhandled)(Object *exception);
    void (*print_unhandled)(Object *exception, bool told);
} VmLibrary;

extern const VmLibrary *vm_library_hooks;

/* What the host tells the program (AppContext), UTF-8; set before the start. */
typedef struct VmProperties {
    uint32_t n;
    const char *const *names, *const *values;
} VmProperties;
extern VmProperties vm_properties;

#endif
