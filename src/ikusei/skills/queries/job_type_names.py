"""What job types are called, for rooms below that keep their keys alone."""

from ikusei.skills.models import JobType, VersionState


def job_type_names() -> dict[str, dict[str, str]]:
    """Key of a job type -> its names {"ja", "en"} in the newest version that is no draft. One query."""
    rows = JobType.objects.exclude(version__state=VersionState.DRAFT).order_by("version_id")
    return {key: {"ja": ja, "en": en} for key, ja, en in rows.values_list("key", "name_ja", "name_en")}
