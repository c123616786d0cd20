"""The fixed texts of `certificate.pdf` in its languages."""

import tomllib
from functools import cache
from importlib.resources import files

__all__ = ["LANGUAGES", "Text", "Wording", "texts"]

LANGUAGES = {"en": ("en",), "zh": ("zh",), "both": ("en", "zh")}
"""The languages of a report, by the name that ``--language`` takes."""

Text = list[str]
"""The same text in each language of the report."""


@cache
def texts() -> dict[str, dict[str, str]]:
    """Return all fixed texts by key and language."""
    file = files("atverdict.reports.certificate") / "certificate.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


class Wording:
    """The texts in the languages of one report."""

    def __init__(self, language: str) -> None:
        """Take a key of `LANGUAGES`."""
        self.languages = LANGUAGES[language]

    def say(self, key: str, **values: object) -> Text:
        """Return a text with its values filled in; a value may be a `Text`, too."""
        return [
            texts()[key][language].format(
                **{
                    name: value[number] if isinstance(value, list) else value
                    for name, value in values.items()
                }
            )
            for number, language in enumerate(self.languages)
        ]

    def choose(self, en: str, zh: str) -> Text:
        """Return a text that is given in both languages, such as the sentence of a requirement."""
        return [{"en": en, "zh": zh}[language] for language in self.languages]

    def labels(self) -> dict[str, Text]:
        """Return all texts without values."""
        return {key: self.say(key) for key, text in texts().items() if "{" not in text["en"]}
