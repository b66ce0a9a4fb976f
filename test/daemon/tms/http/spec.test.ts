import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { z } from "zod";
import { parseYaml } from "../../../../core/yaml.ts";
import { cleanTemp } from "../../../kit/temp.ts";
import { ROUTES as ORIGINAL } from "../../../tms/routes.ts";
import { Api, type Document, type Operation } from "./kit.ts";

cleanTemp();

let api: Api;
let operations: readonly { readonly method: string; readonly path: string; readonly operation: Operation }[];
beforeAll(async () => {
  api = await Api.open();
  operations = Object.entries(api.document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
});
afterAll(() => api?.[Symbol.asyncDispose]());

/** Additions to TMS's 44 routes. */
const ADDITIONS = [
  "POST /tms/admins",
  "GET /tms/admins/list",
  "PATCH /tms/admins/secret/{admin_id}",
  "DELETE /tms/admins/del/{admin_id}",
  "PATCH /tms/hosts/credential/{host}",
  "DELETE /tms/hosts/credential/{host}",
  "POST /tms/pubkeys",
  "GET /tms/escrow-keys",
  "GET /tms/reservations/list",
  "GET /tms/events",
  "GET /tms/events/verify",
];

describe("the description", () => {
  test("has TMS's 44 routes and the marked additions only", () => {
    const described = operations.map(({ method, path }) => `${method} ${path}`);
    const added = operations.filter(({ operation }) => operation["x-addition"]);
    expect(added.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([...ADDITIONS].sort());
    for (const { method, path } of ORIGINAL)
      expect(api.operation(method, `/tms${path}`)?.["x-addition"], `${method} ${path}`).toBeUndefined();
    expect(new Set(described).size).toBe(44 + ADDITIONS.length);
  });

  test("has routes that exist and refuse other methods", async () => {
    for (const { method, path } of operations) {
      const concrete = `/v1${path.replaceAll(/\{\w+\}/g, "1")}`;
      const there = await api.raw(method, concrete);
      expect([405, path], path).not.toContain(there.status);
      expect(await there.text()).not.toContain('"not found"');
      const other = await api.raw("PUT", concrete);
      expect(other.status).toBe(405);
      expect(other.headers.get("allow")?.split(", ")).toContain(method);
    }
  });

  test("is valid OpenAPI 3.0", () => {
    const { error } = OPENAPI.safeParse(api.document);
    if (error !== undefined) throw new Error(z.prettifyError(error));
    const text = JSON.stringify(api.document);
    for (const [, name = ""] of text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g))
      expect(api.document.components.schemas).toHaveProperty(name);
    expect(text.match(/"\$ref":"(?!#\/components\/schemas\/)/)).toBeNull();
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const tags = api.document.tags.map(({ name }) => name);
    for (const { path, operation } of operations) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = operation.parameters?.filter((one) => one.in === "path") ?? [];
      expect(declared.map(({ name }) => name) as unknown).toEqual(inPath);
      expect(declared.every(({ required }) => required)).toBe(true);
      for (const tag of operation.tags) expect(tags).toContain(tag);
      for (const way of operation.security ?? [])
        for (const name of Object.keys(way)) expect(api.document.components.securitySchemes).toHaveProperty(name);
    }
  });

  test("declares the headers and refusals of each route", () => {
    const { securitySchemes } = api.document.components;
    expect(Object.values(securitySchemes).map(({ type, in: place, name }) => `${type} ${place} ${name}`)).toEqual([
      "apiKey header X-TMS-CLIENT-ID",
      "apiKey header X-TMS-CLIENT-SECRET",
      "apiKey header X-TMS-ADMIN-ID",
      "apiKey header X-TMS-ADMIN-SECRET",
    ]);
    for (const { method, path, operation } of operations) {
      const ways = (operation.security ?? []).map((way) => Object.keys(way).length);
      const known = ways.length > 0 && !ways.includes(0);
      const headers = operation.parameters?.filter((one) => one.in === "header").map(({ name }) => name) ?? [];
      expect(headers.includes("X-TMS-TENANT"), path).toBe(known);
      const statuses = Object.keys(operation.responses);
      expect(statuses, path).toEqual(expect.arrayContaining(["500", "503"]));
      if (known && method !== "GET") expect(statuses, path).toContain("409");
      if (known) expect(statuses, path).toEqual(expect.arrayContaining(["400", "401", "429"]));
      if (operation.requestBody !== undefined)
        expect(statuses, `${method} ${path}`).toEqual(expect.arrayContaining(["400", "413", "415"]));
      for (const { description } of Object.values(operation.responses)) expect(description).not.toBe("");
    }
  });

  test("has examples that match their schemas", () => {
    const checked = { count: 0 };
    const look = (value: unknown): void => {
      if (Array.isArray(value)) for (const one of value) look(one);
      if (typeof value !== "object" || value === null) return;
      const { schema, example, type } = value as { schema?: object; example?: unknown; type?: unknown };
      if (example !== undefined) {
        const against = (schema ?? (typeof type === "string" ? value : undefined)) as z.core.JSONSchema.JSONSchema;
        const { error } = api.check(against).safeParse(example);
        if (error !== undefined) throw new Error(`${JSON.stringify(value)}: ${z.prettifyError(error)}`);
        checked.count++;
      }
      for (const [name, part] of Object.entries(value)) if (name !== "example") look(part);
    };
    look(api.document);
    expect(checked.count).toBeGreaterThan(300);
  });

  test("marks deliberate differences in text and as extension fields", () => {
    const differing = operations.filter(({ operation }) => operation["x-differs"] !== undefined);
    expect(differing.length).toBeGreaterThan(8);
    for (const { operation } of differing) expect(operation.description).toContain("Differs from TMS 0.3.0");
    for (const { operation } of operations)
      if (operation["x-addition"]) expect(operation.description).toContain("TMS 0.3.0 has no such route");
  });

  test("is available as YAML with equal content", async () => {
    const yaml = await api.raw("GET", "/spec_yaml");
    expect(yaml.headers.get("content-type")).toBe("application/x-yaml");
    expect(parseYaml(await yaml.text(), "spec").value as Document).toEqual(api.document);
  });

  test("lists this server first, then the configured URLs", () => {
    expect(api.document.servers.map(({ url }) => url)).toEqual(["/v1", "https://escrow.example.com:3000/v1"]);
  });
});

describe("the live docs", () => {
  test("load files of this server only, enforced by a content security policy", async () => {
    const page = await api.raw("GET", "/");
    const html = await page.text();
    const policy = page.headers.get("content-security-policy") ?? "";
    expect(policy).toStartWith("default-src 'none'; script-src 'self';");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).not.toContain("unsafe");
    expect(html).not.toMatch(/https?:\/\/|<script>|<style>| on\w+=/);
    const files = [...html.matchAll(/(?:src|href)="(docs\/[^"]+)"/g)].map(([, file = ""]) => file);
    expect(files).toEqual(["docs/swagger-ui.css", "docs/swagger-ui-bundle.js", "docs/start.js"]);
    for (const file of files) {
      const response = await api.raw("GET", `/${file}`);
      expect(response.status).toBe(200);
      expect(response.headers.get("content-type")).toMatch(file.endsWith(".css") ? /^text\/css/ : /^text\/javascript/);
      expect((await response.text()).length).toBeGreaterThan(100);
    }
  });

  test.each(["/docs/", "/docs/..%2Fapp.ts", "/docs/index.html", "/docs/swagger-ui-bundle.js.map"])(
    "have no %s",
    async (path) => expect((await api.raw("GET", path)).status).toBe(404),
  );
});

/** The part of OpenAPI 3.0.3 (§4.7) that the description uses. Other fields are errors. */
const text = z.string().min(1);
const schemaObject: z.ZodType = z.lazy(() =>
  z.union([
    z.strictObject({ $ref: text }),
    z.strictObject({
      // OpenAPI 3.0 ignores siblings of $ref, so they are in allOf.
      allOf: z.array(schemaObject).optional(),
      type: z.enum(["object", "array", "string", "integer", "number", "boolean"]).optional(),
      format: z.enum(["int32", "date-time"]).optional(),
      description: z.string().optional(),
      example: z.unknown().optional(),
      nullable: z.boolean().optional(),
      properties: z.record(text, schemaObject).optional(),
      required: z.array(text).min(1).optional(),
      additionalProperties: z.literal(false).optional(),
      items: schemaObject.optional(),
      enum: z.array(z.unknown()).min(1).optional(),
      minimum: z.number().optional(),
      maximum: z.number().optional(),
      minLength: z.int().optional(),
      maxLength: z.int().optional(),
      minItems: z.int().optional(),
      maxItems: z.int().optional(),
      pattern: z.string().optional(),
    }),
  ]),
);
const content = z.record(text, z.strictObject({ schema: schemaObject, example: z.unknown().optional() }));
const operation = z.strictObject({
  operationId: z.string().regex(/^[a-z][A-Za-z]+$/),
  summary: text,
  description: text.optional(),
  tags: z.array(text).length(1),
  security: z.array(z.record(text, z.array(z.never()))),
  parameters: z
    .array(
      z.strictObject({
        name: text,
        in: z.enum(["path", "query", "header"]),
        required: z.boolean().optional(),
        description: z.string().optional(),
        example: z.unknown().optional(),
        schema: schemaObject,
      }),
    )
    .optional(),
  requestBody: z.strictObject({ required: z.literal(true), content }).optional(),
  responses: z.record(z.string().regex(/^[2-5]\d\d$/), z.strictObject({ description: text, content })),
  "x-addition": z.literal(true).optional(),
  "x-differs": text.optional(),
});
const OPENAPI = z.strictObject({
  openapi: z.literal("3.0.3"),
  info: z.strictObject({ title: text, version: text, description: text }),
  servers: z.array(z.strictObject({ url: text })),
  tags: z.array(z.strictObject({ name: text, description: text.optional() })),
  paths: z.record(z.string().startsWith("/"), z.partialRecord(z.enum(["get", "post", "patch", "delete"]), operation)),
  components: z.strictObject({
    schemas: z.record(z.string().regex(/^\w+$/), schemaObject),
    parameters: z.strictObject({}).optional(),
    securitySchemes: z.record(
      text,
      z.strictObject({ type: z.literal("apiKey"), in: z.literal("header"), name: text, description: text }),
    ),
  }),
});
