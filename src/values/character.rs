//! What one character is to a reader: drawn, invisible, or part of an emoji. The other modules of this folder share these
//! answers, so that a character which is shown by its number is the same one that a fold leaves out.

/// Whether nothing is drawn for `c`, or something is drawn that cannot be told from a plain space, or that moves what
/// stands around it: controls, format and bidi characters, tags, variation selectors, fillers, blanks other than the
/// space and the ideographic space, and code points without a character of their own (private, unassigned).
#[must_use]
pub fn is_invisible(c: char) -> bool {
    match c {
        ' '..='~' | '\u{3000}' => false,
        '\0'..='\u{1F}' | '\u{7F}'..='\u{A0}' => true,
        // Letters, marks and symbols by their category, but blank, or ignored by default (DerivedCoreProperties.txt).
        '\u{34F}'
        | '\u{115F}'
        | '\u{1160}'
        | '\u{17B4}'
        | '\u{17B5}'
        | '\u{180B}'..='\u{180F}'
        | '\u{2800}'
        | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}'
        | '\u{FFA0}'
        | '\u{16FE4}'
        | '\u{1D159}'
        | '\u{E0000}'..='\u{E0FFF}' => true,
        _ => !is_printable(c),
    }
}

/// Whether the standard library would print `c` as it is in a debug string. That leaves out the categories Cc, Cf, Co, Cn,
/// Zl, Zp and Zs, so there is no need for a table of all assigned characters here.
fn is_printable(c: char) -> bool {
    let mut pair = [b'a'; 5];
    let end = 1 + c.encode_utf8(&mut pair[1..]).len();
    // Asked in second place, because a combining mark in first place is always escaped.
    std::str::from_utf8(&pair[..end]).is_ok_and(|text| text.escape_debug().nth(1) == Some(c))
}

/// Whether `c` can be the picture in an emoji sequence (`Extended_Pictographic` of emoji-data.txt, those of them that are emoji).
#[must_use]
pub fn is_pictograph(c: char) -> bool {
    if c < '\u{A9}' {
        return false;
    }
    let after = PICTOGRAPHS.partition_point(|&(first, _)| first <= c);
    after.checked_sub(1).is_some_and(|at| c <= PICTOGRAPHS[at].1)
}

