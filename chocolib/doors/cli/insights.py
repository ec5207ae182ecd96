"""Commands that say what the figures mean: windows, heatmap, alerts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chocolib.doors.cli import present
from chocolib.doors.cli.predict import DEFAULT_MODEL, Factory, Model
from chocolib.doors.cli.present import AsOf, Json, Lang

if TYPE_CHECKING:
    from chocolib.app.alerts import Attention
    from chocolib.app.context import Context
    from chocolib.app.notices import Delivery
    from chocolib.app.windows import Windows
    from chocolib.core.i18n import Lang as Language

Load = Annotated[
    float | None,
    typer.Option("--load", help="kW the saving is for; default the factory's largest user."),
]


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    app.command()(windows)
    app.command()(heatmap)
    app.command()(alerts)
    app.command()(climate)


def windows(
    hours: Annotated[int, typer.Option(min=1, max=25, help="How many hours.")] = 3,
    days: Annotated[int, typer.Option(min=1, max=7, help="Madrid days, from now on.")] = 2,
    load: Load = None,
    scattered: Annotated[
        bool, typer.Option("--scattered", help="The hours need not follow each other.")
    ] = False,
    model: Model = DEFAULT_MODEL,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Find the cheapest hours of each day, and how sure they are.

    Example: chocolib windows --hours 3 --days 2 --load 12
    """
    from chocolib.app.context import open_context
    from chocolib.app.windows import windows as of_context

    found = of_context(
        open_context(as_of=as_of),
        hours=hours,
        days=days,
        load_kw=load,
        scattered=scattered,
        model=model,
    )
    if as_json:
        present.document(found.to_dict())
    else:
        _print_windows(found)


