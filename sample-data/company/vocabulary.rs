//! The words that people and companies are made of, by country. Lists are words with spaces between; `_` stands for a space
//! inside a word, `latin/native` for a name that is also written in its own script.

/// What one country contributes.
pub struct Country {
    pub code: &'static str,
    pub name: &'static str,
    /// Spellings of the country that hands have typed.
    pub also: &'static [&'static str],
    pub calling: &'static str,
    /// What is dialled before the area at home.
    pub trunk: &'static str,
    /// City, other spelling or empty, area code, postcode.
    pub places: &'static [(&'static str, &'static str, &'static str, &'static str)],
    pub streets: &'static str,
    /// Whether the house number stands before the street.
    pub number_first: bool,
    pub women: &'static str,
    pub men: &'static str,
    pub families: &'static str,
    pub legal: &'static [&'static str],
    /// What clinics and laboratories call themselves.
    pub trades: &'static str,
    pub currency: &'static str,
    /// Units of the currency for one euro, in hundredths.
    pub rate: i64,
    pub language: &'static str,
    pub locale: &'static str,
    /// How many companies of 100 are here.
    pub share: u32,
}

// One line a field group, so that a country can be read at a glance.
#[rustfmt::skip]
pub const COUNTRIES: &[Country] = &[
    Country { code: "SE", name: "Sweden", also: &["Sverige", "SE", "SWEDEN"], calling: "46", trunk: "0",
        places: &[("Uppsala", "", "18", "753 20"), ("Göteborg", "Gothenburg", "31", "411 08"), ("Malmö", "Malmo", "40", "211 22"), ("Stockholm", "Sthlm", "8", "111 35"), ("Linköping", "Linkoping", "13", "582 23")],
        streets: "Storgatan Kungsgatan Drottninggatan Järnvägsgatan Skolgatan Ringvägen Björkgatan", number_first: false,
        women: "Märta Elin Astrid Ingrid Karin Åsa Linnea Maja Ebba Sigrid Annika Lena Kerstin Birgitta Malin Frida Hanna Saga Tove Ulrika",
        men: "Erik Lars Anders Johan Nils Gustav Björn Göran Håkan Oskar Mikael Fredrik Henrik Jonas Per Mats Stefan Åke Viktor Emil",
        families: "Nilsson Lindqvist Andersson Bergström Öberg Sjöberg Lundgren Åkesson Hedlund Nyström Forsberg Wallin Ek Ström Löfgren Engström Sandberg Holmqvist Dahlin Norberg Blomqvist Sundin Håkansson Rydén Wikström Ahlgren Palm Hellström Bäckman Törnqvist",
        legal: &["AB"], trades: "Laboratorier Tandvård Kliniken Diagnostik Vårdcentral Djurklinik Provtagning", currency: "sek", rate: 1100, language: "Swedish", locale: "sv", share: 12 },
    Country { code: "DE", name: "Germany", also: &["Deutschland", "DE", "GERMANY", "D"], calling: "49", trunk: "0",
        places: &[("München", "Munich", "89", "80331"), ("Köln", "Cologne", "221", "50667"), ("Hamburg", "", "40", "20095"), ("Nürnberg", "Nuremberg", "911", "90402"), ("Leipzig", "", "341", "04109"), ("Düsseldorf", "Duesseldorf", "211", "40213")],
        streets: "Hauptstraße Bahnhofstraße Gartenstraße Schillerstraße Lindenweg Goethestraße Am_Markt", number_first: false,
        women: "Anna Katharina Sabine Ulrike Heike Jana Petra Claudia Monika Susanne Birgit Franziska Lena Julia Christine Margarete Elke Nadine Silke Ursula",
        men: "Jürgen Thomas Stefan Klaus Wolfgang Jörg Günther Matthias Michael Andreas Sebastian Tobias Uwe Bernd Dieter Florian Maximilian Heinz Ralf Jan",
        families: "Müller Pfeiffer Schröder Weiß Krüger Schäfer König Böhm Vogel Hartmann Brandt Köhler Jäger Großmann Lübke Reuter Seidel Winkler Busch Kühn Ott Bauer Zimmermann Fuchs Lang Schmidt Scholz Hoffmann Keller Neumann",
        legal: &["GmbH", "GmbH & Co. KG", "AG", "MVZ GmbH"], trades: "Labor Zahnklinik Diagnostik Praxis Tierklinik Radiologie Laborverbund", currency: "eur", rate: 100, language: "German", locale: "de", share: 16 },
    Country { code: "FR", name: "France", also: &["FR", "FRANCE", "République française"], calling: "33", trunk: "0",
        places: &[("Lyon", "", "4", "69002"), ("Paris", "", "1", "75011"), ("Orléans", "Orleans", "2", "45000"), ("Besançon", "Besancon", "3", "25000"), ("Bordeaux", "", "5", "33000")],
        streets: "rue_Pasteur rue_de_l’Hôpital avenue_Jean_Jaurès rue_des_Écoles place_du_Marché boulevard_Voltaire", number_first: true,
        women: "Élodie Camille Hélène Sophie Aurélie Nathalie Céline Chloé Manon Amélie Véronique Françoise Isabelle Zoé Margaux Léa Inès Solène Pauline Agnès",
        men: "André François Jérôme Étienne Luc Mathieu Rémi Sébastien Olivier Benoît Gaël Thierry Antoine Cédric Frédéric Hugo Julien Pascal Noël Jean-Luc",
        families: "Lefèvre Dubois Moreau Girard Béranger Chevalier Rousseau Lemaître Gauthier Fournier Mercier Garnier Faure Renault Picard Barbier Delacroix Guérin Noël Marchand Tremblay Perrin Boyer Blanchard Carpentier Leclerc Vidal Masson Aubert Roux",
        legal: &["SARL", "SAS", "SELARL"], trades: "Laboratoire Clinique Imagerie Analyses Dentaire Vétérinaire Biologie", currency: "eur", rate: 100, language: "French", locale: "fr", share: 13 },
    Country { code: "PL", name: "Poland", also: &["Polska", "PL", "POLAND"], calling: "48", trunk: "",
        places: &[("Warszawa", "Warsaw", "22", "00-950"), ("Kraków", "Krakow", "12", "31-001"), ("Łódź", "Lodz", "42", "90-001"), ("Gdańsk", "Gdansk", "58", "80-831"), ("Wrocław", "Wroclaw", "71", "50-101")],
        streets: "ul._Długa ul._Polna ul._Kościuszki al._Niepodległości ul._Lipowa ul._Świętojańska", number_first: false,
        women: "Katarzyna Agnieszka Małgorzata Joanna Ewa Zofia Łucja Hanna Maria Barbara Aleksandra Magdalena Anna Dorota Iwona Wioletta Justyna Paulina Grażyna Beata",
        men: "Łukasz Kacper Paweł Michał Tomasz Piotr Andrzej Krzysztof Jan Wojciech Marcin Grzegorz Stanisław Jakub Adam Rafał Sławomir Mateusz Bartosz Jerzy",
        families: "Wójcik Kowalczyk Wiśniewski Dąbrowski Zieliński Szymański Woźniak Kozłowski Jabłoński Król Wieczorek Majewski Olszewski Stępień Malinowski Górski Rutkowski Michalski Sikora Ostrowski Baran Duda Szewczyk Tomaszewski Pietrzak Marciniak Wróbel Zalewski Jakubowski Nowak",
        legal: &["Sp. z o.o.", "S.A."], trades: "Laboratorium Przychodnia Diagnostyka Stomatologia Klinika Weterynaria", currency: "pln", rate: 430, language: "Polish", locale: "pl", share: 10 },
    Country { code: "GB", name: "United Kingdom", also: &["UK", "Great Britain", "England", "GB", "U.K."], calling: "44", trunk: "0",
        places: &[("Manchester", "", "161", "M2 5DB"), ("Bristol", "", "117", "BS1 4ST"), ("London", "", "20", "EC1A 1BB"), ("Edinburgh", "", "131", "EH1 1YZ"), ("Leeds", "", "113", "LS1 4AP")],
        streets: "High_Street Station_Road Church_Lane Victoria_Road Mill_Lane Queen_Street Park_Avenue", number_first: true,
        women: "Elizabeth Margaret Catherine Rebecca Charlotte Emily Alice Victoria Jennifer Susan Hannah Grace Eleanor Deborah Patricia Samantha Olivia Imogen Priscilla Ruth",
        men: "Robert William James Christopher Matthew Edward Richard Thomas Andrew Benjamin Daniel Alexander Joseph Michael Anthony Nicholas Stephen Gareth Owen Paul",
        families: "Haines Marlow Whitfield Ashworth Thornton Barlow Pritchard Hughes Oyelaran Okonkwo Fletcher Hargreaves Cartwright Sinclair MacLeod Bennett Holloway Kendall Lockwood Marsden Prescott Radcliffe Sutcliffe Winterbourne Blackwood Chadwick Dunmore Ellison Farrow Gill",
        legal: &["Ltd", "Limited", "LLP", "plc"], trades: "Clinics Dental Labs Diagnostics Veterinary Imaging Pathology", currency: "gbp", rate: 86, language: "English", locale: "en-GB", share: 14 },
    Country { code: "IE", name: "Ireland", also: &["Éire", "IE", "Republic of Ireland"], calling: "353", trunk: "0",
        places: &[("Dublin", "", "1", "D02 X285"), ("Cork", "", "21", "T12 W8K7"), ("Galway", "", "91", "H91 E2R8")],
        streets: "Patrick_Street Shop_Street Eyre_Square O’Connell_Street", number_first: true,
        women: "Síobhán Niamh Aoife Ciara Gráinne Róisín Sinéad Orla Deirdre Caoimhe", men: "Seán Pádraig Ciarán Conor Eoin Liam Declan Oisín Cormac Fionn",
        families: "O’Neill Murphy Kelly O’Sullivan Walsh Byrne Doyle Gallagher Ó_Briain McCarthy Kavanagh Nolan Quinn Fitzgerald Brennan",
        legal: &["Ltd", "DAC"], trades: "Clinics Dental Labs Diagnostics Veterinary", currency: "eur", rate: 100, language: "English", locale: "en-IE", share: 4 },
    Country { code: "ES", name: "Spain", also: &["España", "ES", "Espana"], calling: "34", trunk: "",
        places: &[("Madrid", "", "91", "28013"), ("Málaga", "Malaga", "95", "29005"), ("Barcelona", "", "93", "08002"), ("Cádiz", "Cadiz", "95", "11001")],
        streets: "Calle_Mayor Calle_Real Avenida_de_la_Constitución Plaza_España Calle_del_Sol", number_first: false,
        women: "María Lucía Carmen Ana Pilar Begoña Concepción Inés Sofía Rocío Nuria Mónica Teresa Belén Ángela", men: "José Javier Andrés Álvaro Íñigo Raúl Sergio Jesús Francisco Rubén Óscar Manuel Antonio Joaquín Iván",
        families: "García_López Núñez Fernández Martínez_Ruiz Ibáñez Peña Muñoz Ortega Jiménez Domínguez Vázquez Gómez Castaño Sáez Cruz Rivas León Prieto Ramírez Soler",
        legal: &["S.L.", "S.A."], trades: "Laboratorios Clínica Diagnóstico Dental Veterinaria", currency: "eur", rate: 100, language: "Spanish", locale: "es", share: 7 },
    Country { code: "IT", name: "Italy", also: &["Italia", "IT"], calling: "39", trunk: "",
        places: &[("Milano", "Milan", "02", "20121"), ("Torino", "Turin", "011", "10121"), ("Firenze", "Florence", "055", "50122")],
        streets: "via_Roma via_Garibaldi corso_Italia piazza_Dante viale_Europa", number_first: false,
        women: "Giulia Chiara Francesca Elena Alessandra Niccolò-Maria Federica Paola Silvia Martina", men: "Niccolò Marco Luca Matteo Giovanni Alessandro Davide Andrea Lorenzo Stefano",
        families: "Rossi Ferrari Esposito Bianchi Colombo D’Angelo De_Luca Conti Greco Moretti Marchetti Nicolò Barbieri Fontana Santoro",
        legal: &["S.r.l.", "S.p.A."], trades: "Laboratori Clinica Diagnostica Odontoiatria", currency: "eur", rate: 100, language: "Italian", locale: "it", share: 5 },
    Country { code: "NL", name: "Netherlands", also: &["Nederland", "The Netherlands", "NL", "Holland"], calling: "31", trunk: "0",
        places: &[("Utrecht", "", "30", "3511 AD"), ("Amsterdam", "A’dam", "20", "1012 AB"), ("Den Haag", "The Hague", "70", "2511 BT")],
        streets: "Dorpsstraat Kerkstraat Stationsweg Molenlaan Oudegracht", number_first: false,
        women: "Anouk Femke Sanne Maaike Lieke Annelies Marloes Esmée Fleur Wilhelmina", men: "Jeroen Bram Sander Daan Pieter Maarten Ruben Thijs Wouter André",
        families: "van_den_Berg de_Vries Jansen van_Dijk Bakker Visser Smit Meijer de_Boer Mulder van_der_Meer Bos Hendriks Dekker Kuipers",
        legal: &["B.V.", "N.V."], trades: "Laboratoria Kliniek Diagnostiek Tandartsen Dierenkliniek", currency: "eur", rate: 100, language: "Dutch", locale: "nl", share: 6 },
    Country { code: "PT", name: "Portugal", also: &["PT", "PORTUGAL"], calling: "351", trunk: "",
        places: &[("Lisboa", "Lisbon", "21", "1100-048"), ("Porto", "Oporto", "22", "4000-322"), ("Évora", "Evora", "266", "7000-508")],
        streets: "Rua_Augusta Avenida_da_Liberdade Rua_das_Flores Largo_do_Carmo", number_first: false,
        women: "Ana Inês Conceição Beatriz Catarina Mariana Leonor Joana Sónia Luísa", men: "João António Tiago Gonçalo Nuno Rui Luís Simão Duarte Pedro",
        families: "Ferreira_da_Silva Gonçalves Conceição Magalhães Simões Duarte Araújo Lourenço Esteves Brandão Pacheco Guimarães Antunes Carvalho Leitão",
        legal: &["Lda.", "S.A."], trades: "Laboratórios Clínica Diagnósticos Dentária", currency: "eur", rate: 100, language: "Portuguese", locale: "pt", share: 3 },
    Country { code: "CZ", name: "Czechia", also: &["Czech Republic", "Česko", "CZ"], calling: "420", trunk: "",
        places: &[("Praha", "Prague", "22", "110 00"), ("Brno", "", "54", "602 00"), ("Plzeň", "Pilsen", "37", "301 00")],
        streets: "Nádražní Školní Masarykova Husova Žižkova", number_first: false,
        women: "Šárka Kateřina Jiřina Zdeňka Lucie Veronika Tereza Hana Markéta Věra", men: "Jan Jiří Ondřej Tomáš Zdeněk Václav Lukáš Radek Miloš Petr",
        families: "Novák Svoboda Dvořák Černý Procházka Kučera Veselý Horák Němec Pokorný Růžička Beneš Fiala Sedláček Doležal",
        legal: &["s.r.o.", "a.s."], trades: "Laboratoře Klinika Diagnostika Ordinace", currency: "czk", rate: 2500, language: "Czech", locale: "cs", share: 3 },
    Country { code: "CH", name: "Switzerland", also: &["Schweiz", "Suisse", "CH"], calling: "41", trunk: "0",
        places: &[("Lausanne", "", "21", "1003"), ("Zürich", "Zurich", "44", "8001"), ("Genève", "Geneva", "22", "1204")],
        streets: "rue_du_Lac Bahnhofstrasse avenue_de_la_Gare Seestrasse", number_first: false,
        women: "Rania Céline Regula Vreni Corinne Noémie Ursina Barbara Anne-Marie Sandra", men: "Beat Urs Reto Christoph Marc-André Laurent Kurt Yves Daniel Rami",
        families: "Haddad Zürcher Aebischer Rochat Favre Bühler Gerber Wüthrich Chappuis Bösch Imhof Jacquier Steiner Frei Kälin",
        legal: &["SA", "AG", "GmbH"], trades: "Clinique Labor Diagnostics Zahnärzte", currency: "chf", rate: 95, language: "French", locale: "fr-CH", share: 3 },
    Country { code: "JP", name: "Japan", also: &["日本", "JP"], calling: "81", trunk: "0",
        places: &[("Tokyo", "東京", "3", "100-0001"), ("Osaka", "大阪", "6", "530-0001")], streets: "Chuo Minami Sakura-dori", number_first: true,
        women: "Hanako/花子 Yuki/由紀 Akiko/明子 Sakura/さくら Keiko/恵子", men: "Taro/太郎 Kenji/健二 Hiroshi/浩 Takashi/隆 Satoshi/聡",
        families: "Yamada/山田 Sato/佐藤 Suzuki/鈴木 Tanaka/田中 Watanabe/渡辺 Ito/伊藤 Minato/湊 Kobayashi/小林",
        legal: &["K.K."], trades: "Labs Clinic Diagnostics", currency: "jpy", rate: 16500, language: "Japanese", locale: "ja", share: 1 },
    Country { code: "AE", name: "United Arab Emirates", also: &["UAE", "الإمارات", "AE"], calling: "971", trunk: "0",
        places: &[("Dubai", "دبي", "4", ""), ("Abu Dhabi", "أبو ظبي", "2", "")], streets: "Corniche_Road Al_Wasl_Road", number_first: true,
        women: "Fatima/فاطمة Mariam/مريم Layla/ليلى Noura/نورة", men: "Mohammed/محمد Ahmed/أحمد Omar/عمر Khalid/خالد",
        families: "Al-Mansouri/المنصوري Haddad/حداد Al-Farsi/الفارسي Khoury/خوري Nasser/ناصر",
        legal: &["LLC", "FZ-LLC"], trades: "Clinic Labs Diagnostics", currency: "usd", rate: 108, language: "Arabic", locale: "ar", share: 1 },
    Country { code: "IN", name: "India", also: &["IN", "Bharat"], calling: "91", trunk: "0",
        places: &[("Pune", "Poona", "20", "411001"), ("Mumbai", "Bombay", "22", "400001")], streets: "MG_Road Station_Road Link_Road", number_first: true,
        women: "Priya/प्रिया Ananya/अनन्या Lakshmi/लक्ष्मी Sunita/सुनीता Kavya/काव्या", men: "Rajesh/राजेश Arjun/अर्जुन Sanjay/संजय Vikram/विक्रम Amit/अमित",
        families: "Sharma/शर्मा Patel/पटेल Iyer/अय्यर Kulkarni/कुलकर्णी Deshpande/देशपांडे Nair/नायर",
        legal: &["Pvt Ltd"], trades: "Labs Diagnostics Clinic", currency: "usd", rate: 108, language: "English", locale: "en-IN", share: 1 },
    Country { code: "TR", name: "Türkiye", also: &["Turkey", "TR", "Turkiye"], calling: "90", trunk: "0",
        places: &[("İstanbul", "Istanbul", "212", "34110"), ("Ankara", "", "312", "06050")], streets: "Atatürk_Caddesi İstiklal_Caddesi Gül_Sokak", number_first: false,
        women: "Ayşe Zeynep Gülşen Şebnem Elif Özlem", men: "Ahmet İbrahim Mehmet Çağlar Yiğit Ömer",
        families: "Yılmaz Öztürk Şahin Kılıç Demir Güneş Çelik Aydın",
        legal: &["A.Ş.", "Ltd. Şti."], trades: "Laboratuvar Klinik Tanı", currency: "eur", rate: 100, language: "Turkish", locale: "tr", share: 1 },
];

