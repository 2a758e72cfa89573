-- The first form of the store.
--
-- Times are milliseconds since 1970-01-01T00:00:00Z, days are days since then. Numbers of things are 64 bits.
-- Columns named in a comment as sealed hold `key number, nonce, AES-256-GCM ciphertext, tag`; their key is not here.
-- "By person", "by point": what a table would be distributed by beyond one machine. The others are small, or appended
-- to by one place.

-- Everywhere. One row.
CREATE TABLE meta (
    id           INTEGER PRIMARY KEY CHECK (id = 1),
    key_check    BLOB    NOT NULL,             -- sealed: opens with the right keys alone
    lookup_check BLOB    NOT NULL,
    last_stamp   INTEGER NOT NULL              -- the newest time that anything was recorded at
) STRICT;

-- Everywhere.
CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- By person.
CREATE TABLE person (
    id              INTEGER PRIMARY KEY,
    kind            TEXT    NOT NULL,
    created_at      INTEGER NOT NULL,
    district        TEXT,
    language        TEXT,
    merged_into     INTEGER REFERENCES person,
    name            BLOB,                      -- sealed, as is everything down to medical_history
    document_type   BLOB,
    document_number BLOB,
    phone           BLOB,
    address         BLOB,
    division        BLOB,
    birth_date      BLOB,
    sex             BLOB,
    nationality     BLOB,
    employer        BLOB,
    medical_history BLOB,
    document_hash   BLOB UNIQUE,               -- HMAC-SHA-256 of the document's type and number
    phone_hash      BLOB                       -- HMAC-SHA-256 of the number
) STRICT;
CREATE INDEX person_by_phone ON person (phone_hash) WHERE phone_hash IS NOT NULL;

-- By person (the dependant).
CREATE TABLE guardian (
    dependant INTEGER NOT NULL REFERENCES person,
    guardian  INTEGER NOT NULL REFERENCES person,
    since     INTEGER NOT NULL,
    ended_at  INTEGER,
    PRIMARY KEY (dependant, guardian),
    CHECK (dependant <> guardian)
) STRICT, WITHOUT ROWID;
CREATE INDEX guardian_by_guardian ON guardian (guardian);

