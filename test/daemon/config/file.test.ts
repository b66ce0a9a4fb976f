import { describe, expect, test } from "bun:test";
import { Fault } from "../../../core/fault.ts";
import { parseConfig } from "../../../daemon/config/file.ts";
import { SAMPLE_CONFIG } from "../../../daemon/config/sample.ts";

function refusal(text: string): Fault {
  try {
    parseConfig(text, "f.yaml");
  } catch (thrown) {
    if (thrown instanceof Fault) return thrown;
    throw thrown;
  }
  throw new Error("was accepted");
}

describe("an error has line, key and what was expected", () => {
  test.each([
    ["auth_service:\n  enabled: yes\n  listen_addr: 'a b'\n", "f.yaml:3: auth_service.listen_addr: expected host:port"],
    ["auth_service:\n  enabled: 7\n", "f.yaml:2: auth_service.enabled: expected yes or no"],
    ["auth_service: []\n", "f.yaml:1: auth_service: expected keys and values, not a list"],
    ["- a\n", "f.yaml:1: expected keys and values, not a list"],
    [
      "ssh_service:\n  labels:\n    env: 7\n",
      "f.yaml:3: ssh_service.labels.env: expected text, not a number; put it in quotes",
    ],
    [
      "ssh_service:\n  labels:\n    'e nv': x\n",
      'f.yaml:3: ssh_service.labels["e nv"]: expected a label name (letters, digits, . _ : / -)',
    ],
    [
      "ssh_service:\n  commands:\n    - name: x\n",
      "f.yaml:3: ssh_service.commands[0].command: expected a list, but it is missing",
    ],
    [
      "ssh_service: {commands: [{name: a, command: [x], period: 1x}]}",
      "f.yaml:1: ssh_service.commands[0].period: expected a duration such as 30m, 12h or 7d",
    ],
    ["proxy_service:\n  public_addr:\n    - a\n    - 7\n", "f.yaml:4: proxy_service.public_addr[1]: expected text"],
    ["proxy_service:\n  public_addr: []\n", "f.yaml:2: proxy_service.public_addr: expected at least one"],
    [
      "proxy_service:\n  https_keypairs:\n  - key_file: x\n",
      "f.yaml:3: proxy_service.https_keypairs[0].cert_file: expected text, but it is missing",
    ],
    [
      "sallyport:\n  log:\n    severity: loud\n",
      "f.yaml:3: sallyport.log.severity: expected one of error, warn, warning, info, debug",
    ],
    [
      "sallyport: {storage: {type: etcd}}",
      "f.yaml:1: sallyport.storage.type: expected sqlite, the only supported type",
    ],
    [
      "sallyport: {connection_limits: {max_connections: 0.5}}",
      "f.yaml:1: sallyport.connection_limits.max_connections: expected a whole number",
    ],
    ["sallyport: {advertise_ip: host}", "f.yaml:1: sallyport.advertise_ip: expected an IP address"],
    ["sallyport: {data_dir: ''}", "f.yaml:1: sallyport.data_dir: expected text, not nothing"],
    [
      "sallyport:\nteleport:\n  nodename: a\n",
      "f.yaml:2: teleport: this section is an alias of sallyport; keep one of them",
    ],
    [
      "auth_service: {tokens: [abc]}",
      'f.yaml:1: auth_service.tokens[0]: expected "node,proxy:TOKEN" or "node:/path/of/a/file"',
    ],
    [
      "tms_service:\n  new_clients: on_approval\n",
      "f.yaml:2: tms_service.new_clients: expected allow or disallow (with disallow, admins register clients); on_approval is",
    ],
    ["tms_service: {new_clients: maybe}", "f.yaml:1: tms_service.new_clients: expected one of allow, disallow"],
    [
      "tms_service:\n  http_addr: http://localhost\n",
      "f.yaml:2: tms_service.http_addr: expected https://…; private keys and secrets are not sent over plain HTTP",
    ],
    ["tms_service: {http_port: 65536}", "f.yaml:1: tms_service.http_port: expected a port"],
    ["tms_service: {http_port: '3000'}", "f.yaml:1: tms_service.http_port: expected a whole number"],
    ["tms_service: {server_urls: [x]}", "f.yaml:1: tms_service.server_urls[0]: expected a URL such as"],
    ["tms_service: {enable_mvp: maybe}", "f.yaml:1: tms_service.enable_mvp: expected yes or no"],
    ["auth_service:\n  enabled: yes\n  enabled: no\n", 'f.yaml:3:3: the key "enabled" appears twice'],
    ["auth_service:\n enabled: [\n", "f.yaml:3:1: "],
  ])("%j", (text, message) => {
    const fault = refusal(text);
    expect(fault.code).toBe("bad_request");
    expect(fault.message).toStartWith(message);
  });

  test.each([
    ["auth_service:\n  listen_adr: x\n", "f.yaml:2: auth_service.listen_adr: unknown key", "did you mean listen_addr?"],
    [
      "ssh_service: {commands: [{name: a, comand: [x]}]}",
      "f.yaml:1: ssh_service.commands[0].comand: unknown key",
      "did you mean command?",
    ],
    ["sallyport: {log: {zzz: 1}}", "f.yaml:1: sallyport.log.zzz: unknown key", "known here: output, severity, format"],
    ["tms_service: {enable_mpv: no}", "f.yaml:1: tms_service.enable_mpv: unknown key", "did you mean enable_mvp?"],
    ["kubernetes_service: {}", "f.yaml:1: kubernetes_service: unknown key", undefined],
  ])("%j", (text, message, hint) => {
    const fault = refusal(text);
    expect(fault.message).toBe(message);
    if (hint !== undefined) expect(fault.hint).toBe(hint);
  });

  test("an error does not contain a secret", () => {
    const { message, hint } = refusal("auth_service: {tokens: ['hunter2-hunter2']}");
    expect(`${message} ${hint}`).not.toContain("hunter2");
  });
});

