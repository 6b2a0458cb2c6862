//! The clinics and laboratories that Larkfield deals with, as they really are: one `Company` is one organisation of the
//! world. How the systems spell it is left to them and to `smudge`.

use std::collections::BTreeSet;

use super::calendar::{Day, day, months_later};
use super::dice::Dice;
use super::smudge::ascii;
use super::vocabulary::{BRAND_BEGINS, BRAND_ENDS, COUNTRIES, Country};

/// The last day that any export knows.
pub const TODAY: Day = day(2025, 11, 14);

/// What became of a company's business with Larkfield, as it really is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// Known by name from a fair or a form; in no account list.
    Lead,
    Prospect,
    Trial,
    Customer,
    Churned,
    /// Stopped paying, still logs in.
    ChurnedInUse,
    /// Left and came back.
    WinBack,
    Partner,
}

/// A time for which the company paid.
#[derive(Clone, Copy)]
pub struct Paid {
    pub from: Day,
    /// The day of the cancellation, if there was one.
    pub until: Option<Day>,
    /// Months between invoices: 1, 3 or 12.
    pub every: i64,
    /// Which plan: 0 Starter … 3 Group.
    pub plan: usize,
}

pub struct Company {
    pub real_id: String,
    /// With its legal form, as in the commercial register.
    pub name: String,
    /// Without it.
    pub short: String,
    /// The name until it was renamed, if it was.
    pub former: Option<String>,
    /// The name in its own script.
    pub native: Option<String>,
    pub domain: String,
    pub country: usize,
    pub place: usize,
    pub street: String,
    pub switchboard: String,
    pub standing: Standing,
    /// The first time anybody at Larkfield heard of it.
    pub known: Day,
    pub trial: Option<Day>,
    pub paid: Vec<Paid>,
    /// The head office, for a branch.
    pub parent: Option<usize>,
    pub people: usize,
    /// Whether info@ or reception@ is read by many.
    pub inbox: Option<String>,
    pub vat: String,
    /// `LF-00423`: the number in the CRM before Salesforce.
    pub legacy: Option<String>,
    /// The 19 digits of the billing tool before Stripe.
    pub old_billing: Option<String>,
}

impl Company {
    pub fn country(&self) -> &'static Country {
        &COUNTRIES[self.country]
    }

    pub fn city(&self) -> &'static str {
        COUNTRIES[self.country].places[self.place].0
    }

    pub fn postcode(&self) -> &'static str {
        COUNTRIES[self.country].places[self.place].3
    }

    pub fn pays_today(&self) -> bool {
        self.paid.last().is_some_and(|paid| paid.until.is_none())
    }

    /// Small, Mid or Enterprise.
    pub fn segment(&self) -> &'static str {
        match self.people {
            0..=4 => "Small",
            5..=10 => "Mid",
            _ => "Enterprise",
        }
    }

    /// The last day with a login, if anybody ever logged in.
    pub fn last_use(&self) -> Option<Day> {
        let trial = self.trial?;
        Some(match self.standing {
            Standing::Churned => self.paid.last()?.until? - 20,
            Standing::Prospect => trial + 25,
            _ => TODAY - 1,
        })
    }
}

const STANDINGS: &[(Standing, usize)] = &[
    (Standing::Lead, 190),
    (Standing::Prospect, 128),
    (Standing::Trial, 42),
    (Standing::Customer, 382),
    (Standing::Churned, 82),
    (Standing::ChurnedInUse, 13),
    (Standing::WinBack, 27),
    (Standing::Partner, 36),
];

/// All companies, those of `cast` first; branches last.
pub fn found(seed: u64, cast: Vec<Company>) -> Vec<Company> {
    let mut dice = Dice::new(seed, "companies");
    let mut domains: BTreeSet<String> = cast.iter().map(|company| company.domain.clone()).collect();
    let mut companies = cast;
    for &(standing, count) in STANDINGS {
        for _ in 0..count {
            let company = one(&mut dice, standing, &mut domains, companies.len());
            companies.push(company);
        }
    }
    branches(&mut dice, &mut companies);
    companies
}

fn one(dice: &mut Dice, standing: Standing, domains: &mut BTreeSet<String>, number: usize) -> Company {
    let total: u32 = COUNTRIES.iter().map(|country| country.share).sum();
    let mut ticket = dice.below(total as usize) as u32;
    let country = COUNTRIES.iter().position(|c| {
        let hit = ticket < c.share;
        ticket = ticket.wrapping_sub(if hit { 0 } else { c.share });
        hit
    });
    let country = country.unwrap_or(0);
    let land = &COUNTRIES[country];
    let place = dice.below(land.places.len());
    let (short, domain) = loop {
        let short = business_name(dice, land, place);
        let domain = format!("{}.example", slug(&short));
        if domains.insert(domain.clone()) {
            break (short, domain);
        }
    };
    let legal = *dice.pick(land.legal);
    let former = dice.chance(35).then(|| {
        let word = format!("{}{}", dice.word(BRAND_BEGINS), dice.word(BRAND_ENDS));
        format!("{word} {}", dice.word(land.trades))
    });
    let inbox =
        dice.chance(90).then(|| format!("{}@{domain}", dice.pick(&["info", "reception", "office", "lab", "kontakt"])));
    let known = dice.between(day(2015, 2, 1), day(2025, 9, 20));
    let mut company = Company {
        real_id: format!("c-{:04}", number + 1),
        name: format!("{short} {legal}"),
        short,
        former,
        native: None,
        domain,
        country,
        place,
        street: street(dice, land),
        switchboard: dice.digits(4),
        standing,
        known,
        trial: None,
        paid: Vec::new(),
        parent: None,
        people: size(dice, standing),
        inbox,
        vat: vat(dice, land.code),
        legacy: (known < day(2019, 1, 1)).then(|| format!("LF-{:05}", 100 + number)),
        old_billing: None,
    };
    trade(dice, &mut company);
    company
}

