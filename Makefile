# Codicil's build: one non-recursive Makefile. `make help` lists the targets.
MODE ?= release
BUILD := build$(if $(filter-out release,$(MODE)),/$(MODE))
CC = gcc
PKGS = libelf libdw libffi bdw-gc libxxhash jansson
WARN = -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Wstrict-prototypes \
	-Wmissing-prototypes -Wundef -Wvla -Wformat=2 -Wimplicit-fallthrough -Werror
CFLAGS_release = -O2 -g
CFLAGS_debug = -O0 -g3
CFLAGS_san = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all
CFLAGS_cov = -O0 -g --coverage
CFLAGS_ALL = -std=gnu11 -D_GNU_SOURCE -I. $(WARN) -fno-strict-aliasing -fwrapv \
	-fvisibility=hidden -fPIC -fexceptions -fasynchronous-unwind-tables -pthread \
	$(CFLAGS_$(MODE)) $(CFLAGS)

SRC_common := $(wildcard common/*/*.c)
SRC_format := $(filter-out format/r2rinspect%.c,$(wildcard format/*.c))
OBJ = $(patsubst %,$(BUILD)/obj/%.o,$(1))

$(BUILD)/obj/%.c.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -MMD -MP -c $< -o $@
$(BUILD)/obj/%.S.o: %.S
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -MMD -MP -c $< -o $@
