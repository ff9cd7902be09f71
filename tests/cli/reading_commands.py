"""Every command of the registry, those that read with what is typed to have them show something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from cli.lazy import LazyGroup
from cli.main import root

if TYPE_CHECKING:
    from collections.abc import Iterator

LONG: Final = "REF-" + "0123456789" * 6
WIDE: Final = "案件-参照番号-0001"
ARABIC: Final = "قضية-٤١٧"
ROUND: Final = "autumn"
"""The references of what is hard to lay out, beside the demonstration."""

TYPED: Final = {
    "next": ("next --within 30d",),
    "waiting": ("waiting",),
    "stalled": (
        "stalled",
        "stalled --flat --limit 20",
        "stalled --brief",
        "stalled --by team --months 6",
        "stalled --by cause",
    ),
    "due": ("due --within 30d", "due --brief"),
    "explain": ("explain IMG-0417", f"explain {LONG}"),
    "clocks": ("clocks --limit 30", "clocks --limit 30 --sort -reference"),
    "detained": ("detained --as-at 2016-05-17",),
    "missing": ("missing",),
    "visits": ("visits",),
    "cases": ("cases", "cases --sort -reference", "cases --closed"),
    "timeline": ("timeline IMG-0417", "timeline IMG-0417 --all", f"timeline {LONG} --full"),
    "show": ("show IMG-0417", "show IMG-0417 3", f"show {LONG}", f"show {LONG} 3"),
    "replay": ("replay IMG-0417", f"replay {LONG}"),
    "diff": ("diff IMG-0417 2016-03-01 2016-05-20", f"diff {LONG} 2016-05-01 now"),
    "changes": (
        "changes --since 2016-05-13 --until 2016-05-20",
        "changes --since 2016-05-19 --limit 0",
    ),
    "officers": ("officers",),
    "audit": ("audit --limit 20", "audit --sort -position", "audit --irregular --limit 20"),
    "find": ("find child", "find 案件", "find ٤١٧"),
    "words": ("words",),
    "inspection show": (f"inspection show {ROUND}",),
    "inspection report": (f"inspection report {ROUND} --all",),
    "inspection list": ("inspection list",),
    "rulebook show": ("rulebook show", "rulebook show --standard child-seen"),
    "rulebook check": ("rulebook check FOLDER/wrong.toml",),
    "rulebook history": ("rulebook history",),
    "config": ("config",),
    "doctor": ("doctor",),
    "log status": ("log status --policy FOLDER/demo-log/policy.txt",),
    "log keys": ("log keys",),
    "log verify": ("log verify --checkpoint FOLDER/demo-log/checkpoint",),
    "projections status": ("projections status",),
    "projections rebuild": ("projections rebuild",),
    "projections retry": ("projections retry",),
    "witness list": ("witness list --witness FOLDER/demo-log/witness",),
    "witness compare": ("witness compare FOLDER/demo-log/checkpoint --witness FOLDER/demo-log/witness",),
}
"""What is typed for each command that shows what it finds in any format; FOLDER is where the store is."""

LINES: Final = tuple(line for lines in TYPED.values() for line in lines)


def commands(group: LazyGroup | None = None, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Yield every command of the registry, with how it is typed."""
    group = group or root
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, LazyGroup):
            yield from commands(command, f"{before}{name} ")
        elif command is not None:
            yield f"{before}{name}", command


def reads(command: click.Command) -> bool:
    """Tell whether a command shows what it finds in any format."""
    offered = [one.type for one in command.params if one.name == "format"]
    return any(
        isinstance(one, click.Choice) and "csv" in one.choices and "table" in one.choices for one in offered
    )
