-- Schema step 7: the order of day and month that a person decided for a column of dates. By names, so that a decision
-- outlives a load that is taken out and brought again.
CREATE TABLE date_decision (
  source     TEXT NOT NULL,
  object     TEXT NOT NULL,
  column_name TEXT NOT NULL,
  date_order TEXT NOT NULL CHECK (date_order IN ('day_first', 'month_first')),
  who        TEXT NOT NULL,
  -- RFC 3339 UTC
  at         TEXT NOT NULL,
  -- what the column's values said when it was decided: counts and first examples, as JSON
  evidence   TEXT NOT NULL,
  PRIMARY KEY (source, object, column_name)
) STRICT, WITHOUT ROWID;
