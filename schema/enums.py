"""The names that the models' enums have in the API. Named here, before any type mentions them: whoever comes first names them else."""

from __future__ import annotations

import strawberry

import models
from quality.grade import Fault
from quality.ladder import Step

ENUMS = {
    "AccountStatus": models.Status,
    "AnnotationState": models.AnnotationState,
    "ApiScope": models.Scope,
    "AppealOutcome": models.AppealOutcome,
    "AppealState": models.AppealState,
    "AssignmentState": models.AssignmentState,
    "Coin": models.Coin,
    "Decision": models.Decision,
    "DeviceCapability": models.Device,
    "PayoutBatchState": models.PayoutBatchState,
    "ProblemKind": models.ProblemKind,
    "ProjectState": models.ProjectState,
    "RejectionReason": models.RejectionReason,
    "Role": models.Role,
    "TaskKind": models.TaskKind,
    "Fault": Fault,
    "FraudKind": models.FraudKind,
    "LadderStep": Step,
    "ReviewReason": models.Why,
    "VerdictBasis": models.VerdictBasis,
    "VerdictSource": models.VerdictSource,
    "WithdrawalState": models.WithdrawalState,
}

for name, enum in ENUMS.items():
    strawberry.enum(enum, name=name)
