"""Refusals of a rescue. The pages of staff say each of them in Indonesian and English, with the remedy."""

from __future__ import annotations

from app.core.errors import Conflict, Malformed


class NotTheWords(Malformed):
    code = "rescue-words"
    title = "These are not six words of the list; the members say how many there are, or which one is unclear."


class NotPossible(Conflict):
    code = "rescue-not-possible"
    title = "Only an attempt that the end of its time closed can be rescued."


class TooEarlyToNote(Conflict):
    code = "rescue-too-early"
    title = "The candidate's time is not over yet."


class TooLateToNote(Conflict):
    code = "rescue-too-late"
    title = "The words of a file can be noted for 15 minutes after the end of the candidate's time."


class NotARescueFile(Malformed):
    code = "rescue-file"
    title = "This is not a rescue file as the exam page writes it; the members name the field."


class OtherSitting(Conflict):
    code = "rescue-other-sitting"
    title = "The file belongs to another sitting."


class OtherCandidate(Conflict):
    code = "rescue-other-candidate"
    title = "The file names an attempt and a participant that do not belong together in this sitting."


class OtherDevice(Conflict):
    code = "rescue-other-device"
    title = "The file does not come from the device that held the attempt at the end."


class NotNoted(Conflict):
    code = "rescue-not-noted"
    title = "The words of this file were not noted in time."


class NoterUploads(Conflict):
    code = "rescue-noter-uploads"
    title = "Somebody else has to upload this file: not the person who noted its words."


class MadeLater(Conflict):
    code = "rescue-made-later"
    title = "The file says that it was made after its words were noted."


class Contradicts(Conflict):
    code = "rescue-contradicts"
    title = "The file holds another value for a change that the server received."


class NothingToRescue(Conflict):
    code = "rescue-nothing-new"
    title = "The server has every answer of this file already."


class UploadedBefore(Conflict):
    code = "rescue-uploaded-before"
    title = "This file was uploaded before."


class RescuedBefore(Conflict):
    code = "rescue-approved-before"
    title = "Another file of this attempt was approved before."


class ResultsAreOut(Conflict):
    code = "rescue-after-release"
    title = "The results of this sitting are released; a rescue has to come before."


class DecidedBefore(Conflict):
    code = "rescue-decided-before"
    title = "This file was decided before."


class SamePerson(Conflict):
    code = "rescue-same-person"
    title = "Somebody else has to decide: not the person who noted the words or uploaded the file, nor the candidate."
