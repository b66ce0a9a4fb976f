import { describe, expect, test } from "bun:test";
import { PrivateKey } from "../../../../core/cert/private-key.ts";
import { PublicKey } from "../../../../core/cert/public-key.ts";
import { Writer } from "../../../../core/cert/wire.ts";
import { parseImportedKey } from "../../../../daemon/tms/keys/imported-key.ts";

const ed25519 = (point: Buffer) => PublicKey.fromBlob(new Writer().string("ssh-ed25519").string(point).done());
const hex = (text: string) => Buffer.from(text.padEnd(64, "0"), "hex");

/** The points of order 1 to 8, one in a second encoding, and some with the other sign. */
const WEAK = [
  hex(""),
  hex(`${"00".repeat(31)}80`),
  hex("01"),
  hex(`01${"00".repeat(30)}80`),
  hex(`ec${"ff".repeat(30)}7f`),
  hex(`ed${"ff".repeat(30)}7f`),
  hex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
  hex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85"),
  hex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
  hex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"),
];

describe("parseImportedKey()", () => {
  test("accepts keys that ssh-keygen accepts", async () => {
    for (const type of ["ed25519", "ecdsa"] as const)
      for (let i = 0; i < 20; i++) {
        const key = (await PrivateKey.make(type)).public;
        expect(parseImportedKey(`${key} a comment`).equals(key)).toBe(true);
      }
  });

  test.each(WEAK.map((point) => [point.toString("hex"), point] as const))("%s is refused", (_, point) => {
    const key = ed25519(point);
    expect(() => parseImportedKey(key.toString())).toThrow("the ed25519 key is weak: signatures for it can be forged");
  });

  test("shows why: a forged signature verifies for many messages", () => {
    const nobodys = Buffer.concat([hex("01"), Buffer.alloc(32)]);
    const signature = new Writer().string("ssh-ed25519").string(nobodys).done();
    const messages = Array.from({ length: 100 }, (_, i) => Buffer.from(`message ${i}`));
    const good = (key: PublicKey) => messages.filter((message) => key.verify(message, signature)).length;
    expect(good(ed25519(hex("01")))).toBe(100);
    expect(good(ed25519(hex("")))).toBeGreaterThan(0);
    expect(good(PrivateKey.generate().public)).toBe(0);
  });

  test.each([
    ["nistp256", 32],
    ["nistp384", 48],
    ["nistp521", 66],
  ] as const)("refuses a point that is not on %s", (curve, bytes) => {
    const point = Buffer.concat([Buffer.of(4), Buffer.alloc(2 * bytes, 1)]);
    const blob = new Writer().string(`ecdsa-sha2-${curve}`).string(curve).string(point).done();
    const line = `ecdsa-sha2-${curve} ${blob.toString("base64")}`;
    expect(() => parseImportedKey(line)).toThrow("the ecdsa key is not a point of its curve");
  });
});
