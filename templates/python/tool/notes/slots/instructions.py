"Notes: use search-notes to find ids. Every note is also a resource, note://{id}.",
