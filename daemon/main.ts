import { lstatSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { Fault } from "../core/fault.ts";
import { type Booted, boot } from "./boot.ts";
import { loadSettings, type Machine, type Settings, type StartFlags } from "./config.ts";
import { claimDataDir } from "./data-dir.ts";
import { type Diag, type State, startDiag } from "./diag.ts";
import { type Log, type OpenLog, openLog } from "./log.ts";
import { counter } from "./metrics.ts";
import { notifyManager, releaseStartPages } from "./net/libc.ts";
import { makeRoles } from "./roles.ts";

/** By then the roles have done what they do once. Milliseconds after all are ready. */
const SETTLED = 1_000;

/** How long a stop may take before the process ends all the same. Milliseconds. */
const STOP_WITHIN = 30_000;

/**
 * Runs the daemon until a signal ends it: SIGTERM or SIGINT stop it in order, a second one at once; SIGHUP reads the
 * configuration and the TLS certificates again. Yields the status to exit with.
 * @throws Fault when it cannot start; then nothing of it is left running.
 */
export async function start(flags: StartFlags, machine: Machine, version: string): Promise<number> {
  const began = performance.now();
  const settings = loadSettings(flags, machine);
  const log = openLog(settings.log);
  const signals = listenForSignals();
  surviveMistakes(log);
  await using stack = new AsyncDisposableStack();
  const claim = claimDataDir(settings.dataDir, new Date(), log);
  stack.defer(() => claim.release());

  let state: State = "starting";
  const diag = settings.diag && startDiag(settings.diag, version, () => state);
  if (diag !== undefined) stack.defer(() => diag.stop());
  const roles = makeRoles(settings, { version, log, now: () => new Date() });
  const booted = await Promise.race([boot(roles, log), signals.stop]);
  // Nobody was promised anything yet, and what is stored survives a crash.
  if (booted === undefined) return 0;
  if (settings.pidFile !== undefined) {
    writePidFile(settings.pidFile);
    const { pidFile } = settings;
    // A name that was there before, such as /dev/stdout or /dev/null, stays.
    const ours = lstatSync(pidFile, { throwIfNoEntry: false })?.isFile() === true;
    if (ours) stack.defer(() => rmSync(pidFile, { force: true }));
  }

  state = "ready";
  announce(booted, { settings, diag, version, log, ms: Math.round(performance.now() - began) });
  notifyManager(`READY=1\nMAINPID=${process.pid}`);
  setTimeout(releaseStartPages, SETTLED).unref();
  signals.onReload(() => reload(booted, flags, machine, log));

  await signals.stop;
  state = "stopping";
  notifyManager("STOPPING=1");
  log.info("stopping");
  const stopped = await Promise.race([booted.stop().then(() => true), Bun.sleep(STOP_WITHIN).then(() => false)]);
  if (!stopped) log.warn("not everything ended in time", { within_seconds: STOP_WITHIN / 1000 });
  log.info("stopped");
  return 0;
}

/** Signals that come this close together are one. Milliseconds. */
const SAME_SIGNAL = 500;

interface Signals {
  /** Resolves when the process shall stop. */
  readonly stop: Promise<undefined>;
  onReload(reload: () => Promise<void>): void;
}

function listenForSignals(): Signals {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  let asked: number | undefined;
  for (const [signal, number] of [
    ["SIGTERM", 15],
    ["SIGINT", 2],
  ] as const)
    process.on(signal, () => {
      asked ??= performance.now();
      resolve(undefined);
      // A terminal, npm and a shell may each pass the same Ctrl-C on; only a later one means impatience.
      if (performance.now() - asked > SAME_SIGNAL) process.exit(128 + number);
    });
  // One reload at a time; those that come meanwhile are one more.
  let reload = async () => {};
  let running = Promise.resolve();
  let waiting = false;
  process.on("SIGHUP", () => {
    if (waiting) return;
    waiting = true;
    running = running.then(() => {
      waiting = false;
      return reload();
    });
  });
  return {
    stop: promise,
    onReload: (next) => {
      reload = next;
    },
  };
}

async function reload(booted: Booted, flags: StartFlags, machine: Machine, log: OpenLog): Promise<void> {
  try {
    log.reopen();
    if (await booted.reload(loadSettings(flags, machine))) log.info("configuration and certificates were read again");
  } catch (error) {
    log.error("the configuration cannot be read; going on as before", { error });
  }
}

/** A mistake in serving one peer must not end the service of all others; it is counted, and logged to be found. */
function surviveMistakes(log: Log): void {
  const mistakes = counter("sallyport_unexpected_errors_total", "Errors that nothing had foreseen.");
  const survive = (error: unknown) => {
    mistakes.add();
    log.error("unexpected error", { error: error instanceof Error ? error : new Error(String(error)) });
  };
  process.on("uncaughtException", survive);
  process.on("unhandledRejection", survive);
}

function writePidFile(file: string): void {
  try {
    writeFileSync(file, `${process.pid}\n`, { mode: 0o644 });
  } catch (cause) {
    throw new Fault("failed", `cannot write the pid file ${file}: ${(cause as Error).message}`, { cause });
  }
}

/** Says on stdout where everything listens: a line a role and `ready`, or one JSON object. */
function announce(
  booted: Booted,
  about: { settings: Settings; diag: Diag | undefined; version: string; log: Log; ms: number },
): void {
  const { settings, diag, version, log, ms } = about;
  const roles = booted.roles.map(({ name, listening }) => ({ role: name, listening }));
  if (settings.log.format === "json") {
    const event = { event: "ready", version, pid: process.pid, roles, ...(diag && { diag: diag.url }) };
    say(JSON.stringify(event));
    log.info("ready", { ...event, ms });
    return;
  }
  for (const { role, listening } of roles) say(`${role.padEnd(6)} ${listening.join("  ")}`);
  if (diag !== undefined) say(`diag   ${diag.url}`);
  say("ready");
}

function say(line: string): void {
  try {
    writeSync(1, `${line}\n`);
  } catch {
    // Nobody reads: then nobody needs to know.
  }
}
