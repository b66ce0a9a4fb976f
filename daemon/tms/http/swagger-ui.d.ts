/** Files that are embedded in the compiled program: an import evaluates to the path to read it from. */
declare module "swagger-ui-dist/*" {
  const path: string;
  export default path;
}
