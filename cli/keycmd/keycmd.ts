import { writeSync } from "node:fs";
import { Fault } from "../../core/fault.ts";
import { readArguments } from "./arguments.ts";
import { readConfig } from "./config.ts";
import { writeLog } from "./log.ts";
import { lookUp } from "./lookup.ts";

/**
 * `keycmd` as sshd calls it (AuthorizedKeysCommand of sshd_config(5)): prints the line for authorized_keys, or nothing.
 * Every error is one line in the log. Modules that only other commands need are not loaded.
 * @returns the status to exit with
 */
export async function keycmd(words: readonly string[]): Promise<0 | 1> {
  if (words[0] === "--version") {
    const { default: packageJson } = await import("../../package.json", { with: { type: "json" } });
    writeSync(1, `sallyport keycmd v${packageJson.version}\n`);
    return 0;
  }
  const notes: string[] = [];
  let target = "syslog";
  let about = "";
  try {
    const query = readArguments(words);
    about = `user ${JSON.stringify(query.user)}, key ${query.fingerprint}: `;
    const config = readConfig(query.config);
    target = config.log;
    writeSync(1, `${await lookUp(query, config, notes)}\n`);
    if (notes.length > 0) writeLog(target, "notice", about + notes.join("; "));
    return 0;
  } catch (thrown) {
    const fault = Fault.from(thrown);
    const strange = fault.code === "internal" ? [String(fault.cause)] : [];
    writeLog(
      target,
      fault.code === "not_found" ? "info" : "notice",
      about + [fault.message, ...strange, ...notes].join("; "),
    );
    return 1;
  }
}
