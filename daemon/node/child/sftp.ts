import { readSync, writeSync } from "node:fs";
import { takeOrders } from "../program/orders.ts";
import { NotSftp, SftpServer } from "../sftp/server.ts";
import { SftpStream } from "../sftp/stream.ts";
import { becomeUser, describe, enterHome } from "./privilege.ts";
import type { SessionOrders } from "./session.ts";

/** Replies are written together, up to about this size. */
const MAX_WAITING = 256 * 1024;

/**
 * `sallyport __sftp`: as the user, serves SFTP on stdin and stdout until stdin ends. What was done to files is told on
 * stderr, one JSON object a line, which the node records. Everything is synchronous: there is one client, it is served
 * in order, and the kernel's pipes hold up whoever is faster.
 */
export async function main(): Promise<void> {
  try {
    const { account } = takeOrders<SessionOrders>();
    becomeUser(account);
    enterHome(account);
    serve(account.home);
  } catch (error) {
    if (!(error instanceof NotSftp)) writeSync(2, `sallyport: sftp: ${describe(error)}\n`);
    process.exit(1);
  }
}

function serve(home: string): void {
  let deeds = "";
  let replies: Buffer[] = [];
  let waiting = 0;
  const flush = () => {
    // The record first: what the client hears of has been told of.
    if (deeds !== "") writeFully(2, Buffer.from(deeds));
    deeds = "";
    if (waiting > 0) writeFully(1, replies.length === 1 ? (replies[0] as Buffer) : Buffer.concat(replies, waiting));
    replies = [];
    waiting = 0;
  };
  const server = new SftpServer(home, (deed) => {
    deeds += `${JSON.stringify(deed)}\n`;
  });
  const stream = new SftpStream(server, (reply) => {
    replies.push(reply);
    waiting += reply.length;
    if (waiting >= MAX_WAITING) flush();
  });
  try {
    for (;;) {
      const got = readSync(0, stream.room());
      if (got === 0) break;
      stream.take(got);
      flush();
    }
  } finally {
    flush();
    server.end();
  }
}

function writeFully(fd: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
}
