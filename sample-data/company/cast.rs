//! The companies and people that are written by hand, because the documents, tests and demonstrations of Cutover speak of
//! them by name: Brightwater Clinics, Fjord Laboratorier, Märta Nilsson, Katarzyna Wójcik and others.

use super::calendar::{Day, day};
use super::companies::{Company, Paid, Standing};
use super::people::{FixedIds, Part, Person, Phone};
use super::vocabulary::COUNTRIES;

fn country(code: &str) -> usize {
    COUNTRIES.iter().position(|country| country.code == code).unwrap_or(0)
}

/// Name, short name, domain, country, place.
type Card = (&'static str, &'static str, &'static str, &'static str, usize);

fn company(nth: usize, card: Card, standing: Standing, known: Day, people: usize) -> Company {
    let (name, short, domain, code, place) = card;
    Company {
        real_id: format!("c-{:04}", nth + 1),
        name: name.to_owned(),
        short: short.to_owned(),
        former: None,
        native: None,
        domain: domain.to_owned(),
        country: country(code),
        place,
        street: String::new(),
        switchboard: format!("01{:02}", nth * 3 % 100),
        standing,
        known,
        trial: None,
        paid: Vec::new(),
        parent: None,
        people,
        inbox: None,
        vat: format!("{code}{}", 555_010_000 + nth),
        legacy: None,
        old_billing: None,
    }
}

fn paid(from: Day, until: Option<Day>, every: i64, plan: usize) -> Paid {
    Paid { from, until, every, plan }
}

pub const VERY_LONG_NAME: &str = "Überörtliche Gemeinschaftspraxis für Laboratoriumsmedizin, Mikrobiologie, Infektionsepidemiologie, Virologie, \
    Transfusionsmedizin und humangenetische Diagnostik Dres. med. Schröder, Weiß, Großmann-Lübke, Köhler und Partner mbB";

/// How many companies come first in the world's list.
pub const COMPANIES: usize = 14;
/// How many people come first.
pub const PEOPLE: usize = 19;

