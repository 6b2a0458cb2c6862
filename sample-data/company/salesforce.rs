//! Salesforce, as Data Loader's *Export All* writes it: accounts, opportunities and users. Contacts and leads are in
//! `salesforce_people`.

use super::calendar::{Day, Moment, day, iso, months_later, office_hour, salesforce_time};
use super::cast;
use super::companies::{PLANS, Standing, TODAY, price};
use super::dice::Dice;
use super::keys::salesforce_15;
use super::smudge::spell_phone;
use super::staff::{STAFF, owner, user_id};
use super::table::Table;
use super::truth::{Export, Kind};
use super::world::World;

/// The day of the full export.
pub const EXPORTED: Day = day(2025, 11, 10);

#[rustfmt::skip]
const ACCOUNT: &[&str] = &["ID", "ISDELETED", "MASTERRECORDID", "NAME", "TYPE", "PARENTID", "BILLINGSTREET", "BILLINGCITY", "BILLINGPOSTALCODE",
    "BILLINGCOUNTRY", "PHONE", "FAX", "WEBSITE", "INDUSTRY", "NUMBEROFEMPLOYEES", "DESCRIPTION", "OWNERID", "CREATEDDATE", "CREATEDBYID",
    "LASTMODIFIEDDATE", "LASTMODIFIEDBYID", "SYSTEMMODSTAMP", "LASTACTIVITYDATE", "JIGSAW", "CUSTOMER_TYPE__C", "SEGMENT__C", "STRIPE_CUSTOMER_ID__C",
    "LEGACY_ID__C", "OLD_BILLING_NO__C", "REGION_OLD__C", "VAT_ID__C"];
#[rustfmt::skip]
const OPPORTUNITY: &[&str] = &["ID", "ISDELETED", "ACCOUNTID", "NAME", "DESCRIPTION", "STAGENAME", "AMOUNT", "CURRENCYISOCODE", "PROBABILITY", "CLOSEDATE",
    "TYPE", "NEXTSTEP", "LEADSOURCE", "ISCLOSED", "ISWON", "CONTACTID", "OWNERID", "CREATEDDATE", "CREATEDBYID", "LASTMODIFIEDDATE",
    "LASTMODIFIEDBYID", "SYSTEMMODSTAMP"];

pub const SOURCES: [&str; 6] = ["Web", "Trade show", "Referral", "Partner", "Cold call", ""];

pub fn exports(world: &mut World) -> Vec<Export> {
    vec![accounts(world), opportunities(world), users(world)]
}

/// An export of Data Loader.
pub fn data_loader(name: &str, table: Table, quarantined: usize) -> Export {
    Export {
        path: format!("Salesforce/{name}"),
        rows: table.rows,
        bytes: table.into_bytes(),
        quarantined,
        encoding: "UTF-8",
        format: "comma",
        header_line: 1,
        as_of: EXPORTED,
        extent: "full",
    }
}

/// One account row before it is written.
struct Row {
    id: String,
    master: Option<String>,
    name: String,
    created: Moment,
    modified: Moment,
}

