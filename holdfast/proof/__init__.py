"""Proof that two pictures show the same shot: they are aligned, and what differs between them is looked at.

Pure arithmetic: nothing here knows a file.
"""

from holdfast.proof.affine import Affine
from holdfast.proof.prove import Proof, proof_of, prove
from holdfast.proof.verdict import Verdict, glance, judge, with_small_parts
from holdfast.proof.view import SIDE, View

__all__ = [
    "SIDE",
    "Affine",
    "Proof",
    "Verdict",
    "View",
    "glance",
    "judge",
    "proof_of",
    "prove",
    "with_small_parts",
]
