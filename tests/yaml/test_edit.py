"""Edits of the text, one by one: the change and no other byte."""

# A case reads best on one line.
# ruff: noqa: E501

import pytest

from rtlint.kubernetes.objects import plain
from rtlint.lint.expected import copy, perform, performed, same
from rtlint.lint.resolve import operation_edits
from rtlint.lint.rule import Move, Remove, Set
from rtlint.yaml.compose import compose
from rtlint.yaml.text_edit import Withheld, apply


def edited(text, operation, pure=False):
    """The text after the operation on its first document, held against what it should mean."""
    before = list(compose(text, pure))
    edits = operation_edits(text, before[0], (operation,), iter([0]))
    result = apply(text, list(edits))
    after = list(compose(result, pure))
    expected = [plain(document.root) for document in before]
    expected[0] = perform(copy(expected[0]), [operation])
    assert same([plain(document.root) for document in after], expected), result
    return result


SETS = {
    "a value": ("cpu:\n  model: host-model\n", "cpu.model", "m", "cpu:\n  model: m\n"),
    "a value with a comment": ("model: a   # why\n", "model", "m", "model: m   # why\n"),
    "a value with a tab and a comment": ("model:\ta\t# why\n", "model", "m", "model:\tm\t# why\n"),
    "single quotes": ("model: 'a' \n", "model", "m", "model: 'm' \n"),
    "double quotes": ('model: "a"\n', "model", "m", 'model: "m"\n'),
    "a quoted word becomes a switch": ("on: 'a'\n", "true", False, "on: false\n"),
    "a word that needs quotes": ("mask: 0-3\n", "mask", "1", 'mask: "1"\n'),
    "a number": ("x: 1\n", "x", 4, "x: 4\n"),
    "behind a colon in braces": ("x: {a: }\n", "x.b", 1, "x: {a: , b: 1 }\n"),
    "behind a colon and a comment": ("x: {a: # c\n }\n", "x.b", 1, "x: {a: , # c\n    b: 1\n }\n"),
    "behind a colon in brackets": ("x: [a: ]\n", "x[1]", 1, "x: [a: , 1]\n"),
    "behind an anchor on nothing": ("x: {a: &y}\n", "x.b", 1, "x: {a: &y , b: 1}\n"),
    "behind a tag on nothing": ("x: [a: !!str ]\n", "x[1]", 1, "x: [a: !!str , 1]\n"),
    "behind a tag on nothing in braces": ("x: {a: !!str }\n", "x.b", 1, "x: {a: !!str , b: 1 }\n"),
    "behind a word that ends in a colon": ("x: {a: b:}\n", "x.c", 1, "x: {a: b:, c: 1}\n"),
    "no newline at the end": ("x: 1", "x", 4, "x: 4"),
    "a plain value of several lines": ("a: one\n  two\nb: 1\n", "a", "m", "a: m\nb: 1\n"),
    "a quoted value of several lines": (
        'a: "one\n\n  two" # c\nb: 1\n', "a", "m", 'a: "m" # c\nb: 1\n'),
    "a literal": ("a: |\n  one\n\n  two\n\nb: 1\n", "a", "m", "a: m\n\nb: 1\n"),
    "a folded value at the end": ("a: >-\n  one\n", "a", "m", "a: m\n"),
    "a literal with a comment behind its head": (
        "a: |+2 # c\n    one\nb: 1\n".replace("+", "-"), "a", "m", "a: m # c\nb: 1\n"),
    "a folded item with a comment behind its head": ("- >- # c\n  one\n", "[0]", "m", "- m # c\n"),
    "a literal of nothing with a comment": ("a: |  # c\nb: 1\n", "a", 1, "a: 1  # c\nb: 1\n"),
    "an anchor that nobody uses": ("a: &x one\n", "a", "m", "a: &x m\n"),
    "an alias": ("a: &x one\nb: *x\n", "b", "m", "a: &x one\nb: m\n"),
    "an empty value": ("a:\nb: 1\n", "a", "m", "a: m\nb: 1\n"),
    "an empty value with a comment": ("a:  # c\nb: 1\n", "a", "m", "a: m  # c\nb: 1\n"),
    "a new key": ("cpu:\n  cores: 2\n", "cpu.model", "m", "cpu:\n  cores: 2\n  model: m\n"),
    "a new key behind spec": ("spec: {}\n", "x", 1, "spec: {}\nx: 1\n"),
    "metadata between, in braces": ("{a: 1, spec: {}}\n", "metadata", 1,
                                    "{a: 1, metadata: 1, spec: {}}\n"),
    "metadata in braces without spec": ("{a: 1, b: {}}\n", "metadata", 1,
                                        "{a: 1, b: {}, metadata: 1}\n"),
    "a first key where lists are not indented": ("a:\n- 1\nb:\n  c: 1\nx:\n", "x.z", 1,
                                                 "a:\n- 1\nb:\n  c: 1\nx:\n  z: 1\n"),
    "indented by 4": ("cpu:\n    cores: 2\n", "cpu.model", "m",
                      "cpu:\n    cores: 2\n    model: m\n"),
    "indented by 3": ("a:\n   cpu:\n      cores: 2\n", "a.x.k", 1,
                      "a:\n   cpu:\n      cores: 2\n   x:\n      k: 1\n"),
    "indented by 1": ("a:\n b: 1\n", "a.x.k", 1, "a:\n b: 1\n x:\n  k: 1\n"),
    "behind a deeper sibling": ("a:\n  b:\n    c:\n      d: 1\ne: 1\n", "a.x", 1,
                                "a:\n  b:\n    c:\n      d: 1\n  x: 1\ne: 1\n"),
    "behind a comment of the last sibling": ("a:\n  b: 1 # c\n  # d\ne: 1\n", "a.x", 1,
                                             "a:\n  b: 1 # c\n  x: 1\n  # d\ne: 1\n"),
    "before blank lines": ("a:\n  b: 1\n\n\ne: 1\n", "a.x", 1, "a:\n  b: 1\n  x: 1\n\n\ne: 1\n"),
    "behind the comments inside the last sibling": (
        "a:\n  b: 1\n  # inside\n# end\n", "x", 1, "a:\n  b: 1\n  # inside\nx: 1\n# end\n"),
    "before the comments at the end": ("a: 1\n# end\n", "x", 1, "a: 1\nx: 1\n# end\n"),
    "behind the last line without a newline": ("a:\n  b: 1", "a.x", 1, "a:\n  b: 1\n  x: 1"),
    "behind an indented list": ("a:\n  b:\n    - 1\n", "a.x", 1, "a:\n  b:\n    - 1\n  x: 1\n"),
    "behind a list that is not": ("a:\n  b:\n  - 1\n", "a.x", 1, "a:\n  b:\n  - 1\n  x: 1\n"),
    "behind a literal": ("a:\n  b: |\n    t\n\nc: 1\n", "a.x", 1, "a:\n  b: |\n    t\n  x: 1\n\nc: 1\n"),
    "behind a folded value": ("a:\n  b: >2\n      t\n", "a.x", 1, "a:\n  b: >2\n      t\n  x: 1\n"),
    "behind a literal that keeps": ("a:\n  b: |+\n    t\n\nc: 1\n", "a.x", 1,
                                    "a:\n  b: |+\n    t\n\n  x: 1\nc: 1\n"),
    "behind a literal that strips": ("a:\n  b: |-\n    t\n", "a.x", 1, "a:\n  b: |-\n    t\n  x: 1\n"),
    "before a literal that ends with the text": ("a:\n  # c\n  b: |\n    t", "a.x", 1,
                                                 "a:\n  x: 1\n  # c\n  b: |\n    t"),
    "behind a plain value of several lines": ("a:\n  b: one\n    two\n", "a.x", 1,
                                              "a:\n  b: one\n    two\n  x: 1\n"),
    "behind a quoted value of several lines": ("a:\n  b: 'one\n    two' # c\n", "a.x", 1,
                                               "a:\n  b: 'one\n    two' # c\n  x: 1\n"),
    "behind braces of several lines": ("a:\n  b: {\n    c: 1\n  } # c\n", "a.x", 1,
                                       "a:\n  b: {\n    c: 1\n  } # c\n  x: 1\n"),
    "behind an empty value": ("a:\n  b: # c\nd: 1\n", "a.x", 1, "a:\n  b: # c\n  x: 1\nd: 1\n"),
    "behind an alias": ("y: &y 1\na:\n  b: *y # c\n", "a.x", 1, "y: &y 1\na:\n  b: *y # c\n  x: 1\n"),
    "behind an anchor on the mapping": ("a: &a\n  b: 1\n", "a.x", 1, "a: &a\n  b: 1\n  x: 1\n"),
    "beside a merge key": ("y: &y {b: 1}\na:\n  <<: *y\n", "a.b", 2,
                           "y: &y {b: 1}\na:\n  <<: *y\n  b: 2\n"),
    "a list item's mapping": ("a:\n- b: 1\n- c: 1\n", "a[0].x", 1, "a:\n- b: 1\n  x: 1\n- c: 1\n"),
    "an indented list item's mapping": ("a:\n  -   b: 1\n", "a[0].x", 1, "a:\n  -   b: 1\n      x: 1\n"),
    "a list in a list": ("- - a: 1\n", "[0][0].x", 1, "- - a: 1\n    x: 1\n"),
    "a list item below its dash": ("a:\n  -\n    b: 1\n", "a[0].x", 1,
                                   "a:\n  -\n    b: 1\n    x: 1\n"),
    "an item": ("a:\n- b: 1\nc: 1\n", "a[1]", {"b": 2, "c": 3}, "a:\n- b: 1\n- b: 2\n  c: 3\nc: 1\n"),
    "an item of an indented list": ("a:\n    - b\n", "a[1]", "c", "a:\n    - b\n    - c\n"),
    "an item of a new list": ("x:\n    y:\n      - 1\na:\n    b: 1\n", "a.l[0]", {"k": 1},
                              "x:\n    y:\n      - 1\na:\n    b: 1\n    l:\n      - k: 1\n"),
    "a list as the document has them": ("x:\n- 1\na: {}\n", "k[0].z", 1, "x:\n- 1\na: {}\nk:\n- z: 1\n"),
    "missing parents": ("a: 1\n", "x.k.z", True, "a: 1\nx:\n  k:\n    z: true\n"),
    "an empty mapping": ("a: {}\n", "a.x", 1, "a: {x: 1}\n"),
    "an empty mapping with a blank": ("a: { } # c\n", "a.x", 1, "a: {x: 1 } # c\n"),
    "an empty mapping with a comment": ("a: {# c\n  }\n", "a.x", 1, "a: {x: 1 # c\n  }\n"),
    "an empty list": ("a: []\n", "a[0]", {"k": 1}, "a: [{k: 1}]\n"),
    "nothing": ("s:\n  a:\nb: 1\n", "s.a.x", 1, "s:\n  a:\n    x: 1\nb: 1\n"),
    "nothing at the end": ("s:\n  a:", "s.a.x", 1, "s:\n  a:\n    x: 1"),
    "nothing and a comment": ("a: # c\n  # d\nb: 1\n", "a.x", 1, "a: # c\n  x: 1\n  # d\nb: 1\n"),
    "a tilde": ("a: ~ # c\n", "a.x", 1, "a: {x: 1} # c\n"),
    "null": ("a: null\n", "a.x.k", 1, "a: {x: {k: 1}}\n"),
    "nothing behind a dash": ("- a:\n- b:\n", "[0].a.x", 1, "- a:\n    x: 1\n- b:\n"),
    "a list in nothing": ("a:\n", "a[0].k", 1, "a:\n  - k: 1\n"),
    "braces": ("a: {b: 1}\n", "a.x", True, "a: {b: 1, x: true}\n"),
    "braces with blanks": ("a: { b: 1 }\n", "a.x", 1, "a: { b: 1, x: 1 }\n"),
    "braces with a comma": ("a: {b: 1,}\n", "a.x", 1, "a: {b: 1, x: 1,}\n"),
    "braces with tight commas": ("a: {b: 1,c: 2}\n", "a.x", 1, "a: {b: 1,c: 2,x: 1}\n"),
    "braces of several lines": ("a: {\n  b: 1,\n  c: 2\n}\n", "a.x", 1,
                                "a: {\n  b: 1,\n  c: 2,\n  x: 1\n}\n"),
    "braces of several lines with a comma": ("a: {\n  b: 1,\n}\n", "a.x", 1,
                                             "a: {\n  b: 1,\n  x: 1,\n}\n"),
    "braces with a comment behind the last": ("a: {\n  b: 1 # c\n}\n", "a.x", 1,
                                              "a: {\n  b: 1, # c\n  x: 1\n}\n"),
    "braces with a comment behind the comma": ("a: {\n  b: 1, # c\n}\n", "a.x", 1,
                                               "a: {\n  b: 1, # c\n  x: 1,\n}\n"),
    "braces with a comment behind the first line": ("a: {b: 1, # c\n}\n", "a.x", 1,
                                                    "a: {b: 1, # c\n    x: 1,\n}\n"),
    "braces with a comment before the end": ("a: {\n  b: 1\n  # c\n}\n", "a.x", 1,
                                             "a: {\n  b: 1,\n  x: 1\n  # c\n}\n"),
    "braces in braces": ("a: {b: {c: 1}, d: {}}\n", "a.b.x", 1, "a: {b: {c: 1, x: 1}, d: {}}\n"),
    "an item in brackets": ("a: [{k: 1}]\n", "a[1]", {"k": 2}, "a: [{k: 1}, {k: 2}]\n"),
    "an empty value in braces": ("a: {b: , c: 1}\n", "a.b", 1, "a: {b: 1 , c: 1}\n"),
    "a new mapping for an empty value in braces": ("a: {b: }\n", "a.b.x", 1, "a: {b: {x: 1} }\n"),
    "a document of braces": ("--- {a: 1} # c\n---\nb: 1\n", "x", 1,
                             "--- {a: 1, x: 1} # c\n---\nb: 1\n"),
    "several documents": ("a: 1\n---\nb: 1\n", "x", 1, "a: 1\nx: 1\n---\nb: 1\n"),
    "a document's end": ("a: 1\n...\n---\nb: 1\n", "x", 1, "a: 1\nx: 1\n...\n---\nb: 1\n"),
    "markers with comments": ("%YAML 1.1\n--- # c\na: 1\n--- # d\n", "x", 1,
                              "%YAML 1.1\n--- # c\na: 1\nx: 1\n--- # d\n"),
    "JSON": ('{"a": {"b": 1}}', "a.x", "m", '{"a": {"b": 1, "x": "m"}}'),
    "minified JSON": ('{"a":{"b":1}}', "a.x", {"y": 1, "z": [1, 2]},
                      '{"a":{"b":1,"x":{"y":1,"z":[1,2]}}}'),
    "minified JSON, new parents": ('{"a":{"b":1,"c":2}}', "a.x.y", False,
                                   '{"a":{"b":1,"c":2,"x":{"y":false}}}'),
    "minified JSON, an empty object": ('{"a":{},"b":null}', "a.x.m", [1, 2], '{"a":{"x":{"m":[1,2]}},"b":null}'),
    "minified JSON, null": ('{"a":{},"b":null}', "b.x.m", 1, '{"a":{},"b":{"x":{"m":1}}}'),
    "pretty JSON": ('{\n  "a": {\n    "b": 1\n  }\n}\n', "a.x", 1,
                    '{\n  "a": {\n    "b": 1,\n    "x": 1\n  }\n}\n'),
    "JSON indented by 4": ('{\n    "a": {\n        "b": null\n    }\n}\n', "a.b.c", "m",
                           '{\n    "a": {\n        "b": {"c": "m"}\n    }\n}\n'),
    "JSON with an empty object": ('{"a": {}}\n', "a.x.y", 1, '{"a": {"x": {"y": 1}}}\n'),
    "JSON in YAML": ('a: {"b": 1}\n', "a.x", "m", 'a: {"b": 1, "x": "m"}\n'),
    "wide characters": ("名前: 実時間 😀 # é\na: {b: 😀}\n", "a.x", 1,
                        "名前: 実時間 😀 # é\na: {b: 😀, x: 1}\n"),
    "behind an empty item": ("a:\n  -\n# b\nb: 1\n", "a[1]", 2, "a:\n  -\n  - 2\n# b\nb: 1\n"),
    "behind an empty item at the end": ("s:\n  a:\n  - # c\n", "s.x", 1, "s:\n  a:\n  - # c\n  x: 1\n"),
    "behind a key without a colon": ("s:\n  ? a\nb: 1\n", "s.x", 2, "s:\n  ? a\n  x: 2\nb: 1\n"),
    "beside an explicit key": ("s:\n  ? a\n  : 1\n", "s.b", 2, "s:\n  ? a\n  : 1\n  b: 2\n"),
    "metadata before spec": ("t:\n  # c\n  spec:\n    a: 1\n", "t.metadata.x", 1,
                             "t:\n  metadata:\n    x: 1\n  # c\n  spec:\n    a: 1\n"),
    "metadata before spec in braces": ("t: {spec: {a: 1}}\n", "t.metadata.x", 1,
                                       "t: {metadata: {x: 1}, spec: {a: 1}}\n"),
    "metadata before spec in JSON": ('{\n "t": {\n  "spec": {}\n }\n}\n', "t.metadata.x", 1,
                                     '{\n "t": {\n  "metadata": {"x": 1},\n  "spec": {}\n }\n}\n'),
    "a key that would be a switch": ("a: 1\n", "y", 1, 'a: 1\n"y": 1\n'),
    "a key with a dot": ("a:\n  b: 1\n", 'a["x.io/y"]', "m", "a:\n  b: 1\n  x.io/y: m\n"),
}  # fmt: skip

