//! Addresses of many countries taken apart, and texts that are none.

use super::*;
use proptest::prelude::*;

fn parts(text: &str, country: &str) -> [String; 6] {
    let address = split(text, country);
    [address.street, address.unit, address.city, address.state, address.postal_code, address.country].map(str::to_owned)
}

#[test]
fn the_words_are_read() {
    let words: Words = toml::from_str(TABLE).unwrap();
    assert_eq!(words.states["US"].len(), 59);
    assert_eq!(words.states["CA"].len(), 13);
    assert_eq!(words.states["AU"].len(), 8);
    assert_eq!(words.states["BR"].len(), 27);
}

#[test]
fn addresses_of_many_countries_are_split() {
    for (text, country, expected) in [
        ("123 Main St, San Francisco, CA 94105", "", ["123 Main St", "", "San Francisco", "CA", "94105", ""]),
        ("123 Main St, San Francisco, CA 94105, USA", "", ["123 Main St", "", "San Francisco", "CA", "94105", "USA"]),
        (
            "123 Main St Apt 4B\nSpringfield, Illinois 62701-1234",
            "",
            ["123 Main St", "Apt 4B", "Springfield", "Illinois", "62701-1234", ""],
        ),
        (
            "123 Main St, Suite 500, New York, NY 10001",
            "US",
            ["123 Main St", "Suite 500", "New York", "NY", "10001", ""],
        ),
        ("123 Main St, New York NY 10001", "", ["123 Main St", "", "New York", "NY", "10001", ""]),
        ("10 Downing Street, London SW1A 2AA, UK", "", ["10 Downing Street", "", "London", "", "SW1A 2AA", "UK"]),
        (
            "10 Downing Street\nLondon\nSW1A 2AA\nUnited Kingdom",
            "",
            ["10 Downing Street", "", "London", "", "SW1A 2AA", "United Kingdom"],
        ),
        ("Flat 3, 10 High Street, Leeds, LS1 4AP", "", ["10 High Street", "Flat 3", "Leeds", "", "LS1 4AP", ""]),
        ("Hauptstraße 5, 10115 Berlin", "", ["Hauptstraße 5", "", "Berlin", "", "10115", ""]),
        ("Hauptstraße 5\nD-10115 Berlin\nDeutschland", "", ["Hauptstraße 5", "", "Berlin", "", "10115", "Deutschland"]),
        ("Hauptstraße 5 10115 Berlin", "DE", ["Hauptstraße 5", "", "Berlin", "", "10115", ""]),
        ("Bahnhofstrasse 1, 8001 Zürich, Schweiz", "", ["Bahnhofstrasse 1", "", "Zürich", "", "8001", "Schweiz"]),
        ("Stephansplatz 1; 1010 Wien; AT", "", ["Stephansplatz 1", "", "Wien", "", "1010", "AT"]),
        ("12 rue de Rivoli, 75001 Paris, France", "", ["12 rue de Rivoli", "", "Paris", "", "75001", "France"]),
        ("Calle Mayor 5, 28013 Madrid, España", "", ["Calle Mayor 5", "", "Madrid", "", "28013", "España"]),
        ("Via Roma 10, 20121 Milano MI, Italia", "", ["Via Roma 10", "", "Milano", "MI", "20121", "Italia"]),
        ("Via Roma 10, 20121 Milano (MI)", "IT", ["Via Roma 10", "", "Milano", "MI", "20121", ""]),
        ("Keizersgracht 123, 1015 CJ Amsterdam", "", ["Keizersgracht 123", "", "Amsterdam", "", "1015 CJ", ""]),
        ("ul. Prosta 5, 00-838 Warszawa", "", ["ul. Prosta 5", "", "Warszawa", "", "00-838", ""]),
        ("Storgatan 5, 111 22 Stockholm", "SE", ["Storgatan 5", "", "Stockholm", "", "111 22", ""]),
        ("Storgatan 5, SE-111 22 Stockholm, Sverige", "", ["Storgatan 5", "", "Stockholm", "", "111 22", "Sverige"]),
        ("Karl Johans gate 1, 0154 Oslo, Norway", "", ["Karl Johans gate 1", "", "Oslo", "", "0154", "Norway"]),
        ("Strøget 1, 1160 København, Danmark", "", ["Strøget 1", "", "København", "", "1160", "Danmark"]),
        (
            "Av. Paulista 1000, São Paulo - SP, 01310-100, Brasil",
            "",
            ["Av. Paulista 1000", "", "São Paulo", "SP", "01310-100", "Brasil"],
        ),
        ("1 George St, Sydney NSW 2000", "", ["1 George St", "", "Sydney", "NSW", "2000", ""]),
        (
            "100 Queen St W, Toronto, ON M5H 2N2, Canada",
            "",
            ["100 Queen St W", "", "Toronto", "ON", "M5H 2N2", "Canada"],
        ),
        ("123 Main St San Francisco CA 94105", "", ["123 Main St", "", "San Francisco", "CA", "94105", ""]),
        ("12345 Long Road, Dallas, TX 75201", "", ["12345 Long Road", "", "Dallas", "TX", "75201", ""]),
    ] {
        assert_eq!(parts(text, country), expected.map(str::to_owned), "{text}");
    }
}

#[test]
fn unsure_splits_have_little_confidence_and_say_why() {
    for text in ["", "-", "Berlin", "somewhere over the rainbow", "Peachtree St 5, Atlanta, Georgia", "42"] {
        let address = split(text, "");
        assert!(address.confidence < 60 && !address.reason.is_empty(), "{text}: {address:?}");
    }
    assert_eq!(split("Berlin", "").reason, "no postal code is found");
    assert!(split("123 Main St, San Francisco, CA 94105, USA", "").confidence >= 90);
    assert!(split("Acme Inc, Anna Lee, 5 Road, 10115 Berlin, DE", "").confidence < 80);
}

proptest! {
    #![proptest_config(crate::values::steady_cases())]

    #[test]
    fn no_text_makes_it_panic_and_every_part_is_of_the_text(
        text: String,
        near in "([0-9]{1,5}|Main|St|CA|[0-9]{5}|Berlin|Apt 4|SW1A 2AA|USA|ä|#|00-838| |,|\n|-|\\(){0,12}",
        country in "|US|DE|GB|IT|SE|BR",
    ) {
        for text in [&text, &near] {
            let address = split(text, &country);
            prop_assert!(address.confidence <= 100);
            for part in [address.street, address.unit, address.city, address.state, address.postal_code, address.country] {
                prop_assert!(text.contains(part));
            }
        }
    }
}
