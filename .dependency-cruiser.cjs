// Who may import whom. A layer looks down only; see CONTRIBUTING.md for the picture.
const layers = {
  hdl: [],
  "sw-model": [],
  platform: ["sw-model"],
  generators: ["hdl", "sw-model"],
  testbench: ["generators", "hdl", "sw-model", "platform"],
  synth: ["hdl", "sw-model", "platform"],
  catalog: ["generators", "hdl", "sw-model", "testbench", "synth", "platform"],
  fuzz: ["hdl", "sw-model", "platform", "testbench", "synth"],
  bench: ["hdl", "sw-model", "platform", "generators", "testbench", "synth", "catalog", "fuzz"],
  cli: ["hdl", "sw-model", "platform", "generators", "testbench", "synth", "catalog", "fuzz", "bench"],
};
const names = Object.keys(layers);

module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    ...names.map((layer) => ({
      name: `${layer}-looks-down`,
      comment: `${layer} may import only: ${layers[layer].join(", ") || "nothing of ours"}`,
      severity: "error",
      from: { path: `^${layer}/` },
      to: { path: `^(${names.join("|")})/`, pathNot: `^(${[layer, ...layers[layer]].join("|")})/` },
    })),
    {
      name: "generators-see-formats-and-specs-only",
      comment: "RTL and golden model must not share an implementation",
      severity: "error",
      from: { path: "^generators/", pathNot: "\\.test\\.ts$" },
      to: { path: "^sw-model/", pathNot: "^sw-model/(format/|spec\\.ts$|errors\\.ts$|[^/]+/spec\\.ts$)" },
    },
    {
      name: "language-runs-in-a-browser",
      comment:
        "hdl finds Node's modules at run time where there are any (hdl/messages/source-files.ts); it imports none, and no package",
      severity: "error",
      from: { path: "^hdl/", pathNot: "\\.test\\.ts$|^hdl/fixtures/" },
      to: { dependencyTypesNot: ["local", "type-only", "type-import"], pathNot: "^hdl/" },
    },
    {
      name: "no-tests-from-code",
      severity: "error",
      from: { pathNot: "\\.test\\.ts$" },
      to: { path: "\\.test\\.ts$" },
    },
    {
      name: "no-undeclared-packages",
      comment: "testbench/vitest.ts is for projects that have vitest; nothing of ours imports it",
      severity: "error",
      from: { pathNot: "\\.test\\.ts$|^testbench/vitest\\.ts$" },
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown", "npm-dev"], pathNot: "^node_modules/@types/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
