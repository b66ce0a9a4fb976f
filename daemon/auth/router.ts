import type { Route, Routes } from "../../core/api/route.ts";

/** The parameters of a path by name, decoded. */
export type Parameters = Readonly<Record<string, string>>;

export interface MatchedRoute {
  readonly name: string;
  readonly route: Route;
  readonly params: Parameters;
}

/**
 * Finds the route of a request. A path is compared as it is sent: nothing in it is normalized, and only parameters are
 * decoded, once. A path that another reader could take for another one matches nothing.
 */
export function router(routes: Routes): (request: { method: string; target: string }) => MatchedRoute | undefined {
  const table = Object.entries(routes).map(([name, route]) => ({ name, route, segments: route.path.split("/") }));
  return ({ method, target }) => {
    const [path = ""] = target.split("?", 1);
    if (!/^(?:\/[\w.%~@+!*'()-]+)+$/.test(path) || /\/(?:\.|%2e){1,2}(?:\/|$)/i.test(path)) return undefined;
    const given = path.split("/");
    for (const { name, route, segments } of table) {
      if (route.method !== method || segments.length !== given.length) continue;
      const params = matchSegments(segments, given);
      if (params !== undefined) return { name, route, params };
    }
    return undefined;
  };
}

function matchSegments(segments: readonly string[], given: readonly string[]): Parameters | undefined {
  const params: Record<string, string> = {};
  for (const [i, segment] of segments.entries()) {
    const text = given[i] ?? "";
    if (!segment.startsWith(":")) {
      if (segment !== text) return undefined;
      continue;
    }
    const value = decoded(text);
    if (value === undefined) return undefined;
    params[segment.slice(1)] = value;
  }
  return params;
}

/** @returns undefined when the text is no percent-encoded UTF-8 */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
