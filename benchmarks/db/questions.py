"""The questions that questions.sql has, by name."""

from pathlib import Path


def _read() -> dict[str, str]:
    questions = {}
    for text in Path(__file__).with_suffix(".sql").read_text().split(";"):
        comment, _, query = text.strip().partition("\n")
        if query:
            questions[comment.removeprefix("-- ")] = query
    return questions


QUESTIONS = _read()
