FILE_PATH: join(folder, 'store.json'),
