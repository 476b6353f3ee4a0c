"""A test client that looks at every page it fetches: what no page may get wrong is not left to each test."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from django.conf import settings
from django.test import Client
from html5lib.constants import E as PROBLEMS

EVENT_ATTRIBUTE = re.compile(r"on[a-z]+|hx-on.*")
LEFTOVER = re.compile(r"\{\{|\{%|%\([a-z_]+\)[sd]")
"""What a template or a message leaves on the page when it was not filled in."""


class PageError(AssertionError):
    """A page breaks a rule that holds for all of them."""


class Page:
    """A response with its parsed document."""

    def __init__(self, response: Any) -> None:
        self.response = response
        self.status: int = response.status_code
        self.html: str = response.content.decode()
        self.is_html = response.headers.get("Content-Type", "").startswith("text/html")
        self.root: Element = (
            html5lib.parse(self.html, namespaceHTMLElements=False) if self.is_html else Element("none")
        )

    def find_all(self, tag: str, **attributes: str) -> list[Element]:
        """The elements of a tag with these attributes (`class_` for class, `data_x` for data-x)."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            element
            for element in self.root.iter(tag)
            if all(element.get(name) == value for name, value in wanted.items())
        ]

    def text(self, element: Element | None = None) -> str:
        """What stands on the page (or in an element), white space folded."""
        return " ".join("".join((self.root if element is None else element).itertext()).split())

    def links(self) -> list[str]:
        """Every address that the page links to."""
        return [link.get("href", "") for link in self.root.iter("a")]

    def __contains__(self, words: str) -> bool:
        return words in self.text()


class PageClient(Client):
    """`open` fetches a page and expects a status; every HTML answer to any request is checked."""

    def open(self, url: str, *, status: int = 200, language: str = "", **query: str) -> Page:
        """The page at an address. Raises PageError where the status is another or the page breaks a rule."""
        page = Page(self.get(url, query, headers=_language(language)))
        return _expect(page, url, status)

    def send(
        self, url: str, data: dict[str, Any] | None = None, *, status: int = 302, language: str = ""
    ) -> Page:
        """The answer to a form sent to an address."""
        page = Page(self.post(url, data or {}, headers=_language(language)))
        return _expect(page, url, status)

    def fragment(self, url: str, *, status: int = 200, language: str = "", **query: str) -> Page:
        """The part of a page that htmx asks for."""
        page = Page(self.get(url, query, headers={"HX-Request": "true"} | _language(language)))
        return _expect(page, url, status)

    def request(self, **environment: Any) -> Any:
        """The response; an HTML one has been checked."""
        in_session = settings.SESSION_COOKIE_NAME in self.cookies
        response = super().request(**environment)
        says_something = response.streaming or response.content
        if in_session and says_something and "no-store" not in response.headers.get("Cache-Control", ""):
            raise PageError(f"{environment['PATH_INFO']}: said to a session, and may be kept")
        is_html = response.headers.get("Content-Type", "").startswith("text/html")
        if is_html and not response.streaming and response.content:
            whole = b"<html" in response.content[:2000].lower()
            faults = list(page_faults(response) if whole else fragment_faults(response.content.decode()))
            if not whole and "HTTP_HX_REQUEST" not in environment and response.status_code < 400:
                faults.append("is no whole page, and htmx did not ask")
            if faults:
                raise PageError(f"{environment['PATH_INFO']}: " + "; ".join(faults))
        return response


def _language(language: str) -> dict[str, str]:
    return {"Accept-Language": language} if language else {}


def _expect(page: Page, url: str, status: int) -> Page:
    if page.status != status:
        where = page.response.headers.get("Location", "")
        raise PageError(f"{url}: status {page.status} {where}, expected {status}")
    return page


def page_faults(response: Any) -> Iterator[str]:
    """Every rule that a whole page breaks, as a phrase."""
    html = response.content.decode()
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    root = parser.parse(html)
    for (line, column), code, details in parser.errors:
        yield f"not HTML5 at {line}:{column}: {PROBLEMS[code] % details}"
    headings = len(list(root.iter("h1")))
    if headings != 1:
        yield f"{headings} h1"
    title = root.find("head/title")
    if title is None or not (title.text or "").strip():
        yield "no title"
    language = response.headers.get("Content-Language", "")
    if root.get("lang") != language:
        yield f"lang={root.get('lang')!r} on a page in {language!r}"
    yield from policy_faults(response.headers.get("Content-Security-Policy", ""), root)
    yield from element_faults(root)


def fragment_faults(html: str) -> Iterator[str]:
    """Every rule that a part of a page breaks."""
    root = Element("fragment")
    root.extend(html5lib.parseFragment(html, namespaceHTMLElements=False))
    yield from element_faults(root)


def policy_faults(policy: str, root: Element) -> Iterator[str]:
    """What is wrong with the content security policy of a page."""
    if not policy:
        yield "no Content-Security-Policy"
    if "unsafe" in policy:
        yield f"an unsafe Content-Security-Policy: {policy}"
    nonces = {element.get("nonce") for element in root.iter() if element.get("nonce")}
    for nonce in nonces:
        if f"'nonce-{nonce}'" not in policy:
            yield "a nonce that the Content-Security-Policy does not name"


def element_faults(root: Element) -> Iterator[str]:
    """What no element may have."""
    ids = Counter(element.get("id") for element in root.iter() if element.get("id"))
    for name, count in ids.items():
        if count > 1:
            yield f"id {name!r} stands {count} times"
    for element in root.iter():
        if callable(element.tag):
            continue  # a comment
        for attribute, value in element.attrib.items():
            if attribute == "style" or EVENT_ATTRIBUTE.fullmatch(attribute):
                yield f"inline {attribute} on <{element.tag}>"
            if value.strip().lower().startswith("javascript:"):
                yield f"a javascript: address on <{element.tag}>"
        if element.tag == "style":
            yield "an inline <style>"
        if element.tag == "script" and not element.get("src") and element.get("type") != "application/json":
            yield "an inline <script>"
        if element.tag not in {"script", "textarea", "pre", "code"}:
            for words in (element.text or "", element.tail or ""):
                if LEFTOVER.search(words):
                    yield f"something not filled in: {words.strip()[:60]!r}"
