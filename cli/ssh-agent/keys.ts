import type { Certificate } from "../../core/cert/certificate.ts";
import { Reader, Writer } from "../../core/cert/wire.ts";
import { Fault } from "../../core/fault.ts";
import { MESSAGE } from "../../core/ssh/agent-protocol.ts";
import type { Login, Profile } from "../profile.ts";
import { AgentClient } from "./client.ts";

/** The lifetime constraint of the protocol: the agent forgets the key after so many seconds. */
const CONSTRAIN_LIFETIME = 1;

/** The comment that identifies our keys in the agent. */
export function commentOf(profile: Login): string {
  return `sallyport:${profile.proxy}:${profile.cluster}:${profile.user}`;
}

/** Adds a key with its certificate to the agent until the certificate expires, and removes an earlier one. */
export async function addKey(
  socket: string,
  profile: Profile,
  key: string,
  certificate: Certificate,
  now: Date,
): Promise<void> {
  using agent = await AgentClient.open(socket);
  await forget(agent, commentOf(profile));
  const seconds = Math.floor((certificate.validBefore.getTime() - now.getTime()) / 1000);
  const { publicKey, secret } = ed25519Of(key);
  const body = new Writer()
    .string(certificate.algorithm)
    .string(certificate.blob)
    .string(publicKey)
    .string(secret)
    .string(commentOf(profile))
    .byte(CONSTRAIN_LIFETIME)
    .uint32(Math.max(1, seconds));
  await agent.tell(MESSAGE.addConstrained, body.done());
}

/** Removes the keys of these logins from the agent. */
export async function forgetKeys(socket: string, logins: readonly Login[]): Promise<void> {
  using agent = await AgentClient.open(socket);
  for (const login of logins) await forget(agent, commentOf(login));
}

async function forget(agent: AgentClient, comment: string): Promise<void> {
  for (const key of await agent.list())
    if (key.comment === comment) await agent.tell(MESSAGE.removeIdentity, new Writer().string(key.blob).done());
}

/** Public and private part of a key file written at login (PROTOCOL.key, unencrypted, one key). */
function ed25519Of(text: string): { publicKey: Buffer; secret: Buffer } {
  const base64 = text.replace(/-----(?:BEGIN|END) OPENSSH PRIVATE KEY-----/g, "");
  const outer = new Reader(Buffer.from(base64, "base64").subarray("openssh-key-v1\0".length));
  for (const _skipped of ["cipher", "kdf", "kdf options"]) outer.string();
  outer.uint32();
  outer.string();
  const inner = new Reader(outer.string());
  inner.uint32();
  inner.uint32();
  if (inner.text() !== "ssh-ed25519") throw new Fault("bad_request", "only ed25519 keys can go into the ssh-agent");
  return { publicKey: inner.string(), secret: inner.string() };
}
