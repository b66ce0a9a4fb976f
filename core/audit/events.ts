import { z } from "zod";
import { actor, count, either, instant, labels, long, outcome, row, text, texts } from "./event-schema.ts";
import { TMS_EVENTS } from "./tms-events.ts";

/**
 * Everything that the audit log can say. Names and codes are Teleport's where it has one (group, number, then I for
 * information, W for a warning, E for a failure); codes that begin with S are ours.
 */

/** The machine that reports, by UUID and name. Auth holds it against the certificate of whoever submits. */
const reporter = { server_id: text, server_hostname: text.optional() };
/** Of whom and where a host reports; `sid` is the session's UUID. */
const session = {
  ...reporter,
  user: text,
  login: text.optional(),
  sid: text.optional(),
  addr_remote: text.optional(),
  addr_local: text.optional(),
};

const SFTP_CODES = {
  open: "TS001",
  setstat: "TS007",
  opendir: "TS009",
  readdir: "TS010",
  remove: "TS011",
  mkdir: "TS012",
  rmdir: "TS013",
  rename: "TS016",
  symlink: "TS018",
  link: "TS019",
} as const;
type SftpAction = keyof typeof SFTP_CODES;
const sftpAction = z.enum(Object.keys(SFTP_CODES) as [SftpAction, ...SftpAction[]]);

const AUTH = ["auth"] as const;
const NODE = ["node"] as const;
const PROXY = ["proxy"] as const;
const HOST = ["node", "proxy"] as const;

export const EVENTS = {
  "user.login": row(AUTH, either("T1000I", "T1000W"), {
    ...actor,
    ...outcome,
    /** How: `local` is password and second factor. */
    method: z.enum(["local"]),
  }),
  "user.create": row(AUTH, "T1002I", { ...actor, name: text, roles: texts.optional(), expires: instant.optional() }),
  "user.update": row(AUTH, "T1003I", { ...actor, name: text, roles: texts.optional() }),
  "user.delete": row(AUTH, "T1004I", { ...actor, name: text }),
  /** Of the user's own, by an open invitation or reset. */
  "user.password_change": row(AUTH, "T1005I", { ...actor, via: z.enum(["invite", "reset"]) }),
  /** Too many wrong answers; it opens again at `until`. */
  "user.locked": row(AUTH, "S1000W", { ...actor, until: instant }),
  /** An operator opened the account before its time. */
  "user.unlock": row(AUTH, "S1001I", { ...actor, name: text }),
  "mfa.add": row(AUTH, "T1006I", { ...actor, device_type: z.enum(["totp"]) }),
  /** An invitation (of a new user) or a password reset; `name` is for whom. */
  "reset_password_token.create": row(AUTH, "T6000I", { ...actor, name: text, ttl_seconds: count }),
  "role.created": row(AUTH, "T9000I", { ...actor, name: text }),
  "role.deleted": row(AUTH, "T9001I", { ...actor, name: text }),
  "role.updated": row(AUTH, "T9002I", { ...actor, name: text }),
  "lock.created": row(AUTH, "TLK00I", {
    ...actor,
    name: text,
    /** What all must fit. */
    target: z.strictObject({
      user: text.optional(),
      role: text.optional(),
      login: text.optional(),
      node: text.optional(),
      mfa_device: text.optional(),
    }),
    message: text.optional(),
    expires: instant.optional(),
  }),
  "lock.deleted": row(AUTH, "TLK01I", { ...actor, name: text }),
  "cert.create": row(AUTH, "TC000I", {
    ...actor,
    cert_type: z.enum(["user", "host"]),
    key_id: text,
    /** Decimal; it may be too large for a JSON number. */
    serial: text,
    principals: texts,
    roles: texts.optional(),
    /** Of the key that was certified: `SHA256:…`. */
    fingerprint: text,
    expires: instant,
  }),
  /** A certificate authority was made; `name` is its type. */
  "cert_authority.create": row(AUTH, "S1300I", { ...actor, name: text, fingerprint: text }),
  "instance.join": row(AUTH, either("TJ002I", "TJ002E"), {
    addr_remote: text.optional(),
    ...outcome,
    host_uuid: text,
    hostname: text,
    roles: texts,
    method: z.enum(["token"]),
  }),
  /** `id` is what listings call the token; its value is in no event. */
  "join_token.create": row(AUTH, "TJT00I", {
    ...actor,
    id: text,
    roles: texts,
    uses: count.optional(),
    expires: instant.optional(),
  }),
  "join_token.delete": row(AUTH, "S1100I", { ...actor, id: text, roles: texts.optional() }),
  /** An operator took a machine out of the cluster. */
  "node.delete": row(AUTH, "S1200I", { ...actor, name: text, hostname: text.optional() }),
  /** At its opening the log was not what had been noted of it; `message` says how. */
  "audit.damaged": row(AUTH, "S9000E", { message: text }),

  "session.start": row(NODE, "T2000I", {
    ...session,
    server_labels: labels.optional(),
    interactive: z.boolean(),
    /** `W:H` of the terminal. */
    size: text.optional(),
    initial_command: long.optional(),
    session_recording: text.optional(),
  }),
  "session.end": row(NODE, "T2004I", {
    ...session,
    interactive: z.boolean(),
    participants: texts.optional(),
    session_start: instant,
    session_stop: instant,
    exit_code: z.int().optional(),
    /** Bytes to and from the user. */
    tx: count.optional(),
    rx: count.optional(),
  }),
  /** A connection that was let in to nothing: `reason` says by which rule. */
  "session.rejected": row(HOST, "T1006W", { ...session, reason: text, maximum: count.optional() }),
  /** A proxy connected a user to `server_addr`; `target_id` is the node's UUID where it is one of ours. */
  "session.connect": row(PROXY, "T2010I", {
    ...session,
    server_addr: text,
    target_id: text.optional(),
    target_hostname: text.optional(),
  }),
  exec: row(NODE, either("T3002I", "T3002E"), {
    ...session,
    ...outcome,
    command: long,
    exit_code: z.int().optional(),
    /** Name of the signal that ended it, as in `TERM`. */
    exit_signal: text.optional(),
  }),
  subsystem: row(HOST, either("T3001I", "T3001E"), { ...session, ...outcome, name: text }),
  /** A forwarding: `addr` is where to, `direction` who listens. */
  port: row(HOST, either("T3003I", "T3003E"), {
    ...session,
    ...outcome,
    addr: text,
    direction: z.enum(["local", "remote"]).optional(),
  }),
  scp: row(NODE, (fields) => (!fields.success ? "T3010E" : fields.action === "download" ? "T3004I" : "T3005I"), {
    ...session,
    ...outcome,
    action: z.enum(["download", "upload"]),
    path: long,
    command: long.optional(),
  }),
  sftp: row(NODE, (fields) => `${SFTP_CODES[fields.action]}${fields.success ? "I" : "E"}`, {
    ...session,
    ...outcome,
    action: sftpAction,
    path: long,
    target: long.optional(),
    flags: text.optional(),
  }),
  /** A live connection was cut: its certificate expired, a lock took effect, nothing was typed for too long. */
  "client.disconnect": row(HOST, "T3006I", { ...session, reason: text }),
  /** A login over SSH that failed. Nothing in it was proven. */
  auth: row(HOST, "T3007W", {
    ...reporter,
    user: text.optional(),
    login: text.optional(),
    addr_remote: text.optional(),
    addr_local: text.optional(),
    success: z.literal(false),
    error: text,
    fingerprint: text.optional(),
  }),

  ...TMS_EVENTS,
} as const;
