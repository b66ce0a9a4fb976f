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

/** When to release memory pages that only the start needed. Milliseconds after all roles are ready. */
const RELEASE_PAGES_AFTER_MS = 1_000;

/** After this time of stopping the process exits with connections still open. Milliseconds. */
const STOP_TIMEOUT_MS = 30_000;

/**
 * Runs the daemon until a signal ends it. The first SIGTERM or SIGINT stops it gracefully, a second one at once; SIGHUP
 * reloads the configuration and the TLS certificates. @returns the exit status.
 * @throws Fault when the start fails; everything that was started is stopped again.
 */
export async function start(flags: StartFlags, machine: Machine, version: string): Promise<number> {
  const startedAt = performance.now();
  const settings = loadSettings(flags, machine);
  const log = openLog(settings.log);
  const signals = listenForSignals();
  logUnexpectedErrors(log);
  await using stack = new AsyncDisposableStack();
  const claim = claimDataDir(settings.dataDir, new Date(), log);
  stack.defer(() => claim.release());

  let state: State = "starting";
  const diag = settings.diag && startDiag(settings.diag, version, () => state);
  if (diag !== undefined) stack.defer(() => diag.stop());
  const roles = makeRoles(settings, { version, log, now: () => new Date() });
  const booted = await Promise.race([boot(roles, log), signals.stop]);
  // Stopped during the start: no client was accepted yet, and stored data survives a crash.
  if (booted === undefined) return 0;
  if (settings.pidFile !== undefined) {
    writePidFile(settings.pidFile);
    const { pidFile } = settings;
    // Remove regular files only, not /dev/stdout or /dev/null.
    const isRegular = lstatSync(pidFile, { throwIfNoEntry: false })?.isFile() === true;
    if (isRegular) stack.defer(() => rmSync(pidFile, { force: true }));
  }

  state = "ready";
  announce(booted, { settings, diag, version, log, ms: Math.round(performance.now() - startedAt) });
  notifyManager(`READY=1\nMAINPID=${process.pid}`);
  setTimeout(releaseStartPages, RELEASE_PAGES_AFTER_MS).unref();
  signals.onReload(() => reload(booted, flags, machine, log));

  await signals.stop;
  state = "stopping";
  notifyManager("STOPPING=1");
  log.info("stopping");
  const stopped = await Promise.race([booted.stop().then(() => true), Bun.sleep(STOP_TIMEOUT_MS).then(() => false)]);
  if (!stopped) log.warn("not everything ended in time", { within_seconds: STOP_TIMEOUT_MS / 1000 });
  log.info("stopped");
  return 0;
}

/** Stop signals within this time count as one. Milliseconds. */
const SAME_SIGNAL_MS = 500;

interface Signals {
  /** Resolves at the first stop signal. */
  readonly stop: Promise<undefined>;
  onReload(reload: () => Promise<void>): void;
}

function listenForSignals(): Signals {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  let firstAt: number | undefined;
  for (const [signal, number] of [
    ["SIGTERM", 15],
    ["SIGINT", 2],
  ] as const)
    process.on(signal, () => {
      firstAt ??= performance.now();
      resolve(undefined);
      // Terminal, npm and shell may each forward the same Ctrl-C. Only a later signal forces the exit.
      if (performance.now() - firstAt > SAME_SIGNAL_MS) process.exit(128 + number);
    });
  // One reload runs at a time. Signals during a reload cause one more.
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

/** Logs and counts uncaught errors instead of exiting: an error in serving one client must not end all other sessions. */
function logUnexpectedErrors(log: Log): void {
  const errors = counter("sallyport_unexpected_errors_total", "Uncaught errors.");
  const report = (error: unknown) => {
    errors.add();
    log.error("unexpected error", { error: error instanceof Error ? error : new Error(String(error)) });
  };
  process.on("uncaughtException", report);
  process.on("unhandledRejection", report);
}

function writePidFile(file: string): void {
  try {
    writeFileSync(file, `${process.pid}\n`, { mode: 0o644 });
  } catch (cause) {
    throw new Fault("failed", `cannot write the pid file ${file}: ${(cause as Error).message}`, { cause });
  }
}

/** Prints the bound addresses on stdout: one line for each role and `ready`, or one JSON object. */
function announce(
  booted: Booted,
  details: { settings: Settings; diag: Diag | undefined; version: string; log: Log; ms: number },
): void {
  const { settings, diag, version, log, ms } = details;
  const roles = booted.roles.map(({ name, listening }) => ({ role: name, listening }));
  if (settings.log.format === "json") {
    const event = { event: "ready", version, pid: process.pid, roles, ...(diag && { diag: diag.url }) };
    printLine(JSON.stringify(event));
    log.info("ready", { ...event, ms });
    return;
  }
  for (const { role, listening } of roles) printLine(`${role.padEnd(6)} ${listening.join("  ")}`);
  if (diag !== undefined) printLine(`diag   ${diag.url}`);
  printLine("ready");
}

function printLine(line: string): void {
  try {
    writeSync(1, `${line}\n`);
  } catch {
    // stdout has no reader.
  }
}