fn accounts(world: &mut World) -> Export {
    let mut dice = Dice::new(world.seed, "salesforce accounts");
    let mut table = Table::data_loader(ACCOUNT);
    for at in 0..world.companies.len() {
        let Some(id) = world.keys.account[at].clone() else { continue };
        let known = office_hour(world.companies[at].known, dice.roll());
        let name = world.spell_company(&mut dice, at, &format!("Salesforce/Account/{id}"));
        let modified = (known + dice.between(20, 900) * 86_400).min(EXPORTED * 86_400 - 40_000).max(known);
        // Some companies were entered twice and merged; a few of the doubles had swallowed a third before.
        if dice.chance(45) {
            let lost = loser(world, &mut dice, &mut table, at, &id, known);
            if dice.chance(300) {
                loser(world, &mut dice, &mut table, at, &lost, known);
                world.truth.trap(
                    "merge chain in Salesforce",
                    &format!("Salesforce/Account/{lost}"),
                    "A → B → C: the middle record is deleted too",
                );
            }
        }
        // Others were entered twice and never merged.
        if at >= cast::COMPANIES && dice.chance(70) || at == 9 {
            let double = world.keys.salesforce(&mut dice, "001");
            let key = format!("Salesforce/Account/{double}");
            let name = if at == 9 { "Lindqvist Dental".to_owned() } else { world.spell_company(&mut dice, at, &key) };
            world.truth.trap("duplicate inside one system", &key, "account entered twice");
            let created = (known + 7_000_000).min(EXPORTED * 86_400 - 60_000);
            let row = Row { id: double, master: None, name, created, modified: modified.max(created + 3_600) };
            write_account(world, &mut dice, &mut table, at, &row);
        }
        let row = Row { id, master: None, name, created: known, modified };
        write_account(world, &mut dice, &mut table, at, &row);
    }
    for (nth, name) in
        ["Test Account", "TEST – do not use", "QA-7 Larkfield", "Demo Clinic (internal)", "asdf", "Delta Dental, test"]
            .iter()
            .enumerate()
    {
        let id = world.keys.salesforce(&mut dice, "001");
        world.truth.is(&format!("Salesforce/Account/{id}"), Kind::Company, &format!("test-account-{nth}"));
        world.truth.test(&format!("Salesforce/Account/{id}"), "test: account for trying things out");
        let mut cells = vec![String::new(); ACCOUNT.len()];
        cells[0] = id;
        cells[1] = "false".to_owned();
        cells[3] = (*name).to_owned();
        cells[4] = if nth < 4 { "Test".to_owned() } else { String::new() };
        cells[16] = user_id(world.seed, 20);
        for column in [17, 19, 21] {
            cells[column] = salesforce_time(office_hour(day(2023, 1, 9) + nth as Day * 40, 77));
        }
        table.row(&cells);
    }
    data_loader("Account.csv", table, 0)
}

/// Writes a record that was merged into `winner`, and returns its ID.
fn loser(world: &mut World, dice: &mut Dice, table: &mut Table, at: usize, winner: &str, known: Moment) -> String {
    let id = world.keys.salesforce(dice, "001");
    let name = world.spell_company(dice, at, &format!("Salesforce/Account/{id}"));
    let when = EXPORTED * 86_400 - dice.between(1, 14) * 86_400 + 31_000;
    let row = Row {
        id: id.clone(),
        master: Some(winner.to_owned()),
        name,
        created: (known + 900_000).min(when - 86_400),
        modified: when,
    };
    write_account(world, dice, table, at, &row);
    world.truth.merged(
        "Salesforce",
        "Account",
        &id,
        winner,
        &salesforce_time(when),
        "MASTERRECORDID of the losing row",
    );
    world.keys.lost_accounts.insert(at, id.clone());
    id
}

