"""From the text of an operation to its results, the same for HTTP and WebSocket: limits, validation, variables, execution.

It runs graphql-core on Strawberry's schema with Strawberry's executor. Strawberry's own `Schema.execute` runs the same steps, but holds no
limits over WebSocket, keeps no parsed documents, and gives no hold on errors or on the context of each event.
"""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeAlias, cast

import strawberry
from graphql import (
    ArgumentNode,
    DocumentNode,
    ExecutionResult,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLResolveInfoHelpers,
    GraphQLSyntaxError,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    VariableNode,
    Visitor,
    create_source_event_stream,
    parse,
    specified_rules,
    validate,
    visit,
)
from graphql.execution import execute_subscription_event
from graphql.execution.values import VariableValues
from graphql.pyutils import Path, Undefined
from graphql.utilities import type_from_ast
from graphql.utilities.validate_input_value import validate_input_value
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule

from realtime.hub import TooSlow
from schema.context import Context, Personal
from schema.errors import ApiError, BadUserInput, ParseFailed, PersistedQueryNotFound, QueryTooComplex, ValidationFailed, entry_of, tell
from schema.limits import MAX_TOKENS, PAGE_ARGUMENT, page_error, shape_errors
from web.compiled import Compiled, NotCompiled
from web.trusted import digest_of

# Documents that clients send again and again. A web client's hundred take some 15 MB; but a stranger's may be parsed to a megabyte each,
# and compiled to two for each choice of its conditions, so what they take is counted, about, and those asked for longest ago are let go.
KEPT_DOCUMENTS = 1_000
KEPT_BYTES = 64 * 1024 * 1024
KEPT_LENGTH = 16 * 1024
SHORTEST_BYTES, TOKEN_BYTES, FIELD_BYTES = 8_000, 500, 2_500
# Bytes of a request whose variables are read beside the loop: graphql-core takes half a second a megabyte and more.
LARGE = 64 * 1024
COMPILED_AT = 2
# Of one operation; each further variable in a condition may double them.
MOST_CHOICES = 16
MAX_VALIDATION_ERRORS = 20
MAX_VARIABLE_ERRORS = 50

RULES = (*specified_rules, MaybeNullValidationRule)
HEXADECIMAL = re.compile(r"[0-9a-f]{64}", re.ASCII)
FOUND = re.compile(r",? found: .*", re.DOTALL)
NAMED_FIELD = re.compile(r"(?:required|unknown) field '(\w+)'")
# In the text of a document, where the lexer refuses the character itself.
NUL_ESCAPE = re.compile(r"\\u(0000|\{0+\})")

Result = dict[str, Any]
Key: TypeAlias = tuple[bytes, str | None]


class Rejected(Exception):
    """An operation that is not executed, or a stream that ended by an error: what the client is told, as a response's `errors` has it."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__("; ".join(str(error["message"]) for error in errors))
        self.errors = errors

    @classmethod
    def by(cls, *errors: Exception) -> Rejected:
        return cls([tell(error) for error in errors])


@dataclass(frozen=True, slots=True)
class Request:
    """The parameters of the GraphQL-over-HTTP specification, their types checked.

    `digest` is that of the document's text; where the text is left out, it names a document that is known.
    """

    query: str | None
    variables: Mapping[str, Any]
    operation_name: str | None
    digest: bytes | None = None
    # So much that reading the variables would keep others waiting.
    is_large: bool = False

    @classmethod
    def read(cls, body: object, length: int = 0) -> Request:
        """Of a JSON value of so many bytes. Raises BadUserInput, with the parameter's name as path."""
        if isinstance(body, list):
            raise BadUserInput("One operation a request: batches are not taken.")
        if not isinstance(body, dict):
            raise BadUserInput("The body must be a JSON object.")
        query, digest = body.get("query"), given_digest(body)
        if not isinstance(query, str) and (query is not None or digest is None):
            raise BadUserInput("`query` must be a string.", path=["query"])
        operation_name = body.get("operationName")
        if operation_name is not None and not isinstance(operation_name, str):
            raise BadUserInput("`operationName` must be a string.", path=["operationName"])
        for name in ("variables", "extensions"):
            if body.get(name) is not None and not isinstance(body[name], dict):
                raise BadUserInput(f"`{name}` must be an object.", path=[name])
        # An empty name is what some clients send for none.
        return cls(query, body.get("variables") or {}, operation_name or None, digest, length > LARGE)

    def nul_error(self) -> BadUserInput | None:
        """Of a request whose text may hold NUL characters: PostgreSQL's text takes none, and would fail in every statement."""
        place = place_of_nul(self.variables)
        return None if place is None else BadUserInput("Text must not contain NUL characters.", path=place)

    def size_error(self, most: int) -> QueryTooComplex | None:
        """Of a request with more than `most` objects in its variables."""
        count = objects_in(self.variables)
        if count <= most:
            return None
        return QueryTooComplex(
            f"The variables hold {count:,} objects; at most {most:,} are taken.", measure="objects", limit=most, actual=count
        )


