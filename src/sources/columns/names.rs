//! The words of headers and of the names of objects, and when two names are of one thing.

use super::vocabulary;

/// The words of a header: split at capitals, digits kept, `__c` and `(metadata)` left off.
#[must_use]
pub fn header_words(header: &str) -> Vec<String> {
    let header = header.trim();
    let header = header.strip_suffix("__c").or_else(|| header.strip_suffix("__C")).unwrap_or(header);
    let header = header.strip_suffix("(metadata)").unwrap_or(header);
    let header = header.strip_prefix("property_").unwrap_or(header);
    let mut words = Vec::new();
    let mut word = String::new();
    let mut last_lower = false;
    for c in header.chars() {
        let splits = !c.is_alphanumeric() || (c.is_uppercase() && last_lower);
        if splits && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
        last_lower = c.is_lowercase() || c.is_numeric();
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// The words of an object's name in the singular, without noise.
pub(super) fn object_words(object: &str) -> Vec<String> {
    let noise = vocabulary().get("noise");
    header_words(object)
        .into_iter()
        .filter(|word| noise.is_none_or(|v| !v.words.contains(word)))
        .map(|word| singular(&word))
        .collect()
}

pub(super) fn singular(word: &str) -> String {
    if let Some(stem) = word.strip_suffix("ies") {
        format!("{stem}y")
    } else if word.ends_with("ss") {
        word.to_owned()
    } else {
        word.strip_suffix('s').unwrap_or(word).to_owned()
    }
}

/// A name's words in the singular and without noise, run together: `all-accounts`, `account_data` and `Account` are one.
#[must_use]
pub fn thing(name: &str) -> String {
    let words = object_words(name);
    if words.is_empty() { header_words(name).concat() } else { words.concat() }
}

/// Whether two names are of one thing: `Contact`, `all-contacts`.
#[must_use]
pub fn same_thing(one: &str, other: &str) -> bool {
    let one = thing(one);
    !one.is_empty() && one == thing(other)
}

/// Whether what a column is called after names an object: `account` and `default account` name `accounts`.
#[must_use]
pub fn names_object(target: &str, object: &str) -> bool {
    let (target, object) = (object_words(target), object_words(object));
    !object.is_empty() && target.ends_with(&object)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_split_into_words() {
        assert_eq!(header_words("Legacy_CRM_Id__c"), ["legacy", "crm", "id"]);
        assert_eq!(header_words("AccountId"), ["account", "id"]);
        assert_eq!(header_words("salesforce_account_id (metadata)"), ["salesforce", "account", "id"]);
        assert_eq!(header_words("Created (UTC)"), ["created", "utc"]);
    }
}
