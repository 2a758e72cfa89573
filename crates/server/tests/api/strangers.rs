//! What the API tells of people to those who do not know them, and what it writes down.

use super::house::House;
use serde_json::{Value, json};

/// At what parts of a person staff looked.
async fn parts(house: &House, person: &str, token: &str) -> Vec<String> {
    let looks = house.get(&format!("/persons/{person}/looks"), token).await.ok();
    looks.as_array().unwrap().iter().map(|look| look["part"].as_str().unwrap().to_owned()).collect()
}

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

#[tokio::test]
async fn what_people_wrote_stands_in_no_list_and_looking_at_it_is_on_record() {
    let house = House::new().await;
    let (one, other) = (house.authority("zhou").await, house.authority("sun").await);
    let (person, token) = house.resident().await;
    let declared = house.declare(&person, &token).await;
    let correction = json!({ "field": "address", "value": "一条街1号", "reason": "搬家" });
    let correction =
        house.post(&format!("/persons/{person}/corrections"), &token, correction).await.text("correction");
    let finding = json!({
        "person": person, "declaration": declared["declaration"], "heard-at": house.now().to_string(),
        "explanation": "核实行程",
    });
    let proposal = house.post("/findings", &one, finding).await.text("proposal");
    house.ask("POST", &format!("/proposals/{proposal}/confirmation"), &other, None).await.ok();
    let appeal = json!({ "rule": "false-statement", "trigger": null, "words": "我没有出行" });
    let appeal = house.post(&format!("/persons/{person}/appeals"), &token, appeal).await.text("appeal");
    for (list, words) in [
        ("/corrections", ["一条街1号", "搬家"]),
        ("/proposals?state=confirmed", ["核实行程", "核实行程"]),
        ("/appeals", ["我没有出行", "我没有出行"]),
    ] {
        let listed = house.get(list, &one).await.ok();
        assert_eq!(listed.as_array().unwrap().len(), 1, "{list}");
        assert!(words.iter().all(|word| !listed.to_string().contains(word)), "{list}: {listed}");
    }
    assert!(parts(&house, &person, &token).await.is_empty());
    for (address, words) in [
        (format!("/corrections/{correction}"), "搬家"),
        (format!("/proposals/{proposal}"), "核实行程"),
        (format!("/appeals/{appeal}"), "我没有出行"),
    ] {
        assert!(house.get(&address, &one).await.ok().to_string().contains(words), "{address}");
        assert_eq!(house.get(&address, &token).await.problem(), (403, "not-allowed"), "{address}");
    }
    assert_eq!(parts(&house, &person, &token).await, ["appeal", "order", "correction"]);
}

#[tokio::test]
async fn why_somebody_was_looked_up_stands_in_what_was_done_about_them() {
    let house = House::new().await;
    let officer = house.authority("zhou").await;
    let (person, token) = house.resident().await;
    let search = json!({ "text": person, "reason": "医院询问送餐" });
    assert_eq!(house.post("/persons/search", &officer, search).await.status, 200);
    let acts = house.get(&format!("/persons/{person}/acts"), &token).await.ok();
    let found = acts.as_array().unwrap().iter().find(|act| act["act"] == "find-person").unwrap();
    assert_eq!(found["reason"], "医院询问送餐");
}

#[tokio::test]
async fn a_temperature_that_nobody_has_is_a_wrong_field() {
    let house = House::new().await;
    let authority = house.authority("zhou").await;
    let (point, gate) = house.gate(&authority).await;
    let (person, token) = house.resident().await;
    house.declare(&person, &token).await;
    let code = house.post(&format!("/persons/{person}/codes"), &token, json!({})).await.text("text");
    let mut form = super::house::check(&house, &point, &code, "k");
    form["temperature"] = json!("366");
    let reply = house.post("/gate/checks", &gate, form).await;
    assert_eq!(reply.json["errors"][0], json!({ "field": "temperature", "code": "impossible-temperature" }));
}
