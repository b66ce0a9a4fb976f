import css from "swagger-ui-dist/swagger-ui.css" with { type: "file" };
import bundle from "swagger-ui-dist/swagger-ui-bundle.js" with { type: "file" };
import { SECURITY_HEADERS } from "./response.ts";

/** The live docs: Swagger UI over /spec. The page loads files of this server only. */

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const HTML = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>TMS API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<div id="docs"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
`;

/** `persistAuthorization: false`: secrets are not stored in the browser. */
const START = `SwaggerUIBundle({
  url: "spec",
  dom_id: "#docs",
  deepLinking: true,
  persistAuthorization: false,
  tryItOutEnabled: true,
  validatorUrl: null,
});
`;

export function page(): Response {
  return fileResponse(HTML, "text/html; charset=utf-8");
}

/** A file that the page loads; undefined for an unknown name. */
export function asset(name: string): Response | undefined {
  switch (name) {
    case "start.js":
      return fileResponse(START, "text/javascript; charset=utf-8");
    case "swagger-ui-bundle.js":
      return fileResponse(Bun.file(bundle), "text/javascript; charset=utf-8");
    case "swagger-ui.css":
      return fileResponse(Bun.file(css), "text/css; charset=utf-8");
    default:
      return undefined;
  }
}

function fileResponse(body: string | Blob, type: string): Response {
  const headers = { ...SECURITY_HEADERS, "content-type": type, "content-security-policy": POLICY };
  return new Response(body, { headers });
}
