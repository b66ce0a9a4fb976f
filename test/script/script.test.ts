import { test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { playTranscript } from "../kit/transcript.ts";

/** Each story is a file beside this one; see the runner for how they are written. */
const stories = readdirSync(import.meta.dir).filter((name) => name.endsWith(".txt"));

test.each(stories)("%s", async (name) => playTranscript(join(import.meta.dir, name)), 120_000);
