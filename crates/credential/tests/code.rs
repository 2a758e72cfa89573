//! What a gate says of codes of every kind, at every limit.

#![allow(clippy::unwrap_used, clippy::panic, clippy::let_underscore_must_use)]

#[path = "support/fixture.rs"]
mod fixture;

use fixture::*;
use kangma_core::{Assurance, Span, Standing, Window};
use kangma_credential::*;

#[test]
fn a_device_bound_code_is_believed_while_its_presentation_is_fresh() {
    for device in [device(), p256_device()] {
        let seen = verify(&presented(&device, NOW), &ring(), NOW + seconds(20)).unwrap();
        assert_eq!(seen.code, device_bound(&device));
        assert_eq!(seen.assurance, Assurance::DeviceBound);
        assert_eq!(seen.presented_at, Some(NOW));
    }
}

#[test]
fn a_presentation_is_fresh_up_to_ninety_seconds_either_way_and_not_a_second_more() {
    let text = presented(&device(), NOW + seconds(200));
    let at = |offset: i64| verify(&text, &ring(), NOW + seconds(200 + offset));
    assert!(at(-89).is_ok() && at(-90).is_ok());
    assert_eq!(at(-91).unwrap_err(), VerifyError::FuturePresentation { ahead: seconds(91) });
    assert!(at(89).is_ok() && at(90).is_ok());
    assert_eq!(at(91).unwrap_err(), VerifyError::StalePresentation { age: seconds(91) });
}

#[test]
fn a_wrong_clock_is_told_with_how_wrong_it_is() {
    let text = presented(&device(), NOW + seconds(700));
    let error = verify(&text, &ring(), NOW).unwrap_err();
    assert_eq!(error.code(), "wrong-clock");
    assert!(error.to_string().contains("700 seconds in the future"), "{error}");
}

#[test]
fn a_screenshot_is_refused_two_minutes_later_as_a_stale_presentation() {
    let error = verify(&presented(&device(), NOW), &ring(), NOW + seconds(120)).unwrap_err();
    assert_eq!(error.code(), "stale-presentation");
    assert!(error.to_string().contains("120 seconds ago"), "{error}");
}

#[test]
fn a_server_made_code_lives_two_minutes_and_names_its_lower_assurance() {
    let text = signed(&server_made()).text().unwrap();
    let seen = verify(&text, &ring(), NOW + Span(119_999)).unwrap();
    assert_eq!((seen.assurance, seen.presented_at), (Assurance::ServerMade, None));
    let end = NOW + seconds(120);
    assert_eq!(verify(&text, &ring(), end).unwrap_err(), VerifyError::Expired { at: end });
    let longer = Code { expires: NOW + seconds(121), ..server_made() };
    assert_eq!(
        issue(&longer, &issuer_keys().signer(NOW).unwrap().key),
        Err(IssueError::Life { longest_minutes: 2 })
    );
}

#[test]
fn a_paper_code_says_who_and_no_colour_for_half_a_year() {
    let text = signed(&paper()).text().unwrap();
    let last = NOW + Span::from_24_hours(180) - Span(1);
    let seen = verify(&text, &ring(), last).unwrap();
    assert_eq!(seen.assurance, Assurance::Paper);
    assert_eq!(seen.code.kind.shown(), None);
    assert_eq!(seen.code.status, StatusIndex(9_876_543));
    assert_eq!(verify(&text, &ring(), last + Span(1)).unwrap_err().code(), "expired-code");
}

#[test]
fn every_standing_travels_and_undeclared_arrives_as_expired() {
    for standing in Standing::ALL {
        let code = code(CodeKind::ServerMade { shown: shown(*standing) }, seconds(60));
        let seen = verify(&signed(&code).text().unwrap(), &ring(), NOW).unwrap();
        let arrived = if *standing == Standing::Undeclared { Standing::Expired } else { *standing };
        assert_eq!(seen.code.kind.shown().unwrap().standing, arrived);
    }
}

