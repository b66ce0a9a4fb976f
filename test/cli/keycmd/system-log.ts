import { dlopen, ptr } from "bun:ffi";
import { chmodSync, unlinkSync } from "node:fs";

/** The place of the daemon that the C library's syslog(3) writes to, for as long as a test lasts. Linux. */
export class SystemLog implements Disposable {
  readonly #path: string;
  readonly #fd: number;
  readonly #address: Buffer;
  readonly #c = dlopen("libc.so.6", {
    socket: { args: ["i32", "i32", "i32"], returns: "i32" },
    bind: { args: ["i32", "ptr", "u32"], returns: "i32" },
    sendto: { args: ["i32", "ptr", "u64", "i32", "ptr", "u32"], returns: "i64" },
    recv: { args: ["i32", "ptr", "u64", "i32"], returns: "i64" },
    close: { args: ["i32"], returns: "i32" },
  }).symbols;

  constructor(path: string) {
    this.#path = path;
    // AF_UNIX, SOCK_DGRAM|SOCK_CLOEXEC|SOCK_NONBLOCK, and a struct sockaddr_un.
    this.#fd = this.#c.socket(1, 2 | 0o2000000 | 0o4000, 0);
    this.#address = Buffer.concat([Buffer.from([1, 0]), Buffer.from(`${path}\0`)]);
    const bound = this.#fd >= 0 && this.#c.bind(this.#fd, ptr(this.#address), this.#address.length) === 0;
    if (!bound) throw new Error(`no ${path}`);
    chmodSync(path, 0o666);
  }

  /** The next line that has this in it. */
  async line(part: string): Promise<string> {
    const bytes = Buffer.alloc(4096);
    for (;;) {
      const length = Number(this.#c.recv(this.#fd, ptr(bytes), bytes.length, 0));
      if (length < 0) await Bun.sleep(5);
      else if (bytes.toString("utf8", 0, length).includes(part)) return bytes.toString("utf8", 0, length);
    }
  }

  /** Writes lines until there is no room for another one. */
  fill(): void {
    const line = Buffer.from("<14>full");
    const from = this.#c.socket(1, 2 | 0o2000000 | 0o4000, 0);
    while (Number(this.#c.sendto(from, ptr(line), line.length, 0, ptr(this.#address), this.#address.length)) > 0);
    this.#c.close(from);
  }

  [Symbol.dispose](): void {
    this.#c.close(this.#fd);
    unlinkSync(this.#path);
  }
}
