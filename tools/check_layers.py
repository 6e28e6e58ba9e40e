#!/usr/bin/env python3
"""Checks the laws of the tree that a compiler does not: check_layers.py [--top FOLDER] [BUILD FOLDER]

src/LAYERS says which layer may include which. With a build folder it also looks into the objects for variables
that can change. Prints one line a violation and exits with 1 when there is any.
"""
import argparse
import re
import subprocess
import sys
from pathlib import Path

from csource import CALL, Source
from sources import bottom_up, read_layers

BANNED = set("strcpy strcat sprintf vsprintf strtok atoi atol atoll atof gets rand srand localtime gmtime ctime "
             "asctime system popen".split())
# Memory of business code comes from the request's arena.
BUSINESS = {"model", "record", "audit", "operation", "publish", "usecase", "api"}
HEAP = {"malloc", "calloc", "realloc", "strdup", "strndup", "free"}
MARKS = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
PHRASES = re.compile(r"\b(?:for now|placeholder|not implemented yet)\b", re.I)
MUTABLE_ALLOWED = re.compile(r"runtime/|base/log\.c$")
OBJECT = re.compile(r"src_(\w+?)_([^/]+\.c)\.o")


def tree_files(top, folder):
    return sorted(p for p in (top / folder).rglob("*") if p.suffix in (".c", ".h"))


def check_includes(source, layer, layers, top):
    """A file includes headers of its own layer and of those that it is allowed, written with their layer."""
    own = f"{layer}/{source.path.stem}.h"
    if source.path.suffix == ".c" and (top / "src" / own).is_file() and [i[2] for i in source.includes()][:1] != [own]:
        yield 1, f'include "{own}" first: so it is known to need nothing before it'
    for line, quote, path in source.includes():
        other = path.split("/")[0]
        ours = (top / "src" / path).is_file()
        if quote == "<" and ours:
            yield line, f"<{path}> is ours: write it in quotes"
        elif quote == '"' and (not ours or other not in layers):
            yield line, f'"{path}" is no header of a layer: write "layer/name.h"'
        elif ours and other != layer and other not in layers[layer]:
            yield line, f"{layer} may not include {other} (src/LAYERS)"


def has_reason(source, offset):
    """Stands `/* mutual recursion: reason */` right above?"""
    comment = source.raw[:offset].rstrip().rpartition("/*")[2]
    return comment.endswith("*/") and re.match(r"\s*mutual recursion:\s*[^\s*]", comment)


def check_order(source):
    """In a file a function calls only what stands above it; no forward declarations of static functions. Functions that
    need each other give the reason above the declaration or, where a header has that, above the one that calls down."""
    excused = set()
    for declaration in source.declarations:
        found = re.fullmatch(r"(?:\w+\s+)*?static\b[^=]*?\b(\w+)\s*\([^=]*\)[^=()]*(?:\(.*\))?", declaration.text, re.S)
        if not found or re.search(r"\(\s*\*", declaration.text.split(found.group(1))[0]):
            continue
        if has_reason(source, declaration.start):
            excused.add(found.group(1))
        else:
            yield source.line(declaration.start), (
                f"{found.group(1)} is declared before it is defined: define it above its callers, "
                "or say why not in the line above: /* mutual recursion: reason */")
    starts = {function.name: function.start for function in source.functions}
    for function in source.functions:
        if has_reason(source, function.start):
            continue
        for offset, name in source.calls(function):
            if starts.get(name, 0) > function.start and name not in excused:
                yield source.line(offset), f"{function.name} calls {name}, which stands below it"


def check_words(source):
    # Text may say XXX: it is the code of no currency.
    for pattern, text in ((MARKS, source.unquoted), (PHRASES, source.raw)):
        for match in pattern.finditer(text):
            yield source.line(match.start()), f"'{match.group()}': do it or leave it out"


def check_calls(source, layer):
    for match in CALL.finditer(source.code):
        name = match.group(1)
        if name in BANNED:
            yield source.line(match.start()), f"{name}() is banned"
        elif layer in BUSINESS and name in HEAP:
            yield source.line(match.start()), f"{name}() in business code: memory comes from the request's arena"


