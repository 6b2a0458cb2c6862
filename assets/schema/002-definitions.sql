-- Schema step 2: definitions, as versioned TOML documents; who reviewed and approved which version. The facts of the
-- inventory are definitions of kind "source", named like the source.
-- All of it only grows: a change, an undo, a withdrawal is one more row.

CREATE TABLE definition (
  id   INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  UNIQUE (kind, name)
) STRICT;

CREATE TABLE definition_version (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  definition INTEGER NOT NULL REFERENCES definition (id),
  -- from 1 within the definition, never used twice
  version    INTEGER NOT NULL,
  text       TEXT NOT NULL,
  -- SHA-256 of the text, hexadecimal
  hash       TEXT NOT NULL,
  author     TEXT NOT NULL,
  at         TEXT NOT NULL,
  comment    TEXT NOT NULL,
  UNIQUE (definition, version)
) STRICT;

-- Which version stands since then; the last row counts. NULL: none does (withdrawn, or the first one was undone).
CREATE TABLE definition_standing (
  seq        INTEGER PRIMARY KEY AUTOINCREMENT,
  definition INTEGER NOT NULL REFERENCES definition (id),
  version    INTEGER,
  -- saved, withdrawn, brought back, undone, redone
  act        TEXT NOT NULL,
  who        TEXT NOT NULL,
  at         TEXT NOT NULL,
  comment    TEXT NOT NULL,
  FOREIGN KEY (definition, version) REFERENCES definition_version (definition, version)
) STRICT;

CREATE INDEX definition_standing_of ON definition_standing (definition, seq);

CREATE TABLE definition_review (
  seq        INTEGER PRIMARY KEY AUTOINCREMENT,
  version    INTEGER NOT NULL REFERENCES definition_version (id),
  verdict    TEXT NOT NULL CHECK (verdict IN ('reviewed', 'approved', 'refused', 'taken back')),
  who        TEXT NOT NULL,
  at         TEXT NOT NULL,
  comment    TEXT NOT NULL,
  -- the verdict that this row takes back
  takes_back INTEGER REFERENCES definition_review (seq)
) STRICT;

CREATE INDEX definition_review_of ON definition_review (version);

CREATE TRIGGER definition_version_is_not_changed BEFORE UPDATE ON definition_version
BEGIN
  SELECT RAISE (ABORT, 'a version of a definition is not changed');
END;

CREATE TRIGGER definition_version_is_not_deleted BEFORE DELETE ON definition_version
BEGIN
  SELECT RAISE (ABORT, 'a version of a definition is not deleted');
END;

CREATE TRIGGER definition_standing_is_not_changed BEFORE UPDATE ON definition_standing
BEGIN
  SELECT RAISE (ABORT, 'what stood when is not changed');
END;

CREATE TRIGGER definition_standing_is_not_deleted BEFORE DELETE ON definition_standing
BEGIN
  SELECT RAISE (ABORT, 'what stood when is not deleted');
END;

CREATE TRIGGER definition_review_is_not_changed BEFORE UPDATE ON definition_review
BEGIN
  SELECT RAISE (ABORT, 'a review is not changed');
END;

CREATE TRIGGER definition_review_is_not_deleted BEFORE DELETE ON definition_review
BEGIN
  SELECT RAISE (ABORT, 'a review is not deleted');
END;

CREATE VIEW v_definitions AS
  SELECT d.kind, d.name, v.version,
         v.version IS (SELECT s.version FROM definition_standing s WHERE s.definition = d.id ORDER BY s.seq DESC LIMIT 1) AS stands,
         v.hash, v.author, v.at, v.comment, v.text
  FROM definition d JOIN definition_version v ON v.definition = d.id;

CREATE VIEW v_definition_reviews AS
  SELECT d.kind, d.name, v.version, v.hash, r.verdict, r.who, r.at, r.comment
  FROM definition_review r JOIN definition_version v ON v.id = r.version JOIN definition d ON d.id = v.definition
  WHERE r.verdict <> 'taken back' AND NOT EXISTS (SELECT 1 FROM definition_review t WHERE t.takes_back = r.seq);
