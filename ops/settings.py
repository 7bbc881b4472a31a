"""Every setting, in one typed place: the only module that reads the environment."""

import hashlib
import ipaddress
import os
import re
import secrets
import tempfile
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Literal
from urllib.parse import quote, urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent

# sockaddr_un holds 104 bytes on macOS and 108 on Linux, and PostgreSQL appends "/.s.PGSQL.5432" to the folder.
SOCKET_FOLDER_LIMIT = 85
# What needs no quoting in a URL, in a shell or in PostgreSQL's list of socket folders.
PLAIN_PATH = re.compile(r"[A-Za-z0-9/._-]+")
# Where Redis is several servers: a few of its sentinels and its master's name, or a few of a cluster's nodes.
REDIS_PLACES = re.compile(
    r"redis(?P<tls>s?)\+(?P<kind>sentinel|cluster)://(?:(?P<user>[^:@/]*):(?P<password>[^@/]*)@)?"
    r"(?P<hosts>[^:,/@?]+:\d{1,5}(?:,[^:,/@?]+:\d{1,5})*)(?:/(?P<name>[^/?]*)(?:/(?P<db>\d+))?)?(?:\?(?P<options>.*))?"
)
SECRET_MIN_LENGTH = 32
# Under DATA_DIR: where the hot wallet of the node of `bin/tidemark regtest up` is asked, password and all.
REGTEST_URL_FILE = Path("regtest") / "ltc.url"
# Where payments/price_sources.py can ask.
PRICE_APIS = ("https://api.coinbase.com", "https://api.kraken.com", "https://api.coingecko.com")
FIXED_RATE = r"(LTC|BCH)=(?=[0-9.]*[1-9])[0-9]{1,6}(\.[0-9]{1,6})?"
DEMO_RATES = "fixed:LTC=80,BCH=400"
LOCAL_HOSTS = (None, "127.0.0.1", "localhost", "::1")
# Their values may carry passwords, so they are never repeated in an error.
UNQUOTED = {"secret_key", "database_url", "redis_url", "mail_url", "ltc_rpc_url", "bch_rpc_url"}


class BadSetting(Exception):
    """A setting that stops the start; str() is one line that names the variable."""


