"""特殊群体: views over the one case file. A group is a definition, never a copy: who is in it is asked each time."""

from households.groups.definitions import GROUPS, Group, group_named, groups_for
from households.groups.frame import Frame, Standards

__all__ = ["GROUPS", "Frame", "Group", "Standards", "group_named", "groups_for"]
