-- Schema step 5: relations, links and findings, derived from the records and made again when missing or stale. Nothing
-- here refers to objects or loads by a foreign key: they may leave while a stale survey stands.

CREATE TABLE survey (
  id          INTEGER PRIMARY KEY CHECK (id = 1),
  -- what it was made over: complete loads, roles of columns, rules, as one text
  made_over   TEXT NOT NULL,
  millis      INTEGER NOT NULL
) STRICT;

CREATE TABLE survey_relation (
  id          INTEGER PRIMARY KEY,
  object      INTEGER NOT NULL,
  position    INTEGER NOT NULL,
  column_name TEXT NOT NULL,
  to_object   INTEGER,
  to_name     TEXT NOT NULL,
  to_position INTEGER,
  filled      INTEGER NOT NULL,
  met         INTEGER NOT NULL,
  merged_away INTEGER NOT NULL,
  orphans     INTEGER NOT NULL,
  reached     INTEGER NOT NULL,
  -- levels, roots and cycles as JSON
  hierarchy   TEXT,
  because     TEXT NOT NULL
) STRICT;

CREATE TABLE survey_link (
  id             INTEGER PRIMARY KEY,
  by             TEXT NOT NULL,
  left_object    INTEGER NOT NULL,
  left_position  INTEGER NOT NULL,
  right_object   INTEGER NOT NULL,
  right_position INTEGER NOT NULL,
  left_filled    INTEGER NOT NULL,
  left_met       INTEGER NOT NULL,
  right_filled   INTEGER NOT NULL,
  right_met      INTEGER NOT NULL
) STRICT;

CREATE TABLE survey_finding (
  id          INTEGER PRIMARY KEY,
  kind        TEXT NOT NULL,
  title       TEXT NOT NULL,
  object      INTEGER NOT NULL,
  position    INTEGER,
  column_name TEXT,
  records     INTEGER NOT NULL,
  rule        TEXT NOT NULL,
  -- [[text, count], …]
  top_values  TEXT NOT NULL,
  -- every record of the object: no list is kept
  is_whole    INTEGER NOT NULL,
  -- the relation whose orphans these are
  relation    INTEGER
) STRICT;

CREATE INDEX survey_finding_relation ON survey_finding (relation) WHERE relation IS NOT NULL;

-- The records of a finding, in order, in pieces: numbers as differences, seven bits to a byte, the lowest first. The
-- orphans of a relation that are no finding stand under its number, negative.
CREATE TABLE survey_finding_rows (
  finding INTEGER NOT NULL,
  number  INTEGER NOT NULL,
  -- the record before the first of this piece
  after   INTEGER NOT NULL,
  data    BLOB NOT NULL,
  PRIMARY KEY (finding, number)
) STRICT, WITHOUT ROWID;

CREATE VIEW v_relations AS
  SELECT s.name AS source, o.name AS object, r.column_name AS column, r.to_name AS points_to, r.filled, r.met, r.merged_away,
         r.orphans, r.reached, r.because
  FROM survey_relation r JOIN object o ON o.id = r.object JOIN source s ON s.id = o.source JOIN survey ON survey.id = 1;

CREATE VIEW v_findings AS
  SELECT f.id AS finding, f.kind, s.name AS source, o.name AS object, f.column_name AS column, f.records, f.rule
  FROM survey_finding f JOIN object o ON o.id = f.object JOIN source s ON s.id = o.source JOIN survey ON survey.id = 1;
