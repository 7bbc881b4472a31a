"""The commands of bin/tidemark. What a command needs is imported inside it, so that the others start fast."""

from __future__ import annotations

import asyncio
import secrets
import sys
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeVar

import typer

from ops.embedded import EmbeddedFailed
from ops.logs import configure_logs
from ops.settings import ROOT, BadSetting, settings
from web.process import STATEMENT_SECONDS, CannotStart, listen, migrate_now, serve, standing, stopped_by_signals, together

if TYPE_CHECKING:
    from payments.regtest import Regtest

SCHEMA_FILE = ROOT / "schema" / "schema.graphql"
BAD_SETTING = 2
# PostgreSQL's bigint.
LARGEST_ID = 2**63 - 1
Result = TypeVar("Result")

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Tidemark, from the command line.")
admin = typer.Typer(no_args_is_help=True, help="People and their roles.")
ledger = typer.Typer(no_args_is_help=True, help="The ledger.")
payouts = typer.Typer(no_args_is_help=True, help="Paying withdrawals out, where the node is configured.")
regtest = typer.Typer(no_args_is_help=True, help="A Litecoin node of your own, with worthless coins, to try payouts with.")
app.add_typer(admin, name="admin")
app.add_typer(ledger, name="ledger")
app.add_typer(regtest, name="regtest")
app.add_typer(payouts, name="payouts")


def main() -> None:
    """What stops a start is said in one line, not in a traceback."""
    try:
        app()
    except BadSetting as bad:
        _refuse(str(bad), BAD_SETTING)
    except (CannotStart, EmbeddedFailed) as failed:
        _refuse(str(failed), 1)


@app.callback()
def _before_each() -> None:
    settings()
    configure_logs()


@app.command("run")
def run_command() -> None:
    """Everything in one process: migrates, fills the demo on the first run, serves and works. Ctrl-C stops it."""
    _run(_run_everything())


@app.command("serve")
def serve_command() -> None:
    """Serves the API and the web client at HOST and PORT."""
    _run(_serve())


@app.command("worker")
def worker_command() -> None:
    """Relays events and does what happens by the clock. Any number of them may run."""
    _run(_work())


@app.command("migrate")
def migrate_command() -> None:
    """Brings the database's schema up to date."""
    _run(migrate_now())


@app.command("demo")
def demo_command() -> None:
    """Fills an empty database with the demo."""
    _run(_fill_demo())


@app.command("crowd")
def crowd_command(
    annotators: Annotated[int, typer.Option(min=1)] = 50,
    minutes: Annotated[float, typer.Option(min=0.01)] = 1.0,
    url: Annotated[str | None, typer.Option(help="The server to work against; PUBLIC_URL unless told.")] = None,
) -> None:
    """Scripted people who work against a running server, through its public API only."""
    from bench.crowd import run_crowd

    raise typer.Exit(_run(run_crowd(url or settings().public_url, annotators, minutes)))


@app.command("schema")
def schema_command(
    check: Annotated[bool, typer.Option("--check", help="Fail where schema.graphql is not what the code says.")] = False,
    write: Annotated[bool, typer.Option("--write", help="Write schema.graphql.")] = False,
) -> None:
    """Prints the API's schema."""
    from strawberry.printer import print_schema

    from resolvers.schema import schema

    printed = print_schema(schema) + "\n"
    if write:
        SCHEMA_FILE.write_text(printed)
    elif not check:
        typer.echo(printed, nl=False)
    elif not SCHEMA_FILE.exists() or SCHEMA_FILE.read_text() != printed:
        _refuse("schema/schema.graphql is not what the code says: run `bin/tidemark schema --write` and look at the difference", 1)


@admin.command("create")
def create_command(email: str, name: Annotated[str, typer.Option(help="The name to show.")] = "Admin") -> None:
    """Makes a person with a confirmed address and prints the password; give roles by `admin grant`."""
    typer.echo(_run(_create_person(email, name)))


@admin.command("grant")
def grant_command(email: str, role: str) -> None:
    """Gives a role: MODERATOR, PARTNER or ADMIN."""
    typer.echo(_run(_grant(email, role.upper())))


