"file_path": str(tmp_path / "store.json"),
