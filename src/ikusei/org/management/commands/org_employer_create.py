"""`ikusei org employer create`: a body that employs people."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from ikusei.org import access
from ikusei.org.errors import RuleBroken
from ikusei.org.models import EmployerKind
from ikusei.org.services import units


class Command(BaseCommand):
    help = "Create an employer, whose staff list can then be imported."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="letters, digits, hyphens; stays for good")
        parser.add_argument("name", help="name in Japanese")
        parser.add_argument("--name-en", default="", help="name in English")
        parser.add_argument("--kind", choices=EmployerKind.values, required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            employer = units.create_employer(
                actor=access.operator(),
                code=options["code"],
                kind=EmployerKind(options["kind"]),
                name_ja=options["name"],
                name_en=options["name_en"],
            )
        except RuleBroken as error:
            raise CommandError(str(error)) from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(_("Created: %(code)s %(name)s") % {"code": employer.code, "name": employer.name})
