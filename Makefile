# Codicil's build: one non-recursive Makefile. `make help` lists the targets.
MODE ?= release
BUILD := build$(if $(filter-out release,$(MODE)),/$(MODE))
CC = gcc
JOBS ?= $(shell nproc)
WARN = -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Wstrict-prototypes \
	-Wmissing-prototypes -Wundef -Wvla -Wformat=2 -Wimplicit-fallthrough -Werror
CFLAGS_release = -O2 -g
# Broken invariants that cost time to look for end the process (common/base/check.h).
CHECKS = -DCODICIL_CHECKS
CFLAGS_debug = -O0 -g3 $(CHECKS)
CFLAGS_san = -O1 -g $(CHECKS) -fsanitize=address,undefined -fno-sanitize-recover=all \
	-Wno-format-truncation
CFLAGS_tsan = -O1 -g $(CHECKS) -fsanitize=thread -Wno-tsan
CFLAGS_cov = -O0 -g --coverage
CFLAGS_stress = -O1 -g $(CHECKS) -DCODICIL_GC_STRESS='"50"'
CFLAGS_ALL = -std=gnu11 -D_GNU_SOURCE -I. $(WARN) -fno-strict-aliasing -fwrapv \
	-fvisibility=hidden -fPIC -fexceptions -fasynchronous-unwind-tables -pthread \
	$(CFLAGS_$(MODE)) $(CFLAGS)
LDFLAGS_ALL = $(CFLAGS_$(MODE)) -pthread -Wl,--as-needed $(LDFLAGS)

PREFIX ?= /usr/local
bindir ?= $(PREFIX)/bin
libdir ?= $(PREFIX)/lib
includedir ?= $(PREFIX)/include
mandir ?= $(PREFIX)/share/man
VERSION := $(shell sed -n 's/.*CODICIL_VERSION "\(.*\)"/\1/p' common/base/version.h)

# -- Sources, by layer ---------------------------------------------------------

