import { describe, expect, test } from "bun:test";
import { z } from "zod";
import { openapi } from "../../../core/api/openapi.ts";
import { lines, type Route, type Routes, stream } from "../../../core/api/route.ts";
import { ROUTES } from "../../../core/api/routes.ts";
import { FAULTS } from "../../../core/fault.ts";

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly "x-callers": readonly string[];
  readonly "x-rule"?: object;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: object }>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { schema?: object }>> }>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, object>>;
    readonly responses: Readonly<Record<string, object>>;
  };
}

const describeRoutes = (routes: Routes) =>
  openapi(routes, { title: "Sallyport auth API", version: "1.2.3" }) as unknown as Document;
const document = describeRoutes(ROUTES);
const entries = Object.entries(ROUTES) as [string, Route][];
const operationOf = ({ method, path }: Route) =>
  document.paths[path.replaceAll(/:(\w+)/g, "{$1}")]?.[method.toLowerCase()] as Operation;

/** A check of values by a schema of the document. */
function checkerOf(schema: object) {
  const $defs = JSON.parse(JSON.stringify(document.components.schemas).replaceAll("#/components/schemas/", "#/$defs/"));
  const relinked = JSON.parse(JSON.stringify(schema).replaceAll("#/components/schemas/", "#/$defs/"));
  return z.fromJSONSchema({ ...relinked, $defs });
}

describe("the description of the auth API", () => {
  test("has each route with its callers and its rule, and no others", () => {
    const described = Object.values(document.paths).flatMap((methods) => Object.values(methods));
    expect(described.map(({ operationId }) => operationId).sort()).toEqual(Object.keys(ROUTES).sort());
    for (const [name, route] of entries) {
      const operation = operationOf(route);
      expect(operation).toMatchObject({ operationId: name, summary: route.summary, "x-callers": [...route.callers] });
      expect(operation["x-rule"]).toEqual(route.needs);
      const inPath = operation.parameters?.filter((one) => one.in === "path").map((one) => one.name) ?? [];
      expect(inPath).toEqual([...route.path.matchAll(/:(\w+)/g)].map(([, parameter = ""]) => parameter));
      expect(operation.requestBody !== undefined).toBe(route.request !== undefined);
      expect(operation.responses["204"] !== undefined).toBe(route.reply === undefined);
    }
  });

  test("is valid OpenAPI 3.1, and refers to nothing that is not there", () => {
    const { error } = OPENAPI.safeParse(document);
    if (error !== undefined) throw new Error(z.prettifyError(error));
    const text = JSON.stringify(document);
    const references = [...text.matchAll(/"\$ref":"([^"]*)"/g)].map(([, reference = ""]) => reference);
    expect(references.length).toBeGreaterThan(100);
    for (const reference of references) {
      const [, kind, name = ""] = /^#\/components\/(schemas|responses)\/(\w+)$/.exec(reference) ?? [];
      expect(document.components[kind as "schemas" | "responses"]).toHaveProperty([name]);
    }
    for (const name of Object.keys(document.components.schemas))
      expect([name, references.includes(`#/components/schemas/${name}`)]).toEqual([name, true]);
  });

  test("has a response for each status of a refusal", () => {
    const statuses = new Set(Object.values(FAULTS).map(({ status }) => String(status)));
    expect(new Set(Object.keys(document.components.responses))).toEqual(statuses);
    const of = (name: keyof typeof ROUTES) => Object.keys(operationOf(ROUTES[name]).responses);
    expect(of("ping")).toEqual(["200", "401", "403", "500", "503"]);
    expect(of("login")).toEqual(["200", "400", "401", "403", "413", "429", "500", "503"]);
    expect(of("createUser")).toEqual(["200", "400", "401", "403", "404", "409", "413", "500", "503"]);
  });

  test("has schemas that accept what is sent, and refuse what is not", () => {
    const newUser = checkerOf(operationOf(ROUTES.createUser).requestBody?.content["application/json"]?.schema ?? {});
    expect(newUser.safeParse({ name: "alice", ttl_seconds: 60 }).success).toBe(true);
    for (const wrong of [{}, { name: "a b" }, { name: "alice", admin: true }, { name: "alice", ttl_seconds: 0 }])
      expect([wrong, newUser.safeParse(wrong).success]).toEqual([wrong, false]);
    const written = checkerOf(operationOf(ROUTES.create).requestBody?.content["application/json"]?.schema ?? {});
    expect(written.safeParse({ kind: "role", metadata: { name: "dba" }, spec: {} }).success).toBe(true);
    expect(written.safeParse({ kind: "cheese", metadata: { name: "dba" }, spec: {} }).success).toBe(false);
    const report = checkerOf(
      operationOf(ROUTES.verifyEvents).responses["200"]?.content?.["application/json"]?.schema ?? {},
    );
    const log = { id: "x", ok: true, records: 3 };
    expect(report.safeParse({ ok: true, records: 3, logs: [log] }).success).toBe(true);
    expect(report.safeParse({ ok: true, records: 3, logs: [{ ...log, id: 1 }] }).success).toBe(false);
    // A later version may add fields to a reply, and to no request.
    expect(report.safeParse({ ok: true, records: 3, logs: [], more: 1 }).success).toBe(true);
  });

  test("has the content types of streams and lines", () => {
    const routes = {
      upload: {
        method: "PUT",
        path: "/v1/recordings/:id",
        callers: ["node"],
        summary: "Upload",
        request: stream("application/x-recording", 1000),
        reply: stream("application/octet-stream"),
      },
      follow: {
        method: "GET",
        path: "/v1/recordings",
        callers: ["user"],
        summary: "Follow",
        reply: lines(({ z }) => z.string()),
      },
    } as const satisfies Routes;
    const { paths } = describeRoutes(routes);
    expect(paths["/v1/recordings/{id}"]?.["put"]).toMatchObject({
      requestBody: { content: { "application/x-recording": {} } },
      responses: { 200: { content: { "application/octet-stream": {} } }, 413: {} },
    });
    expect(paths["/v1/recordings"]?.["get"]?.responses["200"]).toMatchObject({
      content: { "application/x-ndjson": { schema: { type: "string" } } },
    });
  });
});

