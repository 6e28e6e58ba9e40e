"""Where tools/fetch keeps what the checks need."""
import functools
import subprocess
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent.parent


@functools.lru_cache(None)
def folder(name):
    done = subprocess.run([TOP / "tools" / "fetch", name], stdout=subprocess.PIPE, text=True, check=True)
    return Path(done.stdout.strip())


def python(name):
    return str(folder(name) / "bin" / "python")
