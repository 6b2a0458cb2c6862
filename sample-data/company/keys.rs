//! The IDs that each system gave, and thereby who is known where. IDs look as the systems' own do, Salesforce's checksum
//! included.

use std::collections::{BTreeMap, BTreeSet};

use super::cast;
use super::companies::{Company, Standing};
use super::dice::Dice;
use super::people::{Part, Person};
use super::truth::Truth;

/// The 18 characters for an ID of 15: a letter for each five, saying which of the five are upper-case.
pub fn salesforce_18(id: &str) -> String {
    let mut long = id.to_owned();
    for block in id.as_bytes().chunks(5) {
        let bits = block
            .iter()
            .enumerate()
            .filter(|(_, byte)| byte.is_ascii_uppercase())
            .map(|(at, _)| 1 << at)
            .sum::<usize>();
        long.push(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[bits] as char);
    }
    long
}

/// The 15 characters of an ID of 18.
pub fn salesforce_15(id: &str) -> &str {
    id.get(..15).unwrap_or(id)
}

pub struct Workspace {
    pub id: String,
    pub number: usize,
    pub slug: String,
}

/// Who is known where. Vectors follow the order of companies or people; `None`: not known there.
pub struct Keys {
    pub account: Vec<Option<String>>,
    pub contact: Vec<Option<String>>,
    pub lead: Vec<Option<String>>,
    pub payer: Vec<Option<String>>,
    pub organization: Vec<Option<i64>>,
    pub requester: Vec<Option<i64>>,
    pub hub_company: Vec<Option<String>>,
    pub hub_contact: Vec<Option<String>>,
    pub workspaces: Vec<Vec<Workspace>>,
    pub login: Vec<Option<String>>,
    /// IDs that were merged away in Salesforce, by person or company.
    pub lost_contacts: BTreeMap<usize, String>,
    pub lost_accounts: BTreeMap<usize, String>,
    used: BTreeSet<String>,
}

impl Keys {
    /// A new Salesforce ID of 18 characters under `prefix` (`003` for a contact).
    pub fn salesforce(&mut self, dice: &mut Dice, prefix: &str) -> String {
        loop {
            let id = format!("{prefix}8d00000{}", dice.base62(5));
            if self.used.insert(id.clone()) {
                return salesforce_18(&id);
            }
        }
    }

    /// An ID that differs from `id` in the case of one or more letters only; `None` if it has no letter to turn.
    fn case_twin(&mut self, id: &str) -> Option<String> {
        let short = salesforce_15(id);
        for at in (10..15).rev() {
            let mut bytes = short.as_bytes().to_vec();
            if bytes[at].is_ascii_alphabetic() {
                bytes[at] ^= 0x20;
                let twin: String = bytes.iter().map(|byte| *byte as char).collect();
                if self.used.insert(twin.clone()) {
                    return Some(salesforce_18(&twin));
                }
            }
        }
        None
    }
}

pub fn uuid(dice: &mut Dice) -> String {
    let (high, low) = (dice.roll(), dice.roll());
    let text = format!("{high:016x}{low:016x}");
    let variant = ["8", "9", "a", "b"][(low >> 62) as usize];
    format!("{}-{}-4{}-{variant}{}-{}", &text[..8], &text[8..12], &text[13..16], &text[17..20], &text[20..])
}

/// Decides who is known to which system, and under which ID.
pub fn issue(seed: u64, companies: &[Company], people: &[Person], truth: &mut Truth) -> Keys {
    let mut dice = Dice::new(seed, "keys");
    let mut keys = Keys {
        account: Vec::new(),
        contact: Vec::new(),
        lead: Vec::new(),
        payer: Vec::new(),
        organization: Vec::new(),
        requester: Vec::new(),
        hub_company: Vec::new(),
        hub_contact: Vec::new(),
        workspaces: Vec::new(),
        login: Vec::new(),
        lost_contacts: BTreeMap::new(),
        lost_accounts: BTreeMap::new(),
        used: people.iter().filter_map(|person| person.fixed.salesforce.map(str::to_owned)).collect(),
    };
    keys.used.insert("0038d00000Wm7Ta".to_owned());
    for (at, company) in companies.iter().enumerate() {
        of_company(&mut dice, &mut keys, at, company);
    }
    for (at, person) in people.iter().enumerate() {
        of_person(&mut dice, &mut keys, companies, person, at < cast::PEOPLE);
    }
    case_twins(&mut keys, truth);
    keys
}