REMOVALS = {
    "an anchor on nothing": ("x: {a: 1, b: &y}\n", "x.b", "x: {a: 1}\n"),
    "a line": ("a: 1\nb: 2\nc: 3\n", "b", "a: 1\nc: 3\n"),
    "its comments": ("a: 1 # a\n# b\n# b\nb: 2 # b\n# c\nc: 3\n", "b", "a: 1 # a\n# c\nc: 3\n"),
    "comments of others": ("a:\n  b: 1\n# up\n\n  # c\n  c: 1\n", "a.c", "a:\n  b: 1\n# up\n\n"),
    "the first of a mapping with its comment": ("a:\n  # b\n  b: 1\n  c: 1\n", "a.b",
                                                "a:\n  c: 1\n"),
    "the first of a document without the comment": ("# head\na: 1\nb: 1\n", "a", "# head\nb: 1\n"),
    "not what looks like a comment": ('a: "\n# b"\nb: 1\n', "b", 'a: "\n# b"\n'),
    "a block": ("a:\n  b:\n    c: 1\n    # c\n    d: |\n      t\n\n  e: 1\n", "a.b",
                "a:\n\n  e: 1\n"),
    "a list": ("b:\n- 1\n- 2 # c\nc: 1\n", "b", "c: 1\n"),
    "a literal that keeps": ("b: |+\n  t\n\nc: 1\n", "b", "c: 1\n"),
    "a folded value": ("b: >\n  t\n  u\n\nc: 1\n", "b", "\nc: 1\n"),
    "the comments below it that are deeper": ("a: |\n  t\nb:\n  c: 1\n\n    # c\n  # b\n# d\nd: 1\n", "b",
                                              "a: |\n  t\n# d\nd: 1\n"),
    "the only key with a deeper comment": ("a:\n  b: 1\n    # c\nd: 1\n", "a.b", "a: {}\nd: 1\n"),
    "behind a literal, a comment": ("a:\n  b: |\n    t\n  c: 1\n    # c\nd: 1\n", "a.c",
                                    "a:\n  b: |\n    t\nd: 1\n"),
    "a literal that keeps, with a comment": ("a:\n  b: |+\n    t\n\n   # c\nd: 1\n", "a.b",
                                             "a: {}\nd: 1\n"),
    "the last line": ("a: 1\nb: 2\n", "b", "a: 1\n"),
    "the last line without a newline": ("a: 1\nb: 2", "b", "a: 1"),
    "the last line behind a literal": ("a: |\n  t\nb: 2", "b", "a: |\n  t\n"),
    "behind a literal that keeps": ("a: |+\n  t\n\nb: 2\nc: 1\n", "b", "a: |+\n  t\n\nc: 1\n"),
    "the only key": ("a:\n  b: # x\n    c: 1\nd: 1\n", "a.b.c", "a:\n  b: {} # x\nd: 1\n"),
    "the only key without a newline": ("a:\n  b: 1", "a.b", "a: {}"),
    "the first of a list item": ("- a: 1\n  b: 2\n", "[0].a", "- b: 2\n"),
    "the first of a list item, a block": ("-   a:\n      c: 1\n    b: 2\n", "[0].a", "-   b: 2\n"),
    "the only one of a list item": ("- a: 1 # c\n- b: 2\n", "[0].a", "- {} # c\n- b: 2\n"),
    "the second of a list item": ("- a: 1\n  b: 2\n- c: 1\n", "[0].b", "- a: 1\n- c: 1\n"),
    "an alias": ("y: &y 1\na: *y\nb: 1\n", "a", "y: &y 1\nb: 1\n"),
    "in braces": ("a: {b: 1, c: 2, d: 3}\n", "a.c", "a: {b: 1, d: 3}\n"),
    "the first in braces": ("a: {b: 1, c: 2}\n", "a.b", "a: {c: 2}\n"),
    "the last in braces": ("a: {b: 1, c: 2}\n", "a.c", "a: {b: 1}\n"),
    "the last in braces with a comma": ("a: {b: 1, c: 2,}\n", "a.c", "a: {b: 1,}\n"),
    "the only one in braces": ("a: {b: 1}\n", "a.b", "a: {}\n"),
    "the only one in braces of lines": ("a: {\n  b: 1,\n}\n", "a.b", "a: {\n}\n"),
    "a line in braces": ("a: {\n  b: 1, # b\n  c: 2, # c\n  d: 3 # d\n}\n", "a.c",
                         "a: {\n  b: 1, # b\n  d: 3 # d\n}\n"),
    "the last line in braces": ("a: {\n  b: 1, # b\n  c: 2 # c\n}\n", "a.c",
                                "a: {\n  b: 1 # b\n}\n"),
    "the first line in braces": ("a: {\n  b: 1, # b\n  c: 2\n}\n", "a.b", "a: {\n  c: 2\n}\n"),
    "before a comma on a line of its own": ("a: {\n  b: 1\n  ,\n  c: 2\n}\n", "a.b",
                                            "a: {\n  c: 2\n}\n"),
    "before a comma that begins a line": ("a: {\n  b: 1\n  , c: 2\n}\n", "a.b",
                                          "a: {\n  c: 2\n}\n"),
    "behind a comma on a line of its own": ("a: {\n  b: 1\n  ,\n  c: 2\n}\n", "a.c",
                                            "a: {\n  b: 1\n}\n"),
    "between commas on lines of their own": ("a: {\n  b: 1\n  ,\n  c: 2\n  ,\n}\n", "a.c",
                                             "a: {\n  b: 1\n  ,\n}\n"),
    "the only one before a comma on a line of its own": ("a: {\n  b: 1\n  ,\n}\n", "a.b", "a: {\n  \n}\n"),
    "JSON": ('{"a":{"b":1,"c":2}}', "a.b", '{"a":{"c":2}}'),
    "JSON, the last": ('{\n  "a": 1,\n  "b": 2\n}\n', "b", '{\n  "a": 1\n}\n'),
    "before a marker": ("a: 1\nb: 2\n---\nc: 1\n", "b", "a: 1\n---\nc: 1\n"),
}  # fmt: skip

