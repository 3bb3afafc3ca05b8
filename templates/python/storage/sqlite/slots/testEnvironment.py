"sqlite_path": str(tmp_path / "store.db"),
