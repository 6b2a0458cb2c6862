-- Schema step 3: the order of an object's loads, what each load saw unchanged, what came back, the windows of deltas.

-- The loads of an object are taken in the order (order_at, order_id): a stated as-of time, or the greatest before it where
-- only a file's time is known. order_id is the load's number; a load that is done again takes the place that it had.
ALTER TABLE load ADD COLUMN order_at TEXT NOT NULL DEFAULT '';
ALTER TABLE load ADD COLUMN order_id INTEGER NOT NULL DEFAULT 0;
-- the as-of time was stated: by hand, or as a date in a name
ALTER TABLE load ADD COLUMN is_stated INTEGER NOT NULL DEFAULT 0;
-- the part of its object that the file is (subscribed, unsubscribed): records vanish within one part only
ALTER TABLE load ADD COLUMN segment TEXT;
-- least and greatest moment at which a row was changed
ALTER TABLE load ADD COLUMN window_from TEXT;
ALTER TABLE load ADD COLUMN window_to TEXT;
ALTER TABLE load ADD COLUMN window_stated INTEGER NOT NULL DEFAULT 0;
-- records that had vanished and are in this load again
ALTER TABLE load ADD COLUMN returned INTEGER NOT NULL DEFAULT 0;
-- position of the column whose values load_key has, -1: of none; NULL: it has no keys
ALTER TABLE load ADD COLUMN key_column INTEGER;
-- load_seen has its unchanged rows; 0 for loads of an older Cutover that met some
ALTER TABLE load ADD COLUMN keeps_seen INTEGER NOT NULL DEFAULT 0;
-- the 256 smallest row hashes of the file, 8 bytes each
ALTER TABLE load ADD COLUMN sketch BLOB NOT NULL DEFAULT x'';
UPDATE load SET order_id = id, keeps_seen = (unchanged = 0);

-- Key, hash, line and earlier version of stored rows, in chunks, so that a later load need not read the rows themselves.
CREATE TABLE load_key (
  -- the first stored row of the chunk
  first_rec INTEGER PRIMARY KEY,
  load      INTEGER NOT NULL REFERENCES load (id),
  rows      INTEGER NOT NULL,
  data      BLOB NOT NULL
) STRICT;

-- The rows of a file that were unchanged: which stored row each met, and its line, in the order of the file, in chunks.
CREATE TABLE load_seen (
  id        INTEGER PRIMARY KEY,
  load      INTEGER NOT NULL REFERENCES load (id),
  -- that of the load; chunks of another are being written or left over
  first_rec INTEGER NOT NULL,
  rows      INTEGER NOT NULL,
  -- the least and the greatest stored row that was met
  least     INTEGER NOT NULL,
  most      INTEGER NOT NULL,
  data      BLOB NOT NULL
) STRICT;

CREATE INDEX load_seen_load ON load_seen (load, first_rec);

-- Records that had vanished before this load and are in it again, by the stored row that had vanished.
CREATE TABLE returned (
  load INTEGER NOT NULL REFERENCES load (id),
  rec  INTEGER NOT NULL,
  PRIMARY KEY (load, rec)
) STRICT, WITHOUT ROWID;

-- the one object whose rows it holds, where it was built for that object anew
ALTER TABLE ident_segment ADD COLUMN object INTEGER;

CREATE INDEX source_merge_rec ON source_merge (rec);

DROP VIEW v_loads;

CREATE VIEW v_loads AS
  SELECT l.id AS load, s.name AS source, o.name AS object, l.file, l.sha256, l.bytes, l.rows, l.records, l.quarantined,
         l.new, l.changed, l.unchanged, l.vanished, l.is_delta, l.encoding, l.delimiter, l.header_line, l.native_id,
         l.as_of, l.loaded_at, l.loaded_by, l.warnings, l.returned, l.is_stated, l.segment, l.window_from, l.window_to,
         row_number() OVER (PARTITION BY l.object ORDER BY l.order_at, l.order_id) AS place
  FROM load l JOIN object o ON o.id = l.object JOIN source s ON s.id = o.source
  WHERE l.state = 'complete';
