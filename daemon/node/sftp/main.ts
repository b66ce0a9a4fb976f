import { readSync, writeSync } from "node:fs";
import { NotSftp, SftpServer } from "./server.ts";
import { SftpStream } from "./stream.ts";

/** Replies are written together, up to about this size. */
const MAX_WAITING = 256 * 1024;

/**
 * Serves SFTP on stdin and stdout until stdin ends. What was done to files is told on stderr, one JSON object a line, which
 * the node records. Everything is synchronous: there is one client, it is served in order, and the kernel's pipes hold up
 * whoever is faster. @param home where `~` leads.
 */
export function serve(home: string): void {
  let operations = "";
  let replies: Buffer[] = [];
  let waiting = 0;
  const flush = () => {
    // The record first: what the client hears of has been told of.
    if (operations !== "") writeFully(2, Buffer.from(operations));
    operations = "";
    if (waiting > 0) writeFully(1, replies.length === 1 ? (replies[0] as Buffer) : Buffer.concat(replies, waiting));
    replies = [];
    waiting = 0;
  };
  const server = new SftpServer(home, (operation) => {
    operations += `${JSON.stringify(operation)}\n`;
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
    flush();
  } catch (error) {
    const gone = (error as NodeJS.ErrnoException).code === "EPIPE";
    if (!gone && !(error instanceof NotSftp)) throw error;
    if (!gone) flush();
    process.exit(1);
  } finally {
    server.end();
  }
}

function writeFully(fd: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
}
