"""What readelf tells of programs and libraries: which libraries they name, which of them are found where, and how new a glibc they ask for."""
import re
import subprocess

# What glibc itself is made of: its version decides, and nobody ships another one.
GLIBC = re.compile(r"(libc|libm|libmvec|libdl|libpthread|librt|libresolv|libutil|libanl|libnsl|libnss_\w+|ld-linux[-\w]*)\.so\.\d+")


def readelf(option, path):
    return subprocess.run(["readelf", "-W", option, path], capture_output=True, text=True, check=True).stdout


def needed(path):
    return re.findall(r"\(NEEDED\).*\[(.*)\]", readelf("-d", path))


def closure(path, folders, more=()):
    """The libraries that the program needs, those named in more and what all of them need, but for glibc: {name: file}."""
    found, names = {}, [*needed(path), *more]
    while names:
        name = names.pop()
        if name in found or GLIBC.fullmatch(name):
            continue
        files = [folder / name for folder in folders if (folder / name).exists()]
        if not files:
            raise FileNotFoundError(f"{name} is in none of {' '.join(map(str, folders))}")
        found[name] = files[0].resolve()
        names += needed(files[0])
    return found


def too_new(path, newest):
    """What the file asks of a glibc newer than that, `2.34` say, each as `GLIBC_2.36 (arc4random)`, and what no number tells the age of."""
    allowed = tuple(map(int, newest.split(".")))
    for version in sorted(set(re.findall(r"Name: (GLIBC_\w[\w.]*)", readelf("-V", path)))):
        number = re.fullmatch(r"GLIBC_(\d+(?:\.\d+)+)", version)
        if number and tuple(map(int, number.group(1).split("."))) <= allowed:
            continue
        names = re.findall(rf" UND (\w+)@+{re.escape(version)}(?:\s|$)", readelf("--dyn-syms", path), re.M)
        yield f"{version} ({' '.join(names)})" if names else version


def machine(path):
    """As AWS names it."""
    return {"Advanced Micro Devices X86-64": "x86_64", "AArch64": "arm64"}[re.search(r"Machine:\s+(.*)", readelf("-h", path)).group(1)]
