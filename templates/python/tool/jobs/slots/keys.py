"jobs/{id}": "{ state, done, total, startedAt }: the record of a job, kept for JOB_TTL_MS",
