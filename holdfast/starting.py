"""The settings that `holdfast init` writes."""

from __future__ import annotations

import json

from holdfast.rules import checks_folder, load_rules


def starting_settings() -> str:
    """Every option with its default, as comments of a `holdfast.toml`."""
    lines = [
        "# Settings of Holdfast. Remove the `#` of what you change; an unknown key is an error.",
        "",
        '# format = "coco"     # where another one is recognised',
        '# decode = "full"     # decode every picture in full, not only those that may be copies',
        "",
        "# [counts]            # numbers of images that must be there",
        "# all = 9427",
        "",
        "# [splits]            # folders of splits that nothing declares, or declares wrongly",
        "# val = 'validate'\n\n# [sources]   # images of a source\n# patterns = ['(?P<source>.+)_v']",
    ]
    for rule in load_rules(checks_folder()).values():
        lines += ["", f"# {rule.summary}", f"# [rules.{rule.name}]", f'# severity = "{rule.severity}"']
        lines += [f"# {name} = {json.dumps(value)}" for name, value in rule.options.items()]
    return "\n".join(lines) + "\n"