@app.command("address")
def address_command(
    coin: Annotated[str, typer.Argument(help="LTC or BCH.")], network: Annotated[str, typer.Argument(help="main, test or regtest.")]
) -> None:
    """Reads addresses from stdin, one a line, and answers each with its canonical form, or with "invalid: " and why."""
    from models.coin import Coin, Network
    from models.errors import InvalidAddress
    from payments.addresses import canonical

    if coin not in set(Coin) or network not in set(Network):
        _refuse(f"COIN is one of {', '.join(Coin)}, and NETWORK one of {', '.join(Network)}", BAD_SETTING)
    # Bytes, so that no line can stop it, whatever it holds.
    for line in sys.stdin.buffer:
        try:
            typer.echo(canonical(Coin(coin), Network(network), line.decode(errors="replace")))
        except InvalidAddress as refused:
            typer.echo(f"invalid: {refused.message}")


@ledger.command("verify")
def verify_command() -> None:
    """Proves every invariant over the whole database; names what breaks one."""
    breaches = _run(_verify())
    for breach in breaches:
        typer.echo(breach, err=True)
    if breaches:
        raise typer.Exit(1)
    typer.echo("The ledger holds.")


@payouts.command("run")
def payouts_run_command(
    coin: Annotated[str | None, typer.Option(help="LTC or BCH; both unless told.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be paid, and pay nothing.")] = False,
) -> None:
    """Pays out what waits, without waiting for the daily hour."""
    if not _run(_pay_out(coin, dry_run)):
        raise typer.Exit(1)


@payouts.command("give-back")
def give_back_command(
    batch: Annotated[int, typer.Argument(min=1, max=LARGEST_ID)],
    reason: Annotated[str, typer.Option(help="What its payees read.")],
    unchecked: Annotated[bool, typer.Option("--unchecked", help="At once, without asking the node: where it is lost for good.")] = False,
) -> None:
    """Orders that a batch in conflict fails and its money returns: the worker does it once the node shows that nothing can pay it.

    Read docs/runbook.md first: what is given back must never be paid after all.
    """
    typer.echo(_run(_give_back(batch, reason, unchecked)))


@regtest.command("up")
def regtest_up_command() -> None:
    """Runs the node, the first time with coins in the hot wallet."""
    typer.echo(_run(_regtest_up()))


@regtest.command("mine")
def regtest_mine_command(blocks: Annotated[int, typer.Argument(min=1, max=10_000)] = 1) -> None:
    """Adds blocks to its chain: six make a payment final."""
    typer.echo(f"The chain has {_run(_regtest().mine(blocks))} blocks.")


@regtest.command("address")
def regtest_address_command() -> None:
    """Prints a new address of somebody to pay, and to stderr what such addresses have received so far."""
    address, received = _run(_regtest_address())
    typer.echo(address)
    typer.echo(f"The payee has {received} LTC in blocks, from all that was paid so far.", err=True)


@regtest.command("down")
def regtest_down_command() -> None:
    """Stops the node. Its chain and wallets stay."""
    typer.echo("The node has stopped." if _run(_regtest().down()) else "The node was not running.")


async def _run_everything() -> None:
    from jobs.demo import fill_demo
    from jobs.worker import run_worker

    with stopped_by_signals() as stop, listen() as listener:
        async with standing(may_be_empty=True):
            await migrate_now()
            await fill_demo()
            greeting = await _greeting()
            await together(stop, serve(stop, listener=listener, when_started=lambda: typer.echo(greeting)), run_worker(stop))


async def _serve() -> None:
    with stopped_by_signals() as stop, listen() as listener:
        async with standing(statement_seconds=STATEMENT_SECONDS):
            await serve(stop, listener=listener, when_started=lambda: typer.echo(f"Tidemark is at {settings().public_url}", err=True))


async def _work() -> None:
    from jobs.worker import run_worker

    with stopped_by_signals() as stop:
        async with standing():
            await run_worker(stop)


async def _fill_demo() -> None:
    from jobs.demo import fill_demo

    async with standing(may_be_empty=True):
        await migrate_now()
        if not await fill_demo():
            raise CannotStart("The database is not empty, and the demo fills only an empty one")
        typer.echo(await _greeting())


