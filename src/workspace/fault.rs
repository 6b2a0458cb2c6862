//! Numbered places where a debug build stops itself as a power cut would, so that crash tests are deterministic. A
//! release build has none of them.

/// Stops the process at once, without any clean-up, if this is the crossing that `CUTOVER_FAULT=name:count` names.
#[cfg(debug_assertions)]
pub fn point(name: &'static str) {
    use std::collections::BTreeMap;
    use std::sync::{Mutex, OnceLock, PoisonError};

    static WANTED: OnceLock<Option<(String, u64)>> = OnceLock::new();
    static CROSSED: Mutex<BTreeMap<&'static str, u64>> = Mutex::new(BTreeMap::new());
    let wanted = WANTED.get_or_init(|| {
        let text = std::env::var("CUTOVER_FAULT").ok()?;
        let (name, count) = text.split_once(':').unwrap_or((&text, "1"));
        Some((name.to_owned(), count.parse().ok()?))
    });
    let Some((wanted, count)) = wanted else { return };
    if wanted != name {
        return;
    }
    let mut crossed = CROSSED.lock().unwrap_or_else(PoisonError::into_inner);
    let times = crossed.entry(name).or_default();
    *times += 1;
    if *times == *count {
        std::process::abort();
    }
}

/// Does nothing in a release build.
#[cfg(not(debug_assertions))]
#[inline(always)]
pub fn point(_name: &'static str) {}
