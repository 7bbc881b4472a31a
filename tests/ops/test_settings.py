import stat
from pathlib import Path

import pytest

from ops.settings import PRICE_APIS, BadSetting, Settings, settings, socket_folder


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.delenv("SECRET_KEY", raising=False)
    return monkeypatch


@pytest.fixture(autouse=True)
def fresh() -> object:
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.mark.usefixtures("environment")
def test_with_nothing_set_everything_lives_under_the_data_folder(tmp_path: Path) -> None:
    read = settings()

    assert read.port == 8000
    assert read.public_url == "http://127.0.0.1:8000"
    assert read.mail_url == f"file:{tmp_path}/mail"
    assert read.storage_url == f"file:{tmp_path}/uploads"
    assert read.embeds_database
    assert read.embeds_redis
    assert read.proxies == []


def test_the_public_address_follows_the_port(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("PORT", "9001")

    assert settings().public_url == "http://127.0.0.1:9001"


@pytest.mark.usefixtures("environment")
def test_the_secret_key_is_made_once_and_only_we_may_read_it(tmp_path: Path) -> None:
    first = Settings().secret_key
    second = Settings().secret_key

    assert first == second
    assert len(first.get_secret_value()) >= 32
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_an_empty_variable_counts_as_unset(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("DATABASE_URL", "")
    environment.setenv("REDIS_URL", "redis://cache.internal:6379/0")

    assert settings().embeds_database
    assert not settings().embeds_redis
    assert settings().redis_url == "redis://cache.internal:6379/0"


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("PORT", "http", "PORT: input should be a valid integer, unable to parse string as an integer (it is 'http')"),
        ("PORT", "70000", "PORT: input should be less than or equal to 65535 (it is '70000')"),
        ("PUBLIC_URL", "tidemark", "PUBLIC_URL: must be an address that starts with http:// or https:// (it is 'tidemark')"),
        (
            "PUBLIC_URL",
            "https://tide.example/app",
            "PUBLIC_URL: must be scheme and host alone, like https://tidemark.example (it is 'https://tide.example/app')",
        ),
        (
            "PUBLIC_URL",
            "https://tide.example?x=1",
            "PUBLIC_URL: must be scheme and host alone, like https://tidemark.example (it is 'https://tide.example?x=1')",
        ),
        (
            "PUBLIC_URL",
            "https://ada@tide.example",
            "PUBLIC_URL: must be scheme and host alone, like https://tidemark.example (it is 'https://ada@tide.example')",
        ),
        ("DATABASE_URL", "mysql://user:secret@host/x", "DATABASE_URL: must be an address that starts with postgres:// or postgresql://"),
        ("REDIS_URL", "localhost", "REDIS_URL: must be an address that starts with redis:// or rediss:// or unix://"),
        ("MAIL_URL", "mail", "MAIL_URL: must be file:DIR or an address that starts with smtp:// or smtps://"),
        ("MAIL_URL", "smtp://host:port", "MAIL_URL: port could not be cast to integer value as 'port'"),
        ("MAIL_URL", f"file:{__file__}", "MAIL_URL: names a file, and a folder is wanted"),
        ("STORAGE_URL", "file:", "STORAGE_URL: must name a folder after file: (it is 'file:')"),
        ("SECRET_KEY", "short", "SECRET_KEY: must have at least 32 characters"),
        ("COIN_NETWORK", "moon", "COIN_NETWORK: input should be 'main', 'test' or 'regtest' (it is 'moon')"),
        ("RATES_URL", "fixed:LTC", "RATES_URL: must look like fixed:LTC=80,BCH=400 (it is 'fixed:LTC')"),
        ("RATES_URL", "fixed:LTC=80,LTC=90", "RATES_URL: names a coin twice (it is 'fixed:LTC=80,LTC=90')"),
        ("RATES_URL", "fixed:LTC=0.00", "RATES_URL: must look like fixed:LTC=80,BCH=400 (it is 'fixed:LTC=0.00')"),
        ("RATES_URL", "fixed:DOGE=1", "RATES_URL: must look like fixed:LTC=80,BCH=400 (it is 'fixed:DOGE=1')"),
        ("RATES_URL", "https://one.example", "RATES_URL: must name two sources or more, separated by commas (it is 'https://one.example')"),
        (
            "RATES_URL",
            "https://api.kraken.com,https://api.kraken.com/",
            "RATES_URL: must name two sources or more, separated by commas (it is 'https://api.kraken.com,https://api.kraken.com/')",
        ),
        (
            "RATES_URL",
            "https://api.kraken.com,http://x.test",
            f"RATES_URL: http://x.test is no price source: known are {', '.join(PRICE_APIS)} (it is 'https://api.kraken.com,http://x.test')",
        ),
        ("TRUSTED_PROXIES", "proxy", "TRUSTED_PROXIES: proxy is not an address or a network like 10.0.0.0/8 (it is 'proxy')"),
    ],
)
def test_a_bad_setting_is_told_in_one_line_that_names_it(environment: pytest.MonkeyPatch, name: str, value: str, line: str) -> None:
    environment.setenv(name, value)

    with pytest.raises(BadSetting) as refused:
        settings()

    assert str(refused.value) == line


