import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cleanEnv, runProgram } from "../../kit/run.ts";
import { type Command, inTurn } from "../measure.ts";
import { CURVE25519 } from "../peers.ts";
import { type Effort, type Measurements, type Row, shown } from "../row.ts";
import { LOGIN } from "../stage.ts";
import { whileDown } from "./keycmd.ts";
import type { EscrowStage } from "./stage.ts";

/** Where a stock sshd has the key from. */
const WAYS = ["file", "script", "asks", "keeps"] as const;
type Way = (typeof WAYS)[number];

/** What a whole login takes, and how much of it is the way to the key: sshd runs the command twice. */
export function loginRows({ quick }: Effort): Measurements<EscrowStage> {
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
 * The login at an sshd of each way. Client and server speak through a pipe (`sshd -i`): over TCP on loopback delayed
 * acknowledgements add 40 ms or 80, as chance will have it, to what is looked for.
 */
async function machines({ dir, host, login }: EscrowStage): Promise<(way: Way) => Command> {
  const work = join(dir, "machines");
  mkdirSync(work, { mode: 0o700 });
  // sshd wants it, and what starts sshd as a service makes it.
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
