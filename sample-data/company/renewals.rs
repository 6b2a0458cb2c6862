//! *Renewals 2025*: the workbook in which Jonas Weber of sales operations follows who renews. Two title rows, a hidden sheet,
//! dates as text in the order of the day (but for three rows pasted from America), numbers that a spreadsheet has ruined.

use super::calendar::{Day, civil, day, day_first, excel_serial, month_first, months_later};
use super::cast;
use super::companies::{Company, TODAY, price};
use super::dice::Dice;
use super::people::Part;
use super::smudge::{ascii, spell_phone, zero_lost};
use super::staff::{STAFF, owner};
use super::truth::{Export, Kind};
use super::workbook::{Cell, Sheet, workbook};
use super::world::World;

/// The first row below the header.
const FIRST_ROW: usize = 4;
/// Rows of the hidden sheet.
const OLD_ROWS: usize = 40;
/// Where Katarzyna Wójcik stands.
const KASIA_ROW: usize = 88;
/// Without a stored value: row, formula column is *Amount*.
const UNSTORED: [usize; 5] = [120, 171, 233, 298, 344];

pub fn exports(world: &mut World) -> Vec<Export> {
    let mut dice = Dice::new(world.seed, "renewals");
    let mut companies: Vec<usize> = (0..world.companies.len())
        .filter(|at| !world.companies[*at].paid.is_empty() && (*at < cast::COMPANIES || !at.is_multiple_of(5)))
        .collect();
    // In the order of the alphabet, as people sort a sheet; the one that is spoken of at its row.
    companies.sort_by_key(|at| ascii(&world.companies[*at].short).to_lowercase());
    companies.retain(|at| *at != 0);
    companies.insert((KASIA_ROW - FIRST_ROW).min(companies.len()), 0);
    let mut rows: Vec<Vec<Cell>> = vec![
        vec![Cell::Text("Renewals 2025".to_owned())],
        vec![Cell::Text("as of 03/11/2025, J. Weber. Do not sort!".to_owned())],
    ];
    rows.push(
        [
            "Account name",
            "Contact",
            "E-mail",
            "Signed on",
            "Renews on",
            "Amount",
            "Currency",
            "Phone",
            "Owner",
            "Notes",
            "Old ID",
        ]
        .map(|name| Cell::Text(name.to_owned()))
        .into(),
    );
    let mut ruined = 0;
    for (nth, at) in companies.iter().enumerate() {
        let row = FIRST_ROW + nth;
        rows.push(renewal(world, &mut dice, *at, row, &mut ruined));
    }
    let count = companies.len();
    let head = ["Old ID", "Account name", "Amount"].map(|name| Cell::Text(name.to_owned())).into();
    let old = (0..OLD_ROWS).map(|nth| {
        vec![
            Cell::Text(format!("LF-{:05}", 100 + nth * 7)),
            Cell::Text(world.companies[nth].short.clone()),
            Cell::Number("0".to_owned()),
        ]
    });
    let old = Sheet { name: "old", hidden: true, rows: std::iter::once(head).chain(old).collect() };
    vec![Export {
        path: "Renewals 2025/Renewals 2025.xlsx".to_owned(),
        bytes: workbook(&[Sheet { name: "Renewals", hidden: false, rows }, old]),
        rows: count + OLD_ROWS,
        quarantined: UNSTORED.iter().filter(|row| **row < FIRST_ROW + count).count(),
        encoding: "UTF-8",
        format: "XLSX",
        header_line: 3,
        as_of: day(2025, 11, 3),
        extent: "full",
    }]
}

