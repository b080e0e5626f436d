declare module "*/pyodide.mjs";
