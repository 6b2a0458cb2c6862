//! The embedded presets, and what may be relied on whatever a preset says.

use super::*;

#[test]
fn every_embedded_preset_parses() {
    for (file, text) in EMBEDDED {
        let preset = parse(file, text, false).unwrap_or_else(|error| panic!("{error}"));
        assert!(!preset.objects.is_empty(), "{file} lists no object");
    }
}
