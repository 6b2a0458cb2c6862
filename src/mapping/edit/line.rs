//! A rule as one line, as people type it: `join FirstName, LastName with " "`. What `written` writes, `read` reads back.
//! Names that are not plain words stand in double quotes, with `\"`, `\\`, `\n` and characters by number as in TOML.

use super::super::map::read::{fitting_columns, is_code, rounding_of};
use super::super::map::words::{self, nearest};
use super::super::map::write::rounding_word;
use super::super::rule::{Rule, SplitBy, ValueRow, ValueTarget};
use super::super::{FieldRule, MappingError};
use super::token::{Kind, Token, tokens};
use crate::definitions::document::quoted;
use crate::values::shown::Shown;

/// The line of a rule, its columns included. A value map's rows stand in it too.
pub fn written(rule: &Rule, from: &[String]) -> String {
    let word = rule.word();
    let first = from.first().map(|column| name(column)).unwrap_or_default();
    let all = || from.iter().map(|column| name(column)).collect::<Vec<_>>().join(", ");
    match rule {
        Rule::Copy | Rule::Email | Rule::Url | Rule::Country | Rule::Language | Rule::Currency => {
            format!("{word} {first}")
        }
        Rule::Constant { value } => format!("{word} {}", quoted(value)),
        Rule::ValueMap { rows, otherwise, separator, folded } => {
            let mut line = format!("{word} {first}");
            if *folded {
                line.push_str(" folded");
            }
            if !separator.is_empty() {
                line.push_str(&format!(" parted by {}", quoted(separator)));
            }
            let mut parts: Vec<String> = rows.iter().map(row).collect();
            parts.extend(otherwise.as_ref().map(|row| format!("otherwise -> {}", target(&row.to))));
            if !parts.is_empty() {
                line.push_str(&format!(": {}", parts.join(", ")));
            }
            line
        }
        Rule::FirstFilled => format!("{word} {}", all()),
        Rule::Join { separator } => format!("{word} {} with {}", all(), quoted(separator)),
        Rule::Split { by: SplitBy::Delimiter { delimiter, part } } => {
            format!("{word} {first} by {} part {part}", quoted(delimiter))
        }
        Rule::Split { by: SplitBy::PersonName { part } } => format!("{word} {first}: {}", name(part)),
        Rule::Split { by: SplitBy::Address { part, least_confidence: 0 } } => format!("{word} {first}: {}", name(part)),
        Rule::Split { by: SplitBy::Address { part, least_confidence } } => {
            format!("{word} {first}: {}, at least {least_confidence}", name(part))
        }
        Rule::Date { format } => format!("{word} {first} {}", in_format(format)),
        Rule::DateTime { format, zone } if zone.is_empty() => format!("{word} {first} {}", in_format(format)),
        Rule::DateTime { format, zone } => format!("{word} {first} {} in {}", in_format(format), bare(zone)),
        Rule::Number { decimal, scale, rounding } => {
            let rounding = if *rounding == Default::default() {
                String::new()
            } else {
                format!(" rounding {}", rounding_word(*rounding))
            };
            format!("{word} {first} with decimal \"{decimal}\" scale {scale}{rounding}")
        }
        Rule::Money { decimal, currency, rounding } => {
            let mut line = format!("{word} {first}");
            if !currency.is_empty() {
                line.push_str(&format!(" in {}", bare(currency)));
            }
            if let Some(column) = from.get(1) {
                line.push_str(&format!(" currency from {}", name(column)));
            }
            line.push_str(&format!(" decimal \"{decimal}\""));
            if *rounding != Default::default() {
                line.push_str(&format!(" rounding {}", rounding_word(*rounding)));
            }
            line
        }
        Rule::Boolean { yes, no, turned_round } => {
            let mut line = format!("{word} {first}");
            for (which, list) in [("yes", yes), ("no", no)] {
                if !list.is_empty() {
                    let list: Vec<String> = list.iter().map(|value| quoted(value)).collect();
                    line.push_str(&format!(" {which} {}", list.join(", ")));
                }
            }
            if *turned_round {
                line.push_str(" turned round");
            }
            line
        }
        Rule::Phone { country } => {
            let mut line = format!("{word} {first}");
            if !country.is_empty() {
                line.push_str(&format!(" country {}", bare(country)));
            }
            if let Some(column) = from.get(1) {
                line.push_str(&format!(" country from {}", name(column)));
            }
            line
        }
        Rule::Domain { without_free_mail: false } => format!("{word} {first}"),
        Rule::Domain { without_free_mail: true } => format!("{word} {first} without free mail"),
        Rule::Owner { list } => format!("{word} {first} from {}", name(list)),
        Rule::Reference { entity, source, object } => {
            format!("{word} {first} to {} in {}", name(entity), place(source, object))
        }
        Rule::LookUp { source, object, column } => {
            format!("{word} {} by {first} in {}", name(column), place(source, object))
        }
        Rule::Expression { sql } => {
            let plain = sql.trim() == sql && !sql.chars().any(crate::values::character::is_invisible);
            if plain { format!("= {sql}") } else { format!("{word} {}", quoted(sql)) }
        }
    }
}

