//! The product database, as a dump of PostgreSQL tables: workspaces, users, memberships. What happened in it is in `usage`.

use super::calendar::{Day, day, office_hour, postgres};
use super::cast;
use super::companies::{PLANS, Standing, TODAY};
use super::dice::Dice;
use super::keys::uuid;
use super::people::Part;
use super::staff::STAFF;
use super::table::Table;
use super::truth::{Export, Kind};
use super::world::World;

/// The workspace where Larkfield tries things out.
pub const TEST_ROOM: &str = "00000000-0000-4000-8000-0000000000a7";

pub fn exports(world: &mut World) -> Vec<Export> {
    let mut dice = Dice::new(world.seed, "product");
    let mut users = Table::plain(&[
        "id",
        "email",
        "first_name",
        "last_name",
        "display_name",
        "locale",
        "phone",
        "created_at",
        "last_seen_at",
        "deactivated_at",
        "is_test",
    ]);
    let mut memberships = Table::plain(&["user_id", "workspace_id", "role", "invited_at", "accepted_at"]);
    let rooms = workspaces(world, &mut dice);
    for at in 0..world.people.len() {
        let Some(id) = world.keys.login[at].clone() else { continue };
        let last = user(world, &mut dice, &mut users, at, &id, false);
        joins(world, &mut dice, &mut memberships, at, &id, last);
        // Some signed up again with another address and got a second login.
        if at >= cast::PEOPLE && dice.chance(24) {
            let double = uuid(&mut dice);
            world.truth.trap(
                "duplicate inside one system",
                &format!("Product database/user/{double}"),
                "signed up again",
            );
            let last = user(world, &mut dice, &mut users, at, &double, true);
            joins(world, &mut dice, &mut memberships, at, &double, last);
        }
    }
    tests(world, &mut users, &mut memberships);
    for _ in 0..6 {
        let gone = uuid(&mut dice);
        world.truth.trap(
            "orphan reference",
            &format!("Product database/membership user {gone}"),
            "user_id is in no file",
        );
        let when = postgres(office_hour(day(2023, 8, 1) + dice.between(0, 400), dice.roll()));
        memberships.row(&[gone, world.keys.workspaces[1][0].id.clone(), "user".to_owned(), when.clone(), when]);
    }
    [("workspaces.csv", rooms), ("users.csv", users), ("memberships.csv", memberships)]
        .into_iter()
        .map(|(name, table)| Export {
            path: format!("Product database/{name}"),
            rows: table.rows,
            bytes: table.into_bytes(),
            quarantined: 0,
            encoding: "UTF-8",
            format: "comma",
            header_line: 1,
            as_of: TODAY,
            extent: "full",
        })
        .collect()
}

fn workspaces(world: &mut World, dice: &mut Dice) -> Table {
    let mut table = Table::plain(&[
        "id",
        "number",
        "slug",
        "name",
        "plan",
        "status",
        "region",
        "owner_email",
        "created_at",
        "suspended_at",
    ]);
    for at in 0..world.companies.len() {
        for nth in 0..world.keys.workspaces[at].len() {
            let room = &world.keys.workspaces[at][nth];
            let (id, number, slug) = (room.id.clone(), room.number, room.slug.clone());
            let key = format!("Product database/workspace/{id}");
            let name = if nth == 0 {
                world.spell_company(dice, at, &key)
            } else {
                format!("{} Lab {}", world.companies[at].short, nth + 1)
            };
            let company = &world.companies[at];
            let real_id = company.real_id.clone();
            let owner = world.people.iter().find(|person| person.company == at && person.part == Part::Admin);
            let status = match company.standing {
                Standing::Trial => "trial",
                Standing::Prospect => "expired",
                Standing::Churned => "suspended",
                _ => "active",
            };
            let suspended =
                company.last_use().filter(|_| status == "suspended").map(|last| postgres(office_hour(last + 20, 50)));
            table.row(&[
                id,
                number.to_string(),
                slug,
                name,
                company.paid.last().map_or("trial", |paid| PLANS[paid.plan.min(3)]).to_lowercase(),
                status.to_owned(),
                if company.country > 10 { "eu-west" } else { "eu-central" }.to_owned(),
                owner.map(|person| person.email.clone()).unwrap_or_default(),
                postgres(office_hour(company.trial.unwrap_or(company.known), dice.roll())),
                suspended.unwrap_or_default(),
            ]);
            world.truth.is(&key, Kind::Company, &real_id);
        }
    }
    table.row(&[
        TEST_ROOM,
        "7",
        "qa-7",
        "QA-7",
        "group",
        "active",
        "eu-central",
        "qa@larkfield.example",
        "2021-02-01 09:00:00+00",
        "",
    ]);
    let key = format!("Product database/workspace/{TEST_ROOM}");
    world.truth.is(&key, Kind::Company, "test-workspace");
    world.truth.test(&key, "test: workspace for trying things out");
    table
}

