import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../kit/run.ts";
import { cleanTemp, tempDir } from "../kit/temp.ts";

cleanTemp();

describe("sallyport configure and config check", () => {
  test("the sample is right", async () => {
    const file = join(tempDir(), "sallyport.yaml");
    const { code, stdout } = await run(["sallyport", "configure"]);
    expect(code).toBe(0);
    writeFileSync(file, stdout);
    expect(await run(["sallyport", "config", "check", file])).toEqual({
      code: 0,
      stdout: `${file} is valid: auth, proxy, node\n`,
      stderr: "",
    });
    const json = await run(["sallyport", "config", "check", file, "--format=json"]);
    expect(JSON.parse(json.stdout)).toEqual({ file, ok: true, roles: ["auth", "proxy", "node"] });
  });

  test("a mistake is an error with file, line, key and what was expected; stdout stays empty", async () => {
    const file = join(tempDir(), "sallyport.yaml");
    writeFileSync(file, "proxy_service:\n  web_listen_addr: 0.0.0.0:port\n");
    const message = `${file}:2: proxy_service.web_listen_addr: expected host:port`;
    expect(await run(["sallyport", "config", "check", file])).toEqual({
      code: 2,
      stdout: "",
      stderr: `sallyport: error: ${message}\n`,
    });
    const json = await run(["sallyport", "config", "check", file, "--format=json"]);
    expect(json.stdout).toBe("");
    expect(JSON.parse(json.stderr)).toEqual({ error: { code: "bad_request", message } });
  });

  test("a file that is not there", async () => {
    const { code, stderr } = await run(["sallyport", "config", "check", "/nowhere.yaml"]);
    expect(code).toBe(5);
    expect(stderr).toBe("sallyport: error: the configuration file /nowhere.yaml does not exist\n");
  });
});

describe("sallyport systemd", () => {
  test("starts what the flags say, by absolute paths", async () => {
    const dir = tempDir();
    writeFileSync(join(dir, "c.yaml"), "");
    writeFileSync(join(dir, "token"), "secret-token-1\n");
    const flags = ["-c", "c.yaml", "--roles=node", "--auth-server=a:1", "--auth-server=b:2", "--token=@token"];
    const { code, stdout } = await run(["sallyport", "systemd", ...flags], { cwd: dir });
    expect(code).toBe(0);
    const words = `--roles=node --config=${dir}/c.yaml --auth-server=a:1 --auth-server=b:2 --token=@${dir}/token`;
    expect(/^ExecStart=(\S+) start (.*)$/m.exec(stdout)?.[2]).toBe(words);
    expect(stdout).not.toContain("secret-token");
    expect(stdout).toContain(`Description=Sallyport access (node)\n`);
  });

  test("takes no secret", async () => {
    const { code, stdout, stderr } = await run(["sallyport", "systemd", "-c/dev/null", "--token=secret-token-1"]);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain("--token=@FILE");
    expect(stderr).not.toContain("secret-token");
  });

  test("takes what start takes, and refuses what start refuses", async () => {
    const { code, stderr } = await run(["sallyport", "systemd", "-c/dev/null", "--roles=nodes"]);
    expect(code).toBe(2);
    expect(stderr).toBe('sallyport: error: --roles: there is no role "nodes"\nhint: did you mean node?\n');
  });
});

test("the environment stands for flags, and flags win", async () => {
  const env = { SALLYPORT_CONFIG: "/dev/null", SALLYPORT_ROLES: "proxy", SALLYPORT_AUTH_SERVER: "a:1" };
  const { stdout } = await run(["sallyport", "systemd"], { env });
  expect(stdout).toContain(" --roles=proxy --config=/dev/null --auth-server=a:1\n");
  const both = await run(["sallyport", "systemd", "--roles=auth,proxy"], { env });
  expect(both.stdout).toContain("Description=Sallyport access (auth, proxy)\n");
});
