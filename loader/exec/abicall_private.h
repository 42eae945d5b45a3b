/* abicall_private.h - argument words of interpreter frames to and from registers. */
#ifndef LOADER_EXEC_ABICALL_PRIVATE_H
#define LOADER_EXEC_ABICALL_PRIVATE_H

#include "loader/exec/glue.h"
#include "common/ir/abi.h"

/* Words that the arguments take in a frame, without a context argument. */
uint32_t abi_frame_words(const AbiSig *abi);
uint32_t abi_ret_words(const AbiSig *abi);
/* Frame words to the registers and stack words of a call, regs->stack being the room
 * for those. result: where it goes if it is returned in memory. structs: room for those
 * that are passed by pointer, 8 bytes for each more than their size; NULL: they stay
 * where they are. */
typedef struct AbiPassing {
    CallRegs *regs;
    char *structs;
} AbiPassing;
void abi_pass(const AbiSig *abi, const uint64_t *words, void *context, void *result,
              const AbiPassing *to);
void abi_take_result(const AbiSig *abi, const CallRegs *regs, uint64_t *result);
/* Registers of a native caller to frame words; *context: the context argument. */
void abi_receive(const AbiSig *abi, const CallRegs *regs, uint64_t *words,
                 void **context);
/* Result words of a frame to the registers of a native caller. */
void abi_return(const AbiSig *abi, CallRegs *regs, const uint64_t *result);

#endif
