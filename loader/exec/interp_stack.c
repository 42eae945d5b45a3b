/* interp_stack.c - the stack of the interpreter's frames.
 *
 * Each thread that interprets gets one, reserved when it is first used and filled by
 * the kernel as it grows, up: frames take no room on the C stack, so recursion goes as
 * deep as in compiled code, whose frames are several times smaller than ours. What lies
 * below interp_sp the collector scans like the C stack. Frames that an exception leaves
 * go when it lands (interp_drop_frames).
 */
#include <string.h>
#include <sys/mman.h>

#include "loader/exec/interp_private.h"
#include "loader/gc/gc.h"
#include "loader/exec/bind_addresses.h"
#include "loader/exec/eh_private.h"
#include "loader/exec/method.h"
#include "loader/exec/signals_private.h"
#include "loader/vm/vm.h"
#include "loader/vm/thread.h"

enum {
    STACK_LEAST = 1 << 20,
    STACK_USUAL = 64 << 20, /* for C stacks from this on: */
    USUAL_C_STACK = 8 << 20,
    ALIGNMENT = 16,
};

static void stack_map(Thread *thread)
{
    /* the C stack is made larger than asked for, too */
    size_t size = (size_t)(thread->stack_high - thread->stack_low) + (512 << 10);
    if (size >= USUAL_C_STACK && size < STACK_USUAL)
        size = STACK_USUAL;
    if (size < STACK_LEAST) /* of a thread that a host made */
        size = STACK_LEAST;
    size &= ~(size_t)4095;
    void *at = MAP_FAILED;
    for (; at == MAP_FAILED && size >= STACK_LEAST; size /= 2) {
        thread->exec.interp_size = size;
        at = mmap(NULL, size, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    }
    if (at == MAP_FAILED)
        exec_raise(vm.out_of_memory);
    thread->exec.interp_low = thread->exec.interp_sp = at;
    thread->exec.interp_end = thread->exec.interp_low + thread->exec.interp_size;
    gc_watch_stack(thread->exec.interp_low, &thread->exec.interp_sp);
}

void interp_stack_free(Thread *thread)
{
    if (!thread->exec.interp_low)
        return;
    gc_watch_stack(NULL, NULL);
    munmap(thread->exec.interp_low, thread->exec.interp_size);
    thread->exec.interp_low = thread->exec.interp_sp = thread->exec.interp_end = NULL;
}

static __attribute__((noinline)) void stack_more(Thread *thread, uint64_t size)
{
    if (!thread->exec.interp_low)
        stack_map(thread);
    if (size > (uint64_t)(thread->exec.interp_end - thread->exec.interp_sp))
        stack_overflow_throw();
}

/* Raises unless there is room for that many bytes. */
static inline char *stack_take(Thread *thread, uint64_t size)
{
    if (__builtin_expect(!interp_has_room(thread, size), 0))
        stack_more(thread, size);
    char *at = thread->exec.interp_sp;
    thread->exec.interp_sp = at + size;
    return at;
}

InterpFrame *interp_push(const InterpCode *code, void *result, const char *stack)
{
    Thread *thread = thread_self();
    if (__builtin_expect(!interp_has_room(thread, interp_frame_size(code)), 0))
        stack_more(thread, interp_frame_size(code));
    return interp_push_there(thread, code, result, stack);
}

InterpFrame *interp_push_filter(InterpFrame *of, const InterpInsn *ip)
{
    static const InterpCode no_words = {.words = 0};
    InterpFrame *frame = interp_push(&no_words, NULL, __builtin_frame_address(0));
    frame->code = of->code;
    frame->ip = ip;
    frame->fp = of->fp;
    frame->filter_result = false;
    return frame;
}

uint64_t *interp_take_words(uint32_t n)
{
    return (uint64_t *)stack_take(thread_self(), 8 * (uint64_t)n);
}

void *interp_localloc(uint64_t bytes)
{
    Thread *thread = thread_self();
    if (bytes > INT64_MAX)
        stack_overflow_throw();
    if (!bytes)
        return NULL;
    uintptr_t odd = (uintptr_t)thread->exec.interp_sp % ALIGNMENT;
    uint64_t size = (bytes + (odd ? ALIGNMENT - odd : 0) + 7) & ~(uint64_t)7;
    char *end = stack_take(thread, size) + size;
    ((InterpFrame *)thread->exec.interp_top)->end = end;
    return memset(end - ((bytes + 7) & ~(uint64_t)7), 0, bytes);
}

void interp_replace(InterpFrame *frame, const InterpCode *code, const uint64_t *words,
                    uint32_t n)
{
    Thread *thread = thread_self();
    char *end = (char *)(frame + 1) + 8 * (size_t)code->words;
    char *sp = thread->exec.interp_sp;
    if (end > sp)
        stack_take(thread, (uint64_t)(end - sp));
    uint32_t given = n < code->arg_words ? n : code->arg_words;
    memmove(frame->fp, words, (size_t)given * 8);
    memset(frame->fp + (size_t)given * 8, 0, (size_t)(code->words - given) * 8);
    frame->code = code;
    frame->ip = code->insns;
    frame->end = thread->exec.interp_sp = end;
}

/* -- what unwinding asks ------------------------------------------------------- */

void *interp_frame_up(void *frame)
{
    return ((InterpFrame *)frame)->up;
}

bool interp_frame_info(void *frame, FrameInfo *info)
{
    const InterpFrame *f = frame;
    if (f->replaced)
        return false;
    info->method = f->code->method;
    info->il_offset = f->code->il[f->ip - f->code->insns];
    info->native_offset = 0;
    return true;
}

bool interp_frame_within(void *frame, const char *limit, const EhGuard *guard)
{
    if (guard && guard->interp_frame && frame >= guard->interp_frame)
        return true;
    return ((InterpFrame *)frame)->stack < limit;
}

void interp_drop_frames(const EhGuard *guard)
{
    Thread *thread = thread_self();
    InterpFrame *frame = guard->interp_frame;
    if (frame) {
        thread->exec.interp_sp = frame->end;
    } else {
        for (frame = thread->exec.interp_top;
             frame && frame->stack < (const char *)guard;)
            frame = frame->up;
        thread->exec.interp_sp =
            guard->interp_sp ? guard->interp_sp : thread->exec.interp_low;
    }
    thread->exec.interp_top = frame;
}
