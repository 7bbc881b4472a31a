"""Keys to the API: shown once, refused without asking when mistyped, gone when revoked."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from models import ApiToken, Organization, Scope, User
from models.api_token import HINT_LENGTH, MOST_TOKENS, PREFIX, USE_NOTED_SECONDS, is_well_formed, new_api_secret
from models.errors import Conflict, InvalidInput
from ops.database import sql
from tests.support.sql import counted_sql
from tests.support.world import a_user, an_organization, counts_of


async def a_token(organization: Organization | None = None, by: User | None = None) -> tuple[ApiToken, str]:
    organization, by = organization or await an_organization(), by or await a_user()
    return await ApiToken.issue(organization, name="Importer", scopes=[Scope.PROJECTS_WRITE, Scope.PROJECTS_READ], by=by)


async def test_a_token_is_found_by_its_secret_of_which_only_a_hash_is_kept() -> None:
    token, secret = await a_token()

    found = await ApiToken.by_secret(secret)

    assert found is not None
    assert found.id == token.id
    assert secret.startswith(PREFIX)
    assert token.hint == secret[:HINT_LENGTH]
    assert (found.allows(Scope.PROJECTS_WRITE), found.allows(Scope.PROJECTS_READ), found.allows(Scope.RESULTS_READ)) == (True, True, False)
    assert await sql.value("SELECT count(*) FROM api_tokens WHERE api_tokens::text LIKE '%' || $1 || '%'", secret[HINT_LENGTH:]) == 0
    assert (
        await sql.value("SELECT action FROM audit_entries WHERE subject_id = $1 AND subject_type = 'ApiToken'", token.id)
        == "createApiToken"
    )


async def test_every_mistyped_character_is_noticed_without_asking_the_database() -> None:
    _, secret = await a_token()

    with counted_sql() as statements:
        for n in range(len(secret)):
            mistyped = secret[:n] + ("A" if secret[n] != "A" else "B") + secret[n + 1 :]
            assert not is_well_formed(mistyped)
            assert await ApiToken.by_secret(mistyped) is None

    assert statements == []


@pytest.mark.parametrize("secret", ["", "tdm_", "tdm_000000", "x" * 100_000, "tdm_\x00", "tdm_\ud800aaaaaaaaaa", "Bearer tdm_"])
async def test_what_is_no_secret_finds_nothing(secret: str) -> None:
    await a_token()

    assert await ApiToken.by_secret(secret) is None


async def test_a_well_formed_secret_of_nobody_finds_nothing() -> None:
    await a_token()

    assert await ApiToken.by_secret(new_api_secret()) is None


async def test_a_revoked_token_is_gone_and_revoking_is_safe_to_repeat() -> None:
    token, secret = await a_token()
    admin = await a_user()

    await asyncio.gather(*(token.revoke(by=admin) for _ in range(6)))

    assert await ApiToken.by_secret(secret) is None
    assert await sql.value("SELECT count(*) FROM audit_entries WHERE action = 'revokeApiToken'") == 1
    assert await sql.value("SELECT count(*) FROM hints WHERE topic = $1", f"token:{token.id}") == 1


async def test_a_token_ends_by_its_time() -> None:
    organization, partner = await an_organization(), await a_user()
    expires_at = await sql.now() + timedelta(hours=1)
    _, secret = await ApiToken.issue(organization, name="Short", scopes=[Scope.RESULTS_READ], by=partner, expires_at=expires_at)
    assert await ApiToken.by_secret(secret) is not None

    await sql.run("UPDATE api_tokens SET expires_at = now()")

    assert await ApiToken.by_secret(secret) is None


async def test_the_last_use_is_noted_to_the_minute() -> None:
    token, secret = await a_token()
    await ApiToken.by_secret(secret)
    first = (await token.reread()).last_used_at
    await ApiToken.by_secret(secret)
    assert (await token.reread()).last_used_at == first is not None

    await sql.run("UPDATE api_tokens SET last_used_at = last_used_at - make_interval(secs => $1)", USE_NOTED_SECONDS)
    await ApiToken.by_secret(secret)

    used = (await token.reread()).last_used_at
    assert used is not None
    assert first is not None
    assert used >= first


@pytest.mark.parametrize(
    ("name", "scopes", "hours", "path"),
    [
        ("", [Scope.RESULTS_READ], None, "name"),
        ("x" * 61, [Scope.RESULTS_READ], None, "name"),
        ("a\x00b", [Scope.RESULTS_READ], None, "name"),
        ("Importer", [], None, "scopes"),
        ("Importer", [Scope.RESULTS_READ], -1, "expiresAt"),
        ("Importer", [Scope.RESULTS_READ], 0, "expiresAt"),
    ],
)
async def test_a_token_without_sense_is_not_made(name: str, scopes: list[Scope], hours: int | None, path: str) -> None:
    organization, partner = await an_organization(), await a_user()
    expires_at = None if hours is None else await sql.now() + timedelta(hours=hours)

    with pytest.raises(InvalidInput) as refusal:
        await ApiToken.issue(organization, name=name, scopes=scopes, by=partner, expires_at=expires_at)

    assert refusal.value.path == ("input", path)
    assert (await counts_of("api_tokens"))["api_tokens"] == 0


async def test_an_organization_has_so_many_tokens_and_no_more_however_many_are_made_at_once() -> None:
    organization, partner = await an_organization(), await a_user()
    tokens = [(await a_token(organization, partner))[0] for _ in range(MOST_TOKENS - 3)]

    outcomes = await asyncio.gather(*(a_token(organization, partner) for _ in range(8)), return_exceptions=True)

    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 5
    assert await ApiToken.filter(organization_id=organization.id).count() == MOST_TOKENS
    await tokens[0].revoke(by=partner)
    await a_token(organization, partner)
    await a_token()