def test_a_data_folder_that_cannot_be_made_is_told_in_one_line(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    environment.setenv("DATA_DIR", str(tmp_path / "file" / "data"))

    with pytest.raises(BadSetting) as refused:
        settings()

    assert str(refused.value) == f"DATA_DIR: {tmp_path}/file/data cannot be written to: Not a directory"


@pytest.mark.parametrize("public_url", ["", "http://localhost:8000", "http://[::1]:8000"])
def test_what_only_this_machine_reaches_is_the_demo_with_coins_of_no_worth_at_fixed_rates(
    environment: pytest.MonkeyPatch, public_url: str
) -> None:
    environment.setenv("PUBLIC_URL", public_url)

    assert settings().coin_network == "regtest"
    assert settings().rates_url == "fixed:LTC=80,BCH=400"


def test_a_public_site_pays_on_the_main_network_and_has_no_rates_until_it_is_told_where_to_ask(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("PUBLIC_URL", "https://tidemark.example")
    environment.setenv("SECRET_KEY", "s" * 32)

    assert settings().coin_network == "main"
    assert settings().rates_url is None


def test_price_sources_may_be_named_with_a_slash_and_spaces(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("RATES_URL", "https://api.coinbase.com/, https://api.kraken.com")

    assert settings().rates_url == "https://api.coinbase.com/, https://api.kraken.com"


@pytest.mark.parametrize("node", ["LTC_RPC_URL", "BCH_RPC_URL"])
def test_fixed_rates_pay_no_real_coins(environment: pytest.MonkeyPatch, node: str) -> None:
    environment.setenv("COIN_NETWORK", "main")
    environment.setenv("RATES_URL", "fixed:LTC=80,BCH=400")
    assert settings().rates_url == "fixed:LTC=80,BCH=400"
    settings.cache_clear()
    environment.setenv(node, "http://user:password@127.0.0.1:9332/wallet/hot")

    with pytest.raises(BadSetting) as refused:
        settings()

    assert str(refused.value) == (
        "RATES_URL: fixed rates would pay real coins at a made-up price: name two sources, or another COIN_NETWORK"
        " (it is 'fixed:LTC=80,BCH=400')"
    )


def test_a_public_site_must_bring_its_own_secret_key(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    environment.setenv("PUBLIC_URL", "https://tidemark.example")

    with pytest.raises(BadSetting, match=r"^SECRET_KEY: is required when PUBLIC_URL is https$"):
        settings()

    assert not (tmp_path / "secret_key").exists()


def test_sockets_go_elsewhere_when_the_data_folder_is_too_deep_or_would_need_quoting(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 90)
    quoted = Path("/srv/our data")

    assert len(str(socket_folder(deep))) <= 85
    assert " " not in str(socket_folder(quoted))
    assert socket_folder(Path("/srv/tidemark")) == Path("/srv/tidemark/run")


def test_in_regtest_the_node_that_runs_in_the_data_folder_is_found_unless_another_is_named(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def found() -> str | None:
        settings.cache_clear()
        return settings().ltc_rpc_url

    environment.setenv("COIN_NETWORK", "regtest")
    without = found()
    (tmp_path / "regtest").mkdir()
    (tmp_path / "regtest" / "ltc.url").write_text("http://u:p@127.0.0.1:5/wallet/hot\n")
    in_regtest = found()
    environment.setenv("LTC_RPC_URL", "http://elsewhere:1/")
    named = found()
    environment.delenv("LTC_RPC_URL")
    environment.setenv("COIN_NETWORK", "main")
    on_main = found()

    assert without is None
    assert in_regtest == "http://u:p@127.0.0.1:5/wallet/hot"
    assert named == "http://elsewhere:1/"
    assert on_main is None
