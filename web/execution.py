"""From the text of an operation to its results, the same for HTTP and WebSocket: limits, validation, variables, execution.

It runs graphql-core on Strawberry's schema with Strawberry's executor. Strawberry's own `Schema.execute` runs the same steps, but holds no
limits over WebSocket, keeps no parsed documents, and gives no hold on errors or on the context of each event.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, cast

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
    create_source_event_stream,
    map_source_to_response_event,
    parse,
    specified_rules,
    validate,
)
from graphql.execution import Executor, execute_subscription_event
from graphql.utilities import type_from_ast
from graphql.utilities.validate_input_value import validate_input_value
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule

from realtime.hub import TooSlow
from schema.errors import ApiError, BadUserInput, ParseFailed, QueryTooComplex, ValidationFailed, entry_of, tell
from schema.limits import MAX_TOKENS, page_error, shape_errors

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
class Operation:
    """One operation of a valid document within the limits, chosen to be executed."""

    document: DocumentNode
    definition: OperationDefinitionNode

    @property
    def kind(self) -> OperationType:
        return self.definition.operation

    @property
    def name(self) -> str | None:
        return self.definition.name.value if self.definition.name else None

    @property
    def root_field(self) -> str:
        """The name of the first root field, for metrics: it is one of the schema's."""
        fragments = {node.name.value: node for node in self.document.definitions if isinstance(node, FragmentDefinitionNode)}
        node: SelectionNode = self.definition.selection_set.selections[0]
        while not isinstance(node, FieldNode):
            holder = fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else cast("InlineFragmentNode", node)
            node = holder.selection_set.selections[0]
        return node.name.value


class Engine:
    """Executes operations of one schema."""

    def __init__(self, schema: strawberry.Schema) -> None:
        self.schema = schema._schema
        self.executor_class = schema.execution_context_class
        self.documents: OrderedDict[bytes, DocumentNode] = OrderedDict()
        for type_ in self.schema.type_map.values():
            definition = type_.extensions.get("strawberry-definition")
            if isinstance(type_, GraphQLInputObjectType) and definition is not None:
                # Strawberry leaves graphql-core's own flag unset, and then a null member in a variable errs late and without a path.
                type_.is_one_of = definition.is_one_of

    def choose(self, request: Request) -> Operation:
        """The operation that the request names. Raises Rejected."""
        document = self.document(request.query)
        definitions = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
        if request.operation_name is not None:
            definitions = [node for node in definitions if node.name and node.name.value == request.operation_name]
        if not definitions:
            raise Rejected.by(BadUserInput(f"There is no operation {request.operation_name!r} in the document.", path=["operationName"]))
        if len(definitions) > 1:
            raise Rejected.by(BadUserInput("The document has several operations: `operationName` must choose one.", path=["operationName"]))
        return Operation(document, definitions[0])

    def document(self, query: str) -> DocumentNode:
        """The parsed and validated document. Raises Rejected."""
        key = sha256(query.encode("utf-8", "surrogatepass")).digest()
        kept = self.documents.get(key)
        if kept is not None:
            self.documents.move_to_end(key)
            return kept
        document = self.checked(query)
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

    def begin(self, operation: Operation, request: Request, context: object) -> Executor[Any]:
        """The operation with its variables, ready to run. Raises Rejected where they do not fit or ask for too much."""
        executor = self.executor_class.build(
            self.schema,
            operation.document,
            None,
            context,
            dict(request.variables),
            operation.name,
            max_coercion_errors=MAX_VARIABLE_ERRORS,
            is_awaitable=cast("Any", optimized_is_awaitable),
            operation_extensions=None,
        )
        if isinstance(executor, list):
            raise Rejected.by(*(self.variable_errors(operation, request) or [BadUserInput(error.message) for error in executor]))
        if error := page_error(self.schema, operation.document, operation.definition, executor.variable_values.coerced):
            raise Rejected.by(error)
        return executor

    def variable_errors(self, operation: Operation, request: Request) -> list[ApiError]:
        """What is wrong with the variables, each with its path from the variable's name inward."""
        errors: list[ApiError] = []
        for node in operation.definition.variable_definitions or ():
            name = node.variable.name.value
            type_ = cast("Any", type_from_ast(self.schema, node.type))

            def found(error: GraphQLError, path: list[str | int], name: str = name) -> None:
                if len(errors) < MAX_VARIABLE_ERRORS:
                    errors.append(variable_error(name, error.message, path))

            if name in request.variables:
                validate_input_value(request.variables[name], type_, found)
            elif node.default_value is None and node.type.kind == "non_null_type":
                errors.append(BadUserInput(f"${name} of type {type_} is required.", path=[name]))
        return errors

    async def run(self, executor: Executor[Any]) -> Result:
        """The response of a query or a mutation."""
        result = executor.execute_operation()
        if executor.is_awaitable(result):
            result = await result
        return response(cast("ExecutionResult", result))

    async def events(self, executor: Executor[Any], renewed: Callable[[], object]) -> AsyncGenerator[Result]:
        """The responses of a subscription, one an event. `renewed` makes the context of each, so that no loader remembers the last one.

        Raises Rejected when the source cannot be made or ends by an error, TooSlow when the reader lags too far behind.
        """

        def execute(event: Executor[Any]) -> Any:
            event.context_value = renewed()
            return execute_subscription_event(event)

        source: Any = create_source_event_stream(executor)
        if executor.is_awaitable(source):
            source = await source
        if isinstance(source, ExecutionResult):
            raise Rejected([tell(error) for error in source.errors or ()])
        async with aclosing(map_source_to_response_event(executor, source, execute)) as results:
            try:
                async for result in results:
                    yield response(result)
            except (TooSlow, GeneratorExit):
                raise
            except Exception as error:
                raise Rejected([tell(error)]) from error


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