fn row(row: &ValueRow) -> String {
    let only_where =
        if row.only_where.is_empty() { String::new() } else { format!(" where {}", quoted(&row.only_where)) };
    format!("{} -> {}{only_where}", quoted(&row.value), target(&row.to))
}

fn target(to: &ValueTarget) -> String {
    match to {
        ValueTarget::Value(value) => quoted(value),
        ValueTarget::Nothing => "nothing".to_owned(),
        ValueTarget::Excluded(reason) => format!("excluded {}", quoted(reason)),
    }
}

fn in_format(format: &str) -> String {
    match format {
        "day-first" | "month-first" | "year-first" => format.to_owned(),
        other => format!("as {}", bare(other)),
    }
}

/// A name as it is, where it is one plain word; else in quotes.
fn name(text: &str) -> String {
    let mut chars = text.chars();
    let plain = chars.next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && chars.all(|c| c.is_alphanumeric() || c == '_')
        // `date and time …` is another rule than `date` of a column called so.
        && !text.eq_ignore_ascii_case("and");
    if plain { text.to_owned() } else { quoted(text) }
}

/// A format or code as it is, where that is one token; else in quotes.
fn bare(text: &str) -> String {
    let plain = !text.is_empty()
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '%' | '/' | '-' | '_' | '.' | ':' | '+'))
        && !text.ends_with([':', '.'])
        && !text.starts_with("->");
    if plain { text.to_owned() } else { quoted(text) }
}

fn place(source: &str, object: &str) -> String {
    let (one, other) = (name(source), name(object));
    if one.starts_with('"') || other.starts_with('"') {
        format!("{}.{}", quoted(source), quoted(object))
    } else {
        format!("{one}.{other}")
    }
}

/// Reads the line of a rule.
pub fn read(text: &str) -> Result<(Vec<String>, Rule), MappingError> {
    let start = text.len() - text.trim_start().len();
    if let Some(sql) = text.trim_start().strip_prefix('=') {
        if sql.trim().is_empty() {
            return Err(wrong(start + 1, "An expression is expected after =.", "For example: = upper(LastName)"));
        }
        return Ok((Vec::new(), Rule::Expression { sql: sql.trim().to_owned() }));
    }
    let tokens = tokens(text)?;
    let mut line = Line { tokens: &tokens, at: 0, end: text.len() };
    let (from, rule) = line.rule()?;
    if let Some(left) = line.tokens.get(line.at) {
        return Err(wrong(
            left.at,
            format!("“{}” is not understood here; the rule is whole before it.", Shown::of(&left.text)),
            format!(
                "Names with spaces stand in double quotes. As far as it goes: {}",
                Shown::of(&written(&rule, &from))
            ),
        ));
    }
    let word = rule.word();
    fitting_columns(word, &from).map_err(|message| wrong(text.len(), sentence(&message), example(word)))?;
    Ok((from, rule))
}

fn sentence(text: &str) -> String {
    format!("{text}.")
}

/// What is wrong, at a byte of the line.
pub(super) fn wrong(at: usize, message: impl Into<String>, hint: impl Into<String>) -> MappingError {
    MappingError::Expression { message: message.into(), at: Some(at), hint: hint.into() }
}