#[test]
fn a_code_of_the_future_is_not_yet_valid_beyond_the_skew() {
    let text = signed(&server_made()).text().unwrap();
    assert!(verify(&text, &ring(), NOW - seconds(90)).is_ok());
    let error = verify(&text, &ring(), NOW - seconds(91)).unwrap_err();
    assert_eq!(error, VerifyError::NotYetValid { from: NOW });
}

#[test]
fn a_device_bound_code_without_its_presentation_is_refused() {
    let issuer = issuer_keys();
    let signer = &issuer.signer(NOW).unwrap().key;
    let text = presented(&device(), NOW);
    let bytes = bytes_of(&text);
    let payload = Sign1::read(&bytes).unwrap().payload.to_vec();
    let bare = text_of(&cose_sign1(&payload, None, signer).unwrap());
    assert_eq!(verify(&bare, &ring(), NOW).unwrap_err(), VerifyError::NoPresentation);
    assert_eq!(signed(&device_bound(&device())).text(), None);
}

#[test]
fn a_presentation_by_another_device_is_forged() {
    for (owner, thief) in
        [(device(), SecretKey::ed25519([99; 32])), (p256_device(), SecretKey::p256([98; 32]).unwrap())]
    {
        let text = present(&signed(&device_bound(&owner)), NOW, &thief).unwrap();
        assert_eq!(verify(&text, &ring(), NOW).unwrap_err(), VerifyError::ForgedHolder);
    }
}

#[test]
fn a_presentation_moved_to_another_code_of_the_same_device_is_forged() {
    let device = device();
    let first = presentation_template(&signed(&device_bound(&device))).unwrap();
    let other = Code { cti: Cti([1; 16]), ..device_bound(&device) };
    let second = presentation_template(&signed(&other)).unwrap();
    let signature = device.sign(&first.to_sign(NOW).unwrap()).unwrap();
    assert!(verify(&first.text(NOW, &signature).unwrap(), &ring(), NOW).is_ok());
    let error = verify(&second.text(NOW, &signature).unwrap(), &ring(), NOW).unwrap_err();
    assert_eq!(error, VerifyError::ForgedHolder);
}

#[test]
fn a_presentation_whose_time_was_changed_is_forged() {
    let device = device();
    let template = presentation_template(&signed(&device_bound(&device))).unwrap();
    let signature = device.sign(&template.to_sign(NOW).unwrap()).unwrap();
    let later = template.text(NOW + seconds(60), &signature).unwrap();
    assert_eq!(verify(&later, &ring(), NOW + seconds(60)).unwrap_err(), VerifyError::ForgedHolder);
}

#[test]
fn an_issuer_that_is_not_in_the_ring_is_named() {
    let stranger = SecretKey::ed25519([42; 32]);
    let text = issue(&server_made(), &stranger).unwrap().text().unwrap();
    assert_eq!(verify(&text, &ring(), NOW).unwrap_err(), VerifyError::UnknownIssuer(stranger.kid()));
}

/// Signs with one key under the name of another.
struct Imposter(SecretKey, PublicKey);

impl Signer for Imposter {
    fn public_key(&self) -> PublicKey {
        self.1.clone()
    }
    fn sign(&self, message: &[u8]) -> Result<Signature, SignError> {
        self.0.sign(message)
    }
}

#[test]
fn a_signature_by_another_key_under_the_issuers_name_is_forged() {
    let issuer = issuer_keys().signer(NOW).unwrap().key.public_key();
    let text =
        issue(&server_made(), &Imposter(SecretKey::ed25519([42; 32]), issuer)).unwrap().text().unwrap();
    assert_eq!(verify(&text, &ring(), NOW).unwrap_err(), VerifyError::ForgedIssuer);
}

#[test]
fn an_issuer_cannot_sign_in_the_name_of_another() {
    let text = issue(&server_made(), &es256_issuer().key).unwrap().text().unwrap();
    let named = Issuer::new("hz.example").unwrap();
    assert_eq!(verify(&text, &ring(), NOW).unwrap_err(), VerifyError::OtherIssuer { named });
}

