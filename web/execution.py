"""From the text of an operation to its results, the same for HTTP and WebSocket: limits, validation, variables, execution.

It runs graphql-core on Strawberry's schema with Strawberry's executor. Strawberry's own `Schema.execute` runs the same steps, but holds no
limits over WebSocket, keeps no parsed documents, and gives no hold on errors or on the context of each event.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeAlias, TypeVar, cast

import strawberry
from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLInputObjectType,
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
from graphql.utilities import type_from_ast
from graphql.utilities.validate_input_value import validate_input_value
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule

from realtime.hub import TooSlow
from schema.context import Context, Personal
from schema.errors import ApiError, BadUserInput, ParseFailed, QueryTooComplex, ValidationFailed, entry_of, tell
from schema.limits import MAX_TOKENS, page_error, shape_errors
from web.compiled import Compiled, NotCompiled

# Documents that clients send again and again. Each is at most KEPT_LENGTH long, so that they hold 16 MiB of text at the worst.
KEPT_DOCUMENTS = 1_000
KEPT_LENGTH = 16 * 1024
MAX_VALIDATION_ERRORS = 20
MAX_VARIABLE_ERRORS = 50

RULES = (*specified_rules, MaybeNullValidationRule)
FOUND = re.compile(r",? found: .*", re.DOTALL)
NAMED_FIELD = re.compile(r"(?:required|unknown) field '(\w+)'")
# In the text of a document, where the lexer refuses the character itself.
NUL_ESCAPE = re.compile(r"\\u(0000|\{0+\})")

Result = dict[str, Any]
Key: TypeAlias = tuple[bytes, str | None]
T = TypeVar("T")


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
    """The parameters of the GraphQL-over-HTTP specification, their types checked."""

    query: str
    variables: Mapping[str, Any]
    operation_name: str | None

    @classmethod
    def read(cls, body: object) -> Request:
        """Raises BadUserInput, with the parameter's name as path."""
        if isinstance(body, list):
            raise BadUserInput("One operation a request: batches are not taken.")
        if not isinstance(body, dict):
            raise BadUserInput("The body must be a JSON object.")
        query = body.get("query")
        if not isinstance(query, str):
            raise BadUserInput("`query` must be a string.", path=["query"])
        operation_name = body.get("operationName")
        if operation_name is not None and not isinstance(operation_name, str):
            raise BadUserInput("`operationName` must be a string.", path=["operationName"])
        for name in ("variables", "extensions"):
            if body.get(name) is not None and not isinstance(body[name], dict):
                raise BadUserInput(f"`{name}` must be an object.", path=[name])
        # An empty name is what some clients send for none.
        return cls(query, body.get("variables") or {}, operation_name or None)

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


@dataclass(frozen=True, slots=True)
class Document:
    """A valid document within the limits, and the digest of its text."""

    node: DocumentNode
    digest: bytes


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a document, chosen to be executed."""

    document: DocumentNode
    definition: OperationDefinitionNode
    digest: bytes

    @property
    def key(self) -> Key:
        return self.digest, self.name

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
    """Strawberry's executor, with the short way for a subscription's events where there is one."""

    compiled: Compiled | None = None


class Engine:
    """Executes operations of one schema."""

    def __init__(self, schema: strawberry.Schema) -> None:
        self.schema = schema._schema
        # By digest and name of an operation.
        self.within: OrderedDict[Key, frozenset[str]] = OrderedDict()
        self.compiled: OrderedDict[Key, Compiled] = OrderedDict()
        self.documents: OrderedDict[bytes, Document] = OrderedDict()
        for type_ in self.schema.type_map.values():
            definition = type_.extensions.get("strawberry-definition")
            if isinstance(type_, GraphQLInputObjectType) and definition is not None:
                # Strawberry leaves graphql-core's own flag unset, and then a null member in a variable errs late and without a path.
                type_.is_one_of = definition.is_one_of

    def choose(self, request: Request) -> Operation:
        """The operation that the request names. Raises Rejected."""
        document = self.document(request.query)
        definitions = [node for node in document.node.definitions if isinstance(node, OperationDefinitionNode)]
        if request.operation_name is not None:
            definitions = [node for node in definitions if node.name and node.name.value == request.operation_name]
        if not definitions:
            raise Rejected.by(BadUserInput(f"There is no operation {request.operation_name!r} in the document.", path=["operationName"]))
        if len(definitions) > 1:
            raise Rejected.by(BadUserInput("The document has several operations: `operationName` must choose one.", path=["operationName"]))
        return Operation(document.node, definitions[0], document.digest)

    def document(self, query: str) -> Document:
        """The parsed and validated document. Raises Rejected."""
        key = sha256(query.encode("utf-8", "surrogatepass")).digest()
        kept = self.documents.get(key)
        if kept is not None:
            self.documents.move_to_end(key)
            return kept
        document = Document(self.checked(query), key)
        if len(query) <= KEPT_LENGTH:
            self.documents[key] = document
            if len(self.documents) > KEPT_DOCUMENTS:
                self.documents.popitem(last=False)
        return document

    def checked(self, query: str) -> DocumentNode:
        if NUL_ESCAPE.search(query):
            raise Rejected.by(BadUserInput("Text must not contain NUL characters.", path=["query"]))
        try:
            document = parse(query, max_tokens=MAX_TOKENS)
            if errors := shape_errors(self.schema, document):
                raise Rejected.by(*errors)
            problems = validate(self.schema, document, RULES, max_errors=MAX_VALIDATION_ERRORS)
        except GraphQLSyntaxError as error:
            raise Rejected([tell(error)]) from None
        except RecursionError:
            raise Rejected.by(ParseFailed("The document is nested too deeply.")) from None
        if problems:
            raise Rejected([entry_of(ValidationFailed(problem.message), problem) for problem in problems])
        return document

    def begin(self, operation: Operation, variables: Mapping[str, Any], context: Context | None) -> Execution:
        """The operation with its variables, ready to run. Raises Rejected where they do not fit or ask for too much."""
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
        executor = cast("Execution", built)
        if error := page_error(self.schema, operation.document, operation.definition, executor.variable_values.coerced):
            raise Rejected.by(error)
        if operation.kind is OperationType.SUBSCRIPTION:
            executor.compiled = self.compiled_of(operation, executor)
        return executor

    def variables_within(self, operation: Operation) -> frozenset[str]:
        """See Operation.variables_within."""
        found = self.within.get(operation.key)
        if found is None:
            found = remembered(self.within, operation.key, operation.variables_within())
        return found

    def compiled_of(self, operation: Operation, executor: Execution) -> Compiled | None:
        if self.variables_within(operation):
            return None
        found = self.compiled.get(operation.key)
        if found is None:
            found = remembered(self.compiled, operation.key, Compiled(executor))
        return found

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
                data = await executor.compiled.data(value, execution)
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


def remembered(known: OrderedDict[Key, T], key: Key, value: T) -> T:
    """For as many operations as documents are kept."""
    known[key] = value
    if len(known) > KEPT_DOCUMENTS:
        known.popitem(last=False)
    return value


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
