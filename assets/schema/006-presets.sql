-- Schema step 6: what objects and columns were recognised as.

-- the preset's system and object: Salesforce/Contact
ALTER TABLE object ADD COLUMN preset TEXT;
-- why, as a sentence without its stop
ALTER TABLE object ADD COLUMN recognised TEXT;
-- what one row is: one human known by name
ALTER TABLE object ADD COLUMN one_row_is TEXT;

-- the object that the values are IDs of, by name: Account; Salesforce.Account for one of another system
ALTER TABLE object_column ADD COLUMN points_to TEXT;
-- what else is known of the column, JSON: meaning, separator, dates
ALTER TABLE object_column ADD COLUMN note TEXT;
