-- By person (the contact): everybody whom tracing found is called, not only whom an interview named, and once.
CREATE TABLE contact_call (
    id     INTEGER PRIMARY KEY,
    person INTEGER NOT NULL REFERENCES person,
    at     INTEGER NOT NULL,
    by     INTEGER REFERENCES account,
    remark BLOB                                -- sealed
) STRICT;
CREATE INDEX contact_call_by_person ON contact_call (person, at);
INSERT INTO contact_call (person, at, by)
SELECT DISTINCT person, called_at, called_by FROM interview_contact WHERE called_at IS NOT NULL;
ALTER TABLE interview_contact DROP COLUMN called_at;
ALTER TABLE interview_contact DROP COLUMN called_by;
ALTER TABLE interview_contact DROP COLUMN remark;