#[test]
fn a_code_of_an_es256_issuer_is_read_as_well() {
    let code = Code { issuer: Issuer::new("nb.example").unwrap(), ..device_bound(&p256_device()) };
    let issued = issue(&code, &es256_issuer().key).unwrap();
    let text = present(&issued, NOW, &p256_device()).unwrap();
    assert_eq!(verify(&text, &ring(), NOW).unwrap().code, code);
}

#[test]
fn other_peoples_codes_are_foreign_and_not_malformed() {
    for (text, whose) in [
        ("HC1:6BFOXN", Foreign::EuCertificate),
        ("NZCP:/1/2KCEVIQ", Foreign::NzPass),
        ("shc:/5676", Foreign::SmartHealthCard),
        ("https://hz.example/p/1", Foreign::WebAddress),
        ("", Foreign::Other),
        ("康", Foreign::Other),
        ("km1:", Foreign::Other),
    ] {
        assert_eq!(verify(text, &ring(), NOW).unwrap_err(), VerifyError::Foreign(whose), "{text}");
    }
}

#[test]
fn a_malformed_code_names_the_part_and_the_place() {
    let text = presented(&device(), NOW);
    let part = |text: &str| match verify(text, &ring(), NOW).unwrap_err() {
        VerifyError::Malformed(malformed) => (malformed.part, malformed.at),
        other => panic!("{other}"),
    };
    assert_eq!(part(&text.replace("KM1:", "KM1:a")), (Part::Text, 4));
    assert_eq!(part(&text[..text.len() - 1]).0, Part::Text);
    assert_eq!(part("KM1:"), (Part::Cose, 0));
    let bytes = bytes_of(&text);
    assert_eq!(part(&text_of(&bytes[..bytes.len() - 1])).0, Part::Cose);
    assert_eq!(part(&text_of(&[&bytes[..], &[0]].concat())), (Part::Cose, bytes.len()));
    assert_eq!(part(&format!("KM1:{}", "0".repeat(3_000))).0, Part::Text);
    let signer = issuer_keys();
    let empty = cose_sign1(&[0xa0], None, &signer.signer(NOW).unwrap().key).unwrap();
    assert_eq!(part(&text_of(&empty)).0, Part::Claims);
}

#[test]
fn a_code_untagged_or_tagged_as_a_cwt_is_the_same_code() {
    let bytes = bytes_of(&presented(&device(), NOW));
    assert_eq!(bytes[0], 0xd2);
    for same in [bytes[1..].to_vec(), [&[0xd8, 61][..], &bytes].concat()] {
        assert!(verify(&text_of(&same), &ring(), NOW).is_ok());
    }
    for other in [[&[0xd8, 61][..], &bytes[1..]].concat(), [&[0xd1][..], &bytes[1..]].concat()] {
        assert_eq!(verify(&text_of(&other), &ring(), NOW).unwrap_err().code(), "malformed-code");
    }
}

#[test]
fn a_page_assembles_the_code_from_its_template_without_any_cbor() {
    for device in [device(), p256_device()] {
        let template = presentation_template(&signed(&device_bound(&device))).unwrap();
        let json = serde_json::to_value(&template).unwrap();
        let piece = |list: &str, index: usize| {
            use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
            URL_SAFE_NO_PAD.decode(json[list][index].as_str().unwrap()).unwrap()
        };
        let time = u32::try_from(NOW.seconds()).unwrap().to_be_bytes().to_vec();
        let message = [piece("sign", 0), time.clone(), piece("sign", 1)].concat();
        let signature = device.sign(&message).unwrap().0.to_vec();
        let bytes = [piece("code", 0), time, piece("code", 1), signature, piece("code", 2)].concat();
        let seen = verify(&text_of(&bytes), &ring(), NOW).unwrap();
        assert_eq!(seen.code, device_bound(&device));
        assert_eq!(json["alg"], device.algorithm().as_str());
        assert_eq!(serde_json::from_value::<Template>(json).unwrap(), template);
    }
}