@dataclass(slots=True, eq=False)
class Document:
    """A valid document within the limits, the digest of its text, and what is known of its operations, by their names."""

    node: DocumentNode
    digest: bytes
    # Bytes of memory that it takes, about, with what was compiled of it.
    weight: int
    known: dict[str | None, Known] = field(default_factory=dict)

    @classmethod
    def of(cls, node: DocumentNode, digest: bytes) -> Document:
        tokens, token = 0, node.loc and node.loc.start_token
        while token:
            tokens, token = tokens + 1, token.next
        return cls(node, digest, SHORTEST_BYTES + tokens * TOKEN_BYTES)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a document, chosen to be executed."""

    whole: Document
    definition: OperationDefinitionNode

    @property
    def document(self) -> DocumentNode:
        return self.whole.node

    @property
    def key(self) -> Key:
        return self.whole.digest, self.name

    @property
    def kind(self) -> OperationType:
        return self.definition.operation

    @property
    def name(self) -> str | None:
        return self.definition.name.value if self.definition.name else None

    @property
    def root_field(self) -> str:
        """The name of the first root field, for metrics: it is one of the schema's."""
        return next(self.root_fields()).name.value

    def root_fields(self) -> Iterator[FieldNode]:
        fragments = {node.name.value: node for node in self.document.definitions if isinstance(node, FragmentDefinitionNode)}
        waiting: list[SelectionNode] = list(self.definition.selection_set.selections)
        while waiting:
            node = waiting.pop(0)
            if isinstance(node, FieldNode):
                yield node
            else:
                holder = fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else cast("InlineFragmentNode", node)
                waiting[:0] = holder.selection_set.selections

    def variables_within(self) -> frozenset[str]:
        """Those that are used elsewhere than in the root fields' own arguments: only they make one subscriber's events differ from
        another's of the same source."""
        arguments = {id(argument) for field in self.root_fields() for argument in field.arguments or ()}
        collector = _Variables(arguments)
        visit(self.document, collector)
        return frozenset(collector.names)

    def conditions(self) -> tuple[str, ...]:
        """Variables in @skip and @include."""
        return self._given_to("if")

    def sizes(self) -> tuple[str, ...]:
        """Variables that say how many there may be on a page."""
        return self._given_to(PAGE_ARGUMENT)

    def _given_to(self, argument: str) -> tuple[str, ...]:
        collector = _GivenTo(argument)
        visit(self.document, collector)
        return tuple(sorted(collector.names))


class _GivenTo(Visitor):
    """Variables that arguments of a name are given, be they a field's or a directive's."""

    def __init__(self, argument: str) -> None:
        super().__init__()
        self.argument = argument
        self.names: set[str] = set()

    def enter_argument(self, node: ArgumentNode, *_: object) -> None:
        if node.name.value == self.argument and isinstance(node.value, VariableNode):
            self.names.add(node.value.name.value)