/** The part of OpenAPI 3.1 (§4.8) that the description uses. Other fields are errors. */
const text = z.string().min(1);
const schemaObject = z.looseObject({});
const content = z.record(z.string().regex(/^\w+\/[\w.+-]+$/), z.strictObject({ schema: schemaObject.optional() }));
const response = z.union([
  z.strictObject({ $ref: text }),
  z.strictObject({ description: text, content: content.optional() }),
]);
const operation = z.strictObject({
  operationId: z.string().regex(/^[a-z][A-Za-z]+$/),
  summary: z.string().regex(/^[A-Z][^\n]*[^.]$/),
  "x-callers": z.array(z.enum(["join", "node", "proxy", "admin", "user"])).min(1),
  "x-rule": z.strictObject({ resource: text, verb: text }).optional(),
  parameters: z
    .array(z.strictObject({ name: text, in: z.enum(["path", "query"]), required: z.boolean(), schema: schemaObject }))
    .min(1)
    .optional(),
  requestBody: z.strictObject({ required: z.literal(true), content }).optional(),
  responses: z.record(z.string().regex(/^[2-5]\d\d$/), response),
});
const OPENAPI = z.strictObject({
  openapi: z.literal("3.1.0"),
  info: z.strictObject({ title: text, version: text, description: text }),
  servers: z.array(z.strictObject({ url: text, description: text })).length(1),
  paths: z.record(
    z.string().regex(/^\/v1(?:\/(?:\w+|\{\w+\}))+$/),
    z.partialRecord(z.enum(["get", "put", "post", "delete"]), operation),
  ),
  components: z.strictObject({
    schemas: z.record(z.string().regex(/^\w+$/), schemaObject),
    responses: z.record(z.string().regex(/^[45]\d\d$/), response),
  }),
});
