import { expect, test } from "bun:test";
import { createLog } from "../../../daemon/log.ts";
import { serveCertified } from "../../../daemon/net/certified.ts";
import { keptTempDir } from "../../kit/temp.ts";

test("a certificate that is not valid yet is kept, since clients may have copies, and logged", async () => {
  const lines: string[] = [];
  const log = createLog({ level: "warn", format: "json", write: (line) => void lines.push(line) });
  const own = { dir: keptTempDir(), files: "web", names: ["localhost"], days: 365 };
  for (const time of ["2026-03-02T12:00:00Z", "2026-03-01T12:00:00Z", "2026-03-03T12:00:00Z"]) {
    lines.push(time);
    const server = await serveCertified({
      name: "test",
      host: "127.0.0.1",
      port: 0,
      setting: "",
      keypairs: [],
      own,
      log,
      now: () => new Date(time),
      handle: () => new Response("hello"),
    });
    await server.stop(0);
  }
  expect(lines.map((line) => (line.startsWith("{") ? JSON.parse(line).message : line))).toEqual([
    "2026-03-02T12:00:00Z",
    "2026-03-01T12:00:00Z",
    expect.stringContaining("is not valid yet"),
    "2026-03-03T12:00:00Z",
  ]);
});
