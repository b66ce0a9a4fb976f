import { FAULTS, Fault } from "../../../core/fault.ts";
import { NodeIndex, type Resolution } from "../../../core/policy/node-index.ts";
import type { Node } from "../../../core/resource/node.ts";
import { usage } from "../../args.ts";
import { command, printing } from "../../command.ts";
import type { Context } from "../../context.ts";
import type { Profile, Profiles } from "../../profile.ts";
import { globals } from "../globals.ts";
import type { IdentityFlags } from "../login/identity.ts";
import { notLoggedIn, profilesOf, selectProfile } from "../login/profile-select.ts";
import { NodeCache, rememberFailure, rememberNodes } from "./node-cache.ts";
import { nodeLines, reachableNodes } from "./reachable.ts";

/** Lifetime of a cached answer of auth in milliseconds. */
const FRESH_MS = 60_000;

/** Time limit of `--known` in milliseconds; it runs before every ssh to an unknown name. */
const PATIENCE_MS = 2_000;

/** `tsh resolve`: resolves a name to a machine. */
export const resolve = (cx: Context) =>
  command({
    meta: {
      name: "resolve",
      description: "Resolve a name to a machine",
      examples: [
        ["tsh resolve web-1", "prints name and UUID; fails unless one machine matches"],
        ["tsh resolve 10.0.0.7 --format=json | jq -r .metadata.labels.env", "a field of its resource"],
        ["tsh resolve --known web-1 && tsh ssh web-1", "a fast check whether the name is known"],
      ],
    },
    args: {
      ...globals,
      ...printing,
      known: {
        type: "boolean",
        description: "Print nothing; succeed if the name is known, now or in the cache (for Match in ssh_config)",
      },
      host: {
        type: "positional",
        complete: "host",
        parse: oneName,
        description: "A name, NAME.CLUSTER, UUID or address",
      },
    },
    async run({ args }) {
      if (args.known) return isKnown(cx, args, args.host);
      const node = await lookUp(cx, args, args.host);
      await cx.print(node, { text: ({ metadata, spec }) => `${spec.hostname}  ${metadata.name}` });
      return 0;
    },
  });

/** @throws Fault `bad_request` for labels, which select several machines */
function oneName(text: string): string {
  if (text.includes("=")) throw usage(`"${text}" stands for several machines`, `tsh ls ${text} lists them`);
  if (!/^[\x21-\x7e]+$/.test(text)) throw usage(`"${text}" is not the name of a machine`);
  return text.replace(/^\[(.*)\]$/, "$1");
}

/**
 * Resolves a name from the cache of the last minute, or else by a request to auth.
 * @throws Fault `not_found`, `conflict` with the candidates, or the error of the request
 */
async function lookUp(cx: Context, flags: IdentityFlags, host: string): Promise<Node> {
  const { validIdentity } = await import("../login/relogin.ts");
  const identity = await validIdentity(cx, flags, false);
  const at = { cluster: identity.cluster, now: cx.now() };
  const profiles = profilesOf(cx);
  const { profile } = identity;
  const cache = profile && NodeCache.read(profiles, profile);
  if (cache !== undefined && isFresh(cache, at.now)) {
    const found = indexOf(cache.called(withoutCluster(host, at.cluster))).resolve(host, at);
    // Not in the cache: the machine may have joined since.
    if (found.found !== "none") return theOne(found, host, []);
  }
  const nodes = await reachableNodes(cx, identity);
  if (profile !== undefined) rememberNodes(profiles, profile, nodes);
  const index = indexOf(nodes);
  const found = index.resolve(host, at);
  return theOne(found, host, found.found === "none" ? index.suggest(host) : []);
}

/** The exit status of `--known`. Prints nothing: ssh runs it for every name and shows its stderr. */
async function isKnown(cx: Context, flags: IdentityFlags, host: string): Promise<number> {
  try {
    await expectKnown(cx, flags, host);
    return 0;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    cx.trace(error.message);
    return FAULTS[error.code].exit;
  }
}

/**
 * A name in the cache counts as known without a request: the proxy resolves it again and reports errors. For other names
 * auth is asked at most once a minute.
 * @throws Fault `not_found`, `unavailable`, `unauthenticated`
 */
async function expectKnown(cx: Context, flags: IdentityFlags, host: string): Promise<void> {
  const profiles = profilesOf(cx);
  const profile = await selectProfile(profiles, flags);
  if (profile === undefined) throw notLoggedIn(flags);
  const name = withoutCluster(host, profile.cluster);
  const cache = NodeCache.read(profiles, profile);
  if (cache !== undefined && cache.called(name).length > 0) return;
  if (cache === undefined || !isFresh(cache, cx.now())) {
    const nodes = await askSoon(cx, flags, profiles, profile);
    if (indexOf(nodes).resolve(host, { cluster: profile.cluster, now: cx.now() }).found !== "none") return;
  }
  throw unknown(host, []);
}

async function askSoon(
  cx: Context,
  flags: IdentityFlags,
  profiles: Profiles,
  profile: Profile,
): Promise<readonly Node[]> {
  const { validIdentity } = await import("../login/relogin.ts");
  const identity = await validIdentity(cx, flags, false);
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Fault("unavailable", "the cluster does not answer")), PATIENCE_MS);
  try {
    const nodes = await Promise.race([reachableNodes(cx, identity), late.promise]);
    rememberNodes(profiles, profile, nodes);
    return nodes;
  } catch (error) {
    rememberFailure(profiles, profile, cx.now());
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function isFresh(cache: NodeCache, now: Date): boolean {
  const age = now.getTime() - cache.asked.getTime();
  return age >= 0 && age < FRESH_MS;
}

function withoutCluster(host: string, cluster: string): string {
  const suffix = `.${cluster.toLowerCase()}`;
  const name = host.toLowerCase().replace(/\.$/, "");
  return name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
}

function indexOf(nodes: readonly Node[]): NodeIndex {
  const index = new NodeIndex();
  for (const node of nodes) index.put(node);
  return index;
}

function theOne(found: Resolution, host: string, similar: readonly string[]): Node {
  if (found.found === "one") return found.node;
  if (found.found === "none") throw unknown(host, similar);
  throw new Fault("conflict", `"${host}" stands for ${found.nodes.length} machines:\n${nodeLines(found.nodes)}`, {
    hint: "use the UUID of one of them",
  });
}

function unknown(host: string, similar: readonly string[]): Fault {
  return new Fault("not_found", `no machine that you may reach is called "${host}"`, {
    hint: similar.length > 0 ? `did you mean ${similar.join(" or ")}?` : "`tsh ls` lists them",
  });
}
