-- The distinct values of a column with their counts, for value maps: derived, counted again once `basis` has changed.
CREATE TABLE column_values (
  object   INTEGER NOT NULL,
  position INTEGER NOT NULL,
  -- the name of the column and the complete loads that it was counted over
  basis    TEXT NOT NULL,
  counts   TEXT NOT NULL,
  PRIMARY KEY (object, position)
) STRICT, WITHOUT ROWID;
