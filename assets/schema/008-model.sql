-- Schema step 8: durable keys: what names a row of the target for good. Given once, never changed.
-- Two tables, each in the order in which it is looked up: rows arrive in that order, so that a million keys are a few
-- seconds. durable_key counts; the other is derived from it and completed whenever keys are given.
CREATE TABLE durable_key (
  entity TEXT NOT NULL,
  -- the record key of the source record
  record TEXT NOT NULL,
  key    TEXT NOT NULL,
  PRIMARY KEY (entity, record)
) STRICT, WITHOUT ROWID;

CREATE TABLE durable_key_record (
  entity TEXT NOT NULL,
  key    TEXT NOT NULL,
  record TEXT NOT NULL,
  PRIMARY KEY (entity, key)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER durable_key_is_not_changed BEFORE UPDATE ON durable_key
BEGIN
  SELECT RAISE (ABORT, 'a durable key is not changed');
END;

CREATE TRIGGER durable_key_is_not_deleted BEFORE DELETE ON durable_key
BEGIN
  SELECT RAISE (ABORT, 'a durable key is not taken back');
END;

CREATE VIEW v_durable_keys AS SELECT entity, record, key FROM durable_key;