class _Variables(Visitor):
    def __init__(self, left_out: set[int]) -> None:
        super().__init__()
        self.left_out = left_out
        self.names: set[str] = set()

    def enter(self, node: Any, *_: object) -> Any:
        if id(node) in self.left_out or node.kind == "variable_definition":
            return self.SKIP
        if isinstance(node, VariableNode):
            self.names.add(node.name.value)
        return None


class Execution(StrawberryGraphQLCoreExecutionContext):
    """Strawberry's executor, with the short way where there is one."""

    compiled: Compiled | None = None

    @property
    def async_helpers(self) -> GraphQLResolveInfoHelpers:
        """Made where they are asked for. graphql-core keeps them: they know us, and with the circle each execution would wait for the
        collector, with all that it has."""
        return GraphQLResolveInfoHelpers(gather=self.gather_async_work, track=self.track_async_work)

    @async_helpers.setter
    def async_helpers(self, _: GraphQLResolveInfoHelpers) -> None:
        """graphql-core's."""

    def complete_object_value(  # noqa: PLR0917 - graphql-core's
        self, return_type: GraphQLObjectType, field_details_list: Any, info: Any, path: Path, result: Any, position_context: Any
    ) -> Any:
        """A mutation is carried out by graphql-core, once; of what it answers the short way is tried first."""
        if path.prev is not None or self.compiled is None or self.operation.operation is not OperationType.MUTATION:
            return super().complete_object_value(return_type, field_details_list, info, path, result, position_context)
        return self.completed(self.compiled, return_type, field_details_list, info, path, result, position_context)

    async def completed(self, compiled: Compiled, *of: Any) -> Any:
        _, _, _, path, result, _ = of
        try:
            return await compiled.field(self, path.key, result)
        except NotCompiled:
            told = super().complete_object_value(*of)
            return await told if self.is_awaitable(told) else told


@dataclass(slots=True)
class Known:
    """What is found out once of an operation."""

    within: frozenset[str]
    # Variables in @skip and @include: under each choice of them something else is selected.
    conditions: tuple[str, ...]
    # Variables that are sizes of pages, and choices of them that are within the limits.
    sizes: tuple[str, ...]
    fitting: set[tuple[Any, ...]] = field(default_factory=set)
    times: int = 0
    # How many fields were compiled: an abstract type's only when one of them comes.
    fields: int = 0
    compiled: dict[tuple[Any, ...], Compiled | None] = field(default_factory=dict)


