-- A verdict follows from the evidence and from when it was decided: deciding again gives it. Kept with every standing, it
-- made whoever decides many people write a page for each of them.
DROP INDEX standing_due;
DROP INDEX standing_by_standing;
ALTER TABLE standing RENAME TO standing_before;
CREATE TABLE standing (
    person      INTEGER PRIMARY KEY REFERENCES person,
    standing    TEXT    NOT NULL,
    decided_at  INTEGER NOT NULL,
    next_change INTEGER,
    evidence    INTEGER
) STRICT;
INSERT INTO standing SELECT person, standing, known_at, next_change, evidence FROM standing_before;
DROP TABLE standing_before;
CREATE INDEX standing_due ON standing (next_change / 3600000, person, next_change) WHERE next_change IS NOT NULL;
CREATE INDEX standing_by_standing ON standing (standing, person);

-- By person. What cases, areas and sites made, or no longer make, of the same form as the evidence that somebody said, and
-- numbered with it. Appended: the items of many people lie together. Earlier ones stay where they are.
CREATE TABLE derived_evidence (
    id          INTEGER PRIMARY KEY,
    person      INTEGER NOT NULL REFERENCES person,
    kind        TEXT    NOT NULL,
    happened_at INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    source      TEXT    NOT NULL,
    origin_kind TEXT,
    origin_id   INTEGER,
    about       INTEGER,
    attributes  TEXT,
    CHECK ((origin_kind IS NULL) = (origin_id IS NULL))
) STRICT;
CREATE INDEX derived_evidence_by_person ON derived_evidence (person);
CREATE INDEX derived_evidence_by_origin ON derived_evidence (origin_id, origin_kind) WHERE origin_kind IS NOT NULL;
CREATE INDEX derived_evidence_by_about ON derived_evidence (about) WHERE about IS NOT NULL;
CREATE TRIGGER derived_evidence_is_never_edited BEFORE UPDATE ON derived_evidence
BEGIN SELECT RAISE(ABORT, 'evidence is never edited: withdraw, end or supersede it'); END;
CREATE TRIGGER derived_evidence_is_never_deleted BEFORE DELETE ON derived_evidence
BEGIN SELECT RAISE(ABORT, 'evidence is never deleted: withdraw, end or supersede it'); END;
