#!/bin/sh
# Fill the environment whose programs lie in $1; create it first if it is a missing .venv.
set -eu
bin=$1
torch=$(grep '^torch==' constraints.txt)

if [ "$bin" = "$PWD/.venv/bin" ] && ! "$bin/python" -m pip --version >/dev/null 2>&1; then
    echo "Building the environment in .venv; this takes a minute or two, and downloads."
    rm -rf .venv
    python3 -c 'import sys; assert sys.version_info >= (3, 11)' 2>/dev/null || {
        echo "Python 3.11 or newer is needed; found $(python3 --version 2>&1)." >&2
        exit 1
    }
    python3 -m venv .venv || {
        echo "python3 could not make a virtual environment; on Debian and Ubuntu: apt install python3-venv." >&2
        exit 1
    }
fi

pip() { PYTHONWARNINGS=ignore "$bin/python" -m pip --disable-pip-version-check "$@"; }

# PyPI's torch for Linux carries 3 GB of CUDA, so ask for the CPU build first.
if ! "$bin/python" -c "import importlib.metadata as m; assert m.version('torch').split('+')[0] == '${torch#torch==}'" 2>/dev/null; then
    cpu=https://download.pytorch.org/whl/cpu
    [ "$(uname)" = Linux ] && pip install --quiet --retries 0 --timeout 20 --no-deps --index-url "$cpu" "$torch" 2>/dev/null ||
        pip install --quiet -c constraints.txt "$torch"
fi
pip install --quiet -c constraints.txt -e ".[test]"

# No news prompt at the first start.
"$bin/jupyter" labextension disable --level=sys_prefix @jupyterlab/apputils-extension:announcements >/dev/null 2>&1 || true
