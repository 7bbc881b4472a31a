"""Forms, answers and content in the API: the types are the contract's, and what goes in and comes out is what is stored."""

from dataclasses import replace
from pathlib import Path
from typing import Any, TypeGuard

import pytest
import strawberry
from graphql import DefinitionNode, TypeDefinitionNode, build_schema, find_breaking_changes, parse, print_ast
from strawberry.scalars import JSON

from models.fields import kinds, parse_answers, parse_form
from models.fields.samples import PHOTO, PHOTO_AND_QUERY
from schema.content import Content, ContentInput, content_type, plain_content
from schema.forms import FIELD_TYPES, Answer, AnswerInput, FormField, FormFieldInput, answers_type, form_type, plain_answers, plain_form
from tests.models.fields.asking import a_form, answered, good_answers

CONTRACT = (Path(__file__).parent / "forms.graphql").read_text()
RECORDING = {"kind": "audio", "sha256": "cd" * 32, "seconds": 2.5}
UPLOADS = {"a": PHOTO, "b": RECORDING}


@pytest.fixture(autouse=True)
def clean_slate() -> None:
    """In place of the one that empties the database."""


@strawberry.type
class Query:
    @strawberry.field
    def form(self) -> list[FormField]:
        return form_type(a_form(*kinds()))

    @strawberry.field
    def answers(self, answers: list[AnswerInput]) -> list[Answer]:
        form = a_form(*kinds(), required=False)
        return answers_type(parse_answers(form, PHOTO_AND_QUERY, plain_answers(answers), uploads=UPLOADS))

    @strawberry.field
    def content(self) -> list[Content]:
        return content_type([*PHOTO_AND_QUERY, RECORDING, {**PHOTO, "url": "/tutorial/cat.jpg"}])

    @strawberry.field
    def plain_form(self, fields: list[FormFieldInput]) -> JSON:
        return JSON(plain_form(fields))

    @strawberry.field
    def plain_answers(self, answers: list[AnswerInput]) -> JSON:
        return JSON(plain_answers(answers))

    @strawberry.field
    def plain_content(self, blocks: list[ContentInput]) -> JSON:
        return JSON(plain_content(blocks))


served = strawberry.Schema(Query, types=FIELD_TYPES)


def run(query: str, **variables: Any) -> dict[str, Any]:
    result = served.execute_sync(query, variables)
    assert result.errors is None, result.errors
    assert result.data is not None
    return result.data


def definitions(text: str) -> dict[str, Any]:
    """What a schema fixes of each type, in whatever order: its members with their types and defaults, its interfaces and directives."""
    return {definition.name.value: _fixed(definition) for definition in parse(text, no_location=True).definitions if _is_type(definition)}


def _is_type(definition: DefinitionNode) -> TypeGuard[TypeDefinitionNode]:
    return isinstance(definition, TypeDefinitionNode)


def _fixed(definition: TypeDefinitionNode) -> Any:
    def each(*names: str) -> list[Any]:
        return [node for name in names for node in getattr(definition, name, None) or ()]

    members = {node.name.value: print_ast(replace(node, description=None)) for node in each("fields", "values")}
    return definition.kind, members, {print_ast(node) for node in each("types", "interfaces", "directives")}


def test_every_type_is_the_contracts_to_the_letter_and_may_say_more() -> None:
    ours, contract = definitions(served.as_str()), definitions(CONTRACT)

    del contract["Query"]
    for name, (kind, members, others) in contract.items():
        our_kind, our_members, our_others = ours[name]
        assert (name, our_kind) == (name, kind)
        assert {member: our_members[member] for member in members} == members
        assert our_others >= others


def test_nothing_breaks_for_those_who_rely_on_the_contract() -> None:
    assert find_breaking_changes(build_schema(CONTRACT), build_schema(served.as_str())) == []


def test_every_type_says_what_it_is() -> None:
    types = build_schema(served.as_str()).type_map

    assert [name for name in definitions(CONTRACT) if not types[name].description] == ["Query"]


def test_a_form_of_every_kind_is_shown() -> None:
    query = """{ form { __typename key label help required
      ... on ChoiceField { options { key label color } multiple }
      ... on BoxField { classes { key } } ... on PolygonField { classes { key } } ... on MaskField { classes { key } }
      ... on SpanField { classes { key } }
      ... on TextField { maxLength } ... on RatingField { min max } ... on MediaField { media } } }"""

    shown = {field["key"]: field for field in run(query)["form"]}

    assert {key: field["__typename"] for key, field in shown.items()} == {kind.name: kind.field.__name__ for kind in kinds().values()}
    assert shown["choice"]["options"][0] == {"key": "yes", "label": "Yes", "color": "#56b4e9"}
    assert shown["choice"]["multiple"] is False
    assert shown["box"]["classes"] == [{"key": "cat"}, {"key": "mug"}]
    assert shown["text"]["maxLength"] == 20
    assert (shown["rating"]["min"], shown["rating"]["max"]) == (-1, 5)
    assert shown["media"]["media"] == "IMAGE"


