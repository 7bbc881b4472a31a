"""The names that the models' enums have in the API. Named here, before any type mentions them: whoever comes first names them else."""

from __future__ import annotations

import strawberry

import models

ENUMS = {
    "AccountStatus": models.Status,
    "AnnotationState": models.AnnotationState,
    "ApiScope": models.Scope,
    "AppealOutcome": models.AppealOutcome,
    "AppealState": models.AppealState,
    "AssignmentState": models.AssignmentState,
    "Decision": models.Decision,
    "DeviceCapability": models.Device,
    "ProblemKind": models.ProblemKind,
    "ProjectState": models.ProjectState,
    "RejectionReason": models.RejectionReason,
    "Role": models.Role,
    "TaskKind": models.TaskKind,
    "VerdictSource": models.VerdictSource,
}

for name, enum in ENUMS.items():
    strawberry.enum(enum, name=name)
