//! What the API tells of people to those who do not know them, and what it writes down.

use super::house::House;
use serde_json::{Value, json};

#[tokio::test]
async fn a_known_and_an_unknown_telephone_get_the_same_answers() {
    let house = House::new().await;
    let (person, token) = house.resident().await;
    let (_, others) = house.resident().await;
    let known = house.get("/session", &others).await.ok();
    let known = house.get(&format!("/persons/{}", known["person"].as_str().unwrap()), &others).await.ok();
    let (own, known) = (format!("/persons/{person}/household"), known["phone"].clone());
    for phone in [known.clone(), json!("10077770040")] {
        assert_eq!(house.post(&own, &token, json!({ "phone": phone, "days": null })).await.status, 201);
    }
    let links = house.get(&own, &token).await.ok();
    for link in links.as_array().unwrap() {
        assert_eq!((&link["other"], &link["other-name"]), (&Value::Null, &json!("")));
    }
    assert_eq!(links[1]["phone-end"], "0040");
    let child = house.post("/family", &token, house.identity()).await.text("person");
    for phone in [known, json!("10077770041")] {
        let shared =
            house.post(&format!("/family/{child}/guardians"), &token, json!({ "phone": phone })).await;
        assert_eq!(shared.status, 204);
    }
    // Only whoever was asked sees it, and answers.
    assert_eq!(house.get("/family", &others).await.ok().as_array().unwrap().len(), 1);
    let offers = house.get("/family/offers", &others).await.ok();
    assert_eq!(offers[0]["person"], json!(child));
    let accept = format!("/family/{child}/acceptance");
    assert_eq!(house.ask("POST", &accept, &others, None).await.status, 204);
    assert_eq!(house.get("/family", &others).await.ok().as_array().unwrap().len(), 2);
    assert_eq!(house.ask("POST", &accept, &others, None).await.problem(), (404, "not-found"));
    let taken_back = house.ask("DELETE", &format!("/family/{child}/guardians"), &token, None).await;
    assert_eq!(taken_back.status, 204);
    // A document that somebody else has is not confirmed.
    let twice = house.post(
        "/family",
        &token,
        json!({ "name": "甲", "document-type": "other", "document-number": "TEST000001",
        "birth-date": "2015-05-05", "district": "east" }),
    );
    let twice = twice.await;
    assert_eq!(twice.problem(), (422, "invalid"));
    assert_eq!(twice.json["errors"][0]["code"], "document-not-here");
}