async def _greeting() -> str:
    """The address, and the demo's logins where the demo is."""
    from jobs.demo import LOGINS
    from models import User

    lines = ["", f"Tidemark is at {settings().public_url}"]
    if await User.by_email(LOGINS[0][0]):
        width = max(len(email) for email, _ in LOGINS)
        lines += ["Password of each: tidemark-demo", *(f"  {email:<{width}}  {who}" for email, who in LOGINS)]
    return "\n".join([*lines, ""])


async def _create_person(email: str, name: str) -> str:
    from tortoise.transactions import in_transaction

    from models import User
    from models.errors import Refusal
    from models.password import hashed
    from models.user import checked_email, checked_name

    try:
        email, name = checked_email(email), checked_name(name)
    except Refusal as refusal:
        _refuse(refusal.message, BAD_SETTING)
    password = secrets.token_urlsafe(12)
    async with standing(), in_transaction():
        user = await User.register(email=email, password_hash=await hashed(password), display_name=name)
        if user is None:
            raise CannotStart(f"There is somebody at {email} already")
        await user.confirm()
    return password


async def _grant(email: str, role: str) -> str:
    from tortoise.transactions import in_transaction

    from models import User, staff
    from models.user import Role

    if role not in Role.__members__:
        raise CannotStart(f"{role} is no role: one of {', '.join(Role)}")
    async with standing(), in_transaction():
        user = await User.by_email(email)
        if user is None:
            raise CannotStart(f"There is nobody at {email}")
        await staff.set_role(user, Role(role), granted=True, by=None, reason="granted at the command line")
    return f"{user.email} is {role} now."


async def _verify() -> list[str]:
    from jobs.payouts import disagreements
    from models.ledger_proof import verify
    from payments.rpc import NodeFault

    async with standing():
        breaches = await verify()
        try:
            return breaches + await disagreements()
        except NodeFault as fault:
            return [*breaches, f"the coins could not be compared: {fault}"]


async def _pay_out(name: str | None, dry: bool) -> bool:
    from jobs.payouts import run_now
    from models import Coin

    if name is not None and name.upper() not in Coin.__members__:
        raise CannotStart(f"{name} is no coin: one of {', '.join(Coin)}")
    coins = [Coin(name.upper())] if name else [coin for coin in Coin if settings().rpc_url(coin.value)]
    if not coins:
        raise CannotStart("No node is configured: set LTC_RPC_URL or BCH_RPC_URL")
    if not settings().rpc_url(coins[0].value):
        raise CannotStart(f"No node is configured for it: set {coins[0]}_RPC_URL")
    async with standing():
        return all([await run_now(coin, typer.echo, dry=dry) for coin in coins])


async def _give_back(batch_id: int, reason: str, unchecked: bool) -> str:
    from models import PayoutBatch
    from models.errors import Refusal

    async with standing():
        batch = await PayoutBatch.get_or_none(id=batch_id)
        if batch is None:
            raise CannotStart(f"There is no batch {batch_id}")
        try:
            await batch.order_back(by=None, reason=reason)
            if unchecked:
                await batch.give_back()
        except Refusal as refusal:
            raise CannotStart(refusal.message) from None
    return f"Batch {batch_id} is given back." if unchecked else f"The worker gives batch {batch_id} back once it can never be paid."


def _regtest() -> Regtest:
    from payments.regtest import Regtest

    return Regtest(settings().data_dir)


async def _regtest_address() -> tuple[str, str]:
    return await _regtest().address(), await _regtest().payee_has()


async def _regtest_up() -> str:
    node = _regtest()
    started = await node.up()
    return "\n".join(
        [
            f"The node {'runs' if started else 'ran already'}; {node.url_file} says how to ask its hot wallet.",
            "Tidemark on this DATA_DIR pays from it where COIN_NETWORK=regtest and LTC_RPC_URL is unset.",
            f"An address to be paid at: {await node.address()}",
            "bin/tidemark regtest mine 6 makes payments final; bin/tidemark regtest down stops it.",
        ]
    )


def _run(work: Coroutine[object, object, Result]) -> Result:
    return asyncio.run(work)


def _refuse(line: str, code: int) -> NoReturn:
    typer.echo(f"tidemark: {line}", err=True)
    sys.exit(code)
