"""The request as `org.middleware` hands it to a view."""

from django.http import HttpRequest

from ikusei.org.access import Viewer


class ViewerRequest(HttpRequest):
    """A request that knows who is asking."""

    viewer: Viewer
