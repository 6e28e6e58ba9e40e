"""tools/sources.py must find what there is to build, bottom first, and refuse a unit test that names no layer."""
import unittest

from tree import TreeTest

import sources


class Sources(TreeTest):
    def setUp(self):
        super().setUp()
        self.addCleanup(setattr, sources, "TOP", sources.TOP)
        sources.TOP = self.top

    def layers(self):
        return sources.read_layers(self.top / "src" / "LAYERS")

    def test_layers_come_bottom_first_and_those_without_a_folder_are_left_out(self):
        self.write("src/main/main.c", "")
        self.assertEqual(list(sources.list_layers(self.layers())), [
            ("base", "", ["src/base/arena.c"]),
            ("codec", "base", ["src/codec/json.c"]),
            ("main", "codec base", ["src/main/main.c"])])

    def test_a_unit_test_is_linked_with_the_layers_that_it_names(self):
        self.write("tests/unit/test_json.c", "/* layer: codec */\n")
        self.write("tests/unit/test_both.c", "/* layer: codec, base */\n")
        self.write("tests/unit/help.c", "")
        self.assertEqual(list(sources.list_tests(self.layers(), "unit")), [
            ("helpers", "", ["tests/unit/help.c"]),
            ("test_both", "codec base", ["tests/unit/test_both.c"]),
            ("test_json", "codec", ["tests/unit/test_json.c"])])

    def test_a_unit_test_that_names_no_layer_is_refused(self):
        for first in ("", "/* about json */", "/* layer: jason */", "/* layer: main */", "\n/* layer: codec */"):
            self.write("tests/unit/test_json.c", first + "\n")
            with self.assertRaisesRegex(SystemExit, "tests/unit/test_json.c:1: the first line must name"):
                list(sources.list_tests(self.layers(), "unit"))

    def test_other_tests_are_linked_with_everything_but_main(self):
        self.write("src/main/main.c", "")
        self.write("tests/contract/test_store.c", "")
        self.assertEqual(list(sources.list_tests(self.layers(), "contract")),
                         [("test_store", "codec base", ["tests/contract/test_store.c"])])

    def test_a_program_takes_in_the_files_that_its_first_line_names(self):
        self.write("src/main/main.c", "")
        self.write("tests/fuzz/fuzz_settings.c", "/* with: src/main/main.c */\n")
        self.assertEqual(list(sources.list_tests(self.layers(), "fuzz")),
                         [("fuzz_settings", "codec base", ["tests/fuzz/fuzz_settings.c", "src/main/main.c"])])
        self.write("tests/fuzz/fuzz_settings.c", "/* with: src/main/mine.c */\n")
        with self.assertRaisesRegex(SystemExit, "there is no file src/main/mine.c"):
            list(sources.list_tests(self.layers(), "fuzz"))

    def test_a_unit_test_names_such_files_behind_its_layers(self):
        self.write("src/main/main.c", "")
        self.write("tests/unit/test_main.c", "/* layer: base */ /* with: src/main/main.c */\n")
        self.assertEqual(list(sources.list_tests(self.layers(), "unit")),
                         [("test_main", "base", ["tests/unit/test_main.c", "src/main/main.c"])])

    def test_the_replay_driver_is_no_helper(self):
        self.write("tests/fuzz/fuzz_json.c", "")
        self.write("tests/fuzz/replay.c", "")
        self.assertEqual(list(sources.list_tests(self.layers(), "fuzz")),
                         [("fuzz_json", "codec base", ["tests/fuzz/fuzz_json.c"])])

    def test_a_support_program_is_a_file_with_a_main(self):
        self.write("tests/support/server.c", "int main(int argc, char **argv)\n{\n}\n")
        self.write("tests/support/routes.c", "/* int main() is elsewhere */\n")
        self.assertEqual(list(sources.list_tests(self.layers(), "support")), [
            ("helpers", "", ["tests/support/routes.c"]), ("server", "codec base", ["tests/support/server.c"])])

    def test_scripts_are_found_by_their_ending(self):
        self.write("tests/api/hotel.test.mjs", "")
        self.write("tests/api/client.mjs", "")
        self.assertEqual(list(sources.list_tests(self.layers(), "api")), [("hotel", "", ["tests/api/hotel.test.mjs"])])

    def test_the_list_changes_with_a_file_and_with_a_tests_layer(self):
        seen = [list(sources.list_all())]
        for path, text in (("src/codec/url.c", ""), ("tests/unit/test_url.c", "/* layer: codec */\n"),
                           ("tests/unit/test_url.c", "/* layer: base */\n"), ("tests/api/a.test.mjs", ""), ("src/net/a.h", "")):
            self.write(path, text)
            seen.append(list(sources.list_all()))
        self.assertEqual(len({str(rows) for rows in seen}), len(seen))


if __name__ == "__main__":
    unittest.main()