/// The order of the cast's companies.
pub fn companies() -> Vec<Company> {
    use Standing::{Churned, ChurnedInUse, Customer};
    let mut all = vec![
        company(
            0,
            ("Brightwater Clinics", "Brightwater Clinics", "bwc.example", "PL", 0),
            ChurnedInUse,
            day(2021, 11, 8),
            9,
        ),
        company(
            1,
            ("Fjord Laboratorier AB", "Fjord Laboratorier", "fjord.example", "SE", 0),
            Customer,
            day(2019, 3, 4),
            6,
        ),
        company(2, ("Haines Pathology Ltd", "Haines Pathology", "hp.example", "GB", 1), Customer, day(2018, 6, 2), 4),
        company(
            3,
            ("Delta Dental Group Ltd", "Delta Dental Group", "deltadental.example", "GB", 0),
            Churned,
            day(2020, 1, 20),
            5,
        ),
        company(4, ("Ostra Labs AB", "Ostra Labs", "ostralabs.example", "SE", 1), Churned, day(2019, 9, 9), 14),
        company(
            5,
            ("Marlow Veterinary Ltd", "Marlow Veterinary", "marlowvets.example", "GB", 2),
            Churned,
            day(2021, 5, 17),
            3,
        ),
        company(
            6,
            ("Café Rouge Analyses SARL", "Café Rouge Analyses", "caferouge.example", "FR", 0),
            Churned,
            day(2022, 2, 3),
            2,
        ),
        company(7, ("Minato Labs K.K.", "Minato Labs", "minato.example", "JP", 0), Churned, day(2021, 10, 11), 3),
        company(
            8,
            ("Pfeiffer & Söhne GmbH", "Pfeiffer & Söhne", "pfeiffer-soehne.example", "DE", 3),
            Churned,
            day(2018, 11, 30),
            4,
        ),
        company(
            9,
            ("Lindqvist Dental AB", "Lindqvist Dental", "lindqvistdental.example", "SE", 3),
            Customer,
            day(2017, 4, 19),
            5,
        ),
        company(
            10,
            ("Lindqvist Dental AB – Malmö", "Lindqvist Dental Malmö", "lindqvistdental.example", "SE", 2),
            Standing::Prospect,
            day(2020, 4, 19),
            2,
        ),
        company(
            11,
            ("Clinique du Lac SA", "Clinique du Lac", "cliniquedulac.example", "CH", 0),
            Customer,
            day(2020, 9, 1),
            3,
        ),
        company(12, (VERY_LONG_NAME, VERY_LONG_NAME, "uegp-labor.example", "DE", 1), Customer, day(2019, 2, 12), 12),
        company(
            13,
            ("Okonkwo Diagnostics Ltd", "Okonkwo Diagnostics", "okonkwodx.example", "GB", 4),
            Customer,
            day(2021, 7, 7),
            4,
        ),
    ];
    let history: [(usize, Day, Vec<Paid>); 13] = [
        (
            0,
            day(2022, 3, 22),
            vec![
                paid(day(2022, 4, 19), Some(day(2024, 8, 19)), 1, 2),
                paid(day(2025, 2, 3), Some(day(2025, 10, 31)), 1, 2),
            ],
        ),
        (1, day(2019, 4, 2), vec![paid(day(2019, 5, 1), None, 12, 2)]),
        (2, day(2018, 7, 1), vec![paid(day(2018, 8, 1), None, 12, 1)]),
        (3, day(2020, 3, 1), vec![paid(day(2020, 4, 1), Some(day(2025, 10, 31)), 1, 1)]),
        (4, day(2019, 10, 1), vec![paid(day(2019, 11, 9), Some(day(2025, 11, 9)), 12, 3)]),
        (5, day(2021, 6, 1), vec![paid(day(2021, 7, 12), Some(day(2025, 11, 12)), 1, 0)]),
        (6, day(2022, 3, 4), vec![paid(day(2022, 4, 4), Some(day(2025, 11, 4)), 1, 0)]),
        (7, day(2021, 11, 28), vec![paid(day(2022, 1, 28), Some(day(2025, 10, 28)), 3, 1)]),
        (8, day(2019, 1, 8), vec![paid(day(2019, 1, 22), Some(day(2025, 10, 22)), 3, 1)]),
        (9, day(2017, 6, 1), vec![paid(day(2017, 7, 1), None, 12, 1)]),
        (11, day(2020, 10, 1), vec![paid(day(2020, 11, 1), None, 3, 1)]),
        (12, day(2019, 3, 12), vec![paid(day(2019, 4, 1), None, 12, 3)]),
        (13, day(2021, 8, 1), vec![paid(day(2021, 9, 1), None, 1, 1)]),
    ];
    for (at, trial, phases) in history {
        all[at].trial = Some(trial);
        all[at].paid = phases;
    }
    for (at, address) in
        [(0, "reception@bwc.example"), (11, "info@cliniquedulac.example"), (13, "lab@okonkwodx.example")]
    {
        all[at].inbox = Some(address.to_owned());
    }
    for company in &mut all {
        company.street =
            company.country().streets.split_whitespace().next().unwrap_or("Main").replace('_', " ") + " 12";
    }
    all[4].former = Some("Östra Provtagning".to_owned());
    all[7].native = Some("株式会社みなと".to_owned());
    all[10].parent = Some(9);
    all[2].legacy = Some("LF-00423".to_owned());
    all[4].legacy = Some("LF-01177".to_owned());
    all[8].legacy = Some("LF-00088".to_owned());
    all[9].legacy = Some("LF-00007".to_owned());
    all[8].old_billing = Some("2520000000471165003".to_owned());
    all[9].old_billing = Some("2520000000471165091".to_owned());
    all
}

/// Given, family, e-mail, company, area, line, birth, title.
type Role = (&'static str, &'static str, &'static str, usize, &'static str, &'static str, Option<Day>, &'static str);

fn person(nth: usize, role: Role, woman: bool, part: Part, fixed: FixedIds) -> Person {
    let (given, family, email, company, area, line, birth, title) = role;
    Person {
        real_id: format!("p-{:05}", nth + 1),
        given: given.to_owned(),
        family: family.to_owned(),
        former_family: None,
        native: None,
        suffix: "",
        woman,
        company,
        email: email.to_owned(),
        private_email: None,
        phone: Phone { country: companies()[company].country, area, local: format!("555{line}") },
        birth,
        title,
        part,
        joined: day(2022, 3, 1),
        opted_out: false,
        home: None,
        fixed,
    }
}

