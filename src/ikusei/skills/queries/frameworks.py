"""Reading frameworks: the version in use."""

from datetime import date

from django.db.models import FETCH_RAISE

from ikusei.skills.models import FrameworkVersion, VersionState


def version_in_use(on: date) -> FrameworkVersion | None:
    """The version that the maps use on a day, its framework fetched; None where none was in use yet."""
    return (
        FrameworkVersion.objects.filter(state=VersionState.PUBLISHED, in_use_from__lte=on)
        .order_by("-in_use_from")
        .select_related("framework")
        .fetch_mode(FETCH_RAISE)
        .first()
    )
