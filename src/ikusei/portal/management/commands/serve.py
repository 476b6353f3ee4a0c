"""Serve the pages, and the background worker beside them where one machine does everything."""

from __future__ import annotations

import encodings.idna  # noqa: F401  # loaded before the web processes are forked, see below
import ipaddress
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import MPServer

from ikusei.portal.management.static_files import collect_static_files

# Web processes are forked while the threads below already run. What a thread is loading at that moment stays locked in
# the fork for good: `encodings.idna`, which every look-up of a host name needs, hung a process with its first mail.

CONSOLE = "ikusei.notices.console.ReadableBackend"

WORKER_REST = 2.0
"""Seconds before a background worker that ended by itself is started again."""

WORKER_FAREWELL = 15.0
"""Seconds that a background worker has to put down its task when the server ends."""


class Command(BaseCommand):
    help = "Serve the pages over HTTP until interrupted."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
        parser.add_argument("--port", type=int, default=8000, help="port to listen on (default: %(default)s)")
        parser.add_argument(
            "--workers",
            type=int,
            default=max(
                2, os.process_cpu_count() if hasattr(os, "process_cpu_count") else os.cpu_count() or 1
            ),
            help="web processes (default: one for each core, at least two: %(default)s here)",
        )
        parser.add_argument("--with-worker", action="store_true", help="run the background worker as well")
        parser.add_argument(
            "--allow-demonstration-on-network",
            action="store_true",
            help="let the demonstration, which asks for no password, be reached from other machines",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        host, port, workers = options["host"], options["port"], options["workers"]
        if workers < 1:
            raise CommandError("--workers is at least 1.")
        if settings.DEMONSTRATION and not (options["allow_demonstration_on_network"] or is_loopback(host)):
            raise CommandError(
                f"The demonstration signs in without a password, and {host} can be reached from other machines. "
                "Serve it on 127.0.0.1, or say --allow-demonstration-on-network."
            )
        refuse_taken(host, port)
        if not settings.DEMONSTRATION and settings.MAILERS["default"]["BACKEND"] == CONSOLE:
            self.stderr.write("Mails, sign-in codes among them, are printed here: set IKUSEI_MAIL_URL.")
        collect_static_files()
        server = web_server(host=host, port=port, workers=workers)
        background = BackgroundWorker() if options["with_worker"] else None

        @server.on_startup
        def begin() -> None:
            if sys.stdin is not None and sys.stdin.isatty():
                # Granian reloads on SIGHUP; a closed terminal means the end.
                signal.signal(signal.SIGHUP, server.signal_handler_interrupt)
            if background is not None:
                background.start()
            threading.Thread(
                target=self._announce, args=(host, port), name="announcement", daemon=True
            ).start()

        try:
            server.serve()
        finally:
            if background is not None:
                background.stop()

    def _announce(self, host: str, port: int) -> None:
        """Tell the address once somebody who types it gets an answer: the web processes need a second to load."""
        while not accepts(host, port):
            time.sleep(0.05)
        self.stdout.write(f"Ikusei listens on {address(host, port)} (Ctrl+C ends it).")
        self.stdout.flush()


def web_server(*, host: str, port: int, workers: int) -> MPServer:
    """The server, not yet started. One thread a process: more made Python wait for itself (docs/adr/0007)."""
    return MPServer(
        target="ikusei.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=1,
        backpressure=64,
        websockets=False,
        respawn_failed_workers=True,
        log_level=LogLevels.warning,
    )


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address. A name other than localhost may be anything, so it does not count."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def refuse_taken(host: str, port: int) -> None:
    """Raise CommandError where the server could not listen there, before anything is started."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((host, port))
        except (OSError, OverflowError) as error:
            raise CommandError(
                f"Cannot listen on {address(host, port)}: {error}. Choose another --port."
            ) from None


def accepts(host: str, port: int) -> bool:
    """Whether a web process takes connections."""
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  # compared with, not bound to
    try:
        with socket.create_connection((here, port), timeout=1):
            return True
    except OSError:
        return False


def address(host: str, port: int) -> str:
    """The URL to type into a browser on this machine."""
    if host in {"0.0.0.0", "::"}:  # noqa: S104  # compared with, not bound to
        host = "localhost"
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


class BackgroundWorker:
    """`ikusei worker` as a child process: started again when it ends by itself, ended with the server."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._starting = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._watch = threading.Thread(target=self._keep_running, name="background worker", daemon=True)

    def start(self) -> None:
        """Start the child, then the thread that looks after it.

        The child comes first and at once: a web process forked in the middle of it would hold the pipe on which the
        start waits, for as long as that process lives.
        """
        self._start_child()
        self._watch.start()

    def stop(self) -> None:
        """End the child: asked first, then made to."""
        self._stopping.set()
        with self._starting:
            process = self._process
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(WORKER_FAREWELL)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self._watch.is_alive():
            self._watch.join(WORKER_FAREWELL)

    def _start_child(self) -> None:
        with self._starting:
            if not self._stopping.is_set():
                # In a session of its own, so that Ctrl+C reaches it through stop() alone.
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "django", "worker"], start_new_session=True
                )

    def _keep_running(self) -> None:
        while not self._stopping.is_set() and self._process is not None:
            self._process.wait()
            self._stopping.wait(WORKER_REST)
            self._start_child()
