//! Zendesk's users and organizations, one JSON object per line, as its account export writes them.

use serde_json::{Value, json};

use super::calendar::{Day, day, office_hour, zulu};
use super::cast;
use super::dice::Dice;
use super::salesforce_people::full_name;
use super::smudge::spell_phone;
use super::staff::STAFF;
use super::truth::{Export, Kind};
use super::world::World;

/// The day of the export.
pub const EXPORTED: Day = day(2025, 11, 13);

pub fn exports(world: &mut World) -> Vec<Export> {
    vec![users(world), organizations(world)]
}

pub fn ndjson(path: &str, lines: Vec<Vec<u8>>, quarantined: usize) -> Export {
    let rows = lines.len();
    let mut bytes = Vec::new();
    for line in lines {
        bytes.extend(line);
        bytes.push(b'\n');
    }
    Export {
        path: path.to_owned(),
        bytes,
        rows,
        quarantined,
        encoding: "UTF-8",
        format: "NDJSON",
        header_line: 0,
        as_of: EXPORTED,
        extent: "full",
    }
}

struct User {
    id: i64,
    name: String,
    email: String,
    phone: String,
    external: Option<String>,
    organization: Option<i64>,
    locale: String,
    role: &'static str,
    created: String,
    seen: String,
    identities: Vec<(i64, String)>,
    notes: &'static str,
    old_number: Option<String>,
}

impl User {
    fn json(&self) -> Value {
        let identities: Vec<Value> = self
            .identities
            .iter()
            .enumerate()
            .map(|(nth, (id, value))| json!({"id": id, "type": "email", "value": value, "primary": nth == 0, "verified": true}))
            .collect();
        // A number beyond 2^53: whoever reads it into a float destroys it.
        let old = self.old_number.as_ref().and_then(|digits| digits.parse::<i64>().ok());
        json!({
            "id": self.id,
            "name": self.name,
            "email": if self.email.is_empty() { Value::Null } else { json!(self.email) },
            "created_at": self.created,
            "updated_at": self.seen,
            "time_zone": "Berlin",
            "phone": if self.phone.is_empty() { Value::Null } else { json!(self.phone) },
            "locale": self.locale,
            "organization_id": self.organization,
            "role": self.role,
            "verified": true,
            "external_id": self.external,
            "tags": [],
            "alias": null,
            "active": true,
            "suspended": false,
            "notes": if self.notes.is_empty() { Value::Null } else { json!(self.notes) },
            "last_login_at": self.seen,
            "user_fields": {"old_billing_no": old, "vip": false},
            "identities": identities,
        })
    }
}

fn users(world: &mut World) -> Export {
    let mut dice = Dice::new(world.seed, "zendesk users");
    let mut lines: Vec<Vec<u8>> = Vec::new();
    let mut quarantined = 0;
    let (mut cut, mut next_seam) = (0, 500);
    for at in 0..world.people.len() {
        let Some(id) = world.keys.requester[at] else { continue };
        let user = user(world, &mut dice, at, id);
        let text = user.json().to_string();
        let key = format!("Zendesk/User/{id}");
        // The export was split, and the object before the seam lost its end.
        if at >= next_seam && cut < 5 {
            (cut, next_seam) = (cut + 1, at + 611);
            lines.push(text.chars().take(34).collect::<String>().into_bytes());
            world.truth.no_record(&key);
            world.truth.trap("quarantined row", &key, "JSON object cut off");
            quarantined += 1;
        } else if at > 1_000 && world.truth.once("latin-1 row") {
            let mut bytes = text.replacen("\"name\":\"", "\"name\":\"Andr\u{1} ", 1).into_bytes();
            if let Some(place) = bytes.iter().position(|byte| *byte == 1) {
                bytes[place] = 0xe9;
            }
            lines.push(bytes);
            world.truth.no_record(&key);
            world.truth.trap("quarantined row", &key, "one byte of Latin-1 in a UTF-8 file");
            quarantined += 1;
        } else {
            lines.push(text.into_bytes());
        }
        if at >= cast::PEOPLE && dice.chance(45) {
            let double = dice.between(1_901_000_000_000, 1_901_999_999_999);
            let mut user = self::user(world, &mut dice, at, double);
            // The second record came in by mail: no login, no organization.
            (user.external, user.organization, user.phone) = (None, None, String::new());
            world.truth.trap(
                "duplicate inside one system",
                &format!("Zendesk/User/{double}"),
                "wrote from another address",
            );
            lines.push(user.json().to_string().into_bytes());
        }
    }
    for (at, colleague) in STAFF.iter().enumerate().filter(|(_, colleague)| colleague.active) {
        let id = 1_900_000_000_100 + at as i64;
        let key = format!("Zendesk/User/{id}");
        world.truth.is(&key, Kind::Person, &format!("staff-{at:02}"));
        world.truth.test(&key, "internal: works at Larkfield");
        let user = User {
            id,
            name: colleague.name(),
            email: colleague.email(),
            phone: String::new(),
            external: None,
            organization: None,
            locale: "en-GB".to_owned(),
            role: if colleague.title == "Support" { "agent" } else { "end-user" },
            created: zulu(office_hour(day(2020, 2, 3), 60)),
            seen: zulu(office_hour(EXPORTED - 1, at as u64)),
            identities: vec![(id + 5_000_000, colleague.email())],
            notes: "",
            old_number: None,
        };
        lines.push(user.json().to_string().into_bytes());
    }
    ndjson("Zendesk/users.ndjson", lines, quarantined)
}

