import { spawn, spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type AuditEvent, newEvent } from "../../../core/audit/event.ts";

export const at = (time: string) => ({ now: new Date(time), cluster: "example.com" });

export const removal = (name: string, time = "2026-01-31T12:00:00Z", user = "admin"): AuditEvent =>
  newEvent("user.delete", { user, name }, at(time));

export const nameOf = (event: AuditEvent): string => (event as { name?: string }).name ?? "";

/** Runs `child.ts` until it has acknowledged `enough` events, then kills it. The uids that it has acknowledged. */
export async function killedWriter(task: "log" | "outbox", dir: string, enough: number): Promise<string[]> {
  const child = spawn(process.execPath, [join(import.meta.dir, "child.ts"), task, dir], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const uids: string[] = [];
  for await (const uid of createInterface({ input: child.stdout })) {
    uids.push(uid);
    if (uids.length === enough) child.kill("SIGKILL");
  }
  return uids;
}

/** A disk of 1 MiB, or undefined where that cannot be had. */
export function smallDisk(path: string): { grow(): void; remove(): void } | undefined {
  mkdirSync(path);
  if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", path]).status !== 0) return undefined;
  return {
    grow: () => void spawnSync("mount", ["-o", "remount,size=16m", path]),
    remove: () => void spawnSync("umount", ["-l", path]),
  };
}
