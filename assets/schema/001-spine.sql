-- Schema step 1: sources, loads, source records, quarantine, identifiers, audit.
-- The values of source records stand in one table per object, data_<object id>, made when the object is first loaded:
--   rec INTEGER PRIMARY KEY, load, line, prev, version, hash, c0 … cN TEXT, more TEXT
-- Public names are the views v_*; everything else may change with a schema step.

CREATE TABLE setting (
  key   TEXT PRIMARY KEY,
  value ANY NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE source (
  id   INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL
) STRICT;

CREATE TABLE object (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  source   INTEGER NOT NULL REFERENCES source (id),
  name     TEXT NOT NULL,
  -- the public view of its records
  view     TEXT NOT NULL UNIQUE,
  UNIQUE (source, name)
) STRICT;

CREATE TABLE object_column (
  object   INTEGER NOT NULL REFERENCES object (id),
  position INTEGER NOT NULL,
  -- as the header has it, made unique within the object
  name     TEXT NOT NULL,
  role     TEXT NOT NULL,
  evidence TEXT NOT NULL,
  by_hand  INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (object, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE load (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  object      INTEGER NOT NULL REFERENCES object (id),
  -- reading: rows arrive, nobody sees them; complete: visible; leaving: being taken out, nobody sees them
  state       TEXT NOT NULL CHECK (state IN ('reading', 'complete', 'leaving')),
  file        TEXT NOT NULL,
  path        TEXT NOT NULL,
  sha256      TEXT NOT NULL,
  bytes       INTEGER NOT NULL,
  first_rec   INTEGER NOT NULL,
  last_rec    INTEGER NOT NULL DEFAULT 0,
  -- wrapping sum of the hashes of its stored rows
  content     INTEGER NOT NULL DEFAULT 0,
  rows        INTEGER NOT NULL DEFAULT 0,
  records     INTEGER NOT NULL DEFAULT 0,
  quarantined INTEGER NOT NULL DEFAULT 0,
  new         INTEGER NOT NULL DEFAULT 0,
  changed     INTEGER NOT NULL DEFAULT 0,
  unchanged   INTEGER NOT NULL DEFAULT 0,
  vanished    INTEGER NOT NULL DEFAULT 0,
  spoiled_ids INTEGER NOT NULL DEFAULT 0,
  is_delta    INTEGER NOT NULL,
  encoding    TEXT NOT NULL,
  delimiter   TEXT,
  quote       TEXT,
  header_line INTEGER,
  read_as     TEXT NOT NULL,
  native_id   TEXT,
  -- which columns of the object this file had, as a JSON array of positions
  columns     TEXT NOT NULL,
  as_of       TEXT NOT NULL,
  loaded_at   TEXT NOT NULL,
  loaded_by   TEXT NOT NULL,
  millis      INTEGER NOT NULL DEFAULT 0,
  warnings    TEXT NOT NULL DEFAULT '[]'
) STRICT;

CREATE INDEX load_object ON load (object);
CREATE INDEX load_sha256 ON load (sha256);

CREATE TABLE quarantine (
  id     INTEGER PRIMARY KEY,
  load   INTEGER NOT NULL REFERENCES load (id),
  line   INTEGER NOT NULL,
  offset INTEGER NOT NULL,
  reason TEXT NOT NULL,
  detail TEXT NOT NULL,
  bytes  BLOB NOT NULL
) STRICT;

CREATE INDEX quarantine_load ON quarantine (load);
CREATE INDEX quarantine_reason ON quarantine (reason, id);

-- Every row that shares its native ID with another row of the same file, the first of them included.
CREATE TABLE repeated_id (
  rec        INTEGER PRIMARY KEY,
  load       INTEGER NOT NULL REFERENCES load (id),
  line       INTEGER NOT NULL,
  first_rec  INTEGER NOT NULL,
  first_line INTEGER NOT NULL,
  native_id  TEXT NOT NULL
) STRICT;

CREATE INDEX repeated_id_load ON repeated_id (load);

-- Records of an object that a full export no longer held.
CREATE TABLE vanished (
  load INTEGER NOT NULL REFERENCES load (id),
  rec  INTEGER NOT NULL,
  PRIMARY KEY (load, rec)
) STRICT, WITHOUT ROWID;

-- What the sources say of their own merges: loser went into winner. IDs as the source writes them, and folded.
CREATE TABLE source_merge (
  id            INTEGER PRIMARY KEY,
  load          INTEGER NOT NULL REFERENCES load (id),
  object        INTEGER NOT NULL REFERENCES object (id),
  rec           INTEGER NOT NULL,
  told_in       TEXT NOT NULL,
  loser         TEXT NOT NULL,
  winner        TEXT NOT NULL,
  loser_folded  TEXT NOT NULL,
  winner_folded TEXT NOT NULL,
  at            TEXT
) STRICT;

CREATE INDEX source_merge_loser ON source_merge (object, loser_folded);
CREATE INDEX source_merge_winner ON source_merge (object, winner_folded);
CREATE INDEX source_merge_load ON source_merge (load);

-- The identifier index: sorted segments in blocks, derived from the records and rebuilt when missing.
CREATE TABLE ident_segment (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  -- building: nobody reads it; live; dead: waits to be swept
  state   TEXT NOT NULL CHECK (state IN ('building', 'live', 'dead')),
  -- the load that built it; NULL once segments were merged
  load    INTEGER REFERENCES load (id),
  entries INTEGER NOT NULL DEFAULT 0,
  format  INTEGER NOT NULL,
  meta    BLOB NOT NULL DEFAULT x''
) STRICT;

-- Key: segment << 32 | part << 28 | number.
CREATE TABLE ident_block (
  id   INTEGER PRIMARY KEY,
  data BLOB NOT NULL
) STRICT;

CREATE TABLE audit (
  seq           INTEGER PRIMARY KEY,
  at            TEXT NOT NULL,
  who           TEXT NOT NULL,
  what          TEXT NOT NULL,
  subject       TEXT NOT NULL,
  salt          BLOB NOT NULL,
  before_digest BLOB NOT NULL,
  after_digest  BLOB NOT NULL,
  previous      BLOB NOT NULL,
  hash          BLOB NOT NULL
) STRICT;

-- The values stand apart, so that a person's data can be erased while the chain still verifies.
CREATE TABLE audit_value (
  seq    INTEGER PRIMARY KEY REFERENCES audit (seq),
  before TEXT,
  after  TEXT
) STRICT;

CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN
  SELECT RAISE (ABORT, 'the audit trail is append-only');
END;

CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
BEGIN
  SELECT RAISE (ABORT, 'the audit trail is append-only');
END;

-- What undo takes back, per person, newest last.
CREATE TABLE deed (
  seq    INTEGER PRIMARY KEY AUTOINCREMENT,
  who    TEXT NOT NULL,
  what   TEXT NOT NULL,
  -- what is needed to undo and redo it, as JSON
  detail TEXT NOT NULL,
  undone INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE VIEW v_audit AS
  SELECT a.seq, a.at, a.who, a.what, a.subject, v.before, v.after, lower(hex(a.hash)) AS hash
  FROM audit a LEFT JOIN audit_value v ON v.seq = a.seq;

CREATE VIEW v_loads AS
  SELECT l.id AS load, s.name AS source, o.name AS object, l.file, l.sha256, l.bytes, l.rows, l.records, l.quarantined,
         l.new, l.changed, l.unchanged, l.vanished, l.is_delta, l.encoding, l.delimiter, l.header_line, l.native_id,
         l.as_of, l.loaded_at, l.loaded_by, l.warnings
  FROM load l JOIN object o ON o.id = l.object JOIN source s ON s.id = o.source
  WHERE l.state = 'complete';

CREATE VIEW v_columns AS
  SELECT s.name AS source, o.name AS object, c.position, c.name AS column, c.role, c.evidence, c.by_hand
  FROM object_column c JOIN object o ON o.id = c.object JOIN source s ON s.id = o.source
  WHERE EXISTS (SELECT 1 FROM load l WHERE l.object = o.id AND l.state = 'complete');

CREATE VIEW v_quarantine AS
  SELECT s.name AS source, o.name AS object, l.file, q.load, q.line, q.offset, q.reason, q.detail, q.bytes
  FROM quarantine q JOIN load l ON l.id = q.load JOIN object o ON o.id = l.object JOIN source s ON s.id = o.source
  WHERE l.state = 'complete';

CREATE VIEW v_repeated_ids AS
  SELECT s.name AS source, o.name AS object, r.native_id, r.load, r.line, r.first_line
  FROM repeated_id r JOIN load l ON l.id = r.load JOIN object o ON o.id = l.object JOIN source s ON s.id = o.source
  WHERE l.state = 'complete';

CREATE VIEW v_source_merges AS
  SELECT s.name AS source, o.name AS object, m.loser, m.winner, m.at, m.told_in, m.load
  FROM source_merge m JOIN load l ON l.id = m.load JOIN object o ON o.id = m.object JOIN source s ON s.id = o.source
  WHERE l.state = 'complete';

CREATE VIEW v_source_records AS
  SELECT NULL AS record, NULL AS source, NULL AS object, NULL AS native_id, NULL AS load, NULL AS line,
         NULL AS version, NULL AS latest, NULL AS rec
  WHERE 0;
