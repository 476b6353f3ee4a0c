"""Why somebody is put where a plan puts them, why not elsewhere, and what another seat would cost. Pure: no database.

`wishes` asks the rules about a seat that was not drafted, `seats` reads a plan and its prices, `words` and `personal` say
what was found: to planners, and to the person, who learns nothing of anybody else.
"""
