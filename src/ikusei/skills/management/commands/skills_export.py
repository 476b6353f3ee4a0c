"""`ikusei skills export`: a framework version as files of our format."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from ikusei.org import access
from ikusei.org.access import NotVisible
from ikusei.skills.formats import write_csv
from ikusei.skills.models import FrameworkVersion
from ikusei.skills.queries.framework_content import framework_data
from ikusei.skills.queries.framework_export import export_version
from ikusei.skills.queries.frameworks import open_version


class Command(BaseCommand):
    help = "Export a framework version as our JSON, or as our CSV files."
    requires_system_checks = ()  # the addresses of pages do not matter here

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("framework", metavar="FRAMEWORK", help="the key, such as uk-gdad")
        parser.add_argument("version", metavar="VERSION", help="the label, such as 2026.1")
        parser.add_argument("--format", choices=("json", "csv", "xlsx"), default="json")
        parser.add_argument(
            "--out",
            required=True,
            type=Path,
            metavar="PATH",
            help="the file; for csv a folder for the files, or a path that ends in .zip",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        version = _version(options["framework"], options["version"])
        out: Path = options["out"]
        try:
            if options["format"] == "csv" and out.suffix.lower() != ".zip":
                out.mkdir(parents=True, exist_ok=True)
                for name, content in write_csv(framework_data(version)).items():
                    (out / name).write_bytes(content)
            else:
                out.write_bytes(export_version(version, options["format"]).content)
        except OSError as error:
            raise CommandError(
                _("%(path)s cannot be written: %(error)s.") % {"path": out, "error": error.strerror or error}
            ) from error
        self.stdout.write(str(out))


def _version(key: str, label: str) -> FrameworkVersion:
    try:
        return open_version(access.operator(), key=key, label=label)
    except NotVisible as error:
        known = ", ".join(
            f"{version.framework.key} {version.label}"
            for version in FrameworkVersion.objects.select_related("framework").order_by(
                "framework__key", "pk"
            )
        )
        raise CommandError(
            _("There is no version %(label)s of a framework %(key)s. There are: %(known)s.")
            % {"label": label, "key": key, "known": known or "-"}
        ) from error
