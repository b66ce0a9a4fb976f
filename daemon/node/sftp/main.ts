import { readSync, writeSync } from "node:fs";
import { ProtocolError, SftpServer } from "./server.ts";
import { SftpStream } from "./stream.ts";

/** Replies are written together up to about this size. Bytes. */
const MAX_BATCH = 256 * 1024;

/**
 * Serves SFTP on stdin and stdout until stdin ends. File operations are written to stderr, one JSON object for each line;
 * the node audits them. All I/O is synchronous: there is one client, its requests are served in order, and the pipes apply
 * backpressure. @param home the home directory, for `~`.
 */
export function serve(home: string): void {
  let operations = "";
  let replies: Buffer[] = [];
  let batchSize = 0;
  const flush = () => {
    // Operations first, so that they are audited before the client gets the reply.
    if (operations !== "") writeFully(2, Buffer.from(operations));
    operations = "";
    if (batchSize > 0) writeFully(1, replies.length === 1 ? (replies[0] as Buffer) : Buffer.concat(replies, batchSize));
    replies = [];
    batchSize = 0;
  };
  const server = new SftpServer(home, (operation) => {
    operations += `${JSON.stringify(operation)}\n`;
  });
  const stream = new SftpStream(server, (reply) => {
    replies.push(reply);
    batchSize += reply.length;
    if (batchSize >= MAX_BATCH) flush();
  });
  try {
    for (;;) {
      const count = readSync(0, stream.inputBuffer());
      if (count === 0) break;
      stream.accept(count);
      flush();
    }
    flush();
  } catch (error) {
    const clientClosed = (error as NodeJS.ErrnoException).code === "EPIPE";
    if (!clientClosed && !(error instanceof ProtocolError)) throw error;
    if (!clientClosed) flush();
    process.exit(1);
  } finally {
    server.end();
  }
}

function writeFully(fd: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written);
}