-- By person. Clustered by person: deciding reads one stretch.
CREATE TABLE evidence (
    id          INTEGER NOT NULL,              -- in the order of recording
    person      INTEGER NOT NULL REFERENCES person,
    kind        TEXT    NOT NULL,
    happened_at INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    source      TEXT    NOT NULL,
    origin_kind TEXT,
    origin_id   INTEGER,
    about       INTEGER,
    attributes  TEXT,                          -- JSON: words, numbers and times, never free text
    PRIMARY KEY (person, id),
    CHECK ((origin_kind IS NULL) = (origin_id IS NULL))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX evidence_by_id ON evidence (id);
CREATE INDEX evidence_by_origin ON evidence (origin_kind, origin_id, id) WHERE origin_kind IS NOT NULL;
CREATE INDEX evidence_by_about ON evidence (about, id) WHERE about IS NOT NULL;
CREATE INDEX evidence_by_kind ON evidence (kind, happened_at, id);
CREATE TRIGGER evidence_is_never_edited BEFORE UPDATE ON evidence
BEGIN SELECT RAISE(ABORT, 'evidence is never edited: withdraw, end or supersede it'); END;
CREATE TRIGGER evidence_is_never_deleted BEFORE DELETE ON evidence
BEGIN SELECT RAISE(ABORT, 'evidence is never deleted: withdraw, end or supersede it'); END;

-- By person, beside its evidence.
CREATE TABLE evidence_note (
    evidence INTEGER PRIMARY KEY,
    text     BLOB NOT NULL                     -- sealed
) STRICT;

-- By person. A cache: rebuilt from evidence at any time.
CREATE TABLE standing (
    person        INTEGER PRIMARY KEY REFERENCES person,
    standing      TEXT    NOT NULL,
    verdict       TEXT    NOT NULL,            -- JSON
    policy_digest TEXT    NOT NULL,
    known_at      INTEGER NOT NULL,
    effective_at  INTEGER NOT NULL,
    next_change   INTEGER,
    evidence      INTEGER
) STRICT;
CREATE INDEX standing_due ON standing (next_change, person) WHERE next_change IS NOT NULL;
CREATE INDEX standing_by_standing ON standing (standing, person);

-- Everywhere.
CREATE TABLE heartbeat (
    id             INTEGER PRIMARY KEY,
    source         TEXT    NOT NULL,
    complete_up_to INTEGER NOT NULL,
    recorded_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX heartbeat_by_source ON heartbeat (source, id);
CREATE TRIGGER heartbeat_is_never_edited BEFORE UPDATE ON heartbeat
BEGIN SELECT RAISE(ABORT, 'a heartbeat is never edited'); END;

-- Everywhere.
CREATE TABLE account (
    id            INTEGER PRIMARY KEY,
    login         TEXT    NOT NULL UNIQUE,
    name          BLOB    NOT NULL,            -- sealed
    password_hash TEXT    NOT NULL,
    roles         TEXT    NOT NULL,            -- JSON
    scope         TEXT    NOT NULL,            -- JSON
    created_at    INTEGER NOT NULL,
    disabled_at   INTEGER
) STRICT;

-- Everywhere.
CREATE TABLE publication (
    id           INTEGER PRIMARY KEY,
    name         TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    digest       TEXT    NOT NULL,
    files        TEXT    NOT NULL,             -- JSON
    published_at INTEGER NOT NULL,
    published_by INTEGER REFERENCES account
) STRICT;
CREATE TRIGGER publication_is_never_edited BEFORE UPDATE ON publication
BEGIN SELECT RAISE(ABORT, 'a published policy is never edited: publish a new version'); END;
CREATE TRIGGER publication_is_one_for_each_version BEFORE INSERT ON publication
WHEN EXISTS (SELECT 1 FROM publication WHERE name = NEW.name AND version = NEW.version AND digest <> NEW.digest)
BEGIN SELECT RAISE(ABORT, 'this version was published with other files: give it a new number'); END;

-- By point. The log has no secondary index. id = day * 2^40 + number in that day.
-- direction, assurance, outcome, standing: the place of the word in its list, in the code. flags: 1 emergency, 2 offline.
CREATE TABLE visit (
    id        INTEGER PRIMARY KEY,
    person    INTEGER NOT NULL,
    point     INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    direction INTEGER NOT NULL,
    assurance INTEGER NOT NULL,
    gate      INTEGER,
    checker   INTEGER,
    outcome   INTEGER NOT NULL,
    standing  INTEGER,
    purpose   TEXT,
    flags     INTEGER NOT NULL
) STRICT;

-- By point, beside its visit. What gates without network handed in, each once.
CREATE TABLE handed_in (
    key   BLOB PRIMARY KEY,
    visit INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- By point, beside its visit.
CREATE TABLE wrong_scan (
    visit   INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    account INTEGER
) STRICT;

-- By point.
CREATE TABLE point (
    id            INTEGER PRIMARY KEY,
    kind          TEXT    NOT NULL,
    name          TEXT    NOT NULL,
    address       TEXT,
    district      TEXT    NOT NULL,
    division      TEXT    NOT NULL,
    passage       TEXT    NOT NULL,
    state         TEXT    NOT NULL,
    manager       INTEGER REFERENCES account,
    registered_at INTEGER NOT NULL,
    approved_by   INTEGER REFERENCES account,
    approved_at   INTEGER,
    closed_at     INTEGER
) STRICT;
CREATE INDEX point_by_district ON point (district, id);
CREATE INDEX point_by_division ON point (division);
CREATE INDEX point_by_name ON point (name);

-- By point.
CREATE TABLE gate (
    id          INTEGER PRIMARY KEY,
    point       INTEGER NOT NULL REFERENCES point,
    name        TEXT    NOT NULL,
    kind        TEXT    NOT NULL,
    token       BLOB    NOT NULL UNIQUE,       -- SHA-256 of a random secret
    enrolled_at INTEGER NOT NULL,
    revoked_at  INTEGER
) STRICT;
CREATE INDEX gate_by_point ON gate (point);

-- By point.
CREATE TABLE checker (
    point   INTEGER NOT NULL REFERENCES point,
    account INTEGER NOT NULL REFERENCES account,
    PRIMARY KEY (point, account)
) STRICT, WITHOUT ROWID;

-- By person.
CREATE TABLE place (
    person INTEGER NOT NULL REFERENCES person,
    kind   TEXT    NOT NULL,
    point  INTEGER NOT NULL REFERENCES point,
    since  INTEGER NOT NULL,
    until  INTEGER,
    PRIMARY KEY (person, kind, point, since)
) STRICT, WITHOUT ROWID;

-- By person. `case` is a word of SQL.
CREATE TABLE infection_case (
    id          INTEGER PRIMARY KEY,
    person      INTEGER NOT NULL REFERENCES person,
    district    TEXT,
    status      TEXT    NOT NULL,
    state       TEXT    NOT NULL,
    onset       INTEGER,
    sampled     INTEGER,
    reported_at INTEGER NOT NULL,
    reported_by INTEGER NOT NULL REFERENCES account,
    merged_into INTEGER REFERENCES infection_case,
    evidence    INTEGER,
    version     INTEGER NOT NULL,
    CHECK ((state = 'merged') = (merged_into IS NOT NULL))
) STRICT;
CREATE INDEX case_by_person ON infection_case (person);
CREATE INDEX case_by_district ON infection_case (district, id);
CREATE INDEX case_open ON infection_case (id) WHERE state = 'open';

-- By person (the contact).
CREATE TABLE interview_contact (
    id           INTEGER PRIMARY KEY,
    case_id      INTEGER NOT NULL REFERENCES infection_case,
    person       INTEGER NOT NULL REFERENCES person,
    last_met     INTEGER NOT NULL,
    degree       TEXT    NOT NULL,
    added_by     INTEGER NOT NULL REFERENCES account,
    added_at     INTEGER NOT NULL,
    evidence     INTEGER,
    called_at    INTEGER,
    called_by    INTEGER REFERENCES account,
    remark       BLOB,                         -- sealed
    withdrawn_at INTEGER
) STRICT;
CREATE INDEX interview_contact_by_case ON interview_contact (case_id);
CREATE INDEX interview_contact_by_person ON interview_contact (person);

-- Everywhere.
CREATE TABLE risk_area (
    id           INTEGER PRIMARY KEY,
    division     TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    level        TEXT    NOT NULL,
    since        INTEGER NOT NULL,
    marked_at    INTEGER NOT NULL,
    marked_by    INTEGER NOT NULL REFERENCES account,
    case_id      INTEGER REFERENCES infection_case,
    cleared_at   INTEGER,
    withdrawn_at INTEGER
) STRICT;

-- By point.
CREATE TABLE exposure_site (
    id            INTEGER PRIMARY KEY,
    key           TEXT    NOT NULL,
    source        TEXT    NOT NULL,
    source_line   INTEGER NOT NULL,
    event         TEXT    NOT NULL,
    location      TEXT    NOT NULL,
    city          TEXT    NOT NULL,
    since         INTEGER NOT NULL,
    until         INTEGER NOT NULL,
    exposure_type TEXT    NOT NULL,
    version       INTEGER NOT NULL,
    point         INTEGER REFERENCES point,
    imported_at   INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    withdrawn_at  INTEGER,
    UNIQUE (source, key),
    CHECK (since < until)
) STRICT;
CREATE INDEX exposure_site_by_point ON exposure_site (point, until) WHERE point IS NOT NULL;

-- By person.
CREATE TABLE device (
    id          INTEGER PRIMARY KEY,
    person      INTEGER NOT NULL REFERENCES person,
    public_key  BLOB    NOT NULL,
    algorithm   TEXT    NOT NULL,
    enrolled_at INTEGER NOT NULL,
    revoked_at  INTEGER
) STRICT;
CREATE INDEX device_by_person ON device (person);

-- By person.
CREATE TABLE code (
    cti          BLOB PRIMARY KEY,
    person       INTEGER NOT NULL REFERENCES person,
    kind         TEXT    NOT NULL,
    device       INTEGER REFERENCES device,
    status_index INTEGER,
    issued_at    INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    revoked_at   INTEGER,
    reprint_of   BLOB,
    CHECK ((kind = 'device') = (device IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX code_by_person ON code (person);
CREATE INDEX code_by_status_index ON code (status_index, expires_at) WHERE status_index IS NOT NULL;
CREATE INDEX code_by_end ON code (expires_at);

-- Everywhere.
CREATE TABLE status_place (
    status_index INTEGER PRIMARY KEY,
    free_from    INTEGER NOT NULL
) STRICT;
CREATE INDEX status_place_by_end ON status_place (free_from);

-- By person (each link beside both).
CREATE TABLE household_link (
    id           INTEGER PRIMARY KEY,
    one          INTEGER NOT NULL REFERENCES person,
    other        INTEGER NOT NULL REFERENCES person,
    days         TEXT,
    proposed_by  INTEGER NOT NULL REFERENCES person,
    proposed_at  INTEGER NOT NULL,
    confirmed_by INTEGER REFERENCES person,
    confirmed_at INTEGER,
    ended_by     INTEGER REFERENCES person,
    ended_at     INTEGER,
    CHECK (one <> other),
    CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL)),
    CHECK ((ended_by IS NULL) = (ended_at IS NULL))
) STRICT;
CREATE INDEX household_link_by_one ON household_link (one);
CREATE INDEX household_link_by_other ON household_link (other);

-- By person.
CREATE TABLE appeal (
    id           INTEGER PRIMARY KEY,
    person       INTEGER NOT NULL REFERENCES person,
    evidence     INTEGER,
    own_evidence INTEGER,
    rule         TEXT    NOT NULL,
    owner        TEXT    NOT NULL,
    district     TEXT,
    made_at      INTEGER NOT NULL,
    deadline     INTEGER NOT NULL,
    state        TEXT    NOT NULL,
    text         BLOB    NOT NULL,             -- sealed
    outcome      TEXT,
    answer       BLOB,                         -- sealed
    decided_by   INTEGER REFERENCES account,
    decided_at   INTEGER
) STRICT;
CREATE INDEX appeal_by_person ON appeal (person);
CREATE INDEX appeal_open ON appeal (deadline, id) WHERE state = 'open';

-- By person. Two officers, never one.
CREATE TABLE proposal (
    id          INTEGER PRIMARY KEY,
    kind        TEXT    NOT NULL,
    person      INTEGER NOT NULL REFERENCES person,
    about       INTEGER,
    ground      TEXT    NOT NULL,
    level       TEXT,
    until       INTEGER,
    check_ins   INTEGER,
    text        BLOB,                          -- sealed
    heard_at    INTEGER,
    proposed_by INTEGER NOT NULL REFERENCES account,
    proposed_at INTEGER NOT NULL,
    settled_by  INTEGER REFERENCES account,
    settled_at  INTEGER,
    state       TEXT    NOT NULL,
    evidence    INTEGER,
    CONSTRAINT two_officers CHECK (settled_by IS NULL OR settled_by <> proposed_by),
    CONSTRAINT settled_by_somebody CHECK ((state = 'proposed') = (settled_by IS NULL))
) STRICT;
CREATE INDEX proposal_by_person ON proposal (person);
CREATE INDEX proposal_by_state ON proposal (state, id);

-- By person.
CREATE TABLE audit_review (
    declaration INTEGER PRIMARY KEY,
    person      INTEGER NOT NULL REFERENCES person,
    district    TEXT,
    since       INTEGER NOT NULL,
    deadline    INTEGER NOT NULL,
    state       TEXT    NOT NULL,
    findings    TEXT    NOT NULL,              -- JSON
    claimed_by  INTEGER REFERENCES account,
    claimed_at  INTEGER,
    decided_by  INTEGER REFERENCES account,
    decided_at  INTEGER,
    outcome     TEXT
) STRICT;
CREATE INDEX audit_review_by_state ON audit_review (state, deadline, declaration);
CREATE INDEX audit_review_by_person ON audit_review (person);

-- By person.
CREATE TABLE correction (
    id          INTEGER PRIMARY KEY,
    person      INTEGER NOT NULL REFERENCES person,
    field       TEXT    NOT NULL,
    value       BLOB    NOT NULL,              -- sealed
    reason      BLOB,                          -- sealed
    proposed_by TEXT    NOT NULL,
    proposed_at INTEGER NOT NULL,
    state       TEXT    NOT NULL,
    decided_by  INTEGER REFERENCES account,
    decided_at  INTEGER
) STRICT;
CREATE INDEX correction_by_person ON correction (person);
CREATE INDEX correction_open ON correction (id) WHERE state = 'proposed';

-- By person.
CREATE TABLE notice (
    id           INTEGER PRIMARY KEY,
    person       INTEGER REFERENCES person,
    phone        BLOB,                         -- sealed
    kind         TEXT    NOT NULL,
    "values"     TEXT    NOT NULL,             -- JSON
    secret       BLOB,                         -- sealed; forgotten when delivered
    created_at   INTEGER NOT NULL,
    delivered_at INTEGER,
    attempts     INTEGER NOT NULL,
    try_at       INTEGER NOT NULL
) STRICT;
CREATE INDEX notice_due ON notice (try_at, id) WHERE delivered_at IS NULL;
CREATE INDEX notice_by_person ON notice (person, id) WHERE person IS NOT NULL;

-- By the telephone's hash.
CREATE TABLE one_time_code (
    phone_hash BLOB PRIMARY KEY,
    code       BLOB    NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    attempts   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- By its id.
CREATE TABLE session (
    id         BLOB PRIMARY KEY,               -- SHA-256 of the id in the cookie
    account    INTEGER REFERENCES account,
    person     INTEGER REFERENCES person,
    content    BLOB    NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_by_account ON session (account) WHERE account IS NOT NULL;
CREATE INDEX session_by_person ON session (person) WHERE person IS NOT NULL;
CREATE INDEX session_by_end ON session (expires_at);

-- Everywhere.
CREATE TABLE job (
    id         INTEGER PRIMARY KEY,
    kind       TEXT    NOT NULL,
    input      TEXT    NOT NULL,               -- JSON
    watermark  INTEGER NOT NULL,
    done       INTEGER NOT NULL,
    total      INTEGER NOT NULL,
    state      TEXT    NOT NULL,
    error      TEXT,
    created_at INTEGER NOT NULL,
    ended_at   INTEGER
) STRICT;
CREATE INDEX job_open ON job (id) WHERE state = 'open';
CREATE TRIGGER job_never_goes_back BEFORE UPDATE OF watermark ON job WHEN NEW.watermark < OLD.watermark
BEGIN SELECT RAISE(ABORT, 'a job never goes back'); END;

-- By person, where there is one.
CREATE TABLE act_record (
    id          INTEGER PRIMARY KEY,
    at          INTEGER NOT NULL,
    actor       TEXT    NOT NULL,
    account     INTEGER REFERENCES account,
    act         TEXT    NOT NULL,
    target_kind TEXT,
    target      TEXT,
    person      INTEGER REFERENCES person,
    reason      BLOB                           -- sealed
) STRICT;
CREATE INDEX act_record_by_person ON act_record (person, id) WHERE person IS NOT NULL;
CREATE TRIGGER act_record_is_never_edited BEFORE UPDATE ON act_record
BEGIN SELECT RAISE(ABORT, 'a record is never edited'); END;
CREATE TRIGGER act_record_is_never_deleted BEFORE DELETE ON act_record
BEGIN SELECT RAISE(ABORT, 'a record is never deleted'); END;

-- By person.
CREATE TABLE look (
    id      INTEGER PRIMARY KEY,
    person  INTEGER NOT NULL REFERENCES person,
    at      INTEGER NOT NULL,
    actor   TEXT    NOT NULL,
    account INTEGER REFERENCES account,
    gate    INTEGER REFERENCES gate,
    part    TEXT    NOT NULL
) STRICT;
CREATE INDEX look_by_person ON look (person, id);
CREATE TRIGGER look_is_never_edited BEFORE UPDATE ON look
BEGIN SELECT RAISE(ABORT, 'a record is never edited'); END;

-- By its key.
CREATE TABLE answer (
    key         BLOB PRIMARY KEY,
    request     BLOB    NOT NULL,
    status      INTEGER NOT NULL,
    body        BLOB    NOT NULL,
    answered_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX answer_by_time ON answer (answered_at);
