"""Just enough of C to check the laws: comments, strings and preprocessor lines set apart, functions found.

It reads the style of this project (clang-format'ed, macros that define no functions), not all of C.
"""
import re
from dataclasses import dataclass
from pathlib import Path

NOISE = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.M)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]', re.M)
CALL = re.compile(r"(?<![\w.])(?<!->)([A-Za-z_]\w*)\s*\(")
NAME_BEFORE_PAREN = re.compile(r"([A-Za-z_]\w*)\s*$")


def blank(match):
    """The same room, without the text, so that offsets and lines stay."""
    return re.sub(r"[^\n]", " ", match.group())


@dataclass
class Function:
    name: str
    start: int  # offsets into the text: the declaration's first character
    body: int   # the opening brace
    end: int    # the closing brace


@dataclass
class Declaration:
    text: str
    start: int


class Source:
    """One .c or .h file. raw as written, unquoted without strings, code also without comments and preprocessor lines."""

    def __init__(self, path):
        self.path = Path(path)
        self.raw = self.path.read_text()
        self.unquoted = NOISE.sub(lambda m: m.group() if m.group()[0] == "/" else blank(m), self.raw)
        self.directives = NOISE.sub(lambda m: m.group() if m.group()[0] == '"' else blank(m), self.raw)
        self.code = DIRECTIVE.sub(blank, NOISE.sub(blank, self.raw))
        self.functions = []
        self.declarations = []  # at file scope, up to the semicolon
        self._scan()

    def line(self, offset):
        return self.raw.count("\n", 0, offset) + 1

    def includes(self):
        """(line, quote or angle, path) of every #include."""
        return [(self.line(m.start()), m.group(1), m.group(2)) for m in INCLUDE.finditer(self.directives)]

    def calls(self, function):
        """(offset, name) of whatever looks like a call in a function's body."""
        body = self.code[function.body:function.end]
        return [(function.body + m.start(1), m.group(1)) for m in CALL.finditer(body)]

    def _scan(self):
        depth, start = 0, None
        function = None
        for offset, char in enumerate(self.code):
            if start is None and not char.isspace():
                start = offset
            if char == "{":
                depth += 1
                if depth == 1:
                    name = function_name(self.code[start:offset])
                    function = Function(name, start, offset, offset) if name else None
            elif char == "}":
                depth -= 1
                if depth == 0 and function:
                    function.end = offset
                    self.functions.append(function)
                    start = function = None
            elif char == ";" and depth == 0 and start is not None:
                self.declarations.append(Declaration(self.code[start:offset], start))
                start = None


def function_name(head):
    """The name of the function that `head`, the text before a brace at file scope, defines; None for a struct or a table."""
    if "=" in head:
        return None
    name, depth, group = None, 0, 0
    for offset, char in enumerate(head):
        if char == "(":
            if depth == 0:
                before = NAME_BEFORE_PAREN.search(head[group:offset])
                if before and before.group(1) != "__attribute__" and not before.group(1).isupper():
                    name = before.group(1)
            depth += 1
        elif char == ")":
            depth -= 1
            if depth == 0:
                group = offset + 1
    return name
