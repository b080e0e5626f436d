#!/usr/bin/env bash
# Make a room in which a wheel of archcalc runs on CPython 3.14 where there is no such interpreter: Pyodide, which is
# CPython in WebAssembly and runs in Node, and a folder `site` with the wheel and what it depends on. Then:
# node run.mjs ROOM README.md
#
#   prepare.sh WHEEL ROOM          PYTHON=python3 names a Python with pip, which downloads and unpacks
set -euo pipefail
wheel=$(realpath "$1")
mkdir -p "$2"
cd "$2"
python=${PYTHON:-python3}
pyodide=314.0.7
platform=pyemscripten_2026_0_wasm32 # of the wheels that this Pyodide loads

npm install --silent --no-audit --no-fund --ignore-scripts --no-save --prefix . "pyodide@$pyodide"

rm -rf wheels site
mkdir wheels site
get() {
    "$python" -m pip download --quiet --disable-pip-version-check --only-binary :all: --python-version 3.14 \
        --implementation cp --abi cp314 --dest wheels "$@"
}
# pydantic's core is compiled; pip takes the newest pydantic whose core has a wheel for the platform.
get --platform "$platform" 'click>=8.1' 'pydantic>=2.7' 'rich>=13.7'
# PyYAML has no wheel for it: of one for another platform the modules in Python serve, without libyaml.
get --platform manylinux2014_x86_64 --platform manylinux_2_17_x86_64 --platform manylinux_2_28_x86_64 --no-deps 'PyYAML>=6.0'

for file in "$wheel" wheels/*.whl; do
    "$python" -m zipfile -e "$file" site
done
rm -f site/yaml/_yaml*.so
