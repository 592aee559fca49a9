"""Writes wheels.json: which wheels set-up takes on each platform, by version and sha256, as pip's own report names them.

Usage: pin-wheels.py VERSION   such as 2.21.0; downloads nothing but what pip needs to know.
"""
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
PYTHON = ['--python-version', '3.11', '--implementation', 'cp', '--abi', 'cp311', '--only-binary', ':all:']
QUIET = ['--dry-run', '--ignore-installed', '--no-deps', '--quiet', '--no-input', '--disable-pip-version-check']


def report(requirements, tags):
    """What pip would install of these on a platform: name, version, file and hash of each."""
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, 'report.json')
        platforms = [option for tag in tags for option in ('--platform', tag)]
        place = ['--target', folder, '--report', out]
        subprocess.run([sys.executable, '-m', 'pip', 'install', *QUIET, *place, *PYTHON, *platforms, *requirements], check=True)
        with open(out) as file:
            return json.load(file)['install']


def pinned(found):
    """One wheel as wheels.json lists it."""
    download = found['download_info']
    name = found['metadata']['name'].replace('_', '-')
    file = download['url'].split('/')[-1]
    return {'name': name, 'version': found['metadata']['version'], 'file': file, 'sha256': download['archive_info']['hashes']['sha256']}


def wheels(name, tags, cuda):
    """TensorFlow's wheel, and with `cuda` what it asks for under its and-cuda extra."""
    [main] = report([f'{name}=={sys.argv[1]}'], tags)
    extra = [line.split(';')[0].replace(' ', '') for line in main['metadata']['requires_dist'] if 'and-cuda' in line]
    return [pinned(main), *(map(pinned, report(extra, tags)) if cuda else [])]


def linux(machine):
    return [f'manylinux_2_27_{machine}', f'manylinux_2_17_{machine}', f'manylinux2014_{machine}']


PLATFORMS = {
    'linux-x64': ('tensorflow-cpu', linux('x86_64'), True),
    'linux-arm64': ('tensorflow', linux('aarch64'), True),  # there is no tensorflow-cpu for it
    'darwin-arm64': ('tensorflow', ['macosx_12_0_arm64'], False),
}
result = {}
for platform, (name, tags, cuda) in PLATFORMS.items():
    plain = wheels(name, tags, False)
    result[platform] = {'tags': tags, 'cpu': plain, 'gpu': wheels('tensorflow', tags, True) if cuda else plain}
with open(os.path.join(HERE, 'wheels.json'), 'w') as file:
    file.write(json.dumps(result, indent=2) + '\n')
