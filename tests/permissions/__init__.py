"""Who may open what: ONE table. A new route gets its row here; tests/test_permissions.py tries every row as every role.

Unless a row says otherwise, nobody (not signed in) is sent to the sign-in page and every other role is answered 403.
"""

from tests.permissions.office import OFFICE
from tests.permissions.rotation import ROTATION
from tests.permissions.rows import EVERYONE, NOBODY, Row, World, build_world
from tests.permissions.skills import SKILLS

__all__ = ["EVERYONE", "NOBODY", "TABLE", "Row", "World", "build_world"]

TABLE: tuple[Row, ...] = (*OFFICE, *SKILLS, *ROTATION)
