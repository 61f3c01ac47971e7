"""A partner platform for a developer who tries the hub out, from the command line."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import click

from entrypoints.sandbox import seeding
from entrypoints.sandbox.caller import Unusable
from entrypoints.sandbox.client import RegistrationRefused
from entrypoints.sandbox.journal import Received
from entrypoints.sandbox.parties import Party
from entrypoints.sandbox.platform import Platform
from entrypoints.sandbox.wire import HubUnreachable, as_envelope

_NO_HUB = (RegistrationRefused, Unusable, LookupError, HubUnreachable)


def _parsed(
    context: click.Context, option: click.Parameter, texts: tuple[str, ...]
) -> tuple[Party, ...]:
    try:
        return tuple(Party.parse(text) for text in texts)
    except ValueError as wrong:
        raise click.BadParameter(str(wrong)) from wrong


@click.command()
@click.option(
    "--role",
    "parties",
    metavar="ROLE:CC-PID[:NAME]",
    multiple=True,
    callback=_parsed,
    help="A party of the platform, as EMSP:NL-MS1. May be repeated.",
)
@click.option("--port", type=click.IntRange(0, 65_535), default=0, help="0: any free one.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--public-url", default="", help="Where partners reach it, if that is another URL.")
@click.option("--hub", "hub_url", help="Register there: the hub's versions URL.")
@click.option("--token", help="The invitation token that the hub's operator gave you.")
@click.option("--data-dir", type=click.Path(path_type=Path), help="Keep tokens and objects there.")
@click.option("--ledger", type=click.Path(path_type=Path), help="Write down all traffic there.")
@click.option("--control", is_flag=True, help="Serve /_sandbox/ for tests. Never on the internet.")
@click.option("--seed", is_flag=True, help="Play a CPO and an eMSP at the hub that runs here.")
@click.pass_obj
def sandbox(
    invite: seeding.Invite | None,
    parties: tuple[Party, ...],
    port: int,
    host: str,
    public_url: str,
    hub_url: str | None,
    token: str | None,
    data_dir: Path | None,
    ledger: Path | None,
    control: bool,
    seed: bool,
) -> None:
    """Run an OCPI 2.3.0 partner platform: it answers, keeps what is pushed, and tells what came."""
    if seed and (parties or hub_url or token):
        raise click.UsageError("--seed plays its own two parties: leave --role, --hub, --token out")
    if seed:
        _until_interrupted(lambda: _seed(invite, data_dir))
        return
    if not parties:
        raise click.UsageError("name a party with --role, or play two with --seed")
    if bool(hub_url) != bool(token):
        raise click.UsageError("--hub and --token belong together")
    platform = Platform(
        parties,
        port=port,
        host=host,
        public_url=public_url,
        ledger=ledger,
        data_dir=data_dir,
        control=control,
    )
    try:
        platform.start()
    except OSError as wrong:
        raise click.ClickException(f"cannot listen on {host}:{port}: {wrong.strerror}") from wrong
    try:
        _until_interrupted(lambda: _run(platform, hub_url, token))
    finally:
        platform.stop()


def _until_interrupted(run: Callable[[], None]) -> None:
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        run()
    except KeyboardInterrupt:
        click.echo("stopped")


def _seed(invite: seeding.Invite | None, data_dir: Path | None) -> None:
    if invite is None:
        raise click.UsageError("--seed needs a hub on this machine: ocpi-hub sandbox --seed")
    folder = data_dir or Path(os.environ.get("HUB_DATA_DIR") or ".hub") / "sandbox"
    try:
        with seeding.market(invite, folder) as market:
            click.echo("registered at the hub: DE-ABC, a CPO, and NL-MS1, an eMSP")
            seeding.show_a_location_arrive(market, click.echo)
            click.echo(f"\nNow you, as DE-ABC:\n\n{seeding.a_change_to_type(market)}\n")
            click.echo("Both stay up and tell what reaches them. Ctrl-C stops them.")
            seeding.tell(market, lambda name, request: click.echo(f"{name}: {told(request)}"))
    except _NO_HUB as wrong:
        raise click.ClickException(f"the hub did not let us in: {wrong}") from wrong
    except TimeoutError as wrong:
        raise click.ClickException(f"the location did not arrive: {wrong}") from wrong
    except OSError as wrong:
        said = f"cannot listen where it did before: {wrong.strerror}"
        raise click.ClickException(f"{said}. Is another `sandbox --seed` running?") from wrong


def _run(platform: Platform, hub_url: str | None, token: str | None) -> None:
    requests = platform.follow()
    click.echo(f"versions URL: {platform.versions_url}")
    if platform.connection.peer is not None:
        _greet(platform)
    elif hub_url and token:
        _register(platform, hub_url, token)
    else:
        click.echo(f"invitation token, for a hub that wants to register here: {platform.invite()}")
    for request in requests:
        click.echo(told(request))


def _register(platform: Platform, hub_url: str, token: str) -> None:
    try:
        platform.hub.register(hub_url, token)
    except _NO_HUB as wrong:
        raise click.ClickException(f"the hub did not register us: {wrong}") from wrong
    click.echo(f"registered with {hub_url}")


def _greet(platform: Platform) -> None:
    """Call the hub, so that it notices that this platform is back; tell it a new address."""
    moved = platform.connection.told_url != platform.versions_url
    try:
        answer = platform.hub.rotate() if moved else platform.hub.credentials()
    except (RegistrationRefused, Unusable, HubUnreachable) as wrong:
        click.echo(f"known to a hub, but it did not welcome us back: {wrong}", err=True)
        return
    click.echo(f"back again; the hub says HTTP {answer.status}, {answer.code} {answer.message}")


def told(request: Received) -> str:
    """One line about a request, without its tokens."""
    code = as_envelope(request.answer_body).get("status_code", "-")
    sender = "*".join(request.from_) if any(request.from_) else "-"
    what = f"{request.method} {request.path}{'?' if request.query else ''}{request.query}"
    return f"{what} from {sender} -> {request.answer_status or 'no answer'} {code}"


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> None:
    """What is wrong with the arguments is said in one line."""
    try:
        sandbox.main(prog_name="python -m entrypoints.sandbox", standalone_mode=False)
    except click.ClickException as wrong:
        click.echo(f"sandbox: {wrong.format_message()}", err=True)
        sys.exit(wrong.exit_code)
