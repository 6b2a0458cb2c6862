//! What [`super::Shown`] promises, on chosen and on random text.

use super::*;
use proptest::prelude::*;

const CASES: &[(&str, &str, &str)] = &[
    ("Nilsson", "Nilsson", "Nilsson"),
    ("\u{1b}[31mred", "␛[31mred", "^[[31mred"),
    ("two\nlines\r\n", "two␊lines␍␊", "two^Jlines^M^J"),
    ("\u{7f}\0", "␡␀", "^?^@"),
    ("English\u{202e}", "English⟨202E⟩", "English<U+202E>"),
    ("a\u{200b}b\u{feff}", "a⟨200B⟩b⟨FEFF⟩", "a<U+200B>b<U+FEFF>"),
    ("\u{85}\u{9b}", "⟨0085⟩⟨009B⟩", "<U+0085><U+009B>"),
    ("12\u{a0}000", "12⟨00A0⟩000", "12<U+00A0>000"),
    ("\u{e0041}\u{10ffff}\u{e000}", "⟨E0041⟩⟨10FFFF⟩⟨E000⟩", "<U+E0041><U+10FFFF><U+E000>"),
    ("\u{301}a\u{301}", "⟨0301⟩a\u{301}", "<U+0301>a\u{301}"),
    ("\n\u{301}", "␊⟨0301⟩", "^J<U+0301>"),
    ("\u{fffd}", "\u{fffd}", "\u{fffd}"),
    ("東京　株式会社", "東京　株式会社", "東京　株式会社"),
    ("محمد שלום", "محمد שלום", "محمد שלום"),
    ("नमस्ते ภาษาไทย 한국어", "नमस्ते ภาษาไทย 한국어", "नमस्ते ภาษาไทย 한국어"),
    (
        "👩\u{200d}👩\u{200d}👧 ❤\u{fe0f} 1\u{fe0f}\u{20e3} 👍🏽 🇸🇪",
        "👩\u{200d}👩\u{200d}👧 ❤\u{fe0f} 1\u{fe0f}\u{20e3} 👍🏽 🇸🇪",
        "👩\u{200d}👩\u{200d}👧 ❤\u{fe0f} 1\u{fe0f}\u{20e3} 👍🏽 🇸🇪",
    ),
    ("🏳\u{fe0f}\u{200d}🌈", "🏳\u{fe0f}\u{200d}🌈", "🏳\u{fe0f}\u{200d}🌈"),
    ("a\u{200d}b", "a⟨200D⟩b", "a<U+200D>b"),
    ("👩\u{200d}", "👩⟨200D⟩", "👩<U+200D>"),
    ("👩\u{200d}a", "👩⟨200D⟩a", "👩<U+200D>a"),
    ("❤\u{fe0f}\u{fe0f}", "❤\u{fe0f}⟨FE0F⟩", "❤\u{fe0f}<U+FE0F>"),
    ("a\u{fe0f}", "a⟨FE0F⟩", "a<U+FE0F>"),
    ("1\u{fe0f}", "1⟨FE0F⟩", "1<U+FE0F>"),
    ("\u{1161}", "⟨1161⟩", "<U+1161>"),
];

#[test]
fn unsafe_characters_are_seen_and_ordinary_text_stays_as_it_is() {
    for &(data, unicode, ascii) in CASES {
        assert_eq!(Shown::of(data).to_plain(), unicode, "{data:?}");
        assert_eq!(Shown::ascii(data).to_plain(), ascii, "{data:?}");
        assert_eq!(Shown::of(data).is_clean(), unicode == data, "{data:?}");
    }
}

#[test]
fn a_letter_carries_four_combining_marks_and_the_fifth_is_counted_out() {
    let zalgo = "Z\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}";
    assert_eq!(Shown::of(zalgo).to_plain(), "Z\u{301}\u{302}\u{303}\u{304}⟨0305⟩⟨0306⟩");
}

#[test]
fn a_byte_that_is_no_text_is_shown_by_its_number() {
    assert_eq!(Shown::of_bytes(b"Caf\xe9 \xff\xfeA\n").to_plain(), "Caf⟨E9⟩ ⟨FF⟩⟨FE⟩A␊");
    assert_eq!(Shown::of_bytes_in(b"Caf\xe9", Glyphs::Ascii).to_plain(), "Caf<E9>");
}

#[test]
fn runs_say_what_is_marked_and_what_differs() {
    let shown = Shown::with_marks("Nilsson\u{202e}", &[3..5, 3..5]);
    let runs: Vec<_> = shown.runs().collect();
    assert_eq!(runs, [("Nil", Kind::Plain), ("ss", Kind::Differs), ("on", Kind::Plain), ("⟨202E⟩", Kind::Mark)]);
}

#[test]
fn ranges_off_a_boundary_mark_the_whole_character_and_ranges_off_the_text_mark_nothing() {
    let shown = Shown::with_marks("Märta", &[2..3, 90..95, 4..4]);
    let runs: Vec<_> = shown.runs().collect();
    assert_eq!(runs, [("M", Kind::Plain), ("ä", Kind::Differs), ("rta", Kind::Plain)]);
    #[expect(clippy::reversed_empty_ranges, reason = "a caller may be wrong")]
    let backwards = Shown::with_marks("Märta", &[4..1, 9..0]);
    assert!(backwards.is_clean());
    assert_eq!(Shown::with_marks("Märta", &[0..usize::MAX, 1..2]).runs().count(), 1);
}

