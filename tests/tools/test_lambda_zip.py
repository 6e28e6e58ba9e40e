"""tools/elf.py and tools/lambda_zip must notice what Lambda's system would not start, and make the same bytes each time."""
import hashlib
import importlib.machinery
import importlib.util
import platform
import subprocess
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path

import tree  # noqa: F401 (the path to tools/)

import elf

sys.dont_write_bytecode = True
loader = importlib.machinery.SourceFileLoader("lambda_zip", str(tree.TOP / "tools" / "lambda_zip"))
lambda_zip = importlib.util.module_from_spec(importlib.util.spec_from_loader("lambda_zip", loader))
loader.exec_module(lambda_zip)

OLD = "#include <stdio.h>\nint main(void) { return puts(\"\") < 0; }\n"
# Of glibc 2.36.
NEW = "#include <stdlib.h>\nint main(void) { return (int)arc4random(); }\n"


class Built(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)

    @classmethod
    def build(cls, name, source, *flags):
        path = cls.folder / name
        path.parent.mkdir(exist_ok=True)
        subprocess.run(["gcc", "-x", "c", "-", "-x", "none", "-o", path, *flags], input=source, text=True, check=True)
        return path


class Glibc(Built):
    def test_a_program_of_old_functions_asks_for_nothing_new(self):
        self.assertEqual(list(elf.too_new(self.build("old", OLD), "2.34")), [])

    def test_a_function_that_came_later_is_named(self):
        self.assertEqual(list(elf.too_new(self.build("new", NEW), "2.34")), ["GLIBC_2.36 (arc4random)"])
        self.assertEqual(list(elf.too_new(self.build("new", NEW), "2.36")), [])

    def test_two_digits_are_more_than_one(self):
        self.assertEqual(list(elf.too_new(self.build("old", OLD), "2.4"))[0].split()[0], "GLIBC_2.34")

    def test_a_form_of_file_that_came_later_is_named_too(self):
        packed = self.build("packed", OLD, "-Wl,-z,pack-relative-relocs")
        if "GLIBC_ABI_DT_RELR" in elf.readelf("-V", packed):  # a linker that knows it
            self.assertEqual(list(elf.too_new(packed, "2.34")), ["GLIBC_ABI_DT_RELR"])
        else:
            self.assertEqual(list(elf.too_new(packed, "2.34")), [])


class Closure(Built):
    def test_libraries_of_libraries_are_found_and_glibc_is_left_out(self):
        self.build("lib/libinner.so.1", "int inner(void) { return 1; }", "-shared", "-fPIC", "-Wl,-soname,libinner.so.1")
        self.build("lib/libouter.so.1", "int inner(void); int outer(void) { return inner(); }", "-shared", "-fPIC", "-Wl,-soname,libouter.so.1",
                   self.folder / "lib/libinner.so.1")
        program = self.build("program", "int outer(void); int main(void) { return outer(); }", self.folder / "lib/libouter.so.1",
                             f"-Wl,-rpath-link,{self.folder}/lib")
        found = elf.closure(program, [self.folder / "lib"])
        self.assertEqual(sorted(found), ["libinner.so.1", "libouter.so.1"])
        (self.folder / "lib/libinner.so.1").unlink()
        with self.assertRaisesRegex(FileNotFoundError, "libinner.so.1 is in none of"):
            elf.closure(program, [self.folder / "lib"])

    def test_what_is_loaded_later_counts_with_what_it_needs(self):
        program = self.build("program", OLD)
        self.build("lib/liblater.so.1", "int later;", "-shared", "-fPIC")
        self.assertEqual(sorted(elf.closure(program, [self.folder / "lib"], ["liblater.so.1"])), ["liblater.so.1"])


class Zip(Built):
    """With a libcurl that is none: tools/libcurl takes a minute, and tools/check_lambda_zip tries it."""

    @classmethod
    def make(cls, source, name, curl="curl"):
        machine = lambda_zip.Machine("arm64" if platform.machine() == "aarch64" else "x86_64")
        machine.program = cls.build("bootstrap", source)
        machine.folders.insert(0, cls.folder / curl)
        lambda_zip.make(machine, cls.folder / name)

    @classmethod
    def build_library(cls, name, *flags):
        return cls.build(name, "int any;", "-shared", "-fPIC", f"-Wl,-soname,{Path(name).name}", *flags)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_library("curl/libcurl.so.4")
        cls.make(OLD, "task.zip")

    def open(self):
        archive = zipfile.ZipFile(self.folder / "task.zip")
        self.addCleanup(archive.close)
        return archive

    def test_the_same_input_makes_the_same_bytes(self):
        self.make(OLD, "again.zip")
        self.assertEqual(*(hashlib.sha256((self.folder / name).read_bytes()).hexdigest() for name in ("task.zip", "again.zip")))

    def test_bootstrap_may_be_executed_and_nothing_is_a_link(self):
        modes = {entry.filename: entry.external_attr >> 16 for entry in self.open().infolist()}
        self.assertEqual(modes["bootstrap"], 0o100755)
        self.assertEqual({mode for name, mode in modes.items() if name != "bootstrap"}, {0o100644})
        self.assertEqual([name for name in modes if name.startswith("lib/")], ["lib/libcurl.so.4"])
        self.assertIn("zoneinfo/Europe/Vienna", modes)
        self.assertNotIn("zoneinfo/localtime", modes)

    def test_nobody_is_trusted_but_whom_debian_trusts(self):
        archive = self.open()
        certificates = [archive.read(name) for name in archive.namelist() if name.startswith("certs/")]
        debians = {path.read_bytes() for path in Path("/usr/share/ca-certificates/mozilla").iterdir()}
        self.assertEqual([certificate for certificate in certificates if certificate not in debians], [])
        self.assertEqual(len(certificates), len(debians))

    def test_a_program_that_asks_for_a_newer_glibc_is_refused(self):
        with self.assertRaisesRegex(lambda_zip.Refused, r"bootstrap asks for more than glibc 2\.34: GLIBC_2\.36 \(arc4random\)"):
            self.make(NEW, "new.zip")
        self.assertFalse((self.folder / "new.zip").exists())

    def test_a_library_that_nobody_has_weighed_is_refused(self):
        more = self.build_library("more/libmore.so.1")
        self.build_library("more/libcurl.so.4", "-Wl,--no-as-needed", more)
        with self.assertRaisesRegex(lambda_zip.Refused, r"time more at each start .*: libmore\.so\.1$"):
            self.make(OLD, "more.zip", "more")
        self.assertFalse((self.folder / "more.zip").exists())

    def test_a_program_of_two_megabytes_is_refused(self):
        with self.assertRaisesRegex(lambda_zip.Refused, "2000000 is too many"):
            self.make("static const char fill[2000000] __attribute__((used)) = \"x\";\n" + OLD, "large.zip")

    def test_a_zip_that_lambda_does_not_take_is_refused(self):
        small = self.folder / "small.zip"
        small.write_bytes(b"x")
        lambda_zip.tell({"lib": [lambda_zip.CONTENT_MAX, 1]}, small)
        with self.assertRaisesRegex(lambda_zip.Refused, "larger than Lambda takes"):
            lambda_zip.tell({"lib": [lambda_zip.CONTENT_MAX + 1, 1]}, small)


if __name__ == "__main__":
    unittest.main()
