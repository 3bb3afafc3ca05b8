SQLITE_PATH: ':memory:'
