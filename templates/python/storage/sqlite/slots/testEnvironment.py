"sqlite_path": str(folder / "store.db"),
