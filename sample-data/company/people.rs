//! The people who work at those companies, as they really are, with the coincidences that make matching hard: households,
//! fathers and sons, colleagues of one name, addresses that passed from one person to the next.

use std::collections::BTreeSet;

use super::calendar::{Day, day};
use super::companies::{Company, TODAY, slug};
use super::dice::Dice;
use super::truth::Truth;
use super::vocabulary::{COUNTRIES, TITLES};

#[derive(Clone, Default)]
pub struct Phone {
    pub country: usize,
    pub area: &'static str,
    /// `555` and four digits: fictional.
    pub local: String,
}

/// What the person does with Larkfield's product.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    Buyer,
    Admin,
    User,
}

/// IDs that a person of the cast must have; everybody else's are drawn.
#[derive(Clone, Copy, Default)]
pub struct FixedIds {
    pub salesforce: Option<&'static str>,
    pub hubspot: Option<&'static str>,
    pub zendesk: Option<&'static str>,
    pub product: Option<&'static str>,
}

#[derive(Clone)]
pub struct Person {
    pub real_id: String,
    pub given: String,
    pub family: String,
    /// The family name before a marriage.
    pub former_family: Option<String>,
    /// Given and family name in their own script.
    pub native: Option<(String, String)>,
    pub suffix: &'static str,
    pub woman: bool,
    pub company: usize,
    pub email: String,
    /// A private address that the person also uses.
    pub private_email: Option<String>,
    pub phone: Phone,
    pub birth: Option<Day>,
    pub title: &'static str,
    pub part: Part,
    pub joined: Day,
    pub opted_out: bool,
    /// Home address instead of the company's: street.
    pub home: Option<String>,
    pub fixed: FixedIds,
}

/// Everybody: the cast first, then company by company.
pub fn gather(seed: u64, companies: &[Company], cast: Vec<Person>, truth: &mut Truth) -> Vec<Person> {
    let mut dice = Dice::new(seed, "people");
    let mut people = cast;
    let mut taken: BTreeSet<String> = people.iter().map(|person| person.email.clone()).collect();
    for (at, company) in companies.iter().enumerate() {
        let already = people.iter().filter(|person| person.company == at).count();
        for nth in already..company.people {
            let person = one(&mut dice, companies, at, nth, &mut taken, people.len());
            people.push(person);
        }
    }
    let born: usize = people.len();
    coincidences(&mut dice, companies, &mut people, truth, born);
    people
}

fn one(
    dice: &mut Dice,
    companies: &[Company],
    at: usize,
    nth: usize,
    taken: &mut BTreeSet<String>,
    number: usize,
) -> Person {
    let company = &companies[at];
    let land = company.country();
    let woman = dice.chance(560);
    // One in ten comes from elsewhere: this is Europe.
    let origin = if dice.chance(90) { &COUNTRIES[dice.below(COUNTRIES.len())] } else { land };
    let given = dice.word(if woman { origin.women } else { origin.men });
    let family = dice.word(origin.families);
    let (given, given_native) = split(&given);
    let (family, family_native) = split(&family);
    let pattern = at % 4;
    let email = unique(taken, &address(&given, &family, pattern), &company.domain);
    let joined = dice.between(company.known, TODAY - 20).max(company.known);
    Person {
        real_id: format!("p-{:05}", number + 1),
        native: given_native.zip(family_native),
        former_family: (woman && dice.chance(40)).then(|| split(&dice.word(origin.families)).0),
        private_email: dice.chance(130).then(|| {
            let host = *dice.pick(&["freemail.example", "postbox.example", "mail.example.com"]);
            format!("{}.{}{}@{host}", slug(&given), slug(&family), dice.digits(2))
        }),
        given,
        family,
        suffix: "",
        woman,
        company: at,
        email,
        phone: phone(dice, company),
        birth: dice.chance(420).then(|| dice.between(day(1955, 1, 1), day(2002, 12, 31))),
        title: dice.pick::<&str>(TITLES),
        part: match nth {
            0 => Part::Buyer,
            1 => Part::Admin,
            _ => Part::User,
        },
        joined,
        opted_out: dice.chance(70),
        home: None,
        fixed: FixedIds::default(),
    }
}

pub fn phone(dice: &mut Dice, company: &Company) -> Phone {
    // Half answer at the switchboard, half have a line of their own.
    let line = if dice.chance(450) { company.switchboard.clone() } else { format!("{:04}", dice.below(10_000)) };
    Phone { country: company.country, area: company.country().places[company.place].2, local: format!("555{line}") }
}

fn split(name: &str) -> (String, Option<String>) {
    match name.split_once('/') {
        Some((latin, native)) => (latin.to_owned(), Some(native.to_owned())),
        None => (name.to_owned(), None),
    }
}

fn address(given: &str, family: &str, pattern: usize) -> String {
    let (given, family) = (slug(given), slug(family));
    let initial: String = given.chars().take(1).collect();
    match pattern {
        0 => format!("{initial}.{family}"),
        1 => format!("{given}.{family}"),
        2 => format!("{initial}{family}"),
        _ => format!("{family}.{given}"),
    }
}

