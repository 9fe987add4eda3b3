"""Writes made-up words, always the same: words.py FORM MEGABYTES, the form being txt, csv or md."""

import random
import sys

form, megabytes = sys.argv[1], float(sys.argv[2])
random.seed(7)
LETTERS = "etaoinshrdlcumwfgypbvk"
WEIGHTS = range(len(LETTERS), 0, -1)
VOCABULARY = ["".join(random.choices(LETTERS, WEIGHTS, k=random.randint(2, 10))) for _ in range(20_000)]


def words(least, most):
    return " ".join(random.choices(VOCABULARY, k=random.randint(least, most)))


def pieces():
    number = 0
    while True:
        number += 1
        if form == "csv":
            yield f"{number},{words(1, 3)},{random.random() * 1e4:.2f},2026-{number % 12 + 1:02}-{number % 28 + 1:02},{words(2, 8)}\n"
        elif form == "md":
            yield f"# {words(2, 5)}\n\n- {words(5, 12)}\n- {words(5, 12)}\n- {words(5, 12)}\n\n"
        else:
            yield f"{words(20, 120)}.\n\n"


left = megabytes * 1e6
for piece in pieces():
    sys.stdout.write(piece)
    left -= len(piece)
    if left <= 0:
        break
