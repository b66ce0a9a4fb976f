import { expect, test } from "bun:test";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { type Format, render, type Style, styleFor, table } from "../../cli/output.ts";
import { parseYaml } from "../../core/yaml.ts";
import { program, runProgram } from "../kit/run.ts";
import { cleanTemp, tempDir } from "../kit/temp.ts";

/** What is printed, and what happens where it cannot be. */

cleanTemp();
const plain: Style = styleFor(1, { NO_COLOR: "1" });

/** Another server's name for something: escape sequences of seven and of eight bits, and text turned round. */
const HOSTILE = "a\u001b[2J\u009b31m\u202eb\tc\nd";
const view = {
  text: (name: string) => table(["name", "id"], [[name, "7"]], plain),
  names: (name: string) => [name, "e"],
};

test("nothing that a server sends moves the terminal, in whatever format", async () => {
  const shown = async (format: Format) => (await render(HOSTILE, view, format, plain)).split("\n");
  expect(await shown("text")).toEqual(["NAME             ID", "a?[2J?31m?b?c?d  7"]);
  expect(await shown("names")).toEqual(["a?[2J?31m?b?c?d", "e"]);
  const [json = "", ...more] = await shown("json");
  expect({ json, more }).toEqual({ json: '"a\\u001b[2J\\u009b31m\\u202eb\\tc\\nd"', more: [] });
  expect(JSON.parse(json)).toBe(HOSTILE);
  const yaml = await render([{ [HOSTILE]: HOSTILE }], { text: () => "" }, "yaml", plain);
  expect(yaml).not.toMatch(/[\u001b\u009b\u202e]/);
  expect(parseYaml(yaml, "stdout").value).toEqual([{ [HOSTILE]: HOSTILE }]);
});

test("a stderr that takes nothing changes neither what is done nor how it ends", async () => {
  const dir = tempDir();
  const server = Bun.serve({ unix: join(dir, "tms.sock"), fetch: () => Response.json({ num_deleted: 1 }) });
  using _ = { [Symbol.dispose]: () => void server.stop(true) };
  mkdirSync(join(dir, "data/proc"), { recursive: true });
  symlinkSync(join(dir, "tms.sock"), join(dir, "data/proc/tms.sock"));
  // Descriptor 4 is a pipe that nobody reads.
  const script = `mkfifo gone; exec 3<>gone 4>gone 3>&- 5>/dev/full
    tctl tms mfa rm alice --data-dir=data 2>&4; echo $?
    tctl tms mfa rm alice --data-dir=data 2>&5; echo $?
    tctl tms keys get 2>&4; echo $?
    tctl tms keys get 2>&5; echo $?
    tctl --help >&4; echo $?`.replaceAll("tctl", program("tctl"));
  const { stdout, stderr } = await runProgram(["bash", "-c", script], { cwd: dir });
  expect({ stdout, stderr }).toEqual({ stdout: "0\n0\n2\n2\n0\n", stderr: "" });
});
