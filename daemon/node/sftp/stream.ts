import { MAX_PACKET } from "../../../core/ssh/sftp.ts";
import { NotSftp, type SftpServer } from "./server.ts";

/** Cuts what a client sends into packets and has them answered. */
export class SftpStream {
  readonly #server: SftpServer;
  readonly #send: (bytes: Buffer) => void;
  #input: Buffer = Buffer.allocUnsafe(2 * MAX_PACKET);
  #from = 0;
  #to = 0;

  /** @param send takes whole replies. */
  constructor(server: SftpServer, send: (bytes: Buffer) => void) {
    this.#server = server;
    this.#send = send;
  }

  /** Where the next bytes are to be put; `take` says how many there are. */
  room(): Buffer {
    // A packet that is only begun has room behind it to be completed.
    if (this.#input.length - this.#from < MAX_PACKET + 4) {
      this.#input.copy(this.#input, 0, this.#from, this.#to);
      this.#to -= this.#from;
      this.#from = 0;
    }
    return this.#input.subarray(this.#to);
  }

  /** Answers every packet that is complete. @throws NotSftp for one that no client of SFTP would send. */
  take(length: number): void {
    this.#to += length;
    while (this.#to - this.#from >= 4) {
      const size = this.#input.readUInt32BE(this.#from);
      if (size > MAX_PACKET) throw new NotSftp(`a packet of ${size} bytes`);
      const end = this.#from + 4 + size;
      if (end > this.#to) return;
      // Read only until it is answered: what is to be kept is copied.
      const packet = this.#input.subarray(this.#from + 4, end);
      this.#from = end;
      this.#send(this.#server.answer(packet));
    }
    if (this.#from === this.#to) this.#from = this.#to = 0;
  }
}
