"notes/{id}": "{ title, body, tags, createdAt }: a note",
