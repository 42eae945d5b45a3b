/* signals.c - SIGSEGV: the end of a stack and null pointers become exceptions, all else
 * a crash report. */
#include "loader/exec/signals.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include "common/base/mem.h"
#include "loader/exec/eh.h"
#include "loader/gc/gc.h"
#include "loader/vm/shutdown.h"
#include "loader/exec/bind_addresses.h"
#include "loader/exec/glue.h"
#include "loader/exec/signals_private.h"
#include "loader/exec/trace.h"
#include "loader/gc/object.h"
#include "loader/vm/exception.h"
#include "loader/vm/library.h"
#include "loader/vm/thread.h"
#include "loader/vm/vm.h"

enum {
    ALTERNATE_STACK = 256 << 10,
    GUARD_NEAR = 1 << 20, /* a fault this close to the low end is the stack's */
    NULL_NEAR = LEAST_ADDRESS + LARGE_OFFSET,
    RED_ZONE = 128, /* below the stack pointer, SysV ABI 3.2.2 */
};

static __thread bool overflowing;

void stack_overflow_throw(void)
{
    Object *exception = vm.stack_overflow;
    exec_raise(exception);
}

bool exec_stack_room(uint64_t bytes)
{
    return stack_has_room(bytes) || exception_set_object(vm.stack_overflow);
}

bool exec_stack_is_sufficient(uint64_t bytes)
{
    const ThreadExec *exec = &thread_self()->exec;
    return stack_has_room(bytes) &&
           (!exec->interp_low ||
            (uint64_t)(exec->interp_end - exec->interp_sp) >= bytes);
}

static bool is_stack_fault(const Thread *thread, const char *address)
{
    return thread && address < thread->stack_low + STACK_RESERVE &&
           address > thread->stack_low - GUARD_NEAR;
}

static void write_text(const char *text)
{
    ssize_t ignored = write(STDERR_FILENO, text, strlen(text));
    (void)ignored;
}

static bool report_frame(void *user, const FrameInfo *frame)
{
    (void)user;
    Arena scratch = ARENA_INIT;
    dprintf(STDERR_FILENO, "  at %s\n", method_name(&scratch, frame->method));
    arena_free(&scratch);
    return true;
}

/* Best effort: the process is about to die. */
static void report_crash(int signal, const siginfo_t *info)
{
    static volatile sig_atomic_t reporting;
    struct sigaction action = {.sa_handler = SIG_DFL};
    sigaction(signal, &action, NULL);
    if (reporting++)
        return;
    if (vm_at_crash)
        vm_at_crash();
    dprintf(STDERR_FILENO, "codicil: %s at address %p in native code\n",
            strsignal(signal), info->si_addr);
    if (thread_self())
        exec_walk(report_frame, NULL);
}

/* A handler that the host had before. */
static struct sigaction host_segv, host_bus;

static bool host_handles(int signal, siginfo_t *info, void *user)
{
    const struct sigaction *host = signal == SIGBUS ? &host_bus : &host_segv;
    if (host->sa_flags & SA_SIGINFO)
        host->sa_sigaction(signal, info, user);
    else if (host->sa_handler != SIG_DFL && host->sa_handler != SIG_IGN)
        host->sa_handler(signal);
    else
        return false;
    return true;
}

/* Thrown from here, on the alternate stack: the unwinder knows the frame of the signal,
 * and lands on the thread's own stack. Until then the collector would not see that one:
 * the thread does not collect, and its signal is blocked, as in all of the handler. */
static void overflow_from_signal(void)
{
    overflowing = true;
    gc_pause(true);
    exec_raise(vm.stack_overflow);
}

static void collector_signals(sigset_t *set)
{
    int signals[2];
    gc_signals(signals);
    sigemptyset(set);
    sigaddset(set, signals[0]);
    sigaddset(set, signals[1]);
}

void signals_landed(void)
{
    if (!overflowing)
        return;
    overflowing = false;
    gc_pause(false);
    sigset_t collector;
    collector_signals(&collector);
    pthread_sigmask(SIG_UNBLOCK, &collector, NULL);
}

/* References are checked by the code itself. Pointers and managed pointers are not:
 * their null is found here, as if the instruction had called a helper that throws. What
 * the method wrote before may be missing, as GCC knows of no exception there. */
