-- Schema step 4: profiles of columns, derived from the records and made again when missing or stale.

CREATE TABLE object_profile (
  object  INTEGER PRIMARY KEY REFERENCES object (id) ON DELETE CASCADE,
  -- of the program's reckoning; others are made again
  format  INTEGER NOT NULL,
  -- the loads and the columns with their roles that it is over, as JSON
  basis   TEXT NOT NULL,
  -- as JSON
  profile TEXT NOT NULL,
  millis  INTEGER NOT NULL
) STRICT;
