"""Every mutation: who may call it with what, and who may not. A mutation that is missing here fails test_mutations.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from models.tutorial.lessons import LESSONS
from schema.ids import public_id
from schema.tutorial import FIRST_QUESTION
from tests.api.scene import Scene, the_id
from tests.support.inputs import answers_input
from tests.support.payouts import PAYEE
from tests.support.world import CHOICE_FORM, PASSWORD, a_choice

# Guards: what each kind of caller is told instead of being served.
U, F, N = "UNAUTHENTICATED", "FORBIDDEN", "NOT_FOUND"
Guard = Mapping[str, str]
ANYONE: Guard = {}
PERSON: Guard = {"anonymous": U, "token": F, "blind token": F}
OWNER: Guard = {**PERSON, "stranger": N, "moderator": N, "admin": N, "partner": N}
MODERATOR: Guard = {**PERSON, "annotator": F, "stranger": F, "partner": F, "admin": F}
STAFF: Guard = {**PERSON, "annotator": F, "stranger": F, "partner": F}
ADMIN: Guard = {**STAFF, "moderator": F}
PARTNER: Guard = {
    "anonymous": U,
    "blind token": F,
    "rival token": N,
    "annotator": N,
    "moderator": N,
    "admin": N,
    "rival": N,
}
MEMBER: Guard = {**PARTNER, "token": F, "rival token": F}

# What text is hostile, by name: a case says which of them a leaf takes all the same.
TEXTS = {
    "empty": "",
    "long": "x" * 1_000_000,
    "bell": "bell\u0007",
    "turning": "\u202egnp.exe",
}
IDS = {"empty": "", "malformed": "Project:5", "of another type": "Wallet_0000000000000", "made up": "{}_7zzzzzzzzzzzz"}
NUMBERS = {"Int": (-1, 2**31 - 1), "Float": (-1.0, 1e300), "Decimal": ("-1", "0", "0.0000001", "999999999999999"), "DateTime": ()}


@dataclass(frozen=True)
class Case:
    guard: Guard
    by: str
    variables: Callable[[Scene], dict[str, Any]]
    # Somebody else's, by path, as the caller `by` may not name it.
    foreign: Callable[[Scene], dict[str, str]] = lambda _: {}
    # Hostile text that is taken, by path.
    takes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    # (path, value, code, path of the error): what else is wrong.
    wrong: Callable[[Scene], list[tuple[str, Any, str, str]]] = lambda _: []
    # Called a second time: nothing changes and nothing is refused, or the code; None where a second call is another one.
    again: str | None = "same"


def project_input(organization: str, **changes: Any) -> dict[str, Any]:
    return {
        "organizationId": organization,
        "title": "Cats and dogs",
        "kind": "CLASSIFICATION",
        "instructions": "Say what you see.",
        "form": CHOICE_FORM,
        "pricePerThousand": "12",
        "overlap": 1,
        "leaseSeconds": 300,
        **changes,
    }


def example(**changes: Any) -> dict[str, Any]:
    return {"content": [{"text": {"text": "A cat."}}], "answers": a_choice(), "good": True, "comment": "So."} | changes


def items(number: int, **changes: Any) -> list[dict[str, Any]]:
    return [{"externalId": f"new-{n}", "content": [{"text": {"text": "A cat."}}], **changes} for n in range(number)]


LABEL = "answers.0"
WRONG_ANSWERS: list[tuple[str, Any, str, str]] = [
    ("answers", [], "INVALID_INPUT", "answers"),
    (LABEL, {"key": "colour", "value": {"choices": ["cat"]}}, "INVALID_INPUT", "answers.0.key"),
    (LABEL, {"key": "label", "value": {"text": "cat"}}, "INVALID_INPUT", "answers.0.value"),
    (LABEL, {"key": "label", "value": {"choices": ["bird"]}}, "INVALID_INPUT", "answers.0.value.choices.0"),
    (LABEL, {"key": "label", "value": {"choices": ["cat", "dog"]}}, "INVALID_INPUT", "answers.0.value.choices"),
    ("answers", a_choice() * 2, "INVALID_INPUT", "answers.1.key"),
]
WRONG_PROJECTS: list[tuple[str, Any, str, str]] = [
    ("input.form", [], "INVALID_INPUT", "input.form"),
    ("input.form", CHOICE_FORM * 2, "INVALID_INPUT", "input.form.1.key"),
    ("input.pricePerThousand", "1.999", "INVALID_INPUT", "input.pricePerThousand"),
    ("input.pricePerThousand", "12.0001", "INVALID_INPUT", "input.pricePerThousand"),
    ("input.overlap", 21, "INVALID_INPUT", "input.overlap"),
    ("input.overlap", 0, "INVALID_INPUT", "input.overlap"),
    ("input.leaseSeconds", 4, "INVALID_INPUT", "input.leaseSeconds"),
    ("input.requirements", {"countries": ["XX"]}, "INVALID_INPUT", "input.requirements.countries.0"),
    ("input.requirements", {"countries": ["PT"] * 301}, "INVALID_INPUT", "input.requirements.countries"),
    ("input.requirements", {"languages": ["en", "not a tag"]}, "INVALID_INPUT", "input.requirements.languages.1"),
    ("input.requirements", {"languages": ["en"] * 1_001}, "INVALID_INPUT", "input.requirements.languages"),
    ("input.requirements", {"minAccuracy": 1.5}, "INVALID_INPUT", "input.requirements.minAccuracy"),
    ("input.requirements", {"minAccuracy": -1e300}, "INVALID_INPUT", "input.requirements.minAccuracy"),
    ("input.requirements", {"qualificationIds": ["Qualification_7zzzzzzzzzzzz"]}, "NOT_FOUND", "input.requirements.qualificationIds.0"),
    ("input.maxOverlap", 1, "INVALID_INPUT", "input.maxOverlap"),
    ("input.maxOverlap", 21, "INVALID_INPUT", "input.maxOverlap"),
    ("input.judging", {"match": 0.0}, "INVALID_INPUT", "input.judging.match"),
    ("input.judging", {"overlap": 1.01, "text": -1e300}, "INVALID_INPUT", "input.judging.text"),
    ("input.judging", {"points": 11}, "INVALID_INPUT", "input.judging.points"),
    ("input.judging", {"points": -1}, "INVALID_INPUT", "input.judging.points"),
    ("input.judging", {"match": 0.8}, "INVALID_INPUT", "input.judging.overlap"),
    ("input.judging", {"outlier": 0.9}, "INVALID_INPUT", "input.judging.outlier"),
    ("input.examples", [example()] * 21, "INVALID_INPUT", "input.examples"),
    ("input.examples", [example(comment="")], "INVALID_INPUT", "input.examples.0.comment"),
    ("input.examples", [example(content=[])], "INVALID_INPUT", "input.examples.0.content"),
    ("input.examples", [example(), example(answers=a_choice("bird"))], "INVALID_INPUT", "input.examples.1.answers.0.value.choices.0"),
    ("input.examples", [example(content=[{"image": {"uploadId": "Upload_1"}}])], "NOT_FOUND", "input.examples.0.content.0.image.uploadId"),
]

CASES: dict[str, Case] = {
    # ------------------------------------------------------------------ people
    "register": Case(
        ANYONE,
        "anonymous",
        lambda _: {
            "input": {"email": "new@example.test", "password": PASSWORD, "displayName": "Ada", "acceptTerms": True},
        },
        takes={"input.password": frozenset({"bell", "turning"})},
        wrong=lambda _: [
            ("input.acceptTerms", False, "INVALID_INPUT", "input.acceptTerms"),
            ("input.password", "short", "INVALID_INPUT", "input.password"),
            ("input.password", "new@example.test", "INVALID_INPUT", "input.password"),
            ("input.email", "new@", "INVALID_INPUT", "input.email"),
        ],
        again=None,
    ),
    "confirmEmail": Case(ANYONE, "anonymous", lambda scene: {"token": scene.confirmation}, again="TOKEN_EXPIRED"),
    "requestEmailConfirmation": Case(ANYONE, "anonymous", lambda scene: {"email": scene.people["unconfirmed"].email}, again=None),
    "signIn": Case(
        ANYONE,
        "anonymous",
        lambda scene: {"input": {"email": scene.people["stranger"].email, "password": PASSWORD}},
        wrong=lambda scene: [
            ("input.password", PASSWORD.upper(), "INVALID_CREDENTIALS", "input"),
            ("input.email", "nobody@example.test", "INVALID_CREDENTIALS", "input"),
            ("input.email", scene.people["unconfirmed"].email, "EMAIL_UNCONFIRMED", "input.email"),
        ],
        again=None,
    ),
    "signOut": Case(ANYONE, "stranger", lambda _: {}),
    "endSession": Case(
        {**PERSON, **dict.fromkeys(("stranger", "moderator", "admin", "partner"), N)},
        "annotator",
        lambda scene: {"sessionId": public_id("Session", scene.spare_session.id)},
        foreign=lambda scene: {"sessionId": public_id("Session", scene.foreign_session.id)},
        again="NOT_FOUND",
    ),
    "endOtherSessions": Case(PERSON, "annotator", lambda _: {}),
    "requestPasswordReset": Case(ANYONE, "anonymous", lambda scene: {"email": scene.people["stranger"].email}, again=None),
    "resetPassword": Case(
        ANYONE,
        "anonymous",
        lambda scene: {"token": scene.reset, "password": "another horse"},
        takes={"password": frozenset({"bell", "turning"})},
        wrong=lambda scene: [
            ("password", "short", "INVALID_INPUT", "password"),
            ("password", scene.people["stranger"].email, "INVALID_INPUT", "password"),
            ("token", scene.confirmation, "TOKEN_EXPIRED", "token"),
        ],
        again="TOKEN_EXPIRED",
    ),
    "updateProfile": Case(
        PERSON,
        "stranger",
        lambda _: {
            "input": {
                "displayName": "Grace",
                "country": "pt",
                "languages": ["EN", "pt-br"],
                "devices": ["TABLET"],
                "timeZone": "Europe/Lisbon",
            }
        },
        wrong=lambda _: [
            ("input.displayName", None, "INVALID_INPUT", "input.displayName"),
            ("input.country", "ZZ", "INVALID_INPUT", "input.country"),
            ("input.country", "Portugal", "INVALID_INPUT", "input.country"),
            ("input.languages", ["en", "english, please"], "INVALID_INPUT", "input.languages.1"),
            ("input.languages", ["en"] * 1_001, "INVALID_INPUT", "input.languages"),
            ("input.timeZone", "Lisbon", "INVALID_INPUT", "input.timeZone"),
            ("input.timeZone", "../../etc/passwd", "INVALID_INPUT", "input.timeZone"),
        ],
    ),
    # ------------------------------------------------------------------ tutorial: more in test_tutorial.py
    "answerTutorialStep": Case(PERSON, "newcomer", lambda scene: {"stepId": first_step(), "answers": first_answers()}),
    # ------------------------------------------------------------------ qualifications: more in test_qualifications.py
    "answerQualification": Case(
        {**PERSON, "stranger": "CONFLICT", "newcomer": "TUTORIAL_REQUIRED", "partner": "CONFLICT"},
        "annotator",
        lambda scene: {"qualificationId": the_id(scene.qualification), "answers": answers_of_test(scene)},
        foreign=lambda _: {"answers.0.questionId": first_step()},
        wrong=lambda scene: [
            ("answers", [], "INVALID_INPUT", "answers"),
            ("answers", answers_of_test(scene)[:1], "INVALID_INPUT", "answers"),
            ("answers.1", answers_of_test(scene)[0], "INVALID_INPUT", "answers.1.questionId"),
            ("answers", answers_of_test(scene) * 500, "INVALID_INPUT", "answers"),
            ("answers.1.answers", [], "INVALID_INPUT", "answers.1.answers"),
            ("answers.1.answers", a_choice("bird"), "INVALID_INPUT", "answers.1.answers.0.value.choices.0"),
        ],
    ),
    "createQualification": Case(
        PARTNER,
        "partner",
        lambda scene: {
            "input": {
                "projectId": public_id("Project", scene.qualification.project_id),
                "title": "Dogs",
                "guide": "Look at the tail.",
                "passScore": 0.8,
                "retryHours": 0,
                "questionCount": 2,
            }
        },
        foreign=lambda scene: {"input.projectId": the_id(scene.rival_draft)},
        wrong=lambda scene: [
            ("input.passScore", 1.01, "INVALID_INPUT", "input.passScore"),
            ("input.questionCount", 4, "INVALID_INPUT", "input.questionCount"),
            ("input.questionCount", 0, "INVALID_INPUT", "input.questionCount"),
            ("input.itemIds", [the_id(scene.item)], "NOT_FOUND", "input.itemIds.0"),
            ("input.itemIds", [the_id(scene.rival_item), "nonsense"], "NOT_FOUND", "input.itemIds.1"),
            ("input.itemIds", ["nonsense"] * 1_001, "INVALID_INPUT", "input.itemIds"),
        ],
        again=None,
    ),
    # ------------------------------------------------------------------ work
    "claimTask": Case(
        PERSON,
        "stranger",
        lambda scene: {"projectId": the_id(scene.project)},
        foreign=lambda scene: {"projectId": the_id(scene.rival_draft)},
        again=None,
    ),
    "saveDraft": Case(
        OWNER,
        "annotator",
        lambda scene: {"assignmentId": the_id(scene.leased), "answers": a_choice(), "version": 0},
        # Half an answer is kept; what can be none is refused.
        takes={"answers.0.value.choices.0": frozenset({"empty", "bell", "turning"})},
        wrong=lambda _: [*WRONG_ANSWERS[1:3], ("version", 7, "CONFLICT", "version")],
        again="CONFLICT",
    ),
    "extendLease": Case(OWNER, "annotator", lambda scene: {"assignmentId": the_id(scene.leased)}, again=None),
    "skipTask": Case(
        OWNER,
        "annotator",
        lambda scene: {"assignmentId": the_id(scene.leased), "reason": "Blurred."},
        takes={"reason": frozenset({"empty"})},
    ),
    "reportProblem": Case(
        OWNER,
        "annotator",
        lambda scene: {"assignmentId": the_id(scene.leased), "kind": "BROKEN", "message": "Black."},
        takes={"message": frozenset({"empty"})},
    ),
    "submitAnnotation": Case(
        OWNER,
        "annotator",
        lambda scene: {"assignmentId": the_id(scene.leased), "answers": a_choice(), "activeSeconds": 2.5},
        wrong=lambda _: [*WRONG_ANSWERS, ("activeSeconds", 86_401.0, "INVALID_INPUT", "activeSeconds")],
    ),
    # ------------------------------------------------------------------ moderation
    "claimReviews": Case(
        MODERATOR,
        "second",
        lambda scene: {"count": 1, "projectId": the_id(scene.project)},
        wrong=lambda scene: [
            ("reviewIds", [the_id(scene.waiting), the_id(scene.claimed)], "CONFLICT", "reviewIds.1"),
            ("reviewIds", [the_id(scene.waiting)] * 1_001 + ["nonsense"], "NOT_FOUND", "reviewIds.1001"),
        ],
        again=None,
    ),
    "releaseReview": Case({**MODERATOR, "second": "CONFLICT"}, "moderator", lambda scene: {"reviewId": the_id(scene.claimed)}),
    "decideReview": Case(
        {**MODERATOR, "second": "CONFLICT"},
        "moderator",
        lambda scene: {"reviewId": the_id(scene.claimed), "decision": "REJECTED", "reasons": ["SPAM"], "comment": "No."},
        takes={"comment": frozenset({"empty"})},
        wrong=lambda scene: [
            ("reasons", [], "INVALID_INPUT", "reasons"),
            ("reasons", None, "INVALID_INPUT", "reasons"),
            ("decision", "APPROVED", "INVALID_INPUT", "reasons"),
            ("reviewId", the_id(scene.waiting), "CONFLICT", "reviewId"),
        ],
    ),
    "decideReviews": Case(
        {**MODERATOR, "second": "CONFLICT"},
        "moderator",
        lambda scene: {"reviewIds": [the_id(scene.claimed)], "decision": "REJECTED", "reasons": ["SPAM"], "comment": "No."},
        takes={"comment": frozenset({"empty"})},
        wrong=lambda scene: [
            ("reviewIds", [], "INVALID_INPUT", "reviewIds"),
            ("reviewIds", [the_id(scene.claimed), the_id(scene.waiting)], "CONFLICT", "reviewIds.1"),
            ("reviewIds", [the_id(scene.claimed), the_id(scene.appeal)], "NOT_FOUND", "reviewIds.1"),
            ("reasons", [], "INVALID_INPUT", "reasons"),
            ("reasons", ["SPAM", "FRAUD"], "INVALID_INPUT", "reasons"),
            ("decision", "APPROVED", "INVALID_INPUT", "reasons"),
        ],
    ),
    "fixReview": Case(
        {**MODERATOR, "second": "CONFLICT"},
        "moderator",
        lambda scene: {"reviewId": the_id(scene.claimed), "answers": a_choice()},
        wrong=lambda scene: [
            *WRONG_ANSWERS,
            ("answers", a_choice("dog"), "CONFLICT", "answers"),
            ("reviewId", the_id(scene.waiting), "CONFLICT", "reviewId"),
        ],
    ),
    "decideAudit": Case(
        MODERATOR,
        "moderator",
        lambda scene: {"auditId": the_id(scene.audit), "agrees": False, "comment": "A dog."},
        takes={"comment": frozenset({"empty"})},
    ),
    "openAppeal": Case(
        OWNER,
        "annotator",
        lambda scene: {"annotationId": the_id(scene.rejected), "message": "Look at the left edge again."},
        wrong=lambda scene: [
            ("annotationId", the_id(scene.appealed), "CONFLICT", "annotationId"),
            ("annotationId", the_id(scene.approved), "CONFLICT", "annotationId"),
            ("annotationId", the_id(scene.in_review), "CONFLICT", "annotationId"),
        ],
        again="CONFLICT",
    ),
    "openStandingAppeal": Case(
        {**PERSON, **dict.fromkeys(("annotator", "stranger", "moderator", "admin", "partner"), "CONFLICT")},
        "suspended",
        lambda _: {"message": "It was my brother."},
        again="CONFLICT",
    ),
    "dismissFraudSignal": Case(
        STAFF,
        "moderator",
        lambda scene: {"id": the_id(scene.signal), "reason": "A fast one."},
    ),
    "decideAppeal": Case(
        {**MODERATOR, "moderator": "CONFLICT"},
        "second",
        lambda scene: {"appealId": the_id(scene.appeal), "outcome": "OVERTURNED", "comment": "Right."},
    ),
    "suspendAnnotator": Case(
        STAFF,
        "moderator",
        lambda scene: {"annotatorId": scene.person("stranger"), "until": "2100-01-01T00:00:00+01:00", "reason": "Rude."},
        wrong=lambda scene: [
            ("until", "2001-01-01T00:00:00Z", "INVALID_INPUT", "until"),
            ("until", "0001-01-01T00:00:00Z", "INVALID_INPUT", "until"),
            ("annotatorId", scene.person("moderator"), "CONFLICT", "annotatorId"),
            ("annotatorId", scene.person("second"), "CONFLICT", "annotatorId"),
            ("annotatorId", scene.person("admin"), "CONFLICT", "annotatorId"),
        ],
        again=None,
    ),
    "banAnnotator": Case(
        STAFF,
        "moderator",
        lambda scene: {"annotatorId": scene.person("stranger"), "reason": "Fraud.", "fraud": True},
        wrong=lambda scene: [("annotatorId", scene.person("admin"), "CONFLICT", "annotatorId")],
        again=None,
    ),
    "reinstateAnnotator": Case(STAFF, "moderator", lambda scene: {"annotatorId": scene.person("stranger"), "reason": "Sorry."}, again=None),
    "setRole": Case(
        ADMIN,
        "admin",
        lambda scene: {"annotatorId": scene.person("stranger"), "role": "MODERATOR", "granted": True, "reason": "Skilled."},
    ),
    # ------------------------------------------------------------------ payouts
    "requestWithdrawal": Case(
        PERSON,
        "annotator",
        lambda _: {"input": {"coin": "LTC", "address": PAYEE, "amount": "0.6", "idempotencyKey": "new"}},
        wrong=lambda _: [
            ("input.address", PAYEE[:-1], "INVALID_ADDRESS", "input.address"),
            ("input.address", "bchreg:qr7fzmep8g7h7ymfxy74lgc0v950j3r295m39d8z59", "INVALID_ADDRESS", "input.address"),
            ("input.coin", "BCH", "INVALID_ADDRESS", "input.address"),
            ("input.amount", "0.499999", "BELOW_MINIMUM", "input.amount"),
            ("input.amount", "2", "INSUFFICIENT_FUNDS", "input.amount"),
            ("input.idempotencyKey", "asked", "IDEMPOTENCY_MISMATCH", "input.idempotencyKey"),
        ],
    ),
    "cancelWithdrawal": Case(
        OWNER,
        "annotator",
        lambda scene: {"withdrawalId": the_id(scene.requested)},
        foreign=lambda scene: {"withdrawalId": the_id(scene.foreign_withdrawal)},
        wrong=lambda scene: [("withdrawalId", the_id(scene.sent), "TOO_LATE", "withdrawalId")],
    ),
    "holdWithdrawal": Case(
        ADMIN,
        "admin",
        lambda scene: {
            "withdrawalId": the_id(scene.requested),
            "until": (datetime.now(UTC) + timedelta(days=5)).isoformat(),
            "reason": "Odd.",
        },
        wrong=lambda scene: [
            ("until", "2001-01-01T00:00:00Z", "INVALID_INPUT", "until"),
            ("until", "2100-01-01T00:00:00Z", "INVALID_INPUT", "until"),
            ("withdrawalId", the_id(scene.sent), "CONFLICT", "withdrawalId"),
        ],
        again=None,
    ),
    "releaseWithdrawal": Case(
        ADMIN,
        "admin",
        lambda scene: {"withdrawalId": the_id(scene.held), "reason": "It is theirs."},
        wrong=lambda scene: [("withdrawalId", the_id(scene.sent), "CONFLICT", "withdrawalId")],
    ),
    "refuseWithdrawal": Case(
        ADMIN,
        "admin",
        lambda scene: {"withdrawalId": the_id(scene.held), "reason": "A stolen account."},
        wrong=lambda scene: [("withdrawalId", the_id(scene.sent), "CONFLICT", "withdrawalId")],
        again="CONFLICT",
    ),
    "givePayoutBack": Case(
        ADMIN,
        "admin",
        lambda scene: {"batchId": the_id(scene.conflicted), "reason": "Its coins were spent otherwise."},
        wrong=lambda scene: [("batchId", the_id(scene.batch), "CONFLICT", "batchId")],
    ),
    # ------------------------------------------------------------------ partners
    "createOrganization": Case({**PERSON, "unconfirmed": "EMAIL_UNCONFIRMED"}, "stranger", lambda _: {"name": "Field Mice"}, again=None),
    "creditOrganization": Case(
        {**ADMIN, "partner": F},
        "admin",
        lambda scene: {"organizationId": the_id(scene.organization), "amount": "5", "reference": "invoice 2", "idempotencyKey": "two"},
        wrong=lambda _: [("amount", "100000000.000001", "INVALID_INPUT", "amount")],
    ),
    "createProject": Case(
        PARTNER,
        "partner",
        lambda scene: {"input": project_input(the_id(scene.organization), examples=[example()])},
        foreign=lambda scene: {"input.organizationId": the_id(scene.rival_organization)},
        wrong=lambda _: WRONG_PROJECTS,
        again=None,
    ),
    "updateProject": Case(
        PARTNER,
        "token",
        lambda scene: {"projectId": the_id(scene.draft), "input": project_input(the_id(scene.organization), title="Cats, dogs")},
        foreign=lambda scene: {"projectId": the_id(scene.rival_draft), "input.organizationId": the_id(scene.rival_organization)},
        wrong=lambda _: WRONG_PROJECTS,
        again=None,
    ),
    "fundProject": Case(
        PARTNER,
        "token",
        lambda scene: {"projectId": the_id(scene.draft), "amount": "1.5", "idempotencyKey": "two"},
        foreign=lambda scene: {"projectId": the_id(scene.rival_draft)},
        wrong=lambda _: [("amount", "1000", "INSUFFICIENT_FUNDS", "amount")],
    ),
    "setProjectState": Case(
        PARTNER,
        "partner",
        lambda scene: {"projectId": the_id(scene.draft), "state": "OPEN"},
        foreign=lambda scene: {"projectId": the_id(scene.rival_draft)},
        wrong=lambda _: [("state", "PAUSED", "CONFLICT", "state")],
    ),
    "importItems": Case(
        PARTNER,
        "token",
        lambda scene: {"projectId": the_id(scene.project), "items": items(2)},
        foreign=lambda scene: {"projectId": the_id(scene.rival_draft)},
        wrong=lambda scene: [
            ("items", [], "INVALID_INPUT", "items"),
            ("items", items(1_001), "INVALID_INPUT", "items"),
            ("items.1.externalId", "new-0", "INVALID_INPUT", "items.1.externalId"),
            ("items.1.content", [], "INVALID_INPUT", "items.1.content"),
            ("items.1.content", items(1)[0]["content"] * 11, "INVALID_INPUT", "items.1.content"),
            ("items.1.content", [{"image": {"uploadId": "Upload_1"}}], "NOT_FOUND", "items.1.content.0.image.uploadId"),
            ("items.1.gold", [], "INVALID_INPUT", "items.1.gold"),
            ("items.1.gold", a_choice("bird"), "INVALID_INPUT", "items.1.gold.0.value.choices.0"),
        ],
    ),
    "returnItem": Case(
        PARTNER,
        "partner",
        lambda scene: {"itemId": the_id(scene.item)},
        foreign=lambda scene: {"itemId": the_id(scene.rival_item)},
        again=None,
    ),
    "removeItem": Case(
        PARTNER,
        "token",
        lambda scene: {"itemId": the_id(scene.item)},
        foreign=lambda scene: {"itemId": the_id(scene.rival_item)},
        again=None,
    ),
    "makeGold": Case(
        PARTNER,
        "partner",
        lambda scene: {"itemId": the_id(scene.finished)},
        foreign=lambda scene: {"itemId": the_id(scene.rival_item)},
        wrong=lambda scene: [("itemId", the_id(scene.item), "CONFLICT", "itemId")],
    ),
    "createApiToken": Case(
        MEMBER,
        "partner",
        lambda scene: {
            "input": {
                "organizationId": the_id(scene.organization),
                "name": "importer",
                "scopes": ["PROJECTS_READ"],
                "expiresAt": "2100-01-01T00:00:00Z",
            }
        },
        foreign=lambda scene: {"input.organizationId": the_id(scene.rival_organization)},
        wrong=lambda _: [
            ("input.scopes", [], "INVALID_INPUT", "input.scopes"),
            ("input.expiresAt", "2001-01-01T00:00:00Z", "INVALID_INPUT", "input.expiresAt"),
        ],
        again=None,
    ),
    "revokeApiToken": Case(
        MEMBER,
        "partner",
        lambda scene: {"tokenId": the_id(scene.token)},
        foreign=lambda scene: {"tokenId": the_id(scene.rival_token)},
    ),
}


def answers_of_test(scene: Scene) -> list[dict[str, Any]]:
    return [{"questionId": public_id("LessonStep", FIRST_QUESTION + each.id), "answers": a_choice()} for each in scene.questions]


def first_step() -> str:
    return public_id("LessonStep", 0)


def first_answers() -> list[dict[str, Any]]:
    return answers_input(LESSONS[0].steps[0].answers)
