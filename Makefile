# SPDX-License-Identifier: GPL-2.0-only
#
# The Host Identity Protocol for Linux: module, daemon and command.
#
#   make deps        packages to build and test with (Debian 12, as root)
#   make             hip.ko for each kernel in KERNELS, hipflowd and hipflow,
#                    all below build/
#   make install     DESTDIR=, PREFIX=/usr
#   make demo        two hosts, two links and a flow that moves, in a guest
#   make check       all tests; make check PARTS="user uml" only some of them
#   make static      sparse, W=1, checkpatch, shellcheck
#   make bench       what moves, packets and streams cost, in virtual time; JSON=FILE,
#                    RUNS=N, TWICE=1 (selftests/bench/run.sh)
#   make clean       keeps the debug kernel; make distclean does not
#
#   KERNELS="6.1.0-56-amd64 ..."   by default the newest 6.1 and 6.12 that have
#                                  headers here, else the one that runs

TOP	:= $(abspath $(dir $(lastword $(MAKEFILE_LIST))))
BUILD	:= $(TOP)/build

newest	= $(lastword $(shell ls -d /lib/modules/$(1)*-amd64/build 2>/dev/null | \
	  cut -d / -f 4 | grep -v -e -rt- -e -cloud- | sort -V))
KERNELS	?= $(or $(strip $(call newest,6.1.) $(call newest,6.12.)),$(shell uname -r))
MODULES	:= $(KERNELS:%=$(BUILD)/%/hip.ko)
BENCH	:= $(BUILD)/bench-module/$(firstword $(KERNELS))

# checkpatch comes with the sources of the kernel, sparse is a package.
CHECKPATCH ?= $(firstword $(wildcard $(BUILD)/cache/linux-*/scripts/checkpatch.pl))
CHECKPATCH_FLAGS := --no-tree --strict --terse --show-types --no-summary
# Out of the tree there are versions of the kernel, messages to users are not
# broken into lines, and what locks are for stands in kernel-doc.
CHECKPATCH_KERNEL := --ignore LINUX_VERSION_CODE,CONSTANT_COMPARISON,LONG_LINE_STRING,UNCOMMENTED_DEFINITION
# User space has no strscpy, and libraries that have names of their own.
CHECKPATCH_USER := --ignore LONG_LINE_STRING,STRCPY,CAMELCASE,PREFER_DEFINED_ATTRIBUTE_MACRO,VOLATILE,MACRO_ARG_REUSE
KERNEL_SRCS = $(wildcard net/hip/*.[ch] include/uapi/linux/hip.h \
	      selftests/bench/module/bench.c \
	      selftests/bench/module/reflect.[ch])
USER_SRCS = $(wildcard tools/*/*.[ch] selftests/kunit/*_kunit.[ch] \
	    selftests/fuzz/*.[ch] selftests/bench/*.c selftests/bench/guest.h)
SHELLS	= $(wildcard selftests/*.sh selftests/*/*.sh selftests/uml/init \
	  selftests/vm/init) .ci/run

all: modules tools

modules: $(MODULES)

# Kbuild knows what has to be done again.
$(MODULES): $(BUILD)/%/hip.ko: FORCE
	@$(TOP)/selftests/mirror.sh $(@D)
	$(MAKE) -C /lib/modules/$*/build M=$(@D) modules

tools:
	$(MAKE) -C tools O=$(BUILD)/tools

# The debug kernel, and the modules for it.
uml:
	selftests/uml/build.sh -m

deps:
	selftests/deps.sh

install: all
	$(foreach kernel,$(KERNELS),\
		install -D -m 644 $(BUILD)/$(kernel)/hip.ko \
			$(DESTDIR)/lib/modules/$(kernel)/updates/hip.ko &&) true
ifeq ($(DESTDIR),)
	$(foreach kernel,$(KERNELS),depmod $(kernel) &&) true
endif
	$(MAKE) -C tools O=$(BUILD)/tools install

demo: deps
	$(MAKE) all
	selftests/vm/run.sh selftests/demo.sh

check: all
	selftests/check.sh $(PARTS)

bench: all bench-module
	selftests/bench/run.sh

# With what makes a million registrations, and kept apart from what is installed.
bench-module:
	@$(TOP)/selftests/mirror.sh $(BENCH)
	$(MAKE) -C /lib/modules/$(notdir $(BENCH))/build M=$(BENCH) HIP_BENCH=m modules

# What the machine can say of the code without running it.
static: $(KERNELS:%=static-%)
	@test -n "$(CHECKPATCH)" || { echo "no checkpatch: make uml first"; exit 1; }
	cd $(BUILD) && perl $(CHECKPATCH) $(CHECKPATCH_FLAGS) $(CHECKPATCH_KERNEL) \
		-f $(KERNEL_SRCS:%=$(TOP)/%)
	cd $(BUILD) && perl $(CHECKPATCH) $(CHECKPATCH_FLAGS) $(CHECKPATCH_USER) \
		-f $(USER_SRCS:%=$(TOP)/%)
	shellcheck -x -S warning $(SHELLS)

static-%: FORCE
	@$(TOP)/selftests/mirror.sh $(BUILD)/static/$*
	$(MAKE) -C /lib/modules/$*/build M=$(BUILD)/static/$* clean
	set -o pipefail; $(MAKE) -C /lib/modules/$*/build M=$(BUILD)/static/$* HIP_BENCH=m W=1 C=2 \
		CHECK=sparse CF=-D__CHECK_ENDIAN__ modules 2>&1 | \
		tee $(BUILD)/static/$*.log
	! grep -E '$(BUILD)/static/.*: (warning|error):' $(BUILD)/static/$*.log

clean:
	find $(BUILD) -mindepth 1 -maxdepth 1 ! -name cache -exec rm -rf {} + 2>/dev/null || true

distclean: clean
	rm -rf $(BUILD)

static-%: SHELL := /bin/bash

FORCE:

.PHONY: all modules tools uml deps install demo check bench bench-module static clean \
	distclean FORCE
