import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cleanEnv, runProgram } from "../../kit/run.ts";
import { type Command, inTurn } from "../measure.ts";
import { CURVE25519 } from "../peers.ts";
import { type Effort, type Measurements, type Row, shown } from "../row.ts";
import { LOGIN } from "../stage.ts";
import { whileDown } from "./keycmd.ts";
import type { TmsStage } from "./stage.ts";

/** The sources of the key for sshd. */
const WAYS = ["file", "script", "asks", "keeps"] as const;
type Way = (typeof WAYS)[number];

/** The time of a login by the source of the key. sshd runs AuthorizedKeysCommand twice per login. */
export function loginRows({ quick }: Effort): Measurements<TmsStage> {
  const runs = quick ? 25 : 60;
  return {
    "keycmd logins": async (stage) => {
      const command = await machines(stage);
      const [file, script, asks, keeps] = await inTurn(WAYS.map(command), runs);
      const [alone, cached] = await whileDown(stage, [command("file"), command("keeps")], runs);
      return [
        login("authorized_keys", file?.median, file?.median),
        login("a shell script that prints a file", script?.median, file?.median),
        login("keycmd", asks?.median, file?.median),
        login("keycmd that keeps what it is told", keeps?.median, file?.median),
        login("keycmd, the server down", cached?.median, alone?.median),
      ];
    },
  };
}

function login(way: string, took = Number.NaN, alone = Number.NaN): Row {
  const more = took - alone;
  const note = `${Math.abs(more).toFixed(1)} ms ${more < 0 ? "less" : "more"} than by authorized_keys`;
  return shown(`ssh to an sshd true, key by ${way}`, "ms", took, more === 0 ? undefined : note);
}

/**
 * Returns the login command for each source. Client and server are connected by a pipe (`sshd -i`): over loopback TCP
 * delayed acknowledgements add 40 or 80 ms at random.
 */
async function machines({ dir, host, login }: TmsStage): Promise<(way: Way) => Command> {
  const work = join(dir, "machines");
  mkdirSync(work, { mode: 0o700 });
  // sshd requires this directory, which its service unit creates.
  mkdirSync("/run/sshd", { recursive: true });
  await runProgram(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", join(work, "host")]);
  const asked = (words: readonly string[]) => [
    "AuthorizedKeysFile none",
    `AuthorizedKeysCommand ${words.join(" ")} %u %U %f %t`,
    "AuthorizedKeysCommandUser nobody",
  ];
  const settings: Readonly<Record<Way, readonly string[]>> = {
    file: [`AuthorizedKeysFile ${host.keysFile}`],
    script: asked([host.script]),
    asks: asked(host.asks),
    keeps: asked(host.keeps),
  };
  for (const way of WAYS) {
    const config = [`HostKey ${join(work, "host")}`, ...settings[way], "StrictModes no", "UsePAM no"];
    writeFileSync(join(work, way), `${config.join("\n")}\n`);
  }
  const options = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "IdentitiesOnly=yes", "BatchMode=yes"];
  return (way) => ({
    argv: [
      ...["ssh", "-q", "-F/dev/null", "-i", login.file, CURVE25519, ...options.map((option) => `-o${option}`)],
      ...[`-oProxyCommand=/usr/sbin/sshd -i -f ${join(work, way)}`, `${LOGIN}@localhost`, "true"],
    ],
    env: cleanEnv(),
  });
}
