"""tools/check_layers.py must notice each law broken, and nothing in a tree that breaks none."""
import subprocess
import unittest

from tree import TreeTest

import check_layers


class Includes(TreeTest):
    checker = staticmethod(check_layers.check)

    def test_a_lawful_tree_has_no_violation(self):
        self.assert_only()

    def test_an_include_that_the_layer_may_not_have_is_refused(self):
        self.add("src/base/up.c", '#include "codec/json.h"\n')
        self.assert_only("src/base/up.c:1: base may not include codec")

    def test_a_star_allows_every_layer(self):
        self.add("src/main/main.c", '#include "codec/json.h"\n#include "base/arena.h"\n')
        self.assert_only()

    def test_an_include_without_its_layer_is_refused(self):
        self.add("src/base/near.c", '#include "arena.h"\n')
        self.assert_only('src/base/near.c:1: "arena.h" is no header of a layer')

    def test_an_include_of_ours_in_angle_brackets_is_refused(self):
        self.add("src/base/angle.c", "\n#include <base/arena.h>\n")
        self.assert_only("src/base/angle.c:2: <base/arena.h> is ours")

    def test_a_file_that_does_not_include_its_own_header_first_is_refused(self):
        self.write("src/base/arena.c", '#include <stdlib.h>\n#include "base/arena.h"\n')
        self.write("src/codec/json.c", "")
        self.assert_only('src/base/arena.c:1: include "base/arena.h" first', 'src/codec/json.c:1: include "codec/json.h"')

    def test_an_include_in_a_comment_is_none(self):
        self.add("src/base/comment.c", '/*\n#include "codec/json.h"\n*/\n')
        self.assert_only()

    def test_two_files_that_include_each_other_are_refused(self):
        self.add("src/codec/url.h", '/* url */\n#include "codec/hash.h"\nint url(void);\n')
        self.add("src/codec/hash.h", '/* hash */\nint hash(void);\n')
        self.add("src/codec/hash.c", '#include "codec/hash.h"\n#include "codec/url.h"\n')
        self.assert_only("files include each other: hash > url > hash")

    def test_a_ring_over_three_files_is_refused(self):
        for name, other in (("a", "b"), ("b", "c"), ("c", "a")):
            self.add(f"src/codec/{name}.h", f'/* {name} */\n#include "codec/{other}.h"\nint {name}(void);\n')
        self.assert_only("files include each other: a > b > c > a")

    def test_a_file_name_that_another_layer_has_is_refused(self):
        self.add("src/record/json.c", "int x(void);\n")
        self.assert_only("src/record/json.c:1: src/codec has a file of that name")

    def test_a_file_outside_every_layer_is_refused(self):
        self.add("src/stray.c", "")
        self.add("src/util/more.c", "")
        self.add("src/codec/deep/deeper.c", "")
        self.assert_only("codec/deep/deeper.c", "src/stray.c:1: belongs to no layer", "src/util/more.c")

    def test_layers_that_form_a_ring_are_refused(self):
        self.write("src/LAYERS", "codec: base\nbase: codec\n")
        with self.assertRaisesRegex(SystemExit, "ring"):
            self.check()

    def test_a_layer_that_does_not_exist_is_refused(self):
        self.write("src/LAYERS", "codec: bass\nbase:\n")
        with self.assertRaisesRegex(SystemExit, "bass, which is no layer"):
            self.check()


class Order(TreeTest):
    checker = staticmethod(check_layers.check)

    def test_a_call_of_what_stands_below_is_refused(self):
        self.add("src/base/door.c", "int door(int n)\n{\n\treturn room(n);\n}\n\nint room(int n)\n{\n\treturn n;\n}\n")
        self.assert_only("src/base/door.c:3: door calls room, which stands below it")

    def test_a_member_of_the_same_name_is_no_such_call(self):
        self.add("src/base/door.c", "int door(struct api *a)\n{\n\treturn a->get(1) + a->sub.get(2);\n}\n\n"
                                    "int get(int n)\n{\n\treturn n;\n}\n")
        self.assert_only()

    def test_a_forward_declaration_of_a_static_function_is_refused(self):
        self.add("src/base/door.c", "static int room(int n);\n\nint door(int n)\n{\n\treturn n;\n}\n")
        self.assert_only("src/base/door.c:1: room is declared before it is defined")

    def test_a_forward_declaration_with_attributes_is_refused(self):
        self.add("src/base/door.c", "static struct door *room(int n, int (*get)(int)) __attribute__((noinline));\n")
        self.assert_only("room is declared before it is defined")

    def test_mutual_recursion_with_its_reason_is_allowed(self):
        self.add("src/base/tree.c", "/* mutual recursion: a node has nodes */\nstatic int node(int n);\n\n"
                                    "static int nodes(int n)\n{\n\treturn node(n);\n}\n\n"
                                    "static int node(int n)\n{\n\treturn n ? nodes(n - 1) : 0;\n}\n")
        self.assert_only()

    def test_mutual_recursion_with_a_public_function_gives_its_reason_above_the_caller(self):
        text = ("static int nodes(int n)\n{\n\treturn node(n);\n}\n\n"
                "int node(int n)\n{\n\treturn n ? nodes(n - 1) : 0;\n}\n")
        self.write("src/base/tree.c", text)
        self.assert_only("src/base/tree.c:3: nodes calls node")
        self.write("src/base/tree.c", "/* mutual recursion: a node has nodes */\n" + text)
        self.assert_only()

    def test_mutual_recursion_without_a_reason_is_refused(self):
        self.add("src/base/tree.c", "/* mutual recursion: */\nstatic int node(int n);\n")
        self.assert_only("node is declared before it is defined")

    def test_tests_and_benches_keep_the_order_too(self):
        self.add("tests/unit/test_a.c", "int door(int n)\n{\n\treturn room(n);\n}\nint room(int n)\n{\n\treturn n;\n}\n")
        self.assert_only("tests/unit/test_a.c:3: door calls room")