fn business_name(dice: &mut Dice, land: &Country, place: usize) -> String {
    let trade = dice.word(land.trades);
    let latin = |name: String| name.split('/').next().unwrap_or_default().to_owned();
    match dice.below(10) {
        0..=4 => format!("{}{} {trade}", dice.word(BRAND_BEGINS), dice.word(BRAND_ENDS)),
        5..=6 => format!("{} {trade}", latin(dice.word(land.families))),
        7 => format!("{trade} {}", land.places[place].0),
        8 => format!("{} & {}", latin(dice.word(land.families)), latin(dice.word(land.families))),
        _ => format!("{trade} {}{}", dice.word(BRAND_BEGINS), dice.word(BRAND_ENDS)),
    }
}

fn size(dice: &mut Dice, standing: Standing) -> usize {
    let most = if standing == Standing::Lead { 4 } else { 7 };
    match dice.below(20) {
        0 if standing != Standing::Lead => 12 + dice.below(10),
        1..=3 if standing != Standing::Lead => 7 + dice.below(5),
        _ => 1 + dice.below(most),
    }
}

/// When the company tried, paid, left and came back: everything that the systems say of it later follows from this.
fn trade(dice: &mut Dice, company: &mut Company) {
    let plan = match company.people {
        0..=2 => 0,
        3..=6 => 1,
        7..=11 => 2,
        _ => 3,
    };
    let every = *dice.pick(&[1, 1, 1, 3, 12, 12, 12, 12]);
    let trial = company.known + dice.between(10, 160);
    let starts = trial + dice.between(14, 45);
    match company.standing {
        Standing::Lead | Standing::Partner => {}
        Standing::Prospect => company.trial = (dice.chance(250) && trial + 30 < TODAY).then_some(trial),
        Standing::Trial => {
            let began = TODAY - dice.between(2, 27);
            company.known = began - dice.between(5, 120);
            company.trial = Some(began);
        }
        Standing::Customer => {
            company.trial = Some(trial.min(TODAY - 60));
            company.paid.push(Paid { from: starts.min(TODAY - 30), until: None, every, plan });
        }
        Standing::Churned | Standing::ChurnedInUse | Standing::WinBack => {
            let from = starts.min(day(2024, 8, 1));
            company.trial = Some(trial.min(from - 14));
            company.known = company.known.min(from - 40);
            let earliest = (from + 120).max(day(2023, 10, 1));
            let latest = if company.standing == Standing::WinBack { day(2025, 2, 1) } else { day(2025, 10, 31) };
            let until = dice.between(earliest, latest.max(earliest + 1));
            company.paid.push(Paid { from, until: Some(until), every, plan });
            if company.standing == Standing::WinBack {
                let again = until + dice.between(70, 200);
                company.paid.push(Paid { from: again, until: None, every: 1, plan });
            }
        }
    }
    company.known = company.known.min(company.trial.unwrap_or(company.known));
    if company.paid.first().is_some_and(|paid| paid.from < day(2021, 1, 1)) {
        company.old_billing = Some(format!("2520000000{}", dice.digits(9)));
    }
}

/// Some companies have a second house in another city: same word, same domain, an organisation of its own.
fn branches(dice: &mut Dice, companies: &mut Vec<Company>) {
    let heads: Vec<usize> = (0..companies.len())
        .filter(|&at| companies[at].standing == Standing::Customer && companies[at].country().places.len() > 1)
        .take(180)
        .filter(|&at| at % 7 == 3)
        .collect();
    for head in heads {
        let mut branch = one(dice, Standing::Prospect, &mut BTreeSet::new(), companies.len());
        let parent = &companies[head];
        branch.country = parent.country;
        branch.place = (parent.place + 1) % parent.country().places.len();
        branch.short = format!("{} {}", parent.short, branch.city());
        branch.name = format!("{} – {}", parent.name, branch.city());
        branch.domain = parent.domain.clone();
        branch.street = street(dice, branch.country());
        branch.known = parent.known + 30;
        branch.trial = None;
        branch.former = None;
        branch.inbox = None;
        branch.parent = Some(head);
        companies.push(branch);
    }
}

pub fn street(dice: &mut Dice, land: &Country) -> String {
    let (name, number) = (dice.word(land.streets), dice.between(1, 148));
    if land.number_first { format!("{number} {name}") } else { format!("{name} {number}") }
}

fn vat(dice: &mut Dice, code: &str) -> String {
    format!("{code}{}", dice.digits(9))
}

/// Lower-case ASCII letters and digits, words joined by nothing.
pub fn slug(name: &str) -> String {
    ascii(name).chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase()
}

/// The price of a plan for one invoice, in hundredths of the company's currency.
pub fn price(company: &Company, paid: &Paid) -> i64 {
    const MONTHLY: [i64; 4] = [8_900, 24_900, 69_000, 190_000];
    let months = if paid.every == 12 { 10 } else { paid.every };
    let euros = MONTHLY[paid.plan.min(3)] * months;
    // Whole units of the currency, as a price list has them.
    euros * company.country().rate / 100 / 100 * 100
}

/// The last anniversary of an invoice that lies before `TODAY`, and the next one.
pub fn period(paid: &Paid) -> (Day, Day) {
    let last = paid.until.unwrap_or(TODAY);
    let mut step = 0;
    while months_later(paid.from, step + paid.every) <= last {
        step += paid.every;
    }
    (months_later(paid.from, step), months_later(paid.from, step + paid.every))
}

pub const PLANS: [&str; 4] = ["Starter", "Team", "Lab", "Group"];
