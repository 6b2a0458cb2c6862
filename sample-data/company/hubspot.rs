//! HubSpot, as its interface exports it: labels for headers, lists with `;`, merged IDs in two columns of which neither
//! alone is complete. Records that were merged away are in no file.

use super::calendar::{Day, day, minutes, office_hour};
use super::cast;
use super::companies::{Standing, TODAY};
use super::dice::Dice;
use super::smudge::spell_phone;
use super::staff::{STAFF, owner};
use super::table::Table;
use super::truth::{Export, Kind};
use super::world::World;

/// The day of the export.
const EXPORTED: Day = day(2025, 11, 12);
/// From this day on a merge makes a new record with a new ID.
const NEW_MERGES: Day = day(2025, 1, 14);

const MERGED_OBJECTS: &str = "Merged object IDs";
const MERGED_VIDS: &str = "Merged vids with timestamps of a contact";

#[rustfmt::skip]
const CONTACT: &[&str] = &["Record ID", "First Name", "Last Name", "Email", "Phone Number", "Mobile Phone Number", "Job Title", "Company Name", "City",
    "Country/Region", "Preferred language", "Lifecycle Stage", "Lead Status", "Contact owner", "Marketing contact status",
    "Unsubscribed from all email", "Original Traffic Source", "Create Date", "Last Modified Date", "Last Activity Date", "Associated Company",
    "Associated Company IDs", "Salesforce Contact ID", MERGED_OBJECTS, MERGED_VIDS];
#[rustfmt::skip]
const COMPANY: &[&str] = &["Record ID", "Company name", "Company Domain Name", "Phone Number", "City", "Country/Region", "Industry", "Lifecycle Stage",
    "Company owner", "Create Date", "Last Modified Date", "Salesforce Account ID", "Parent Company", MERGED_OBJECTS];

pub fn exports(world: &mut World) -> Vec<Export> {
    vec![contacts(world), companies(world)]
}

fn export(name: &str, table: Table) -> Export {
    Export {
        path: format!("HubSpot/hubspot-crm-exports-all-{name}-2025-11-12.csv"),
        rows: table.rows,
        bytes: table.into_bytes(),
        quarantined: 0,
        encoding: "UTF-8",
        format: "comma",
        header_line: 1,
        as_of: EXPORTED,
        extent: "full",
    }
}

/// The two merge columns of one survivor.
#[derive(Default)]
struct Merges {
    objects: String,
    vids: String,
}

fn contacts(world: &mut World) -> Export {
    let mut dice = Dice::new(world.seed, "hubspot contacts");
    let mut table = Table::hubspot(CONTACT);
    for at in 0..world.people.len() {
        let Some(id) = world.keys.hub_contact[at].clone() else { continue };
        let (id, merges) = merges(world, &mut dice, at, id);
        world.keys.hub_contact[at] = Some(id.clone());
        let cells = contact(world, &mut dice, at, &id, &merges, true);
        table.row(&cells);
        if at >= cast::PEOPLE && dice.chance(38) {
            let double = dice.between(53_000_000, 59_999_999).to_string();
            world.truth.trap(
                "duplicate inside one system",
                &format!("HubSpot/Contact/{double}"),
                "filled in a form again",
            );
            let cells = contact(world, &mut dice, at, &double, &Merges::default(), false);
            table.row(&cells);
        }
    }
    inboxes(world, &mut dice, &mut table);
    tests(world, &mut table);
    export("contacts", table)
}

/// What was merged into the record, and its ID after that. Old merges keep the winner's ID and stand in the column of vids;
/// new ones make a new ID and stand in the column of objects; some records saw both.
fn merges(world: &mut World, dice: &mut Dice, at: usize, id: String) -> (String, Merges) {
    let key = |id: &str| format!("HubSpot/Contact/{id}");
    let mut merges = Merges::default();
    if at == 0 {
        let when = office_hour(day(2022, 11, 2), 5_000);
        merges.vids = format!("31904412:{when}000");
        world.truth.merged("HubSpot", "Contact", "31904412", &id, &minutes(when), MERGED_VIDS);
        return (id, merges);
    }
    if at < cast::PEOPLE || !dice.chance(75) {
        return (id, merges);
    }
    let old = dice.chance(600);
    let new = !old || dice.chance(300);
    if old {
        let count = 1 + usize::from(dice.chance(250));
        let mut vids = Vec::new();
        for _ in 0..count {
            let gone = dice.between(20_000_000, 29_999_999).to_string();
            let when = office_hour(dice.between(day(2020, 1, 10), NEW_MERGES - 20), dice.roll());
            vids.push(format!("{gone}:{when}{:03}", dice.below(1000)));
            world.truth.merged("HubSpot", "Contact", &gone, &id, &minutes(when), MERGED_VIDS);
        }
        merges.vids = vids.join(";");
        world.truth.trap("HubSpot merge, winner keeps its ID", &key(&id), MERGED_VIDS);
    }
    if !new {
        return (id, merges);
    }
    let fresh = dice.between(98_000_000_000, 99_999_999_999).to_string();
    let other = dice.between(60_000_000, 69_999_999).to_string();
    let when = minutes(office_hour(dice.between(NEW_MERGES, EXPORTED - 5), dice.roll()));
    for gone in [&id, &other] {
        world.truth.merged("HubSpot", "Contact", gone, &fresh, &when, MERGED_OBJECTS);
    }
    merges.objects = format!("{id};{other}");
    world.truth.trap("HubSpot merge, new ID", &key(&fresh), MERGED_OBJECTS);
    if old {
        world.truth.trap(
            "merge chain in HubSpot",
            &key(&fresh),
            "A → B by vids, B → C by objects; A and B are in no file",
        );
    }
    (fresh, merges)
}

