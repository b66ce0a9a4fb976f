import { spawnSync } from "node:child_process";

/** Tests that need other accounts, mounts or chown run as root only; otherwise they are skipped with a message. */
export const isRoot = process.geteuid?.() === 0;

/** The account that runs the tests, from the passwd database: $USER and $HOME may be missing or wrong. */
export const own = ownAccount();

function ownAccount(): Record<"login" | "home" | "shell", string> {
  const { stdout } = spawnSync("getent", ["passwd", String(process.geteuid?.())], { encoding: "utf8" });
  // passwd(5): an empty shell means /bin/sh.
  const [login = "", , , , , home = "", shell = ""] = stdout.trim().split(":");
  if (login === "") throw new Error("whoever runs these tests needs an account on this machine");
  return { login, home, shell: shell || "/bin/sh" };
}