SRC_common := $(wildcard common/*/*.[cS] common/*/*/*.c)
SRC_format := $(filter-out format/r2rinspect%.c,$(wildcard format/*.[cS]))
SRC_inspect := $(wildcard format/r2rinspect*.c)
SRC_crossgen := $(wildcard crossgen/*.c crossgen/codegen/*.c)
SRC_loader := $(filter-out loader/host/main.c,$(wildcard loader/*/*.[cS] $(addprefix loader/library/*/,*.[cS] */*.[cS])))
SRC_fuzz := $(wildcard tests/fuzz/fuzz_*.c)
SRC_mutate := $(filter-out $(SRC_fuzz),$(wildcard tests/fuzz/*.c))
SRC_unit := $(wildcard tests/unit/*.c) $(SRC_mutate)

OBJ = $(patsubst %,$(BUILD)/obj/%.o,$(1))
OBJ_base := $(call OBJ,$(SRC_common) $(SRC_format))
# What makes images needs libelf and libdw, which a loader should not have to map.
SRC_make := $(addprefix format/,elffile.c lines.c link.c minilink.c writer.c)
OBJ_run := $(filter-out $(call OBJ,$(SRC_make)),$(OBJ_base))
OBJ_all := $(OBJ_base) $(call OBJ,$(SRC_inspect) $(SRC_crossgen) $(SRC_loader) \
	loader/host/main.c $(SRC_unit) tests/run.c tests/tools/irdump.c tests/tools/rowmutants.c)

# The loader's own copy of libgcc's unwinder: it asks us, not _dl_find_object, and its names
# meet nobody else's (loader/exec/unwind_private.h).
OBJ_unwind := $(BUILD)/obj/libgcc_eh.o
UNWIND_NAMES := Backtrace=backtrace GetIP=get_ip GetIPInfo=get_ip_info GetGR=get_register \
	GetCFA=get_sp
OBJ_loader := $(call OBJ,$(SRC_loader)) $(OBJ_unwind)

LIBS_run = -lxxhash -ljansson -lexpat -ldl -lm
LIBS_base = -lelf -ldw $(LIBS_run)
LIBS_loader = -lffi -lunistring -lnettle $(LIBS_run)
# The program has its libraries inside: mapping them is a tenth of a hello.
LIBS_codicil = -static-libgcc -Wl,-Bstatic -lffi -lunistring -lnettle \
	-lxxhash -ljansson -lexpat -Wl,-Bdynamic -ldl -lm

BIN := $(BUILD)/bin
PROGRAMS := $(addprefix $(BIN)/,crossgen codicil r2rinspect)
LIBRARIES := $(BUILD)/lib/libcodicil.a $(BUILD)/lib/libcodicil.so $(BUILD)/lib/libcoreclr.so

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all help images images-check images-mono images-net10 corlib-image samples golden sidecars tools demo check check-full check-run unit fuzz \
	bench lint install uninstall clean packages packages-bench packages-check packages-fuzz packages-lint

all: $(PROGRAMS) $(LIBRARIES)

help:
	@echo "make            programs in $(BIN), libraries in $(BUILD)/lib"
	@echo "make images     native code for class libraries, in build/images (many minutes)"
	@echo "make images-mono, images-net10  of Mono's, of the installed .NET's"
	@echo "make samples    compile samples/*.cs with mcs"
	@echo "make demo       install what is missing, build, run one program in every way"
	@echo "make check      build and run the test suites (three quarters of an hour)"
	@echo "make check-full the whole matrix of programs and ways, and collector stress"
	@echo "make unit       the Check suites alone"
	@echo "make fuzz       the fuzz entries, FUZZ_SECONDS for all together (600)"
	@echo "make tsan       the collector's unit tests under ThreadSanitizer"
	@echo "make soak       threads, finalizers and handles for SOAK_SECONDS (3600), 4 GB at most"
	@echo "make bench      tables of times and memory; build/bench.json"
	@echo "make lint       layers, sizes, format, clang-tidy, cppcheck"
	@echo "make install    PREFIX=$(PREFIX) DESTDIR= libdir=$(libdir)"
	@echo "make packages   install the Debian packages that a build needs"
	@echo "make clean      remove build/"
	@echo "MODE=release|debug|san|tsan|cov|stress chooses the kind of build"

# -- Objects, programs, libraries ----------------------------------------------

$(BUILD)/obj/%.c.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -MMD -MP -c $< -o $@
# A pointer to each object that is used stays where the collector looks (ARCHITECTURE.md).
$(BUILD)/obj/loader/%.c.o: CFLAGS_ALL += -fkeep-gc-roots-live
# A managed exception leaves frames of loader/exec without their epilogues, which would leave
# red zones behind. Of other C frames only those of a thread that native code ends are ever
# unwound (loader/vm/thread.c).
ifeq ($(MODE),san)
$(BUILD)/obj/loader/exec/%.c.o: CFLAGS_ALL += --param asan-stack=0
endif
$(BUILD)/obj/%.S.o: %.S
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -MMD -MP -c $< -o $@
$(OBJ_unwind): Makefile
	@mkdir -p $(@D)
	$(CC) -r -nostdlib $(foreach n,$(UNWIND_NAMES),-Wl,-u,_Unwind_$(firstword $(subst =, ,$n))) \
		$(shell $(CC) -print-file-name=libgcc_eh.a) -o $@
	objcopy --redefine-sym _dl_find_object=unwind_find_object \
		$(foreach n,$(UNWIND_NAMES),--redefine-sym _Unwind_$(subst =,=unwind_,$n)) \
		$(foreach n,$(UNWIND_NAMES),--keep-global-symbol unwind_$(lastword $(subst =, ,$n))) $@
# What a library serves libmono-native.so with, inside it.
MONO_HOST := $(BUILD)/obj/mono_host.so
$(MONO_HOST): loader/library/mono/interop/mono_host/shim.S loader/library/mono/interop/mono_host.def
	@mkdir -p $(@D)
	$(CC) -I. -shared -nostdlib -Wl,-z,noseparate-code -Wl,--build-id=none -s $< -o $@
$(call OBJ,loader/library/mono/interop/mono_host.S): $(MONO_HOST)
$(call OBJ,loader/library/mono/interop/mono_host.S): CFLAGS_ALL += -DMONO_HOST_SHIM='"$(MONO_HOST)"'
# The texts whose hash is the version of images.
VERSION_TEXTS := $(shell sed -n 's/.*\.incbin "\(.*\)"/\1/p' format/version.S)
$(call OBJ,format/version.S): $(VERSION_TEXTS)
# The texts that are embedded; tests/tools/cultures.cs writes them.
$(call OBJ,common/library/start.S): $(wildcard common/library/*/start.txt)
$(call OBJ,loader/library/mono/services/cultures.S): $(addprefix loader/library/mono/services/,cultures.txt regions.txt)

# Where an installed codicil looks for class-library images and for crossgen; a change of
# it recompiles.
$(shell mkdir -p $(BUILD); echo "$(libdir) $(bindir)" | cmp -s - $(BUILD)/places || \
	echo "$(libdir) $(bindir)" >$(BUILD)/places)
OBJ_places := $(call OBJ,loader/exec/bind_images.c loader/exec/worker.c)
$(OBJ_places): CFLAGS_ALL += -DCODICIL_LIBDIR='"$(libdir)"' -DCODICIL_BINDIR='"$(bindir)"'
$(OBJ_places): $(BUILD)/places

$(BIN)/crossgen: $(OBJ_base) $(call OBJ,$(SRC_crossgen))
	@mkdir -p $(@D)
	$(CC) $^ $(LDFLAGS_ALL) -lgccjit $(LIBS_base) -o $@
# -rdynamic: it serves symbols to libmono-native.so.
$(BIN)/codicil: $(OBJ_run) $(OBJ_loader) $(call OBJ,loader/host/main.c)
	@mkdir -p $(@D)
	$(CC) -rdynamic -Wl,--exclude-libs,ALL $^ $(LDFLAGS_ALL) $(LIBS_codicil) -o $@
$(BIN)/r2rinspect: $(OBJ_base) $(call OBJ,$(SRC_inspect))
	@mkdir -p $(@D)
	$(CC) $^ $(LDFLAGS_ALL) -lcapstone $(LIBS_base) -o $@

$(BUILD)/lib/libcodicil.a: $(OBJ_run) $(OBJ_loader)
	@mkdir -p $(@D)
	@rm -f $@
	$(AR) rcs $@ $^
$(BUILD)/lib/libcodicil.so: $(OBJ_run) $(OBJ_loader) loader/libcodicil.map
	@mkdir -p $(@D)
	$(CC) -shared -Wl,-soname,libcodicil.so.0 -Wl,--version-script=loader/libcodicil.map \
		-Wl,-z,nodelete \
		$(filter %.o,$^) $(LDFLAGS_ALL) $(LIBS_loader) -o $@
# Takes the place of the one in a program that was published with its own runtime.
$(BUILD)/lib/libcoreclr.so: $(OBJ_run) $(OBJ_loader) loader/libcoreclr.map
	@mkdir -p $(@D)
	$(CC) -shared -Wl,-soname,libcoreclr.so -Wl,--version-script=loader/libcoreclr.map \
		-Wl,-z,nodelete \
		$(filter %.o,$^) $(LDFLAGS_ALL) $(LIBS_loader) -o $@

# -- Class-library images, samples and their sidecars --------------------------

# One set of images serves every kind of build: it is made by the release compiler.
MONO_LIB := /usr/lib/mono/4.5
LIBRARY_NAMES := mscorlib System System.Core
LIBRARY_DLLS := $(wildcard $(LIBRARY_NAMES:%=$(MONO_LIB)/%.dll))
IMAGES := $(LIBRARY_DLLS:$(MONO_LIB)/%=build/images/%.r2r)
CROSSGEN_FLAGS ?=

# Programs for .NET 10, where its SDK is there to compile them.
NET10 := $(shell tests/tools/csc10)
NET10_DLL := $(if $(NET10),$(patsubst tests/net10/golden/%.cs,build/net10/%.dll,$(wildcard tests/net10/golden/*.cs)))
# The assemblies of its frameworks that most programs start with; those that compilers and web
# programs do, too; crossgen --framework has the rest.
NET10_SHARED := $(or $(DOTNET_ROOT),/usr/share/dotnet)/shared
NET10_NAMES := System.Private.CoreLib System.Runtime System.Console System.Collections System.Linq \
	System.Text.Json System.Threading
NET10_MORE_NAMES := System.Collections.Concurrent System.Collections.Immutable \
	System.ComponentModel.Primitives System.ComponentModel \
	System.Diagnostics.DiagnosticSource System.IO.FileSystem.Watcher System.IO.Pipelines System.Memory \
	System.Net.Primitives System.Net.Sockets System.ObjectModel System.Private.Uri \
	System.Reflection.Metadata System.Runtime.InteropServices System.Runtime.Numerics \
	System.Text.Encodings.Web System.Text.RegularExpressions System.Threading.Tasks.Parallel \
	$(addprefix Microsoft.AspNetCore,.Connections.Abstractions .HostFiltering .Hosting \
	.Hosting.Abstractions .Hosting.Server.Abstractions .Http .Http.Abstractions .Http.Extensions \
	.HttpOverrides .Routing .Routing.Abstractions .Server.Kestrel .Server.Kestrel.Core \
	.Server.Kestrel.Transport.Sockets) Microsoft.AspNetCore \
	$(addprefix Microsoft.Extensions.,Configuration Configuration.Abstractions Configuration.Binder \
	Configuration.EnvironmentVariables Configuration.FileExtensions Configuration.Json \
	DependencyInjection DependencyInjection.Abstractions Diagnostics Diagnostics.Abstractions Features \
	FileProviders.Abstractions FileProviders.Physical Hosting Hosting.Abstractions Logging \
	Logging.Abstractions Logging.Configuration Logging.Console Logging.Debug Logging.EventSource \
	ObjectPool Options Options.ConfigurationExtensions Primitives)
# NAME... -> paths of those assemblies; path -> its image, where loaders look for it.
net10_dlls = $(if $(NET10),$(foreach name,$(1),$(firstword $(wildcard $(NET10_SHARED)/*/$(NET10)/$(name).dll))))
net10_image = $(patsubst $(NET10_SHARED)/%,build/images/%.r2r,$(subst /$(NET10)/,-$(NET10)/,$(1)))
NET10_DLLS := $(call net10_dlls,$(NET10_NAMES) $(NET10_MORE_NAMES))
NET10_IMAGES := $(foreach dll,$(NET10_DLLS),$(call net10_image,$(dll)))
NET10_BASE_IMAGES := $(foreach dll,$(call net10_dlls,$(NET10_NAMES)),$(call net10_image,$(dll)))

