"""Unpacks from wheels only what the native addon needs.

Usage: unpack-wheels.py OUT WHEEL...   writes OUT/lib (TensorFlow's libraries), OUT/include (its C headers) and
OUT/nvidia/*/lib (CUDA's libraries).
"""
import os
import re
import shutil
import sys
import zipfile

LIBRARY = re.compile(r'tensorflow/(libtensorflow_(cc|framework)\.(so\.2|2\.dylib))$')
# TensorFlow looks for CUDA's libraries in ../nvidia/*/lib beside its own folder, as pip lays them out.
CUDA = re.compile(r'(nvidia/[^/]+/lib/[^/]+\.so[^/]*)$')
HEADER = re.compile(r'tensorflow/include/((tensorflow/c|tensorflow/core/platform|tsl|xla/tsl)/.+\.h)$')

out, wheels = sys.argv[1], sys.argv[2:]
for wheel in wheels:
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.startswith('/') or '\\' in name or '..' in name.split('/'):
                sys.exit(f'{os.path.basename(wheel)}: "{name}" leads outside its folder; nothing of it is used')
            library, cuda, header = LIBRARY.match(name), CUDA.match(name), HEADER.match(name)
            if library:
                target = os.path.join(out, 'lib', library.group(1))
            elif cuda:
                target = os.path.join(out, cuda.group(1))
            elif header:
                target = os.path.join(out, 'include', header.group(1))
            else:
                continue
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with archive.open(name) as source, open(target, 'wb') as sink:
                shutil.copyfileobj(source, sink, 1 << 20)
