"""Captions as numbers, the same here and in the application: no text encoder, only hashed words."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import numpy as np

SEEDS = (0, 1)
STOP_WORDS = ("a", "an", "and", "are", "at", "by", "for", "from", "in", "is", "it", "of", "on", "or", "some", "that", "the",
              "there", "this", "to", "with")
_BASIS, _PRIME = 2166136261, 16777619
EXAMPLES = ("", "Red brick wall", "a red-brick wall!", "text on WHITE paper", "the and of", "Straße mit Bäumen, 1904",
            "夜の 小さな 光", "ﬁsh ½ №5", "İstanbul ΣΑΣ", "one two three four five six seven eight nine ten eleven twelve "
            "thirteen fourteen fifteen sixteen seventeen eighteen",
            "don't stop", "  night\tlights\nin fog ", "😀 smile 😀", "e\u0301te\u0301 naïve")


def words_of(caption: str, most: int) -> list[str]:
    """The first `most` words: NFKC, lower case, runs of letters and digits, stop words left out."""
    text = unicodedata.normalize("NFKC", caption).lower()
    kept = "".join(c if unicodedata.category(c)[0] in "LN" else " " for c in text)
    return [word for word in kept.split(" ") if word and word not in STOP_WORDS][:most]


def hashed(word: str, seed: int, vocabulary: int) -> int:
    """FNV-1a, 32 bits, over UTF-8; the seed is xored into the offset basis."""
    value = _BASIS ^ seed
    for byte in word.encode("utf-8"):
        value = (value ^ byte) * _PRIME & 0xFFFFFFFF
    return value % vocabulary


def encoded(caption: str | None, tokens: int, vocabulary: int) -> tuple[np.ndarray, np.ndarray]:
    """Ids float32 [tokens, 2] and mask float32 [tokens]; rows beyond the words are 0."""
    ids, mask = np.zeros((tokens, len(SEEDS)), np.float32), np.zeros(tokens, np.float32)
    for row, word in enumerate(words_of(caption or "", tokens)):
        ids[row] = [hashed(word, seed, vocabulary) for seed in SEEDS]
        mask[row] = 1
    return ids, mask


def text_table(tokens: int, vocabulary: int) -> dict[str, object]:
    """The table `text` of a pack."""
    return {"tokens": tokens, "vocabulary": vocabulary, "hashes": len(SEEDS), "seeds": list(SEEDS), "stopWords": list(STOP_WORDS)}


def write_vectors(path: Path, tokens: int = 16, vocabulary: int = 2048) -> None:
    """Captions with their words and ids, for the application's tests."""
    rows = []
    for caption in EXAMPLES:
        words = words_of(caption, tokens)
        rows.append({"caption": caption, "words": words, "ids": [[hashed(w, s, vocabulary) for s in SEEDS] for w in words]})
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"text": text_table(tokens, vocabulary), "rows": rows}, indent=1, ensure_ascii=True)
    path.write_text(text + "\n", encoding="utf-8")