MOVES = {
    "a new name": ("a: 1 # c\nb: 2\n", "a", "x", "x: 1 # c\nb: 2\n"),
    "a new name in quotes": ('{"a":1}', "a", "x", '{"x":1}'),
    "a new name behind a dash": ("- 'a': 1\n", "[0].a", "[0].x", "- x: 1\n"),
    "a new name in front of a value that touches it": ("{'a':1, b: 2}\n", "a", "x", '{"x":1, b: 2}\n'),
    "a new name in front of nothing": ("{'a':}\n", "a", "x", '{"x":}\n'),
    "with the comments below it": ("s:\n  a:\n    b:\n      # c\n", "s.a.b", "s.a.x.b",
                                   "s:\n  a:\n    x:\n      b:\n        # c\n"),
    "elsewhere": ("a:\n  b: 1\n  c: 'x' # c\nd:\n  e: 1\n", "a.c", "d.c",
                  "a:\n  b: 1\nd:\n  e: 1\n  c: 'x' # c\n"),
    "a block elsewhere": ("a:\n    b: 1\n    # c\n    c: # d\n        x: |\n            t\n\n"
                          "            u\nd:\n    e: 1\n", "a.c", "d.x",
                          "a:\n    b: 1\nd:\n    e: 1\n    # c\n    x: # d\n        x: |\n"
                          "            t\n\n            u\n"),
    "one up, from the end": ("a:\n  b:\n    c: 1\n    d: auto # d\n", "a.b.d", "a.d",
                             "a:\n  b:\n    c: 1\n  d: auto # d\n"),
    "one up, from the end without a newline": ("a:\n  b:\n    c: 1\n    d: 2", "a.b.d", "a.d",
                                               "a:\n  b:\n    c: 1\n  d: 2"),
    "one up, the only one": ("a:\n  b:\n    d: 2\n", "a.b.d", "a.d", "a:\n  b: {}\n  d: 2\n"),
    "one up in braces": ("a: {b: {c: 1, d: 2}}\n", "a.b.d", "a.d", "a: {b: {c: 1}, d: 2}\n"),
    "one up in JSON": ('{"a":{"b":{"c":1,"d":"auto"}}}', "a.b.d", "a.d",
                       '{"a":{"b":{"c":1},"d":"auto"}}'),
    "out of braces": ('a:\n  b: {c: 1, "d":"2"}\n', "a.b.d", "a.d", 'a:\n  b: {c: 1}\n  d: "2"\n'),
    "into braces": ("a: {b: 1}\nc: x\n", "c", "a.c", "a: {b: 1, c: x}\n"),
    "nothing into braces": ("a: {}\nc: \n", "c", "a.c", "a: {c: null}\n"),
    "nothing within braces": ("a: {b: {}, c: }\n", "a.c", "a.b.c", "a: {b: {c: null} }\n"),
    "into a new parent": ("a:\n  b: 1\n  c: 2\n", "a.c", "a.x.c", "a:\n  b: 1\n  x:\n    c: 2\n"),
    "deeper": ("s:\n  g: {}\n  c:\n    x: 1\n", "s.g", "s.c.k.g",
               "s:\n  c:\n    x: 1\n    k:\n      g: {}\n"),
}  # fmt: skip


