import { encode } from "uqr";

/**
 * A QR code of half blocks, two modules a character, with its quiet zone. On a terminal it is always dark on light, because
 * many readers cannot read the inverse.
 */
export function qrCode(text: string, terminal: boolean): string {
  const { data, size } = encode(text, { ecc: "L", border: 2 });
  const light = (x: number, y: number) => y >= size || data[y]?.[x] !== true;
  const lines: string[] = [];
  for (let y = 0; y < size; y += 2) {
    let line = "";
    for (let x = 0; x < size; x++) line += ["█", "▀", "▄", " "][(light(x, y) ? 0 : 2) + (light(x, y + 1) ? 0 : 1)];
    lines.push(terminal ? `\x1b[97;40m${line}\x1b[0m` : line);
  }
  return lines.join("\n");
}
