-- An account that can order waits, until a second authority has shown its holder the other half of its password.
ALTER TABLE account ADD COLUMN made_by INTEGER REFERENCES account;
ALTER TABLE account ADD COLUMN second_half BLOB;  -- sealed
