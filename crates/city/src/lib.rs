//! A seeded synthetic city for demonstrations, load, dry runs and fault tests.
