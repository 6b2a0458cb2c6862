//! Everything that is so, in one place, and the few questions that all systems ask of it.

use std::collections::BTreeSet;

use super::companies::{Company, Standing};
use super::dice::Dice;
use super::keys::Keys;
use super::people::Person;
use super::truth::{Kind, Truth};
use super::{cast, companies, keys, people, smudge};

pub struct World {
    pub seed: u64,
    pub companies: Vec<Company>,
    pub people: Vec<Person>,
    pub keys: Keys,
    pub truth: Truth,
    /// Source and address in lower case, where a source takes each address once.
    taken: BTreeSet<(String, String)>,
}

/// Sources that refuse an address which they have.
const UNIQUE_ADDRESSES: [&str; 3] = ["HubSpot", "Zendesk", "Product database"];

/// A person as one system has spelled it.
pub struct Spelling {
    pub given: String,
    pub family: String,
    pub suffix: &'static str,
    pub email: String,
}

impl World {
    pub fn new(seed: u64) -> Self {
        let mut truth = Truth::default();
        let companies = companies::found(seed, cast::companies());
        let people = people::gather(seed, &companies, cast::people(), &mut truth);
        let keys = keys::issue(seed, &companies, &people, &mut truth);
        for company in companies.iter().filter(|company| company.standing == Standing::ChurnedInUse) {
            truth.trap(
                "churned, product still in use",
                &company.real_id,
                "no subscription runs; people log in every month",
            );
        }
        for company in companies.iter().filter(|company| company.paid.len() > 1) {
            truth.trap("left and came back", &company.real_id, "two subscriptions with a gap between");
        }
        // Katarzyna logs in with the address of the reception.
        let taken = BTreeSet::from([("Product database".to_owned(), "reception@bwc.example".to_owned())]);
        Self { seed, companies, people, keys, truth, taken }
    }

    pub fn company_of(&self, person: usize) -> &Company {
        &self.companies[self.people[person].company]
    }

    /// The person's name and address as they get into the system of record `key`, with what was planted on the way. The
    /// cast is spelled as it is.
    pub fn spell(&mut self, dice: &mut Dice, person: usize, key: &str) -> Spelling {
        let who = self.people[person].clone();
        let company = &self.companies[who.company];
        let inbox = company.inbox.clone();
        let mut email = who.email.clone();
        let famous = person < cast::PEOPLE;
        let (mut given, mut family) = (who.given.clone(), who.family.clone());
        if !famous {
            let (one, other, planted) = smudge::spell_name(dice, &given, &family);
            (given, family) = (one, other);
            if let Some(planted) = planted {
                self.truth.trap(planted, key, "");
            }
            if let Some(inbox) = inbox.filter(|_| dice.chance(220)) {
                email = inbox;
            } else if let Some(private) = who.private_email.clone().filter(|_| dice.chance(380)) {
                email = private;
            } else if dice.chance(40) {
                email = capitals(&email);
            }
        }
        let source = key.split('/').next().unwrap_or_default();
        if UNIQUE_ADDRESSES.contains(&source) && !self.claim(source, &email) {
            email = self.other_address(dice, source, &who);
        }
        if email
            .split('@')
            .next()
            .is_some_and(|local| ["info", "reception", "office", "lab", "kontakt"].contains(&local))
        {
            self.truth.trap("shared inbox", key, &email);
        }
        let suffix = if !who.suffix.is_empty() && (famous || dice.chance(400)) { who.suffix } else { "" };
        self.truth.is(key, Kind::Person, &who.real_id);
        Spelling { given, family, suffix, email }
    }

    /// True if `email` is still free in `source`, which it then no longer is.
    pub fn claim(&mut self, source: &str, email: &str) -> bool {
        self.taken.insert((source.to_owned(), email.to_lowercase()))
    }

    /// What a person gives to a system that knows the first address already.
    fn other_address(&mut self, dice: &mut Dice, source: &str, who: &Person) -> String {
        let known = [Some(who.email.clone()), who.private_email.clone()];
        for email in known.into_iter().flatten() {
            if self.claim(source, &email) {
                return email;
            }
        }
        loop {
            let local = format!("{}.{}{}", companies::slug(&who.given), companies::slug(&who.family), dice.digits(2));
            let email = format!("{local}@freemail.example");
            if self.claim(source, &email) {
                return email;
            }
        }
    }

    /// The company's name as it gets into record `key`. The cast is spelled as it is.
    pub fn spell_company(&mut self, dice: &mut Dice, company: usize, key: &str) -> String {
        let (text, differs) = smudge::spell_company(dice, &self.companies[company]);
        if company < cast::COMPANIES {
            return self.companies[company].name.clone();
        }
        if differs {
            let former = self.companies[company].former.as_deref() == Some(text.as_str());
            self.truth.trap(if former { "company renamed, old name kept" } else { "company name variant" }, key, &text);
        }
        text
    }
}

/// `j.Smith@Clinic.EXAMPLE`: a hand that likes capitals.
fn capitals(email: &str) -> String {
    match email.split_once('@') {
        Some((local, domain)) => format!("{}@{}", local.to_uppercase(), domain.replace(".example", ".EXAMPLE")),
        None => email.to_owned(),
    }
}
