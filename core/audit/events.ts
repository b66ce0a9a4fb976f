import { z } from "zod";
import { actor, count, either, eventType, instant, labels, long, outcome, text, texts } from "./event-schema.ts";
import { TMS_EVENTS } from "./tms-events.ts";

/**
 * All types of audit events. Names and codes are Teleport's where it has one (group, number, then I for
 * information, W for a warning, E for a failure); codes that begin with S are ours.
 */

/** The reporting machine, by UUID and name. Auth compares it with the certificate of the submitter. */
const reporter = { server_id: text, server_hostname: text.optional() };
/** The user, login and addresses of a host's report; `sid` is the session's UUID. Names with `@` first are auth's. */
const session = {
  ...reporter,
  user: text.regex(/^(?!@)/, "is not the name of a user"),
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
  "user.login": eventType(AUTH, either("T1000I", "T1000W"), {
    ...actor,
    ...outcome,
    /** `local` is password and second factor. */
    method: z.enum(["local"]),
  }),
  "user.create": eventType(AUTH, "T1002I", {
    ...actor,
    name: text,
    roles: texts.optional(),
    expires: instant.optional(),
  }),
  "user.update": eventType(AUTH, "T1003I", { ...actor, name: text, roles: texts.optional() }),
  "user.delete": eventType(AUTH, "T1004I", { ...actor, name: text }),
  /** The user changed the own password, by an invitation or a reset. */
  "user.password_change": eventType(AUTH, "T1005I", { ...actor, via: z.enum(["invite", "reset"]) }),
  /** Too many failed logins; the account is locked until `until`. */
  "user.locked": eventType(AUTH, "S1000W", { ...actor, until: instant }),
  /** An operator unlocked the account before that. */
  "user.unlock": eventType(AUTH, "S1001I", { ...actor, name: text }),
  "mfa.add": eventType(AUTH, "T1006I", { ...actor, device_type: z.enum(["totp"]) }),
  /** An invitation of a new user or a password reset, for the user `name`. */
  "reset_password_token.create": eventType(AUTH, "T6000I", { ...actor, name: text, ttl_seconds: count }),
  "role.created": eventType(AUTH, "T9000I", { ...actor, name: text }),
  "role.deleted": eventType(AUTH, "T9001I", { ...actor, name: text }),
  "role.updated": eventType(AUTH, "T9002I", { ...actor, name: text }),
  "lock.created": eventType(AUTH, "TLK00I", {
    ...actor,
    name: text,
    /** All given conditions must match. */
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
  "lock.deleted": eventType(AUTH, "TLK01I", { ...actor, name: text }),
  "cert.create": eventType(AUTH, "TC000I", {
    ...actor,
    cert_type: z.enum(["user", "host"]),
    key_id: text,
    /** Decimal; it may be too large for a JSON number. */
    serial: text,
    principals: texts,
    roles: texts.optional(),
    /** The fingerprint of the certified key: `SHA256:…`. */
    fingerprint: text,
    expires: instant,
  }),
  /** A certificate authority was created; `name` is its type. */
  "cert_authority.create": eventType(AUTH, "S1300I", { ...actor, name: text, fingerprint: text }),
  "instance.join": eventType(AUTH, either("TJ002I", "TJ002E"), {
    addr_remote: text.optional(),
    ...outcome,
    host_uuid: text,
    hostname: text,
    roles: texts,
    method: z.enum(["token"]),
  }),
  /** `id` is the token's name in listings; its value is in no event. */
  "join_token.create": eventType(AUTH, "TJT00I", {
    ...actor,
    id: text,
    roles: texts,
    uses: count.optional(),
    expires: instant.optional(),
  }),
  "join_token.delete": eventType(AUTH, "S1100I", { ...actor, id: text, roles: texts.optional() }),
  /** An operator removed a machine from the cluster. */
  "node.delete": eventType(AUTH, "S1200I", { ...actor, name: text, hostname: text.optional() }),
  /** At its opening the log contradicted its checkpoint, as `message` says. */
  "audit.damaged": eventType(AUTH, "S9000E", { message: text }),

  "session.start": eventType(NODE, "T2000I", {
    ...session,
    server_labels: labels.optional(),
    interactive: z.boolean(),
    /** `W:H` of the terminal. */
    size: text.optional(),
    initial_command: long.optional(),
    session_recording: text.optional(),
  }),
  "session.end": eventType(NODE, "T2004I", {
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
  /** A connection was refused after authentication, by the rule `reason`. */
  "session.rejected": eventType(HOST, "T1006W", { ...session, reason: text, maximum: count.optional() }),
  /** A proxy connected a user to `server_addr`; `target_id` is the node's UUID where it is one of ours. */
  "session.connect": eventType(PROXY, "T2010I", {
    ...session,
    server_addr: text,
    target_id: text.optional(),
    target_hostname: text.optional(),
  }),
  exec: eventType(NODE, either("T3002I", "T3002E"), {
    ...session,
    ...outcome,
    command: long,
    exit_code: z.int().optional(),
    /** Name of the signal that ended it, as in `TERM`. */
    exit_signal: text.optional(),
  }),
  subsystem: eventType(HOST, either("T3001I", "T3001E"), { ...session, ...outcome, name: text }),
  /** A port forwarding to `addr`; `direction` says which side listens. */
  port: eventType(HOST, either("T3003I", "T3003E"), {
    ...session,
    ...outcome,
    addr: text,
    direction: z.enum(["local", "remote"]).optional(),
  }),
  scp: eventType(NODE, (fields) => (!fields.success ? "T3010E" : fields.action === "download" ? "T3004I" : "T3005I"), {
    ...session,
    ...outcome,
    action: z.enum(["download", "upload"]),
    path: long,
    command: long.optional(),
  }),
  sftp: eventType(NODE, (fields) => `${SFTP_CODES[fields.action]}${fields.success ? "I" : "E"}`, {
    ...session,
    ...outcome,
    action: sftpAction,
    path: long,
    target: long.optional(),
    flags: text.optional(),
  }),
  /** A connection was closed by the server: its certificate expired, a lock took effect, or it was idle for too long. */
  "client.disconnect": eventType(HOST, "T3006I", { ...session, reason: text }),
  /** A failed SSH login. None of its fields is proven. */
  auth: eventType(HOST, "T3007W", {
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