static void null_from_signal(greg_t *registers)
{
    uintptr_t sp = (uintptr_t)registers[REG_RSP];
    uint64_t *frame =
        (uint64_t *)((sp - RED_ZONE - 2 * sizeof *frame) & ~(uintptr_t)15);
    frame[0] = (uint64_t)registers[REG_RIP];
    frame[1] = sp;
    registers[REG_RSP] = (greg_t)frame;
    registers[REG_RIP] = (greg_t)glue_null;
}

/* A call through a null function pointer: as if the call itself had failed. */
static const char *undo_null_call(greg_t *registers)
{
    const char *after = *(const char **)registers[REG_RSP];
    FrameInfo frame;
    if (!bind_frame_at(after - 1, &frame))
        return NULL;
    registers[REG_RSP] += (greg_t)sizeof after;
    registers[REG_RIP] = (greg_t)(after - 1);
    return after - 1;
}

/* Of compiled code, or of the interpreter's loop. */
static bool is_managed(const char *ip)
{
    extern const char __start_interp_loop[], __stop_interp_loop[];
    FrameInfo frame;
    return thread_self() && ((ip >= __start_interp_loop && ip < __stop_interp_loop) ||
                             bind_frame_at(ip, &frame));
}

static void on_fault(int signal, siginfo_t *info, void *user)
{
    static volatile sig_atomic_t reported;
    ucontext_t *context = user;
    const char *ip = (const char *)context->uc_mcontext.gregs[REG_RIP];
    FrameInfo frame;
    if (signal == SIGSEGV && !ip && thread_self())
        ip = undo_null_call(context->uc_mcontext.gregs);
    if (signal == SIGSEGV && (uintptr_t)info->si_addr < NULL_NEAR && thread_self() &&
        bind_frame_at(ip, &frame)) {
        null_from_signal(context->uc_mcontext.gregs);
        return;
    }
    if (is_stack_fault(thread_self(), info->si_addr) && !overflowing) {
        if (bind_frame_at(ip, &frame))
            overflow_from_signal();
        write_text("codicil: the stack overflowed in native code\n");
    }
    if (host_handles(signal, info, user))
        return;
    if (vm_library_hooks->bad_address && is_managed(ip) && !reported++) {
        if (vm_at_crash)
            vm_at_crash();
        vm_library_hooks->bad_address();
    }
    report_crash(signal, info);
}

/* What these tell of also comes as an error of the call, which a program can catch. A
 * handler of whoever embeds us stays. */
static void ignore(int signal)
{
    struct sigaction old, none = {.sa_handler = SIG_IGN};
    if (!sigaction(signal, NULL, &old) && old.sa_handler == SIG_DFL)
        sigaction(signal, &none, NULL);
}

void signals_start(void)
{
    struct sigaction action = {.sa_sigaction = on_fault,
                               .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
    collector_signals(&action.sa_mask);
    sigaction(SIGSEGV, &action, &host_segv);
    sigaction(SIGBUS, &action, &host_bus);
    ignore(SIGPIPE);
    ignore(SIGXFSZ);
}

/* What the thread had before; at the start of its alternate stack, as thread-local
 * memory of libraries is scarce. */
typedef struct HostState {
    stack_t stack;
    sigset_t mask;
} HostState;

static __thread HostState *host;

/* Threads of a host may have all signals blocked: then a null pointer would be the end.
 * The collector sees to its own. */
static void needed_signals(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGSEGV);
    sigaddset(set, SIGBUS);
}

void signals_thread_start(void)
{
    void *memory;
    while ((memory = mmap(NULL, ALTERNATE_STACK, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0)) ==
           MAP_FAILED)
        mem_short(ALTERNATE_STACK);
    host = memory;
    stack_t alternate = {.ss_sp = host + 1, .ss_size = ALTERNATE_STACK - sizeof *host};
    sigaltstack(&alternate, &host->stack);
    sigset_t needed;
    needed_signals(&needed);
    pthread_sigmask(SIG_UNBLOCK, &needed, &host->mask);
}

void signals_thread_end(void)
{
    if (!host)
        return;
    sigset_t needed, blocked;
    needed_signals(&needed);
    sigandset(&blocked, &needed, &host->mask);
    pthread_sigmask(SIG_BLOCK, &blocked, NULL);
    sigaltstack(&host->stack, NULL);
    munmap(host, ALTERNATE_STACK);
    host = NULL;
}
