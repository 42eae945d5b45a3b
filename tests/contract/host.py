# host.py LIBRARY ASSEMBLY MODE: what host.c does, from Python.
import ctypes
import sys
import threading


class Value(ctypes.Structure):
    _fields_ = [("kind", ctypes.c_int), ("s", ctypes.c_void_p)]


class Options(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("mode", ctypes.c_char_p),
                ("library_dir", ctypes.c_char_p), ("no_cache", ctypes.c_bool),
                ("verify_full", ctypes.c_bool), ("log", ctypes.c_void_p),
                ("log_user", ctypes.c_void_p), ("log_level", ctypes.c_int)]


library = ctypes.CDLL(sys.argv[1])
for name in ("open", "load", "find_method"):
    getattr(library, "codicil_" + name).restype = ctypes.c_void_p
for name in ("invoke",):
    getattr(library, "codicil_" + name).restype = ctypes.c_bool
library.codicil_error_message.restype = ctypes.c_char_p

error = ctypes.c_void_p()
options = Options(size=ctypes.sizeof(Options), mode=sys.argv[3].encode(), no_cache=True)
runtime = ctypes.c_void_p(library.codicil_open(ctypes.byref(options), ctypes.byref(error)))
assembly = ctypes.c_void_p(
    library.codicil_load(runtime, sys.argv[2].encode(), ctypes.byref(error)))


def call(name):
    method = ctypes.c_void_p(library.codicil_find_method(
        assembly, b"Hosted", name.encode(), 1, ctypes.byref(error)))
    value, result = Value(1, 3), Value()
    if library.codicil_invoke(method, ctypes.byref(value), ctypes.byref(result),
                              ctypes.byref(error)):
        print("%s: %s" % (name, ctypes.string_at(result.s).decode()))
    else:
        text = library.codicil_error_message(error).decode().split("\n")[0]
        print("%s: error %d, %s" % (name, library.codicil_error_get_kind(error), text))


def call_all(names):
    for name in names:
        call(name)


def on_thread(names):
    thread = threading.Thread(target=call_all, args=(names,))
    thread.start()
    thread.join()


def nested():
    for step in (library.codicil_attach_thread, library.codicil_attach_thread,
                 library.codicil_detach_thread, library.codicil_detach_thread):
        step(runtime, ctypes.byref(error))
        call("Count")


call_all(("Catch", "Unhandled", "AfterUnhandled", "Overflow", "Null", "Through", "Library",
          "Collect", "Overflow", "Catch", "Here"))
on_thread(("Here", "Catch", "Overflow"))
thread = threading.Thread(target=nested)
thread.start()
thread.join()
sys.stdout.flush()
library.codicil_close(runtime)