def endings(case):
    """The texts of a case, as they are and with the other line endings."""
    for newline in ("\n", "\r\n", "\r"):
        yield tuple(part.replace("\n", newline) if "\n" in str(part) else part for part in case)


# The pure parser ends some values elsewhere than the C one.
both_parsers = pytest.mark.parametrize("pure", [False, True], ids=["c", "pure"])


@both_parsers
@pytest.mark.parametrize("case", SETS.values(), ids=SETS)
def test_set(case, pure):
    for text, path, value, expected in endings(case):
        assert edited(text, Set(path, value), pure) == expected


@both_parsers
@pytest.mark.parametrize("case", REMOVALS.values(), ids=REMOVALS)
def test_remove(case, pure):
    for text, path, expected in endings(case):
        assert edited(text, Remove(path), pure) == expected


@both_parsers
@pytest.mark.parametrize("case", MOVES.values(), ids=MOVES)
def test_move(case, pure):
    for text, path, to, expected in endings(case):
        assert edited(text, Move(path, to), pure) == expected


WITHHELD = {
    "an anchor that an alias uses": ("a: &x 1\nb: *x\n", Set("a", 2), "shared"),
    "behind an alias": ("a: &x {c: 1}\nb: *x\n", Set("b.c", 2), "shared"),
    "in what an alias stands for": ("a: &x {c: 1}\nb: *x\n", Set("a.d", 2), "shared"),
    "in what is merged": ("a: &x {c: 1}\nb: {<<: *x}\n", Set("a.c", 2), "shared"),
    "below what is merged": ("a: &x {c: {d: 1}}\nb: {<<: *x}\n", Set("b.c.d", 2), "merge key"),
    "removing what is merged": ("a: &x {c: 1}\nb: {<<: *x}\n", Remove("b.c"), "not written here"),
    "removing what hides what is merged": (
        "a: &x {c: 1}\nb: {<<: *x, c: 2}\n", Remove("b.c"), "merge key"),
    "what a merge key overrides": (
        "a: &x {c: 1}\nb:\n  c: 2\n  <<: *x\n", Set("b.c", 3), "merge key"),
    "renaming what hides what is merged": (
        "a: &x {c: 1}\nb: {<<: *x, c: 2}\n", Move("b.c", "b.d"), "merge key"),
    "removing an anchor's place": ("a:\n  b: &x 1\n  c: 1\nd: *x\n", Remove("a.b"), "shared"),
    "removing around an anchor": ("a:\n  b: [{c: &x 1}]\n  d: 1\ne: *x\n", Remove("a.b"), "shared"),
    "removing an anchor on the key": ("a:\n  &x b: 1\n  d: 1\ne: *x\n", Remove("a.b"), "shared"),
    "replacing around an anchor": ("a: {b: &x 1}\nc: *x\n", Set("a", 1), "shared"),
    "moving an alias": ("b: &x 1\nc: {a: *x}\nd: {}\n", Move("c.a", "d.a"), "alias"),
    "a tag": ("a: !!str 1\n", Set("a", 2), "tag"),
    "a tag on a line of its own": ("a: !!str # c\n  1\n", Set("a", 2), "tag"),
    "a tag before an anchor": ("a: !!str &x 1\n", Set("a", 2), "tag"),
    "a tag in a list": ("a: [1, !!str 1]\n", Set("a[1]", 2), "tag"),
    "an anchor on nothing": ("a: &x\nb: 1\n", Set("a.c", 2), "follows the empty field"),
    "a value for an anchor on nothing": ("a: &x\nb: 1\n", Set("a", 2), "unusual"),
    "a value for an explicit key": ("? a\n? b\n", Set("a", 2), "unusual"),
    "an entry for an explicit key": ("? a\n? b\n", Set("a.b", 2), "alone on its line"),
    "removing an explicit key": ("? a\n: 1\nb: 1\n", Remove("a"), "alone on its line"),
    "removing an explicit key in braces": ("a: {? b : 1, c: 2}\n", Remove("a.b"), "unusual"),
    "a pair in brackets": ("a: [b: 1]\n", Set("a[0].c", 2), "braces"),
    "a pair with a key in braces": ("a: [{b: 1}: 1]\n", Set("a[0].c", 2), "braces"),
    "a pair with a key in brackets": ("a: [[b]: 1]\n", Set("a[0].c", 2), "braces"),
    "a key that stands twice": ("a: 1\na: 2\n", Set("a", 3), "duplicate key"),
    "below a key that stands twice": ("a: {b: 1}\na: {b: 1}\n", Set("a.b", 3), "duplicate key"),
    "below a word": ("a: word\n", Set("a.b", 3), "in the way"),
    "below a list": ("a: [1]\n", Set("a.b", 3), "in the way"),
    "a block in the place of a value": ("a:\n  b: 1\n", Set("a", 3), "block"),
    "a literal that keeps": ("a: |+\n  t\n\nb: 1\n", Set("a", 3), "block"),
    "an item behind an open literal": ("- |\n  t", Set("[1]", 3), "newline"),
    "the only field of a document": ("a: 1\n", Remove("a"), "Nothing would be left"),
    "the only field of an anchored mapping": ("a: &x\n  b: 1\n", Remove("a.b"), "Nothing"),
    "a first field before a comment": ("- a: 1 # c\n  b: 1\n", Remove("[0].a"), "comment"),
    "a field before another's comment": ("a: {b: 1, # c\n  d: 1}\n", Remove("a.b"), "comment"),
    "a field behind a comma on a line of its own with a comment": (
        "a: {\n  b: 1\n  , # b\n  c: 2\n}\n", Remove("a.c"), "comment"),
    "a field before a comma behind a comment": ("a: {\n  b: 1 # b\n  , c: 1}\n", Remove("a.b"), "comment"),
    "a value with a comment in it": ("a: [1, # c\n 2]\n", Set("a", 1), "comment"),
    "an item": ("a: [1]\n", Remove("a[0]"), "list"),
    "a move to what is there": ("a: {b: 1}\nc: 1\n", Move("c", "a.b"), "already there"),
    "a name that is there": ("a: 1\nb: 1\n", Move("a", "b"), "already there"),
    "a name that is merged": ("a: &x {c: 1}\nb: {<<: *x, d: 2}\n", Move("b.d", "b.c"), "already"),
    "a block into braces": ("a: {}\nb:\n  c: 1\n", Move("b", "a.b"), "inside the braces"),
    "a comment into braces": ("a: {}\nb: 1 # c\n", Move("b", "a.b"), "inside the braces"),
    "a comma into braces": ("a: {}\nb: c, d\n", Move("b", "a.b"), "inside the braces"),
    "out of braces of several lines": ("a: {b: [1,\n 2]}\n", Move("a.b", "b"), "several lines"),
    "a literal less indented": ("a:\n    b: 'c\n  d'\ne: {}\n", Move("a.b", "b"), "indented less"),
    "a literal that keeps elsewhere": ("a:\n  b: |+\n    t\n\nc: 1\n", Move("a.b", "b"), "keeps"),
}  # fmt: skip


