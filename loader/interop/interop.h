/* interop.h - calls between managed and native code (P/Invoke, ECMA-335 II.15.5).
 *
 * libffi makes and takes the native calls; conv.c converts what is not blittable.
 * What can't be marshalled raises MarshalDirectiveException when it is called.
 */
#ifndef LOADER_INTEROP_INTEROP_H
#define LOADER_INTEROP_INTEROP_H

#include "common/ir/abi.h"
#include "loader/exec/natives.h"
#include "loader/gc/object.h"

/* A C function for a method with PinvokeImpl, under the convention of abi.h as an
 * internal call: on failure (library or function missing, ...) it leaves a pending
 * exception. Never NULL; the library is opened at the first call. */
void *pinvoke_stub(Method *method);
/* Its native address. NULL: pending DllNotFound or EntryPointNotFound. */
void *pinvoke_resolve(Method *method);

/* A C function under the convention of abi.h for exec_natives, out of data: no page is
 * made executable. abi and user are kept. The handler gets the address of each word,
 * where the result lies in memory that of its address first; ret: room for two words,
 * small integers in a whole one, or for the structure. */
typedef void InteropHandler(void *ret, void **words, void *user);
void *interop_stub_new(const AbiSig *abi, InteropHandler *handler, void *user);

extern const ExecInterop interop_for_exec; /* the functions of this header, for exec */

/* A calli of a native function. words: the arguments, each from a word of its own on.
 * result: room for a word, or for the structure that is returned. False: pending
 * exception. */
bool interop_call_site(InteropSite *site, void *function, uint64_t *words,
                       void *result);

/* A C function pointer that runs the delegate; it lives as long as the delegate does.
 * NULL: pending exception. */
void *interop_delegate_to_native(Object *delegate);
/* The C function that a method with UnmanagedCallersOnly is for native code. */
void *interop_method_to_native(Method *method);       /* kept; NULL: pending */
Method *interop_native_only_method(const void *code); /* behind it, or NULL */

/* What interop_delegate_to_native gave the function for, if it did. */
Object *interop_delegate_behind(const void *function);

/* A delegate of that type over a C function; a pointer that came from
 * interop_delegate_to_native gives its delegate back. NULL: pending. */
Object *interop_delegate_from_native(Type *type, void *function);

/* Structures in native layout. Sizes and offsets as Marshal.SizeOf and OffsetOf say;
 * -1: pending exception. */
int32_t marshal_size(Type *type);
int32_t marshal_offset(Type *type, const char *field);
/* Of a type that has a size: are the bytes the same on both sides? */
bool marshal_is_blittable(Type *type);
/* native <- value (of a class or a boxed or plain struct at `value`). False: pending.
 */
bool marshal_struct_to_native(Type *type, const void *value, void *native);
bool marshal_struct_from_native(Type *type, const void *native, void *value);
/* Frees strings that marshal_struct_to_native allocated. */
void marshal_struct_destroy(Type *type, void *native);

/* The class that MarshalAs names in an assembly; set by who starts, since names of
 * types are read above this floor. NULL: there is none, or a pending exception. */
extern Type *(*interop_type_named)(const char *name, Assembly *from);
/* The file that a native library's name in a DllImport stands for in the class library,
 * or the name itself; set by who starts. It is about to be opened. */
extern const char *(*interop_native_name)(const char *dll);
/* Opens the native library that a method imports from in the class library's own way;
 * set by who starts, or NULL. NULL: a pending exception. */
extern void *(*interop_open_library)(const char *dll, Method *method);
/* Marshal.GetLastWin32Error of the calling thread. */
int32_t interop_last_error(void);
void interop_set_last_error(int32_t error);

#endif
