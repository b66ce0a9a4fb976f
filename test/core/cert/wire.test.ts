import { expect, test } from "bun:test";
import { fromBase64, Reader, Writer } from "../../../core/cert/wire.ts";
import { faultOf } from "./keygen.ts";

const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");
const mpint = (text: string) => new Reader(new Writer().string(hex(text)).done()).mpint();

test("the reader returns what the writer wrote", () => {
  const bytes = new Writer()
    .byte(255)
    .uint32(0xdeadbeef)
    .uint64(2n ** 64n - 1n)
    .string("größe")
    .string(hex("00ff"))
    .done();
  const reader = new Reader(bytes);
  expect(reader.byte()).toBe(255);
  expect(reader.uint32()).toBe(0xdeadbeef);
  expect(reader.uint64()).toBe(2n ** 64n - 1n);
  expect(reader.text()).toBe("größe");
  expect(reader.rest).toBe(6);
  expect(reader.string()).toEqual(hex("00ff"));
  expect(reader.offset).toBe(bytes.length);
  reader.end();
});

test("mpint examples of RFC 4251 §5", () => {
  const written = (text: string) => new Writer().mpint(hex(text)).done();
  expect(written("09a378f9b2e332a7")).toEqual(hex("00000008 09a378f9b2e332a7"));
  expect(written("80")).toEqual(hex("00000002 0080"));
  expect(written("0000 80")).toEqual(hex("00000002 0080"));
  expect(mpint("09a378f9b2e332a7")).toEqual(hex("09a378f9b2e332a7"));
  expect(mpint("0080")).toEqual(hex("80"));
});

test("rejects negative, zero and padded mpints", () => {
  for (const bytes of ["", "00", "0001", "0000ff", "80", "edcc"]) {
    expect(faultOf(() => mpint(bytes)).code).toBe("bad_request");
  }
});

test("rejects reads beyond the end", () => {
  const bytes = new Writer().byte(1).uint32(2).uint64(3n).string("four").done();
  for (let length = 0; length < bytes.length; length++) {
    const reader = new Reader(bytes.subarray(0, length));
    const fault = faultOf(() => [reader.byte(), reader.uint32(), reader.uint64(), reader.string()]);
    expect(fault).toEqual({ code: "bad_request", message: "malformed SSH data: it ends too early" });
  }
});

test("rejects a length of 4 GiB without allocating", () => {
  expect(faultOf(() => new Reader(hex("ffffffff 00")).string()).code).toBe("bad_request");
});

test("text has to be valid UTF-8 and keeps a byte order mark", () => {
  for (const bytes of ["ff", "c080", "eda080", "f8888080", "e282"]) {
    expect(faultOf(() => new Reader(new Writer().string(hex(bytes)).done()).text()).code).toBe("bad_request");
  }
  const marked = new Writer().string("\ufeffa").done();
  expect(new Writer().string(new Reader(marked).text()).done()).toEqual(marked);
  expect(() => new Writer().string("\ud800")).toThrow(TypeError);
});

test("end() rejects trailing bytes", () => {
  expect(faultOf(() => new Reader(hex("00")).end()).message).toBe("malformed SSH data: 1 bytes too many");
});

test("rejects non-canonical base64", () => {
  expect(fromBase64("AAECAw==")).toEqual(hex("00010203"));
  for (const text of ["AAECAw", "AAECAx==", "AAEC Aw==", "AAEC-_==", "AAECAw==\n", "!"]) {
    expect(faultOf(() => fromBase64(text)).code).toBe("bad_request");
  }
});
