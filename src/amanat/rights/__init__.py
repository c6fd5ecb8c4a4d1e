"""What a person may ask for: a copy of the data, its erasure, its correction, an objection. Plans only:
nothing here opens a database."""