ifeq ($(MODE),release)
images: images-mono $(NET10_IMAGES)
images-check: images-mono $(NET10_BASE_IMAGES)
images-mono: $(IMAGES)
	@[ -n "$(IMAGES)" ] || { echo "no class library in $(MONO_LIB): make packages" >&2; exit 1; }
corlib-image: build/images/mscorlib.dll.r2r
images-net10: $(NET10_IMAGES)
	@[ -n "$(NET10)" ] || { echo "no .NET SDK 10 in $(NET10_SHARED)" >&2; exit 1; }
$(foreach dll,$(NET10_DLLS),$(eval $(call net10_image,$(dll)): $(dll)))
$(NET10_IMAGES): $(BIN)/crossgen
	@mkdir -p $(@D)
	$(BIN)/crossgen $(CROSSGEN_FLAGS) --report $@.report.json -o $@ $(filter %.dll,$^)
build/images/%.dll.r2r: $(MONO_LIB)/%.dll $(BIN)/crossgen
	@mkdir -p $(@D)
	$(BIN)/crossgen $(CROSSGEN_FLAGS) --report $@.report.json -o $@ $<
else
images images-check corlib-image:
	$(MAKE) MODE=release $@
	@mkdir -p $(BUILD)
	@ln -sfn ../images $(BUILD)/images