#[test]
fn codes_fit_the_symbols_that_phones_read_and_an_independent_reader_reads_them() {
    let policy = Some(PolicyDigest([7; 8]));
    let with_policy = |device: &SecretKey| {
        let key = HolderKey::of(&device.public_key()).unwrap();
        let shown = Shown { policy, ..shown(Standing::UnderReview) };
        let code = code(CodeKind::DeviceBound { key, shown }, Span::from_minutes(30));
        present(&signed(&code), NOW, device).unwrap()
    };
    let texts = [
        (presented(&device(), NOW), 13),
        (with_policy(&device()), 13),
        (presented(&p256_device(), NOW), 13),
        (with_policy(&p256_device()), 13),
        (signed(&server_made()).text().unwrap(), 10),
        (signed(&paper()).text().unwrap(), 9),
    ];
    for (text, most) in texts {
        let symbol = symbol(&text).unwrap();
        println!("{} characters, version {} at M", text.len(), symbol.version());
        assert!(symbol.version() <= most, "{} characters need version {}", text.len(), symbol.version());
        assert_eq!(read_back(&symbol), text);
    }
}

/// Draws the symbol four pixels a module with its white, and lets `rqrr` find and read it.
fn read_back(symbol: &Symbol) -> String {
    let side = (symbol.size() + 8) * 4;
    let dark = |pixel: usize| (pixel / 4).checked_sub(4);
    let mut picture =
        rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| match (dark(y), dark(x)) {
            (Some(row), Some(column)) if symbol.is_dark(row, column) => 0,
            _ => 255,
        });
    let grids = picture.detect_grids();
    assert_eq!(grids.len(), 1);
    grids[0].decode().unwrap().1
}

#[test]
fn the_picture_has_its_white_and_draws_the_same_modules() {
    let symbol = symbol(&signed(&paper()).text().unwrap()).unwrap();
    let svg = symbol.svg("a \"code\" & more");
    let side = symbol.size() + 8;
    assert!(svg.contains(&format!("viewBox=\"0 0 {side} {side}\"")));
    assert!(svg.contains("aria-label=\"a &quot;code&quot; &amp; more\""));
    let path = svg.split("d=\"").nth(2).unwrap().split('"').next().unwrap();
    let mut drawn = 0;
    for run in path.split('M').filter(|run| !run.is_empty()) {
        let numbers: Vec<usize> =
            run.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse().ok()).collect();
        let [column, row, length, ..] = numbers[..] else { panic!("{run}") };
        assert!((0..length).all(|offset| symbol.is_dark(row - 4, column - 4 + offset)));
        drawn += length;
    }
    let size = symbol.size();
    let all = (0..size).flat_map(|row| (0..size).map(move |column| (row, column)));
    assert_eq!(drawn, all.filter(|(row, column)| symbol.is_dark(*row, *column)).count());
}

#[test]
fn rotation_leaves_no_gap_and_old_codes_verify_until_their_end() {
    let keys = issuer_keys();
    let (old, new) = (keys.all()[0].key.kid(), keys.all()[1].key.kid());
    let day = Span::from_24_hours;
    for n in -80..95 {
        assert!(keys.signer(NOW + day(n)).is_some(), "no key on day {n}");
    }
    assert_eq!(keys.signer(NOW + day(5) - Span(1)).unwrap().key.kid(), old);
    assert_eq!(keys.signer(NOW + day(5)).unwrap().key.kid(), new);
    let text = signed(&paper()).text().unwrap();
    let mut ring = ring();
    let long_after = NOW + day(179);
    ring.prune(long_after);
    assert_eq!(verify(&text, &ring, long_after).unwrap().kid, old);
    ring.prune(NOW + day(190));
    assert!(ring.find(old).is_none() && ring.find(new).is_some());
}

