/* typert.h - types at run time: vtables, statics, static constructors, objects of
 * System.Type, casts. */
#ifndef LOADER_VM_TYPERT_H
#define LOADER_VM_TYPERT_H

#include "loader/gc/object.h"
#include "loader/vm/thread.h"

typedef enum CctorState {
    CCTOR_NEEDED,
    CCTOR_RUNNING,
    CCTOR_DONE,
    CCTOR_FAILED
} CctorState;

typedef struct TypeRt {      /* Type.rt; uncollectable gc memory, scanned */
    VTable *vtable;          /* NULL until type_vtable */
    void *statics;           /* static block */
    Object *type_object;     /* of System.Type */
    void *desc;              /* of the class library, for a type that has no vtable */
    Object *cctor_exception; /* TypeInitializationException, when FAILED */
    Thread *cctor_thread;
    uint8_t cctor_state;         /* CctorState; read with acquire */
    int32_t thread_static_index; /* -1: none yet */
    void *reflection;            /* caches of reflection; gc memory */
} TypeRt;

TypeRt *type_rt(Type *type); /* never NULL */
/* Loads, with assemblies that the program finds (common/types/missing.h); no lock is
 * held. False: pending exception. */
bool type_reach(Type *type, TypeLevel level);
/* Loads to READY and makes the vtable. NULL: pending exception. Slots hold each
 * method's stable entry (method_entry), value types' slots their unboxing stub's. What
 * it points at is there, too (vtable.c). */
VTable *type_vtable(Type *type);
/* The same for who shows types to programs: of open types and definitions, too, without
 * slots and interfaces, at LEVEL_PARENTS. */
VTable *type_shown_vtable(Type *type);
void vtable_show_type_object(TypeRt *rt); /* to who reads the vtable itself */
void *type_statics(Type *type);           /* static block without running the .cctor */
/* Runs the .cctor unless done or running on this thread. False: pending exception. */
bool type_init(Type *type);
/* Static block after type_init; *done: it may be cached (the .cctor has finished). */
void *type_static_base(Type *type, bool *done);
void *type_thread_static_base(Type *type);
void *type_thread_statics_known(Type *type); /* the same, or NULL: not quickly */
Object *type_object(Type *type);             /* the one of System.Type; NULL: pending */
Type *type_of_object(Object *runtime_type);  /* behind an object of System.Type */
bool type_castable(Type *from, Type *to);    /* cached type_assignable */
Object *object_isinst(Object *object, Type *type); /* NULL: or pending */
Object *object_cast(Object *object, Type *type);   /* the same; may leave the reason */
/* Its class does not have the interface of a method, but it may say so itself: what is
 * known of it, and the method that is called, are of no other object of its class. */
bool object_may_have(const Object *object, const Type *interface);
/* What decl runs on object, cached per (vtable, decl). NULL: pending. It takes the
 * object as `this`: for a value type's own method it is the SYNTH_UNBOX (synth.h) of
 * that method. */
Method *object_virtual(Object *object, Method *decl);

#endif