def check_code(source):
    """No floating point, no typedef of a struct, no extern beside headers, no #if inside a function."""
    for match in re.finditer(r"\b(?:float|double)\b", source.code):
        yield source.line(match.start()), f"{match.group()}: nothing here is a floating point number"
    for match in re.finditer(r"\btypedef\s+(?:struct|union|enum)\b", source.code):
        yield source.line(match.start()), "a typedef hides what a struct is"
    if source.path.suffix == ".c":
        for match in re.finditer(r"\bextern\b", source.code):
            yield source.line(match.start()), "extern in a .c file: include the header that declares it"
    for match in re.finditer(r"^[ \t]*#[ \t]*if\w*", source.directives, re.M):
        if any(f.body < match.start() < f.end for f in source.functions):
            yield source.line(match.start()), "#if inside a function"


def check_header(source):
    if source.path.suffix != ".h":
        return
    if not source.raw.startswith("/*"):
        yield 1, "a header opens with its contract: what it is, owner, threads, errors, limits"
    if not source.code.strip() and any(quote == '"' for _, quote, _ in source.includes()):
        yield 1, "a header that only includes others: include what you name"


def check_names(top, layers):
    """Files lie in a layer, and their base names are unique in src."""
    owner = {}
    for path in tree_files(top, "src"):
        parts = path.relative_to(top / "src").parts
        if len(parts) != 2 or parts[0] not in layers:
            yield path, 1, "belongs to no layer of src/LAYERS"
        elif owner.setdefault(path.stem, parts[0]) != parts[0]:
            yield path, 1, f"src/{owner[path.stem]} has a file of that name"


def check_rings(top):
    """No two files include each other over any way round; foo.c and foo.h are one."""
    edges = {}
    for path in tree_files(top, "src"):
        targets = {Path(t).stem for _, quote, t in Source(path).includes() if quote == '"'}
        edges.setdefault(path.stem, set()).update(targets - {path.stem})
    done = set()

    def walk(name, trail):
        if name in trail:
            yield trail[trail.index(name):] + [name]
        elif name not in done:
            for target in sorted(edges.get(name, ())):
                yield from walk(target, trail + [name])
            done.add(name)

    for name in sorted(edges):
        for ring in walk(name, []):
            path = next(p for p in tree_files(top, "src") if p.stem == ring[0])
            yield path, 1, "files include each other: " + " > ".join(ring)


def check_variables(top, build):
    """Reads the symbol tables: what lies in a writable section is a variable of the file, or a static one of a function."""
    objects = sorted(build.glob("lib*.a.p/*.o")) + sorted(build.glob("innkeeper.p/*.o"))
    if not objects:
        yield build, 1, "no objects of our layers: build first"
    for path in objects:
        found = OBJECT.fullmatch(path.name)
        if not found or MUTABLE_ALLOWED.match(f"{found.group(1)}/{found.group(2)}"):
            continue
        table = subprocess.run(["objdump", "-t", path], capture_output=True, text=True, check=True).stdout
        for line in table.splitlines():
            variable = re.match(r"\w+ .{7} (\.data|\.bss|\.tdata|\.tbss|\*COM\*)(\S*)\s+\w+ +(?:\.hidden )?(\S+)$", line)
            if variable and not variable.group(2).startswith(".rel.ro") and not is_section_or_sanitizer(variable.group(3)):
                source = top / "src" / found.group(1) / found.group(2)
                yield source, 1, f"{variable.group(3)} can change: state lives in runtime/ and base/log.c, or is passed down"


def is_section_or_sanitizer(name):
    return name.startswith((".", "__odr_asan", "__asan", "__sancov", "__llvm", "__gcov"))


def check_source(path, top, layers):
    """Every law that one file can break."""
    source = Source(path)
    area, layer = path.relative_to(top).parts[:2]
    yield from check_words(source)
    yield from check_calls(source, layer if area == "src" else None)
    yield from check_order(source)
    if area == "src" and layer in layers:
        yield from check_includes(source, layer, layers, top)
        yield from check_code(source)
        yield from check_header(source)


def check(top, build=None):
    """Every violation as (path, line, text)."""
    layers = read_layers(top / "src" / "LAYERS")
    bottom_up(layers)
    yield from check_names(top, layers)
    yield from check_rings(top)
    for folder in ("src", "tests", "bench"):
        for path in tree_files(top, folder):
            yield from ((path, line, text) for line, text in check_source(path, top, layers))
    if build:
        yield from check_variables(top, build)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--top", type=Path, default=Path(__file__).resolve().parent.parent)
    parser.add_argument("build", type=Path, nargs="?")
    args = parser.parse_args()
    violations = list(check(args.top.resolve(), args.build))
    for path, line, text in violations:
        print(f"{path}:{line}: {text}")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
