"Jobs: run-job reports progress and can be cancelled; "
    "get-job tells how far a job came, also after a lost connection.",
