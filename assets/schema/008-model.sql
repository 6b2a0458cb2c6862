-- Durable keys: what names a row of the target for good. Given once, never changed.
CREATE TABLE durable_key (
  entity TEXT NOT NULL,
  -- the record key of the source record
  record TEXT NOT NULL,
  key    TEXT NOT NULL,
  PRIMARY KEY (entity, record)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX durable_key_key ON durable_key (entity, key);

CREATE VIEW v_durable_keys AS SELECT entity, record, key FROM durable_key;
