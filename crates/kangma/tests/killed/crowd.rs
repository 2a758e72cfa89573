//! A hall full of people, of whom one is to be a case: more contacts than one act may change.

use crate::base::Base;
use kangma::{
    data::DataDir,
    machine::{MachineChance, WallClock},
    notify::Nobody,
};
use kangma_core::{Assurance, Direction, PersonId, PointId, Span, Visit};
use kangma_service::{
    Parts, Service,
    ports::Clock as _,
    settle_in::{NewHousehold, NewPoint, Newcomer},
};
use kangma_store::Options;
use std::{collections::HashMap, sync::Arc};

/// Who is to be the case.
pub const CASE: PersonId = PersonId(1);
/// Who are to be the cases of a list.
pub const CASES: [PersonId; 2] = [PersonId(1), PersonId(2)];
/// How many others were in the hall.
pub const CONTACTS: u64 = 1_200;
/// What the hall is called.
pub const HALL: &str = "Hall of the invented";

/// Lets so many people settle in the base who were nowhere yet.
pub fn settle(base: &Base, people: u64) {
    let service = service(base);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(settle_in(&service, people));
}

/// Gives the hall.
async fn settle_in(service: &Service, people: u64) -> PointId {
    let hall = NewPoint {
        id: PointId(1),
        kind: "office".to_owned(),
        name: HALL.to_owned(),
        district: "invented".to_owned(),
    };
    let points = service.settle_points(vec![hall]).await.expect("the hall");
    let households = (1..=people).map(household).collect();
    service.settle_households(households, &HashMap::new(), |_| {}).await.expect("people");
    points[&PointId(1)]
}

/// Fills the hall of the base, from within its own service.
pub fn gather(base: &Base) {
    let service = service(base);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let point = settle_in(&service, 1 + CONTACTS).await;
        // The demonstration's own visits are in; these are counted from the start.
        service.put_setting("settled-visits", "0").await.expect("a setting");
        let from = WallClock.now() - Span::from_hours(3);
        let visits = (1..=1 + CONTACTS).flat_map(|person| {
            [(from, Direction::In), (from + Span::from_hours(2), Direction::Out)].map(|(at, direction)| {
                Visit { person: PersonId(person), point, at, direction, assurance: Assurance::DeviceBound }
            })
        });
        service.settle_visits(visits.collect(), |_| {}).await.expect("visits");
    });
}

fn household(person: u64) -> NewHousehold {
    NewHousehold {
        gate: None,
        district: "invented".to_owned(),
        address: String::new(),
        members: vec![Newcomer {
            person: PersonId(person),
            name: format!("乙{person}"),
            document_number: format!("HALL{person:06}"),
            phone: None,
            born: "1970-01-01".parse().expect("a day"),
            dependant: false,
        }],
    }
}

fn service(base: &Base) -> Service {
    let data = DataDir::at(&base.dir());
    let chance = Arc::new(MachineChance::default());
    let store = data.open(Options::default()).expect("a store");
    let keys = data.signing_keys("kangma.local", WallClock.now(), &*chance).expect("keys");
    let parts = Parts {
        store,
        clock: Arc::new(WallClock),
        chance,
        notifier: Arc::new(Nobody),
        keys,
        region: String::new(),
        demonstration: true,
        snapshot: None,
    };
    Service::open(parts).expect("a service")
}
