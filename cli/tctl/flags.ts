import { Fault } from "../../core/fault.ts";

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