fn write_account(world: &mut World, dice: &mut Dice, table: &mut Table, at: usize, row: &Row) {
    let key = format!("Salesforce/Account/{}", row.id);
    let company = &world.companies[at];
    let real_id = company.real_id.clone();
    let main = row.master.is_none() && world.keys.account[at].as_deref() == Some(row.id.as_str());
    let land = company.country();
    let place = &land.places[company.place];
    let city = if dice.chance(200) && !place.1.is_empty() { place.1 } else { place.0 };
    let country = if dice.chance(250) { *dice.pick(land.also) } else { land.name };
    let phone =
        super::people::Phone { country: company.country, area: place.2, local: format!("555{}", company.switchboard) };
    let (kind, messy) = standing_words(dice, company.standing, at);
    let stale = company.standing == Standing::ChurnedInUse && (at == 0 || dice.chance(500));
    let kind = if stale && main { "Active Client" } else { kind };
    let parent = match company.parent {
        Some(head) if main => world.keys.account[head].clone().unwrap_or_default(),
        _ if main && at % 331 == 200 => "0018d00000ZZZ99".to_owned() + "AAA",
        _ => String::new(),
    };
    let region = if at.is_multiple_of(3) { ["EMEA-1", "EMEA-2", "NORDICS", "DACH", "ROW"][at / 3 % 5] } else { "" };
    let description = if at == 6 { "Card on file is in the name \u{1b}[31mRouge\u{1b}[0m" } else { "" };
    let owner = user_id(world.seed, owner(at));
    let cells = [
        row.id.clone(),
        row.master.is_some().to_string(),
        row.master.clone().unwrap_or_default(),
        row.name.clone(),
        kind.to_owned(),
        parent.clone(),
        company.street.clone(),
        city.to_owned(),
        place.3.to_owned(),
        country.to_owned(),
        if dice.chance(800) { spell_phone(&phone, dice.below(9)) } else { String::new() },
        if dice.chance(20) { spell_phone(&phone, 0) } else { String::new() },
        if dice.chance(700) { format!("https://www.{}", company.domain) } else { String::new() },
        (*dice.pick(&["Healthcare", "Laboratory", "Dental", "Veterinary", "Other", ""])).to_owned(),
        if dice.chance(500) { (company.people as i64 * dice.between(3, 9)).to_string() } else { String::new() },
        description.to_owned(),
        owner.clone(),
        salesforce_time(row.created),
        owner.clone(),
        salesforce_time(row.modified),
        owner,
        salesforce_time(row.modified + 1),
        if dice.chance(700) { iso(row.modified.div_euclid(86_400)) } else { String::new() },
        String::new(),
        messy.to_owned(),
        company.segment().to_owned(),
        // Two of three payers are linked from here; the rest only the other way round.
        world.keys.payer[at].clone().filter(|_| main && at % 3 != 1).unwrap_or_default(),
        company.legacy.clone().filter(|_| main).unwrap_or_default(),
        company.old_billing.clone().filter(|_| main).unwrap_or_default(),
        region.to_owned(),
        if main && dice.chance(600) { company.vat.clone() } else { String::new() },
    ];
    table.row(&cells);
    world.truth.is(&key, Kind::Company, &real_id);
    if stale && main {
        world.truth.trap(
            "status contradicts billing",
            &key,
            "Type says Active Client; every subscription is cancelled",
        );
    }
    if parent.contains("ZZZ99") {
        world.truth.trap("orphan reference", &key, "PARENTID names an account that is in no file");
    }
    if at == 12 && main {
        world.truth.trap("very long company name", &key, "over 200 characters");
    }
    if at == 6 {
        world.truth.trap("hostile text", &key, "ESC sequence in the description");
    }
}

fn standing_words(dice: &mut Dice, standing: Standing, at: usize) -> (&'static str, &'static str) {
    match standing {
        Standing::Customer | Standing::WinBack => (
            "Active Client",
            *dice.pick(&["Customer", "Customer", "customer", "CUSTOMER", "Kunde", "Client ", "Active"]),
        ),
        Standing::Churned | Standing::ChurnedInUse => {
            ("Former Client", *dice.pick(&["Former", "Ex-customer", "churned", "Customer", ""]))
        }
        Standing::Partner => ("Partner", "Partner"),
        Standing::Trial => ("Prospect", "Trial"),
        Standing::Prospect | Standing::Lead if at.is_multiple_of(5) => ("", ""),
        Standing::Prospect | Standing::Lead => ("Prospect", *dice.pick(&["Prospect", "prospect", "Lead", "n/a", ""])),
    }
}

