/** Imported as files: each is the path from which it can be read, also inside the compiled program. */
declare module "swagger-ui-dist/*" {
  const path: string;
  export default path;
}
