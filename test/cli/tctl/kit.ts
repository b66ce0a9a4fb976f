import { afterAll, beforeAll } from "bun:test";
import { join } from "node:path";
import { type Daemon, startDaemon } from "../../kit/daemon.ts";
import { golden } from "../../kit/golden.ts";
import { RemoteAuth } from "../../kit/remote-auth.ts";
import { type Ran, type RunOptions, run } from "../../kit/run.ts";
import { keptTempDir } from "../../kit/temp.ts";

/** An auth server of the compiled program, and `tctl` on its machine. */
export interface Stage {
  readonly dir: string;
  readonly auth: RemoteAuth;
  /** `HOST:PORT` of auth. */
  readonly address: string;
  /** Runs the compiled tctl as the operator. */
  tctl(words: readonly string[], options?: RunOptions): Promise<Ran>;
  /** The same, and it must succeed; what it wrote to stdout. */
  output(words: readonly string[], options?: RunOptions): Promise<string>;
  /** The same, with `--format=json`, as a value. */
  json(...words: string[]): Promise<unknown>;
}

/** One auth server for all tests of a file. */
export function stage(): Stage {
  const dir = keptTempDir();
  const auth = new RemoteAuth(join(dir, "data"));
  let daemon: (Daemon & AsyncDisposable) | undefined;
  beforeAll(async () => {
    daemon = await startDaemon(["--roles=auth", "--cluster-name=test", "--nodename=auth-1", `--data-dir=${dir}/data`]);
  });
  afterAll(async () => {
    auth[Symbol.dispose]();
    await daemon?.[Symbol.asyncDispose]();
  });
  const tctl = (words: readonly string[], options: RunOptions = {}) =>
    run(["tctl", ...words], { ...options, env: { SALLYPORT_DATA_DIR: join(dir, "data"), ...options.env } });
  const output = async (words: readonly string[], options?: RunOptions) => {
    const { code, stdout, stderr } = await tctl(words, options);
    if (code !== 0) throw new Error(`tctl ${words.join(" ")} ended with ${code}:\n${stderr}`);
    return stdout;
  };
  return {
    dir,
    auth,
    get address() {
      return daemon?.at("auth") ?? "";
    },
    tctl,
    output,
    json: async (...words) => JSON.parse(await output([...words, "--format=json"])),
  };
}

/** Compares with `test/golden/json/tctl-NAME.json`, with everything that is new each time written as what it is. */
export function goldenJson(name: string, text: string): void {
  golden(`json/tctl-${name}.json`, steady(text));
}

export function steady(text: string): string {
  return text
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, "<time>")
    .replaceAll(/sha256:[0-9a-f]{64}/g, "sha256:<hex>")
    .replaceAll(/sha256-[0-9a-f]{12}/g, "sha256-<hex>")
    .replaceAll(/SHA256:[A-Za-z0-9+/]{43}/g, "SHA256:<base64>")
    .replaceAll(/\b[0-9a-f]{64}\b/g, "<sha256>")
    .replaceAll(/\b[0-9a-f]{32}\b/g, "<secret>")
    .replaceAll(/ssh-ed25519 [A-Za-z0-9+/=]+/g, "ssh-ed25519 <base64>")
    .replaceAll(/"(uid)":"[^"]+"/g, '"$1":"<uuid>"')
    .replaceAll(/"revision": "\d+"/g, '"revision": "<n>"')
    .replaceAll(/"serial": "\d+"/g, '"serial": "<n>"')
    .replaceAll(/(?<!00000000-0000-4000-8000-)\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, (uuid) =>
      uuid.startsWith("00000000-") ? uuid : "<uuid>",
    );
}
