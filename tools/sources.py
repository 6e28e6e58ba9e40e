#!/usr/bin/env python3
"""What there is to build, so that adding a file needs no edit of a build file.

    sources.py layers          layer;layers it is linked with;its .c files     (bottom layer first)
    sources.py tests FOLDER    program;layers it is linked with;its file       (tests/FOLDER; `helpers` are for all of them)
    sources.py all             every file that decides the above: when this list changes, configure again

Paths are relative to the top of the project.
"""
import re
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
SCRIPTS = {"api": "*.test.mjs", "tools": "test_*.py"}
LAYER_LINE = re.compile(r"/\* layer: ([a-z ,]+?) \*/")
# A program that takes in files which no library has: /* with: src/main/settings.c */
WITH_LINE = re.compile(r"/\* with: ([\w/. ]+?) \*/")


def read_layers(path):
    """src/LAYERS as {layer: [layers it may include]}, in the order of the file."""
    layers = {}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        line = line.split("#")[0].strip()
        if not line:
            continue
        name, colon, allowed = line.partition(":")
        if not colon or name in layers:
            sys.exit(f"{path}:{number}: expected `layer: allowed layers`, each layer once")
        layers[name] = allowed.split()
    for name, allowed in layers.items():
        if allowed == ["*"]:
            layers[name] = [other for other in layers if other != name]
        for other in layers[name]:
            if other not in layers:
                sys.exit(f"{path}: {name} may include {other}, which is no layer")
    return layers


def bottom_up(layers):
    """The layers, each after all those that it may include."""
    order = []
    while len(order) < len(layers):
        ready = [n for n in layers if n not in order and all(a in order for a in layers[n])]
        if not ready:
            sys.exit("src/LAYERS: the layers form a ring: " + " ".join(set(layers) - set(order)))
        order += ready
    return order


def c_files(folder):
    return sorted(str(p.relative_to(TOP)) for p in folder.glob("*.c"))


def has_code(layer):
    return (TOP / "src" / layer).is_dir()


def list_layers(layers):
    for name in filter(has_code, bottom_up(layers)):
        below = filter(has_code, layers[name])
        yield name, " ".join(below), c_files(TOP / "src" / name)


def layers_of_unit_test(path, layers):
    """A unit test names in its first line the layers of its subject."""
    with open(TOP / path) as file:
        found = LAYER_LINE.match(file.readline())
    named = re.split(r"[ ,]+", found.group(1)) if found else []
    if not named or any(n not in layers or n == "main" for n in named):
        sys.exit(f"{path}:1: the first line must name the layer under test: /* layer: codec */")
    return " ".join(n for n in named if has_code(n))


def files_beside(path):
    """The files that a program names in its first line, a unit test behind its layers."""
    with open(TOP / path) as file:
        found = WITH_LINE.search(file.readline())
    files = found.group(1).split() if found else []
    for name in files:
        if not (TOP / name).is_file():
            sys.exit(f"{path}:1: there is no file {name}")
    return files


def list_scripts(folder, pattern):
    for path in sorted((TOP / "tests" / folder).glob(pattern)):
        yield path.name.split(".")[0], "", [str(path.relative_to(TOP))]


def is_program(path, folder):
    if folder == "support":
        return re.search(r"^int main\(", (TOP / path).read_text(), re.M)
    return Path(path).name.startswith("fuzz_" if folder == "fuzz" else "test_")


def list_tests(layers, folder):
    if folder in SCRIPTS:
        yield from list_scripts(folder, SCRIPTS[folder])
        return
    files = c_files(TOP / "tests" / folder)
    programs = [f for f in files if is_program(f, folder)]
    helpers = [f for f in files if f not in programs and Path(f).name != "replay.c"]
    every = " ".join(n for n in layers if has_code(n) and n != "main")
    if helpers:
        yield "helpers", "", helpers
    for path in programs:
        linked = layers_of_unit_test(path, layers) if folder == "unit" else every
        yield Path(path).stem, linked, [path, *files_beside(path)]


def list_all():
    """Names only, but for what a unit test says in its first line."""
    for pattern in ("src/*/*.c", "tests/*/*.c", "tests/*/*.mjs", "tests/*/*.py"):
        for path in sorted(TOP.glob(pattern)):
            first = ""
            if path.parent.name in ("unit", "contract", "fuzz") and path.suffix == ".c":
                with open(path) as file:
                    first = file.readline().strip()
            yield str(path.relative_to(TOP)), first, []
    for folder in sorted((TOP / "src").iterdir()):
        yield str(folder.relative_to(TOP)), "", []


def main(args):
    layers = read_layers(TOP / "src" / "LAYERS")
    if args == ["layers"]:
        rows = list_layers(layers)
    elif len(args) == 2 and args[0] == "tests":
        rows = list_tests(layers, args[1])
    elif args == ["all"]:
        rows = list_all()
    else:
        sys.exit(__doc__)
    for name, linked, files in rows:
        print(f"{name};{linked};{' '.join(files)}")


if __name__ == "__main__":
    main(sys.argv[1:])