class Engine:
    """Executes operations of one schema."""

    def __init__(self, schema: strawberry.Schema, trusted: Mapping[bytes, str] = MappingProxyType({})) -> None:
        # Texts of documents by their digests.
        self.trusted = trusted
        self.strawberry = schema
        self.schema = schema._schema
        # By digest, those asked for lately at the end; and what they take together.
        self.documents: OrderedDict[bytes, Document] = OrderedDict()
        self.kept_bytes = 0
        for type_ in self.schema.type_map.values():
            definition = type_.extensions.get("strawberry-definition")
            if isinstance(type_, GraphQLInputObjectType) and definition is not None:
                # Strawberry leaves graphql-core's own flag unset, and then a null member in a variable errs late and without a path.
                type_.is_one_of = definition.is_one_of

    def choose(self, request: Request) -> Operation:
        """The operation that the request names. Raises Rejected."""
        document = self.document_of(request)
        definitions = [node for node in document.node.definitions if isinstance(node, OperationDefinitionNode)]
        if request.operation_name is not None:
            definitions = [node for node in definitions if node.name and node.name.value == request.operation_name]
        if not definitions:
            raise Rejected.by(BadUserInput(f"There is no operation {request.operation_name!r} in the document.", path=["operationName"]))
        if len(definitions) > 1:
            raise Rejected.by(BadUserInput("The document has several operations: `operationName` must choose one.", path=["operationName"]))
        return Operation(document, definitions[0])

    def document_of(self, request: Request) -> Document:
        """By its text, or by its digest where it is trusted or somebody sent it lately. Raises Rejected."""
        if request.query is not None:
            return self.document(request.query, request.digest)
        assert request.digest is not None
        kept = self.documents.get(request.digest)
        if kept is not None:
            self.documents.move_to_end(request.digest)
            return kept
        if request.digest in self.trusted:
            return self.document(self.trusted[request.digest])
        raise Rejected.by(PersistedQueryNotFound())

    def document(self, query: str, named: bytes | None = None) -> Document:
        """The parsed and validated document. Raises Rejected, also where it was named by another's digest."""
        key = digest_of(query)
        if named not in {None, key}:
            raise Rejected.by(BadUserInput("The SHA-256 is not that of the query.", path=["extensions", "persistedQuery", "sha256Hash"]))
        kept = self.documents.get(key)
        if kept is not None:
            self.documents.move_to_end(key)
            return kept
        document = Document.of(self.checked(query), key)
        if len(query) <= KEPT_LENGTH:
            self.documents[key] = document
            self.make_room(document.weight)
        return document

    def make_room(self, added: int) -> None:
        """For so many bytes more."""
        self.kept_bytes += added
        while len(self.documents) > KEPT_DOCUMENTS or self.kept_bytes > KEPT_BYTES:
            self.kept_bytes -= self.documents.popitem(last=False)[1].weight

    def checked(self, query: str) -> DocumentNode:
        if NUL_ESCAPE.search(query):
            raise Rejected.by(BadUserInput("Text must not contain NUL characters.", path=["query"]))
        try:
            document = parse(query, max_tokens=MAX_TOKENS)
            if errors := shape_errors(self.schema, document):
                raise Rejected.by(*errors)
            problems = validate(self.schema, document, RULES, max_errors=MAX_VALIDATION_ERRORS)
        except GraphQLSyntaxError as error:
            if error.message.endswith(f"more than {MAX_TOKENS} tokens. Parsing aborted."):
                told = f"The document has more than the {MAX_TOKENS:,} tokens that are taken."
                raise Rejected.by(QueryTooComplex(told, measure="tokens", limit=MAX_TOKENS)) from None
            raise Rejected([tell(error)]) from None
        except RecursionError:
            raise Rejected.by(ParseFailed("The document is nested too deeply.")) from None
        if problems:
            raise Rejected([entry_of(ValidationFailed(problem.message), problem) for problem in problems])
        return document

    def begin(self, operation: Operation, variables: Mapping[str, Any], context: Context | None) -> Execution:
        """The operation with its variables, ready to run. Raises Rejected where they do not fit or ask for too much."""
        return self.fitted(operation, self.read(operation, variables, context))

    async def begin_large(self, operation: Operation, variables: Mapping[str, Any], context: Context | None) -> Execution:
        """As `begin`, while the loop serves others."""
        return self.fitted(operation, await asyncio.to_thread(self.read, operation, variables, context))

    def read(self, operation: Operation, variables: Mapping[str, Any], context: Context | None) -> Execution:
        built = Execution.build(
            self.schema,
            operation.document,
            None,
            context,
            dict(variables),
            operation.name,
            max_coercion_errors=MAX_VARIABLE_ERRORS,
            is_awaitable=cast("Any", optimized_is_awaitable),
            operation_extensions=None,
        )
        if isinstance(built, list):
            raise Rejected.by(*(self.variable_errors(operation, variables) or [BadUserInput(error.message) for error in built]))
        return cast("Execution", built)

    def fitted(self, operation: Operation, executor: Execution) -> Execution:
        self.check_pages(operation, executor.variable_values.coerced)
        executor.compiled = self.compiled_of(operation, executor)
        return executor

    def check_pages(self, operation: Operation, variables: Mapping[str, Any]) -> None:
        """Raises Rejected where the pages are too large together, which is found out once for each choice of their sizes."""
        known = self.known_of(operation)
        sizes = tuple(variables.get(name, Undefined) for name in known.sizes)
        # True is 1 to a set.
        if all(type(size) is int or size is Undefined for size in sizes) and sizes in known.fitting:
            return
        if error := page_error(self.schema, operation.document, operation.definition, variables):
            raise Rejected.by(error)
        if len(known.fitting) < MOST_CHOICES:
            known.fitting.add(sizes)

    def variables_within(self, operation: Operation) -> frozenset[str]:
        """See Operation.variables_within."""
        return self.known_of(operation).within

    def known_of(self, operation: Operation) -> Known:
        known = operation.whole.known
        found = known.get(operation.name)
        if found is None:
            found = known[operation.name] = Known(operation.variables_within(), operation.conditions(), operation.sizes())
        return found

    def compiled_of(self, operation: Operation, executor: Execution) -> Compiled | None:
        """From its second time on: what is asked once is not worth it. A subscription's events are many."""
        known = self.known_of(operation)
        known.times += 1
        is_asked_once = known.times < COMPILED_AT and operation.kind is not OperationType.SUBSCRIPTION
        document = operation.whole
        if is_asked_once or self.documents.get(document.digest) is not document:
            return None
        choice = tuple(executor.variable_values.coerced.get(name) for name in known.conditions)
        if choice not in known.compiled and len(known.compiled) < MOST_CHOICES:
            try:
                known.compiled[choice] = Compiled(self.strawberry, chosen(executor, known.conditions))
            except NotCompiled:
                known.compiled[choice] = None
        fields = sum(len(each.places) for each in known.compiled.values() if each)
        if fields > known.fields:
            added, known.fields = (fields - known.fields) * FIELD_BYTES, fields
            document.weight += added
            self.make_room(added)
        return known.compiled.get(choice)

    def variable_errors(self, operation: Operation, variables: Mapping[str, Any]) -> list[ApiError]:
        """What is wrong with the variables, each with its path from the variable's name inward."""
        errors: list[ApiError] = []
        for node in operation.definition.variable_definitions or ():
            name = node.variable.name.value
            type_ = cast("Any", type_from_ast(self.schema, node.type))

            def found(error: GraphQLError, path: list[str | int], name: str = name) -> None:
                if len(errors) < MAX_VARIABLE_ERRORS:
                    errors.append(variable_error(name, error.message, path))

            if name in variables:
                validate_input_value(variables[name], type_, found)
            elif node.default_value is None and node.type.kind == "non_null_type":
                errors.append(BadUserInput(f"${name} of type {type_} is required.", path=[name]))
        return errors

    async def run(self, executor: Execution) -> Result:
        """The response of a query or a mutation."""
        if executor.compiled is not None and executor.operation.operation is OperationType.QUERY:
            try:
                return {"data": await executor.compiled.data(executor)}
            except NotCompiled:
                # With loaders that remember nothing of the attempt.
                executor.context_value = executor.context_value.renewed()
        result = executor.execute_operation()
        if executor.is_awaitable(result):
            result = await result
        return response(cast("ExecutionResult", result))

    async def source(self, executor: Execution) -> AsyncIterable[Any]:
        """What a subscription's resolver returns. Raises Rejected where it refuses."""
        source: Any = create_source_event_stream(executor)
        if executor.is_awaitable(source):
            source = await source
        if isinstance(source, ExecutionResult):
            raise Rejected([tell(error) for error in source.errors or ()])
        return cast("AsyncIterable[Any]", source)

    async def event(self, executor: Execution, value: object, context: Context) -> Result:
        """The response to one event of a subscription. The context is a new one each time, so that no loader remembers the last event.

        Raises Personal where the context is an audience's and the response is not.
        """
        execution = executor.build_per_event_executor(value)
        execution.context_value = context
        if executor.compiled is not None:
            try:
                data = await executor.compiled.event(execution, value)
            except NotCompiled:
                data = None
            if context.is_personal:
                raise Personal
            if data is not None:
                return {"data": data}
            # With loaders that remember nothing of the attempt.
            execution = executor.build_per_event_executor(value)
            execution.context_value = context = context.renewed()
        result: Any = execute_subscription_event(execution)
        if executor.is_awaitable(result):
            result = await result
        if context.is_personal:
            raise Personal
        return response(cast("ExecutionResult", result))

    async def events(self, executor: Execution, source: AsyncIterable[Any], renewed: Callable[[], Context]) -> AsyncGenerator[Result]:
        """The responses of a subscription, one an event, each in a context of its own by `renewed`.

        Raises Rejected when the source ends by an error, TooSlow when the reader lags too far behind.
        """
        events = aiter(source)
        try:
            async for event in events:
                yield await self.event(executor, event, renewed())
        except (TooSlow, GeneratorExit):
            raise
        except Exception as error:
            raise Rejected([tell(error)]) from error
        finally:
            if isinstance(events, AsyncGenerator):
                await events.aclose()