/// How a rule is typed.
fn example(word: &str) -> String {
    let line = match word {
        "copy" => "copy LastName",
        "constant" => "constant \"EUR\"",
        "value map" => "value map Type: \"Active Client\" -> \"customer\", \"Test\" -> excluded \"test data\"",
        "first filled" => "first filled Mobile, Phone",
        "join" => "join FirstName, LastName with \" \"",
        "split" => "split FullName by \",\" part 2",
        "person name" => "person name FullName: given",
        "address" => "address Address: city, at least 80",
        "date" => "date Since as %d/%m/%Y, or date Since day-first",
        "date and time" => "date and time CreatedDate as iso in UTC",
        "number" => "number Amount with decimal \",\" scale 2 rounding half-up",
        "money" => "money Amount in EUR decimal \".\"",
        "boolean" => "boolean HasOptedOut turned round",
        "phone" => "phone Phone country PL, or phone Phone country from MailingCountry",
        "e-mail" => "e-mail Email",
        "domain" => "domain Website without free mail",
        "url" => "url Website",
        "country" => "country MailingCountry",
        "language" => "language Preferred_Lang",
        "currency" => "currency CurrencyIsoCode",
        "owner" => "owner Owner from users",
        "reference" => "reference AccountId to account in Salesforce.Account",
        "look up" => "look up BillingCountry by AccountId in Salesforce.Account",
        _ => "= upper(trim(\"Last Name\"))",
    };
    format!("For example: {line}")
}

/// Tokens on their way into a rule.
struct Line<'a> {
    tokens: &'a [Token],
    at: usize,
    /// Bytes of the whole line.
    end: usize,
}

