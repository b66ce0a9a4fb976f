import { Fault } from "../../core/fault.ts";
import type { Args } from "../command.ts";

/** Flags that select the auth server and the identity. Every verb that calls auth includes them in its args. */
export const globals = {
  config: {
    type: "string",
    alias: "c",
    valueHint: "file",
    complete: "file",
    env: ["SALLYPORT_CONFIG"],
    description: "Config file of the auth server on this machine",
  },
  "data-dir": {
    type: "string",
    valueHint: "dir",
    complete: "directory",
    env: ["SALLYPORT_DATA_DIR"],
    description: "Data directory of the auth server on this machine",
  },
  "auth-server": {
    type: "string",
    valueHint: "host:port",
    multiple: true,
    description: "Address of a remote auth server; needs --identity",
  },
  identity: {
    type: "string",
    alias: "i",
    valueHint: "file",
    complete: "file",
    description: "Identity file to authenticate with",
  },
} as const satisfies Args;

/** `a,b` and repeated flags as one list. */
export function words(text: string): string[] {
  return text
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
}

/** @throws Fault `bad_request` unless it is a whole number from 1 on. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > 1e9)
    throw new Fault("bad_request", `"${text}" is not a whole number from 1 on`);
  return value;
}