fn opportunities(world: &mut World) -> Export {
    let mut dice = Dice::new(world.seed, "salesforce opportunities");
    let mut table = Table::data_loader(OPPORTUNITY);
    for at in 0..world.companies.len() {
        let Some(account) = world.keys.account[at].clone() else { continue };
        let company = &world.companies[at];
        // Stage, kind, closing day, hundredths.
        let mut deals: Vec<(&str, &str, Day, i64)> = Vec::new();
        for (nth, paid) in company.paid.iter().enumerate() {
            let yearly = price(company, paid) * 12 / paid.every.max(1);
            deals.push(("Closed Won", if nth == 0 { "New Business" } else { "Win-back" }, paid.from - 2, yearly));
            let mut anniversary = months_later(paid.from, 12);
            while anniversary < paid.until.unwrap_or(TODAY) {
                if anniversary > day(2024, 9, 1) {
                    deals.push(("Closed Won", "Renewal", anniversary, yearly));
                }
                anniversary = months_later(anniversary, 12);
            }
            if let Some(until) = paid.until {
                deals.push(("Closed Lost", "Renewal", until, yearly));
            }
        }
        match company.standing {
            Standing::Prospect => {
                let open = dice.chance(600);
                let stage =
                    if open { *dice.pick(&["Qualification", "Proposal", "Negotiation"]) } else { "Closed Lost" };
                deals.push((
                    stage,
                    "New Business",
                    if open { TODAY + dice.between(5, 90) } else { company.known + 200 },
                    298_800,
                ));
            }
            Standing::Trial => deals.push(("Trial", "New Business", TODAY + dice.between(5, 40), 298_800)),
            _ => {}
        }
        let contact =
            (0..world.people.len()).find(|who| world.people[*who].company == at && world.keys.contact[*who].is_some());
        let contact = contact.and_then(|who| world.keys.contact[who].clone()).unwrap_or_default();
        for (stage, kind, close, cents) in deals {
            let id = world.keys.salesforce(&mut dice, "006");
            let company = &world.companies[at];
            let closed = stage.starts_with("Closed");
            let orphan = dice.below(420) == 0;
            if orphan {
                world.truth.trap(
                    "orphan reference",
                    &format!("Salesforce/Opportunity/{id}"),
                    "ACCOUNTID names an account that is in no file",
                );
            }
            let created = office_hour((close - dice.between(20, 70)).min(EXPORTED - 1), dice.roll());
            let changed = salesforce_time(office_hour(close.min(EXPORTED - 1), dice.roll()).max(created));
            let owner = user_id(world.seed, owner(at));
            table.row(&[
                id,
                "false".to_owned(),
                if orphan { format!("0018d00000{}AAA", dice.digits(5)) } else { account.clone() },
                format!("{} – {kind} {}", company.short, iso(close).split('-').next().unwrap_or_default()),
                company.paid.last().map(|paid| format!("Plan {}", PLANS[paid.plan.min(3)])).unwrap_or_default(),
                stage.to_owned(),
                format!("{}.{}", cents / 100, cents % 100 / 10),
                company.country().currency.to_uppercase(),
                if stage == "Closed Won" {
                    "100.0"
                } else if closed {
                    "0.0"
                } else {
                    "40.0"
                }
                .to_owned(),
                iso(close),
                kind.to_owned(),
                if closed { String::new() } else { "Call back".to_owned() },
                (*dice.pick(&SOURCES)).to_owned(),
                closed.to_string(),
                (stage == "Closed Won").to_string(),
                contact.clone(),
                owner.clone(),
                salesforce_time(created),
                owner.clone(),
                changed.clone(),
                owner,
                changed,
            ]);
        }
    }
    data_loader("Opportunity.csv", table, 0)
}

fn users(world: &mut World) -> Export {
    let mut table = Table::data_loader(&[
        "ID",
        "USERNAME",
        "LASTNAME",
        "FIRSTNAME",
        "NAME",
        "EMAIL",
        "TITLE",
        "ISACTIVE",
        "CREATEDDATE",
    ]);
    for (at, colleague) in STAFF.iter().enumerate() {
        let id = user_id(world.seed, at);
        world.truth.is(&format!("Salesforce/User/{id}"), Kind::Person, &format!("staff-{at:02}"));
        world.truth.test(&format!("Salesforce/User/{id}"), "internal: works at Larkfield");
        table.row(&[
            id.clone(),
            format!("crm.{}", colleague.email()),
            colleague.family.to_owned(),
            colleague.given.to_owned(),
            colleague.name(),
            colleague.email(),
            colleague.title.to_owned(),
            colleague.active.to_string(),
            salesforce_time(office_hour(day(2019, 1, 7) + at as Day * 9, salesforce_15(&id).len() as u64)),
        ]);
    }
    data_loader("User.csv", table, 0)
}
