"""The question in polars."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from benchmarks.contenders.shell import DAYS, UNALLOCATED, UNASSESSED, compete

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


def load(path: str) -> pl.DataFrame:
    """Return the events, with texts that repeat as categories."""
    types = {"case": pl.Categorical, "event": pl.Categorical, "risk": pl.Categorical}
    return pl.read_csv(path, schema_overrides=types).with_columns(
        pl.col("occurred_at").str.to_datetime("%Y-%m-%dT%H:%M:%S%.6f%:z", time_unit="us")
    )


def ask(events: pl.DataFrame, at: datetime) -> Iterable[str]:
    """Return the cases that the question is about; the events come in order of time."""
    seen = events.lazy().filter(pl.col("occurred_at") <= at)
    event, moment = pl.col("event").cast(pl.String), pl.col("occurred_at")
    cases = seen.group_by("case").agg(
        event.filter(event.is_in(["resolved", "reopened"])).last().alias("end"),
        moment.filter(pl.col("counts")).max().alias("worked"),
        pl.col("risk").cast(pl.String).drop_nulls().last().alias("risk"),
        moment.filter(event == "allocated").max().alias("allocated"),
        moment.filter(event.is_in(["reported", "returned"])).alias("asked"),
    )
    allowed = pl.duration(days=pl.col("risk").replace_strict(DAYS, default=UNASSESSED, return_dtype=pl.Int64))
    dormant = cases.filter(_is_open(), pl.col("worked") + allowed <= at).select("case")
    waits = cases.filter(_is_open()).explode("asked")
    late = pl.col("allocated").is_null() | (pl.col("asked") > pl.col("allocated"))
    waiting = waits.filter(late, pl.col("asked") <= at - UNALLOCATED).select("case")
    return set(pl.concat([dormant, waiting]).collect()["case"].cast(pl.String))


def _is_open() -> pl.Expr:
    return pl.col("end").ne_missing("resolved")


if __name__ == "__main__":
    compete(pl.__version__, load, ask)