/// The people of the cast; their companies are those above.
pub fn people() -> Vec<Person> {
    use Part::{Admin, Buyer, User};
    let none = FixedIds::default();
    let kasia = FixedIds {
        salesforce: Some("0038d00000Xk3Pq"),
        hubspot: Some("48120377"),
        zendesk: Some("1900284471165"),
        product: Some("7f3c1a9e-52b4-4c0d-9e6b-d1a20c84f7b3"),
    };
    let haines = FixedIds { salesforce: Some("0038d00000Rh4Ha"), hubspot: Some("51773290"), ..none };
    let haines_jr = FixedIds { product: Some("b81f6c02-6f0e-4f57-8a3d-90d7ae41b3f8"), ..none };
    let maerta = FixedIds { salesforce: Some("0038d00000Yb2Kd"), zendesk: Some("1900291177420"), ..none };
    let cast: Vec<(Role, bool, Part, FixedIds)> = vec![
        (
            ("Katarzyna", "Wójcik", "k.wojcik@bwc.example", 0, "22", "0143", Some(day(1984, 3, 7)), "Practice Manager"),
            true,
            Buyer,
            kasia,
        ),
        (
            ("Kacper", "Wójcik", "reception@bwc.example", 0, "22", "0100", Some(day(1991, 10, 30)), "Front desk"),
            false,
            User,
            FixedIds { zendesk: Some("1900284503982"), ..none },
        ),
        (
            ("Märta", "Nilsson", "m.nilsson@fjord.example", 1, "18", "0127", None, "Head of Quality"),
            true,
            Buyer,
            maerta,
        ),
        (
            ("Robert", "Haines", "rhaines@hp.example", 2, "117", "0117", Some(day(1958, 4, 2)), "Managing Director"),
            false,
            Buyer,
            haines,
        ),
        (
            ("Robert", "Haines", "rob.jr@hp.example", 2, "117", "0117", Some(day(1986, 9, 17)), "Laboratory Manager"),
            false,
            Admin,
            haines_jr,
        ),
        (
            ("Ahmet", "Yılmaz", "a.yilmaz@deltadental.example", 3, "161", "0130", None, "Dentist"),
            false,
            Buyer,
            FixedIds { salesforce: Some("0038d00000wM7Tq"), ..none },
        ),
        (
            ("Paul", "Marlow", "paul@marlowvets.example", 5, "20", "0151", None, "Veterinary Surgeon"),
            false,
            Buyer,
            none,
        ),
        (
            ("Taro", "Yamada", "t.yamada@minato.example", 7, "3", "0176", Some(day(1977, 1, 9)), "Laboratory Manager"),
            false,
            Buyer,
            none,
        ),
        (
            (
                "Jürgen",
                "Pfeiffer",
                "j.pfeiffer@pfeiffer-soehne.example",
                8,
                "911",
                "0181",
                Some(day(1961, 8, 8)),
                "Managing Director",
            ),
            false,
            Buyer,
            none,
        ),
        (("Astrid", "Lindqvist", "astrid@lindqvistdental.example", 9, "8", "0133", None, "Dentist"), true, Buyer, none),
        (
            (
                "Rania",
                "Haddad",
                "info@cliniquedulac.example",
                11,
                "21",
                "0166",
                Some(day(1980, 5, 14)),
                "Medical Director",
            ),
            true,
            Buyer,
            FixedIds { zendesk: Some("88213"), ..none },
        ),
        (
            ("Rami", "Haddad", "info@cliniquedulac.example", 11, "21", "0166", Some(day(1980, 5, 15)), "IT Manager"),
            false,
            Admin,
            none,
        ),
        (
            (
                "Jürgen",
                "Müller",
                "j.mueller@uegp-labor.example",
                12,
                "221",
                "0112",
                Some(day(1970, 2, 2)),
                "Biomedical Scientist",
            ),
            false,
            Admin,
            none,
        ),
        (
            (
                "Jörgen",
                "Müller",
                "jo.mueller@uegp-labor.example",
                12,
                "221",
                "0112",
                Some(day(1970, 12, 20)),
                "Lab Technician",
            ),
            false,
            User,
            none,
        ),
        (
            ("Thị Hoa", "Nguyễn", "hoa.nguyen@uegp-labor.example", 12, "221", "0113", None, "Lab Technician"),
            true,
            User,
            none,
        ),
        (
            (
                "Chidiebere",
                "Okonkwo",
                "c.okonkwo@okonkwodx.example",
                13,
                "113",
                "0190",
                Some(day(1975, 6, 1)),
                "Managing Director",
            ),
            false,
            Buyer,
            none,
        ),
        (
            (
                "Adaeze",
                "Okonkwo",
                "lab@okonkwodx.example",
                13,
                "113",
                "0190",
                Some(day(1979, 6, 11)),
                "Finance Manager",
            ),
            true,
            Admin,
            none,
        ),
        (
            ("Síobhán", "O’Neill", "s.oneill@okonkwodx.example", 13, "113", "0191", None, "Office Manager"),
            true,
            User,
            none,
        ),
        (
            ("João", "Ferreira da Silva", "joao@cliniquedulac.example", 11, "21", "0167", None, "Dentist"),
            false,
            User,
            none,
        ),
    ];
    let mut people: Vec<Person> = cast
        .into_iter()
        .enumerate()
        .map(|(nth, (role, woman, part, fixed))| person(nth, role, woman, part, fixed))
        .collect();
    people[3].suffix = "Sr.";
    people[4].suffix = "Jr.";
    people[7].native = Some(("太郎".to_owned(), "山田".to_owned()));
    people
}
