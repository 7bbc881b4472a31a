"""The tables and the rules that live on them: verbs on nouns, one file a noun."""

from models.annotation import Annotation, AnnotationState
from models.api_token import ApiToken, Scope
from models.appeal import Appeal, AppealOutcome, AppealState
from models.assignment import Assignment, AssignmentState, ProblemKind
from models.audit import AuditEntry
from models.audit_sample import AuditSample
from models.coin import Coin
from models.correction import Correction
from models.fraud_signal import FraudKind, FraudSignal
from models.hot_wallet import HotWallet
from models.item import Item
from models.ledger import Entry
from models.mail import Mail
from models.mail_token import MailToken, Purpose
from models.organization import Membership, Organization
from models.payout_batch import PayoutBatch, PayoutBatchState
from models.project import Project, ProjectState
from models.project_spec import ProjectSpec, TaskKind
from models.qualification import Qualification, QualificationSpec
from models.qualification_attempt import AttemptState, QualificationAttempt, QualificationQuestion
from models.qualification_notice import QualificationNotice
from models.rate import Quote, Rate
from models.review import Review, Why
from models.session import Session
from models.standing import Standing, Status
from models.standing_step import StandingStep
from models.task import Task, TaskState
from models.ticket import Ticket, TicketMessage, TicketState
from models.tutorial_progress import StepPass
from models.upload import Upload, UploadKind
from models.user import Device, Role, User
from models.verdict import Decision, RejectionReason, Verdict, VerdictBasis, VerdictSource
from models.wallet import Wallet
from models.withdrawal import Withdrawal, WithdrawalState

__all__ = [
    "Annotation",
    "AnnotationState",
    "ApiToken",
    "Appeal",
    "AppealOutcome",
    "AppealState",
    "Assignment",
    "AssignmentState",
    "AttemptState",
    "AuditEntry",
    "AuditSample",
    "Coin",
    "Correction",
    "Decision",
    "Device",
    "Entry",
    "FraudKind",
    "FraudSignal",
    "HotWallet",
    "Item",
    "Mail",
    "MailToken",
    "Membership",
    "Organization",
    "PayoutBatch",
    "PayoutBatchState",
    "ProblemKind",
    "Project",
    "ProjectSpec",
    "ProjectState",
    "Purpose",
    "Qualification",
    "QualificationAttempt",
    "QualificationNotice",
    "QualificationQuestion",
    "QualificationSpec",
    "Quote",
    "Rate",
    "RejectionReason",
    "Review",
    "Role",
    "Scope",
    "Session",
    "Standing",
    "StandingStep",
    "Status",
    "StepPass",
    "Task",
    "TaskKind",
    "TaskState",
    "Ticket",
    "TicketMessage",
    "TicketState",
    "Upload",
    "UploadKind",
    "User",
    "Verdict",
    "VerdictBasis",
    "VerdictSource",
    "Wallet",
    "Why",
    "Withdrawal",
    "WithdrawalState",
]

__models__ = [
    Annotation,
    ApiToken,
    Appeal,
    Assignment,
    AuditEntry,
    AuditSample,
    Correction,
    Entry,
    FraudSignal,
    HotWallet,
    Item,
    Mail,
    MailToken,
    Membership,
    Organization,
    PayoutBatch,
    Project,
    Qualification,
    QualificationAttempt,
    QualificationNotice,
    QualificationQuestion,
    Quote,
    Review,
    Session,
    Standing,
    StandingStep,
    StepPass,
    Task,
    Ticket,
    TicketMessage,
    Upload,
    User,
    Verdict,
    Wallet,
    Withdrawal,
]
