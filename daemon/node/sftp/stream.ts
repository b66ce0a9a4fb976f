import { MAX_PACKET } from "../../../core/ssh/sftp.ts";
import { ProtocolError, type SftpServer } from "./server.ts";

/** Splits the client's data into packets and passes them to the server. */
export class SftpStream {
  readonly #server: SftpServer;
  readonly #send: (bytes: Buffer) => void;
  #input: Buffer = Buffer.allocUnsafe(2 * MAX_PACKET);
  #from = 0;
  #to = 0;

  /** @param send is called with each complete reply. */
  constructor(server: SftpServer, send: (bytes: Buffer) => void) {
    this.#server = server;
    this.#send = send;
  }

  /** The buffer to read the next bytes into; call `accept` with their number afterwards. */
  inputBuffer(): Buffer {
    // Move an incomplete packet to the front if the largest packet would not fit behind it.
    if (this.#input.length - this.#from < MAX_PACKET + 4) {
      this.#input.copy(this.#input, 0, this.#from, this.#to);
      this.#to -= this.#from;
      this.#from = 0;
    }
    return this.#input.subarray(this.#to);
  }

  /** Answers every complete packet. @throws ProtocolError for a packet above 256 KiB or without a valid header. */
  accept(length: number): void {
    this.#to += length;
    while (this.#to - this.#from >= 4) {
      const size = this.#input.readUInt32BE(this.#from);
      if (size > MAX_PACKET) throw new ProtocolError(`a packet of ${size} bytes`);
      const end = this.#from + 4 + size;
      if (end > this.#to) return;
      // A view: the server copies what it keeps beyond the reply.
      const packet = this.#input.subarray(this.#from + 4, end);
      this.#from = end;
      this.#send(this.#server.answer(packet));
    }
    if (this.#from === this.#to) this.#from = this.#to = 0;
  }
}
