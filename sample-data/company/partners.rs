//! *Partner list*: a CSV that Claire Perrin saved from a German Excel in June. Windows-1252, semicolons, decimal commas,
//! `WAHR` and `FALSCH`, zeros gone, and `?` for every letter that the code page has not.

use super::calendar::{Day, civil, day, day_first};
use super::companies::{Standing, TODAY};
use super::dice::Dice;
use super::keys::salesforce_15;
use super::smudge::{spell_phone, zero_lost};
use super::table::Table;
use super::truth::{Export, Kind};
use super::world::World;

pub fn exports(world: &mut World) -> Vec<Export> {
    let mut dice = Dice::new(world.seed, "partners");
    let mut table = Table::german_excel(&[
        "Partner",
        "Contact",
        "E-mail",
        "Phone",
        "City",
        "Country",
        "Since",
        "Commission %",
        "Volume 2024 €",
        "Active",
        "Salesforce ID",
        "Note",
    ]);
    let chosen: Vec<usize> = (0..world.companies.len())
        .filter(|at| {
            world.companies[*at].standing == Standing::Partner
                || world.companies[*at].standing == Standing::Customer && at % 6 == 1
        })
        .collect();
    for at in chosen {
        let key = format!("Partner list/Partners/@line:{}", table.rows + 2);
        let name = world.spell_company(&mut dice, at, &key);
        let real_id = world.companies[at].real_id.clone();
        world.truth.is(&key, Kind::Company, &real_id);
        let (mut contact, mut email, mut phone) = (String::new(), String::new(), String::new());
        if let Some(who) = world.people.iter().position(|person| person.company == at) {
            let spelling = world.spell(&mut dice, who, &key);
            (contact, email) = (format!("{} {}", spelling.given, spelling.family), spelling.email);
            let lost = dice.chance(400);
            phone = if lost {
                zero_lost(&world.people[who].phone)
            } else {
                spell_phone(&world.people[who].phone, dice.below(9))
            };
            if lost {
                world.truth.trap("zeros lost in a spreadsheet", &key, "Phone");
            }
        }
        let company = &world.companies[at];
        let (whole, part) = (dice.between(5, 19), *dice.pick(&[0, 5]));
        let note = *dice.pick(&[
            "",
            "",
            "„Rahmenvertrag“ läuft aus",
            "zahlt pünktlich – immer",
            "Angebot; siehe Ordner",
            "Preis 1.200,50 € fest",
        ]);
        let linked = world.keys.account[at]
            .as_deref()
            .map(salesforce_15)
            .filter(|_| dice.chance(650))
            .unwrap_or_default()
            .to_owned();
        if !linked.is_empty() {
            world.truth.trap("15-character Salesforce ID", &key, &linked);
        }
        let cells = [
            name,
            contact,
            email,
            phone,
            company.city().to_owned(),
            company.country().name.to_owned(),
            day_first(ambiguous(company.known.min(TODAY - 300)), '/'),
            format!("{whole},{part}"),
            format!("{}.{:03},{:02}", dice.between(1, 88), dice.below(1000), dice.below(100)),
            if dice.chance(800) { "WAHR" } else { "FALSCH" }.to_owned(),
            linked,
            note.to_owned(),
        ];
        if cells.iter().any(|cell| !cell.chars().all(|letter| windows_1252(letter).is_some())) {
            world.truth.trap("letter that the code page has not", &key, "stands as ?");
        }
        table.row(&cells);
    }
    let rows = table.rows;
    let text = String::from_utf8_lossy(&table.into_bytes()).into_owned();
    vec![Export {
        path: "Partner list/Partners.csv".to_owned(),
        bytes: text.chars().map(|letter| windows_1252(letter).unwrap_or(b'?')).collect(),
        rows,
        quarantined: 0,
        encoding: "windows-1252",
        format: "semicolon",
        header_line: 1,
        as_of: day(2025, 6, 30),
        extent: "full",
    }]
}

/// The same month, on a day that could be a month as well: nothing in the column says which comes first.
fn ambiguous(since: Day) -> Day {
    let (year, month, of_month) = civil(since);
    day(year, month, (of_month - 1) % 12 + 1)
}

/// The byte for a letter in Windows-1252, if it has one.
fn windows_1252(letter: char) -> Option<u8> {
    const UPPER: [(char, u8); 14] = [
        ('€', 0x80),
        ('‚', 0x82),
        ('„', 0x84),
        ('…', 0x85),
        ('Š', 0x8a),
        ('Ž', 0x8e),
        ('‘', 0x91),
        ('’', 0x92),
        ('“', 0x93),
        ('”', 0x94),
        ('–', 0x96),
        ('—', 0x97),
        ('š', 0x9a),
        ('ž', 0x9e),
    ];
    match u32::from(letter) {
        code @ (0..=0x7f | 0xa0..=0xff) => u8::try_from(code).ok(),
        _ => UPPER.iter().find(|(known, _)| *known == letter).map(|(_, byte)| *byte),
    }
}
