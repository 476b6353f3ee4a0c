from django.apps import AppConfig


class SkillsConfig(AppConfig):
    name = "ikusei.skills"
    label = "skills"

    def ready(self) -> None:
        """Tell the organisation's pages what job types are called."""
        from ikusei.org import job_types
        from ikusei.skills.queries.job_type_names import job_type_names

        job_types.named_by(job_type_names)
