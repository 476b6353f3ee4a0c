"""`ikusei demo`: build the demonstration city."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import override
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from ikusei.demo.build import Size, TooSmallError, build_city
from ikusei.demo.queries import persona_cards
from ikusei.jobs.tasks import analyze
from ikusei.lib import clock
from ikusei.org.models import Employer


class Command(BaseCommand):
    help = 'Builds the demonstration city "Aozora Metropolis" into an empty database.'

    def add_arguments(self, parser: CommandParser) -> None:
        defaults = Size()
        parser.add_argument("--people", type=int, default=defaults.people, help="people in all (%(default)s)")
        parser.add_argument(
            "--ict", type=int, default=defaults.ict, help="ICT staff in the last year (%(default)s)"
        )
        parser.add_argument(
            "--seed", type=int, default=defaults.seed, help="the same seed makes the same city"
        )
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing where there are employers already"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if Employer.objects.exists():
            if options["if_empty"]:
                self.tell_personas()
                return
            raise CommandError(
                "There are employers in this database already: the demonstration needs an empty one."
            )
        size = Size(people=options["people"], ict=options["ict"], seed=options["seed"])
        began = time.monotonic()
        with Progress(
            TextColumn("{task.description:<12}"), BarColumn(), TimeElapsedColumn(), transient=False
        ) as progress:
            bar = progress.add_task("begin", total=None)

            def report(step: str, done: int, total: int) -> None:
                progress.update(bar, description=step, completed=done, total=total)

            try:
                build_city(size=size, today=clock.today(), report=report)
            except TooSmallError as error:
                raise CommandError(str(error)) from error
        analyze()
        self.stdout.write(f"Built in {time.monotonic() - began:.0f} s.")
        self.tell_personas()

    def tell_personas(self) -> None:
        """Say whom a visitor can be."""
        self.stdout.write("Aozora Metropolis stands. Enter with one click as:")
        with override("en"):
            for card in persona_cards():
                self.stdout.write(f"  {card.text.role!s:<32}{card.name}")
