# Sourced by bin/serve and bin/test: goes to the repository's root and makes .venv as the locks want it.
# Nothing but python3 with venv is needed, and a second run changes nothing.

cd "$(dirname "$0")/.." || exit 1

stop() {
    echo "$1" >&2
    exit 1
}

# The first Python that is new enough. Debian calls the newest one python3; others may keep several beside an old one.
find_python() {
    for python in python3 python3.14 python3.13 python3.12 python3.11; do
        if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            return
        fi
    done
    stop "Suno Web needs Python 3.11 or newer, and no python3 here is. Install it (Debian and Ubuntu: sudo apt install python3 python3-venv) and run this again."
}

make_venv() {
    find_python
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        stop "Python’s venv module is missing. Install it (Debian and Ubuntu: sudo apt install python3-venv) and run this again."
    # --clear: what an interrupted run, or another version of Python, left behind is of no use.
    problem=$("$python" -m venv --clear .venv 2>&1) ||
        stop "The folder .venv could not be made: $(echo "$problem" | tail -n 1)"
}

# install LOCK: what the lock names, unless the same lock was installed here before. The copy that tells is kept under
# the version of Python, because another version looks for libraries in another folder.
install() {
    version=$(.venv/bin/python -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || version=none
    if cmp -s "$1" ".venv/$version-$1"; then
        return
    fi
    .venv/bin/python -m pip --version >/dev/null 2>&1 || make_venv
    echo "Installing the libraries in $1. This takes a minute, once." >&2
    .venv/bin/python -m pip install -qq --disable-pip-version-check --no-deps --require-hashes -r "$1" >&2 ||
        stop "The libraries in $1 could not be installed; the lines above say why. Check the network and run this again."
    version=$(.venv/bin/python -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    cp "$1" ".venv/$version-$1"
}
