import { parseDuration } from "../../core/duration.ts";
import type { Args } from "../command.ts";

/** Common flags of tsh, accepted before and after any verb. A verb that reads them includes them in its args. */
export const globals = {
  proxy: {
    type: "string",
    valueHint: "host[:webport[,sshport]]",
    env: ["SALLYPORT_PROXY", "TELEPORT_PROXY"],
    description: "The cluster's proxy",
  },
  user: { type: "string", env: ["SALLYPORT_USER", "TELEPORT_USER"], description: "User name in the cluster" },
  login: { type: "string", alias: "l", env: ["SALLYPORT_LOGIN", "TELEPORT_LOGIN"], description: "Login name on nodes" },
  cluster: { type: "string", env: ["SALLYPORT_CLUSTER", "TELEPORT_CLUSTER"], description: "Cluster to use" },
  ttl: { type: "string", valueHint: "duration", parse: parseDuration, description: "Lifetime of a new certificate" },
  identity: {
    type: "string",
    alias: "i",
    valueHint: "file",
    complete: "file",
    description: "Use this identity file instead of the profile",
  },
  insecure: {
    type: "boolean",
    description: "Accept the proxy's HTTPS certificate without verification, and store its pin",
  },
} as const satisfies Args;

/** Password and one-time code of `tsh login` and `tsh signup`. */
export const credentials = {
  "password-file": {
    type: "string",
    valueHint: "file",
    complete: "file",
    description: "Read the password from the first line of a file; - is stdin",
  },
  otp: { type: "string", valueHint: "code", description: "The code that the authenticator app shows" },
} as const satisfies Args;
