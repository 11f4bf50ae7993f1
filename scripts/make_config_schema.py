"""Write schemas/config.schema.json from the model: `python scripts/make_config_schema.py`."""

import json
from pathlib import Path
from typing import Any

from rtlint.config.model import Configuration
from rtlint.limits import NAMES
from rtlint.lint.registry import load_rule, rule_names

SCHEMA = Path(__file__).parent.parent / "schemas" / "config.schema.json"


def schema() -> dict[str, Any]:
    """The configuration file's schema; the rules that have options come by name."""
    made = Configuration.model_json_schema()
    # pydantic's releases differ in whether they say that any key may stand there.
    made["properties"]["rules"]["additionalProperties"] = {
        "additionalProperties": True,
        "type": "object",
    }
    made["properties"]["rules"]["properties"] = {
        name.slug: {
            "type": "object",
            "additionalProperties": False,
            "properties": {key: _option(value) for key, value in options.items()},
        }
        for name in rule_names()
        if (options := load_rule(name).rule.options)
    }
    made["properties"]["limits"]["propertyNames"] = {"enum": list(NAMES)}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://rtlint.io/schemas/config.schema.json",
        **made,
    }


def _option(default: Any) -> dict[str, Any]:
    if isinstance(default, tuple):
        return {"type": "array", "items": {"type": "string"}}
    if default:
        properties = {key: _option(value) for key, value in default.items()}
        return {"type": "object", "additionalProperties": False, "properties": properties}
    return {"type": "object", "additionalProperties": {"type": "string"}}


def text() -> str:
    return json.dumps(schema(), indent=2) + "\n"


if __name__ == "__main__":
    SCHEMA.write_text(text(), encoding="utf-8")