fn of_company(dice: &mut Dice, keys: &mut Keys, at: usize, company: &Company) {
    let listed = company.standing != Standing::Lead;
    let account = listed.then(|| keys.salesforce(dice, "001"));
    keys.account.push(account);
    let tried = company.trial.is_some();
    let payer =
        (!company.paid.is_empty() || company.standing == Standing::Trial).then(|| format!("cus_{}", dice.base62(14)));
    keys.payer.push(if at == 0 { Some("cus_Nf83kQ0dLw1xRz".to_owned()) } else { payer });
    keys.organization.push(
        (tried && (at < cast::COMPANIES || dice.chance(820)))
            .then(|| dice.between(1_260_800_000_000, 1_260_999_999_999)),
    );
    let marketed = at < cast::COMPANIES || dice.chance(if listed { 700 } else { 560 });
    keys.hub_company.push(marketed.then(|| dice.digits(10)));
    let rooms = match (tried, at) {
        (false, _) => 0,
        (true, 0..cast::COMPANIES) => 1,
        (true, _) => 1 + usize::from(dice.chance(70)),
    };
    let slug: String = super::companies::slug(&company.short).chars().take(24).collect();
    let rooms = (0..rooms).map(|nth| Workspace {
        id: uuid(dice),
        number: if at == 4 { 88_213 } else { 10_000 + at * 3 + nth },
        slug: if nth == 0 { format!("{slug}-{at}") } else { format!("{slug}-{at}-lab{}", nth + 1) },
    });
    let rooms = rooms.collect();
    keys.workspaces.push(rooms);
}

fn of_person(dice: &mut Dice, keys: &mut Keys, companies: &[Company], person: &Person, famous: bool) {
    let company = &companies[person.company];
    let listed = company.standing != Standing::Lead;
    let (sold, used, asked) = match person.part {
        Part::Buyer => (930, 500, 330),
        Part::Admin => (720, 950, 620),
        Part::User => (440, 740, 400),
    };
    let contact = listed && (famous || dice.chance(sold));
    let lead = !contact && !famous && dice.chance(if listed { 180 } else { 620 }) || contact && dice.chance(35);
    let hub = famous || dice.chance(if listed { 470 } else { 640 });
    let login = company.trial.is_some() && (famous || dice.chance(used));
    let asks = company.trial.is_some() && (famous || dice.chance(asked));
    let nowhere = !contact && !lead && !hub && !login && !asks;
    let contact_id = keys.salesforce(dice, "003");
    let lead_id = keys.salesforce(dice, "00Q");
    let fixed = &person.fixed;
    keys.contact.push((contact || nowhere && listed).then(|| fixed.salesforce.map_or(contact_id, salesforce_18)));
    keys.lead.push((lead || nowhere && !listed).then_some(lead_id));
    let (hub_id, login_id) = (dice.between(30_000_000, 52_999_999), uuid(dice));
    keys.hub_contact.push(hub.then(|| fixed.hubspot.map_or(hub_id.to_string(), str::to_owned)));
    keys.login.push(login.then(|| fixed.product.map_or(login_id, str::to_owned)));
    let number = dice.between(1_900_100_000_000, 1_900_999_999_999);
    keys.requester.push(asks.then(|| fixed.zendesk.and_then(|id| id.parse().ok()).unwrap_or(number)));
}

/// Gives some contacts and accounts an ID that is another's but for the case of its letters.
fn case_twins(keys: &mut Keys, truth: &mut Truth) {
    for (object, first, pairs) in [("Contact", 1_500, 12), ("Account", 200, 6)] {
        for nth in 0..pairs {
            let list = if object == "Contact" { &keys.contact } else { &keys.account };
            let holders: Vec<usize> = (first + nth * 40..list.len()).filter(|at| list[*at].is_some()).take(2).collect();
            let [one, other] = holders[..] else { continue };
            let Some(id) = list[one].clone() else { continue };
            let Some(twin) = keys.case_twin(&id) else { continue };
            let key = |id: &str| format!("Salesforce/{object}/{id}");
            truth.world(
                "IDs that differ by case only",
                &key(&id),
                &key(&twin),
                "two records; equal to whoever ignores case",
            );
            if object == "Contact" { keys.contact[other] = Some(twin) } else { keys.account[other] = Some(twin) }
        }
    }
}
