"""What a round of inspection came to, in sentences: for a terminal and for a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from presentation.phrases import at, elapsed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

    from presentation.formats import Item


def course(report: Item, zone: tzinfo) -> str:
    """Return when a round was opened, for which period, and when it was closed."""
    first, last = report["period_from"], report["period_to"]
    period = f", for {first or 'the beginning'} to {last or 'today'}" if first or last else ""
    closed = f", closed {at(report['closed_at'], zone)}" if report["closed_at"] is not None else ""
    return f"{at(report['opened_at'], zone)}{period}{closed}"


def sample(one: Item, zone: tzinfo) -> str:
    """Return how a sample was drawn: of how many, among which, by which seed, as at when."""
    total = sum(one["population"].values())
    called = "" if one["name"] == "main" else f" ({one['name']})"
    among = "".join(f", {', '.join(values)}" for values in one["among"].values())
    return (
        f"{sum(one['drawn'].values()):,} of {total:,} cases{among}{called}, by {one['strata']},"
        f" seed {one['seed']}, as at {at(one['as_at'], zone)}"
    )


def verdict(agreement: Item) -> Iterator[str]:
    """Yield how far the force's own grades agree with the inspectorate's, of cases that both graded."""
    yield f"agreed on {agreement['agreed']:,} of {agreement['cases']:,} ({agreement['agreed_percent']:.1f} %)"
    yield f"bias {agreement['bias']:+.2f}: so many steps lower, on average, than the force's own grade"
    if agreement["undefined_because"]:
        yield f"Cohen's kappa is not defined: {agreement['undefined_because']}"
    else:
        yield f"Cohen's kappa {agreement['kappa']:.2f}, with linear weights {agreement['weighted_kappa']:.2f}"


def matrix(agreement: Item) -> Iterator[tuple[str, list[int]]]:
    """Yield, by the force's grade, how many cases the inspectorate gave each, and at last how many of all."""
    lines = zip((*agreement["scale"], "all"), (*agreement["matrix"], agreement["inspectorate"]), strict=True)
    for name, counts in lines:
        yield name, [*counts, sum(counts)]


def referred(found: Item) -> str:
    """Return how many cases were referred back, and what came of it."""
    if not found["count"]:
        return "Referred back: none"
    states = [f"{found[name]:,} {name}" for name in ("accepted", "answered", "rejected", "unanswered")]
    longest = max(one["waiting_seconds"] for one in found["items"])
    return (
        f"Referred back: {found['count']:,}, a child at immediate risk in {found['immediate']:,};"
        f" {', '.join(states)}; answers rejected in all: {found['rejections']:,}; the longest wait:"
        f" {elapsed(longest)}"
    )


def compared(found: Item) -> str:
    """Return how many cases were examined in the round before too, and which way they went."""
    return (
        f"Examined in {found['inspection']} too: {len(found['both']):,}, of them {found['better']:,} better,"
        f" {found['same']:,} the same, {found['worse']:,} worse"
    )
