//! Presence intervals in, exposures out. Pure: knows no case workflow and no colour.