impl Line<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn place(&self) -> usize {
        self.peek().map_or(self.end, |token| token.at)
    }

    fn expected(&self, what: &str, word: &str) -> MappingError {
        let message = match self.peek() {
            Some(token) => format!("{what} is expected here, not “{}”.", Shown::of(&token.text)),
            None => format!("{what} is expected at the end."),
        };
        wrong(self.place(), message, example(word))
    }

    /// Takes these words if they all stand here.
    fn words(&mut self, wanted: &[&str]) -> bool {
        let here = self.tokens.get(self.at..self.at + wanted.len());
        let found = here.is_some_and(|here| {
            here.iter()
                .zip(wanted)
                .all(|(token, word)| token.kind == Kind::Bare && token.text.eq_ignore_ascii_case(word))
        });
        if found {
            self.at += wanted.len();
        }
        found
    }

    fn mark(&mut self, kind: Kind) -> bool {
        let found = self.peek().is_some_and(|token| token.kind == kind);
        self.at += usize::from(found);
        found
    }

    /// A name, a format, a text: a token that is one word or stands in quotes.
    fn text(&mut self, what: &str, word: &str) -> Result<String, MappingError> {
        match self.peek() {
            Some(token) if matches!(token.kind, Kind::Bare | Kind::Quoted) => {
                let text = token.text.clone();
                self.at += 1;
                Ok(text)
            }
            _ => Err(self.expected(what, word)),
        }
    }

    fn filled(&mut self, what: &str, word: &str) -> Result<String, MappingError> {
        let before = self.place();
        let text = self.text(what, word)?;
        if text.trim().is_empty() {
            return Err(wrong(before, format!("{what} cannot be empty."), example(word)));
        }
        Ok(text)
    }

    /// A column. Where one stands, no word of the language can, so it may be called like one.
    fn column(&mut self, word: &str) -> Result<String, MappingError> {
        let before = self.place();
        let text = self.text("A column", word)?;
        if text.is_empty() {
            return Err(wrong(before, "A column has a name.", example(word)));
        }
        Ok(text)
    }

    fn columns(&mut self, word: &str) -> Result<Vec<String>, MappingError> {
        let mut all = vec![self.column(word)?];
        while self.mark(Kind::Comma) {
            all.push(self.column(word)?);
        }
        Ok(all)
    }

    fn needs(&mut self, wanted: &[&str], word: &str) -> Result<(), MappingError> {
        if self.words(wanted) { Ok(()) } else { Err(self.expected(&format!("“{}”", wanted.join(" ")), word)) }
    }

    fn number(&mut self, what: &str, least: i32, most: i32, word: &str) -> Result<i32, MappingError> {
        let at = self.place();
        let text = self.text(what, word)?;
        let number = text.parse::<i32>().ok().filter(|number| (least..=most).contains(number));
        number.ok_or_else(|| {
            let range = if most == i32::MAX { String::new() } else { format!(" from {least} to {most}") };
            wrong(at, format!("{what} is a whole number{range}, not “{}”.", Shown::of(&text)), example(word))
        })
    }

    fn one_of(&mut self, what: &str, known: &[&'static str], word: &str) -> Result<&'static str, MappingError> {
        let at = self.place();
        let text = self.text(what, word)?;
        let folded = text.to_lowercase();
        known.iter().find(|one| **one == folded).copied().ok_or_else(|| {
            let hint = match nearest(&text, known.iter().copied()) {
                Some(near) => format!("“{near}” is meant, perhaps."),
                None => format!("There are {}.", known.join(", ")),
            };
            wrong(at, format!("{what} “{}” is not known.", Shown::of(&text)), hint)
        })
    }

    fn code(&mut self, what: &str, letters: usize, word: &str) -> Result<String, MappingError> {
        let at = self.place();
        let text = self.text(what, word)?.to_uppercase();
        if is_code(&text, letters) {
            return Ok(text);
        }
        let message = format!("{what} is a code of {letters} letters, not “{}”.", Shown::of(&text));
        Err(wrong(at, message, example(word)))
    }

    fn decimal(&mut self, word: &str) -> Result<char, MappingError> {
        Ok(if self.one_of("The decimal sign", &[".", ","], word)? == "," { ',' } else { '.' })
    }

    /// `Salesforce.Account`, `"My CRM"."Contact list"`.
    fn object(&mut self, word: &str) -> Result<(String, String), MappingError> {
        let what = "An object with its source, as in Salesforce.Account,";
        let at = self.place();
        let quoted = self.peek().is_some_and(|token| token.kind == Kind::Quoted);
        let first = self.filled(what, word)?;
        if quoted {
            if !self.mark(Kind::Dot) {
                return Err(self.expected("A dot and the object", word));
            }
            return Ok((first, self.filled("The object", word)?));
        }
        match first.split_once('.') {
            Some((source, "")) if !source.is_empty() => Ok((source.to_owned(), self.filled("The object", word)?)),
            Some((source, object)) if !source.is_empty() => Ok((source.to_owned(), object.to_owned())),
            _ => Err(wrong(at, format!("{what} is expected here, not “{}”.", Shown::of(&first)), example(word))),
        }
    }

    fn rule_word(&mut self) -> Result<&'static str, MappingError> {
        // The longest first: `date and time` before `date`.
        let mut known: Vec<&'static str> = words::RULES.to_vec();
        known.sort_by_key(|word| std::cmp::Reverse(word.split(' ').count()));
        for word in known {
            let parts: Vec<&str> = word.split(' ').collect();
            if self.words(&parts) {
                return Ok(word);
            }
        }
        if self.words(&["email"]) {
            return Ok("e-mail");
        }
        let Some(token) = self.peek() else {
            return Err(wrong(self.end, "A rule is expected.", example("copy")));
        };
        let hint = match nearest(&token.text, words::RULES.iter().copied()) {
            Some(near) => format!("“{near}” is meant, perhaps. {}", example(near)),
            None => format!("Rules are {}; or = and an expression.", words::RULES.join(", ")),
        };
        Err(wrong(token.at, format!("There is no rule “{}”.", Shown::of(&token.text)), hint))
    }

    fn rule(&mut self) -> Result<(Vec<String>, Rule), MappingError> {
        let word = self.rule_word()?;
        let one = |line: &mut Self| line.column(word).map(|column| vec![column]);
        Ok(match word {
            "copy" => (one(self)?, Rule::Copy),
            "constant" => (Vec::new(), Rule::Constant { value: self.text("A value", word)? }),
            "value map" => {
                let from = one(self)?;
                (from, self.value_map()?)
            }
            "first filled" => (self.columns(word)?, Rule::FirstFilled),
            "join" => {
                let from = self.columns(word)?;
                self.needs(&["with"], word)?;
                (from, Rule::Join { separator: self.text("A separator in quotes", word)? })
            }
            "split" => {
                let from = one(self)?;
                self.needs(&["by"], word)?;
                let at = self.place();
                let delimiter = self.text("What parts the value, in quotes,", word)?;
                if delimiter.is_empty() {
                    return Err(wrong(at, "What parts the value cannot be empty.", example(word)));
                }
                self.needs(&["part"], word)?;
                let at = self.place();
                let part = self.number("The part", i32::MIN, i32::MAX, word)?;
                if part == 0 {
                    let hint = "Parts are counted from 1, or from -1 at the end.";
                    return Err(wrong(at, "There is no part 0.", hint));
                }
                (from, Rule::Split { by: SplitBy::Delimiter { delimiter, part } })
            }
            "person name" | "address" => {
                let from = one(self)?;
                if !self.mark(Kind::Colon) {
                    return Err(self.expected("A colon and the part", word));
                }
                (from, Rule::Split { by: self.part(word)? })
            }
            "date" => {
                let from = one(self)?;
                (from, Rule::Date { format: self.format(word)? })
            }
            "date and time" => {
                let from = one(self)?;
                let format = self.format(word)?;
                let zone = if self.words(&["in"]) { self.filled("A time zone", word)? } else { String::new() };
                (from, Rule::DateTime { format, zone })
            }
            "number" => {
                let from = one(self)?;
                let (decimal, mut scale, mut rounding) = (self.with_decimal(word)?, 0, "none");
                if self.words(&["scale"]) {
                    scale = self.number("The scale", 0, 18, word)?;
                }
                if self.words(&["rounding"]) {
                    rounding = self.one_of("The rounding", words::ROUNDINGS, word)?;
                }
                // Within 0 and 18.
                let scale = u8::try_from(scale).unwrap_or(0);
                (from, Rule::Number { decimal, scale, rounding: rounding_of(rounding) })
            }
            "money" => self.money()?,
            "boolean" => {
                let from = one(self)?;
                let yes = if self.words(&["yes"]) { self.texts(word)? } else { Vec::new() };
                let no = if self.words(&["no"]) { self.texts(word)? } else { Vec::new() };
                (from, Rule::Boolean { yes, no, turned_round: self.words(&["turned", "round"]) })
            }
            "phone" => {
                let mut from = one(self)?;
                let mut country = String::new();
                if self.words(&["country", "from"]) {
                    from.push(self.column(word)?);
                } else if self.words(&["country"]) {
                    country = self.code("A country", 2, word)?;
                    if self.words(&["country", "from"]) {
                        from.push(self.column(word)?);
                    }
                }
                (from, Rule::Phone { country })
            }
            "e-mail" => (one(self)?, Rule::Email),
            "domain" => (one(self)?, Rule::Domain { without_free_mail: self.words(&["without", "free", "mail"]) }),
            "url" => (one(self)?, Rule::Url),
            "country" => (one(self)?, Rule::Country),
            "language" => (one(self)?, Rule::Language),
            "currency" => (one(self)?, Rule::Currency),
            "owner" => {
                let from = one(self)?;
                let list =
                    if self.words(&["from"]) { self.filled("A list of users", word)? } else { "users".to_owned() };
                (from, Rule::Owner { list })
            }
            "reference" => {
                let from = one(self)?;
                self.needs(&["to"], word)?;
                let entity = self.filled("An entity", word)?;
                self.needs(&["in"], word)?;
                let (source, object) = self.object(word)?;
                (from, Rule::Reference { entity, source, object })
            }
            "look up" => {
                let column = self.column(word)?;
                if column.trim().is_empty() {
                    return Err(self.expected("A column", word));
                }
                self.needs(&["by"], word)?;
                let from = one(self)?;
                self.needs(&["in"], word)?;
                let (source, object) = self.object(word)?;
                (from, Rule::LookUp { source, object, column })
            }
            _ => (Vec::new(), Rule::Expression { sql: self.filled("An expression in quotes", "expression")? }),
        })
    }

    fn part(&mut self, word: &str) -> Result<SplitBy, MappingError> {
        if word == "person name" {
            let part = self.one_of("The part", words::PERSON_PARTS, word)?.to_owned();
            return Ok(SplitBy::PersonName { part });
        }
        let part = self.one_of("The part", words::ADDRESS_PARTS, word)?.to_owned();
        let mut least = 0;
        if self.mark(Kind::Comma) {
            self.needs(&["at", "least"], word)?;
            least = self.number("The least confidence", 0, 100, word)?;
        }
        // Within 0 and 100.
        Ok(SplitBy::Address { part, least_confidence: u8::try_from(least).unwrap_or(0) })
    }

    fn format(&mut self, word: &str) -> Result<String, MappingError> {
        for order in ["day-first", "month-first", "year-first"] {
            if self.words(&[order]) || self.words(&order.split('-').collect::<Vec<_>>()) {
                return Ok(order.to_owned());
            }
        }
        if !self.words(&["as"]) {
            return Err(self.expected("day-first, month-first, year-first, or “as” and a format", word));
        }
        self.filled("A format", word)
    }

    fn with_decimal(&mut self, word: &str) -> Result<char, MappingError> {
        let with = self.words(&["with"]);
        if self.words(&["decimal"]) {
            return self.decimal(word);
        }
        if with { Err(self.expected("“decimal”", word)) } else { Ok('.') }
    }

    fn money(&mut self) -> Result<(Vec<String>, Rule), MappingError> {
        let word = "money";
        let mut from = vec![self.column(word)?];
        let mut currency = String::new();
        if self.words(&["in"]) {
            currency = self.code("A currency", 3, word)?;
        }
        if self.words(&["currency", "from"]) {
            from.push(self.column(word)?);
        }
        let decimal = self.with_decimal(word)?;
        let rounding =
            if self.words(&["rounding"]) { self.one_of("The rounding", words::ROUNDINGS, word)? } else { "none" };
        Ok((from, Rule::Money { decimal, currency, rounding: rounding_of(rounding) }))
    }

    fn texts(&mut self, word: &str) -> Result<Vec<String>, MappingError> {
        let mut all = vec![self.text("A word", word)?];
        while self.mark(Kind::Comma) {
            all.push(self.text("A word", word)?);
        }
        Ok(all)
    }

    fn value_map(&mut self) -> Result<Rule, MappingError> {
        let word = "value map";
        let folded = self.words(&["folded"]);
        let separator =
            if self.words(&["parted", "by"]) { self.text("What parts the values", word)? } else { String::new() };
        let (mut rows, mut otherwise) = (Vec::<ValueRow>::new(), None);
        if self.mark(Kind::Colon) {
            loop {
                let at = self.place();
                let is_default = self.words(&["otherwise"]);
                let value = if is_default { String::new() } else { self.text("A source value", word)? };
                if !self.mark(Kind::Arrow) {
                    return Err(self.expected("An arrow -> and what it becomes", word));
                }
                let to = self.value_target()?;
                if is_default {
                    otherwise = Some(ValueRow { to, ..ValueRow::default() });
                    break;
                }
                let only_where =
                    if self.words(&["where"]) { self.text("A condition in quotes", word)? } else { String::new() };
                if rows.iter().any(|row| row.value == value && row.only_where == only_where) {
                    return Err(wrong(at, format!("“{}” is mapped twice.", Shown::of(&value)), example(word)));
                }
                rows.push(ValueRow { value, only_where, to, ..ValueRow::default() });
                if !self.mark(Kind::Comma) {
                    break;
                }
            }
        }
        Ok(Rule::ValueMap { rows, otherwise, separator, folded })
    }

    fn value_target(&mut self) -> Result<ValueTarget, MappingError> {
        if self.words(&["nothing"]) {
            return Ok(ValueTarget::Nothing);
        }
        if self.words(&["excluded"]) {
            return Ok(ValueTarget::Excluded(self.filled("The reason in quotes", "value map")?));
        }
        Ok(ValueTarget::Value(self.text("A value", "value map")?))
    }
}

/// The line of a field's rule.
pub fn written_field(rule: &FieldRule) -> String {
    written(&rule.rule, &rule.from)
}
