//! Larkfield's own people: owners of accounts, agents of support, and a source of records that are no customers.

use super::dice::Dice;
use super::keys::salesforce_18;

pub struct Colleague {
    pub given: &'static str,
    pub family: &'static str,
    pub title: &'static str,
    pub active: bool,
}

#[rustfmt::skip]
pub const STAFF: &[Colleague] = &[
    Colleague { given: "Sarah", family: "Lee", title: "Account Executive", active: true },
    Colleague { given: "Simon", family: "Lee", title: "Account Executive", active: true },
    Colleague { given: "Jonas", family: "Weber", title: "Sales Operations", active: true },
    Colleague { given: "Dana", family: "Cole", title: "Marketing", active: true },
    Colleague { given: "Priya", family: "Nair", title: "Finance", active: true },
    Colleague { given: "Tomas", family: "Reyes", title: "Migration Lead", active: true },
    Colleague { given: "Mira", family: "Aalto", title: "Data Analyst", active: true },
    Colleague { given: "Ana", family: "Duarte", title: "Product Analytics", active: true },
    Colleague { given: "Felix", family: "Brandt", title: "Account Executive", active: true },
    Colleague { given: "Ines", family: "Carvalho", title: "Account Executive", active: true },
    Colleague { given: "Oskar", family: "Lund", title: "Account Executive", active: true },
    Colleague { given: "Magda", family: "Zielińska", title: "Account Executive", active: true },
    Colleague { given: "Claire", family: "Perrin", title: "Account Executive", active: true },
    Colleague { given: "Tom", family: "Fletcher", title: "Customer Success", active: true },
    Colleague { given: "Aoife", family: "Nolan", title: "Support", active: true },
    Colleague { given: "Pieter", family: "Bakker", title: "Support", active: true },
    Colleague { given: "Lucia", family: "Moretti", title: "Support", active: true },
    Colleague { given: "Hugo", family: "Renault", title: "Account Executive", active: false },
    Colleague { given: "Greta", family: "Holm", title: "Account Executive", active: false },
    Colleague { given: "Old CRM", family: "Import", title: "Integration", active: false },
    Colleague { given: "Integration", family: "User", title: "Integration", active: true },
];

impl Colleague {
    pub fn email(&self) -> String {
        format!("{}.{}@larkfield.example", super::companies::slug(self.given), super::companies::slug(self.family))
    }

    pub fn name(&self) -> String {
        format!("{} {}", self.given, self.family)
    }

    /// `S. Lee`, as HubSpot shows an owner here: two people share it.
    pub fn short(&self) -> String {
        let initial = self.given.chars().next().unwrap_or('?');
        format!("{initial}. {}", self.family)
    }
}

/// Who owns the company at `at`.
pub fn owner(at: usize) -> usize {
    const SELLERS: [usize; 10] = [0, 1, 8, 9, 10, 11, 12, 13, 17, 18];
    SELLERS[at * 7 % 10]
}

/// The Salesforce user ID of the colleague at `at`.
pub fn user_id(seed: u64, at: usize) -> String {
    let mut dice = Dice::new(seed, "staff");
    let mut id = String::new();
    for _ in 0..=at {
        id = format!("0058d00000{}", dice.base62(5));
    }
    salesforce_18(&id)
}
