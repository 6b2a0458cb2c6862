-- Schema step 9: what value functions made of each distinct input, and what maps do to all records.

-- A value function with its parameters. SELECTs of maps find it by both; one without a function is being made, or waits to
-- be swept: nobody reads its outcomes.
CREATE TABLE value_recipe (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  function   TEXT NOT NULL,
  parameters TEXT NOT NULL,
  UNIQUE (function, parameters)
) STRICT;

-- Of references and look-ups: the state of the other object over which the outcomes were made.
CREATE TABLE value_stamp (
  recipe INTEGER PRIMARY KEY,
  stamp  TEXT NOT NULL
) STRICT;

CREATE TABLE value_outcome (
  recipe INTEGER NOT NULL,
  input  TEXT NOT NULL,
  -- NULL: nothing, or a fault
  output TEXT,
  fault  TEXT,
  PRIMARY KEY (recipe, input)
) STRICT, WITHOUT ROWID;

-- Up to which row the inputs of a recipe were looked at, per object and columns.
CREATE TABLE value_prepared (
  -- 0: the durable keys of an entity
  recipe INTEGER NOT NULL,
  object INTEGER NOT NULL,
  -- the input, as SQL over the object's row; of keys: whose
  input  TEXT NOT NULL,
  rec    INTEGER NOT NULL,
  PRIMARY KEY (recipe, object, input)
) STRICT, WITHOUT ROWID;

-- What a map does to all records, counted for one version of the map, of the model and of the data.
CREATE TABLE map_figures (
  map     TEXT NOT NULL PRIMARY KEY,
  -- hash of everything that decides the figures
  of      TEXT NOT NULL,
  figures TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE VIEW v_value_outcomes AS
  SELECT r.function, r.parameters, o.input, o.output, o.fault
  FROM value_outcome o JOIN value_recipe r ON r.id = o.recipe WHERE r.function <> '';
