import type { CallerKind } from "../../core/api/route.ts";
import type { Identity } from "../../core/policy/authorize.ts";
import type { HostRole } from "../../core/resource/token.ts";

/** Who is at the other end of a connection, as it proved when the connection was made. */
export type Caller =
  /** Holds a join token, which is spent when it joins. */
  | { readonly kind: "join"; readonly token: string; readonly address: string }
  | {
      readonly kind: "host";
      readonly uuid: string;
      /** That the certificate is for. */
      readonly publicKey: string;
      readonly roles: readonly HostRole[];
      readonly address: string;
    }
  /** The operator on auth's own machine. */
  | { readonly kind: "admin"; readonly address: string }
  | {
      readonly kind: "user";
      /** As the certificate proves it; `authorize` decides for each request what it is granted. */
      readonly identity: Identity;
      readonly address: string;
    };

/** The callers that an entry of the routes admits by one of these kinds. */
export type CallerOf<K extends CallerKind> = Extract<
  Caller,
  { readonly kind: K extends "node" | "proxy" ? "host" : K }
>;

/** The kinds under which the routes know a caller. */
export function kindsOf(caller: Caller): readonly CallerKind[] {
  if (caller.kind !== "host") return [caller.kind];
  return caller.roles.filter((role) => role === "node" || role === "proxy");
}

/** For the audit log: the user, or what stands in for one. */
export function actorOf(caller: Caller): string {
  switch (caller.kind) {
    case "user":
      return caller.identity.user;
    case "admin":
      return "@admin";
    case "host":
      return `@host/${caller.uuid}`;
    case "join":
      return "@join";
  }
}
