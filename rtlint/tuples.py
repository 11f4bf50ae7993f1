"""Named tuples that cost little to define.

A run on one file mostly imports, and `typing.NamedTuple` adds 23 % to a clean VM's run: it compiles
a constructor for each class, and looks at every annotation. Here all have one constructor.
"""

from __future__ import annotations

from operator import itemgetter

from rtlint import TYPE_CHECKING

__all__ = ["NamedTuple"]

if TYPE_CHECKING:
    from typing import NamedTuple
else:
    _GETTERS = tuple(property(itemgetter(index)) for index in range(30))

    class _Definition(type):
        def __new__(cls, name, bases, body):
            # Python 3.14 has annotations here only where they stay texts, so a module that
            # defines named tuples begins with `from __future__ import annotations`.
            fields = tuple(body.get("__annotations__", ()))
            defaults = {field: body[field] for field in fields if field in body}
            body.update(zip(fields, _GETTERS, strict=False))
            body.update(__slots__=(), __match_args__=fields, _fields=fields, _defaults=defaults)
            return super().__new__(cls, name, bases, body)

    class NamedTuple(tuple, metaclass=_Definition):
        """What a class inherits from to be as with `typing.NamedTuple`; no type parameters."""

        def __new__(cls, *values, **named):
            missing = len(cls._fields) - len(values)
            if named or missing:
                values = _complete(cls, values, named, missing)
            return tuple.__new__(cls, values)

        def __getnewargs__(self):
            # Another process makes it anew from these.
            return tuple(self)

        def __repr__(self):
            values = (f"{name}={value!r}" for name, value in self._asdict().items())
            return f"{type(self).__name__}({', '.join(values)})"

        def _asdict(self):
            return dict(zip(self._fields, self, strict=True))

        def _replace(self, **changes):
            values = tuple(map(changes.pop, self._fields, self))
            if changes:
                raise TypeError(f"{type(self).__name__} has no field {', '.join(changes)}")
            return tuple.__new__(type(self), values)

    def _complete(cls, values, named, missing):
        """The values of all fields, of which some are named or left out. Raises TypeError."""
        fields, defaults = cls._fields, cls._defaults
        if not named and 0 < missing <= len(defaults):
            return values + tuple(defaults.values())[-missing:]
        given = dict(zip(fields, values, strict=False))
        every = {**defaults, **given, **named}
        if missing < 0 or given.keys() & named or every.keys() != set(fields):
            raise TypeError(f"{cls.__name__} has the fields {', '.join(fields)}, each once")
        return map(every.__getitem__, fields)