#[test]
fn a_retired_key_cannot_issue_and_a_withdrawn_key_takes_its_codes_with_it() {
    let keys = issuer_keys();
    let issued = NOW + Span::from_24_hours(10);
    let late = Code { issued, expires: issued + seconds(60), ..server_made() };
    let text = issue(&late, &keys.all()[0].key).unwrap().text().unwrap();
    assert_eq!(verify(&text, &ring(), issued).unwrap_err(), VerifyError::OutsideKeyWindow { issued });
    let mut ring = ring();
    let text = signed(&paper()).text().unwrap();
    let leaked = keys.all()[0].key.kid();
    assert!(verify(&text, &ring, NOW).is_ok() && ring.withdraw(leaked) && !ring.withdraw(leaked));
    assert_eq!(verify(&text, &ring, NOW).unwrap_err(), VerifyError::UnknownIssuer(leaked));
}

#[test]
fn a_successor_takes_over_before_the_last_key_ends() {
    let mut keys = SigningKeys::new(Vec::new());
    let (lead, length) = (Span::from_24_hours(7), Span::from_24_hours(90));
    let mut now = NOW;
    for seed in 0..5 {
        assert!(keys.needs_successor(now, lead));
        let window = keys.successor_window(now, lead, length).unwrap();
        let issuer = Issuer::new("hz.example").unwrap();
        keys.add(IssuerSecret { issuer, window, key: SecretKey::ed25519([seed; 32]) });
        while !keys.needs_successor(now, lead) {
            assert!(keys.signer(now).is_some());
            now = now + Span::from_hours(1);
        }
    }
    assert!(now > NOW + Span::from_24_hours(400));
}

#[test]
fn keys_come_back_from_their_files_and_a_wrong_half_is_refused() {
    for secret in issuer_keys().all().iter().chain([&es256_issuer()]) {
        let json = serde_json::to_string(&StoredKey::from(secret)).unwrap();
        let stored: StoredKey = serde_json::from_str(&json).unwrap();
        assert!(!format!("{stored:?} {secret:?}").contains(&json[json.find("\"d\"").unwrap() + 5..][..20]));
        let back = IssuerSecret::try_from(&stored).unwrap();
        assert_eq!((back.key.public_key(), back.window), (secret.key.public_key(), secret.window));
        let signature = back.key.sign(b"message").unwrap();
        assert!(secret.key.public_key().verifies(b"message", &signature));
        let mut mixed: serde_json::Value = serde_json::from_str(&json).unwrap();
        mixed["key"]["d"] = "BQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU".into();
        let mixed: StoredKey = serde_json::from_value(mixed).unwrap();
        assert_eq!(IssuerSecret::try_from(&mixed).unwrap_err(), BadKey::Secret);
    }
    for published in ring().published() {
        let json = serde_json::to_string(&published).unwrap();
        let back = IssuerKey::try_from(&serde_json::from_str::<PublishedKey>(&json).unwrap()).unwrap();
        assert_eq!(back.key.kid().to_string(), published.kid);
    }
}

#[test]
fn a_holders_key_that_proves_nothing_is_refused_when_it_is_registered() {
    for small in [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    ] {
        assert_eq!(HolderKey::from_raw(&hex(small)), Err(BadKey::SmallOrder), "{small}");
    }
    let not_canonical = "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f";
    assert_eq!(HolderKey::from_raw(&hex(not_canonical)), Err(BadKey::NotAPoint));
    let mut off_curve = p256_device().public_key().raw().to_vec();
    off_curve[64] ^= 1;
    assert_eq!(HolderKey::from_raw(&off_curve), Err(BadKey::NotAPoint));
    assert_eq!(HolderKey::from_raw(&[4; 64]), Err(BadKey::Length));
    assert_eq!(HolderKey::from_raw(&[]), Err(BadKey::Length));
    assert!(HolderKey::from_raw(device().public_key().raw()).is_ok());
    assert!(HolderKey::from_raw(p256_device().public_key().raw()).is_ok());
}

