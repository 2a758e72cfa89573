//! The house keeps its own rules: which room may use which, and the habits that a review would otherwise repeat.

mod arrows;
mod habits;
mod tree;
