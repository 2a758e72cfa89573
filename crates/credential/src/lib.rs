//! The signed code: payload, COSE, QR text; the holder's presentation; the key ring. Pure.
