#!/usr/bin/env python3
"""check_hardening.py PROGRAM: is it built as meson.build says? Prints what is missing and exits with 1 when anything is."""
import re
import subprocess
import sys

import elf


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def missing(program):
    """What a hardened program has and this one has not."""
    header, segments, dynamic = (elf.readelf(option, program) for option in ("-h", "-l", "-d"))
    imports = set(re.findall(r" UND (\w+)", elf.readelf("--dyn-syms", program)))
    loads = re.findall(r"^ +LOAD +(?:0x\w+ +){5}(\S[\w ]*?) +0x", segments, re.M)
    stack = re.search(r"GNU_STACK +(?:0x\w+ +){5}(\S+)", segments)
    if "DYN" not in header or not re.search(r"FLAGS_1\).*\bPIE\b", dynamic):
        yield "position-independent executable (-pie)"
    if "GNU_RELRO" not in segments:
        yield "relocations read-only after start (-z relro)"
    if not re.search(r"\bBIND_NOW\b|FLAGS_1\).*\bNOW\b", dynamic):
        yield "all symbols bound at start (-z now)"
    if not stack or "E" in stack.group(1):
        yield "stack without execution (-z noexecstack)"
    if not loads or any("W" in flags and "E" in flags for flags in loads):
        yield "no segment that is both writable and executable"
    if "__stack_chk_fail" not in imports:
        yield "stack protector (-fstack-protector-strong)"
    if not any(name.startswith("__") and name.endswith("_chk") for name in imports):
        yield "checked buffer functions (_FORTIFY_SOURCE)"
    if re.search(r"\((RPATH|RUNPATH)\)", dynamic):
        yield "no library path of its own"
    # Debian 12's C library has no such note, so no program on it has: look at the code itself.
    if elf.machine(program) == "x86_64" and "endbr64" not in run("objdump", "-d", "--disassemble=main", program):
        yield "control-flow protection (-fcf-protection)"


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    lacks = list(missing(sys.argv[1]))
    for what in lacks:
        print(f"{sys.argv[1]}: lacks {what}")
    return 1 if lacks else 0


if __name__ == "__main__":
    sys.exit(main())
