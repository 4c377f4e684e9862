"""All tables of fidelity.py, by group and by name."""

from fidelity_goals import GOALS
from fidelity_tables import ASIDE, DIFFUSION, NUMERIC, SMALL

GROUPS = {"diffusion": DIFFUSION, "numeric": NUMERIC, "aside": ASIDE, "small": SMALL, "goals": GOALS}
ALL = {name: table for group in GROUPS.values() for name, table in group.items()}
WITH_GOALS = (*GOALS, *DIFFUSION)
"""The tables of `--all`."""
