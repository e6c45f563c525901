"""What is remembered: every table of the product, imported here so that one import knows them all."""

from models.accounts import Account, LoginFailure, LoginSession, RoleGrant
from models.activations import Activation, AttemptCount
from models.applications import (
    Answer,
    Application,
    ApplicationEmployee,
    ApplicationEvent,
    Decision,
    IdempotencyKey,
    NumberSeries,
    ReturnMark,
)
from models.audit import AuditEvent, AuditHead, AuditSubject
from models.base import Base, db
from models.batches import Batch, BatchLine, BatchRun, BatchWorkbook
from models.budgets import BudgetPolicy, BudgetProposal, BudgetRefusal, BudgetTotal, BudgetWarning
from models.cases import Case, CaseEvent, CasePerson
from models.delegations import Delegation
from models.distributions import (
    BudgetDistribution,
    BudgetEntry,
    BudgetPayment,
    BudgetPlan,
    BudgetPlanLine,
    BudgetWorkbook,
)
from models.examinations import Examination, ThresholdSet
from models.factors import Factor, RecoveryCode
from models.guide import GuideCount, GuideFigure, GuideReason
from models.incoming import IncomingFile
from models.items import ItemField, ItemForm, ItemMaterial, ItemStep, ItemVersion, ServiceItem
from models.jobs import Job, JobLine
from models.learning import (
    Certificate,
    Course,
    CourseVersion,
    Enrolment,
    Lesson,
    LessonBinding,
    LessonMiss,
    LessonProgress,
    LessonUpload,
    PracticeAttempt,
    QuizAttempt,
)
from models.materials import MaterialCheck, StoredFile, Upload
from models.messages import (
    Announcement,
    Delivery,
    Letter,
    MessageChoice,
    MessageHabit,
    MessageTemplate,
    TourSeen,
)
from models.payments import PaymentBatch, PaymentInstruction
from models.phone_links import PhoneLink, PhoneUpload
from models.proposals import Proposal, ReportedAssessment
from models.queue import CopyTo, Draw, Opinion, Reason, ReasonUse, Recall, Reminder, Urge
from models.readings import MaterialReading
from models.reports import ReportExport, ReportSchedule, SavedPivot
from models.results import Result
from models.risk import Establishment, PayrollLine, PayrollSheet, RiskSetting
from models.saved_filters import SavedFilter
from models.search import SearchChange, SearchDocument, SearchToken, SearchWord
from models.settings import CalendarDay, Setting
from models.staff import CareerEvent, Staff, WageRecord
from models.standards import StandardCell, StandardEdition
from models.units import Unit, UnitReach

__all__ = [
    "Account",
    "Activation",
    "Announcement",
    "Answer",
    "Application",
    "ApplicationEmployee",
    "ApplicationEvent",
    "AttemptCount",
    "AuditEvent",
    "AuditHead",
    "AuditSubject",
    "Base",
    "Batch",
    "BatchLine",
    "BatchRun",
    "BatchWorkbook",
    "BudgetDistribution",
    "BudgetEntry",
    "BudgetPayment",
    "BudgetPlan",
    "BudgetPlanLine",
    "BudgetPolicy",
    "BudgetProposal",
    "BudgetRefusal",
    "BudgetTotal",
    "BudgetWarning",
    "BudgetWorkbook",
    "CalendarDay",
    "CareerEvent",
    "Case",
    "CaseEvent",
    "CasePerson",
    "Certificate",
    "CopyTo",
    "Course",
    "CourseVersion",
    "Decision",
    "Delegation",
    "Delivery",
    "Draw",
    "Enrolment",
    "Establishment",
    "Examination",
    "Factor",
    "GuideCount",
    "GuideFigure",
    "GuideReason",
    "IdempotencyKey",
    "IncomingFile",
    "ItemField",
    "ItemForm",
    "ItemMaterial",
    "ItemStep",
    "ItemVersion",
    "Job",
    "JobLine",
    "Lesson",
    "LessonBinding",
    "LessonMiss",
    "LessonProgress",
    "LessonUpload",
    "Letter",
    "LoginFailure",
    "LoginSession",
    "MaterialCheck",
    "MaterialReading",
    "MessageChoice",
    "MessageHabit",
    "MessageTemplate",
    "NumberSeries",
    "Opinion",
    "PaymentBatch",
    "PaymentInstruction",
    "PayrollLine",
    "PayrollSheet",
    "PhoneLink",
    "PhoneUpload",
    "PracticeAttempt",
    "Proposal",
    "QuizAttempt",
    "Reason",
    "ReasonUse",
    "Recall",
    "RecoveryCode",
    "Reminder",
    "ReportExport",
    "ReportSchedule",
    "ReportedAssessment",
    "Result",
    "ReturnMark",
    "RiskSetting",
    "RoleGrant",
    "SavedFilter",
    "SavedPivot",
    "SearchChange",
    "SearchDocument",
    "SearchToken",
    "SearchWord",
    "ServiceItem",
    "Setting",
    "Staff",
    "StandardCell",
    "StandardEdition",
    "StoredFile",
    "ThresholdSet",
    "TourSeen",
    "Unit",
    "UnitReach",
    "Upload",
    "Urge",
    "WageRecord",
    "db",
]
