import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { Fault } from "../../core/fault.ts";
import type { Parsed } from "../command.ts";
import type { Context } from "../context.ts";
import { readIfThere } from "../files.ts";
import type { globals } from "./flags.ts";

/** The data directory of the local server, selected as by `sallyport start`. */
export async function localDataDir(
  cx: Context,
  flags: Pick<Parsed<typeof globals>, "config" | "data-dir">,
): Promise<string> {
  if (flags["data-dir"] !== undefined) return flags["data-dir"];
  const config = flags.config ?? (existsSync(SYSTEM_CONFIG) ? SYSTEM_CONFIG : undefined);
  return (config === undefined ? undefined : await configuredDataDir(config)) ?? defaultDataDir(cx);
}

const SYSTEM_CONFIG = "/etc/sallyport.yaml";

async function configuredDataDir(file: string): Promise<string | undefined> {
  const text = readIfThere(file);
  if (text === undefined) throw new Fault("not_found", `there is no config file ${file}`);
  const { value } = (await import("../../core/yaml.ts")).parseYaml(text, file);
  const sections = value as { sallyport?: { data_dir?: unknown }; teleport?: { data_dir?: unknown } } | null;
  const dir = sections?.sallyport?.data_dir ?? sections?.teleport?.data_dir;
  return typeof dir === "string" ? resolve(dirname(file), dir) : undefined;
}

function defaultDataDir(cx: Context): string {
  if (process.getuid?.() === 0) return "/var/lib/sallyport";
  return join(cx.env.HOME || homedir(), ".local/share/sallyport");
}
