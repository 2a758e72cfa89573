//! `kangma serve`: opens the store, publishes the first policy, starts the background work, listens.

use crate::{
    cli::serve::ServeArgs,
    data::DataDir,
    demo,
    demo_clock::{self, DemoClock},
    listen::{self, Demonstration},
    machine::{MachineChance, WallClock},
    notify::{Nobody, NotifyCommand},
    policies,
};
use anyhow::{Context as _, bail};
use kangma_city::{Epidemics, Parameters};
use kangma_core::{
    Span, Time,
    policy::{Policy, PolicyFiles},
};
use kangma_server::app::Running;
use kangma_service::{
    Parts, Service,
    ports::{Chance, Clock, Notifier},
    publish_policy::{ensure_within_log, publish_first},
};
use kangma_store::Options;
use std::{path::Path, sync::Arc, time::Duration};

/// How many days an epidemic is lived through on which a policy is tried.
const DAYS_OF_AN_EPIDEMIC: u32 = 28;
/// How long a server that was told to stop waits for what is under way and writes nothing.
const UNFINISHED: Duration = Duration::from_secs(2);
/// How often what is due is done.
const TICK: Duration = Duration::from_secs(1);
/// How often a demonstration's sources are heard, by its own clock.
const HEARTBEAT: Span = Span::from_minutes(5);
/// How often what is kept no longer is dropped.
const CLEARING: Span = Span::from_hours(1);

/// Runs the server until it is told to stop.
///
/// # Errors
/// It may not listen there, the store cannot be opened, or the socket failed.
pub fn run(args: &ServeArgs) -> anyhow::Result<()> {
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into()),
        )
        .with_writer(std::io::stderr)
        .init();
    let transport = args.transport()?;
    let listener = listen::bind(args.listen)?;
    let clock = Arc::new(DemoClock::beside(WallClock));
    let service = Arc::new(open(args, Arc::clone(&clock))?);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let served = runtime.block_on(async {
        let demonstration = args.demonstration() != Demonstration::No;
        let made = demo::make_staff(&service, demonstration).await?;
        if demonstration {
            demo::load(&service, args.demo_people).await?;
        }
        let address = listener.local_addr()?;
        // Whoever reads the addresses may tell the server to stop at once.
        let stop = listen::told_to_stop()?;
        announce(&format!("{}://{address}", transport.scheme()), &made, demonstration);
        let background = tokio::spawn(do_what_is_due(Arc::clone(&service), demonstration));
        let running = Running {
            demo: demonstration,
            secure: transport.scheme() == "https",
            behind_proxy: args.insecure_plain_http,
        };
        let mut app =
            kangma_server::App::new(Arc::clone(&service), Arc::new(MachineChance::default()), running);
        app.desk_phone = args.desk_phone.as_deref().map(Arc::from);
        let mut router = kangma_server::app(app);
        if demonstration {
            router = router.merge(demo_clock::routes(clock, Arc::clone(&service)));
        }
        let served = listen::serve(router, listener, &transport, stop).await;
        background.abort();
        if let Err(refused) = service.save_presences().await {
            tracing::error!(code = refused.code(), "the presence index could not be kept for the next start");
        }
        served.map_err(Into::into)
    });
    // Nobody waits for a dry run: the next start says that it was cut off.
    runtime.shutdown_timeout(UNFINISHED);
    served
}

fn open(args: &ServeArgs, clock: Arc<DemoClock<WallClock>>) -> anyhow::Result<Service> {
    let data = DataDir::at(&args.data.data);
    let chance: Arc<dyn Chance> = Arc::new(MachineChance::default());
    let policy = first_policy(args)?;
    let store = data.open(Options { fault: crate::fault::from_environment(), ..Options::default() })?;
    publish_first(&store, &policy, clock.now())?;
    let snapshot = Some(data.presence_file(&*chance)?);
    let keys = data.signing_keys(&args.issuer, clock.now(), &*chance)?;
    let notifier: Arc<dyn Notifier> = match &args.notify_command {
        Some(program) => Arc::new(NotifyCommand(program.clone())),
        None => Arc::new(Nobody),
    };
    let service = Service::open(Parts {
        store,
        clock,
        chance,
        notifier,
        keys,
        region: args.region.clone(),
        demonstration: args.demo,
        snapshot,
    })?;
    let small = Parameters::preset("10k")?.with_days(DAYS_OF_AN_EPIDEMIC)?;
    Ok(service.with_epidemics(Arc::new(Epidemics { parameters: Arc::new(small) })))
}

/// A shipped policy by its name, or one in a directory. What is wrong with it is shown where it stands, before anything
/// is made.
fn first_policy(args: &ServeArgs) -> anyhow::Result<PolicyFiles> {
    if let Some(files) = policies::shipped(&args.policy) {
        return Ok(files);
    }
    let names: Vec<_> = policies::shipped_names().collect();
    let files = policies::read(Path::new(&args.policy)).with_context(|| {
        format!(
            "`{}` is neither a shipped policy ({}) nor a policy's directory",
            args.policy,
            names.join(", ")
        )
    })?;
    match Policy::load(&files) {
        Ok(policy) => ensure_within_log(&policy).map_err(anyhow::Error::msg)?,
        Err(refused) => {
            eprintln!("{:?}", miette::Report::new(refused));
            bail!("the policy in {} is refused; see above", args.policy);
        }
    }
    Ok(files)
}

fn announce(base: &str, made: &[demo::Made], demonstration: bool) {
    println!();
    println!("  resident   {base}/");
    println!("  gate       {base}/gate");
    println!("  authority  {base}/authority");
    if demonstration {
        println!("  outbox     {base}/demo/outbox   (one-time codes; a demonstration only)");
    }
    if !made.is_empty() {
        println!();
        println!("  Accounts that were made now. Their passwords are shown this once:");
        for account in made {
            println!("  {:<11}{}   {}", account.login, account.password, account.what);
        }
    }
    println!();
}

async fn do_what_is_due(service: Arc<Service>, demonstration: bool) {
    let (mut heard, mut cleared) = (service.now(), Time::MIN);
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if demonstration && service.now() > heard + HEARTBEAT {
            heard = service.now();
            if let Err(refused) = demo::hear_sources(&service).await {
                tracing::error!(code = refused.code(), "the sources could not be heard");
            }
        }
        if let Err(refused) = service.do_what_is_due().await {
            tracing::error!(code = refused.code(), "what is due could not be done");
        }
        if let Err(refused) = service.run_jobs(|_, _, _| {}).await {
            tracing::error!(code = refused.code(), "a job stopped and is tried again");
        }
        if service.now() > cleared + CLEARING {
            match service.drop_what_is_old().await {
                // Something is left when a step found something: the next round goes on.
                Ok(0) => {
                    cleared = service.now();
                    // Whoever is killed starts from here.
                    if let Err(refused) = service.save_presences().await {
                        tracing::error!(code = refused.code(), "the presence index could not be saved");
                    }
                }
                Ok(_) => {}
                Err(refused) => tracing::error!(code = refused.code(), "what is old could not be dropped"),
            }
        }
    }
}
