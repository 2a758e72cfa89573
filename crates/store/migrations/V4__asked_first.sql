-- Whoever is asked to live with somebody or to look after them has to say yes first.
ALTER TABLE household_link ADD COLUMN phone BLOB;                              -- sealed: as the proposer wrote it
CREATE INDEX household_link_by_proposer ON household_link (proposed_by, proposed_at);
-- Who asked, while the other has not accepted: until then the row makes nobody a guardian.
ALTER TABLE guardian ADD COLUMN offered_by INTEGER REFERENCES person;
ALTER TABLE guardian ADD COLUMN declined_at INTEGER;                            -- whoever asked is not told
CREATE INDEX guardian_by_offer ON guardian (offered_by, since) WHERE offered_by IS NOT NULL;
