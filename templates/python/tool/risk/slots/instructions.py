"Risk: calculate-risk takes a score from 0 to 100.",