def test_answers_of_every_kind_go_in_and_come_out() -> None:
    query = """query ($answers: [AnswerInput!]!) {
      plainAnswers(answers: $answers)
      answers(answers: $answers) { key value { __typename
        ... on ChoiceAnswer { choices } ... on BoxAnswer { boxes { label x y width height } } ... on TextAnswer { text }
        ... on PolygonAnswer { polygons { label points } } ... on MaskAnswer { masks { label size counts } }
        ... on RatingAnswer { rating } ... on SpanAnswer { spans { label content start end } }
        ... on MediaAnswer { media { ... on ImageContent { url width height alt } ... on AudioContent { url seconds } } } } } }"""
    answers = [*good_answers(), *answered("media", ["a"])]

    shown = run(query, answers=answers)

    assert shown["plainAnswers"] == answers
    out = {answer["key"]: dict(answer["value"]) for answer in shown["answers"]}
    assert {key: value.pop("__typename") for key, value in out.items()} == {kind.name: kind.answer.__name__ for kind in kinds().values()}
    stored = parse_answers(a_form(*kinds(), required=False), PHOTO_AND_QUERY, good_answers())
    assert {answer["key"]: {kinds()[answer["key"]].member: answer["value"]} for answer in stored}.items() <= out.items()
    assert out["media"]["media"][0]["url"].startswith(f"/assets/{PHOTO['sha256']}?exp=")
    assert out["media"]["media"][0]["alt"] == "A cat beside a mug"


def test_a_partners_form_arrives_as_it_is_parsed() -> None:
    query = """query ($fields: [FormFieldInput!]!) { plainForm(fields: $fields) }"""
    classes = [{"key": "cat", "label": "Cat", "color": "#000000"}, {"key": "mug", "label": "Mug"}]
    fields = [
        {"key": "a", "label": "A", "kind": {"text": {}}},
        {"key": "b", "label": "B", "help": "Look.", "required": None, "kind": {"media": {"media": "AUDIO"}}},
        {"key": "c", "label": "C", "required": False, "kind": {"choice": {"options": classes}}},
        {"key": "d", "label": "D", "help": None, "kind": {"span": {"classes": classes}}},
    ]

    plain = run(query, fields=fields)["plainForm"]

    assert plain == [
        {"key": "a", "label": "A", "required": True, "kind": {"text": {"max_length": 2000}}},
        {"key": "b", "label": "B", "help": "Look.", "required": None, "kind": {"media": {"media": "AUDIO"}}},
        {"key": "c", "label": "C", "required": False, "kind": {"choice": {"options": classes, "multiple": False}}},
        {"key": "d", "label": "D", "help": None, "required": True, "kind": {"span": {"classes": classes}}},
    ]
    assert [field["required"] for field in parse_form(plain)] == [True, True, False, True]


@pytest.mark.parametrize(
    "value",
    ["{}", '{text: "a", rating: 3}', "{text: null}", '{text: "a", rating: null}', '{words: "a"}', "{rating: 3.5}", "{boxes: [{label: 5}]}"],
)
def test_an_answer_has_exactly_one_value_of_its_type(value: str) -> None:
    result = served.execute_sync(f'{{ answers(answers: [{{key: "text", value: {value}}}]) {{ key }} }}')

    assert result.errors
    assert result.data is None


@pytest.mark.parametrize("value", [{}, {"text": "a", "rating": 3}, {"text": None}, {"text": "a", "rating": None}, {"boxes": [None]}])
def test_an_answer_in_variables_has_exactly_one_value_of_its_type(value: dict[str, Any]) -> None:
    query = "query ($answers: [AnswerInput!]!) { answers(answers: $answers) { key } }"

    result = served.execute_sync(query, {"answers": [{"key": "text", "value": value}]})

    assert result.errors
    assert result.data is None


def test_content_is_shown_with_the_address_it_is_served_at() -> None:
    query = """{ content { __typename ... on ImageContent { url width height alt } ... on TextContent { text role }
      ... on AudioContent { url seconds } } }"""

    image, text, audio, public = run(query)["content"]

    assert image.pop("url").startswith(f"/assets/{PHOTO['sha256']}?exp=")
    assert image == {"__typename": "ImageContent", "width": 100, "height": 80, "alt": "A cat beside a mug"}
    assert text == {"__typename": "TextContent", "text": "Wie spät ist es? 🕰 fünf", "role": "query"}
    assert audio.pop("url").startswith(f"/assets/{RECORDING['sha256']}?exp=")
    assert audio == {"__typename": "AudioContent", "seconds": 2.5}
    assert public["url"] == "/tutorial/cat.jpg"


def test_content_arrives_as_it_is_parsed() -> None:
    query = """{ plainContent(blocks: [{image: {uploadId: "a"}}, {image: {uploadId: "b", alt: "A cat"}}, {text: {text: "Cat"}},
      {text: {text: "", role: "query"}}, {audio: {uploadId: "c"}}]) }"""

    assert run(query)["plainContent"] == [
        {"image": {"upload_id": "a", "alt": ""}},
        {"image": {"upload_id": "b", "alt": "A cat"}},
        {"text": {"text": "Cat", "role": None}},
        {"text": {"text": "", "role": "query"}},
        {"audio": {"upload_id": "c"}},
    ]
