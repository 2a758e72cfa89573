//! The storage contract in the words of the use cases, and its SQLite form.