#[test]
fn a_small_order_key_inside_a_signed_code_proves_nothing_either() {
    let mut identity = [0; 32];
    identity[0] = 1;
    let shown = shown(Standing::Green);
    let code = code(CodeKind::DeviceBound { key: HolderKey::Ed25519(identity), shown }, seconds(60));
    let template = presentation_template(&signed(&code)).unwrap();
    let mut universal = [0; 64];
    universal[0] = 1;
    let text = template.text(NOW, &Signature(universal)).unwrap();
    assert_eq!(verify(&text, &ring(), NOW).unwrap_err(), VerifyError::ForgedHolder);
}

#[test]
fn a_status_list_of_four_bits_says_what_was_set_and_dies_with_its_time() {
    let keys = issuer_keys();
    let mut list = StatusList::new(Bits::Four, 1_001);
    let said: Vec<Status> =
        Standing::ALL.iter().map(|standing| Status::from(*standing)).chain([Status::Revoked]).collect();
    for (index, status) in said.iter().enumerate() {
        assert!(list.set(StatusIndex(u32::try_from(index * 7).unwrap()), status.value()));
    }
    assert!(!list.set(StatusIndex(1_002), 1) && !list.set(StatusIndex(0), 16));
    let token = StatusListToken {
        uri: "https://hz.example/status/1".to_owned(),
        issued: NOW,
        expires: Some(NOW + Span::from_hours(1)),
        keep: Some(Span::from_minutes(10)),
        list,
    };
    let bytes = token.sign(&keys.signer(NOW).unwrap().key).unwrap();
    let read = StatusListToken::verify(&bytes, &ring(), NOW).unwrap();
    assert_eq!(read, token);
    for (index, status) in said.iter().enumerate() {
        let index = StatusIndex(u32::try_from(index * 7).unwrap());
        assert_eq!(read.list.status(index).unwrap().value(), status.value());
    }
    assert_eq!(read.list.status(StatusIndex(5_000)), None);
    let over = StatusListToken::verify(&bytes, &ring(), NOW + Span::from_hours(1));
    assert!(matches!(over, Err(StatusListError::NotInForce { .. })));
    let mut forged = bytes.clone();
    *forged.last_mut().unwrap() ^= 1;
    assert!(matches!(StatusListToken::verify(&forged, &ring(), NOW), Err(StatusListError::Forged)));
    let code = bytes_of(&signed(&paper()).text().unwrap());
    assert!(matches!(StatusListToken::verify(&code, &ring(), NOW), Err(StatusListError::OtherType)));
    assert!(matches!(
        StatusListToken::verify(&bytes, &KeyRing::default(), NOW),
        Err(StatusListError::UnknownIssuer)
    ));
    let list_as_code = verify(&text_of(&bytes), &ring(), NOW).unwrap_err();
    assert_eq!(list_as_code.code(), "malformed-code");
}

#[test]
fn every_error_has_a_code_of_its_own() {
    let window = Window { from: NOW, until: NOW + seconds(1) };
    let issuer = Issuer::new("hz.example").unwrap();
    let all = [
        VerifyError::Foreign(Foreign::Other),
        VerifyError::Malformed(Malformed { part: Part::Text, at: 0, what: "it" }),
        VerifyError::UnknownIssuer(Kid([0; 8])),
        VerifyError::ForgedIssuer,
        VerifyError::OtherIssuer { named: issuer },
        VerifyError::OutsideKeyWindow { issued: window.from },
        VerifyError::NotYetValid { from: NOW },
        VerifyError::Expired { at: NOW },
        VerifyError::NoPresentation,
        VerifyError::ForgedHolder,
        VerifyError::StalePresentation { age: seconds(1) },
        VerifyError::FuturePresentation { ahead: seconds(1) },
    ];
    let codes: std::collections::BTreeSet<&str> = all.iter().map(VerifyError::code).collect();
    assert_eq!(codes.len(), all.len());
    assert!(codes.iter().all(|code| code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')));
}
