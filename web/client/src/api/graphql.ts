import { initGraphQLTada } from "gql.tada";
import type { introspection } from "./schema";

/** Documents typed by schema/schema.graphql. */
export const graphql = initGraphQLTada<{
  introspection: introspection;
  disableMasking: true;
  scalars: { DateTime: string; Decimal: string; Cursor: string };
}>();

export type { FragmentOf, ResultOf, VariablesOf } from "gql.tada";
export type Scalar<Name extends keyof ReturnTypeOfScalars> = ReturnTypeOfScalars[Name];
type ReturnTypeOfScalars = { [Name in EnumName]: ReturnType<typeof graphql.scalar<Name>> };
type EnumName =
  | "AccountStatus"
  | "AnnotationState"
  | "AppealState"
  | "AssignmentState"
  | "Coin"
  | "Decision"
  | "DeviceCapability"
  | "ErrorCode"
  | "Fault"
  | "FraudKind"
  | "LadderStep"
  | "MediaKind"
  | "PayoutBatchState"
  | "ProblemKind"
  | "RejectionReason"
  | "ReviewReason"
  | "Role"
  | "TaskKind"
  | "TransactionKind"
  | "VerdictSource"
  | "WithdrawalState";
