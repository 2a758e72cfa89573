//! Asking the processor for memory before it is read: most of a question's time would be waiting for it.

/// Asks for what will be read soon. It changes no answer.
#[inline]
pub(super) fn ask_for<T: Copy>(thing: &T) {
    #[cfg(target_arch = "x86_64")]
    safe_arch::prefetch_t0(thing);
    #[cfg(not(target_arch = "x86_64"))]
    std::hint::black_box(*thing);
}