@both_parsers
@pytest.mark.parametrize(("text", "operation", "reason"), WITHHELD.values(), ids=WITHHELD)
def test_withheld(text, operation, reason, pure):
    with pytest.raises(Withheld, match=reason):
        edited(text, operation, pure)


def test_several_operations_that_touch_come_to_one_edit():
    text = "a:\n  b: 1\n  c: 2\n"
    document = next(compose(text))
    edits = operation_edits(
        text, document, (Remove("a.c"), Set("a.d.e", 3), Set("a.d.f", 4)), iter([0])
    )
    assert apply(text, list(edits)) == "a:\n  b: 1\n  d:\n    e: 3\n    f: 4\n"
    assert len(edits) == 1


@pytest.mark.parametrize(
    "operations",
    [
        (Set("a.b.c", 2), Set("a.b.d", 3)),
        (Set("x.y[0].z", 1), Set("items[1].k", 1), Set("items[0].k", 2)),
        (Remove("a.b.c"),),
        (Move("a.b", "e.f"), Set("e.f.c", 2)),
        (Move("items[0].k", "a.k"), Remove("a.b")),
    ],
)
def test_operations_are_tried_without_a_change_of_the_data(operations):
    shared = {"c": 1}
    data = {"a": {"b": shared}, "other": shared, "items": [{"k": 1}]}
    before = copy(data)
    assert performed(data, operations) == perform(copy(data), operations)
    assert data == before
