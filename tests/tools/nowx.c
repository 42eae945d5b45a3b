/* nowx.c - nowx prctl|seccomp|strict COMMAND...: runs it where no memory can be made
 * executable that is or was writable: as PR_SET_MDWE has it (exit 77: not this kernel),
 * or as systemd's MemoryDenyWriteExecute= does by filtering system calls; strict:
 * without memory files, too. */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    SET_MDWE = 65, /* Linux 6.3 */
    REFUSE_EXEC_GAIN = 1,
    NOT_HERE = 77
};

#define LOAD(field)                                                                    \
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define ANSWER(value) BPF_STMT(BPF_RET | BPF_K, value)
#define REFUSED ANSWER(SECCOMP_RET_ERRNO | EPERM)
#define ALLOWED ANSWER(SECCOMP_RET_ALLOW)
/* Refuses the call number when argument `n` has all of `bits`; else looks further. */
#define REFUSE(number, n, bits)                                                        \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 5), LOAD(args[n]),                  \
        BPF_STMT(BPF_ALU | BPF_AND | BPF_K, bits),                                     \
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, bits, 0, 1), REFUSED, ALLOWED

static int filter(bool strict)
{
    static struct sock_filter program[] = {
        LOAD(arch),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0),
        ALLOWED,
        LOAD(nr),
        REFUSE(SYS_mmap, 2, PROT_WRITE | PROT_EXEC),
        REFUSE(SYS_mprotect, 2, PROT_EXEC),
        REFUSE(SYS_pkey_mprotect, 2, PROT_EXEC),
        REFUSE(SYS_shmat, 2, SHM_EXEC),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_memfd_create, 0, 1),
        REFUSED,
        ALLOWED,
    };
    unsigned short n = sizeof program / sizeof *program;
    if (!strict) { /* without the rule for memory files */
        program[n - 3] = program[n - 1];
        n -= 2;
    }
    struct sock_fprog all = {n, program};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &all);
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: nowx prctl|seccomp|strict COMMAND...\n");
        return 2;
    }
    int refused = strcmp(argv[1], "prctl") ? filter(!strcmp(argv[1], "strict"))
                                           : prctl(SET_MDWE, REFUSE_EXEC_GAIN, 0, 0, 0);
    if (refused)
        return NOT_HERE;
    execvp(argv[2], argv + 2);
    perror(argv[2]);
    return 2;
}
