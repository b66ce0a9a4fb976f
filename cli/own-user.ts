import type { Environment } from "./profile.ts";

/** The name of whoever runs this: as the login shell says, or else as the passwd database does (Bun's os.userInfo reads USER only). */
export function ownUser(env: Environment): string {
  const named = env.USER || env.LOGNAME;
  if (named) return named;
  const PATH = env.PATH ?? "/usr/bin:/bin";
  const id = Bun.which("id", { PATH });
  return id === null ? "" : Bun.spawnSync([id, "-un"], { env: { PATH }, stderr: "ignore" }).stdout.toString().trim();
}
