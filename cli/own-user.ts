import { spawnSync } from "node:child_process";
import type { Environment } from "./profile.ts";

/** The name of whoever runs this: as the login shell says, or else as the passwd database does (Bun's os.userInfo reads USER only). */
export function ownUser(env: Environment): string {
  const named = env.USER || env.LOGNAME;
  if (named) return named;
  return (
    spawnSync("id", ["-un"], { encoding: "utf8", env: { PATH: env.PATH ?? "/usr/bin:/bin" } }).stdout?.trim() ?? ""
  );
}
