"""Promises about a template: functions that yield what is wrong, each with a sentence for a name."""

PROMISES = []


def promise(sentence):
    """Registers `function(stack)`, which yields a text for each way in which the stack does not keep it."""
    def register(function):
        PROMISES.append((sentence, function))
        return function
    return register


def only(stack, kind):
    """The one resource of a type: (name, properties)."""
    found = stack.of(kind)
    if len(found) != 1:
        raise Broken(f"{len(found)} of {kind}, not one")
    (pair,) = found.items()
    return pair


class Broken(Exception):
    """What a promise is about is not there at all."""


def differs(what, found, wanted):
    """One complaint when they differ."""
    if found != wanted:
        yield f"{what} is {found!r}, not {wanted!r}"


def complaints(function, stack):
    """All that a promise has to say of a stack."""
    try:
        return list(function(stack))
    except Broken as error:
        return [str(error)]
    except (KeyError, IndexError, TypeError) as error:
        return [f"not as expected: {type(error).__name__} {error}"]