def given_digest(body: Mapping[str, Any]) -> bytes | None:
    """The document's digest, as `documentId` ("sha256:" and hexadecimal digits) or by the protocol of automatic persisted queries.

    Raises BadUserInput for what is no such thing."""
    if (identity := body.get("documentId")) is not None:
        return read_digest(str(identity).removeprefix("sha256:"), "documentId")
    extensions = body.get("extensions")
    persisted = extensions.get("persistedQuery") if isinstance(extensions, dict) else None
    if persisted is None:
        return None
    if not isinstance(persisted, dict) or persisted.get("version") != 1:
        raise BadUserInput("PersistedQueryNotSupported: version 1 is.", path=["extensions", "persistedQuery", "version"])
    return read_digest(persisted.get("sha256Hash"), "extensions", "persistedQuery", "sha256Hash")


def read_digest(text: object, *path: str) -> bytes:
    if not isinstance(text, str) or HEXADECIMAL.fullmatch(text) is None:
        raise BadUserInput("A SHA-256 in 64 hexadecimal digits.", path=list(path))
    return bytes.fromhex(text)


def chosen(executor: Execution, conditions: tuple[str, ...]) -> Execution:
    """As the executor, with no other variables: what is compiled is kept, and whoever came first may have sent megabytes."""
    kept = cast("Execution", executor.build_per_event_executor(None))
    sources, coerced = executor.variable_values
    names = coerced.keys() & set(conditions)
    kept.variable_values = VariableValues({name: sources[name] for name in names}, {name: coerced[name] for name in names})
    return kept