/// First and last of each range, in order.
#[rustfmt::skip]
const PICTOGRAPHS: &[(char, char)] = &[
    ('\u{A9}', '\u{A9}'), ('\u{AE}', '\u{AE}'), ('\u{203C}', '\u{203C}'), ('\u{2049}', '\u{2049}'),
    ('\u{2122}', '\u{2122}'), ('\u{2139}', '\u{2139}'), ('\u{2194}', '\u{2199}'), ('\u{21A9}', '\u{21AA}'),
    ('\u{231A}', '\u{231B}'), ('\u{2328}', '\u{2328}'), ('\u{23CF}', '\u{23CF}'), ('\u{23E9}', '\u{23F3}'),
    ('\u{23F8}', '\u{23FA}'), ('\u{24C2}', '\u{24C2}'), ('\u{25AA}', '\u{25AB}'), ('\u{25B6}', '\u{25B6}'),
    ('\u{25C0}', '\u{25C0}'), ('\u{25FB}', '\u{25FE}'), ('\u{2600}', '\u{2604}'), ('\u{260E}', '\u{260E}'),
    ('\u{2611}', '\u{2611}'), ('\u{2614}', '\u{2615}'), ('\u{2618}', '\u{2618}'), ('\u{261D}', '\u{261D}'),
    ('\u{2620}', '\u{2620}'), ('\u{2622}', '\u{2623}'), ('\u{2626}', '\u{2626}'), ('\u{262A}', '\u{262A}'),
    ('\u{262E}', '\u{262F}'), ('\u{2638}', '\u{263A}'), ('\u{2640}', '\u{2640}'), ('\u{2642}', '\u{2642}'),
    ('\u{2648}', '\u{2653}'), ('\u{265F}', '\u{2660}'), ('\u{2663}', '\u{2663}'), ('\u{2665}', '\u{2666}'),
    ('\u{2668}', '\u{2668}'), ('\u{267B}', '\u{267B}'), ('\u{267E}', '\u{267F}'), ('\u{2692}', '\u{2697}'),
    ('\u{2699}', '\u{2699}'), ('\u{269B}', '\u{269C}'), ('\u{26A0}', '\u{26A1}'), ('\u{26A7}', '\u{26A7}'),
    ('\u{26AA}', '\u{26AB}'), ('\u{26B0}', '\u{26B1}'), ('\u{26BD}', '\u{26BE}'), ('\u{26C4}', '\u{26C5}'),
    ('\u{26C8}', '\u{26C8}'), ('\u{26CE}', '\u{26CF}'), ('\u{26D1}', '\u{26D1}'), ('\u{26D3}', '\u{26D4}'),
    ('\u{26E9}', '\u{26EA}'), ('\u{26F0}', '\u{26F5}'), ('\u{26F7}', '\u{26FA}'), ('\u{26FD}', '\u{26FD}'),
    ('\u{2702}', '\u{2702}'), ('\u{2705}', '\u{2705}'), ('\u{2708}', '\u{270D}'), ('\u{270F}', '\u{270F}'),
    ('\u{2712}', '\u{2712}'), ('\u{2714}', '\u{2714}'), ('\u{2716}', '\u{2716}'), ('\u{271D}', '\u{271D}'),
    ('\u{2721}', '\u{2721}'), ('\u{2728}', '\u{2728}'), ('\u{2733}', '\u{2734}'), ('\u{2744}', '\u{2744}'),
    ('\u{2747}', '\u{2747}'), ('\u{274C}', '\u{274C}'), ('\u{274E}', '\u{274E}'), ('\u{2753}', '\u{2755}'),
    ('\u{2757}', '\u{2757}'), ('\u{2763}', '\u{2764}'), ('\u{2795}', '\u{2797}'), ('\u{27A1}', '\u{27A1}'),
    ('\u{27B0}', '\u{27B0}'), ('\u{27BF}', '\u{27BF}'), ('\u{2934}', '\u{2935}'), ('\u{2B05}', '\u{2B07}'),
    ('\u{2B1B}', '\u{2B1C}'), ('\u{2B50}', '\u{2B50}'), ('\u{2B55}', '\u{2B55}'), ('\u{3030}', '\u{3030}'),
    ('\u{303D}', '\u{303D}'), ('\u{3297}', '\u{3297}'), ('\u{3299}', '\u{3299}'), ('\u{1F004}', '\u{1F004}'),
    ('\u{1F0CF}', '\u{1F0CF}'), ('\u{1F170}', '\u{1F171}'), ('\u{1F17E}', '\u{1F17F}'), ('\u{1F18E}', '\u{1F18E}'),
    ('\u{1F191}', '\u{1F19A}'), ('\u{1F201}', '\u{1F202}'), ('\u{1F21A}', '\u{1F21A}'), ('\u{1F22F}', '\u{1F22F}'),
    ('\u{1F232}', '\u{1F23A}'), ('\u{1F250}', '\u{1F251}'), ('\u{1F300}', '\u{1F321}'), ('\u{1F324}', '\u{1F393}'),
    ('\u{1F396}', '\u{1F397}'), ('\u{1F399}', '\u{1F39B}'), ('\u{1F39E}', '\u{1F3F0}'), ('\u{1F3F3}', '\u{1F3F5}'),
    ('\u{1F3F7}', '\u{1F3FA}'), ('\u{1F400}', '\u{1F4FD}'), ('\u{1F4FF}', '\u{1F53D}'), ('\u{1F549}', '\u{1F54E}'),
    ('\u{1F550}', '\u{1F567}'), ('\u{1F56F}', '\u{1F570}'), ('\u{1F573}', '\u{1F57A}'), ('\u{1F587}', '\u{1F587}'),
    ('\u{1F58A}', '\u{1F58D}'), ('\u{1F590}', '\u{1F590}'), ('\u{1F595}', '\u{1F596}'), ('\u{1F5A4}', '\u{1F5A5}'),
    ('\u{1F5A8}', '\u{1F5A8}'), ('\u{1F5B1}', '\u{1F5B2}'), ('\u{1F5BC}', '\u{1F5BC}'), ('\u{1F5C2}', '\u{1F5C4}'),
    ('\u{1F5D1}', '\u{1F5D3}'), ('\u{1F5DC}', '\u{1F5DE}'), ('\u{1F5E1}', '\u{1F5E1}'), ('\u{1F5E3}', '\u{1F5E3}'),
    ('\u{1F5E8}', '\u{1F5E8}'), ('\u{1F5EF}', '\u{1F5EF}'), ('\u{1F5F3}', '\u{1F5F3}'), ('\u{1F5FA}', '\u{1F64F}'),
    ('\u{1F680}', '\u{1F6C5}'), ('\u{1F6CB}', '\u{1F6D2}'), ('\u{1F6D5}', '\u{1F6E5}'), ('\u{1F6E9}', '\u{1F6E9}'),
    ('\u{1F6EB}', '\u{1F6F0}'), ('\u{1F6F3}', '\u{1F6FF}'), ('\u{1F7E0}', '\u{1F7F0}'), ('\u{1F90C}', '\u{1F93A}'),
    ('\u{1F93C}', '\u{1F945}'), ('\u{1F947}', '\u{1F9FF}'), ('\u{1FA70}', '\u{1FAFF}'),
];

