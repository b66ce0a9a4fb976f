import { spawnSync } from "node:child_process";

/** Only root serves other accounts, makes them, mounts and gives files away: such tests are left out otherwise, and say so. */
export const isRoot = process.geteuid?.() === 0;

/** The account that runs the tests, by the machine's own word: $USER and $HOME need not be there, or right. */
export const own = ownAccount();

function ownAccount(): Record<"login" | "home" | "shell", string> {
  const { stdout } = spawnSync("getent", ["passwd", String(process.geteuid?.())], { encoding: "utf8" });
  // As passwd(5) says, no shell is /bin/sh.
  const [login = "", , , , , home = "", shell = ""] = stdout.trim().split(":");
  if (login === "") throw new Error("whoever runs these tests needs an account on this machine");
  return { login, home, shell: shell || "/bin/sh" };
}
