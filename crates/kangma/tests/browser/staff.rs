//! Somebody of the staff, signed in with an account that the demonstration made.

use crate::{
    town::Town,
    visitor::{Arrival, Visitor},
};

impl Visitor {
    /// Comes to the overview with an account of the demonstration.
    pub async fn to_the_desk(town: &Town, login: &str, arrival: Arrival<'_>) -> Self {
        let visitor = Self::arrive(arrival).await;
        visitor.open("/authority").await;
        visitor.enters_as(town, login).await;
        visitor.sees(visitor.say("总览", "Overview")).await;
        visitor
    }

    /// Comes to the gate of a point as the demonstration's checker.
    pub async fn to_the_gate(town: &Town, point: &str, arrival: Arrival<'_>) -> Self {
        let visitor = Self::arrive(arrival).await;
        visitor.open("/gate").await;
        visitor.enters_as(town, "checker").await;
        visitor.press(point).await;
        visitor.sees(visitor.say("扫码枪", "Scanner or typed code")).await;
        visitor
    }

    /// Reads a text with a scanner that types it wherever the focus is, and ends it with Enter; the gate answers with this.
    pub async fn scans(&self, text: &str, answer: &str) {
        self.type_keys(format!("{text}\n")).await;
        self.sees(answer).await;
    }

    /// Signs in with an account of the demonstration.
    pub async fn enters_as(&self, town: &Town, login: &str) {
        self.fill(self.say("账号", "Account"), login).await;
        self.fill(self.say("密码", "Password"), town.password(login)).await;
        self.press(self.say("登录", "Sign in")).await;
    }
}
