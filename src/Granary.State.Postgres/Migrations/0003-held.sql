-- The receipt of a reading of which every chunk is held, while older generations are being deleted.
ALTER TABLE granary.pending ADD COLUMN held bytea;
