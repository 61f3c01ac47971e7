"""`ocpi-hub`: the hub's processes, and what its operators do.

A command imports what it needs when it is called, so that every one answers at once. What a person
can put right is one line on stderr and exit 1.
"""

import contextlib
import importlib
import json
import os
import sys

import click

from domain.errors import HubError
from entrypoints.folder import CannotRun
from entrypoints.settings import Settings

_KEEPS_PAGES = {
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": str(4 * 1_048_576),
    "MALLOC_TRIM_THRESHOLD_": str(32 * 1_048_576),
}
"""For glibc: a list of two megabytes is put together again and again, and each time it would return
the pages to the system and have them filled with zeros anew. It keeps 64 MiB at the most."""


class _Later(click.Group):
    """Operators' commands: `module` holds them as its click group `commands`."""

    def __init__(self, name: str, module: str, summary: str) -> None:
        super().__init__(name, help=summary)
        self._module = module

    def list_commands(self, ctx: click.Context) -> list[str]:
        return self._commands().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return self._commands().get_command(ctx, cmd_name)

    def _commands(self) -> click.Group:
        found: click.Group = importlib.import_module(self._module).commands
        return found


OPERATIONS = (
    _Later("partner", "entrypoints.operations.partners", "Invite and connect partners."),
    _Later("location", "entrypoints.operations.locations", "See where to charge."),
    _Later("tariff", "entrypoints.operations.tariffs", "See what charging costs."),
    _Later("token", "entrypoints.operations.tokens", "See what drivers identify with."),
    _Later("command", "entrypoints.operations.commands", "See commands, and what became of them."),
    _Later("lane", "entrypoints.operations.lanes", "See how well sending goes."),
    _Later("agreement", "entrypoints.operations.agreements", "Let parties see each other."),
    _Later("why", "entrypoints.operations.why", "Say why a party gets something, or why not."),
    _Later("delivery", "entrypoints.operations.deliveries", "See what is owed, and retry it."),
    _Later("cdr", "entrypoints.operations.cdrs", "Account for CDRs, and replay them."),
    _Later("session", "entrypoints.operations.sessions", "See sessions, and what is amiss."),
    _Later("webhook", "entrypoints.operations.webhooks", "Tell others of events by HTTP."),
    _Later("operator", "entrypoints.operations.operators", "Give operators tokens and roles."),
    _Later("alarm", "entrypoints.operations.alarms", "See alarms, and look after them."),
    _Later("audit", "entrypoints.operations.audit", "See who did what, and verify it."),
)


_AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of lines.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ocpi-hub", message="ocpi-hub %(version)s")
def commands() -> None:
    """A roaming hub that speaks OCPI 2.3.0. Settings come from the environment (HUB_...)."""


for _operation in OPERATIONS:
    commands.add_command(_operation)


@commands.command()
def up() -> None:
    """Run the whole hub here: stores, web, workers, sweeper. Ctrl-C stops it."""
    from entrypoints.checks import refuse_wrong_password
    from entrypoints.up import up

    if url := os.environ.get("HUB_MONGO_URL"):
        refuse_wrong_password(url)
    up(os.environ, _say)


@commands.command()
@click.option("--graceful-timeout", type=int, help="Seconds that requests get to end in.")
def web(graceful_timeout: int | None) -> None:
    """Serve OCPI and the hub API with gunicorn, in this process."""
    from entrypoints.counting import begin

    settings = _fit()
    begin(settings)
    drain_s = settings.drain_s
    grace = (
        () if graceful_timeout is None else ("--graceful-timeout", f"{graceful_timeout + drain_s}")
    )
    gunicorn = (sys.executable, "-m", "gunicorn", "-c", "python:entrypoints.gunicorn", *grace)
    os.execve(sys.executable, [*gunicorn, "wsgi:application"], _KEEPS_PAGES | os.environ)


@commands.command()
@click.option("--queue", required=True, type=click.Choice(["publish", "pump", "sync"]))
def worker(queue: str) -> None:
    """Work on one queue, until told to stop."""
    from entrypoints.jobs import run_worker

    run_worker(_fit(), queue)


@commands.command()
def sweeper() -> None:
    """Find what was left behind, until told to stop. Two may run; one of them sweeps."""
    from entrypoints.sweeper import run

    run(_fit())


@commands.command()
@_AS_JSON
def check(as_json: bool) -> None:
    """Say whether the settings and the stores are fit to run on; exit 1 if not."""
    from entrypoints.checks import checks

    findings = list(checks(Settings.from_environment()))
    if as_json:
        _say(json.dumps([vars(finding) for finding in findings]))
    for finding in () if as_json else findings:
        _say(str(finding))
    sys.exit(0 if all(finding.is_good for finding in findings) else 1)


@commands.command()
@_AS_JSON
def prepare(as_json: bool) -> None:
    """Make the stores ready for this version. Safe to repeat, and while the hub runs.

    Where an index has to be made anew, the hub must not run: then it refuses, and says so.
    """
    from entrypoints.bootstrap import prepare_stores, refuse_while_at_work

    settings = Settings.from_environment()
    refuse_while_at_work(settings)
    prepared = prepare_stores(settings)
    if as_json:
        owed = {"before": prepared.before, "after": prepared.after, "ended": prepared.ended}
        _say(json.dumps({"missing": [], "cdrs_owed": owed}))
    else:
        _say(f"every index is there\n{prepared}")


def _later(name: str, module: str, summary: str) -> None:
    """One operators' command by itself: it is in `module`, under its own name."""

    @commands.command(
        name,
        help=summary,
        add_help_option=False,
        context_settings={"ignore_unknown_options": True},
    )
    @click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
    @click.pass_context
    def run(context: click.Context, arguments: tuple[str, ...]) -> None:
        command: click.Command = getattr(importlib.import_module(module), name)
        with command.make_context(name, list(arguments), parent=context.parent) as inner:
            command.invoke(inner)


_later(
    "settlement",
    "entrypoints.operations.settlement",
    "Add up what CDRs come to, and who is owed what.",
)
_later("limits", "entrypoints.operations.limits", "See what partners use of their limits.")
_later("trace", "entrypoints.operations.tracing", "Tell what happened to a message.")
_later("figures", "entrypoints.operations.figures", "Count requests by minute or hour.")
_later("journal", "entrypoints.operations.tracing", "Search what went over the wire.")
_later("bundle", "entrypoints.operations.bundle", "Gather an incident in one file.")


@commands.command(add_help_option=False, context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def sandbox(context: click.Context, arguments: tuple[str, ...]) -> None:
    """Run a partner platform that answers as OCPI wants it, to try the hub out with."""
    from entrypoints.operations.inviting import invite_sandbox
    from entrypoints.sandbox.cli import sandbox

    with sandbox.make_context(
        "sandbox", list(arguments), parent=context.parent, obj=invite_sandbox
    ) as inner:
        sandbox.invoke(inner)


def _fit() -> Settings:
    """The settings of a process that runs on; it ends here if its database will never let it in."""
    from entrypoints.checks import refuse_wrong_password

    settings = Settings.from_environment()
    refuse_wrong_password(settings.mongo_url)
    return settings


def main() -> None:
    """Run one command; what was foreseen to go wrong ends as one line on stderr and exit 1."""
    try:
        commands()
    except (CannotRun, HubError) as reason:
        click.echo(f"ocpi-hub: {reason}", err=True)
        sys.exit(1)


def _say(line: str) -> None:
    """The terminal may be gone by now: that must not keep the hub from stopping in order."""
    with contextlib.suppress(OSError):
        click.echo(line)
        sys.stdout.flush()


if __name__ == "__main__":
    main()