def variable_error(name: str, message: str, path: list[str | int]) -> BadUserInput:
    """graphql-core's complaint without the value that it repeats, which may be a password, and with the field it names in the path."""
    message = FOUND.sub(".", message).replace("not to be None", "not to be null")
    field = NAMED_FIELD.search(message)
    place = [name, *map(str, path), *([field[1]] if field else [])]
    return BadUserInput(f"${'.'.join(place)}: {message}", path=place)


def response(result: ExecutionResult) -> Result:
    if result.errors:
        return {"data": result.data, "errors": [tell(error) for error in result.errors]}
    return {"data": result.data}


def objects_in(value: Any) -> int:
    """How many objects a JSON value holds, itself included."""
    waiting, count = [value], 0
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            count += 1
            waiting += [inner for inner in node.values() if isinstance(inner, dict | list)]
        elif isinstance(node, list):
            waiting += [inner for inner in node if isinstance(inner, dict | list)]
    return count


def place_of_nul(value: Any) -> list[str] | None:
    """The path to the first text with a NUL character, keys included."""
    waiting: list[tuple[Any, tuple[str, ...]]] = [(value, ())]
    while waiting:
        node, path = waiting.pop()
        if isinstance(node, str):
            if "\0" in node:
                return list(path)
        elif isinstance(node, dict):
            waiting += [(name, path) for name in node]
            waiting += [(inner, (*path, name)) for name, inner in node.items()]
        elif isinstance(node, list):
            waiting += [(inner, (*path, str(index))) for index, inner in enumerate(node)]
    return None
