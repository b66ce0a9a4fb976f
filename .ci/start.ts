/**
 * `npm start`: a whole cluster on this machine, for whoever runs it, with data in `./data` or `$SALLYPORT_DATA`. It
 * listens on the loopback address only. The first time it invites that user and says what to do next.
 */
import { spawn, spawnSync } from "node:child_process";
import { constants, hostname } from "node:os";
import { resolve } from "node:path";
import { createInterface } from "node:readline";

const binary = resolve(import.meta.dir, "../dist/sallyport");
const data = resolve(process.env["SALLYPORT_DATA"] ?? "data");
// Bun's userInfo() says what $USER says, which need not be there.
const me = spawnSync("id", ["-un"], { encoding: "utf8" }).stdout.trim();

// Of npm's environment the daemon needs nothing, and some of it (NODE_*, BUN_*) runs code.
const kept = /^(?:PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_\w+|TZ|TERM|NO_COLOR|SALLYPORT_\w+)$/;
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => kept.test(name)));

// A configuration of this machine is for the service of this machine.
const daemon = spawn(
  binary,
  ["start", "--roles=auth,proxy,node", "--config=/dev/null", `--data-dir=${data}`, "--listen-ip=127.0.0.1"],
  { env, stdio: ["ignore", "pipe", "inherit"] },
);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => daemon.kill(signal));
daemon.on("exit", (code, signal) => process.exit(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));

let proxy = "";
createInterface(daemon.stdout).on("line", (line) => {
  console.log(line);
  proxy = /^proxy .*https:\/\/(\S+)/.exec(line)?.[1] ?? proxy;
  if (line === "ready") console.log(`\n${nextSteps(proxy)}\n`);
});

/** What there is to do now, depending on how far this user has come. */
function nextSteps(address: string): string {
  const users = tctl("users", "ls") as { metadata: { name: string }; status: { enrolled: boolean } }[];
  const user = users.find(({ metadata }) => metadata.name === me);
  const login = `  ${binary} tsh login --insecure --proxy=${address} --user=${me}\n  ${binary} tsh ssh ${me}@${hostname()}`;
  const stop = `Data is in ${data}. Ctrl-C stops everything.`;
  if (user?.status.enrolled === true || (user === undefined && users.length > 0))
    return `Sallyport runs. In another terminal:\n\n${login}\n\n${stop}`;
  const invitation = tctl("users", ...(user === undefined ? ["add", me, `--logins=${me}`] : ["reset", me]));
  const { url } = invitation as { url: string };
  return [
    `Sallyport runs. You are invited as ${me}; the link is good for one sign-up:\n\n  ${url}\n`,
    "In another terminal, sign up (a password and an authenticator app), log in, and open a shell on this machine:\n",
    `  ${binary} tsh signup --insecure '${url}'`,
    `${login}\n\n${stop}`,
  ].join("\n");
}

function tctl(...words: string[]): unknown {
  const { status, stdout, stderr } = spawnSync(binary, ["tctl", ...words, "--format=json", `--data-dir=${data}`], {
    env,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`tctl ${words.join(" ")}: ${stderr}`);
  return JSON.parse(stdout);
}
