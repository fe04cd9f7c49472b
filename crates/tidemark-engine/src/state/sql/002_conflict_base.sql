-- The kept store's id of what both sides of a conflict came from; NULL: not looked for yet; empty: it can't be had.
ALTER TABLE conflict ADD COLUMN base TEXT;
