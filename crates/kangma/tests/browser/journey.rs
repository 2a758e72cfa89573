//! The way of somebody new to a town: sign in by a one-time code, say who one is, declare question by question, and
//! come home to a code.

use crate::visitor::Visitor;

/// Somebody whom the town does not know yet. Every name and number is invented.
#[derive(Debug, Clone, Copy)]
pub struct Newcomer<'a> {
    pub phone: &'a str,
    pub name: &'a str,
    pub document: &'a str,
    /// As in `1980-05-31`.
    pub born: &'a str,
}

/// The questions that are answered with yes or no, each by a part of it, in their order; the temperature is asked where
/// `None` stands.
const QUESTIONS: [Option<(&str, &str)>; 7] = [
    Some(("接触过确诊或疑似病例", "in contact with a confirmed or suspected case")),
    Some(("发热", "a fever")),
    Some(("咳嗽", "a cough")),
    Some(("呼吸困难", "short of breath")),
    None,
    Some(("风险地区停留过", "stay in a risk area")),
    Some(("重点地区", "a key area")),
];

impl Visitor {
    /// Comes to a town as somebody new, declares that nothing is wrong, and is at home with a green code.
    pub async fn settles(&self, newcomer: &Newcomer<'_>) {
        self.signs_in(newcomer.phone).await;
        self.press(self.say("开始申报", "Start the declaration")).await;
        self.says_who(newcomer).await;
        self.press(self.say("继续", "Continue")).await;
        self.declares(&[]).await;
        self.press(self.say("出示健康码", "Show my code")).await;
        self.sees(self.say("秒后更新", "Renews in")).await;
    }

    /// Signs in with the one-time code that a demonstration shows.
    pub async fn signs_in(&self, phone: &str) {
        self.open("/sign-in").await;
        self.fill(self.say("手机号码", "Telephone number"), phone).await;
        self.press(self.say("发送验证码", "Send the code")).await;
        let code = self.one_time_code(phone).await;
        self.open("/sign-in/code").await;
        self.fill(self.say("验证码", "One-time code"), &code).await;
        self.press(self.say("登录", "Sign in")).await;
        self.sees(self.say("家人", "Family")).await;
    }

    /// The newest code that was sent to a telephone: the line after its number.
    async fn one_time_code(&self, phone: &str) -> String {
        self.open("/demo/outbox").await;
        let text = self.text().await;
        let mut lines = text.lines().filter(|line| !line.is_empty()).skip_while(|line| *line != phone);
        let message = lines.nth(1).expect("a message to this number");
        let digits = message.split(|c: char| !c.is_ascii_digit()).find(|digits| digits.len() == 6);
        digits.unwrap_or_else(|| panic!("no code in '{message}'")).to_owned()
    }

    /// Fills in who somebody is: oneself, or somebody one looks after.
    pub async fn says_who(&self, newcomer: &Newcomer<'_>) {
        self.fill(self.say("姓名", "Name"), newcomer.name).await;
        self.pick(self.say("证件类型", "Kind of document"), self.say("其他证件", "Another document")).await;
        self.fill(self.say("证件号码", "Document number"), newcomer.document).await;
        self.fill_date(self.say("出生日期", "Date of birth"), newcomer.born).await;
        self.pick(self.say("区县", "District"), "990101").await;
    }

    /// Adds somebody to one's family, and is at the page of their code.
    pub async fn adds(&self, dependant: &Newcomer<'_>) {
        self.press(self.say("家人", "Family")).await;
        self.press(self.say("添加家人", "Add a family member")).await;
        self.says_who(dependant).await;
        self.press(self.say("添加", "Add")).await;
        self.sees(self.say("请先完成申报", "Make your declaration first")).await;
    }

    /// Declares as a resident, from the question for what, to the answer: yes to the questions with one of these texts in
    /// them, no to the others.
    pub async fn declares(&self, yes: &[&str]) {
        self.answers_all(yes).await;
        self.sends_the_declaration().await;
    }

    /// Answers question by question, up to the summary.
    pub async fn answers_all(&self, yes: &[&str]) {
        let next = self.say("继续", "Continue");
        self.choose(self.say("我住在本市", "I live in this city")).await;
        self.press(next).await;
        for question in QUESTIONS {
            self.answers(question.map(|(chinese, english)| self.say(chinese, english)), yes).await;
            self.press(next).await;
        }
        self.sees(self.say("请核对您的回答", "Check your answers")).await;
    }

    /// From the summary to the answer.
    pub async fn sends_the_declaration(&self) {
        self.choose(self.say("以上内容属实", "What I have answered is true")).await;
        self.press(self.say("提交申报", "Send the declaration")).await;
        self.sees(self.say("申报完成", "Your declaration is in")).await;
    }

    async fn answers(&self, question: Option<&str>, yes: &[&str]) {
        let Some(question) = question else {
            return self.fill(self.say("体温是多少", "What is your temperature today (°C)?"), "36.5").await;
        };
        self.sees(question).await;
        let is_so = yes.iter().any(|part| question.contains(part));
        self.choose(if is_so { self.say("是", "Yes") } else { self.say("否", "No") }).await;
    }
}
