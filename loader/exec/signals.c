/* signals.c - SIGSEGV: the end of a stack and null pointers become exceptions, all else
 * a crash report. */
#include "loader/exec/signals.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include "common/base/log.h"
#include "loader/exec/eh.h"
#include "loader/gc/gc.h"

enum {
    ALTERNATE_STACK = 256 << 10,
    GUARD_NEAR = 1 << 20, /* a fault this close to the low end is the stack's */
    NULL_NEAR = 4096,     /* nothing is ever mapped below */
    RED_ZONE = 128,       /* below the stack pointer, SysV ABI 3.2.2 */
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
    dprintf(STDERR_FILENO, "codicil: %s at address %p in native code\n",
            strsignal(signal), info->si_addr);
    if (thread_self())
        exec_walk(report_frame, NULL);
}

/* Thrown from here, on the alternate stack: the unwinder knows the frame of the signal,
 * and lands on the thread's own stack. Until then the collector would not see that one.
 */
static void overflow_from_signal(void)
{
    overflowing = true;
    gc_pause(true);
    exec_raise(vm.stack_overflow);
}

void signals_landed(void)
{
    if (!overflowing)
        return;
    overflowing = false;
    gc_pause(false);
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

static void on_fault(int signal, siginfo_t *info, void *user)
{
    ucontext_t *context = user;
    const char *ip = (const char *)context->uc_mcontext.gregs[REG_RIP];
    FrameInfo frame;
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
    report_crash(signal, info);
}

static pthread_key_t stack_key;

static void free_stack(void *stack)
{
    stack_t none = {.ss_flags = SS_DISABLE};
    sigaltstack(&none, NULL);
    munmap(stack, ALTERNATE_STACK);
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
    pthread_key_create(&stack_key, free_stack);
    struct sigaction action = {.sa_sigaction = on_fault,
                               .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
    sigemptyset(&action.sa_mask);
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
    ignore(SIGPIPE);
    ignore(SIGXFSZ);
}

void signals_thread_start(void)
{
    void *stack = mmap(NULL, ALTERNATE_STACK, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (stack == MAP_FAILED)
        return;
    stack_t alternate = {.ss_sp = stack, .ss_size = ALTERNATE_STACK};
    sigaltstack(&alternate, NULL);
    pthread_setspecific(stack_key, stack);
}