describe("valid files", () => {
  test("an empty file, and empty sections", () => {
    expect(parseConfig("", "f")).toEqual({});
    expect(parseConfig("sallyport:\nauth_service:\n", "f")).toEqual({ sallyport: null, auth_service: null });
  });

  test("the section teleport is an alias of sallyport", () => {
    expect(parseConfig("teleport: {nodename: a}", "f")).toEqual({ sallyport: { nodename: "a" } });
  });

  test.each([
    ["yes", true],
    ["no", false],
    ["true", true],
    ["false", false],
    ["on", true],
    ["off", false],
  ])("enabled: %s", (word, value) => {
    expect(parseConfig(`ssh_service: {enabled: ${word}}`, "f").ssh_service?.enabled).toBe(value);
  });

  test("one text in place of a list", () => {
    expect(parseConfig("sallyport: {auth_servers: 'a:1'}", "f").sallyport?.auth_servers).toEqual(["a:1"]);
  });
});

describe("the sample", () => {
  test("is valid", () => {
    expect(parseConfig(SAMPLE_CONFIG, "sample").auth_service?.authentication?.second_factor).toBe("otp");
  });

  test("is valid with every example enabled, and has every key", () => {
    const whole = SAMPLE_CONFIG.replace(/^( *)#(?=\S|  )/gm, "$1");
    const config = parseConfig(whole, "sample");
    expect(config.sallyport?.auth_servers).toEqual(["auth.example.com:3025"]);
    expect(config.ssh_service?.commands).toEqual([{ name: "kernel", command: ["uname", "-r"], period: "1h" }]);
    expect(config.proxy_service?.https_keypairs).toHaveLength(1);
    expect(config.tms_service?.server_urls).toEqual(["https://escrow.example.com:3000/v1"]);
    for (const [section, hint] of [
      ["sallyport", keysHere("sallyport")],
      ["auth_service", keysHere("auth_service")],
      ["proxy_service", keysHere("proxy_service")],
      ["ssh_service", keysHere("ssh_service")],
      ["tms_service", keysHere("tms_service")],
    ] as const)
      expect(Object.keys(config[section] ?? {}).sort()).toEqual(hint);
  });
});

/** What a section may hold, by the refusal of a key that is like none of them. */
function keysHere(section: string): string[] {
  const hint = refusal(`${section}: {zzzzzzzz: 1}`).hint ?? "";
  return hint.replace("known here: ", "").split(", ").sort();
}