fn stage(standing: Standing) -> &'static str {
    match standing {
        Standing::Lead => "Lead",
        Standing::Prospect => "Marketing Qualified Lead",
        Standing::Trial => "Opportunity",
        Standing::Partner => "Evangelist",
        // Nobody ever set it back when a customer left.
        _ => "Customer",
    }
}

fn contact(world: &mut World, dice: &mut Dice, at: usize, id: &str, merges: &Merges, main: bool) -> Vec<String> {
    let key = format!("HubSpot/Contact/{id}");
    let spelling = world.spell(dice, at, &key);
    let person = world.people[at].clone();
    let (mut given, mut family) = (spelling.given, spelling.family);
    match at {
        0 => (given, family) = ("Kasia".to_owned(), "Wojcik".to_owned()),
        3 => given = "Rob".to_owned(),
        15 => given = "Chidi".to_owned(),
        _ => {}
    }
    if let Some((own_given, own_family)) = person.native.clone().filter(|_| main && (at == 7 || at % 3 == 1)) {
        (given, family) = (own_given, own_family);
        world.truth.trap("name in its own script", &key, "");
    }
    if main && at % 800 == 650 {
        given = format!("{given}\u{1b}]0;owned\u{7}");
        world.truth.trap("hostile text", &key, "escape sequence that sets a terminal's title");
    }
    let company_name = if dice.chance(750) { world.spell_company(dice, person.company, &key) } else { String::new() };
    let company = &world.companies[person.company];
    let land = company.country();
    let mut ids: Vec<String> = world.keys.hub_company[person.company].iter().cloned().collect();
    if let Some(second) = company.parent.and_then(|head| world.keys.hub_company[head].clone()) {
        ids.push(second);
    }
    let created = office_hour(person.joined + dice.between(-20, 60).max(company.known - person.joined), dice.roll())
        .min(EXPORTED * 86_400 - 90_000);
    let changed = (created + dice.between(3, 900) * 86_400).min(EXPORTED * 86_400 - 3_000);
    // The sync wrote the contact's Salesforce ID; where that was merged away since, the loser's ID stayed here.
    let salesforce = match world.keys.lost_contacts.get(&at) {
        Some(lost) if main => {
            world.truth.trap(
                "chain across systems",
                &key,
                "Salesforce Contact ID names a contact that was merged away",
            );
            lost.clone()
        }
        _ => world.keys.contact[at].clone().filter(|_| main && dice.chance(280)).unwrap_or_default(),
    };
    let place = &land.places[company.place];
    let seller = &STAFF[owner(person.company)];
    let owner_label = if seller.family == "Lee" { seller.short() } else { seller.name() };
    vec![
        id.to_owned(),
        given,
        family,
        spelling.email,
        if dice.chance(420) || at < cast::PEOPLE {
            spell_phone(&person.phone, if at < cast::PEOPLE { 0 } else { dice.below(9) })
        } else {
            String::new()
        },
        String::new(),
        if dice.chance(500) { person.title.to_owned() } else { String::new() },
        company_name,
        if dice.chance(550) { if place.1.is_empty() { place.0 } else { *dice.pick(&[place.0, place.1]) } } else { "" }
            .to_owned(),
        if dice.chance(700) { land.name } else { "" }.to_owned(),
        if dice.chance(500) { land.locale } else { "" }.to_owned(),
        stage(company.standing).to_owned(),
        (*dice.pick(&["", "", "New", "Open", "In progress", "Unqualified"])).to_owned(),
        owner_label,
        if person.opted_out { "Non-marketing contact" } else { "Marketing contact" }.to_owned(),
        if person.opted_out && at % 3 != 2 {
            "Yes"
        } else if dice.chance(300) {
            "No"
        } else {
            ""
        }
        .to_owned(),
        (*dice.pick(&["Organic Search", "Direct Traffic", "Offline Sources", "Email Marketing", "Paid Search"]))
            .to_owned(),
        minutes(created),
        minutes(changed),
        if dice.chance(600) { minutes(changed) } else { String::new() },
        if ids.is_empty() { String::new() } else { company.short.clone() },
        ids.join(";"),
        salesforce,
        merges.objects.clone(),
        merges.vids.clone(),
    ]
}