def heatmap(
    days: Annotated[int, typer.Option(min=1, max=7, help="Madrid days, today included.")] = 7,
    model: Model = DEFAULT_MODEL,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Show the week as a map: the price of every hour of every day, in cents per kWh.

    Example: chocolib heatmap --as-of 2025-11-20T21:00
    """
    from chocolib.app.context import open_context
    from chocolib.app.windows import week_map
    from chocolib.core.time import iso
    from chocolib.insights.heatmap import by_day

    cells = week_map(open_context(as_of=as_of), days=days, model=model)
    if as_json:
        rows = cells.astype(object).where(cells.notna(), None).to_dict("records")
        stamped = zip(cells.index, rows, strict=True)
        present.document([{"time": iso(t), **row, "day": str(row["day"])} for t, row in stamped])
        return
    lines = [
        {"": f"{day:%a %d}"} | {f"{hour:02d}": _cents(price) for hour, price in row.items()}
        for day, row in by_day(cells).iterrows()
    ]
    present.table(lines, empty="no hours")
    typer.echo("cents per kWh, Madrid hours; - is not known or not on the clock")


def alerts(
    as_of: AsOf = None,
    factory: Factory = None,
    lang: Lang = None,
    send: Annotated[
        bool, typer.Option("--send", help="Also tell people what is new, and what is over.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Say what deserves attention, with its evidence, and what to run now and next.

    With --send it goes to the channels of CHOCOLIB_NOTIFY; one that fails is named.

    Example: chocolib alerts --as-of 2025-11-20T21:00
    """
    from chocolib.app.alerts import attention
    from chocolib.app.context import open_context

    context = open_context(as_of=as_of, lang=lang, factory=factory)
    found = attention(context)
    sent = _send(context, found) if send else None
    if as_json:
        document = found.to_dict(context.lang)
        present.document(document | ({"notices": sent.to_dict()} if sent else {}))
    else:
        _print_alerts(found, context.lang)


def _send(context: Context, found: Attention) -> Delivery:
    """Tell people; a replay tells nobody."""
    from chocolib.app.alert_notices import send_news
    from chocolib.app.logs import keep_logs
    from chocolib.core.errors import SettingsError

    if context.replay:
        raise SettingsError("--send tells people of now", hint="leave --as-of out")
    keep_logs(context.settings)
    done = send_news(context, found)
    for wrong in done.failed.values():
        present.note(f"not told: {wrong}")
    if not done.on and not done.failed:
        present.note("nobody is told: CHOCOLIB_NOTIFY names no channel")
    if done.on:
        present.note(f"{len(done.sent)} told, {len(done.held)} held back")
    return done


def climate(
    month: Annotated[
        int | None, typer.Option(min=1, max=12, help="Only this month's normals.")
    ] = None,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Show the climate of the SIAR stations: normals, extremes, hot days, unfit hours.

    Example: chocolib climate --month 7 --json
    """
    from chocolib.app.climate import climate_history
    from chocolib.app.context import open_context

    history = climate_history(open_context(as_of=as_of))
    document = history.to_dict(month)
    if as_json:
        present.document(document)
    else:
        _print_climate(document)


def _cents(price: float) -> str:
    return "-" if math.isnan(price) else f"{100 * price:.0f}"


def _print_alerts(found: Attention, lang: Language) -> None:
    from chocolib.core.i18n import t
    from chocolib.insights.alerts import said_unjudged
    from chocolib.insights.rules import LEVEL_WORDS

    if found.synthetic:
        present.note("demonstration data: these alerts are of synthetic rows")
    for alert in found.alerts:
        typer.echo(f"[{t(LEVEL_WORDS[alert.level], lang)}] {alert.title(lang)}")
        typer.echo(f"  {alert.evidence(lang)}\n  -> {alert.todo(lang)}")
    if not found.alerts:
        typer.echo(t("alert.none", lang))
    for advice in found.advice:
        typer.echo("* " + " ".join(advice.said(lang)))
    for rule, parts in found.unjudged.items():
        present.note(said_unjudged(rule, parts, lang))


def _print_windows(found: Windows) -> None:
    from chocolib.core.time import local

    if found.made.synthetic:
        present.note("demonstration data: these prices are synthetic")
    rows: list[dict[str, Any]] = [
        {
            "day": f"{window.day:%a %d %b}",
            "hours (Madrid)": ", ".join(
                f"{local(span.start):%H:%M}-{local(span.end):%H:%M}" for span in window.spans()
            ),
            "EUR/kWh": f"{window.mean_eur_kwh:.4f}",
            "day's mean": f"{window.day_mean_eur_kwh:.4f}",
            "saving EUR": f"{window.saving_eur:.2f}",
            "below mean": f"{window.below_mean:.0%}",
            "near cheapest": f"{window.near_cheapest:.0%}",
            "published": f"{window.published} of {found.hours}",
        }
        for window in found.days
    ]
    present.table(rows, empty="no day has that many hours ahead")
    typer.echo(
        f"{found.load_kw:g} kW for {found.hours} h; near cheapest: at most 5 % dearer than the "
        f"best choice of that day turns out; model {found.made.model}"
    )


def _print_climate(found: dict[str, Any]) -> None:
    stations = ", ".join(f"{name} {days}" for name, days in found["days_by_station"].items())
    typer.echo(
        f"{found['days']} days from {found['first']} to {found['last']} ({stations}), "
        f"{found['absent_days']} absent; stations as measured, not homogenised"
    )
    for joint in found["joints"]:
        typer.echo(
            f"{joint['first']} until {joint['until']}, {joint['second']} from {joint['since']}: "
            f"{joint['overlap_days']} days in common, no offset applied"
        )
    unfit = {row["month"]: row for row in found["tempering_unfit_h_per_month"]}
    present.table([_climate_line(row, unfit) for row in found["normals"]], empty="no months")
    typer.echo("\nhot days (May to October), per decade")
    present.table(found["hot_day_trends"], empty="too few years")
    typer.echo("\nextremes")
    present.table(found["extremes"], empty="none")
    typer.echo("\ncorrelations of deseasonalised anomalies with the day's price")
    shown = ("weather", "price", "r", "days", "effective_days", "p_holm", "distinct", "raw_r")
    rows = [
        {name: f"{row[name]:.3g}" if isinstance(row[name], float) else row[name] for name in shown}
        for row in found["correlations_of_anomalies"]
    ]
    present.table(rows, empty="too few days with prices")


def _climate_line(row: dict[str, Any], unfit: dict[int, dict[str, Any]]) -> dict[str, Any]:
    most, least = row["temperature_max_c"], row["temperature_min_c"]
    hours = unfit[row["month"]]
    return {
        "month": row["month"],
        "mean C": row["temperature_c"]["mean"],
        "max C": most["mean"],
        "max p90": most["p90"],
        "min C": least["mean"],
        "min p10": least["p10"],
        "humidity %": row["humidity_pct"]["mean"],
        "rain mm": row["precipitation_mm"]["month"],
        "temper: warm h": hours["above_band"],
        "halted h": hours["halted"],
    }
