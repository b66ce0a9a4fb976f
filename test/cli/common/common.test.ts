import { describe, expect, test } from "bun:test";
import packageJson from "../../../package.json" with { type: "json" };
import { golden } from "../../kit/golden.ts";
import { run } from "../../kit/run.ts";

test("version is the package's, under every name", async () => {
  for (const tool of ["sallyport", "tsh", "tctl"]) {
    const [text, json] = await Promise.all([run([tool, "version"]), run([tool, "version", "-f", "json"])]);
    expect(text.stdout).toBe(`Sallyport ${packageJson.version} ${process.platform}-${process.arch}\n`);
    golden(
      "json/version.json",
      json.stdout
        .replace(packageJson.version, "VERSION")
        .replace(/linux-x64|linux-arm64|darwin-arm64/, "PLATFORM")
        .replace(/"bun": ".*"/, '"bun": "BUN"'),
    );
  }
});

describe("schema", () => {
  test("of every kind is what is promised to whoever writes resources", async () => {
    const ran = await run(["sallyport", "schema"]);
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    golden("json/schema.json", ran.stdout);
    const one = await run(["sallyport", "schema", "role"]);
    expect(JSON.parse(one.stdout)).toEqual(JSON.parse(ran.stdout).role);
    expect((await run(["sallyport", "schema", "role", "-f", "yaml"])).stdout).toStartWith(
      "$schema: https://json-schema.org/",
    );
  });

  test("of the auth API is its OpenAPI description", async () => {
    const ran = await run(["sallyport", "schema", "auth-api"]);
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    golden("json/auth-api.json", ran.stdout.replace(`"version": "${packageJson.version}"`, '"version": "VERSION"'));
    expect((await run(["sallyport", "schema", "auth-api", "-f", "yaml"])).stdout).toStartWith("openapi: 3.1.0\n");
  });

  test("of something else is not there", async () => {
    expect(await run(["sallyport", "schema", "roles"])).toEqual({
      code: 5,
      stdout: "",
      stderr: 'sallyport: error: there is no kind "roles"\nhint: did you mean role?\n',
    });
    expect((await run(["sallyport", "schema", "api"])).stderr).toContain(
      "hint: the kinds are: user, role, node, token, lock, cert_authority, auth-api\n",
    );
  });
});