/// Records of nobody: the inbox itself.
fn inboxes(world: &mut World, dice: &mut Dice, table: &mut Table) {
    for at in 0..world.companies.len() {
        let Some(inbox) = world.companies[at].inbox.clone().filter(|_| at.is_multiple_of(2)) else { continue };
        if !world.claim("HubSpot", &inbox) {
            continue;
        }
        let id = dice.between(70_000_000, 79_999_999).to_string();
        let key = format!("HubSpot/Contact/{id}");
        world.truth.is(&key, Kind::Person, &format!("inbox-{at:04}"));
        world.truth.trap("record of an inbox, not a person", &key, &inbox);
        let mut cells = vec![String::new(); CONTACT.len()];
        (cells[0], cells[2], cells[3]) = (id, "Reception".to_owned(), inbox);
        cells[7].clone_from(&world.companies[at].short);
        cells[11] = "Subscriber".to_owned();
        (cells[17], cells[18]) = (minutes(office_hour(day(2022, 6, 1), 300)), minutes(office_hour(TODAY - 90, 300)));
        table.row(&cells);
    }
}

fn tests(world: &mut World, table: &mut Table) {
    const FAKE: [(&str, &str, &str, &str); 7] = [
        ("49900017", "Test", "Katarzyna", "qa+7@larkfield.example"),
        ("49900018", "Mickey", "Mouse", "mickey@test.example"),
        ("49900019", "test", "test", "test@test.example"),
        ("49900020", "QA", "QA", "qa@larkfield.example"),
        ("49900021", "Spam", "Bot", "win.big@example.com"),
        ("49900022", "Maria", "Johnson (Sample Contact)", "sample1@example.com"),
        ("49900023", "Ben", "Sample (Sample Contact)", "sample2@example.com"),
    ];
    let mut all: Vec<(String, String, String, String, String, &'static str)> = Vec::new();
    for (nth, (id, given, family, email)) in FAKE.into_iter().enumerate() {
        all.push((
            id.into(),
            given.into(),
            family.into(),
            email.into(),
            format!("test-form-{nth}"),
            "test: invented name or address",
        ));
    }
    for (at, colleague) in STAFF.iter().enumerate().take(14) {
        let id = (49_900_100 + at).to_string();
        all.push((
            id,
            colleague.given.into(),
            colleague.family.into(),
            colleague.email(),
            format!("staff-{at:02}"),
            "internal: works at Larkfield",
        ));
    }
    for (id, given, family, email, real_id, why) in all {
        let key = format!("HubSpot/Contact/{id}");
        world.truth.is(&key, Kind::Person, &real_id);
        world.truth.test(&key, why);
        let mut cells = vec![String::new(); CONTACT.len()];
        (cells[0], cells[1], cells[2], cells[3]) = (id, given, family, email);
        (cells[17], cells[18]) =
            (minutes(office_hour(day(2023, 6, 1), 900)), minutes(office_hour(day(2024, 6, 1), 900)));
        table.row(&cells);
    }
}

fn companies(world: &mut World) -> Export {
    let mut dice = Dice::new(world.seed, "hubspot companies");
    let mut table = Table::hubspot(COMPANY);
    for at in 0..world.companies.len() {
        let Some(id) = world.keys.hub_company[at].clone() else { continue };
        let key = format!("HubSpot/Company/{id}");
        let mut name = world.spell_company(&mut dice, at, &key);
        if let Some(native) = world.companies[at].native.clone() {
            name = native;
            world.truth.trap("name in its own script", &key, "");
        }
        let mut merged = String::new();
        if dice.chance(30) {
            merged = dice.digits(10);
            world.truth.merged("HubSpot", "Company", &merged, &id, "", MERGED_OBJECTS);
        }
        let company = &world.companies[at];
        let place = &company.country().places[company.place];
        let phone = super::people::Phone {
            country: company.country,
            area: place.2,
            local: format!("555{}", company.switchboard),
        };
        let real_id = company.real_id.clone();
        let seller = &STAFF[owner(at)];
        table.row(&[
            id,
            name,
            if dice.chance(880) { company.domain.clone() } else { String::new() },
            if dice.chance(350) { spell_phone(&phone, dice.below(9)) } else { String::new() },
            place.0.to_owned(),
            company.country().name.to_owned(),
            (*dice.pick(&["Hospital & Health Care", "Medical Practice", "Veterinary", ""])).to_owned(),
            stage(company.standing).to_owned(),
            if seller.family == "Lee" { seller.short() } else { seller.name() },
            minutes(office_hour(company.known, dice.roll())),
            minutes(office_hour(dice.between(company.known, EXPORTED - 1), dice.roll())),
            world.keys.account[at].clone().filter(|_| dice.chance(350)).unwrap_or_default(),
            company.parent.and_then(|head| world.keys.hub_company[head].clone()).unwrap_or_default(),
            merged,
        ]);
        world.truth.is(&key, Kind::Company, &real_id);
    }
    export("companies", table)
}
