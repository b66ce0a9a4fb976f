import { afterAll, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemdUnit } from "../../../daemon/config/unit.ts";
import type { RoleName } from "../../../daemon/config.ts";

const dir = mkdtempSync(join(tmpdir(), "sallyport-unit-"));
afterAll(() => rmSync(dir, { recursive: true }));

const binary = join(dir, "sally port");
writeFileSync(binary, "#!/bin/sh\n");
chmodSync(binary, 0o755);

const unit = (...roles: RoleName[]) =>
  systemdUnit({
    binary,
    flags: ["--config=/etc/sallyport.yaml", '--labels=a="50%",b=$x'],
    dataDir: "/var/lib/sallyport",
    roles,
  });

test.each([[["auth", "proxy", "node"]], [["auth", "proxy"]], [["node"]], [["tms"]]] as [RoleName[]][])(
  "systemd finds nothing wrong with the unit of %j",
  (roles) => {
    if (Bun.which("systemd-analyze") === null) return console.log("skipped: needs systemd-analyze");
    const file = join(dir, `sallyport-${roles.join("-")}.service`);
    writeFileSync(file, unit(...roles));
    const { stdout, stderr } = Bun.spawnSync(["systemd-analyze", "verify", "--man=no", file], {
      env: { PATH: process.env["PATH"] ?? "", SYSTEMD_LOG_COLOR: "0" },
    });
    const said = `${stdout.toString()}${stderr.toString()}`;
    expect(said.split("\n").filter((line) => line.includes("sallyport"))).toEqual([]);
  },
);

test("words are quoted by systemd's rules", () => {
  expect(unit("node")).toContain(
    `ExecStart="${binary}" start --config=/etc/sallyport.yaml "--labels=a=\\"50%%\\",b=$$x"\n`,
  );
});

test("a unit with node has no sandboxing, one without has all", () => {
  const open = unit("auth", "proxy", "node").replaceAll(/^#.*$/gm, "");
  expect(open).not.toMatch(/ProtectHome|NoNewPrivileges|CapabilityBoundingSet|PrivateTmp|UMask/);
  expect(open).toContain("KillMode=process");
  const closed = unit("auth", "proxy");
  expect(closed).toMatch(/^NoNewPrivileges=yes$/m);
  expect(closed).toMatch(/^ProtectHome=yes$/m);
  expect(closed).toMatch(/^StateDirectory=sallyport$/m);
});

test("systemd-analyze rates the sandboxed unit as secure", () => {
  if (Bun.which("systemd-analyze") === null) return console.log("skipped: needs systemd-analyze");
  const file = join(dir, "sallyport-narrow.service");
  writeFileSync(file, unit("auth", "proxy"));
  const { stdout } = Bun.spawnSync(["systemd-analyze", "security", "--offline=true", "--no-pager", file]);
  const exposure = /Overall exposure level for .*: (\d+\.\d)/.exec(stdout.toString())?.[1];
  if (exposure === undefined) return console.log("skipped: this systemd-analyze cannot judge a file");
  expect(Number(exposure)).toBeLessThan(3);
});
