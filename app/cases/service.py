"""Verbs of cases: open one or many, tell that a matter is gone, assign, explain, correct, send back, accept, close."""

from __future__ import annotations

from app.cases.answering import answerers, assign, correct, explain
from app.cases.evidence import Figure, Piece, Place
from app.cases.judging import accept, close, send_back
from app.cases.opening import Found, Opened, open_case, open_cases, tell_gone
from app.cases.rules import Matter

__all__ = [
    "Figure",
    "Found",
    "Matter",
    "Opened",
    "Piece",
    "Place",
    "accept",
    "answerers",
    "assign",
    "close",
    "correct",
    "explain",
    "open_case",
    "open_cases",
    "send_back",
    "tell_gone",
]
