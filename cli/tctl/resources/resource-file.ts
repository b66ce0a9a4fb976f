import { Fault } from "../../../core/fault.ts";
import { isKind, KINDS, type Kind, type Resource } from "../../../core/resource/registry.ts";
import { explain, problem } from "../../../core/resource/resource.ts";
import { formatYaml, parseYamlDocuments } from "../../../core/yaml.ts";
import { readInput } from "../../input.ts";

/** A validated resource from a file, with defaults filled in. Validation here gives errors with line numbers. */
export interface Draft {
  readonly kind: Kind;
  readonly name: string;
  readonly resource: Resource;
}

/** Every resource of a YAML or JSON file, `-` for stdin. @throws Fault `bad_request` as `parseResources` does. */
export function readResources(file: string): Draft[] {
  return parseResources(readInput(file), file === "-" ? "stdin" : file);
}

/** Every resource of a text. @throws Fault `bad_request` with file, line, key and what was expected. */
export function parseResources(text: string, shown: string): Draft[] {
  const documents = parseYamlDocuments(text, shown);
  const drafts = documents.flatMap(({ value, locate }) => {
    const list = Array.isArray(value) ? value : [value];
    return list.map((resource, i) => {
      const at = (path: readonly PropertyKey[]) => {
        const place = locate(Array.isArray(value) ? [i, ...path] : [...path]);
        return place === undefined ? shown : `${shown}:${place.line}:${place.column}`;
      };
      return draft(resource, at);
    });
  });
  if (drafts.length === 0) throw new Fault("bad_request", `${shown} holds no resource`);
  return drafts;
}

function draft(resource: unknown, at: (path: readonly PropertyKey[]) => string): Draft {
  const kind = typeof resource === "object" && resource !== null ? (resource as { kind?: unknown }).kind : undefined;
  if (typeof kind !== "string" || !isKind(kind))
    throw new Fault("bad_request", `${at(["kind"])}: kind: expected one of ${Object.keys(KINDS).join(", ")}`);
  const result = KINDS[kind].safeParse(resource);
  if (!result.success)
    throw new Fault("bad_request", `${at(problem(result.error.issues).path)}: ${explain(result.error)}`);
  return { kind, name: result.data.metadata.name, resource: result.data };
}

/** The YAML of a resource without fields that the cluster adds. */
export function plainText(resource: Resource): string {
  const { revision: _, ...metadata } = resource.metadata;
  const { status: __, ...rest } = { status: undefined, ...resource, metadata };
  return formatYaml(rest);
}
