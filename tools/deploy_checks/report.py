"""What was checked, and how it came out."""
import threading


class Failed(Exception):
    """A step can not go on."""


class Report:
    """Counts checks; several steps may report at once."""

    def __init__(self, say=print):
        self.passed = self.failed = 0
        self.say = say
        self.lock = threading.Lock()

    def check(self, sentence, complaints=()):
        """Passed when there is nothing to complain about."""
        found = list(complaints)
        with self.lock:
            self.passed += not found
            self.failed += bool(found)
            self.say(f"{'not ok' if found else 'ok'} - {sentence}")
            for complaint in found:
                self.say(f"    {complaint}")
        return not found
