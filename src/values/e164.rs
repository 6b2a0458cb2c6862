//! Phone numbers as E.164 where they are valid, by the numbering plans of all countries. Formatting, `00`, `tel:` and the
//! trunk zero in brackets are taken off by `phone`; an extension is left out, since E.164 has none. A number without its
//! country's code is read by the country that is stated for it; nothing is guessed.

use phonenumber::Mode;
use phonenumber::country::Id;

use super::named::quoted;
use super::phone;

/// A valid number as `+48601234567`. `country` is the ISO code by which a number is read that does not begin with its own.
///
/// # Errors
/// If it is no valid number, or no country is known to read it by; half a sentence.
pub fn e164(text: &str, country: &str) -> Result<String, String> {
    let Some(number) = phone::digits(text) else {
        // Looking for several in a long text would take long.
        let several = text.len() <= 1000 && phone::phones_in(text).len() > 1;
        return Err(if several {
            format!("{} holds several numbers", quoted(text))
        } else {
            format!("{} is no phone number", quoted(text))
        });
    };
    let digits = number.as_str();
    if number.is_international() {
        return valid(None, &format!("+{digits}")).ok_or_else(|| format!("{} is no valid number", quoted(text)));
    }
    if country.is_empty() {
        return Err("no country is known to read it by".to_owned());
    }
    let Ok(id) = country.parse::<Id>() else { return Err(format!("no numbers of {} are known", quoted(country))) };
    valid(Some(id), digits).ok_or_else(|| format!("no valid number of {country}"))
}

/// The input is nothing but digits, with a plus or without.
fn valid(country: Option<Id>, digits: &str) -> Option<String> {
    let number = phonenumber::parse(country, digits).ok()?;
    number.is_valid().then(|| number.format().mode(Mode::E164).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn valid_numbers_become_e164_by_their_country() {
        for (text, country, expected) in [
            ("601 234 567", "PL", "+48601234567"),
            ("+48 601 234 567", "US", "+48601234567"),
            ("0048601234567", "", "+48601234567"),
            ("tel:+48-601-234-567", "", "+48601234567"),
            ("(415) 867-5309", "US", "+14158675309"),
            ("1-415-867-5309 ext. 12", "US", "+14158675309"),
            ("011 48 601 234 567", "US", "+48601234567"),
            ("020 7946 0958", "GB", "+442079460958"),
            ("+44 (0)20 7946 0958", "", "+442079460958"),
            ("030 901820", "DE", "+4930901820"),
            ("+49 (0) 30 901820", "", "+4930901820"),
            ("06 6982", "IT", "+39066982"),
            ("+39 06 6982", "", "+39066982"),
            ("01 42 68 53 00", "FR", "+33142685300"),
            ("018-55 01 27", "SE", "+4618550127"),
            ("48601234567", "PL", "+48601234567"),
            ("(11) 91234-5678", "BR", "+5511912345678"),
        ] {
            assert_eq!(e164(text, country).as_deref(), Ok(expected), "{text} {country}");
        }
    }

    #[test]
    fn what_is_no_valid_number_says_why() {
        assert_eq!(e164("123456", "PL"), Err("no valid number of PL".to_owned()));
        assert_eq!(e164("601234567", ""), Err("no country is known to read it by".to_owned()));
        assert_eq!(e164("+48 12", "PL"), Err("“+48 12” is no phone number".to_owned()));
        assert_eq!(e164("+1 000 000 0000", ""), Err("“+1 000 000 0000” is no valid number".to_owned()));
        assert_eq!(
            e164("601 234 567, 602 345 678", "PL"),
            Err("“601 234 567, 602 345 678” holds several numbers".to_owned())
        );
        for text in ["", "4.66E+10", "none", "a@b.example", "+999 1234567"] {
            assert!(e164(text, "PL").is_err(), "{text}");
        }
    }

    #[test]
    fn every_calling_code_and_country_can_be_asked() {
        for code in 1..=999 {
            for rest in ["1234567", "0000000", "9876543210", "800123456"] {
                let _ = e164(&format!("+{code}{rest}"), "");
            }
        }
        for country in crate::values::country::codes() {
            for digits in ["12345", "0123456789", "00000000000000000", "99999999", "8001234567"] {
                let _ = e164(digits, country);
            }
        }
    }

    proptest! {
        #![proptest_config(crate::values::steady_cases())]

        #[test]
        fn no_text_makes_it_panic_and_a_number_reads_as_itself(
            text: String,
            near in "[+]?[0-9]{5,17}",
            country in "US|DE|IT|AR|BR|MX|AU|XK|GB",
        ) {
            for text in [&text, &near] {
                if let Ok(found) = e164(text, &country) {
                    prop_assert_eq!(e164(&found, ""), Ok(found.clone()));
                }
            }
        }
    }
}