fn user(world: &mut World, dice: &mut Dice, at: usize, id: i64) -> User {
    let key = format!("Zendesk/User/{id}");
    let spelling = world.spell(dice, at, &key);
    let person = world.people[at].clone();
    let (mut name, mut email) = (full_name(&spelling), spelling.email.clone());
    match at {
        2 => (name, email) = ("Marta Nilson".to_owned(), "m.nilson@fjord.example".to_owned()),
        6 => {
            name = "Marlow, P\u{200b}aul".to_owned();
            world.truth.trap("hostile text", &key, "zero-width space in the name");
        }
        0 => name = "Katarzyna Wojcik".to_owned(),
        _ if dice.chance(60) => name = format!("{}, {}", spelling.family, spelling.given),
        _ => {}
    }
    if let Some((given, family)) = person.native.clone().filter(|_| at.is_multiple_of(3)) {
        name = format!("{family} {given}");
        world.truth.trap("name in its own script", &key, "");
    }
    let mut identities = vec![(id + 7_000_000, email.clone())];
    if at >= cast::PEOPLE && dice.chance(50) {
        let other = person.private_email.clone().unwrap_or_else(|| {
            format!("{}.old@{}", person.email.split('@').next().unwrap_or("x"), world.company_of(at).domain)
        });
        identities.push((id + 7_000_001, other.clone()));
        let gone = dice.between(1_899_000_000_000, 1_899_999_999_999);
        world.truth.merged(
            "Zendesk",
            "User",
            &gone.to_string(),
            &id.to_string(),
            "",
            "nowhere; only the address stayed, among identities of the winner",
        );
        world.truth.trap("merged away without a trace", &key, &other);
    }
    // The help widget sends the product's user ID, where somebody is logged in.
    let external = world.keys.login[at].clone().filter(|_| at == 0 || dice.chance(420));
    let old_number = world.company_of(at).old_billing.clone().filter(|_| dice.chance(120));
    if old_number.is_some() {
        world.truth.trap("number beyond 2^53", &key, "user_fields.old_billing_no");
    }
    let organization = world.keys.organization[person.company].filter(|_| at < cast::PEOPLE || dice.chance(820));
    let organization = if at % 430 == 210 {
        world.truth.trap("orphan reference", &key, "organization_id is in no file");
        Some(1_269_000_000_000 + at as i64)
    } else {
        organization
    };
    let created = office_hour(person.joined, dice.roll());
    let phone = if dice.chance(450) || at < cast::PEOPLE {
        spell_phone(&person.phone, if at < cast::PEOPLE { 2 } else { dice.below(9) })
    } else {
        String::new()
    };
    User {
        id,
        name,
        email,
        phone,
        external,
        organization,
        locale: world.company_of(at).country().locale.to_owned(),
        role: "end-user",
        created: zulu(created),
        seen: zulu((created + dice.between(1, 700) * 86_400).min(EXPORTED * 86_400 + 20_000)),
        identities,
        notes: if dice.chance(12) { "Speaks for the whole group" } else { "" },
        old_number,
    }
}

fn organizations(world: &mut World) -> Export {
    let mut dice = Dice::new(world.seed, "zendesk organizations");
    let mut lines = Vec::new();
    for at in 0..world.companies.len() {
        let Some(id) = world.keys.organization[at] else { continue };
        let mut copies = vec![id];
        if at >= cast::COMPANIES && dice.chance(22) {
            copies.push(id + 17);
        }
        for (nth, id) in copies.into_iter().enumerate() {
            let key = format!("Zendesk/Organization/{id}");
            if nth > 0 {
                world.truth.trap("duplicate inside one system", &key, "organization entered twice");
            }
            let name = if at == 1 { "Fjord Lab".to_owned() } else { world.spell_company(&mut dice, at, &key) };
            let company = &world.companies[at];
            let since = office_hour(company.trial.unwrap_or(company.known), dice.roll());
            let value = json!({
                "id": id,
                "name": name,
                "created_at": zulu(since),
                "updated_at": zulu(office_hour(EXPORTED - 40, dice.roll()).max(since)),
                "domain_names": if nth == 0 && dice.chance(800) { vec![company.domain.clone()] } else { Vec::new() },
                "external_id": world.keys.workspaces[at].first().filter(|_| nth == 0 && dice.chance(700)).map(|room| room.id.clone()),
                "details": null,
                "group_id": null,
                "shared_tickets": false,
                "tags": [company.segment().to_lowercase()],
                "organization_fields": {"salesforce_account_id": world.keys.account[at].clone().filter(|_| nth == 0 && dice.chance(300)), "plan": null},
            });
            let real_id = company.real_id.clone();
            world.truth.is(&key, Kind::Company, &real_id);
            lines.push(value.to_string().into_bytes());
        }
    }
    ndjson("Zendesk/organizations.ndjson", lines, 0)
}
