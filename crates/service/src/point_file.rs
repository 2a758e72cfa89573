//! A collection point as whoever runs it sees it: its gates and its checkers.

use crate::{
    Actor, Refused, Service,
    access::{Place, Right, district_of},
    act::Target,
};
use kangma_core::PointId;
use kangma_store::{Account, AccountId, Gate, Point};

/// A point with its gates and checkers.
#[derive(Debug, Clone)]
pub struct PointFile {
    /// The point.
    pub point: Point,
    /// The login of who registered it.
    pub manager: String,
    /// Its devices, those that were revoked among them.
    pub gates: Vec<Gate>,
    /// Accounts that check here besides those whose scope says so, with their logins.
    pub checkers: Vec<(AccountId, String)>,
}

impl Service {
    /// One point.
    ///
    /// # Errors
    /// [`Refused::NotFound`]; [`Refused::NotAllowed`].
    pub async fn point_file(&self, actor: &Actor, point: PointId) -> Result<PointFile, Refused> {
        let actor = actor.clone();
        self.look(move |reader| {
            actor.holds(Right::RunPoints)?;
            let kept = reader.point(point)?.ok_or(Refused::NotFound)?;
            actor.officer()?.may(Right::RunPoints, Place::Point(point, &kept.district))?;
            let login = |account: Option<Account>| account.map(|account| account.login).unwrap_or_default();
            let mut checkers = Vec::new();
            for account in reader.checkers_of(point)? {
                checkers.push((account, login(reader.account(account)?)));
            }
            let manager = kept.manager.map(|account| reader.account(account)).transpose()?.flatten();
            Ok(PointFile { gates: reader.gates_of(point)?, checkers, manager: login(manager), point: kept })
        })
        .await
    }

    /// The points of an officer's district whose name contains a text, by number, after the one given.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`]; the store failed.
    pub async fn points_like(
        &self,
        actor: &Actor,
        text: String,
        after: Option<PointId>,
        most: usize,
    ) -> Result<Vec<Point>, Refused> {
        let district = district_of(actor, Right::RunPoints)?;
        self.look(move |reader| Ok(reader.points_like(district.as_deref(), text.trim(), after, most)?)).await
    }

    /// Lets the account with this login check at a point, besides what its scope says.
    ///
    /// # Errors
    /// [`Refused::Invalid`] for an unknown login; [`Refused::NotFound`]; [`Refused::NotAllowed`].
    pub async fn add_checker_named(
        &self,
        actor: &Actor,
        point: PointId,
        login: String,
    ) -> Result<(), Refused> {
        self.act(actor, move |act| {
            act.actor.holds(Right::RunPoints)?;
            let kept = act.writer.point(point)?.ok_or(Refused::NotFound)?;
            act.actor.officer()?.may(Right::RunPoints, Place::Point(point, &kept.district))?;
            let account = act.writer.account_by_login(&login.trim().to_lowercase())?;
            let account = account.filter(|account| account.disabled_at.is_none());
            let account = account.ok_or_else(|| Refused::field("name", "unknown-login"))?;
            act.writer.add_checker(point, account.id)?;
            act.log("add-checker", Target::thing("point", point))
        })
        .await
    }

    /// Takes that right back.
    ///
    /// # Errors
    /// [`Refused::NotFound`] when it was not given; [`Refused::NotAllowed`].
    pub async fn remove_checker(
        &self,
        actor: &Actor,
        point: PointId,
        account: AccountId,
    ) -> Result<(), Refused> {
        self.act(actor, move |act| {
            act.actor.holds(Right::RunPoints)?;
            let kept = act.writer.point(point)?.ok_or(Refused::NotFound)?;
            act.actor.officer()?.may(Right::RunPoints, Place::Point(point, &kept.district))?;
            if !act.writer.remove_checker(point, account)? {
                return Err(Refused::NotFound);
            }
            act.log("remove-checker", Target::thing("point", point))
        })
        .await
    }
}