endif

MCS = mcs -nologo -optimize+ -unsafe -warn:0
SAMPLE_EXE := $(patsubst samples/%.cs,build/samples/%.exe,$(wildcard samples/*.cs))
GOLDEN_EXE := $(patsubst tests/golden/%.cs,build/golden/%.exe,$(wildcard tests/golden/*.cs)) \
	$(patsubst tests/golden/%.il,build/golden/%.exe,$(wildcard tests/golden/*.il))
# The native side of programs that call C: X.c beside X.cs is library "X" beside X.exe.
GOLDEN_LIB := $(patsubst tests/golden/%.c,build/golden/lib%.so,$(wildcard tests/golden/*.c)) \
	$(patsubst tests/net10/golden/%.c,build/net10/lib%.so,$(wildcard tests/net10/golden/*.c))
SIDECARS := $(patsubst build/%.exe,$(BUILD)/sidecars/%.exe.r2r,$(SAMPLE_EXE) $(GOLDEN_EXE)) \
	$(NET10_DLL:build/%=$(BUILD)/sidecars/%.r2r)

samples: $(SAMPLE_EXE)
golden: $(GOLDEN_EXE) $(GOLDEN_LIB) $(NET10_DLL)
build/net10/%.dll: tests/net10/golden/%.cs
	@mkdir -p $(@D)
	tests/tools/csc10 $< $@
build/samples/%.exe: samples/%.cs
	@mkdir -p $(@D)
	$(MCS) -out:$@ $<
build/golden/%.exe: tests/golden/%.cs
	@mkdir -p $(@D)
	$(MCS) -out:$@ $<
build/golden/%.exe: tests/golden/%.il
	@mkdir -p $(@D)
	ilasm /quiet /output:$@ $< >$@.log
MAKE_GOLDEN_LIB = @mkdir -p $(@D) && \
	$(CC) -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -O2 -g -fPIC -fexceptions -pthread -shared $< -o $@
build/golden/lib%.so: tests/golden/%.c
	$(MAKE_GOLDEN_LIB)
build/net10/lib%.so: tests/net10/golden/%.c
	$(MAKE_GOLDEN_LIB)

sidecars: $(SIDECARS)
.PHONY: sample-sidecars
sample-sidecars: $(filter $(BUILD)/sidecars/samples/%,$(SIDECARS))
$(BUILD)/sidecars/%.dll.r2r: build/%.dll $(BIN)/crossgen
	@mkdir -p $(@D)
	$(BIN)/crossgen -j 1 -o $@ $<
$(BUILD)/sidecars/%.exe.r2r: build/%.exe $(BIN)/crossgen
	@mkdir -p $(@D)
	$(BIN)/crossgen -j 1 -o $@ $<

# -- Tests -----------------------------------------------------------------------

# The collector keeps everything reachable that libc still sees: no leak check.
export ASAN_OPTIONS ?= detect_leaks=0:abort_on_error=1
export UBSAN_OPTIONS ?= print_stacktrace=1

$(BUILD)/suites.c: $(SRC_unit) Makefile
	@mkdir -p $(@D)
	@tests/tools/suites $(filter tests/unit/test_%,$(SRC_unit)) >$@
$(BUILD)/obj/suites.c.o: $(BUILD)/suites.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -c $< -o $@
# The assemblies that tests make up are not the sidecars that format/writer.c makes.
$(patsubst %,$(BUILD)/obj/tests/unit/%.c.o,image_builder test_il test_metadata): \
	CFLAGS_ALL += -Dimage_build=image_build_assembly
# The fuzz entries, for the inputs that are kept of each (tests/unit/test_kept.c).
FUZZ_NAMES := $(patsubst tests/fuzz/fuzz_%.c,%,$(SRC_fuzz))
OBJ_kept := $(patsubst %,$(BUILD)/obj/kept/%.c.o,$(FUZZ_NAMES))
$(BUILD)/obj/kept/%.c.o: tests/fuzz/fuzz_%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -DLLVMFuzzerTestOneInput=fuzz_$* -MMD -MP -c $< -o $@
$(BUILD)/obj/tests/unit/test_kept.c.o: CFLAGS_ALL += \
	-DFUZZ_ENTRIES='$(foreach name,$(FUZZ_NAMES),ENTRY($(name)))'
$(BUILD)/tests/unit: $(OBJ_kept) $(BUILD)/obj/suites.c.o $(OBJ_base) $(call OBJ,tests/run.c $(SRC_unit) \
		$(filter-out crossgen/main.c,$(SRC_crossgen))) $(OBJ_loader)
	@mkdir -p $(@D)
	$(CC) -rdynamic $^ $(LDFLAGS_ALL) -lcheck -lsubunit -lrt -lgccjit $(LIBS_loader) $(LIBS_base) -o $@

TOOLS := $(patsubst tests/tools/%.c,build/tools/%,$(wildcard tests/tools/*.c))
tools: $(TOOLS)
build/tools/%: tests/tools/%.c
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -D_GNU_SOURCE $(WARN) -O2 -g $< -ljansson -o $@

# The tools that are made of the project's own code.
build/tools/dropfact build/tools/irdump build/tools/reseal build/tools/rowmutants: build/tools/%: $(OBJ_base) $(call OBJ,$(SRC_mutate)) \
		$(BUILD)/obj/tests/tools/%.c.o
	@mkdir -p $(@D)
	$(CC) $^ $(LDFLAGS_ALL) $(LIBS_base) -o $@

unit: $(BUILD)/tests/unit
	$(BUILD)/tests/unit

check: packages-check
	@+$(MAKE) -j$(JOBS) check-build
	@BUILD=$(BUILD) tests/check --quick
check-full: packages-check
	@+$(MAKE) -j$(JOBS) check-build
	@+$(MAKE) -j$(JOBS) images
	@+$(MAKE) -j$(JOBS) MODE=stress all images-check
	@+$(MAKE) -j$(JOBS) MODE=tsan build/tsan/tests/unit
	@BUILD=$(BUILD) tests/check --full
# The collector's own tests under ThreadSanitizer.
tsan:
	@+$(MAKE) -j$(JOBS) MODE=tsan build/tsan/tests/unit
	CK_INCLUDE_TAGS=collector build/tsan/tests/unit
.PHONY: check-build tsan
check-build: all images-check samples golden sidecars tools $(BUILD)/tests/unit

demo: packages
	@echo "== building"
	@+$(MAKE) -s -j$(JOBS) all tools samples
	@echo "== precompiling the class library"
	@+$(MAKE) -s corlib-image
	@echo "== precompiling the samples"
	@+$(MAKE) -s -j$(JOBS) sample-sidecars
	@BUILD=$(BUILD) tests/tools/demo

FUZZ_SECONDS ?= 600
# The macro lets a fuzzer get behind checksums.
FUZZ_FLAGS = -std=gnu11 -D_GNU_SOURCE -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION -I. \
	-g -O1 -fno-strict-aliasing -fwrapv -fexceptions -pthread -Wno-unknown-warning-option \
	-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
FUZZERS := $(patsubst tests/fuzz/%.c,build/fuzz/%,$(SRC_fuzz))
FUZZ_OBJ = $(patsubst %,build/fuzz/obj/%.o,$(1))
# An entry takes from here what it calls: most need nothing of the loader.
FUZZ_LIB := build/fuzz/libcodicil.a
build/fuzz/obj/%.c.o: %.c
	@mkdir -p $(@D)
	clang $(FUZZ_FLAGS) -MMD -MP -c $< -o $@
build/fuzz/obj/%.S.o: %.S
	@mkdir -p $(@D)
	clang -I. $(FUZZ_AS) -c $< -o $@
$(call FUZZ_OBJ,loader/library/mono/interop/mono_host.S): $(MONO_HOST)
$(call FUZZ_OBJ,loader/library/mono/interop/mono_host.S): FUZZ_AS = -DMONO_HOST_SHIM='"$(MONO_HOST)"'
$(call FUZZ_OBJ,format/version.S): $(VERSION_TEXTS)
$(call FUZZ_OBJ,common/library/start.S): $(wildcard common/library/*/start.txt)
$(call FUZZ_OBJ,loader/library/mono/services/cultures.S): $(addprefix loader/library/mono/services/,cultures.txt regions.txt)
$(call FUZZ_OBJ,loader/exec/bind_images.c loader/exec/worker.c): FUZZ_FLAGS += \
	-DCODICIL_LIBDIR='"$(libdir)"' -DCODICIL_BINDIR='"$(bindir)"'
# See loader/exec above: what MODE=san does, as clang spells it.
$(call FUZZ_OBJ,$(wildcard loader/exec/*.c)): FUZZ_FLAGS += -mllvm -asan-stack=0
$(FUZZ_LIB): $(call FUZZ_OBJ,$(SRC_common) $(SRC_format) crossgen/profile.c $(SRC_loader) $(SRC_mutate)) $(OBJ_unwind)
	@rm -f $@
	$(AR) rcs $@ $^
build/fuzz/fuzz_%: build/fuzz/obj/tests/fuzz/fuzz_%.c.o $(FUZZ_LIB)
	clang -rdynamic -fsanitize=fuzzer,address,undefined $^ $(LIBS_loader) $(LIBS_base) -pthread -o $@
fuzz: packages-fuzz
	@+$(MAKE) -j$(JOBS) fuzz-run
.PHONY: fuzz-run
fuzz-run: $(FUZZERS) samples $(BUILD)/sidecars/samples/exceptions.exe.r2r
	tests/fuzz/run $(FUZZ_SECONDS) $(FUZZERS)

SOAK_SECONDS ?= 3600
.PHONY: soak
soak: all images-check
	@BUILD=$(BUILD) tests/soak/run $(SOAK_SECONDS)

bench: packages-bench
	@+$(MAKE) -j$(JOBS) all images tools
	@BUILD=$(BUILD) tests/bench/run $(BENCH_FLAGS)

lint: packages-lint
	tests/tools/lint

# -- Packages ----------------------------------------------------------------------

PACKAGES := gcc libc6-dev binutils libgccjit-12-dev libelf-dev libdw-dev \
	libffi-dev libxxhash-dev libjansson-dev libexpat1-dev libunistring-dev nettle-dev \
	libcapstone-dev mono-runtime \
	mono-runtime-common mono-mcs
PACKAGES_check := $(PACKAGES) check mono-devel pkg-config python3
PACKAGES_lint := $(PACKAGES_check) clang clang-tidy clang-format cppcheck
PACKAGES_fuzz := $(PACKAGES) clang libclang-rt-14-dev
PACKAGES_bench := $(PACKAGES) wrk
packages:
	@tests/tools/packages $(PACKAGES)
packages-check:
	@tests/tools/packages $(PACKAGES_check)
packages-fuzz:
	@tests/tools/packages $(PACKAGES_fuzz)
packages-bench:
	@tests/tools/packages $(PACKAGES_bench)
packages-lint:
	@tests/tools/packages $(PACKAGES_lint)

# -- Installation ------------------------------------------------------------------

MAN_PAGES := crossgen/crossgen.1 loader/host/codicil.1 format/r2rinspect.1
define PKG_CONFIG
prefix=$(PREFIX)
libdir=$(libdir)
includedir=$(includedir)

Name: codicil
Description: runs .NET assemblies with precompiled native code
Version: $(VERSION)
Libs: -L$${libdir} -lcodicil
Libs.private: $(LIBS_loader) -pthread
Cflags: -I$${includedir}
endef
export PKG_CONFIG

install: all images
	install -d $(addprefix $(DESTDIR),$(bindir) $(libdir)/codicil/images \
		$(libdir)/pkgconfig $(includedir) $(mandir)/man1)
	install -m 755 $(PROGRAMS) $(DESTDIR)$(bindir)
	install -m 644 $(BUILD)/lib/libcodicil.a $(DESTDIR)$(libdir)
	install -m 755 $(BUILD)/lib/libcodicil.so $(DESTDIR)$(libdir)/libcodicil.so.0
	ln -sf libcodicil.so.0 $(DESTDIR)$(libdir)/libcodicil.so
	install -m 755 $(BUILD)/lib/libcoreclr.so $(DESTDIR)$(libdir)/codicil
	install -m 644 loader/codicil.h $(DESTDIR)$(includedir)
	install -m 644 $(IMAGES) $(DESTDIR)$(libdir)/codicil/images
	cd build/images && for image in $(NET10_IMAGES:build/images/%=%); do \
		[ ! -f $$image ] || install -D -m 644 $$image $(DESTDIR)$(libdir)/codicil/images/$$image || exit 1; \
	done
	printf '%s\n' "$$PKG_CONFIG" >$(DESTDIR)$(libdir)/pkgconfig/codicil.pc
	install -m 644 $(MAN_PAGES) $(DESTDIR)$(mandir)/man1

uninstall:
	rm -f $(addprefix $(DESTDIR)$(bindir)/,$(notdir $(PROGRAMS)))
	rm -f $(addprefix $(DESTDIR)$(libdir)/,libcodicil.a libcodicil.so libcodicil.so.0 \
		pkgconfig/codicil.pc)
	rm -rf $(DESTDIR)$(libdir)/codicil
	rm -f $(DESTDIR)$(includedir)/codicil.h
	rm -f $(addprefix $(DESTDIR)$(mandir)/man1/,$(notdir $(MAN_PAGES)))

clean:
	rm -rf build

-include $(OBJ_all:.o=.d) $(wildcard $(addprefix build/fuzz/obj/*/,*.d */*.d */*/*.d */*/*/*.d))
