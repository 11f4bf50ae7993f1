"""Fuzzing of whatever reads input that rtlint did not write; see README.md."""
