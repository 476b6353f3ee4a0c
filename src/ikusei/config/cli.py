"""`ikusei NOUN VERB ...`: the command line. Behind `ikusei people import` stands the management command people_import."""

import os
import sys
from collections.abc import Sequence

DJANGOS = ("migrate", "check")
"""Django's own commands that a city's administrator needs."""


def commands() -> dict[str, str]:
    """What can be typed ("people import") -> the management command behind it ("people_import")."""
    from django.core.management import get_commands

    ours = {name for name, app in get_commands().items() if app.startswith("ikusei.")}
    return {name.replace("_", " "): name for name in ours} | {name: name for name in DJANGOS}


def overview(known: dict[str, str], noun: str = "") -> str:
    """The list of commands, all or those of one noun, each with its first line of help."""
    from django.core.management import get_commands, load_command_class

    lines = ["Usage: ikusei COMMAND [arguments]; ikusei COMMAND --help explains one.", ""]
    for typed, name in sorted(known.items()):
        if noun and typed.split()[0] != noun:
            continue
        summary = str(load_command_class(get_commands()[name], name).help).strip().partition("\n")[0]
        lines.append(f"  {typed:<28}{summary}")
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> None:
    """Run one command; exits 2 with the list of commands where it is not known."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ikusei.config.settings")
    import django
    from django.core.management import execute_from_command_line

    words = list(sys.argv[1:] if argv is None else argv)
    django.setup()
    known = commands()
    if not words or words[0] in {"-h", "--help", "help"}:
        print(overview(known))
        return
    for length in (3, 2, 1):
        name = known.get(" ".join(words[:length]))
        if name is not None:
            execute_from_command_line(["ikusei", name, *words[length:]])
            return
    noun = words[0] if any(typed.split()[0] == words[0] for typed in known) else ""
    print(overview(known, noun), file=sys.stdout if words[1:] in (["-h"], ["--help"]) else sys.stderr)
    sys.exit(0 if words[1:] in (["-h"], ["--help"]) else 2)