fn unique(taken: &mut BTreeSet<String>, local: &str, domain: &str) -> String {
    let mut email = format!("{local}@{domain}");
    let mut nth = 2;
    while !taken.insert(email.clone()) {
        email = format!("{local}{nth}@{domain}");
        nth += 1;
    }
    email
}

/// Plants pairs of different people who look like one. `first` and `second` of each are people who exist already; the
/// second is bent towards the first.
fn coincidences(dice: &mut Dice, companies: &[Company], people: &mut [Person], truth: &mut Truth, count: usize) {
    // Neighbours of one company, each used once.
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    let mut at = 60;
    while at + 1 < count {
        if people[at].company == people[at + 1].company && companies[people[at].company].people >= 3 {
            pairs.push((at, at + 1));
            at += 17;
        } else {
            at += 1;
        }
    }
    let mut pairs = pairs.into_iter();
    for (first, second) in pairs.by_ref().take(28) {
        household(dice, companies, people, first, second);
        truth.world(
            "household",
            &people[first].real_id,
            &people[second].real_id,
            "one surname, address, phone and e-mail; two people",
        );
    }
    for (first, second) in pairs.by_ref().take(14) {
        father_and_son(people, first, second);
        truth.world(
            "senior and junior",
            &people[first].real_id,
            &people[second].real_id,
            "one name and phone, two birth dates; Jr. is often left out",
        );
    }
    for (first, second) in pairs.by_ref().take(12) {
        let (given, family, woman, native) = {
            let one = &people[first];
            (one.given.clone(), one.family.clone(), one.woman, one.native.clone())
        };
        let other = &mut people[second];
        (other.given, other.family, other.woman, other.native) = (given, family, woman, native);
        other.former_family = None;
        let base = address(&people[second].given, &people[second].family, people[first].company % 4);
        people[second].email = format!("{base}.b{second}@{}", companies[people[first].company].domain);
        two_births(people, first, second);
        truth.world(
            "colleagues of one name",
            &people[first].real_id,
            &people[second].real_id,
            "same company, two people",
        );
    }
    for (first, second) in pairs.by_ref().take(24) {
        let role = *dice.pick(&["labmanager", "einkauf", "qa.lead", "office.manager"]);
        let shared = format!("{role}@{}", companies[people[first].company].domain);
        people[first].joined = companies[people[first].company].known;
        people[second].joined = day(2024, 3, 1).max(people[first].joined);
        people[first].email.clone_from(&shared);
        people[second].email = shared;
        people[second].opted_out = !people[first].opted_out;
        truth.world(
            "reused e-mail",
            &people[first].real_id,
            &people[second].real_id,
            "the address of a post: first one holder, then the next",
        );
    }
    // Twins by name in other companies: the first of a company takes the name of one far away.
    for twin in 0..16 {
        let (one, other) = (100 + twin * 61, 1_900 + twin * 53);
        if other >= count || people[one].company == people[other].company {
            continue;
        }
        let (given, family) = (people[one].given.clone(), people[one].family.clone());
        let bent = &mut people[other];
        bent.email = format!("{}@{}", address(&given, &family, 1), companies[bent.company].domain);
        (bent.given, bent.family, bent.native, bent.former_family) = (given, family, None, None);
        truth.world("one name, two companies", &people[one].real_id, &people[other].real_id, "strangers");
    }
}

fn household(dice: &mut Dice, companies: &[Company], people: &mut [Person], first: usize, second: usize) {
    let company = &companies[people[first].company];
    let home = super::companies::street(dice, company.country());
    let email = format!("{}.family@postbox.example", slug(&people[first].family));
    let (family, phone) = (people[first].family.clone(), people[first].phone.clone());
    let land = company.country();
    let woman = !people[first].woman;
    let other = &mut people[second];
    other.family = family;
    other.woman = woman;
    other.given = split(&dice.word(if woman { land.women } else { land.men })).0;
    other.phone = phone;
    for person in [first, second] {
        people[person].home = Some(home.clone());
        people[person].email.clone_from(&email);
        people[person].native = None;
        people[person].former_family = None;
    }
    two_births(people, first, second);
}

fn father_and_son(people: &mut [Person], first: usize, second: usize) {
    people[first].suffix = "Sr.";
    people[first].woman = false;
    let father = people[first].clone();
    let son = &mut people[second];
    son.given = father.given;
    son.family = father.family;
    son.woman = false;
    son.suffix = "Jr.";
    son.phone = father.phone;
    son.native = None;
    son.former_family = None;
    people[first].former_family = None;
    people[first].birth = Some(day(1958, 4, 2) + first as i64 % 900);
    people[second].birth = Some(day(1986, 9, 17) + second as i64 % 900);
    people[second].email = people[second].email.replacen('@', ".jr@", 1);
}

fn two_births(people: &mut [Person], first: usize, second: usize) {
    people[first].birth = Some(day(1969, 5, 3) + (first as i64 * 37) % 3_000);
    people[second].birth = Some(day(1979, 2, 11) + (second as i64 * 41) % 3_000);
}
