"""The floor: the smallest program that reads what rtlint reads. `floor.py PATH...`

It walks, reads, looks for `kubevirt.io/`, and has ruamel's C parser compose the hits, and nothing
else: no options, no objects, no rules, no report. What rtlint takes beyond it is rtlint's.
"""

import os
import sys


def main(paths):
    for path in paths:
        for file in walk(path) if os.path.isdir(path) else [path]:
            with open(file, "rb") as stream:
                data = stream.read()
            if b"kubevirt.io/" in data:
                compose(data.decode())


def walk(top):
    waiting = [top]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                elif entry.name.endswith((".yaml", ".yml", ".json")):
                    yield entry.path


def compose(text):
    from ruamel.yaml.cyaml import CSafeLoader
    from ruamel.yaml.error import YAMLError

    loader = CSafeLoader(text)
    try:
        while loader.check_node():
            loader.get_node()
    except YAMLError:
        pass


main(sys.argv[1:])