/// First halves of a company's own word.
pub const BRAND_BEGINS: &str = "Bright North Silver Green Clear Stone West Alder Amber Ash Birch Blue Cedar Cloud Copper Cross Elm Ever Fair Fern Glen Gold Gran Hazel Heron High Iron Kest Lake Lark Linden Maple Mead Mill Moor Oak Pine Raven Red Ridge River Rowan Sand Sea Sky Spring Sun Thorn White Wild Wind Winter";
/// Second halves.
pub const BRAND_ENDS: &str = "water bridge well brook ford gate haven hill holm mark mere more port ridge side stead ton vale view wick wood worth";

/// Short forms: a given name and what friends and forms make of it.
#[rustfmt::skip]
pub const NICKNAMES: &[(&str, &str)] = &[
    ("Katarzyna", "Kasia"), ("Robert", "Rob"), ("William", "Bill"), ("Elizabeth", "Liz"), ("Margaret", "Peggy"), ("Catherine", "Cathy"),
    ("Rebecca", "Becky"), ("Charlotte", "Lottie"), ("Jennifer", "Jenny"), ("Christopher", "Chris"), ("Matthew", "Matt"), ("Edward", "Ted"),
    ("Richard", "Dick"), ("Thomas", "Tom"), ("Andrew", "Andy"), ("Benjamin", "Ben"), ("Daniel", "Dan"), ("Alexander", "Alex"), ("Joseph", "Joe"),
    ("Michael", "Mike"), ("Anthony", "Tony"), ("Nicholas", "Nick"), ("Stephen", "Steve"), ("Samantha", "Sam"), ("Victoria", "Vicky"),
    ("Deborah", "Debbie"), ("Patricia", "Pat"), ("Susan", "Sue"), ("Małgorzata", "Gosia"), ("Agnieszka", "Aga"), ("Joanna", "Asia"),
    ("Aleksandra", "Ola"), ("Magdalena", "Magda"), ("Krzysztof", "Krzysiek"), ("Stanisław", "Staszek"), ("Jakub", "Kuba"), ("Francisco", "Paco"),
    ("José", "Pepe"), ("Concepción", "Concha"), ("Katharina", "Kathi"), ("Sebastian", "Basti"), ("Maximilian", "Max"), ("Franziska", "Franzi"),
    ("Matthias", "Matze"), ("Frédéric", "Fred"), ("Sébastien", "Seb"), ("Alessandro", "Sandro"), ("Giovanni", "Gianni"), ("Kateřina", "Katka"),
    ("Tereza", "Terka"), ("Jiří", "Jirka"), ("Wilhelmina", "Mina"), ("Ursula", "Uschi"), ("Birgitta", "Gitta"), ("Kerstin", "Kicki"), ("James", "Jim"),
];

pub const TITLES: &[&str] = &[
    "Laboratory Manager", "Head of Quality", "Practice Manager", "Biomedical Scientist", "Veterinary Surgeon", "Dentist", "Finance Manager", "IT Manager",
    "Lab Technician", "Purchasing", "Managing Director", "Front desk", "Phlebotomist", "Radiographer", "Office Manager", "Medical Director",
];