/// Whether `c` gives an emoji its skin tone.
#[must_use]
pub fn is_skin_tone(c: char) -> bool {
    matches!(c, '\u{1F3FB}'..='\u{1F3FF}')
}

/// Whether `c` is an apostrophe or a quotation mark, in any of the shapes that spreadsheets and word processors give it.
#[must_use]
pub fn is_quote(c: char) -> bool {
    matches!(
        c,
        '\'' | '"'
            | '`'
            | '´'
            | '‘'
            | '’'
            | '‚'
            | '‛'
            | '“'
            | '”'
            | '„'
            | '‟'
            | '«'
            | '»'
            | '‹'
            | '›'
            | 'ʼ'
            | '＇'
            | '＂'
    )
}

/// Whether `c` is a dash or a hyphen, minus sign included.
#[must_use]
pub fn is_dash(c: char) -> bool {
    matches!(
        c,
        '-' | '\u{AD}' | '\u{58A}' | '\u{5BE}' | '\u{2010}'
            ..='\u{2015}'
                | '\u{2043}'
                | '\u{2212}'
                | '\u{2E3A}'
                | '\u{2E3B}'
                | '\u{301C}'
                | '\u{FE58}'
                | '\u{FE63}'
                | '\u{FF0D}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_segmentation::UnicodeSegmentation;

    #[test]
    fn invisible_characters_are_known_and_letters_of_every_script_are_not_among_them() {
        for c in "\0\u{1b}\u{7f}\u{85}\u{a0}\u{ad}\u{200b}\u{200d}\u{200e}\u{202e}\u{2066}\u{2028}\u{feff}\u{e0041}\u{fe0f}\u{e000}\u{fdd0}\u{10ffff}\u{378}\u{3164}\u{2800}\u{61c}\u{180e}\u{fff9}".chars() {
            assert!(is_invisible(c), "U+{:04X}", c as u32);
        }
        for c in " aé\u{301}ж東京アㅏ한عبעबที😀👩…·⟨\u{fffd}\u{3000}€½".chars() {
            assert!(!is_invisible(c), "U+{:04X}", c as u32);
        }
    }

    #[test]
    fn every_pictograph_is_one_to_the_rules_of_grapheme_clusters() {
        for c in '\u{80}'..='\u{1FFFF}' {
            if is_pictograph(c) {
                let joined = format!("😀\u{200D}{c}");
                assert_eq!(joined.graphemes(true).count(), 1, "U+{:04X}", c as u32);
            }
        }
        assert!(PICTOGRAPHS.is_sorted());
    }
}
