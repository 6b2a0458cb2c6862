//! How hands and systems spoil what is true: letters lost, names shortened, phones and companies in other spellings. Every
//! function is pure but for the dice it is given.

use super::companies::Company;
use super::dice::Dice;
use super::people::Phone;
use super::vocabulary::{COUNTRIES, NICKNAMES};

/// Accents off and letters of Europe to their nearest ASCII ones, as an old keyboard leaves them.
pub fn ascii(text: &str) -> String {
    const FROM: &str = "áàâäãåąćčçďéèêëęěíìîïıłńňñóòôöõøřśšşťúùûüůýžźżğĄÁÀÂÄÃÅĆČÇĎÉÈÊËĘĚÍÎÏİŁŃŇÑÓÒÔÖÕØŘŚŠŞŤÚÙÛÜŮÝŽŹŻĞ";
    const INTO: &str = "aaaaaaacccdeeeeeeiiiiilnnnoooooorssstuuuuuyzzzgAAAAAAACCCDEEEEEEIIIILNNNOOOOOORSSSTUUUUUYZZZG";
    let mut out = String::new();
    for letter in text.chars() {
        match FROM.chars().position(|from| from == letter).and_then(|at| INTO.chars().nth(at)) {
            Some(plain) => out.push(plain),
            None if letter == 'ß' => out.push_str("ss"),
            None if letter == '’' => out.push('\''),
            None if letter == '–' => out.push('-'),
            None => out.push(letter),
        }
    }
    out
}

/// One slip of a finger in a word of four letters or more: a letter doubled, dropped or two swapped. Never the first.
pub fn typo(dice: &mut Dice, word: &str) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    if letters.len() < 4 {
        return word.to_owned();
    }
    let at = 1 + dice.below(letters.len() - 2);
    match dice.below(3) {
        0 => letters.insert(at, letters[at]),
        1 => drop(letters.remove(at)),
        _ => letters.swap(at, at + 1),
    }
    letters.into_iter().collect()
}

pub fn nickname(given: &str) -> Option<&'static str> {
    NICKNAMES.iter().find(|(full, _)| *full == given).map(|(_, short)| *short)
}

/// How `phone` may be written; the style goes from 0 to 8.
pub fn spell_phone(phone: &Phone, style: usize) -> String {
    let land = &COUNTRIES[phone.country];
    let (calling, trunk, area, local) = (land.calling, land.trunk, phone.area, phone.local.as_str());
    let (head, tail) = local.split_at(3.min(local.len()));
    let (first, second) = tail.split_at(2.min(tail.len()));
    match style {
        0 => format!("+{calling} {area} {head} {first} {second}"),
        1 => format!("+{calling}{area}{local}"),
        2 => format!("{trunk}{area}{local}"),
        3 => format!("{trunk}{area}-{head} {first} {second}"),
        4 => format!("00{calling} {area} {head}{tail}"),
        5 => format!("+{calling} ({trunk}){area} {head}-{tail}"),
        6 => format!("({trunk}{area}) {head} {tail}"),
        7 => format!("{trunk}{area}/{head}{tail}"),
        _ => format!("+{calling}.{area}.{head}.{tail}"),
    }
}

/// The number as a spreadsheet keeps it: digits, its leading zero gone.
pub fn zero_lost(phone: &Phone) -> String {
    format!("{}{}", phone.area.trim_start_matches('0'), phone.local)
}

/// A company's name as people write it; `true` if it is not the registered one.
pub fn spell_company(dice: &mut Dice, company: &Company) -> (String, bool) {
    let text = match dice.below(24) {
        0..=9 => return (company.name.clone(), false),
        10..=14 => company.short.clone(),
        15 => company.short.to_uppercase(),
        16 => ascii(&company.name),
        17 => typo(dice, &company.short),
        18 => other_legal_form(&company.name),
        19 => short_form(&company.short),
        20 => company.short.replace('&', "and"),
        21 => format!("{} ({})", company.short, company.city()),
        22 => company.former.clone().unwrap_or_else(|| company.short.to_lowercase()),
        _ => format!(" {}", company.name),
    };
    let differs = text != company.name;
    (text, differs)
}

fn other_legal_form(name: &str) -> String {
    const PAIRS: &[(&str, &str)] = &[
        (" GmbH & Co. KG", " GmbH & Co KG"),
        (" MVZ GmbH", " MVZ"),
        (" GmbH", " G.m.b.H."),
        (" Ltd", " Limited"),
        (" Limited", " Ltd."),
        (" AB", " Aktiebolag"),
        (" Sp. z o.o.", " sp.z o.o"),
        (" B.V.", " BV"),
        (" S.L.", " SL"),
        (" S.r.l.", " SRL"),
        (" SARL", " S.A.R.L."),
        (" s.r.o.", " sro"),
        (" K.K.", " Co., Ltd."),
        (" SAS", " S.A.S."),
        (" Lda.", " Limitada"),
        (" LLC", " L.L.C."),
    ];
    for (from, into) in PAIRS {
        if let Some(stem) = name.strip_suffix(from) {
            return format!("{stem}{into}");
        }
    }
    name.to_owned()
}

fn short_form(name: &str) -> String {
    const PAIRS: &[(&str, &str)] = &[
        ("Laboratorier", "Lab"),
        ("Laboratorium", "Lab."),
        ("Laboratoire", "Labo"),
        ("Laboratorios", "Lab."),
        ("Diagnostics", "Diag."),
        ("Veterinary", "Vets"),
        ("Diagnostik", "Diagn."),
        ("Clinics", "Clinic"),
        ("Tierklinik", "TK"),
        ("Labs", "Laboratories"),
        ("Przychodnia", "Przych."),
    ];
    for (from, into) in PAIRS {
        if name.contains(from) {
            return name.replace(from, into);
        }
    }
    name.to_owned()
}

/// Given and family name as a hand may have entered them, and what happened to them, if anything.
pub fn spell_name(dice: &mut Dice, given: &str, family: &str) -> (String, String, Option<&'static str>) {
    let (given, family) = (given.to_owned(), family.to_owned());
    match dice.below(40) {
        0..=2 => match nickname(&given) {
            Some(short) => (short.to_owned(), family, Some("nickname")),
            None => (given, family, None),
        },
        3..=5 => {
            let (plain_given, plain_family) = (ascii(&given), ascii(&family));
            let lost = plain_given != given || plain_family != family;
            (plain_given, plain_family, lost.then_some("accents lost"))
        }
        6 => (family, given, Some("given and family name swapped")),
        7 => {
            let slip = typo(dice, &family);
            let slipped = slip != family;
            (given, slip, slipped.then_some("typing error in a name"))
        }
        8 => (given.to_uppercase(), family.to_uppercase(), None),
        9 => {
            (given.chars().next().map(|letter| format!("{letter}.")).unwrap_or_default(), family, Some("initial only"))
        }
        10 => (given.to_lowercase(), family.to_lowercase(), None),
        _ => (given, family, None),
    }
}