fn user(world: &mut World, dice: &mut Dice, table: &mut Table, at: usize, id: &str, second: bool) -> Day {
    let key = format!("Product database/user/{id}");
    let mut spelling = world.spell(dice, at, &key);
    match at {
        0 => (spelling.given, spelling.email) = ("K.".to_owned(), "reception@bwc.example".to_owned()),
        _ if second => {
            let person = &world.people[at];
            spelling.email = person.email.replacen('@', &format!("+{}@", &id[..3]), 1);
        }
        _ => {}
    }
    let person = world.people[at].clone();
    let company = &world.companies[person.company];
    let begins = person.joined.max(company.trial.unwrap_or(person.joined)).min(TODAY - 2);
    let last = company.last_use().unwrap_or(TODAY - 1).max(begins + 1).min(TODAY);
    // The cast is seen to the end; of the others a quarter stopped earlier.
    let last = if at >= cast::PEOPLE && dice.chance(250) {
        dice.between(begins, last)
    } else {
        (last - dice.between(0, 20)).max(begins)
    };
    let native = person.native.filter(|_| at % 2 == 1);
    let display = match &native {
        Some((given, family)) => format!("{family} {given}"),
        None if dice.chance(80) => spelling.email.split('@').next().unwrap_or_default().to_owned(),
        None => String::new(),
    };
    if native.is_some() {
        world.truth.trap("name in its own script", &key, "display_name");
    }
    table.row(&[
        id.to_owned(),
        spelling.email,
        spelling.given,
        spelling.family,
        display,
        world.company_of(at).country().locale.to_owned(),
        if dice.chance(160) {
            format!("+{}{}{}", world.company_of(at).country().calling, person.phone.area, person.phone.local)
        } else {
            String::new()
        },
        postgres(office_hour(begins, dice.roll())),
        postgres(office_hour(last, dice.roll())),
        if second && dice.chance(500) { postgres(office_hour(last, 30)) } else { String::new() },
        "f".to_owned(),
    ]);
    last
}

fn joins(world: &World, dice: &mut Dice, table: &mut Table, at: usize, id: &str, last: Day) {
    let person = &world.people[at];
    let role = match person.part {
        Part::Buyer => "buyer",
        Part::Admin => "admin",
        Part::User => "user",
    };
    for (nth, room) in world.keys.workspaces[person.company].iter().enumerate() {
        if nth > 0 && !dice.chance(400) {
            continue;
        }
        let opened = world.companies[person.company].trial.unwrap_or(person.joined);
        let invited = person.joined.max(opened).min(last);
        // Invitations go out in a nightly batch.
        let night = postgres(invited * 86_400 + 3_600);
        let accepted = if dice.chance(960) { postgres(office_hour(invited + 1, 80)) } else { String::new() };
        table.row(&[id.to_owned(), room.id.clone(), role.to_owned(), night, accepted]);
    }
}

/// Logins of robots, testers and colleagues. None of them is a customer.
fn tests(world: &mut World, users: &mut Table, memberships: &mut Table) {
    let stamp = |nth: usize| postgres(office_hour(day(2022, 1, 3) + nth as Day * 11, 500));
    let mut all: Vec<(String, String, String, String, String, &'static str)> = Vec::new();
    for nth in 1..=58_usize {
        let (given, family) =
            if nth == 42 { ("Test", "Katarzyna") } else { ("Test", ["Robot", "User", "Load", "QA", "Demo"][nth % 5]) };
        let id = format!("INT-TEST-{nth:04}");
        all.push((
            id,
            given.into(),
            family.into(),
            format!("qa+{nth}@larkfield.example"),
            format!("test-login-{nth:04}"),
            "test: the ID starts with INT-TEST-",
        ));
    }
    for (at, colleague) in STAFF.iter().enumerate().filter(|(_, colleague)| colleague.title != "Integration") {
        let id = format!("0000000{}-0000-4000-8000-00000000{:04}", at % 10, at);
        all.push((
            id,
            colleague.given.into(),
            colleague.family.into(),
            colleague.email(),
            format!("staff-{at:02}"),
            "internal: works at Larkfield",
        ));
    }
    for (nth, (id, given, family, email, real_id, why)) in all.into_iter().enumerate() {
        let key = format!("Product database/user/{id}");
        world.truth.is(&key, Kind::Person, &real_id);
        world.truth.test(&key, why);
        let flag = if id.starts_with("INT-TEST") { "t" } else { "f" };
        users.row(&[id.as_str(), &email, &given, &family, "", "en-GB", "", &stamp(nth), &stamp(nth + 30), "", flag]);
        memberships.row(&[id.as_str(), TEST_ROOM, "user", &stamp(nth), &stamp(nth)]);
    }
}
