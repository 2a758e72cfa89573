//! Whole stories on the shipped policies, step by step: verdict, reasons, why-not, in both languages.

mod family;
mod others;
mod red_to_green;
mod world;
