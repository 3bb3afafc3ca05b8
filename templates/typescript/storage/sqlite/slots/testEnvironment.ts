SQLITE_PATH: join(folder, 'store.db'),
