//! Our envelopes against `coset`, an independent implementation of COSE, and the countersignature against a literal
//! construction from the text of RFC 9338.

#![allow(clippy::unwrap_used, clippy::panic, clippy::let_underscore_must_use)]

#[path = "support/fixture.rs"]
mod fixture;

use coset::{
    CborSerializable, CoseSign1, CoseSign1Builder, HeaderBuilder, Label, RegisteredLabelWithPrivate,
    TaggedCborSerializable, cbor::value::Value, cwt::ClaimsSet, iana,
};
use fixture::*;
use kangma_credential::*;

fn decoded(bytes: &[u8]) -> Value {
    coset::cbor::from_reader(bytes).unwrap()
}

fn encoded(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    coset::cbor::into_writer(value, &mut bytes).unwrap();
    bytes
}

fn envelope(text: &str) -> CoseSign1 {
    CoseSign1::from_tagged_slice(&bytes_of(text)).unwrap()
}

#[test]
fn coset_reads_our_envelope_and_finds_the_same_bytes_signed() {
    let issuer = issuer_keys().signer(NOW).unwrap().key.public_key();
    for text in [presented(&device(), NOW), presented(&p256_device(), NOW), signed(&paper()).text().unwrap()]
    {
        let envelope = envelope(&text);
        assert_eq!(envelope.protected.header.key_id, issuer.kid().0);
        assert_eq!(
            envelope.protected.header.alg,
            Some(RegisteredLabelWithPrivate::Assigned(iana::Algorithm::EdDSA))
        );
        envelope
            .verify_signature(&[], |signature, message| {
                issuer.verifies(message, &Signature::try_from(signature).unwrap()).then_some(()).ok_or(())
            })
            .unwrap();
    }
}

#[test]
fn coset_reads_our_claims_as_a_cwt() {
    let text = presented(&device(), NOW);
    let claims = ClaimsSet::from_slice(&envelope(&text).payload.unwrap()).unwrap();
    let code = device_bound(&device());
    assert_eq!(claims.issuer.as_deref(), Some(code.issuer.as_str()));
    assert_eq!(claims.expiration_time, Some(coset::cwt::Timestamp::WholeSeconds(code.expires.seconds())));
    assert_eq!(claims.issued_at, Some(coset::cwt::Timestamp::WholeSeconds(code.issued.seconds())));
    assert_eq!(claims.cwt_id.as_deref(), Some(&code.cti.0[..]));
}

#[test]
fn what_we_write_is_deterministic_cbor() {
    for text in
        [presented(&device(), NOW), presented(&p256_device(), NOW), signed(&server_made()).text().unwrap()]
    {
        let bytes = bytes_of(&text);
        let value = decoded(&bytes);
        let envelope = envelope(&text);
        let payload = envelope.payload.unwrap();
        for bytes in [bytes.clone(), payload] {
            let value = decoded(&bytes);
            assert_keys_in_order(&value);
            assert_eq!(encoded(&value), bytes);
        }
        assert!(matches!(value, Value::Tag(18, _)));
    }
}

fn assert_keys_in_order(value: &Value) {
    match value {
        Value::Map(entries) => {
            let keys: Vec<Vec<u8>> = entries.iter().map(|(key, _)| encoded(key)).collect();
            assert!(keys.is_sorted(), "{value:?}");
            entries.iter().for_each(|(_, value)| assert_keys_in_order(value));
        }
        Value::Array(items) => items.iter().for_each(assert_keys_in_order),
        Value::Tag(_, inner) => assert_keys_in_order(inner),
        _ => {}
    }
}

#[test]
fn the_countersignature_is_over_the_structure_of_rfc_9338() {
    for device in [device(), p256_device()] {
        let envelope = envelope(&presented(&device, NOW));
        let (_, made) = envelope.unprotected.rest.iter().find(|(label, _)| *label == Label::Int(11)).unwrap();
        let [Value::Bytes(protected), Value::Map(unprotected), Value::Bytes(signature)] =
            &made.as_array().unwrap()[..]
        else {
            panic!("{made:?}")
        };
        assert!(unprotected.is_empty());
        let time = Value::Integer(NOW.seconds().into());
        let header = Value::Map(vec![
            (1.into(), device.algorithm().number().into()),
            (15.into(), Value::Map(vec![(6.into(), time)])),
        ]);
        assert_eq!(decoded(protected), header);
        let structure = Value::Array(vec![
            Value::Text("CounterSignatureV2".to_owned()),
            Value::Bytes(envelope.protected.original_data.clone().unwrap()),
            Value::Bytes(protected.clone()),
            Value::Bytes(Vec::new()),
            Value::Bytes(envelope.payload.clone().unwrap()),
            Value::Array(vec![Value::Bytes(envelope.signature.clone())]),
        ]);
        let signature = Signature::try_from(&signature[..]).unwrap();
        assert!(device.public_key().verifies(&encoded(&structure), &signature));
        let template = presentation_template(&signed(&device_bound(&device))).unwrap();
        assert_eq!(template.to_sign(NOW).unwrap(), encoded(&structure));
    }
}

#[test]
fn an_envelope_that_coset_made_is_read_and_believed() {
    let key = &issuer_keys();
    let signer = &key.signer(NOW).unwrap().key;
    let protected =
        HeaderBuilder::new().algorithm(iana::Algorithm::EdDSA).key_id(signer.kid().0.to_vec()).build();
    let payload = envelope(&signed(&server_made()).text().unwrap()).payload.unwrap();
    let made = CoseSign1Builder::new()
        .protected(protected)
        .payload(payload)
        .create_signature(&[], |message| signer.sign(message).unwrap().0.to_vec())
        .build();
    for bytes in [made.clone().to_vec().unwrap(), made.to_tagged_vec().unwrap()] {
        assert_eq!(verify(&text_of(&bytes), &ring(), NOW).unwrap().code, server_made());
    }
}