class Words(TreeTest):
    checker = staticmethod(check_layers.check)

    def test_each_banned_function_is_refused(self):
        for name in sorted(check_layers.BANNED):
            self.write("src/base/call.c", f"void call(char *s)\n{{\n\t{name}(s);\n}}\n")
            self.assert_only(f"src/base/call.c:3: {name}() is banned")

    def test_a_banned_name_as_a_part_or_a_string_is_none(self):
        self.add("src/base/call.c", 'void call(char *s)\n{\n\trand_bytes(s); /* not rand() */\n\tlog_put("system()");\n}\n')
        self.assert_only()

    def test_heap_calls_in_business_code_are_refused(self):
        for name in sorted(check_layers.HEAP):
            self.write("src/record/keys.c", f"void call(char *s)\n{{\n\t{name}(s);\n}}\n")
            self.assert_only(f"src/record/keys.c:3: {name}() in business code")

    def test_floating_point_is_refused_in_src_alone(self):
        self.add("bench/rate.c", "double rate;\n")
        self.add("src/base/price.c", "int price(double major);\nint weight(float minor);\n")
        self.assert_only("src/base/price.c:1: double", "src/base/price.c:2: float")

    def test_words_that_excuse_missing_work_are_refused(self):
        for word in ("TODO", "FIXME", "XXX", "HACK", "for now", "a Placeholder", "not implemented yet"):
            self.write("src/base/late.c", f"/* {word} */\n")
            self.assert_only("src/base/late.c:1: '")

    def test_such_a_word_in_a_text_is_none(self):
        self.add("src/base/code.c", 'const char *const none = "XXX";\n')
        self.assert_only()
        self.write("src/base/code.c", 'const char *const none = "not implemented yet";\n')
        self.assert_only("src/base/code.c:1: 'not implemented yet'")

    def test_a_typedef_of_a_struct_is_refused(self):
        self.add("src/base/type.h", "/* type */\ntypedef struct thing thing_t;\ntypedef int type_fn(int n);\n")
        self.assert_only("src/base/type.h:2: a typedef")

    def test_extern_in_a_c_file_is_refused(self):
        self.add("src/base/reach.c", "extern int json_parse(const char *text);\n")
        self.assert_only("src/base/reach.c:1: extern")

    def test_a_condition_inside_a_function_is_refused(self):
        self.add("src/base/either.c", "#ifdef __linux__\n#endif\nint either(void)\n{\n#if 1\n\treturn 1;\n#endif\n}\n")
        self.assert_only("src/base/either.c:5: #if inside a function")

    def test_a_header_without_its_contract_is_refused(self):
        self.add("src/base/bare.h", "#pragma once\nint bare(void);\n")
        self.assert_only("src/base/bare.h:1: a header opens with its contract")

    def test_an_umbrella_header_is_refused(self):
        self.add("src/base/all.h", '/* all */\n#pragma once\n#include "base/arena.h"\n')
        self.assert_only("src/base/all.h:1: a header that only includes others")


class Variables(TreeTest):
    """These look into objects, as meson names them."""

    @staticmethod
    def checker(top):
        return check_layers.check(top, top / "build")

    def compile(self, layer, name, text):
        folder = self.top / "build" / f"lib{layer}.a.p"
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["gcc", "-x", "c", "-fPIE", "-O1", "-c", "-", "-o", folder / f"src_{layer}_{name}.o"],
                       input=text, text=True, check=True)

    def test_constants_are_no_variables(self):
        self.compile("codec", "json.c", 'int f(void);\nconst int a[2] = { 1, 2 };\nconst char *const names[] = { "a", "b" };\n'
                                        "int (*const calls[])(void) = { f };\n")
        self.assert_only()

    def test_each_variable_that_can_change_is_refused(self):
        for text in ("int here = 1;", "int here;", "static int here[9]; int *f(void) { return here; }",
                     'const char *here[] = { "pointer can change" };', "_Thread_local int here = 3;", "_Thread_local int here;",
                     "int f(void) { static int here; return here++; }", "int here __attribute__((common));"):
            self.compile("codec", "json.c", text)
            self.assert_only("src/codec/json.c:1: here")

    def test_runtime_and_the_log_may_have_them(self):
        self.compile("runtime", "serve.c", "int stop;")
        self.compile("base", "log.c", "int level = 1;")
        self.assert_only()

    def test_another_file_named_log_may_not(self):
        self.compile("codec", "log.c", "int level = 1;")
        self.assert_only("src/codec/log.c:1: level can change")

    def test_a_folder_without_objects_is_a_violation(self):
        (self.top / "build").mkdir()
        self.assert_only("no objects of our layers")


if __name__ == "__main__":
    unittest.main()
