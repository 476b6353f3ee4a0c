"""Static files under names that carry their content's digest, so that browsers may keep them for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """A file that is missing from the manifest (packages' source maps) keeps its plain name instead of failing the page."""

    manifest_strict = False