#[test]
fn names_are_cut_at_the_end_and_ids_in_the_middle() {
    assert_eq!(Shown::of("Laboratorier").fit_end(8).to_plain(), "Laborat…");
    assert_eq!(Shown::of("7f3c1a9000000000c84f7b3").fit_middle(15).to_plain(), "7f3c1a9…c84f7b3");
    assert_eq!(Shown::of("abc").fit_end(3).to_plain(), "abc");
    assert_eq!(Shown::of("abcd").fit_end(1).to_plain(), "…");
    assert_eq!(Shown::of("abcd").fit_end(0).to_plain(), "");
    assert_eq!(Shown::ascii("Laboratorier").fit_end(8).to_plain(), "Laborat~");
    assert_eq!(Shown::of("東京都港区").fit_end(6).to_plain(), "東京…");
    assert_eq!(Shown::of("ab\u{202e}cd").fit_end(5).to_plain(), "ab…");
    let cut = Shown::with_marks("Nilsson", &[3..7, 4..5]).fit_end(5);
    let runs: Vec<_> = cut.runs().collect();
    assert_eq!(runs, [("Nil", Kind::Plain), ("s", Kind::Differs), ("…", Kind::Plain)]);
}

#[test]
fn padding_counts_cells() {
    assert_eq!(Shown::of("東京").pad_right(6).to_plain(), "東京  ");
    assert_eq!(Shown::of("12").pad_left(4).to_plain(), "  12");
    let padded = Shown::with_marks("ab", &[1..2, 9..9]).pad_left(4);
    let runs: Vec<_> = padded.runs().collect();
    assert_eq!(runs, [("  a", Kind::Plain), ("b", Kind::Differs)]);
}

#[test]
fn a_masked_value_is_drawn_as_a_mark() {
    let masked = Shown::masked("xxxx·7fa2", Glyphs::Unicode);
    let runs: Vec<_> = masked.runs().collect();
    assert_eq!(runs, [("xxxx·7fa2", Kind::Mark)]);
    assert_eq!(masked.fit_end(5).to_plain(), "xxxx…");
}

/// Text in which the trouble is frequent.
fn troubled() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        any::<char>().prop_map(String::from),
        "[a-z ]{0,4}",
        proptest::sample::select(vec![
            "\u{1b}",
            "\n",
            "\u{202e}",
            "\u{200b}",
            "\u{200d}",
            "\u{fe0f}",
            "\u{fe0e}",
            "\u{301}",
            "\u{20e3}",
            "1",
            "#",
            "👩",
            "❤",
            "👍",
            "🏽",
            "🇸",
            "東",
            "ا",
            "ל",
            "한",
            "\u{1100}",
            "\u{1161}",
            "\u{11a8}",
            "क",
            "\u{94d}",
            "\u{e0041}",
            "\u{ad}",
            "é",
            "\u{34f}",
            "\u{d4e}",
        ])
        .prop_map(String::from),
    ];
    proptest::collection::vec(pieces, 0..16).prop_map(|parts| parts.concat())
}

fn assert_safe(shown: &Shown) {
    let text = shown.to_plain();
    let printed: Vec<char> = text.chars().collect();
    for (at, &c) in printed.iter().enumerate() {
        let emoji_joint = matches!(c, JOINER | EMOJI_STYLE) && at > 0;
        assert!(!is_invisible(c) || emoji_joint, "U+{:04X} in {text:?}", c as u32);
        if c == JOINER {
            assert!(printed.get(at + 1).copied().is_some_and(is_pictograph), "{text:?}");
        }
    }
    for (run, _) in shown.runs() {
        for cluster in run.graphemes(true) {
            assert!(cluster_width(cluster) > 0, "a cluster without width in {text:?}");
        }
    }
    assert_eq!(shown.runs().map(|(run, _)| run).collect::<String>(), text);
}

proptest! {
    #![proptest_config(crate::values::steady_cases())]

    #[test]
    fn whatever_the_data_nothing_unsafe_is_printed(text in troubled()) {
        assert_safe(&Shown::of(&text));
        assert_safe(&Shown::ascii(&text));
    }

    #[test]
    fn whatever_the_bytes_nothing_unsafe_is_printed(bytes: Vec<u8>) {
        assert_safe(&Shown::of_bytes(&bytes));
    }

    #[test]
    fn a_cut_never_exceeds_its_cells_and_stays_safe(text in troubled(), cells in 0_usize..24, from in 0_usize..20, len in 0_usize..9) {
        let range = from..from + len;
        let shown = Shown::with_marks(&text, std::slice::from_ref(&range));
        assert_safe(&shown);
        for cut in [shown.fit_end(cells), shown.fit_middle(cells)] {
            assert_safe(&cut);
            prop_assert!(cut.width() <= cells);
            prop_assert_eq!(cut == shown, shown.width() <= cells);
        }
        prop_assert_eq!(shown.clone().pad_right(cells).width(), shown.width().max(cells));
        prop_assert_eq!(shown.clone().pad_left(cells).width(), shown.width().max(cells));
    }

    #[test]
    fn an_invisible_character_always_makes_a_difference(before in troubled(), after in troubled(), c in proptest::sample::select(vec!['\u{200b}', '\u{202e}', '\u{200d}', '\u{fe0f}', '\n', '\u{ad}', '\u{e0020}', '\u{a0}'])) {
        let with = format!("{before}{c}{after}");
        let without = format!("{before}{after}");
        prop_assert_ne!(Shown::of(&with).to_plain(), Shown::of(&without).to_plain());
    }
}
