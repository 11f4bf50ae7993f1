# fish reads this file when rtlint is completed for the first time.
_RTLINT_COMPLETE=fish_source rtlint | source
