import { type AuditEvent, type EventFields, type EventName, newEvent } from "../../core/audit/event.ts";
import { Fault } from "../../core/fault.ts";
import type { Log } from "../log.ts";

/** The fields of an event that name the machine which reports it. */
type Reporter = "server_id" | "server_hostname";
export type EmittedFields<N extends EventName> = Omit<EventFields<N>, Reporter>;

export interface AuditEmitterOptions {
  readonly cluster: string;
  /** Of the reporting machine, or auth process. */
  readonly uuid: string;
  readonly hostname: string;
  /** Resolves when the event is durable. */
  append(event: AuditEvent): Promise<void>;
  readonly log: Log;
  readonly now: () => Date;
}

/** Writes the audit events of one machine. */
export class AuditEmitter {
  readonly #options: AuditEmitterOptions;

  constructor(options: AuditEmitterOptions) {
    this.#options = options;
  }

  /** Records an act before it is done. @throws Fault `failed` when it cannot be recorded: then it must not be done. */
  async before<N extends EventName>(event: N, fields: EmittedFields<N>): Promise<void> {
    try {
      await this.#append(event, fields);
    } catch (cause) {
      this.#options.log.error("an audit event cannot be written; what it is about is refused", { event, error: cause });
      throw new Fault("failed", "this cannot be recorded at the moment, so it is not done", { cause });
    }
  }

  /** Records what has happened or was refused: a failure changes nothing and goes to the log. Never rejects. */
  async after<N extends EventName>(event: N, fields: EmittedFields<N>): Promise<void> {
    try {
      await this.#append(event, fields);
    } catch (error) {
      this.#options.log.error("an audit event cannot be written", { event, error });
    }
  }

  async #append<N extends EventName>(name: N, fields: EmittedFields<N>): Promise<void> {
    const { cluster, uuid, hostname, now, append } = this.#options;
    const all = { server_id: uuid, server_hostname: hostname, ...fields } as unknown as EventFields<N>;
    await append(newEvent(name, all, { now: now(), cluster }));
  }
}
