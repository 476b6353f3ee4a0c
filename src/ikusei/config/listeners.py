"""Who listens to which news: the name of an event -> the handlers' paths. Read through `settings.LISTENERS`.

A handler is a function of one `ikusei.jobs.models.Event`. It runs in the worker, in the transaction that notes the
delivery, in the order in which the events were recorded. It may see an event twice and must not mind; what takes longer
than a moment it hands on as a job.
"""

LISTENERS: dict[str, tuple[str, ...]] = {}
