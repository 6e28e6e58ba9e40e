"""tools/check_hardening.py must notice each protection that is left out."""
import subprocess
import tempfile
import unittest
from pathlib import Path

import tree  # noqa: F401 (the path to tools/)

import check_hardening

PROGRAM = """
#include <stdio.h>
#include <string.h>
#ifdef WRITABLE_CODE
__asm__(".section both, \\"awx\\", @progbits\\n.long 1\\n.text");
#endif
int main(int argc, char **argv)
{
	char copy[64];
	memset(copy, 0, sizeof(copy));
	strncpy(copy, argv[argc - 1], (size_t)argc);
	puts(copy);
	return 0;
}
"""
FLAGS = ["-O2", "-fPIE", "-pie", "-D_FORTIFY_SOURCE=2", "-fstack-protector-strong", "-fcf-protection",
         "-Wl,-z,relro", "-Wl,-z,now", "-Wl,-z,noexecstack"]


class Hardening(unittest.TestCase):
    def missing(self, *flags):
        with tempfile.TemporaryDirectory() as folder:
            program = Path(folder) / "program"
            subprocess.run(["gcc", "-x", "c", "-w", "-", *FLAGS, *flags, "-o", program], input=PROGRAM, text=True, check=True)
            return "; ".join(check_hardening.missing(program))

    def test_a_hardened_program_lacks_nothing(self):
        self.assertEqual(self.missing(), "")

    def test_each_protection_left_out_is_noticed(self):
        for flags, part in ((["-fno-pie", "-no-pie"], "-pie"), (["-Wl,-z,norelro"], "relro"), (["-Wl,-z,lazy"], "-z now"),
                            (["-Wl,-z,execstack"], "stack without execution"), (["-fno-stack-protector"], "stack-protector"),
                            (["-U_FORTIFY_SOURCE"], "FORTIFY"), (["-Wl,-rpath,/opt/lib"], "library path"),
                            (["-fcf-protection=none"], "control-flow"), (["-DWRITABLE_CODE"], "writable and executable")):
            with self.subTest(part):
                self.assertIn(part, self.missing(*flags))


if __name__ == "__main__":
    unittest.main()