fn renewal(world: &mut World, dice: &mut Dice, at: usize, row: usize, ruined: &mut usize) -> Vec<Cell> {
    let key = format!("Renewals 2025/Renewals/@line:{row}");
    let unstored = UNSTORED.contains(&row);
    let name = world.spell_company(dice, at, &key);
    let buyer = world.people.iter().position(|person| person.company == at && person.part == Part::Buyer);
    let company = &world.companies[at];
    let (company_id, paid) = (company.real_id.clone(), company.paid.last().copied());
    let (signed, every) = paid.map_or((TODAY, 12), |paid| (paid.from - 5, paid.every));
    let cents = paid.map_or(0, |paid| price(company, &paid) * 12 / every.max(1));
    let currency = company.country().currency.to_uppercase();
    let renews = next_anniversary(signed);
    let legacy = old_id(company, at, ruined);
    let (contact, email, phone) = match buyer {
        None => (String::new(), String::new(), Cell::Empty),
        Some(who) => {
            let person = world.people[who].clone();
            let spelling = world.spell(dice, who, &key);
            let phone = match dice.below(10) {
                0..=2 => Cell::Number(zero_lost(&person.phone)),
                3..=6 => Cell::Text(spell_phone(&person.phone, dice.below(9))),
                _ => Cell::Empty,
            };
            if matches!(phone, Cell::Number(_)) {
                world.truth.trap("zeros lost in a spreadsheet", &key, "Phone is a number");
            }
            let name = if at == 0 {
                "WÓJCIK KATARZYNA 7.3.1984".to_owned()
            } else {
                format!("{} {}", spelling.given, spelling.family)
            };
            (name, spelling.email, phone)
        }
    };
    let pasted = [3, 5, 4].contains(&at);
    let signed_text = match at {
        3 => month_first(day(2025, 9, 23)),
        5 => month_first(day(2025, 9, 24)),
        4 => month_first(day(2025, 10, 15)),
        _ if dice.chance(20) => loose(signed),
        _ => day_first(signed, '/'),
    };
    if pasted {
        world.truth.trap("month first among day first", &key, &signed_text);
    }
    match &legacy {
        Cell::Text(text) if text.contains("E+") => world.truth.trap("ID destroyed by a spreadsheet", &key, text),
        Cell::Number(digits) => world.truth.trap("zeros lost in a spreadsheet", &key, &format!("Old ID {digits}")),
        _ => {}
    }
    let amount = match row {
        _ if unstored => Cell::Unstored(format!("VLOOKUP(A{row},old!A:C,3,FALSE)")),
        _ if row % 37 == 11 => Cell::Formula(format!("{}*12", cents / 1200), (cents / 1200 * 12).to_string()),
        _ => Cell::Number((cents / 100).to_string()),
    };
    if unstored {
        world.truth.trap("quarantined row", &key, "formula without a stored value");
        world.truth.no_record(&key);
    } else {
        world.truth.is(&key, Kind::Company, &company_id);
    }
    let seller = &STAFF[owner(at)];
    let note = match row % 9 {
        1 => "waiting for signature",
        4 => "price fixed until 2026",
        _ if row % 97 == 50 => "=cmd|' /C calc'!A0",
        _ => "",
    };
    if note.starts_with('=') {
        world.truth.trap("formula injection", &key, "Notes, as text");
    }
    vec![
        Cell::Text(name),
        text_or_empty(contact),
        if dice.chance(880) { text_or_empty(email) } else { Cell::Empty },
        if dice.chance(940) || pasted { Cell::Text(signed_text) } else { Cell::Empty },
        Cell::Date(excel_serial(renews)),
        amount,
        Cell::Text(currency),
        phone,
        Cell::Text(seller.short()),
        text_or_empty(note.to_owned()),
        legacy,
    ]
}

fn text_or_empty(text: String) -> Cell {
    if text.is_empty() { Cell::Empty } else { Cell::Text(text) }
}

fn next_anniversary(signed: Day) -> Day {
    let mut renews = months_later(signed, 12);
    while renews < TODAY {
        renews = months_later(renews, 12);
    }
    renews
}

/// `7/3/2024`
fn loose(signed: Day) -> String {
    let (year, month, of_month) = civil(signed);
    format!("{of_month}/{month}/{year}")
}

/// What the column *Old ID* holds: numbers of two older tools, some of them ruined.
fn old_id(company: &Company, at: usize, ruined: &mut usize) -> Cell {
    match (&company.old_billing, &company.legacy) {
        (Some(_), _) if at.is_multiple_of(2) && *ruined < 12 => {
            *ruined += 1;
            Cell::Text("2.52E+18".to_owned())
        }
        (Some(digits), _) if at % 4 == 1 => Cell::Text(digits.clone()),
        (_, Some(legacy)) if at.is_multiple_of(3) || at < cast::COMPANIES => Cell::Text(legacy.clone()),
        (_, Some(legacy)) if at % 3 == 1 => {
            Cell::Number(legacy.trim_start_matches("LF-").trim_start_matches('0').to_owned())
        }
        _ => Cell::Empty,
    }
}