class Settings(BaseSettings):
    """Names and defaults as in docs/settings; a variable that is set but empty counts as unset."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True, validate_default=True)

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    data_dir: Path = ROOT / ".data"
    public_url: str = Field(default_factory=lambda data: f"http://127.0.0.1:{data.get('port', 8000)}")
    database_url: str = Field(default_factory=lambda data: embedded_database_url(data.get("data_dir", ROOT)))
    redis_url: str = Field(default_factory=lambda data: embedded_redis_url(data.get("data_dir", ROOT)))
    secret_key: SecretStr = SecretStr("")
    mail_url: str = Field(default_factory=lambda data: f"file:{data.get('data_dir')}/mail")
    mail_from: str = Field(default_factory=lambda data: _sender(data.get("public_url", "")))
    storage_url: str = Field(default_factory=lambda data: f"file:{data.get('data_dir')}/uploads")
    # What only this machine can reach is the demo, whose coins are worth nothing.
    coin_network: Literal["main", "test", "regtest"] = Field(
        default_factory=lambda data: "regtest" if _is_local(data.get("public_url", "")) else "main"
    )
    # Unset, and COIN_NETWORK is regtest: the node that `bin/tidemark regtest up` runs in this DATA_DIR, if it does.
    ltc_rpc_url: str | None = Field(default_factory=lambda data: _regtest_url(data.get("data_dir"), data.get("coin_network")))
    bch_rpc_url: str | None = None
    rates_url: str | None = Field(default_factory=lambda data: None if data.get("coin_network", "main") == "main" else DEMO_RATES)
    # Seconds, from and to, after which the judge gives a verdict: at random, so that no annotator tells gold by it.
    judge_delay_from: float = Field(default=3, ge=0, le=3600)
    judge_delay_to: float = Field(default=20, ge=0, le=3600)
    payout_hour: int = Field(default=15, ge=0, le=23)
    payout_hold_hours: int = Field(default=0, ge=0, le=720)
    payout_fee: Decimal = Field(default=Decimal(0), ge=0, le=Decimal("0.4"), decimal_places=6)
    payout_fee_ceiling: Decimal = Field(default=Decimal("0.05"), gt=0, le=100, decimal_places=6)
    trusted_proxies: str = ""
    # Of callers without an API token only what the web client asks is taken (web/trusted.py).
    trusted_documents_only: bool = False

    @property
    def embeds_database(self) -> bool:
        """Whether DATABASE_URL is unset, so that we start a PostgreSQL of our own."""
        return "database_url" not in self.model_fields_set

    @property
    def embeds_redis(self) -> bool:
        """Whether REDIS_URL is unset, so that we start a Redis of our own."""
        return "redis_url" not in self.model_fields_set

    @property
    def is_https(self) -> bool:
        """Whether clients reach us over https: cookies become Secure and `__Host-`."""
        return self.public_url.startswith("https://")

    def rpc_url(self, coin: str) -> str | None:
        """Where the node of LTC or BCH is, wallet and password included: for the worker alone."""
        return {"LTC": self.ltc_rpc_url, "BCH": self.bch_rpc_url}[coin]

    @property
    def judge_delay(self) -> tuple[float, float]:
        return self.judge_delay_from, max(self.judge_delay_from, self.judge_delay_to)

    @property
    def payout_fee_micros(self) -> int:
        """What a withdrawal is charged, in micro-dollars."""
        return int(self.payout_fee * 1_000_000)

    @property
    def proxies(self) -> list[str]:
        """Addresses and networks whose X-Forwarded-For counts."""
        return _listed(self.trusted_proxies)

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        if value.exists() and not value.is_dir():
            raise ValueError("is a file, and a folder is wanted")
        return value.expanduser().resolve()

    @field_validator("public_url")
    @classmethod
    def _is_an_origin(cls, value: str) -> str:
        _check_url(value, "http", "https")
        parts = urlsplit(value)
        # Compared whole with what browsers send as Origin.
        if parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc:
            raise ValueError("must be scheme and host alone, like https://tidemark.example")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _is_postgres(cls, value: str) -> str:
        return _check_url(value, "postgres", "postgresql", host=False)

    @field_validator("redis_url")
    @classmethod
    def _is_redis(cls, value: str) -> str:
        if "+" in value.partition("://")[0]:
            return redis_places(value)[0]
        return _check_url(value, "redis", "rediss", "unix", host=False)

    @field_validator("mail_url")
    @classmethod
    def _is_a_way_to_mail(cls, value: str) -> str:
        return _check_folder_or_url(value, "smtp", "smtps")

    @field_validator("mail_from")
    @classmethod
    def _is_a_sender(cls, value: str) -> str:
        if not re.fullmatch(r"[^@<>\r\n]*<[^@<>\s]+@[^@<>\s]+>|[^@<>\s]+@[^@<>\s]+", value):
            raise ValueError("must be an address, or a name and an address in <>")
        return value

    @field_validator("storage_url")
    @classmethod
    def _is_a_store(cls, value: str) -> str:
        return _check_folder_or_url(value, "s3")

    @field_validator("ltc_rpc_url", "bch_rpc_url")
    @classmethod
    def _is_a_node(cls, value: str | None) -> str | None:
        return None if value is None else _check_url(value, "http", "https")

    @field_validator("rates_url")
    @classmethod
    def _are_rates(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None:
            return None
        if value.startswith("fixed:"):
            if not re.fullmatch(f"fixed:{FIXED_RATE}(,{FIXED_RATE})*", value):
                raise ValueError("must look like fixed:LTC=80,BCH=400")
            if any(value.count(f"{coin}=") > 1 for coin in ("LTC", "BCH")):
                raise ValueError("names a coin twice")
            if info.data.get("coin_network") == "main" and (info.data.get("ltc_rpc_url") or info.data.get("bch_rpc_url")):
                raise ValueError("fixed rates would pay real coins at a made-up price: name two sources, or another COIN_NETWORK")
            return value
        sources = {source.rstrip("/") for source in _listed(value)}
        if len(sources) < 2:  # noqa: PLR2004 - one source alone cannot be held against another
            raise ValueError("must name two sources or more, separated by commas")
        for unknown in sorted(sources.difference(PRICE_APIS)):
            raise ValueError(f"{unknown} is no price source: known are {', '.join(PRICE_APIS)}")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, value: str) -> str:
        for proxy in _listed(value):
            try:
                ipaddress.ip_network(proxy)
            except ValueError as error:
                raise ValueError(f"{proxy} is not an address or a network like 10.0.0.0/8") from error
        return value

    @field_validator("secret_key")
    @classmethod
    def _is_secret(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        if value.get_secret_value():
            if len(value.get_secret_value()) < SECRET_MIN_LENGTH:
                raise ValueError(f"must have at least {SECRET_MIN_LENGTH} characters")
            return value
        if str(info.data.get("public_url", "")).startswith("https://"):
            raise ValueError("is required when PUBLIC_URL is https")
        folder: Path | None = info.data.get("data_dir")
        return value if folder is None else SecretStr(_kept_secret(folder))


@lru_cache
def settings() -> Settings:
    """The settings of this process, read once.

    Raises BadSetting, whose text is one line naming the variable.
    """
    try:
        return Settings()
    except ValidationError as error:
        raise BadSetting(_one_line(error.errors()[0])) from None


def socket_folder(data_dir: Path) -> Path:
    """Where the embedded servers of a DATA_DIR put their sockets: inside it, or, where that path is
    too long for a socket or would need quoting, a folder of the temporary directory named by its hash."""
    inside = data_dir / "run"
    if len(os.fsencode(inside)) <= SOCKET_FOLDER_LIMIT and PLAIN_PATH.fullmatch(str(inside)):
        return inside
    digest = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"tidemark-{digest}"


def embedded_database_url(data_dir: Path, database: str = "tidemark") -> str:
    return f"postgres://tidemark@/{database}?host={quote(str(socket_folder(data_dir)))}"


def folder_of(url: str) -> Path:
    """What `file:DIR` names."""
    return Path(url.removeprefix("file:")).expanduser().absolute()


def redis_places(url: str) -> re.Match[str]:
    """Of an address with several hosts. Raises ValueError."""
    found = REDIS_PLACES.fullmatch(url)
    if found is None or (found["kind"] == "sentinel") != bool(found["name"]):
        raise ValueError("must look like redis+sentinel://host:port,host:port/NAME or redis+cluster://host:port,host:port")
    return found


def embedded_redis_url(data_dir: Path) -> str:
    return f"unix://{socket_folder(data_dir)}/redis.sock"


def _kept_secret(folder: Path) -> str:
    """The key made at the first start, so that tokens and asset URLs outlive a restart."""
    path = folder / "secret_key"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # O_EXCL: of two processes that start at once, one makes the key and the other reads it.
        made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    except OSError as error:
        raise BadSetting(f"DATA_DIR: {folder} cannot be written to: {error.strerror}") from None
    with os.fdopen(made, "w") as file:
        key = secrets.token_urlsafe(48)
        file.write(key)
    return key


def _regtest_url(data_dir: Path | None, network: str | None) -> str | None:
    if data_dir is None or network != "regtest":
        return None
    try:
        return (data_dir / REGTEST_URL_FILE).read_text().strip()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BadSetting(f"LTC_RPC_URL: is not set, and {data_dir / REGTEST_URL_FILE} cannot be read: {error.strerror}") from None


def _sender(public_url: str) -> str:
    return f"Tidemark <no-reply@{'tidemark.localhost' if _is_local(public_url) else urlsplit(public_url).hostname}>"


def _is_local(public_url: str) -> bool:
    return urlsplit(public_url).hostname in LOCAL_HOSTS


def _check_url(value: str, *schemes: str, host: bool = True) -> str:
    parts = urlsplit(value)
    _ = parts.port  # raises ValueError when it is no port
    if parts.scheme not in schemes or (host and not parts.hostname):
        raise ValueError("must be an address that starts with " + " or ".join(f"{scheme}://" for scheme in schemes))
    return value


def _check_folder_or_url(value: str, *schemes: str) -> str:
    if value.startswith("file:"):
        if not value.removeprefix("file:"):
            raise ValueError("must name a folder after file:")
        if folder_of(value).is_file():
            raise ValueError("names a file, and a folder is wanted")
        return value
    parts = urlsplit(value)
    _ = parts.port
    if parts.scheme not in schemes or not parts.hostname:
        raise ValueError("must be file:DIR or an address that starts with " + " or ".join(f"{scheme}://" for scheme in schemes))
    return value


def _listed(value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]


def _one_line(error: ErrorDetails) -> str:
    name = str(error["loc"][0])
    reason = error["msg"].removeprefix("Value error, ")
    value = "" if name in UNQUOTED or not error["input"] else f" (it is {str(error['input'])[:80]!r})"
    return " ".join(f"{name.upper()}: {reason[:1].lower()}{reason[1:]}{value}".split())
